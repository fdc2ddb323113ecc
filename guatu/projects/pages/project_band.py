"""The band above a project's line of time: stages, promises and records over the years, drawn as SVG in percent of
its width, so that it fits every screen without a script. The line of time below is its table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.templatetags.guatu import SHAPES
from guatu.projects.choices import EVENT_LABELS, STAGES
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.project_line import name_of_promise
from guatu.projects.queries.project import ProjectPage
from guatu.projects.queries.timeline import Entry
from guatu.projects.rules.band import Axis, axis_over, clusters, rows
from guatu.projects.rules.stages import ORDER

#: Marks nearer than this (percent of the width) are drawn as one.
GAP = 1.7
ROW = 17
STAGE_HEIGHT = 46
RECORD_HEIGHT = 22
AXIS_HEIGHT = 20
MOST_ROWS = 6


def at(place: float) -> str:
    return f"{place:.2f}%"


@dataclass(frozen=True)
class Mark:
    """A mark with its address (the page as of its day) and its words for pointer and screen reader."""

    x: str
    y: int
    words: str
    url: str
    shape: str = ""
    more: int = 0
    path: str = ""

    @property
    def count(self) -> int:
        return self.more + 1


@dataclass(frozen=True)
class Stretch:
    """A stage between two days, with its name where it fits."""

    x: str
    width: str
    label: str
    label_x: str
    fits_phone: bool
    place: int


@dataclass(frozen=True)
class Drift:
    """From the first promise to the present one, on its own row."""

    x1: str
    x2: str
    y: int


@dataclass
class Band:
    """Heights in pixels, places in percent; `first` and `days` are the day slider's."""

    height: int
    ticks: list
    stretches: list[Stretch]
    stages: list[Mark]
    promises: list[Mark]
    drifts: list[Drift]
    records: list[Mark]
    as_of: str
    beyond: str
    today: str
    first: date
    days: int
    number: int
    record_y: int
    axis_y: int
    promise_top: int = STAGE_HEIGHT
    day_words: dict[str, str] = field(default_factory=dict)

    @property
    def minor_y(self) -> int:
        return self.axis_y - 5

    @property
    def label_y(self) -> int:
        return self.axis_y + 15


def band(page: ProjectPage, address: Asked) -> Band:
    today, as_of = timezone.localdate(), page.when.as_of
    stages = [entry for entry in page.line if entry.kind == "stage" and not entry.is_planned][::-1]
    records = [entry for entry in page.line if entry.kind not in ("stage", "promise") and entry.day <= as_of][::-1]
    drawn = page.lights
    days = [entry.day for entry in (*stages, *records)] + [as_of, today]
    days += [day for lit in drawn for day in (lit.state.first_due_on, lit.state.due_on)]
    axis = axis_over(days)
    promises, drifts, promise_rows = _promises(drawn, axis, address)
    record_y = STAGE_HEIGHT + ROW * promise_rows + (10 if promise_rows else 0)
    axis_y = record_y + (RECORD_HEIGHT if records else 0)
    return Band(
        height=axis_y + AXIS_HEIGHT,
        ticks=[(at(tick.place), tick.label, tick.is_year) for tick in axis.ticks()],
        stretches=_stretches(stages, axis, as_of),
        stages=_marks(stages, axis, address, 30),
        promises=promises,
        drifts=drifts,
        records=_marks(records, axis, address, record_y + 8),
        as_of=at(axis.place(as_of)),
        beyond=at(100 - axis.place(as_of)),
        today="" if as_of == today else at(axis.place(today)),
        first=axis.first,
        days=axis.days,
        number=(as_of - axis.first).days,
        record_y=record_y,
        axis_y=axis_y,
        day_words=_by_day(page, axis),
    )


def day_address(address: Asked, day: date) -> str:
    """The page as of another day; the present day needs no word in the address."""
    shown = None if day == timezone.localdate() else day
    return address.query(as_of=shown, after=None, month=None, event=None, kind=None, document=None)


