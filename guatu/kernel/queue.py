"""A person's work queue: what they owe, what their units owe, what they asked of others, as of any day.

What somebody owes are the commitments that name them as owner, and those that name nobody but belong to something
they answer for (`Kind.abouts_of_people`). Only commitments within the reader's scope are shown, whoever owes them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from guatu.kernel.account import names_of
from guatu.kernel.commitments import MOST_LISTED, RANKED, About, Kind, Lamps, Lit, kinds
from guatu.kernel.models import CommitmentState, Membership, Organisation
from guatu.kernel.recording import head
from guatu.kernel.registry import resource_for
from guatu.kernel.scope import Scope

#: Done within so many days is done recently.
RECENT_DAYS = 30
COUNTED_FOR_SECONDS = 600


@dataclass(frozen=True)
class Owed:
    """One commitment on the page."""

    lit: Lit
    label: str
    about: About | None
    owner: str
    unit: str
    asked_by: str

    @property
    def state(self) -> CommitmentState:
        return self.lit.state


@dataclass(frozen=True)
class Sheet:
    """A part of a queue: which commitments, before they are narrowed."""

    states: QuerySet[CommitmentState]
    lamps: Lamps

    def narrowed(self, kind: str = "", text: str = "") -> Sheet:
        states = self.states.filter(subject_type=kind) if kind else self.states
        for word in text.split()[:8]:
            found = Q()
            for label, known in kinds().items():
                found |= Q(subject_type=label) & known.matching(word, self.lamps.as_of, self.lamps.recording)
            states = states.filter(found)
        return Sheet(states, self.lamps)

    @property
    def open(self) -> QuerySet[CommitmentState]:
        """What is not done on the day, with its colour."""
        unfinished = self.states.filter(Q(done_on=None) | Q(done_on__gt=self.lamps.as_of))
        return self.lamps.coloured(unfinished)

    def counts(self) -> tuple[Counter, Counter]:
        """How many are open: by colour, and by kind."""
        colours, by_kind = Counter(), Counter()
        grouped = self.open.order_by().values_list("colour_rank", "subject_type").annotate(n=Count("pk"))
        for rank, kind, n in grouped:
            colours[RANKED[rank]] += n
            by_kind[kind] += n
        return colours, by_kind

    def rows(self, colour: str = "", start: int = 0, size: int = 50) -> list[Owed]:
        """Open ones, red first and the earliest due first."""
        states = self.open.filter(colour_rank=RANKED.index(colour)) if colour else self.open
        ordered = states.order_by("colour_rank", "due_on", "subject_id", "subject_type")
        return shown(list(ordered[start : start + size]), self.lamps)

    def recently_done(self, size: int = 20) -> list[Owed]:
        since = self.lamps.as_of - timedelta(days=RECENT_DAYS)
        done = self.states.filter(done_on__gt=since, done_on__lte=self.lamps.as_of)
        return shown(list(done.order_by("-done_on", "subject_id")[:size]), self.lamps)


class Queue:
    """The queues that one reader may see as of a day."""

    def __init__(self, scope: Scope, as_of: date, recording: int | None = None):
        self.scope = scope
        self.lamps = Lamps(as_of, head().number if recording is None else recording)

    def of_people(self, people: Iterable[int]) -> Sheet:
        """What these people owe."""
        people = list(people)
        return self._sheet(self._owed(
            Q(owner_id__in=people), "owner", lambda kind, *when: kind.abouts_of_people(people, *when)))

    def of_units(self, units: Iterable[int]) -> Sheet:
        """What these units owe."""
        units = list(units)
        return self._sheet(self._owed(
            Q(owner_unit_id__in=units), "owner_unit", lambda kind, *when: kind.abouts_of_units(units, *when)))

    def asked_by(self, person: int) -> Sheet:
        """What a person asked of others."""
        sheet = self.of_people([person])
        asked = Q(asked_by_id=person) & ~Q(owner_id__isnull=False, owner_id=person)
        return self._sheet(asked & ~Q(pk__in=sheet.states.filter(asked_by_id=person).values("pk")))

    def _owed(self, named: Q, column: str, answered) -> Q:
        found = named
        asked: dict[str, tuple[QuerySet, list[int]]] = {}  # several kinds may ask the same of the database
        labels: dict[tuple[str, str], list[str]] = defaultdict(list)
        for label, kind in kinds().items():
            identities = answered(kind, self.lamps.as_of, self.lamps.recording)
            if identities is None:
                continue
            question = str(identities.query)
            if question not in asked:
                asked[question] = identities, list(identities[: MOST_LISTED + 1])
            labels[question, kind.about_type].append(label)
        for (question, about_type), subject_types in labels.items():
            identities, few = asked[question]
            if few:
                about = Q(about_id__in=few if len(few) <= MOST_LISTED else identities)
                found |= Q(**{f"{column}__isnull": True}) & about & Q(
                    about_type=about_type, subject_type__in=subject_types)
        return found

    def _sheet(self, which: Q) -> Sheet:
        reached = Q(pk__in=[])
        for label, kind in kinds().items():
            reached |= Q(subject_type=label) & self._within(kind)
        return Sheet(self.lamps.states().filter(which & reached), self.lamps)

    def _within(self, kind: Kind) -> Q:
        """The rule of scope for the kind's own rows."""
        name = resource_for(kind.model).name
        if not self.scope.may(name):
            return Q(pk__in=[])
        if self.scope.q(kind.model.scope_paths, name) is None:
            return Q()
        rows = kind.model.objects.within(self.scope, "view", name).order_by().filter(pk=OuterRef("subject_id"))
        # Not EXISTS: PostgreSQL would answer it for the whole table at once, though a queue is a small part of it.
        return Q(subject_id=Subquery(rows.values("pk")[:1]))


