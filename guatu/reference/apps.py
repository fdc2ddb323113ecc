from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "guatu.reference"
    label = "reference"
    verbose_name = _("Reference")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.reference import resources  # noqa: F401  (registers this app's resources)
