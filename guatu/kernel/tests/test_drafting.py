"""A draft made for one number is stored under another just as if it had been made for it."""

from datetime import date

import pytest

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions, audit
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Conflict
from guatu.kernel.models import ChainHead, HistoryEntry, Organisation, Source, Statement
from guatu.kernel.models.history import recording_number
from guatu.kernel.registry import projections
from guatu.projects.models import Milestone, Project, ProjectState, StageEvent
from guatu.projects.tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(params=[0, 3], ids=["found under the lock", "found before the lock"])
def meanwhile(monkeypatch, request):
    """Lets somebody else write once, after the next draft is made and before the chain is locked."""
    plain = actions.Draft
    monkeypatch.setattr(actions, "CATCHING_UP", request.param)

    def arrange(write):
        waiting = [write]

        class Overtaken(plain):
            def __init__(self, *arguments):
                super().__init__(*arguments)
                if waiting:
                    waiting.pop()()

        monkeypatch.setattr(actions, "Draft", Overtaken)
    return arrange


def whole_batch(world) -> list[Change]:
    source = Change("create", Source, {"code": "new", "title": "材料"})
    parent = Change("create", Organisation, {"code": "n1", "name": "新局", "kind": "department", "source": source})
    child = Change("create", Organisation, {"code": "n2", "name": "新处", "kind": "department", "parent": parent})
    investor = Change("create", Enterprise, {"code": "I1", "name": "投资方"})
    batch = Change("create", Project, {
        "code": "b", "name": "打包", "zone": world.zones[0].pk, "declared_count": 2, "investors": [investor], "unit": child})
    member = Change("create", Project, {"code": "m", "name": "成员", "zone": world.zones[0].pk, "batch": batch, "jobs": 5})
    planned = Change("create", StageEvent, {
        "project": member, "event": "started", "kind": "planned", "valid_on": date(2026, 12, 31), "basis": "history",
        "source": source})
    happened = Change("create", StageEvent, {
        "project": member, "event": "signed", "valid_on": date(2022, 1, 5), "basis": "history", "source": source})
    changed = Change("change", Project, {"unit": child, "investors": [investor], "name": "改名"},
                     row=Project.everything.get(code="p01"))
    return [source, parent, child, investor, batch, member, planned, happened, changed]


def test_overtaken_writes_are_as_if_made_for_their_number(system, meanwhile):
    world = build(system, 3)
    meanwhile(lambda: actions.create(system, Source, {"code": "other", "title": "别人"}))
    changes = whole_batch(world)
    number = actions.write(system, changes)
    assert number == ChainHead.objects.get().number
    assert all(recording_number(change.written.pk) == number for change in changes if change.op == "create")
    member = Project.everything.get(code="m")
    assert (member.batch.code, member.last_recording) == ("b", number)
    assert Project.everything.get(code="b").unit.parent.source.code == "new"
    assert [row.name for row in Project.everything.get(code="b").investors.all()] == ["投资方"]
    changed = Project.everything.get(code="p01")
    assert (changed.name, changed.unit.code, changed.last_recording) == ("改名", "n2", number)
    assert changes[-1].written is changes[-1].row and changes[-1].row.name == "改名"
    said = Statement.objects.get(subject_id=member.pk)
    assert said.values["batch"] == member.batch_id and recording_number(said.pk) == number
    assert StageEvent.everything.get(project=member, event="signed").lineage == StageEvent.everything.get(
        project=member, event="signed").pk
    assert Milestone.everything.get(project=member).due_on == date(2026, 12, 31)
    assert {row.project_id for row in ProjectState.objects.filter(recorded_from=number)} >= {member.pk, member.batch_id}
    entries = HistoryEntry.objects.filter(subject_id=member.pk)
    assert [entry.recording_number for entry in entries] == [number]
    assert f'"batch":[null,{member.batch_id}]' in entries[0].changes
    assert audit.verify()["ok"]
    for projection in projections():
        assert {key: projection.rebuild()[key] for key in ("missing", "wrong")} == {"missing": 0, "wrong": 0}


def test_a_code_taken_meanwhile_is_given_anew(system, meanwhile):
    world = build(system, 1)
    meanwhile(lambda: actions.create(system, Enterprise, {"name": "先到"}))
    mine = actions.create(system, Enterprise, {"name": "后到", "zone": world.zones[0].pk})
    assert {row.name: row.code for row in Enterprise.everything.all()} == {"先到": "E000001", "后到": "E000002"}
    assert Statement.objects.get(subject_id=mine.pk).values["code"] == "E000002"
    assert audit.verify()["ok"]


def test_a_key_or_row_taken_meanwhile_is_refused(system, meanwhile):
    world = build(system, 2)
    meanwhile(lambda: actions.create(system, Source, {"code": "x", "title": "先到"}))
    with pytest.raises(Refusals):
        actions.create(system, Source, {"code": "x", "title": "后到"})
    row = Project.everything.get(code="p01")
    meanwhile(lambda: actions.change(system, Project.everything.get(code="p01"), {"jobs": 1}))
    with pytest.raises(Conflict):
        actions.change(system, row, {"jobs": 2})
    assert Project.everything.get(code="p01").jobs == 1 and row.jobs is None
    assert world.projects and audit.verify()["ok"]


def test_a_promise_made_meanwhile_is_kept_in_step(system, meanwhile):
    """The consequence of an event changes when somebody else records first; it is drafted anew."""
    world = build(system, 1)
    project = world.projects[0].pk
    about = {"project": project, "event": "delivered", "basis": "history", "source": world.source.pk}
    meanwhile(lambda: actions.create(system, StageEvent, {**about, "kind": "planned", "valid_on": date(2026, 6, 30)}))
    actions.create(system, StageEvent, {**about, "valid_on": date(2022, 3, 1)})
    milestone = Milestone.everything.get(project=project, event="delivered")
    assert (milestone.due_on, milestone.done_on) == (date(2026, 6, 30), date(2022, 3, 1))
    assert audit.verify()["ok"]
