from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "guatu.kernel"
    label = "kernel"
    verbose_name = _("Kernel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from guatu.kernel import resources  # noqa: F401  (registers the kernel's resources)
        from guatu.kernel.doors import sessions  # noqa: F401  (notes how each login begins)
