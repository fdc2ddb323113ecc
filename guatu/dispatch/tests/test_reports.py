"""Months are opened, reports handed in, sent back, accepted; what they say becomes facts; late stays late."""

from datetime import date
from decimal import Decimal

import pytest

from guatu.dispatch import actions as dispatch
from guatu.dispatch.models import Correction, DispatchPeriod, ProgressReport, ReportState
from guatu.dispatch.queries.board import board
from guatu.dispatch.queries.report import submissions_of
from guatu.dispatch.rules.months import Month
from guatu.dispatch.tests.world import OWING, fresh, hand_in, on, opened, report_of, says
from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.commitments import in_force
from guatu.kernel.errors import Faulty
from guatu.kernel.models import CommitmentState, HistoryEntry, ParameterValue
from guatu.kernel.models.history import limit
from guatu.kernel.recording import head
from guatu.kernel.registry import projections
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import MonthlyInvestment, Project, ProjectProgress
from guatu.projects.queries.monthly import invested_so_far, progress_of
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
LAST = date(2026, 11, 30)


def refusal(actor, report, **values) -> list[str]:
    with pytest.raises(Refusals) as caught:
        actions.write(actor, [Change("change", ProgressReport, values, row=report)])
    return [problem.refused.code for problem in caught.value.problems]


def counts(as_of: str, **options):
    return board(Scope.whole(), "2026-11", date.fromisoformat(as_of), **options).total


# -- opening ---------------------------------------------------------------------------------------------------------


def test_each_project_on_the_lists_concerned_owes_one_report(system):
    world = opened(system)
    rows = ProgressReport.everything.select_related("project", "period", "owner_unit").order_by("project__code")
    assert [row.project.code for row in rows] == OWING
    assert {row.due_on for row in rows} == {date(2026, 11, 25)}
    assert {row.period.zone_id for row in rows} == {zone.pk for zone in world.zones}
    for row in rows:
        assert (row.owner_unit_id, row.owner_id, row.state) == (row.project.unit_id, row.project.officer_id, "owed")
        assert row.period.zone_id == row.project.zone_id and "2026-11" in row.title
    state = CommitmentState.objects.get(subject_id=rows[0].pk)
    assert (state.about_id, state.due_on, state.valid_from) == (rows[0].project_id, date(2026, 11, 25), date(2026, 11, 2))


def test_opening_again_adds_nothing_but_who_joined(system):
    opened(system)
    number = head().number
    with on("2026-11-03"):
        again = dispatch.open_month(system, Month(2026, 11))
    assert (again.created, again.before, head().number) == (0, len(OWING), number)
    project = Project.everything.get(code="p01")
    from guatu.projects.models import StageEvent

    with on("2026-11-10"):
        actions.create(system, StageEvent, {
            "project": Project.everything.get(code="p08").pk, "event": "signed", "valid_on": date(2026, 11, 9),
            "basis": "history", "source": DispatchPeriod.everything.first().source_id})
        actions.withdraw(system, report_of("p02"), "免报：已并入另一项目")
        again = dispatch.open_month(system, Month(2026, 11))
    assert again.created == 1 and report_of("p08").due_on == date(2026, 11, 25)
    assert ProgressReport.everything.filter(project=project).count() == 0
    assert ProgressReport.everything.filter(project__code="p02", withdrawn=False).count() == 0  # what is waived stays so


def test_a_zone_has_its_own_day_and_lists(system):
    from guatu.projects.tests.world import build
    from guatu.reference import calendars

    calendars.load_published(system)
    world = build(system, 12)
    for key, value in [("dispatch.due_day", 10), ("dispatch.owing_lists", ["under_construction"])]:
        actions.create(system, ParameterValue, {
            "key": key, "organisation": world.zones[1].pk, "value": value, "valid_on": date(2026, 1, 1), "note": "区里定的"})
    with on("2026-11-02"):
        done = dispatch.open_month(system, Month(2026, 11))
    assert {zone["zone"]: (zone["due"], zone["created"]) for zone in done.zones} == {
        "z1": (date(2026, 11, 25), 3), "z2": (date(2026, 11, 10), 1)}  # p05 alone is under construction in z2


