from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    name = "guatu.dispatch"
    label = "dispatch"
    verbose_name = _("Monthly dispatch")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.dispatch import resources  # noqa: F401  (registers this app's resources)
