"""The two kinds of dated knowledge, and the interval rows derived from them.

* A `Record` is a thing with an identity (an enterprise, a project). Its fields change over time; every creation
  and change is a `Statement` carrying the values, the day they hold from, and the recording. The record's own
  columns keep the values in force today, so that lists can be filtered and sorted by plain SQL.
* A `Fact` is a dated event or value (a stage reached, an exchange rate). A correction is a new row of the same
  `lineage` that supersedes the former; nothing is overwritten.
* An `Interval` is derived: what was in force over [valid_from, valid_to) as known over
  [recorded_from, recorded_to). `guatu rebuild` remakes it.
"""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.kernel.choices import PRECISIONS
from guatu.kernel.models.history import recording_number
from guatu.kernel.scope import ScopedManager

BEGINNING = date(1, 1, 1)
END_OF_TIME = date(9999, 12, 31)
FOREVER = 1 << 62

#: Columns that the house keeps by itself; every other column of a record or fact is a value people state.
KEPT = {"id", "last_recording", "withdrawn", "lineage", "superseded_by", "counts_from"}


class Stated(models.Model):
    """What records and facts have in common: an identity, values people state, and whose rows they are."""

    #: Lookups to an Organisation; a row is visible when any of them lies in the reader's scope.
    #: None: reference data, visible to whoever may view the resource at all.
    scope_paths: tuple[str, ...] | None = None
    #: Verbs that allow changing just the named columns, without the right to change the row.
    special_rights: dict[str, frozenset[str]] = {}
    #: References that `__str__` follows, so that many rows can be named without a query for each.
    named_by: tuple[str, ...] = ()
    #: References by which guards and effects of this table read other rows than the changed one; None: all but those
    #: to organisations, people and sources. See `kernel.overtaking`.
    siblings_by: tuple[str, ...] | None = None
    #: Columns that the history does not put in words, because nobody could read them.
    unworded: frozenset[str] = frozenset()

    id = models.BigIntegerField(primary_key=True, editable=False)
    withdrawn = models.BooleanField(default=False, editable=False)

    objects = ScopedManager()
    everything = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = default_manager_name = "everything"

    @classmethod
    def value_fields(cls) -> list[models.Field]:
        fields = [field for field in cls._meta.concrete_fields if field.name not in KEPT]
        return fields + list(cls._meta.many_to_many)

    @classmethod
    def shown_to(cls, scope, resource: str, verb: str) -> models.Q | None:
        """What of the rows within reach is kept from this reader, as a filter of the rest; None: nothing is."""
        return None

    @property
    def recording_number(self) -> int:
        return recording_number(self.id)


class Record(Stated):
    """A thing with an identity. `last_recording` is the recording that last touched it."""

    last_recording = models.BigIntegerField(editable=False, db_index=True)

    class Meta(Stated.Meta):
        abstract = True

    @property
    def record_number(self) -> int:
        """The number an exported sheet carries so that it finds its row again."""
        return self.id


class Source(Record):
    """Where something was read: an article, a document, a sheet, a device."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(
        _("kind"),
        max_length=30,
        default="document",
        choices=[
            ("article", _("article")),
            ("document", _("document")),
            ("sheet", _("sheet")),
            ("device", _("device")),
            ("statement", _("statement of a person")),
        ],
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.title}"


class SourcedRecord(Record):
    """A record that says where it was read and carries a free note."""

    note = models.TextField(_("note"), blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )

    class Meta(Record.Meta):
        abstract = True


class Statement(models.Model):
    """Values of one record that hold from a day on. A later statement of the same day overrides field by field;
    `supersedes` takes a former statement back altogether."""

    id = models.BigIntegerField(primary_key=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    values = models.JSONField()
    counts_from = models.DateField()
    precision = models.CharField(max_length=8, default="day", choices=PRECISIONS)
    supersedes = models.BigIntegerField(null=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    approver = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("statement")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"]),
            models.Index(fields=["counts_from"]),
        ]

    def __str__(self):
        return f"{self.subject_type} {self.subject_id} {self.counts_from}"


class Fact(Stated):
    """A dated event or value. Rows of one lineage are the versions of one fact; the newest is in force."""

    lineage = models.BigIntegerField(editable=False, db_index=True)
    superseded_by = models.BigIntegerField(null=True, editable=False)
    valid_on = models.DateField(_("date"))
    precision = models.CharField(_("precision"), max_length=8, default="day", choices=PRECISIONS)
    counts_from = models.DateField(_("counts from"), editable=False)
    note = models.TextField(_("note"), blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )

    class Meta(Stated.Meta):
        abstract = True

    @property
    def record_number(self) -> int:
        return self.lineage


class Interval(models.Model):
    """Derived: in force over [valid_from, valid_to), as known over recordings [recorded_from, recorded_to)."""

    valid_from = models.DateField()
    valid_to = models.DateField()
    recorded_from = models.BigIntegerField()
    recorded_to = models.BigIntegerField(default=FOREVER)

    #: Columns kept in memory beside the four above, see `guatu.kernel.held`.
    held: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def __str__(self):
        return f"[{self.valid_from}, {self.valid_to}) known [{self.recorded_from}, {self.recorded_to})"
