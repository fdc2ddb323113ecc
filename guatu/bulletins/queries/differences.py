"""What later knowledge would change in a bulletin: its figures then and now, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import override

from guatu.bulletins.queries.compute import Asking, compute
from guatu.bulletins.rules.content import Content
from guatu.kernel.commitments import RANKED, kinds
from guatu.kernel.models import CommitmentState
from guatu.kernel.scope import Scope
from guatu.projects.choices import LISTS, RESIDUALS
from guatu.projects.models import Milestone
from guatu.projects.queries.moment import Moment

SUBJECT = Milestone._meta.label_lower
LABELS = dict(LISTS + RESIDUALS)
#: Rows of one list that are named; more are counted.
MOST_ROWS = 500


@dataclass(frozen=True)
class FigureChange:
    key: str
    name: str
    then: str
    now: str


@dataclass(frozen=True)
class RowChange:
    """A project that stands in other lists by present knowledge, or with another amount. Empty: not among them."""

    project_id: int
    code: str
    name: str
    then: tuple[str, ...]
    now: tuple[str, ...]
    amount_changed: bool


@dataclass(frozen=True)
class LightChange:
    """A milestone whose light or due day differs by present knowledge. "" stands for not being there."""

    project_id: int
    project: str
    milestone: str
    then: str
    now: str
    due_then: str
    due_now: str


@dataclass(frozen=True)
class Differences:
    then: Content
    now: Content
    figures: list[FigureChange]
    rows: list[RowChange]
    lights: list[LightChange]

    @property
    def is_same(self) -> bool:
        return not (self.figures or self.rows or self.lights)


def figure_changes(then: Content, now: Content) -> list[FigureChange]:
    """Figures that read otherwise, in the order of the bulletin; "" where a figure is not there."""
    found = []
    for key in dict.fromkeys([*then.figures, *now.figures]):
        before, after = then.figures.get(key), now.figures.get(key)
        if (before and before.value) != (after and after.value):
            found.append(FigureChange(
                key, (before or after).name, before.text if before else "", after.text if after else ""))
    return found


def differences(scope: Scope, then: Content, asked: Asking, recording: int, issuer: str, corrects: str) -> Differences:
    """`then` is what was drafted for `asked`; compared with what is known at `recording` about the same days.

    Figures are of the whole bulletin, as everybody reads it who may read it; rows are those within `scope`.
    """
    present = asked.at(recording)
    now = compute(Scope.whole(), present, issuer, corrects)
    with override(asked.language):
        first = Moment(asked.as_of, asked.recording, asked.known_at)
        second = Moment(asked.as_of, recording, present.known_at)
        return Differences(
            then, now, figure_changes(then, now),
            sorted(_rows(scope, first, second, asked), key=lambda row: row.code)[:MOST_ROWS],
            sorted(_lights(scope, first, second, asked), key=lambda row: (row.due_now or row.due_then, row.project))[:MOST_ROWS],
        )


# -- projects ------------------------------------------------------------------------------------------------------


def _standings(scope: Scope, when: Moment, asked: Asking) -> dict[int, tuple]:
    placements = when.placements
    rows = when.states(scope, asked.zone.pk, unit=asked.unit_id)
    return {
        pk: (code, name, placements.lists_of(placements.class_of(zone), signature), (fen, currency))
        for pk, code, name, zone, signature, fen, currency in rows.values_list(
            "project_id", "code", "name", "zone_id", "signature_id", "investment_fen", "currency")
    }


def _rows(scope: Scope, first: Moment, second: Moment, asked: Asking) -> Iterator[RowChange]:
    before, after = _standings(scope, first, asked), _standings(scope, second, asked)
    for pk in before.keys() | after.keys():
        was, now = before.get(pk), after.get(pk)
        if was is not None and now is not None and was[2:] == now[2:]:
            continue
        code, name, *_rest = now or was
        yield RowChange(
            pk, code, name, _labels(was), _labels(now), was is not None and now is not None and was[3] != now[3])


def _labels(standing: tuple | None) -> tuple[str, ...]:
    return tuple(str(LABELS[name]) for name in standing[2]) if standing is not None else ()


# -- milestones ----------------------------------------------------------------------------------------------------


def _coloured(scope: Scope, when: Moment, asked: Asking, which: Q) -> QuerySet[CommitmentState]:
    projects = when.states(scope, asked.zone.pk)
    states = when.lamps.states().filter(which, subject_type=SUBJECT, about_id__in=projects.values("project_id"))
    if asked.unit_id is not None:
        own = projects.filter(unit_id=asked.unit_id).values("project_id")
        states = states.filter(Q(owner_unit_id=asked.unit_id) | Q(owner_unit_id=None, about_id__in=own))
    return when.lamps.coloured(states)


def _lights(scope: Scope, first: Moment, second: Moment, asked: Asking) -> Iterator[LightChange]:
    """Milestones touched since, unless calendar, parameters or tree differ: then every one may shine otherwise."""
    touched_then, touched_now = Q(recorded_to__lte=second.recording), Q(recorded_from__gt=first.recording)
    if (first.calendar.years, first.parameters.overrides, first.parents) != (
        second.calendar.years, second.parameters.overrides, second.parents,
    ):
        touched_then = touched_now = Q()
    before = _by_milestone(_coloured(scope, first, asked, touched_then))
    after = _by_milestone(_coloured(scope, second, asked, touched_now))
    changed = [pk for pk in before.keys() | after.keys() if before.get(pk, (None,))[:2] != after.get(pk, (None,))[:2]]
    names = _project_names(first, second, {(before.get(pk) or after[pk])[2] for pk in changed})
    for pk in changed:
        was, now = before.get(pk), after.get(pk)
        _colour, _due, project, label = now or was
        yield LightChange(
            project, names.get(project, ""), label, was[0] if was else "", now[0] if now else "",
            was[1] if was else "", now[1] if now else "")


def _by_milestone(states: QuerySet[CommitmentState]) -> dict[int, tuple[str, str, int, str]]:
    return {
        state.subject_id: (
            RANKED[state.colour_rank], state.due_on.isoformat(), state.about_id, kinds()[SUBJECT].label(state))
        for state in states.only("subject_type", "subject_id", "due_on", "about_id", "title", "code")
    }


def _project_names(first: Moment, second: Moment, ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for when in (first, second):
        rows = when.states(Scope.whole()).filter(project_id__in=sorted(ids)[:900])
        found.update(rows.values_list("project_id", "name"))
    return found