def shown(states: list[CommitmentState], lamps: Lamps) -> list[Owed]:
    """States of one page with their lights and words; a constant number of queries."""
    abouts = lamps.abouts_of(states)
    owners, units = {}, {}
    for state in states:
        about = abouts.get((state.subject_type, state.about_id))
        owners[id(state)] = state.owner_id or (about.person_id if about else None)
        units[id(state)] = state.owner_unit_id or (about.unit_id if about else None)
    people = names_of([*owners.values(), *(state.asked_by_id for state in states)])
    named = set(units.values()) - {None}
    names = dict(Organisation.everything.filter(pk__in=named).values_list("pk", "name"))
    found = []
    for lit in lamps.lit(states, abouts):
        state = lit.state
        found.append(Owed(
            lit, kinds()[state.subject_type].label(state), abouts.get((state.subject_type, state.about_id)),
            people.get(owners[id(state)], ""), names.get(units[id(state)], ""), people.get(state.asked_by_id, "")))
    return found


def units_of(user_id: int) -> dict[int, str]:
    """The units in which a person has a membership, by identity."""
    rows = Membership.everything.filter(user_id=user_id, withdrawn=False).select_related("organisation")
    return {row.organisation_id: row.organisation.name for row in rows.order_by("id")}


def pressing(user, scope: Scope) -> int:
    """How many of the user's own commitments are red or yellow today; kept while nothing new is recorded (rights are
    recorded too)."""
    today, newest = timezone.localdate(), head().number
    key = f"guatu.queue.pressing.{user.pk}.{today}.{newest}"
    found = cache.get(key)
    if found is None:
        found = Queue(scope, today, newest).of_people([user.pk]).open.filter(colour_rank__lte=1).count()
        cache.set(key, found, COUNTED_FOR_SECONDS)
    return found


def turning(person: int, scope: Scope, day: date, since: date) -> tuple[list[Owed], list[Owed]]:
    """What a person owes that turned red after `since`, and what turns red within a week of `day`."""
    sheet = Queue(scope, day).of_people([person])
    week = day + timedelta(days=7)
    by_hand = ~Q(override_colour="")
    near = sheet.open.filter(by_hand | Q(due_on__gte=since, due_on__lt=week)).order_by("due_on", "subject_id")
    rows = shown(list(near[:500]), sheet.lamps)
    earlier = Lamps(since, sheet.lamps.recording)
    before: dict[int, str] = {}
    red = [row for row in rows if row.lit.light.colour == "red"]
    for lit in earlier.lit([row.state for row in red], earlier.abouts_of([row.state for row in red])):
        before[id(lit.state)] = lit.light.colour
    turned = [row for row in red if before[id(row.state)] != "red"]
    coming = [
        row for row in rows
        if row.lit.light.flips_to == "red" and row.lit.light.flips_on is not None and row.lit.light.flips_on <= week
    ]
    return turned, coming