def test_a_batch_owes_for_what_is_not_known_by_name(system):
    from guatu.dispatch.queries.owing import owing
    from guatu.projects.models import StageEvent
    from guatu.projects.tests.world import build

    world = build(system, 12)
    actions.create(system, StageEvent, {"project": world.projects[1].pk, "event": "signed", "valid_on": date(2022, 6, 1),
                                        "basis": "history", "source": world.source.pk})
    ids = {row.project_id for rows in owing(Month(2026, 11), None).values() for row in rows}
    assert world.projects[1].pk in ids  # 7 declared, 2 known
    actions.change(system, Project.everything.get(code="p01"), {"declared_count": 2}, valid_on=date(2026, 1, 1))
    ids = {row.project_id for rows in owing(Month(2026, 11), None).values() for row in rows}
    assert world.projects[1].pk not in ids and world.projects[3].pk in ids


def test_a_month_far_ahead_is_a_slip(system):
    with pytest.raises(Faulty):
        dispatch.open_month(system, Month(2062, 11))


def test_a_person_opens_only_where_they_may(system):
    from guatu.projects.tests.world import build

    world = build(system, 12)
    office = Actor.of(member(system, "office", "supervision", world.zones[0]), "page")
    done = dispatch.open_month(office, Month(2026, 11))
    assert [zone["zone"] for zone in done.zones] == ["z1"]
    officer = Actor.of(member(system, "officer", "project_officer", world.zones[0]), "page")
    with pytest.raises(Exception) as caught:
        dispatch.open_month(officer, Month(2026, 11))
    assert caught.value.code == "forbidden"


# -- handing in ------------------------------------------------------------------------------------------------------


def test_what_is_reported_becomes_fact_with_the_months_source(system):
    opened(system)
    with on("2026-11-20"):
        report = hand_in(system, report_of("p05"), progress="blocked", problem="缺施工图", invested_cny=Decimal("3456700"))
    assert (report.state, report.done_on, report.submitted_on) == ("submitted", date(2026, 11, 20), date(2026, 11, 20))
    amount = MonthlyInvestment.everything.get(project=report.project)
    assert (amount.completed_cny, amount.valid_on, amount.precision) == (Decimal("3456700.00"), LAST, "month")
    progress = ProjectProgress.everything.get(project=report.project)
    assert (progress.status, progress.problem, progress.valid_on) == ("blocked", "缺施工图", date(2026, 11, 20))
    assert amount.source_id == progress.source_id == report.period.source_id
    assert report.period.source.kind == "statement" and "2026-11" in report.period.source.title
    assert HistoryEntry.objects.filter(verb="dispatch.progressreport.handed_in", subject_id=report.pk).exists()


@pytest.mark.parametrize(("missing", "code"), [
    ({"progress": ""}, "progress_missing"), ({"invested_cny": None}, "invested_missing"),
    ({"invested_cny": Decimal(-1)}, "negative"), ({"progress": "stopped", "problem": " "}, "problem_missing"),
])
def test_what_is_missing_is_said_and_nothing_written(system, missing, code):
    opened(system)
    number = head().number
    assert code in refusal(system, report_of("p05"), state="submitted", **says(**missing))
    assert head().number == number and not MonthlyInvestment.everything.exists()


def test_a_draft_is_kept_and_is_no_fact(system):
    opened(system)
    actions.change(system, report_of("p05"), {"problem": "先记下"})
    assert report_of("p05").state == "owed" and not ProjectProgress.everything.exists()
    assert HistoryEntry.objects.filter(verb="dispatch.progressreport.kept_as_draft").exists()
    assert counts("2026-11-25").invested_fen == 0


