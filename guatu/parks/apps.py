from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParksConfig(AppConfig):
    name = "guatu.parks"
    label = "parks"
    verbose_name = _("Parks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.parks import guards, resources  # noqa: F401  (registers them)
