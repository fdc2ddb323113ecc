"""Long work and how far it has come. Lives in the progress database (see `routing`)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.kernel.choices import JOB_STATES


class Job(models.Model):
    kind = models.CharField(_("work"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    user_id = models.BigIntegerField(null=True)  # in another database, hence no foreign key
    state = models.CharField(_("state"), max_length=10, default="waiting", choices=JOB_STATES)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    stage = models.CharField(max_length=60, blank=True)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user_id", "id"])]

    def __str__(self):
        return self.title

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
