"""The situation of a zone as of a day, as known at a recording, and the content drafted from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.bulletins.queries.lights import light_part
from guatu.bulletins.queries.record import latest_before
from guatu.bulletins.rules import drafting
from guatu.bulletins.rules.content import Content
from guatu.bulletins.rules.situation import ListStanding, Moved, Situation, Tally
from guatu.kernel import parameters
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.models import Organisation, Recording
from guatu.kernel.recording import resolve
from guatu.kernel.scope import EVERYWHERE, Scope
from guatu.projects.choices import LISTS, RESIDUALS
from guatu.projects.models import ProjectState
from guatu.projects.queries import Moment, difference, five_lists
from guatu.projects.queries.moment import zone_named

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Asking:
    """What a bulletin is about and when: zone and unit, the two days, the knowledge, the language."""

    zone: Organisation
    unit: Organisation | None
    as_of: date
    since: date
    recording: int
    known_at: datetime | None
    language: str

    @property
    def unit_id(self) -> int | None:
        return self.unit.pk if self.unit is not None else None

    def at(self, recording: int) -> Asking:
        """The same question with the knowledge of another recording."""
        return replace(self, recording=recording, known_at=instant_of(recording))


def instant_of(recording: int) -> datetime | None:
    """The instant of a recording, which `known_at` in an address resolves to that recording again."""
    return Recording.objects.filter(number=recording).values_list("instant", flat=True).first()


def asking(
    scope: Scope, zone: str, as_of: date, *, unit: int | None = None, since: date | None = None,
    known_at: datetime | None = None, language: str = "zh-hans",
) -> Asking:
    """Reads what is asked; without `since` the day up to which the last issued bulletin looked, else a week before.

    Raises NotFound for a zone or unit that is not there, Faulty for days in a wrong order or an unknown language.
    """
    node = zone_named(scope, zone)
    responsible = _responsible(scope, unit) if unit is not None else None
    if since is None:
        last = latest_before(node.pk, unit, as_of)
        since = last.as_of if last is not None else as_of - WEEK
    if since >= as_of:
        raise Faulty("since", _("The bulletin looks back to %(since)s, which must lie before its day %(as_of)s. Choose an "
                                "earlier day.") % {"since": since, "as_of": as_of}, "since")
    if language not in drafting.LANGUAGES:
        raise Faulty("language", _("A bulletin is written in Chinese or in English, not in “%s”.") % language[:20], "language")
    recording, instant = resolve(known_at)
    return Asking(node, responsible, as_of, since, recording, instant, language)


def _responsible(scope: Scope, pk: int) -> Organisation:
    """The unit, when `scope` reaches it or any project that it answers for; a unit of others has no name here."""
    unit = Organisation.everything.filter(pk=pk, withdrawn=False).first()
    reaches = [scope.reach(name) for name in ("organisations", "projects")]
    if unit is not None and any(reach == EVERYWHERE or pk in reach for reach in reaches):
        return unit
    within = scope.q(ProjectState.scope_paths, "projects") or Q()
    if unit is None or not ProjectState.objects.filter(within, unit_id=pk).exists():
        raise NotFound("no_unit", _("There is no responsible unit with record number %s. Choose one from the list.") % pk)
    return unit


def compute(scope: Scope, asked: Asking, issuer: str, corrects: str = "") -> Content:
    """The content of a bulletin. Reads the same rows and gives the same bytes for the same question for ever."""
    with override(asked.language):
        return drafting.draft(situation(scope, asked, issuer, corrects), asked.language)


def situation(scope: Scope, asked: Asking, issuer: str, corrects: str = "") -> Situation:
    found = five_lists(scope, asked.as_of, asked.known_at, asked.zone.code, unit=asked.unit_id)
    when = found.when
    most = _parameter(when.parameters, "bulletins.named_most", asked)
    moves, counts = difference(
        scope, asked.since, asked.as_of, asked.known_at, asked.zone.code, most=most, unit=asked.unit_id,
        second=when)
    lights = light_part(scope, when, asked.zone, asked.unit_id, most)
    names = names_as_of([asked.zone.pk, *([asked.unit_id] if asked.unit_id else []), *lights.unit_ids], when)

    def standing(name: str, label, listed: bool) -> ListStanding:
        entered, left = counts[name] if listed else (0, 0)
        return ListStanding(
            name, str(label), _tally(found.totals[name]), entered, left,
            _named(moves.entered[name]) if listed else (), _named(moves.left[name]) if listed else ())

    return Situation(
        zone=names[asked.zone.pk],
        unit=names[asked.unit_id] if asked.unit_id else "",
        issuer=issuer,
        as_of=asked.as_of,
        since=asked.since,
        lists=tuple(standing(name, label, True) for name, label in LISTS),
        residuals=tuple(standing(name, label, False) for name, label in RESIDUALS),
        total=_tally(found.total),
        units=lights.units(names),
        overdue=lights.named(lights.red, names),
        moved=lights.named(lights.moved, names),
        named_most=most,
        units_most=_parameter(when.parameters, "bulletins.units_most", asked),
        corrects=corrects,
    )


def _tally(total) -> Tally:
    return Tally(total.projects, total.amount, total.unknown)


def _named(moves) -> tuple[Moved, ...]:
    return tuple(Moved(move.project_id, move.name, move.why) for move in moves)


def _parameter(book: parameters.ParameterBook, key: str, asked: Asking) -> int:
    return int(book.get(key, asked.zone.pk).value)


def names_as_of(ids: list[int], when: Moment) -> dict[int, str]:
    """What organisations were called at a moment; the code where no name was known yet."""
    values = when.organisations
    missing = [pk for pk in ids if not values.get(pk, {}).get("name")]
    present = dict(Organisation.everything.filter(pk__in=missing).values_list("pk", "code")) if missing else {}
    return {pk: values[pk]["name"] if pk not in present else present[pk] for pk in ids}
