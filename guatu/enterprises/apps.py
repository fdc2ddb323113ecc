from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "guatu.enterprises"
    label = "enterprises"
    verbose_name = _("Enterprises")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.enterprises import jobs, resources  # noqa: F401  (registers this app's jobs and resources)
        from guatu.enterprises.pages import merging, register  # noqa: F401  (fill the slot of an enterprise's page)
