"""The two dates of every answer: later edits of whatever a list reads never change an answer already given."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.models import CalendarNotice, ExchangeRate, Organisation, ParameterValue
from guatu.kernel.recording import head
from guatu.kernel.registry import projections
from guatu.kernel.scope import Scope
from guatu.projects.models import Milestone, Project, StageEvent
from guatu.projects.queries import difference, five_lists, lights
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.long]

DAYS = [date(2021, 6, 30), date(2022, 3, 31), date(2022, 12, 31), date(2023, 5, 5), date(2026, 12, 1)]


def answer(as_of: date, known_at) -> str:
    scope = Scope.whole()
    return json.dumps(
        [
            five_lists(scope, as_of, known_at).as_json(),
            five_lists(scope, as_of, known_at, zone="z1").as_json(),
            difference(scope, date(2021, 12, 31), as_of, known_at)[0].as_json(),
            [row.as_json() for row in lights(scope, as_of, known_at)],
        ],
        default=str, sort_keys=True, ensure_ascii=False,
    )


class Editor:
    """Makes one random edit of some value that a list, a total or a light reads."""

    def __init__(self, world, seed: int):
        self.world = world
        self.random = random.Random(seed)
        self.count = 0

    def day(self) -> date:
        return date(2021, 1, 1) + timedelta(days=self.random.randrange(2300))

    def project(self) -> Project:
        return Project.everything.get(pk=self.random.choice(self.world.projects).pk)

    def how(self) -> dict:
        return self.random.choice([{}, {"valid_on": self.day()}, {"correction": True}])

    def edit(self) -> bool:
        """Whether the edit was accepted."""
        self.count += 1
        kind = self.random.choice([name for name in dir(self) if name.startswith("edit_")])
        try:
            getattr(self, kind)()
        except Refusals:
            return False
        return True

    def edit_project(self):
        world, r = self.world, self.random
        values = r.choice([
            {"name": f"新名{self.count}"},
            {"zone": r.choice(world.zones).pk},
            {"unit": r.choice([None, *(unit.pk for unit in world.units)])},
            {"chain": r.choice([None, *(chain.pk for chain in world.chains)])},
            {"officer": r.choice([None, *(officer.pk for officer in world.officers)])},
            {"investment": r.choice([None, Decimal(r.randrange(10**9))])},
            {"currency": r.choice(["CNY", "USD"])},
            {"declared_count": r.choice([None, r.randrange(2, 12)])},
            {"batch": r.choice([None, world.projects[1].pk])},
            {"category": r.choice(["fund", "park", "industry"])},
            {"code": f"code{self.count}"},
        ])
        actions.change(world.actor, self.project(), values, **self.how())

    def edit_event(self):
        event = self.random.choice(["negotiating", "signed", "registered", "land_acquired", "started", "completed",
                                    "paused", "resumed", "cancelled", "in_statistics"])
        day = min(self.day(), timezone.localdate() - timedelta(days=400))
        actions.create(self.world.actor, StageEvent, {
            "project": self.project().pk, "event": event, "valid_on": day, "basis": "history",
            "precision": self.random.choice(["day", "month", "year"]), "source": self.world.source.pk,
        })

    def _event(self):
        events = list(StageEvent.everything.filter(superseded_by=None, withdrawn=False, kind="actual"))
        return self.random.choice(events)

    def edit_corrected_event(self):
        event = self._event()
        actions.change(self.world.actor, event, {"valid_on": event.valid_on - timedelta(days=self.random.randrange(90))})

    def edit_withdrawn_event(self):
        actions.withdraw(self.world.actor, self._event(), "误录")

    def edit_due_day(self):
        milestones = list(Milestone.everything.filter(withdrawn=False))
        actions.change(self.world.actor, self.random.choice(milestones), {"due_on": self.day()}, reason="征迁延迟",
                       approver="李主任", **self.how())

    def edit_override(self):
        milestones = list(Milestone.everything.filter(withdrawn=False))
        start = self.day()
        actions.change(self.world.actor, self.random.choice(milestones), {
            "override_colour": "yellow", "override_from": start, "override_until": start + timedelta(days=60),
            "override_reason": "会议决定"}, **self.how())

    def edit_planned_event(self):
        actions.create(self.world.actor, StageEvent, {
            "project": self.project().pk, "event": "completed", "kind": "planned", "valid_on": self.day(),
            "basis": "history", "source": self.world.source.pk})

    def edit_parameter(self):
        key, value = self.random.choice([
            ("projects.lights.yellow_workdays", self.random.randrange(1, 60)),
            ("projects.lists.signed_stages", ["signed"]),
            ("projects.lists.negotiating_stages", ["negotiating", "registered"]),
            ("projects.lists.expected_stages", ["started"]),
        ])
        actions.create(self.world.actor, ParameterValue, {
            "key": key, "organisation": self.random.choice([None, self.world.zones[0].pk]), "value": value,
            "valid_on": self.day()})

    def edit_rate(self):
        actions.create(self.world.actor, ExchangeRate, {
            "currency": "USD", "valid_on": self.day(), "cny_per_unit": Decimal(self.random.randrange(60000, 75000)) / 10000})

    def edit_calendar(self):
        year = self.random.randrange(2021, 2028)
        actions.create(self.world.actor, CalendarNotice, {
            "year": year, "title": f"{year}年放假通知", "valid_on": date(year - 1, 12, 1),
            "holidays": [f"{year}-01-0{self.random.randrange(1, 9)}", f"{year}-10-01"], "workdays": []})

    def edit_tree(self):
        zone = Organisation.everything.get(pk=self.world.zones[1].pk)
        parent = self.random.choice([self.world.zones[0].pk, self.world.zones[0].parent_id])
        actions.change(self.world.actor, zone, {"parent": parent}, **self.how())


@pytest.mark.parametrize("seed", [1, 20260630])
def test_earlier_answers_stay_byte_equal_and_rebuild_changes_nothing(system, seed):
    world = build(system)
    editor = Editor(world, seed)
    given = {}
    accepted = 0
    for round_ in range(25):
        known_at = timezone.now()
        for as_of in editor.random.sample(DAYS, 2):
            given[as_of, known_at] = answer(as_of, known_at)
        accepted += sum(editor.edit() for _ in range(3))
        for as_of, asked_at in editor.random.sample(sorted(given), min(4, len(given))):
            assert answer(as_of, asked_at) == given[as_of, asked_at], f"seed {seed}, round {round_}"
    for (as_of, asked_at), first in given.items():
        assert answer(as_of, asked_at) == first, f"seed {seed}, as of {as_of}"
    assert accepted > 35
    for projection in projections():
        assert projection.rebuild() == {"subjects": len(set(projection.all_subjects())), "missing": 0, "wrong": 0}


def test_edits_do_change_the_newest_answer(system):
    """The test above would be worthless if nothing ever changed."""
    world = build(system)
    editor = Editor(world, 7)
    answers = set()
    for _ in range(25):
        editor.edit()
        answers.add(answer(date(2022, 12, 31), None))
    assert len(answers) > 8


def test_an_answer_names_the_recording_it_knows(system):
    build(system)
    assert five_lists(Scope.whole(), date(2022, 6, 30)).as_json()["known_at"] == head().instant.isoformat()


def test_what_will_be_known_later_cannot_be_asked(system):
    from guatu.kernel.errors import Refused

    build(system)
    with pytest.raises(Refused) as refused:
        five_lists(Scope.whole(), date(2022, 6, 30), timezone.now() + timedelta(days=1))
    assert refused.value.code == "known_at_future"