def _stretches(stages: list[Entry], axis: Axis, as_of: date) -> list[Stretch]:
    """What lies between two stages; the last one reaches the day shown."""
    steps: list[Entry] = []
    for entry in sorted((e for e in stages if e.row.event in ORDER), key=lambda e: (e.day, ORDER[e.row.event])):
        if not steps or ORDER[entry.row.event] > ORDER[steps[-1].row.event] or entry.row.returned:
            steps.append(entry)
    labels = dict(STAGES)
    found = []
    for place, entry in enumerate(steps):
        end = steps[place + 1].day if place + 1 < len(steps) else as_of
        begin_at, end_at = axis.place(entry.day), axis.place(end)
        label = str(labels[entry.row.event])
        # A letter takes about 0.75 % of the band on a desk, a Chinese character twice that.
        room = sum(1.45 if ord(letter) > 0x2E80 else 0.72 for letter in label) + 1
        found.append(Stretch(
            at(begin_at), at(max(end_at - begin_at, 0)), label if end_at - begin_at >= room else "", at(begin_at),
            end_at - begin_at >= 3.4 * room, ORDER[entry.row.event],
        ))
    return found


def _marks(entries: list[Entry], axis: Axis, address: Asked, y: int) -> list[Mark]:
    places = [axis.place(entry.day) for entry in entries]
    found = []
    for group in clusters(places, GAP):
        members = [entries[position] for position in group]
        words = [f"{_day_of(member)} {_name_of(member)}" for member in members[:6]]
        if len(members) > 6:
            words.append(ngettext("and %d more", "and %d more", len(members) - 6) % (len(members) - 6))
        found.append(Mark(
            at(places[group[0]]), y, "\n".join(words), day_address(address, members[-1].day),
            members[-1].kind, len(members) - 1,
        ))
    return found


def _day_of(entry: Entry) -> str:
    day = entry.row.valid_on if entry.kind == "stage" else entry.day
    return format_day(day, Precision(entry.precision))


def _name_of(entry: Entry) -> str:
    match entry.kind:
        case "stage":
            return str(EVENT_LABELS.get(entry.row.event, entry.row.event))
        case "document":
            return entry.row.title
        case "note":
            return _("Note")
        case "value":
            return _("Put on record") if entry.what == "created" else _("facts changed")
        case _:
            return entry.told.title if entry.told else _("monthly report")


def _promises(drawn: list, axis: Axis, address: Asked) -> tuple[list[Mark], list[Drift], int]:
    spans = []
    for lit in drawn:
        ends = sorted((axis.place(lit.state.first_due_on), axis.place(lit.state.due_on)))
        spans.append((ends[0], ends[1]))
    in_rows = rows(spans, GAP + 0.6, MOST_ROWS)
    marks, drifts = [], []
    for lit, row, (begin, end) in zip(drawn, in_rows, spans, strict=True):
        state, y = lit.state, STAGE_HEIGHT + 8 + ROW * row
        due = format_day(state.due_on, Precision(state.due_precision))
        words = _("%(day)s due: %(name)s") % {"day": due, "name": name_of_promise(state.code, state.title)}
        if end > begin:
            drifts.append(Drift(at(begin), at(end), y))
            words += "; " + _("first promised for %s") % state.first_due_on.isoformat()
        marks.append(Mark(
            at(axis.place(state.due_on)), y, words, day_address(address, state.due_on), str(lit.light.colour),
            path=mark_safe(SHAPES[str(lit.light.colour)]),
        ))
    return marks, drifts, max(in_rows, default=-1) + 1


def _by_day(page: ProjectPage, axis: Axis) -> dict[str, str]:
    """What happened on which day, by its number on the slider: read out while the slider moves."""
    found: dict[str, str] = {}
    for entry in page.line:
        if entry.kind == "stage":
            found.setdefault(str((entry.day - axis.first).days), _name_of(entry))
    for lit in page.lights:
        if lit.light.flips_on is not None and axis.first <= lit.light.flips_on <= axis.last:
            name = name_of_promise(lit.state.code, lit.state.title)
            found.setdefault(str((lit.light.flips_on - axis.first).days), _("light of “%s” turns") % name)
    return found


def neighbours(page: ProjectPage, address: Asked) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The last day before, and the first day after the one shown on which something happened: (day, address)."""
    as_of = page.when.as_of
    days = {entry.day for entry in page.line if entry.kind == "stage" and not entry.is_planned}
    days |= {event.counts_from for event in page.file.standing_events if event.kind == "actual"}
    today = timezone.localdate()
    before = max((day for day in days if day < as_of), default=None)
    after = min((day for day in {*days, today} if as_of < day <= today), default=None)
    return tuple(
        (day.isoformat(), day_address(address, day)) if day is not None else None for day in (before, after)
    )