def test_an_amendment_corrects_the_fact_and_earlier_knowledge_stays(system):
    opened(system)
    with on("2026-11-20"):
        report = hand_in(system, report_of("p05"))
    before = head().number
    with on("2026-11-21"):
        actions.change(system, report, {"invested_cny": Decimal(900)})
    project = report.project_id
    assert invested_so_far([project], LAST) == {project: Decimal(900)}
    assert invested_so_far([project], LAST, limit(before)) == {project: Decimal(12_000_000)}
    assert progress_of([project], date(2026, 11, 20))[project].status == "normal"
    assert fresh(report).submitted_on == date(2026, 11, 21) and fresh(report).done_on == date(2026, 11, 20)
    said = [(row.day, row.values["invested_cny"]) for row in submissions_of(report)]
    assert said == [(date(2026, 11, 20), Decimal(12_000_000)), (date(2026, 11, 21), Decimal(900))]


def test_what_is_known_already_keeps_its_own_source(system):
    world = opened(system)
    project = Project.everything.get(code="p05")
    with on("2026-11-18"):
        actions.create(system, MonthlyInvestment, {
            "project": project.pk, "valid_on": LAST, "precision": "month", "completed_cny": Decimal(12_000_000),
            "source": world.source.pk})
        hand_in(system, report_of("p05"))
    standing = MonthlyInvestment.everything.get(project=project, superseded_by=None)
    assert standing.source_id == world.source.pk


# -- sending back, lateness --------------------------------------------------------------------------------------------


def test_sent_back_and_handed_in_again_late_stays_late(system):
    opened(system)
    with on("2026-11-27"):
        report = hand_in(system, report_of("p05"))
        assert report.is_late
        dispatch.send_back(system, report, "投资额与入库数不符")
    report = fresh(report)
    correction = Correction.everything.get(report=report)
    # Sent back on Friday 27 November; three working days later is Wednesday 2 December.
    assert (report.state, report.correct_by, correction.due_on) == ("returned", date(2026, 12, 2), date(2026, 12, 2))
    assert correction.owner_id == report.owner_id and correction.reason == "投资额与入库数不符"
    assert (counts("2026-11-26").late, counts("2026-11-26").overdue) == (0, 7)
    assert (counts("2026-11-27").late, counts("2026-11-27").overdue, counts("2026-11-27").returned) == (1, 6, 1)
    with on("2026-12-01"):
        report = hand_in(system, report, invested_cny=Decimal(11_000_000))
        actions.write(system, [Change("change", ProgressReport, {"state": "accepted"}, row=report)])
    report = fresh(report)
    assert (report.done_on, report.submitted_on, report.state) == (date(2026, 11, 27), date(2026, 12, 1), "accepted")
    assert report.is_late and Correction.everything.get(report=report).done_on == date(2026, 12, 1)
    assert counts("2026-12-31").late == 1 and counts("2026-12-31").accepted == 1
    states = in_force(date(2026, 12, 31), head().number)
    assert states.get(subject_id=report.pk).done_on == date(2026, 11, 27)
    assert [row.values["invested_cny"] for row in submissions_of(report)] == [
        Decimal(12_000_000), Decimal(11_000_000)]


def test_sending_back_needs_a_reason_and_a_day_to_come(system):
    opened(system)
    report = hand_in(system, report_of("p05"))
    assert refusal(system, report, state="returned") == ["reason_missing"]
    with pytest.raises(Refusals) as caught:
        dispatch.send_back(system, report, "再核", date(2020, 1, 1))
    assert caught.value.code == "correct_by"


def test_steps_out_of_turn_are_refused(system):
    opened(system)
    assert refusal(system, report_of("p05"), state="accepted") == ["wrong_step"]
    report = hand_in(system, report_of("p05"))
    dispatch.accept(system, [report])
    assert refusal(system, fresh(report), problem="改一下") == ["wrong_step"]
    assert refusal(system, report_of("p04"), done_on=date(2026, 11, 1)) == ["kept"]
    assert refusal(system, report_of("p04"), month="2026-10") == ["fixed"]
    with pytest.raises(Refusals):
        actions.withdraw(system, fresh(report), "不要了")


