from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "guatu.outreach"
    label = "outreach"
    verbose_name = _("Outreach")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.outreach import (  # noqa: F401  (they register what this app has)
            lead_panels,
            lead_receivers,
            lead_talks,
            resources,
            targets_panels,
            targets_resources,
            trip_panels,
            trip_resources,
        )
