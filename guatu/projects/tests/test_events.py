"""Events published inside the transaction that recorded them."""

from datetime import date

import pytest

from guatu.kernel import actions
from guatu.kernel.events import listen
from guatu.projects.events import DueDayMoved, StageReached
from guatu.projects.models import Milestone, StageEvent
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.both]

heard: list = []


@listen(StageReached)
@listen(DueDayMoved)
def remember(event):
    heard.append(event)


def test_a_plan_a_move_and_a_stage_are_told_once_each(system):
    world = build(system, 2)
    heard.clear()
    project = world.projects[0]
    history = {"project": project.pk, "basis": "history", "source": world.source.pk}
    actions.create(system, StageEvent, {
        **history, "event": "completed", "kind": "planned", "valid_on": date(2026, 3, 31)})
    milestone = Milestone.everything.get(project=project, event="completed")
    actions.change(system, milestone, {"due_on": date(2026, 6, 30)}, reason="雨季", approver="李局")
    event = actions.create(system, StageEvent, {**history, "event": "started", "valid_on": date(2022, 3, 1)})
    assert heard == [
        DueDayMoved(milestone.pk, project.pk, None, None, date(2026, 3, 31), ""),
        DueDayMoved(milestone.pk, project.pk, None, date(2026, 3, 31), date(2026, 6, 30), "雨季"),
        StageReached(project.pk, "started", date(2022, 3, 1), "history", event.pk, None),
    ]