def test_nobody_dates_a_hand_in_back(system):
    opened(system)
    with on("2026-11-27"):
        report = report_of("p05")
        actions.write(system, [Change("change", ProgressReport, {**says(), "state": "submitted"}, row=report,
                                      valid_on=date(2026, 11, 20))])
    assert fresh(report).is_late
    assert counts("2026-11-26").reported == 0 and counts("2026-11-27").reported == 1
    assert refusal(system, fresh(report), due_on=date(2026, 12, 31)) == ["handed_in"]


def test_a_moved_due_day_of_the_month_moves_what_is_owed(system):
    opened(system)
    with on("2026-11-20"):
        hand_in(system, report_of("p05"))
        period = report_of("p04").period
        with pytest.raises(Refusals):
            actions.change(system, period, {"due_on": date(2026, 11, 30)})
        actions.change(system, DispatchPeriod.everything.get(pk=period.pk), {"due_on": date(2026, 11, 30)},
                       reason="系统检修", approver="王主任")
    assert report_of("p04").due_on == date(2026, 11, 30) and report_of("p05").due_on == date(2026, 11, 25)


def test_an_open_report_follows_its_project_to_another_officer(system):
    world = opened(system)
    other = next(row for row in world.officers if row.pk != report_of("p04").owner_id)
    actions.change(system, Project.everything.get(code="p04"), {"officer": other.pk})
    assert report_of("p04").owner_id == other.pk


# -- rights ----------------------------------------------------------------------------------------------------------


def test_who_reports_and_who_reviews(system):
    world = opened(system)
    officer = Actor.of(member(system, "zhang", "project_officer", world.zones[0]), "page")
    office = Actor.of(member(system, "office", "supervision", world.zones[0]), "page")
    unit = Actor.of(member(system, "unit", "department_handler", world.units[1]), "page")
    leader = Actor.of(member(system, "leader", "leader", world.zones[0]), "page")
    assert refusal(leader, report_of("p02"), state="submitted", **says()) == ["forbidden", "step_forbidden"]
    report = hand_in(officer, report_of("p02"))
    assert report.reporter_id == officer.user.pk
    assert refusal(officer, report, state="accepted") == ["step_forbidden"]
    assert refusal(officer, report_of("p05"), state="submitted", **says())[0] == "forbidden"  # the other zone
    assert refusal(officer, report, owner=officer.user.pk) == ["forbidden"]
    assert hand_in(unit, report_of("p05")).state == "submitted"
    dispatch.accept(office, [report])
    assert fresh(report).reviewer_id == office.user.pk
    with pytest.raises(Refusals):
        dispatch.accept(office, [report_of("p05")])


# -- derived rows ----------------------------------------------------------------------------------------------------


def test_the_states_remade_from_nothing_are_the_same(system):
    opened(system)
    with on("2026-11-27"):
        report = hand_in(system, report_of("p05"))
        dispatch.send_back(system, report, "更正")
    with on("2026-12-01"):
        hand_in(system, fresh(report), invested_cny=Decimal(5))
    kept = next(row for row in projections() if row.model is ReportState)
    found = kept.rebuild()
    assert (found["subjects"], found["missing"], found["wrong"]) == (len(OWING), 0, 0)


def test_an_answer_for_two_dates_stays(system):
    opened(system)
    with on("2026-11-20"):
        hand_in(system, report_of("p05"))
    known_at = head().instant
    with on("2026-11-28"):
        then = counts("2026-11-22", known_at=known_at)
        dispatch.send_back(system, report_of("p05"), "更正")
        hand_in(system, report_of("p04"))
        hand_in(system, report_of("p05"), invested_cny=Decimal(1))
        assert counts("2026-11-22", known_at=known_at) == then
        assert counts("2026-11-22") == then  # what came later is of later days
        assert counts("2026-11-28").invested_fen == 1_200_000_100
