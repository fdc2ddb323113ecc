"""Documents kept under GUATU_HOME by their SHA-256, each attached to a subject."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.models.facts import Record
from guatu.kernel.models.people import Organisation


class Document(Record):
    scope_paths = ("zone", "unit")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    file_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    zone = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")

    class Meta(Record.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self):
        return self.title
