from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChainsConfig(AppConfig):
    name = "guatu.chains"
    label = "chains"
    verbose_name = _("Chains")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.chains import (  # noqa: F401  (they register what this app has)
            jobs,
            panels,
            receivers,
            resources,
        )
