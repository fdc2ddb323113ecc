"""One line of time of a project: everything that happened, was stated, promised, moved, brought or reported.

Entries lie on the day they hold; what holds without a day of its own (a document, "always so") lies on the day it was
recorded. As of a day the line ends there; beyond it lie only promises, and values already stated for a coming day.
Upper apps add entries through the slot ``projects.timeline`` (project, scope, when), each offer a list of Entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from guatu.kernel.commitments import Lit
from guatu.kernel.models import BEGINNING, Statement
from guatu.kernel.models.facts import Stated
from guatu.kernel.models.history import Recording, recording_number
from guatu.projects.models import Milestone, MonthlyInvestment, ProjectProgress, StageEvent
from guatu.projects.queries.dossier import Dossier

#: Kinds of entry in the order of their filters.
KINDS = ("stage", "promise", "value", "document", "report", "note")
PAGE = 20
#: Entries beyond the day that the first page shows; the rest is fetched when asked for.
AHEAD = 8


@dataclass(frozen=True)
class Told:
    """An entry of another app, in words already. `details` are further lines; `who` recorded it, `on` which day."""

    title: str
    details: tuple[str, ...] = ()
    url: str = ""
    who: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Month:
    """What was reported together: the investment completed in a month, how the project goes forward, or both."""

    investment: MonthlyInvestment | None = None
    progress: ProjectProgress | None = None


@dataclass(frozen=True)
class Entry:
    """One thing on the line. `what` says what it is within its kind:

    stage: actual, planned; promise: due, promised, moved, done, light, urged, changed; value: created, changed;
    document: added; note: changed; report: month (figures of one recording), or whatever its app says (in `told`).
    `row` is what it is about (StageEvent, Milestone, Document, a Lit for `due`, a Month); `differences` are
    (column, stated value before, after); `identity` is the row that says it, and so tells its recording.
    """

    kind: str
    what: str
    day: date
    identity: int
    row: Any = None
    statement: Statement | None = None
    precision: str = "day"
    not_later_than: bool = False
    source_id: int | None = None
    differences: tuple[tuple[str, Any, Any], ...] = ()
    earlier: tuple[StageEvent, ...] = ()
    recording: Recording | None = None
    told: Told | None = None
    is_planned: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.what}-{self.identity}"

    @property
    def place(self) -> tuple[date, int, str]:
        """Where it lies on the line; no two entries share a place."""
        return self.day, self.identity, self.key

    @property
    def mark(self) -> str:
        """The place as an address carries it; `after_mark` finds it again."""
        return f"{self.day.isoformat()}_{self.key}"


@dataclass(frozen=True)
class Sight:
    """Which kinds of entry a reader may see."""

    stages: bool = True
    promises: bool = True
    documents: bool = True
    history: bool = True


@dataclass(frozen=True)
class Page:
    """A stretch of the line, newest first. `ahead` lies beyond the day (the furthest first), `more_ahead` counts what
    is left out of it; `next` is the mark to go on from, "" at the end. `counts` are of the whole line by kind."""

    ahead: list[Entry]
    more_ahead: int
    entries: list[Entry]
    next: str
    counts: dict[str, int]


def line_of(file: Dossier, lights: Iterable[Lit], sight: Sight, offered: Iterable[list[Entry]] = ()) -> list[Entry]:
    """Every entry of the line that lies on or before the dossier's day or is promised beyond it, the newest first.
    Reads nothing but what the dossier holds."""
    found: list[Entry] = _reports(file)
    if sight.stages:
        found += _events(file, with_plans=not sight.promises)
    if sight.promises:
        found += _promises(file)
        found += [_due(one) for one in lights if one.state.done_on is None or one.state.done_on > file.when.as_of]
    if sight.history:
        found += _values(file)
    if sight.documents:
        found += _documents(file)
    for offer in offered:
        found += offer
    as_of = file.when.as_of
    return sorted(
        (entry for entry in found if entry.day <= as_of or _is_expected(entry, file)),
        key=lambda entry: entry.place,
        reverse=True,
    )


def page_of(line: list[Entry], as_of: date, kinds: frozenset[str], after: str = "", all_ahead: bool = False) -> Page:
    """The stretch of the line after the mark `after`; only `kinds`, when any are named."""
    chosen = [entry for entry in line if not kinds or entry.kind in kinds]
    ahead = [entry for entry in chosen if entry.day > as_of]
    past = [entry for entry in chosen if entry.day <= as_of]
    shown_ahead = ahead if all_ahead else ahead[-AHEAD:]
    if after:
        past, ahead, shown_ahead = _after(past, after), [], []
    shown = past[:PAGE]
    return Page(
        shown_ahead,
        len(ahead) - len(shown_ahead),
        shown,
        shown[-1].mark if len(past) > len(shown) else "",
        dict(Counter(entry.kind for entry in line)),
    )


def _after(entries: list[Entry], mark: str) -> list[Entry]:
    """What lies after a mark; when the entry itself is gone, what lies before its day."""
    place = next((place for place, entry in enumerate(entries) if entry.mark == mark), None)
    if place is not None:
        return entries[place + 1 :]
    return [entry for entry in entries if entry.day.isoformat() < mark[:10]]


def _is_expected(entry: Entry, file: Dossier) -> bool:
    """Whether an entry beyond the day was known on it to come."""
    if entry.is_planned:
        return True
    return entry.kind in ("value", "note") and file.recorded_on(entry.identity) <= file.when.as_of


# -- what is on file, as entries ---------------------------------------------------------------------------------------


def _events(file: Dossier, with_plans: bool) -> list[Entry]:
    versions: dict[int, list[StageEvent]] = {}
    for event in file.events:
        versions.setdefault(event.lineage, []).append(event)
    return [
        Entry(
            "stage",
            event.kind,
            event.counts_from,
            event.pk,
            event,
            precision=event.precision,
            not_later_than=event.not_later_than,
            source_id=event.source_id,
            earlier=tuple(row for row in versions[event.lineage] if row.pk < event.pk),
            is_planned=event.kind == "planned",
        )
        for event in file.standing_events
        if event.kind == "actual" or with_plans
    ]


def _due(one: Lit) -> Entry:
    """A promise not kept yet, on its due day."""
    state = one.state
    return Entry("promise", "due", state.due_on, state.pk, one, precision=state.due_precision, is_planned=True)


def _promises(file: Dossier) -> list[Entry]:
    return [
        entry
        for milestone in file.standing_milestones
        for entry in _story(file, milestone, file.about(milestone))
    ]


def _story(file: Dossier, milestone: Milestone, statements: list[Statement]) -> Iterable[Entry]:
    """How one promise was made, moved and kept."""
    values: dict[str, Any] = {}
    for statement in statements:
        before, values = values, {**values, **statement.values}
        changed = [
            (name, before.get(name), values[name]) for name in statement.values if values[name] != before.get(name)
        ]
        names = {name for name, _old, _new in changed}
        what = (
            "promised" if not before
            else "moved" if "due_on" in names
            else "light" if "override_colour" in names
            else "urged" if "urged_on" in names
            # An event's own completion is the event; it stands on the line already.
            else ("" if milestone.event else "done") if "done_on" in names
            else "changed"
        )
        if not what or not changed:
            continue
        day = _day_of(file, statement)
        if what == "done" and values["done_on"]:
            day = date.fromisoformat(values["done_on"])
        yield Entry(
            "promise", what, day, statement.pk, milestone, statement, differences=tuple(changed),
            source_id=statement.source_id,
        )


def _values(file: Dossier) -> Iterable[Entry]:
    values: dict[str, Any] = {}
    first = min((statement.pk for statement in file.statements.get(_label(file.project), [])), default=None)
    for statement in file.about(file.project):
        before, values = values, {**values, **statement.values}
        changed = [
            (name, before.get(name), values[name])
            for name in statement.values
            if values[name] != before.get(name) and not (before.get(name) is None and values[name] in ("", []))
        ]
        names = {name for name, _old, _new in changed}
        if len(names) > 1:
            changed = [difference for difference in changed if difference[0] != "source"]
        if not changed:
            continue
        yield Entry(
            "note" if names == {"note"} and statement.pk != first else "value",
            "created" if statement.pk == first else "changed",
            _day_of(file, statement),
            statement.pk,
            file.project,
            statement,
            precision=statement.precision,
            source_id=statement.source_id,
            differences=tuple(changed),
        )


def _documents(file: Dossier) -> Iterable[Entry]:
    for document in file.standing_documents:
        yield Entry("document", "added", file.day_of(document), document.pk, document)


def _reports(file: Dossier) -> list[Entry]:
    """Monthly figures; an amount and a progress of one recording and source are one report."""
    found: dict[tuple, Month] = {}
    for row in file.months:
        found[recording_number(row.pk), row.source_id, row.counts_from] = Month(investment=row)
    for row in file.progress:
        # A report handed in before its month ends carries the day it was handed in, its amount the month's end.
        key = next(
            (key for key, month in found.items()
             if key[:2] == (recording_number(row.pk), row.source_id) and month.progress is None
             and (key[2].year, key[2].month) == (row.counts_from.year, row.counts_from.month)),
            (recording_number(row.pk), row.source_id, row.counts_from),
        )
        found[key] = Month(found[key].investment if key in found else None, row)
    return [
        Entry(
            "report", "month", day, (month.progress or month.investment).pk, month,
            precision=(month.investment or month.progress).precision, source_id=source,
        )
        for (_number, source, day), month in found.items()
    ]


def _label(row: Stated) -> tuple[str, int]:
    return row._meta.label_lower, row.pk


def _day_of(file: Dossier, statement: Statement) -> date:
    """The day from which a statement counts; where it was always so, the day on which it was recorded."""
    if statement.counts_from == BEGINNING:
        return file.recorded_on(statement.pk)
    return statement.counts_from


def recording_of(file: Dossier, entry: Entry) -> Recording | None:
    """The recording behind an entry, where it is one of the dossier's own."""
    if entry.recording is not None or entry.told is not None:
        return entry.recording
    if entry.what == "due":
        return None
    return file.recordings.get(recording_number(entry.identity))
