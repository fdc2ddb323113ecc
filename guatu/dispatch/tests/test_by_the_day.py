"""What happens by the day and from the command line: months open, reminders go out, calendars re-date; any order of
hand-ins keeps what is late late."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guatu.dispatch import actions as dispatch
from guatu.dispatch.models import Correction, DispatchPeriod, ProgressReport
from guatu.dispatch.queries.board import Board
from guatu.dispatch.rules.months import Month
from guatu.dispatch.tests.world import OWING, fresh, hand_in, on, opened, report_of, says
from guatu.kernel import actions, jobs
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.events import DayTurned, publish
from guatu.kernel.models import CalendarNotice, Job, Notification, ParameterValue
from guatu.kernel.recording import head
from guatu.kernel.scope import Scope
from guatu.projects.models import MonthlyInvestment
from guatu.projects.queries.moment import Moment
from guatu.projects.queries.monthly import invested_so_far
from guatu.projects.tests.world import build, member
from guatu.reference import calendars
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


def turned(day: str, former: str = "") -> None:
    with on(day):
        publish(DayTurned(date.fromisoformat(day), date.fromisoformat(former) if former else None))


def told(code: str) -> int:
    return Notification.objects.filter(code=code).count()


def test_each_month_opens_by_itself_once(system):
    calendars.load_published(system)
    build(system, 12)
    turned("2026-11-01")
    turned("2026-11-02", "2026-11-01")
    assert Job.objects.filter(kind="dispatch_open").count() == 1  # nobody works yet: the waiting job is enough
    with on("2026-11-02"):
        assert jobs.run_pending() == 1
    assert ProgressReport.everything.count() == len(OWING) and Job.objects.get(kind="dispatch_open").state == "done"
    turned("2026-11-03", "2026-11-02")
    assert Job.objects.filter(kind="dispatch_open").count() == 1
    turned("2026-12-01", "2026-11-30")
    assert Job.objects.filter(kind="dispatch_open", state="waiting").count() == 1


def test_a_zone_that_opens_its_months_by_hand_is_left_alone(system):
    calendars.load_published(system)
    world = build(system, 12)
    for zone in world.zones:
        actions.create(system, ParameterValue, {"key": "dispatch.opens_itself", "organisation": zone.pk, "value": False,
                                                "valid_on": date(2026, 1, 1), "note": "手工开启"})
    turned("2026-11-01")
    assert not Job.objects.exists()


def test_a_month_past_its_due_day_is_not_opened_by_itself(system):
    calendars.load_published(system)
    build(system, 12)
    turned("2026-11-28")
    assert not Job.objects.exists()


def test_reminders_three_working_days_before_and_on_the_day(system):
    opened(system)
    hand_in(system, report_of("p02"))
    # Due on Wednesday 25 November 2026: three working days before it is Friday 20 November.
    turned("2026-11-19", "2026-11-18")
    assert told("reports_remind") == 0
    turned("2026-11-20", "2026-11-19")
    assert told("reports_remind") == 2
    texts = {row.user.username: row.parameters["count"] for row in Notification.objects.filter(code="reports_remind")}
    assert texts == {"officer1": 2, "officer2": 4}
    turned("2026-11-24", "2026-11-20")
    assert told("reports_remind") == 2
    turned("2026-11-25", "2026-11-24")
    assert told("reports_remind") == 4
    turned("2026-11-26", "2026-11-25")
    assert told("reports_remind") == 4


def test_a_reminder_missed_while_the_house_stood_still_is_made_up_for(system):
    opened(system)
    turned("2026-11-23", "2026-11-13")
    assert told("reports_remind") == 2


def test_a_correction_is_reminded_of_on_its_day(system):
    opened(system)
    dispatch.send_back(system, hand_in(system, report_of("p05")), "更正", date(2026, 11, 24))
    turned("2026-11-24", "2026-11-23")
    assert told("correction_due") == 1 and told("report_sent_back") == 1


def test_a_published_calendar_moves_what_was_counted_without_it(system):
    world = build(system, 12)  # no calendar at all: the 25th of October 2025 would be a Saturday
    assert world.projects
    with on("2025-10-02"):
        dispatch.open_month(system, Month(2025, 10))
        assert {row.due_on for row in DispatchPeriod.everything.all()} == {date(2025, 10, 27)}
        hand_in(system, report_of("p02", "2025-10"))
        actions.create(system, CalendarNotice, {
            "year": 2025, "title": "2025年安排", "valid_on": date(2025, 10, 2), "holidays": [], "workdays": ["2025-10-25"]})
    assert {row.due_on for row in DispatchPeriod.everything.all()} == {date(2025, 10, 25)}
    assert report_of("p04", "2025-10").due_on == date(2025, 10, 25)
    assert report_of("p02", "2025-10").due_on == date(2025, 10, 27)  # handed in already


def test_many_reports_come_in_by_one_sheet(system, tmp_path):
    from guatu.kernel import exports, imports
    from guatu.kernel.registry import resource
    from guatu.kernel.scope import Actor

    world = opened(system)
    officer = Actor.of(member(system, "zhang", "project_officer", world.zones[0].parent), "import")
    path = tmp_path / "r.csv"
    path.write_text("项目,月份,报告状态,推进状态,本月完成投资（万元）,下一步打算\n"
                    + "".join(f"{code},2026-11,已报送,推进正常,{n * 10},继续\n" for n, code in enumerate(OWING)), "utf-8")
    result = imports.run(officer, resource("progress_reports"), path, "r.csv")
    assert result["ok"], result
    assert result["updated"] == len(OWING)
    assert {report_of(code).state for code in OWING} == {"submitted"}
    assert MonthlyInvestment.everything.get(project__code="p11").completed_cny == Decimal(600_000)
    out = tmp_path / "out.csv"
    exports.write(resource("progress_reports"), officer.scope, "csv", out)
    again = imports.run(officer, resource("progress_reports"), out, "out.csv")
    assert again["ok"] and again["unchanged"] == len(OWING), again


# -- the command line --------------------------------------------------------------------------------------------------


def run(capsys, *words):
    code = cli.run(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_open_and_status_from_the_command_line(system, capsys):
    calendars.load_published(system)
    world = build(system, 12)
    code, out, _err = run(capsys, "dispatch", "open", "2026-11", "--zone", "z2", "--json")
    answer = json.loads(out)
    assert code == 0 and answer["created"] == 4 and answer["zones"][0]["due"] == "2026-11-25"
    assert json.loads(run(capsys, "dispatch", "open", "2026-11", "--zone", "z2", "--json")[1])["created"] == 0
    assert json.loads(run(capsys, "dispatch", "open", "2026-11", "--json")[1])["created"] == 3
    hand_in(system, report_of("p05"))
    status = json.loads(run(capsys, "dispatch", "status", "2026-11", "--as-of", "2026-11-30", "--json")[1])
    total = status["total"]
    assert (total["owed"], total["reported"], total["late"], total["outstanding"], total["overdue"]) == (7, 1, 0, 6, 6)
    assert [row["project"] for row in status["not_reported"]] == ["p02", "p04", "p10", "p03", "p09", "p11"]
    assert status["not_reported"][0]["days_overdue"] == 5 and status["not_reported"][0]["light"] == "red"
    assert sum(row["owed"] for row in status["units"]) == sum(row["owed"] for row in status["zones"]) == 7
    code, out, _err = run(capsys, "--lang", "en", "dispatch", "status", "2026-11", "--zone", "z2")
    assert code == 0 and "4 owed, 1 reported" in out
    code, _out, err = run(capsys, "dispatch", "open", "下月")
    assert code == 1 and "2026-11" in err
    assert run(capsys, "dispatch", "status", "2026-11", "--zone", "nowhere")[0] == 1
    member(system, "zhang", "project_officer", world.zones[0])
    assert run(capsys, "dispatch", "open", "2026-12", "--as", "zhang")[0] == 1
    own = json.loads(run(capsys, "dispatch", "status", "2026-11", "--as", "zhang", "--json")[1])
    assert own["total"]["owed"] == 3


def test_the_same_through_the_api(system, client):
    world = opened(system)
    client.force_login(member(system, "office", "supervision", world.zones[0]))
    status = client.get("/api/dispatch/status?month=2026-11").json()
    assert status["total"]["owed"] == 3 and len(status["not_reported"]) == 3
    assert client.get("/api/dispatch/status?month=soon").status_code == 422
    done = client.post("/api/dispatch/open", {"month": "2026-12"}, content_type="application/json")
    assert done.status_code == 200 and done.json()["created"] == 3
    row = report_of("p02")
    handed = client.patch(f"/api/progress_reports/{row.pk}", {
        "values": {"state": "submitted", "progress": "normal", "invested_cny": 5}}, content_type="application/json")
    assert handed.status_code == 200 and fresh(row).done_on == date(2026, 11, 20)
    client.force_login(member(system, "officer", "project_officer", world.zones[0]))
    refused = client.patch(f"/api/progress_reports/{row.pk}", {"values": {"state": "accepted"}},
                           content_type="application/json")
    assert refused.status_code == 403 and refused.json()["code"] in ("forbidden", "step_forbidden")
    assert client.post("/api/dispatch/open", {"month": "2026-12"}, content_type="application/json").status_code == 403


# -- whatever the order ------------------------------------------------------------------------------------------------

STEPS = st.lists(st.tuples(st.sampled_from(["report", "amend", "back", "accept"]), st.integers(0, 9),
                           st.integers(0, 5000)), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(steps=STEPS)
def test_late_stays_late_and_facts_follow(system, steps):
    """Any steps on any days: the first hand-in decides about lateness, the fact is what was said last, and earlier days
    and earlier knowledge answer as before."""
    with transaction.atomic():
        _walk(system, steps)
        transaction.set_rollback(True)


def counted(day: date, number: int):
    return Board(Moment(day, number, None), Scope.whole(), "2026-11", None).total


def _walk(system, steps):
    opened(system)
    day, first, said, answers = date(2026, 11, 18), None, None, {}
    for kind, ahead, amount in steps:
        day += timedelta(days=ahead)
        row = report_of("p05")
        with on(day.isoformat()):
            try:
                if kind in ("report", "amend"):
                    actions.write(system, dispatch.reporting(row, says(invested_cny=Decimal(amount)), {}, True))
                    first, said = first or day, Decimal(amount)
                elif kind == "back":
                    dispatch.send_back(system, row, "更正")
                else:
                    actions.write(system, [Change("change", ProgressReport, {"state": "accepted"}, row=row)])
            except Refusals as refused:
                assert refused.code == "wrong_step"
            for when, answer in answers.items():
                assert counted(*when) == answer
            answers[day, head().number] = counted(day, head().number)
    row = report_of("p05")
    assert row.done_on == first
    total = counted(date(2027, 2, 1), head().number)
    assert total.late == (1 if first is not None and first > date(2026, 11, 25) else 0)
    assert invested_so_far([row.project_id], date(2026, 11, 30)) == ({} if said is None else {row.project_id: said})
    open_ones = Correction.everything.filter(report=row, done_on=None).count()
    assert open_ones == (1 if row.state == "returned" else 0)
