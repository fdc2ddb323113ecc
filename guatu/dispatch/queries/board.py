"""The month as the office sees it: who owes, who reported, who is late, by zone and responsible unit, as of any day."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property

from django.db.models import Count, F, Q, QuerySet, Sum

from guatu.dispatch.models import DispatchPeriod, ProgressReport, ReportState
from guatu.kernel.bulk import by_ids, chunks
from guatu.kernel.models import CommitmentState, Organisation
from guatu.kernel.rules.light import Light, light
from guatu.kernel.scope import Scope, subtree
from guatu.projects.queries.moment import Moment, moment, zone_named

SUBJECT = ProgressReport._meta.label_lower


@dataclass(frozen=True)
class Counts:
    """Reports counted together. Whatever is late is late for ever: handed in after its due day, or not yet and past it.

    `reported` were handed in at least once; of them `late` after their due day. `outstanding` were not; of them
    `overdue` are past their due day. `returned` wait to be corrected, `waiting` for a review. `invested_fen`: hundredths
    of yuan last handed in.
    """

    owed: int = 0
    reported: int = 0
    late: int = 0
    outstanding: int = 0
    overdue: int = 0
    returned: int = 0
    waiting: int = 0
    accepted: int = 0
    blocked: int = 0
    invested_fen: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def all_late(self) -> int:
        return self.late + self.overdue

    def as_json(self) -> dict:
        found = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "invested_fen"}
        return found | {"invested_cny": self.invested_fen / 100}


def which(shown: str, as_of: date) -> Q:
    """The reports that a word of `choices.SHOWN` narrows to."""
    done, late = Q(done_on__lte=as_of), Q(done_on__lte=as_of, done_on__gt=F("due_on"))
    return {
        "outstanding": Q(done_on=None) | Q(done_on__gt=as_of),
        "overdue": (Q(done_on=None) | Q(done_on__gt=as_of)) & Q(due_on__lt=as_of),
        "late": late | ((Q(done_on=None) | Q(done_on__gt=as_of)) & Q(due_on__lt=as_of)),
        "late_reported": late,
        "reported": done,
        "returned": Q(state="returned"),
        "waiting": Q(state="submitted"),
        "accepted": Q(state="accepted"),
        "blocked": Q(progress__in=["blocked", "stopped"]),
        "all": Q(),
    }[shown]


@dataclass(frozen=True)
class ReportRow:
    """One report on the board, with its light and how often its owner was urged."""

    state: ReportState
    project: object
    unit: Organisation | None
    owner: object | None
    light: Light
    urged_on: date | None
    urgings: int


@dataclass
class Board:
    when: Moment
    scope: Scope
    month: str
    zone: Organisation | None
    unit: int | None = None
    verb: str = "view"

    @cached_property
    def zones(self) -> frozenset[int] | None:
        return subtree(self.when.parents, self.zone.pk) if self.zone is not None else None

    @cached_property
    def states(self) -> QuerySet[ReportState]:
        """Every report of the month within reach, as it stood."""
        when = self.when
        rows = ReportState.objects.filter(
            month=self.month, valid_from__lte=when.as_of, valid_to__gt=when.as_of,
            recorded_from__lte=when.recording, recorded_to__gt=when.recording,
        )
        within = self.scope.q(ReportState.scope_paths, "progress_reports", self.verb)
        rows = rows if within is None else rows.filter(within)
        return rows if self.zones is None else rows.filter(zone_id__in=self.zones)

    @cached_property
    def groups(self) -> dict[tuple[int, int | None], Counts]:
        """Counts by (zone, responsible unit); one query."""
        day = self.when.as_of

        def counted(shown: str):
            return Count("pk", filter=which(shown, day))

        found = {}
        rows = self.states.order_by().values("zone_id", "owner_unit_id").annotate(
            n_owed=Count("pk"), n_reported=counted("reported"), n_late=counted("late_reported"),
            n_overdue=counted("overdue"), n_returned=counted("returned"), n_waiting=counted("waiting"),
            n_accepted=counted("accepted"), n_blocked=counted("blocked"), fen=Sum("invested_fen"))
        for row in rows:
            found[row["zone_id"], row["owner_unit_id"]] = Counts(
                owed=row["n_owed"], reported=row["n_reported"], late=row["n_late"],
                outstanding=row["n_owed"] - row["n_reported"], overdue=row["n_overdue"], returned=row["n_returned"],
                waiting=row["n_waiting"], accepted=row["n_accepted"], blocked=row["n_blocked"],
                invested_fen=int(row["fen"] or 0))
        return found

    def by_zone(self) -> list[tuple[Organisation, Counts]]:
        return self._by(0)

    def by_unit(self) -> list[tuple[Organisation | None, Counts]]:
        """The units with most outstanding first."""
        return self._by(1)

    def _by(self, place: int) -> list[tuple]:
        sums: dict[int | None, Counts] = {}
        for key, counts in self.groups.items():
            sums[key[place]] = sums.get(key[place], Counts()) + counts
        named = {row.pk: row for row in by_ids(Organisation, {pk for pk in sums if pk is not None})}
        return sorted(
            ((named.get(pk), counts) for pk, counts in sums.items()),
            key=lambda entry: (-entry[1].outstanding, -entry[1].owed, entry[0].code if entry[0] else "~"))

    @property
    def total(self) -> Counts:
        """Of the chosen unit, else of everything."""
        chosen = [counts for (_zone, unit), counts in self.groups.items()
                  if self.unit is None or unit == (self.unit or None)]
        return sum(chosen, Counts())

    @cached_property
    def periods(self) -> list[DispatchPeriod]:
        """The opened months whose reports are counted."""
        zones = {zone for zone, _unit in self.groups}
        rows = DispatchPeriod.everything.filter(month=self.month, withdrawn=False).select_related("zone")
        return sorted((row for row in rows if row.zone_id in zones), key=lambda row: (row.due_on, row.pk))

    def narrowed(self, shown: str, text: str = "") -> QuerySet[ReportState]:
        """The rows behind one figure; `unit` 0 stands for reports without a unit."""
        rows = self.states.filter(which(shown, self.when.as_of))
        if self.unit is not None:
            rows = rows.filter(owner_unit_id=self.unit or None) if self.unit else rows.filter(owner_unit=None)
        for word in text.split():
            rows = rows.filter(Q(project__name__icontains=word) | Q(project__code__icontains=word)
                               | Q(owner__name__icontains=word) | Q(owner_unit__name__icontains=word))
        return rows

    def rows(self, shown: str, text: str = "", start: int = 0, stop: int | None = None) -> list[ReportRow]:
        """Rows sorted by unit and project; three queries, whatever their number up to a page."""
        ids = list(self.narrowed(shown, text).order_by("owner_unit__code", "project__code", "pk").values_list(
            "pk", flat=True)[start:stop])
        return self.read(ids)

    def read(self, ids: list[int]) -> list[ReportRow]:
        """The rows of these states, in their order; two queries a chunk."""
        found = []
        for chunk in chunks(ids):
            states = {row.pk: row for row in ReportState.objects.filter(pk__in=chunk).select_related(
                "project", "owner_unit", "owner", "zone")}
            urged = self._urged([row.report_id for row in states.values()])
            found += [self._row(states[pk], urged) for pk in chunk]
        return found

    def _urged(self, reports: list[int]) -> dict[int, tuple[date | None, int]]:
        rows = CommitmentState.objects.filter(
            subject_type=SUBJECT, subject_id__in=reports, valid_from__lte=self.when.as_of, valid_to__gt=self.when.as_of,
            recorded_from__lte=self.when.recording, recorded_to__gt=self.when.recording)
        return {pk: (day, n) for pk, day, n in rows.values_list("subject_id", "urged_on", "urgings")}

    def _row(self, state: ReportState, urged: dict) -> ReportRow:
        yellow = int(self.when.parameters.get("dispatch.yellow_workdays", state.zone_id).value)
        shining = light(due=state.due_on, done_on=state.done_on, as_of=self.when.as_of, yellow_workdays=yellow,
                        calendar=self.when.calendar, override=None)
        return ReportRow(state, state.project, state.owner_unit, state.owner, shining,
                         *urged.get(state.report_id, (None, 0)))


def board(
    scope: Scope, month: str, as_of: date, known_at: datetime | None = None, zone: str | None = None,
    unit: int | None = None, verb: str = "view",
) -> Board:
    """A month on a day. Raises NotFound for a zone that is not there."""
    return Board(moment(as_of, known_at), scope, month, zone_named(scope, zone) if zone else None, unit, verb)


def months(scope: Scope) -> list[str]:
    """Months that were opened where the reader may see it, the newest first."""
    rows = ProgressReport.objects.within(scope).order_by("-month").values_list("month", flat=True).distinct()
    return list(rows[:120])


def lights_of_reports(reports: list[ProgressReport], as_of: date) -> dict[int, Light]:
    """The light of each report's hand-in on a day; a report sent back shines by the day of its correction."""
    when = moment(as_of)
    found = {}
    for row in reports:
        yellow = int(when.parameters.get("dispatch.yellow_workdays", row.project.zone_id).value)
        owed_again = row.state == "returned" and row.correct_by is not None
        found[row.pk] = light(
            due=row.correct_by if owed_again else row.due_on, done_on=None if owed_again else row.done_on, as_of=as_of,
            yellow_workdays=yellow, calendar=when.calendar, override=None)
    return found
