"""Gates, history, promises and corrections, through the one door in."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.models import Document, Organisation
from guatu.kernel.recording import recording
from guatu.kernel.scope import Actor
from guatu.projects import gates
from guatu.projects.models import Milestone, Project, StageEvent
from guatu.projects.queries import lights, project_page, states_of
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

TODAY = timezone.localdate()
AGO = TODAY - timedelta(days=30)


def add_document(project, kind):
    actions.create(Actor.system("setup"), Document, {
        "title": kind, "kind": kind, "file_name": "a.pdf", "content_type": "application/pdf", "size_bytes": 1,
        "sha256": "0" * 64, "subject_type": "projects.project", "subject_id": project.pk, "zone": project.zone_id,
    })


def record(actor, project, event, day=AGO, **values):
    return actions.create(actor, StageEvent, {"project": project.pk, "event": event, "valid_on": day, **values})


def codes(refused) -> set[str]:
    return {problem.refused.code for problem in refused.value.problems}


@pytest.fixture
def fresh(system):
    """A project without any event."""
    world = build(system, 3)
    return actions.create(system, Project, {
        "code": "new", "name": "新项目", "zone": world.zones[0].pk, "unit": world.units[0].pk}), world


def test_progress_walks_the_gates_in_order(system, fresh):
    project, _world = fresh
    with pytest.raises(Refusals) as refused:
        record(system, project, "signed")
    assert codes(refused) == {"late_beginning"}
    record(system, project, "negotiating")
    with pytest.raises(Refusals) as refused:
        record(system, project, "signed")
    assert codes(refused) == {"gate"}
    assert len(refused.value.problems) == 2  # no investor named, no signed agreement
    blocked = project_page(project, TODAY).next_stages[0]
    assert (blocked.stage, [blocker.name for blocker, _sentence in blocked.blockers]) == (
        "signed", ["investors", "signed_agreement"])


def test_the_evidence_opens_the_gate(system, fresh):
    from guatu.enterprises.models import Enterprise

    project, _world = fresh
    record(system, project, "negotiating")
    investor = actions.create(system, Enterprise, {"name": "某企业"})
    actions.change(system, Project.everything.get(pk=project.pk), {"investors": [investor.pk]})
    add_document(project, "signed_agreement")
    event = record(system, project, "signed")
    assert event.basis == "progress"
    assert states_of([project.pk], TODAY)[project.pk].stage == "signed"


def test_two_steps_in_one_batch_are_checked_in_order(system, fresh):
    project, _world = fresh
    steps = [
        Change("create", StageEvent, {"project": project.pk, "event": event, "valid_on": AGO + timedelta(days=n)})
        for n, event in enumerate(["negotiating", "registered"])
    ]
    with pytest.raises(Refusals) as refused:
        actions.write(system, steps)
    assert codes(refused) == {"skip"}
    assert not StageEvent.everything.filter(project=project).exists()


@pytest.mark.parametrize("channel", ["page", "api", "bulk", "import", "cli", "job"])
def test_no_door_lets_progress_skip(system, fresh, channel):
    project, _world = fresh
    officer = member(system, "li", "administrator", Organisation.everything.get(code="city"))
    record(system, project, "negotiating")
    with pytest.raises(Refusals) as refused:
        record(Actor.of(officer, channel), project, "started")
    assert codes(refused) == {"skip"}


def test_sourced_history_may_jump_and_is_flagged(system, fresh):
    project, world = fresh
    event = record(system, project, "in_production", basis="history", source=world.source.pk)
    assert StageEvent.everything.get(pk=event.pk).basis == "history"
    assert states_of([project.pk], TODAY)[project.pk].stage == "in_production"


def test_history_without_a_source_and_without_the_right_is_refused(system, fresh):
    project, world = fresh
    with pytest.raises(Refusals) as refused:
        record(system, project, "started", basis="history")
    assert codes(refused) == {"history_source"}
    officer = Actor.of(member(system, "wang", "project_officer", world.zones[0]), "page")
    with pytest.raises(Refusals) as refused:
        record(officer, project, "started", basis="history", source=world.source.pk)
    assert codes(refused) == {"history_forbidden"}


def test_falling_back_needs_to_be_said_with_a_reason_and_the_right(system, fresh):
    project, world = fresh
    record(system, project, "started", basis="history", source=world.source.pk)
    with pytest.raises(Refusals) as refused:
        record(system, project, "signed", TODAY)
    assert codes(refused) == {"regress"}
    with pytest.raises(Refusals) as refused:
        record(system, project, "signed", TODAY, returned=True)
    assert codes(refused) == {"return_reason"}
    officer = Actor.of(member(system, "zhao", "project_officer", world.zones[0]), "page")
    with pytest.raises(Refusals) as refused:
        record(officer, project, "signed", TODAY, returned=True, note="土地被收回")
    assert codes(refused) == {"return_forbidden"}
    record(system, project, "signed", TODAY, returned=True, note="土地被收回")
    assert states_of([project.pk], TODAY)[project.pk].stage == "signed"


def test_an_officer_may_not_withdraw_an_event(system, fresh):
    project, world = fresh
    event = record(system, project, "started", basis="history", source=world.source.pk)
    chain_office = Actor.of(member(system, "sun", "chain_office", world.zones[0]), "page")
    with pytest.raises(Refusals) as refused:
        actions.withdraw(chain_office, event, "误录")
    assert codes(refused) == {"withdraw_forbidden"}


def test_history_does_not_turn_into_progress_by_a_correction(system, fresh):
    project, world = fresh
    event = record(system, project, "started", basis="history", source=world.source.pk)
    with pytest.raises(Refusals) as refused:
        actions.change(system, event, {"basis": "progress"})
    assert codes(refused) == {"fixed"}


def test_a_plan_is_a_promise_and_its_event_fulfils_it(system, fresh):
    project, world = fresh
    planned = {"kind": "planned", "basis": "history", "source": world.source.pk}
    record(system, project, "structure_topped", TODAY + timedelta(days=50), **planned)
    milestone = Milestone.everything.get(project=project)
    assert (milestone.due_on, milestone.done_on) == (TODAY + timedelta(days=50), None)
    record(system, project, "structure_topped", TODAY, basis="history", source=world.source.pk)
    assert Milestone.everything.get(project=project).done_on == TODAY
    light = next(row for row in lights(Actor.system().scope, TODAY) if row.project == "new").lit.light
    assert str(light.colour) == "done"


def test_moving_a_due_day_keeps_the_first_promise_and_counts_the_moves(system, fresh):
    project, world = fresh
    planned = {"kind": "planned", "basis": "history", "source": world.source.pk}
    record(system, project, "structure_topped", date(2026, 1, 31), **planned)
    for day in (date(2026, 3, 31), date(2026, 6, 30)):
        with pytest.raises(Refusals) as refused:
            actions.change(system, Milestone.everything.get(project=project), {"due_on": day})
        assert codes(refused) == {"move_reason"}
        actions.change(system, Milestone.everything.get(project=project), {"due_on": day}, reason="征迁延迟",
                       approver="张主任", valid_on=day - timedelta(days=90))
    state = next(row for row in lights(Actor.system().scope, date(2026, 7, 1)) if row.project == "new").lit.state
    assert (state.first_due_on, state.due_on, state.moves) == (date(2026, 1, 31), date(2026, 6, 30), 2)


def test_a_light_set_by_hand_needs_reason_and_end_and_expires(system, fresh):
    project, world = fresh
    record(system, project, "structure_topped", date(2022, 1, 31), kind="planned", basis="history",
           source=world.source.pk)
    milestone = Milestone.everything.get(project=project)
    with pytest.raises(Refusals) as refused:
        actions.change(system, milestone, {"override_colour": "green"})
    assert codes(refused) == {"override_days", "override_reason"}
    actions.change(system, milestone, {
        "override_colour": "green", "override_from": date(2022, 3, 1), "override_until": date(2022, 3, 31),
        "override_reason": "省里同意顺延"}, valid_on=date(2022, 3, 1))

    def colour(day):
        return str(next(row for row in lights(Actor.system().scope, day) if row.project == "new").lit.light.colour)

    assert [colour(date(2022, 2, 28)), colour(date(2022, 3, 31)), colour(date(2022, 4, 1))] == ["red", "green", "red"]


def test_a_pause_puts_a_project_beside_the_lists(system, fresh):
    project, world = fresh
    record(system, project, "started", AGO, basis="history", source=world.source.pk)
    record(system, project, "paused", TODAY, note="停工")
    assert states_of([project.pk], TODAY)[project.pk].status == "paused"
    with pytest.raises(Refusals) as refused:
        record(system, project, "completed", TODAY)
    assert codes(refused) == {"not_running"}


def test_the_gate_table_names_real_columns_and_document_kinds():
    table, conditions = gates.table()
    kinds = {code for code, _label in gates.DOCUMENT_KINDS}
    for gate in table.values():
        assert set(gate.documents) <= kinds
        for name in gate.fields:
            Project._meta.get_field(name)
    for condition in conditions:
        Project._meta.get_field(condition.field)


def test_an_empty_recording_gives_its_number_back(system):
    from guatu.kernel.recording import head

    before = head().number
    with recording(system):
        pass
    assert head().number == before
