"""Tables of the monthly dispatch."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guatu.dispatch.choices import QUESTION_KINDS, REPORT_STATES
from guatu.kernel.models import Commitment, Document, Fact, Interval, Organisation, SourcedRecord
from guatu.kernel.models.people import zones_only
from guatu.projects.choices import PROGRESS
from guatu.projects.models import Project

#: Whoever may see the project, or answers for the report, may see it.
PROJECT_PATHS = ("project__zone", "project__unit", "project__team", "owner_unit")


class DispatchPeriod(SourcedRecord):
    """One month opened in one zone: from then on each project of that zone on the lists concerned owes a report.

    `source` is the month's own source, which the facts reported in it name.
    """

    scope_paths = ("zone",)
    named_by = ("zone",)

    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone")
    )
    month = models.CharField(_("month"), max_length=7)
    opened_on = models.DateField(_("opened on"), blank=True)
    due_on = models.DateField(_("due day"), blank=True)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("month of dispatch")
        verbose_name_plural = _("months of dispatch")
        ordering = ["-month", "zone"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "zone"], condition=models.Q(withdrawn=False), name="dispatch_period_once"
            )
        ]

    def __str__(self):
        return f"{self.month} {self.zone.name}"


#: What the person who reports says.
REPORTED = frozenset({"progress", "invested_cny", "problem", "next_step", "note", "photos"})
#: What the house keeps by itself when a report is handed in or reviewed.
STAMPS = frozenset({"submitted_on", "done_on", "reporter", "accepted_on", "reviewer"})


class ProgressReport(Commitment):
    """What a project owes for one month: status, investment, problem, next step, photos.

    `done_on` is the day of the first hand-in and decides for ever whether the report was late; `submitted_on` is the
    day of the latest. What the report says becomes fact when it is handed in, see `effects`.
    """

    scope_paths = PROJECT_PATHS
    named_by = ("project",)
    special_rights = {
        "report": REPORTED | STAMPS | {"state", "correct_by"},
        "review": STAMPS | {"state", "correct_by", "urged_on"},
        "move_due": frozenset({"due_on"}),
    }

    title = models.CharField(_("title"), max_length=200, blank=True)
    due_on = models.DateField(_("due day"), blank=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="progress_reports", verbose_name=_("project"))
    period = models.ForeignKey(
        DispatchPeriod, models.PROTECT, related_name="reports", verbose_name=_("month of dispatch")
    )
    month = models.CharField(_("month"), max_length=7, blank=True)
    state = models.CharField(_("state of the report"), max_length=10, choices=REPORT_STATES, default="owed")
    progress = models.CharField(_("progress status"), max_length=10, blank=True, choices=PROGRESS)
    invested_cny = models.DecimalField(
        _("investment completed in the month"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    problem = models.TextField(_("problem"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    photos = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("photos"))
    submitted_on = models.DateField(_("handed in on"), null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reporter")
    )
    correct_by = models.DateField(_("to be corrected by"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )

    class Meta(Commitment.Meta):
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-month", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"], condition=models.Q(withdrawn=False), name="one_report_a_month"
            )
        ]
        indexes = [models.Index(fields=["month", "state"], name="progress_report_month")]

    def __str__(self):
        return f"{self.project.name} · {self.month}"

    @property
    def about_reference(self) -> tuple[str, int]:
        return Project._meta.label_lower, self.project_id

    @property
    def code(self) -> str:
        return "progress_report"

    @property
    def is_late(self) -> bool:
        """Whether the first hand-in came after the due day."""
        return self.done_on is not None and self.done_on > self.due_on


class Correction(Commitment):
    """One sending back of a report: why, and by when it is owed again. Done when the report is handed in again."""

    scope_paths = PROJECT_PATHS
    named_by = ("project",)

    report = models.ForeignKey(
        ProgressReport, models.PROTECT, related_name="corrections", verbose_name=_("progress report")
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name=_("project"))
    sent_back_on = models.DateField(_("sent back on"))
    reason = models.TextField(_("reason"))

    class Meta(Commitment.Meta):
        verbose_name = _("correction of a report")
        verbose_name_plural = _("corrections of reports")
        ordering = ["-sent_back_on", "-id"]

    def __str__(self):
        return f"{self.project.name} · {self.title}"

    @property
    def about_reference(self) -> tuple[str, int]:
        return Project._meta.label_lower, self.project_id

    @property
    def code(self) -> str:
        return "report_correction"


class ExtraQuestion(SourcedRecord):
    """One question more that an office asks for one month, of every project of its zone and the zones below that owes
    a report. `options` holds the answers offered, one a line, where one of a list is to be chosen."""

    scope_paths = ("zone",)

    zone = models.ForeignKey(
        Organisation, models.PROTECT, limit_choices_to=zones_only, related_name="+", verbose_name=_("zone")
    )
    month = models.CharField(_("month"), max_length=7)
    text = models.CharField(_("question"), max_length=300)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=QUESTION_KINDS, default="text")
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    options = models.TextField(_("answers offered"), blank=True)
    help = models.CharField(_("explanation"), max_length=300, blank=True)
    required = models.BooleanField(_("must be answered"), default=False)

    class Meta(SourcedRecord.Meta):
        verbose_name = _("extra question")
        verbose_name_plural = _("extra questions")
        ordering = ["-month", "id"]
        indexes = [models.Index(fields=["month"], name="extra_question_month")]

    def __str__(self):
        return self.text


class ExtraAnswer(Fact):
    """What one report answers to an extra question, kept as text: a plain number, an ISO day, `yes` or `no`."""

    scope_paths = ("project__zone", "project__unit", "project__team", "report__owner_unit")
    named_by = ("question",)

    question = models.ForeignKey(
        ExtraQuestion, models.PROTECT, related_name="answers", verbose_name=_("extra question")
    )
    report = models.ForeignKey(
        ProgressReport, models.PROTECT, related_name="answers", verbose_name=_("progress report")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    value = models.TextField(_("answer"), blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("extra answer")
        verbose_name_plural = _("extra answers")
        ordering = ["question", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "question"], condition=models.Q(superseded_by=None, withdrawn=False),
                name="one_answer_a_report",
            )
        ]

    def __str__(self):
        return f"{self.question.text} {self.value}"


class ReportState(Interval):
    """Derived: how each report stood over both times. Amount and status are those last handed in."""

    scope_paths = PROJECT_PATHS

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    zone = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    owner_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    state = models.CharField(max_length=10)
    progress = models.CharField(max_length=10, blank=True)
    invested_fen = models.BigIntegerField(null=True)  # hundredths of yuan, so that sums are exact
    due_on = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("state of a report")
        indexes = [
            models.Index(
                fields=[
                    *("month", "valid_to", "valid_from", "recorded_to", "recorded_from", "zone", "owner_unit"),
                    *("state", "due_on", "done_on", "progress", "invested_fen", "project", "report"),
                ],
                name="report_state_month",
            )
        ]
