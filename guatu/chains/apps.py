from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChainsConfig(AppConfig):
    name = "guatu.chains"
    label = "chains"
    verbose_name = _("Chains")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.chains import panels, resources  # noqa: F401  (registers this app's resources and panels)
