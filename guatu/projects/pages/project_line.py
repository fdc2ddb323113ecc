"""The line of time of a project in words: what a reader sees of each entry, month by month."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from guatu.kernel.choices import LIGHTS
from guatu.kernel.documents import SHOWN_TYPES
from guatu.kernel.models import BEGINNING
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.rules.light import Light
from guatu.projects.choices import EVENT_LABELS, MILESTONE_LABELS
from guatu.projects.gates import DOCUMENT_KINDS
from guatu.projects.models import Project
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import wan
from guatu.projects.pages.project_words import Mark, Words
from guatu.projects.queries.dossier import Dossier
from guatu.projects.queries.timeline import KINDS, Entry, Page, page_of, recording_of

LABELS = {
    "stage": gettext_lazy("Stages and events"),
    "promise": gettext_lazy("Promises"),
    "value": gettext_lazy("Facts"),
    "document": gettext_lazy("Documents and photos"),
    "report": gettext_lazy("Monthly reports"),
    "note": gettext_lazy("Notes"),
}


@dataclass(frozen=True)
class Shown:
    """One entry as the page shows it. `month` is a heading to set before it, "" within a month."""

    entry: Entry
    day: str
    title: str
    url: str = ""
    month: str = ""
    chips: tuple[str, ...] = ()
    light: Light | None = None
    details: tuple[str, ...] = ()
    differences: tuple[tuple[str, str, str], ...] = ()
    photos: tuple[tuple[str, str], ...] = ()  # address and title
    source: Mark | None = None
    who: str = ""
    recorded: str = ""
    number: int | None = None
    later: str = ""

    @property
    def anchor(self) -> str:
        return f"t-{self.entry.key}"


@dataclass(frozen=True)
class Chip:
    """A filter of the line: one kind, how many entries it has, and the address that turns it on or off."""

    code: str
    label: str
    count: int
    is_on: bool
    url: str


@dataclass(frozen=True)
class Stretch:
    """A page of the line in words. `next_url` fetches what comes before it, `ahead_url` what lies further ahead."""

    ahead: list[Shown]
    entries: list[Shown]
    more_ahead: int
    ahead_url: str
    next_url: str
    page_url: str
    chips: list[Chip] = field(default_factory=list)


def wanted(address: Asked) -> tuple[frozenset[str], str, bool]:
    """What the address asks of the line: kinds, the mark to go on after, and whether all that lies ahead."""
    kinds = frozenset(address.given.get("kinds", "").split(",")) & frozenset(KINDS)
    return kinds, address.given.get("after", "")[:120], address.given.get("ahead") == "all"


def cut(line: list[Entry], address: Asked) -> Page:
    """The stretch of the line that the address asks for."""
    kinds, after, all_ahead = wanted(address)
    return page_of(line, address.as_of, kinds, after, all_ahead)


def in_words(page: Page, file: Dossier, words: Words, address: Asked) -> Stretch:
    kinds, after, _all_ahead = wanted(address)
    fetched = reverse("projects:timeline", args=[file.project.pk])
    last_month = address.given.get("month", "") if after else ""
    entries, last_month = _by_month(_told_of(page.entries, file, words), last_month)
    ahead, _month = _by_month(_told_of(page.ahead, file, words), "")
    return Stretch(
        ahead,
        entries,
        page.more_ahead,
        address.query(ahead="all", after=None, month=None) + "#time",
        fetched + address.query(after=page.next, month=last_month, ahead=None) if page.next else "",
        address.query(after=page.next, month=None, ahead=None) + "#time",
        [
            Chip(code, str(LABELS[code]), page.counts.get(code, 0), code in kinds, _toggled(address, kinds, code))
            for code in KINDS
            if page.counts.get(code) or code in kinds
        ],
    )


def _told_of(entries: list[Entry], file: Dossier, words: Words) -> list[Shown]:
    return _photos_together([in_words_of(entry, file, words) for entry in entries])


def _toggled(address: Asked, kinds: frozenset[str], code: str) -> str:
    chosen = [kind for kind in KINDS if (kind in kinds) != (kind == code)]
    return address.query(kinds=",".join(chosen) or None, after=None, month=None)


def _by_month(shown: list[Shown], last: str) -> tuple[list[Shown], str]:
    """Sets the month before the first entry of each; `last` is the month that stands above already (2022-06)."""
    found = []
    for one in shown:
        month = f"{one.entry.day:%Y-%m}"
        if month != last:
            one = replace(one, month=formatted(one.entry.day, pgettext("date format", "F Y")))
            last = month
        found.append(one)
    return found, last


def in_words_of(entry: Entry, file: Dossier, words: Words) -> Shown:
    recording = recording_of(file, entry)
    made = {
        "stage": _stage, "promise": _promise, "value": _value, "note": _value, "document": _document,
        "report": _told if entry.told is not None else _month,
    }[entry.kind](entry, file, words)
    if recording is None:
        return made
    on = timezone.localtime(recording.instant)
    return replace(
        made,
        source=words.source(entry.source_id),
        who=words.who(recording),
        recorded=f"{on:%Y-%m-%d}",
        number=recording.number,
        later=_later(entry.day, on.date()),
    )


def _later(day: date, recorded: date) -> str:
    """How long after its day an entry was recorded, where it is worth saying."""
    days = (recorded - day).days
    if days < 2:
        return ""
    if days < 60:
        return ngettext("%d day later", "%d days later", days) % days
    return ngettext("%d month later", "%d months later", days // 30) % (days // 30)


def _written(day: date, precision: str, not_later_than: bool = False) -> str:
    text = format_day(day, Precision(precision))
    return f"≤{text}" if not_later_than else text


def _precision(entry: Entry) -> list[str]:
    words = {
        "month": _("day of the month unknown"), "quarter": _("known to the quarter"),
        "half": _("known to the half-year"), "year": _("known to the year"),
    }
    return [words[entry.precision]] if entry.precision in words else []


def _stage(entry: Entry, file: Dossier, words: Words) -> Shown:
    event = entry.row
    chips = _precision(entry)
    if entry.is_planned:
        chips.insert(0, str(event.get_kind_display()))
    if event.not_later_than:
        chips.append(_("not later than this day"))
    if event.basis == "history":
        chips.append(str(event.get_basis_display()))
    if event.returned:
        chips.append(_("step back"))
    details = [event.note] if event.note else []
    for former in entry.earlier[-1:]:
        chips.append(_("corrected"))
        before = _written(former.valid_on, former.precision, former.not_later_than)
        if before != _written(event.valid_on, event.precision, event.not_later_than):
            details.append(_("Stated before as %(day)s.") % {"day": before})
    return Shown(
        entry,
        _written(event.valid_on, event.precision, event.not_later_than),
        str(EVENT_LABELS.get(event.event, event.event)),
        f"/r/stage_events/{event.lineage}/" if words.scope.may("stage_events") else "",
        chips=tuple(chips),
        details=tuple(details),
    )


def name_of_promise(code: str, title: str) -> str:
    return title or str(MILESTONE_LABELS.get(code, code))


def _promise(entry: Entry, file: Dossier, words: Words) -> Shown:
    if entry.what == "due":
        return _due(entry)
    milestone = entry.row
    name = name_of_promise(milestone.event, milestone.title)
    after = {column: new for column, _old, new in entry.differences}
    before = {column: old for column, old, _new in entry.differences}
    due, was = (_due_words(values) for values in (after, before))
    details: list[str] = []
    differences: tuple[tuple[str, str, str], ...] = ()
    match entry.what:
        case "promised":
            title = _("“%(name)s” promised for %(day)s") % {"name": name, "day": due}
        case "moved":
            title = _("Due day of “%s” moved") % name
            differences = ((words.label(type(milestone), "due_on"), was, due),)
        case "done":
            title = _("“%s” done") % name if after["done_on"] else _("“%s” is open again") % name
        case "light":
            colour = dict(LIGHTS).get(after["override_colour"])
            title = (
                _("Light of “%(name)s” set to %(colour)s by hand") % {"name": name, "colour": colour}
                if colour else _("Light of “%s” no longer set by hand") % name
            )
            if after.get("override_reason"):
                details.append(after["override_reason"])
        case "urged":
            title = _("“%s” urged") % name
        case _:
            title = _("“%s” changed") % name
            differences = _differences(entry, words)
    details += _reasons(entry)
    return Shown(
        entry, entry.day.isoformat(), title, f"#milestone-{milestone.pk}", details=tuple(details),
        differences=differences,
    )


def _due_words(values: dict) -> str:
    if not values.get("due_on"):
        return ""
    precision = values.get("due_precision") or "day"
    return format_day(date.fromisoformat(values["due_on"]), Precision(precision))


def _due(entry: Entry) -> Shown:
    state, light = entry.row.state, entry.row.light
    details = []
    if state.moves:
        details.append(
            ngettext("first promised for %(day)s, moved %(n)d time", "first promised for %(day)s, moved %(n)d times",
                     state.moves) % {"day": state.first_due_on, "n": state.moves}
        )
    if owner := " · ".join(str(one) for one in (state.owner_unit, state.owner) if one is not None):
        details.append(owner)
    return Shown(
        entry,
        _written(state.due_on, state.due_precision),
        _("“%s” due") % name_of_promise(state.code, state.title),
        f"#milestone-{state.subject_id}",
        chips=tuple(_precision(entry)),
        light=light,
        details=tuple(details),
    )


def _reasons(entry: Entry) -> list[str]:
    found = []
    if entry.statement is not None and entry.statement.reason:
        found.append(_("Reason: %s") % entry.statement.reason)
    if entry.statement is not None and entry.statement.approver:
        found.append(_("Approved by %s") % entry.statement.approver)
    return found


def _differences(entry: Entry, words: Words) -> tuple[tuple[str, str, str], ...]:
    model = type(entry.row)
    return tuple(
        (words.label(model, name), words.value(model, name, old), words.value(model, name, new))
        for name, old, new in entry.differences
        if name != "withdrawn"
    )


def _value(entry: Entry, file: Dossier, words: Words) -> Shown:
    if entry.kind == "note":
        (_name, _old, text), *_rest = entry.differences
        return Shown(entry, entry.day.isoformat(), _("Note"), details=(str(text or "—"), *_reasons(entry)))
    chips = []
    if entry.what == "created":
        title, differences = _("Put on record"), ()
    else:
        differences = _differences(entry, words)
        title = _("%s changed") % pgettext("between items", ", ").join(label for label, _old, _new in differences)
        if entry.statement.counts_from == BEGINNING:
            chips.append(_("holds from the beginning"))
    day = entry.day if entry.statement.counts_from == BEGINNING else entry.statement.counts_from
    return Shown(
        entry, _written(day, entry.precision), title, chips=tuple([*chips, *_precision(entry)]),
        differences=differences, details=tuple(_reasons(entry)),
    )


def photo_url(project: Project, pk: int) -> str:
    return reverse("projects:photo", args=[project.pk, pk])


def _document(entry: Entry, file: Dossier, words: Words) -> Shown:
    document = entry.row
    is_image = document.content_type in SHOWN_TYPES
    url = photo_url(file.project, document.pk) if is_image else f"/documents/{document.pk}/"
    return Shown(
        entry,
        entry.day.isoformat(),
        document.title,
        url,
        chips=(str(dict(DOCUMENT_KINDS).get(document.kind, document.kind or _("other"))),),
        photos=((url, document.title),) if is_image else (),
    )


def _photos_together(shown: list[Shown]) -> list[Shown]:
    """Photos of one day that one person brought on one day are one entry."""
    found: list[Shown] = []
    for one in shown:
        last = found[-1] if found else None
        if (
            last is not None and one.photos and last.photos
            and (last.day, last.who, last.recorded) == (one.day, one.who, one.recorded)
        ):
            photos = last.photos + one.photos
            title = ngettext("%d photo", "%d photos", len(photos)) % len(photos)
            found[-1] = replace(last, photos=photos, title=title, url="", chips=(), number=None)
        else:
            found.append(one)
    return found


def _month(entry: Entry, file: Dossier, words: Words) -> Shown:
    investment, progress = entry.row.investment, entry.row.progress
    said, details = [], []
    if investment is not None:
        said.append(
            _("%(amount)s completed in the month")
            % {"amount": f"{wan(investment.completed_cny)} {_('10k yuan')}"}
        )
    if progress is not None:
        said.append(str(progress.get_status_display()))
        if progress.problem:
            details.append(_("Problem: %s") % progress.problem)
        if progress.next_step:
            details.append(_("Next step: %s") % progress.next_step)
    return Shown(
        entry, _written(entry.day, entry.precision), pgettext("between items", ", ").join(said), details=tuple(details)
    )


def _told(entry: Entry, file: Dossier, words: Words) -> Shown:
    told = entry.told
    return Shown(
        entry, _written(entry.day, entry.precision), told.title, told.url, details=told.details, who=told.who,
        recorded=told.on.isoformat() if told.on else "", source=words.source(entry.source_id),
        later=_later(entry.day, told.on) if told.on and told.on - entry.day > timedelta(days=1) else "",
    )
