"""The pages: the office's month, one's own reports, the form on a phone, reviews, questions."""

import html as html_module
import io
import re
from contextlib import ExitStack
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guatu.dispatch import actions as dispatch
from guatu.dispatch.models import ProgressReport
from guatu.dispatch.rules.months import Month
from guatu.dispatch.tests.world import OWING, fresh, hand_in, on, png, report_of
from guatu.kernel import actions, notify
from guatu.kernel.models import Document, Membership, Notification, User
from guatu.kernel.scope import Scope
from guatu.projects.models import MonthlyInvestment, Project, ProjectProgress
from guatu.projects.tests.world import member

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
PNG = png()


def text(response) -> str:
    body = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return html_module.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def later(day: str, client: Client):
    """The clock of another day, on which the client logs in again."""
    stack = ExitStack()
    stack.enter_context(on(day))
    client.force_login(client.user)
    return stack


def browser(world, role: str, where=None) -> Client:
    client = Client()
    client.user = member(world.actor, f"{role}-{User.everything.count()}", role, where or world.zones[0].parent)
    client.force_login(client.user)
    client.cookies["django_language"] = "en"
    return client


def phone(**values) -> dict:
    """What the form on a phone sends; amounts in 10,000 yuan."""
    return {"progress": "normal", "invested_cny": "345.67", "problem": "", "next_step": "主体封顶", "note": "", **values}


# -- reporting ---------------------------------------------------------------------------------------------------------


def test_a_report_from_a_phone(world):
    officer = Client()
    officer.user = world.officers[1]
    actions.create(world.actor, Membership, {
        "user": officer.user.pk, "organisation": world.zones[1].pk, "role": "project_officer"})
    officer.force_login(officer.user)
    officer.cookies["django_language"] = "en"
    row = report_of("p05")
    owed = text(officer.get("/dispatch/mine/"))
    assert "项目5" in owed and "due by 2026-11-25" in owed
    page = officer.get(f"/dispatch/report/{row.pk}/")
    assert page.status_code == 200 and 'inputmode="decimal"' in page.content.decode()
    assert "construction started" in text(page) and "局2" in text(page)
    with later("2026-11-24", officer):
        sent = officer.post(f"/dispatch/report/{row.pk}/", {
            **phone(), "photo": [SimpleUploadedFile("a.png", PNG, "image/png")]}, follow=True)
    assert sent.status_code == 200 and "was handed in" in text(sent)
    row = fresh(row)
    assert (row.state, row.invested_cny, row.done_on) == ("submitted", Decimal("3456700.00"), date(2026, 11, 24))
    assert row.reporter_id == officer.user.pk
    photo = row.photos.get()
    assert (photo.subject_type, photo.subject_id, photo.kind) == ("projects.project", row.project_id, "photo")
    assert "2026-11-24" in photo.title
    assert MonthlyInvestment.everything.get(project=row.project_id).completed_cny == Decimal("3456700")


def test_last_months_values_are_in_place(system, world):
    with on("2026-11-24"):
        hand_in(system, report_of("p05"), progress="blocked", problem="缺施工图", next_step="催设计院")
    with on("2026-12-02"):
        dispatch.open_month(system, Month(2026, 12))
    row = report_of("p05", "2026-12")
    officer = browser(world, "project_officer", world.zones[1])
    with later("2026-12-03", officer):
        body = officer.get(f"/dispatch/report/{row.pk}/").content.decode()
    assert re.search(r'value="blocked" checked', body) and "缺施工图" in body and "催设计院" in body
    assert re.search(r'name="invested_cny" value="1200"', body)
    assert "last month&#x27;s amount: check it" in body or "last month's amount: check it" in body
    assert "before this month: 1,200" in html_module.unescape(body)


def test_what_is_recorded_already_stands_in_the_form(system, world):
    row = report_of("p05")
    actions.create(system, MonthlyInvestment, {
        "project": row.project_id, "valid_on": date(2026, 11, 30), "completed_cny": Decimal("5000000"),
        "source": world.source.pk})
    body = browser(world, "project_officer").get(f"/dispatch/report/{row.pk}/").content.decode()
    assert 'name="invested_cny" value="500"' in body and "recorded already" in body


def test_nothing_typed_is_lost_on_refusal(world):
    officer = browser(world, "project_officer", world.zones[1])
    row = report_of("p05")
    sent = officer.post(f"/dispatch/report/{row.pk}/", {
        **phone(progress="stopped", invested_cny="很多", next_step="不要丢"),
        "photo": [SimpleUploadedFile("a.png", PNG, "image/png")]})
    assert sent.status_code == 422
    body = sent.content.decode()
    assert "不要丢" in body and "很多" in body and 'value="stopped" checked' in body
    photo = Document.everything.get()
    assert f'name="photo_id" value="{photo.pk}" checked' in body
    again = officer.post(f"/dispatch/report/{row.pk}/", {
        **phone(progress="stopped", problem="资金断了"), "photo_id": [str(photo.pk)]}, follow=True)
    assert "was handed in" in text(again) and "Record the pause" in text(again)
    assert [found.pk for found in fresh(row).photos.all()] == [photo.pk]


def test_a_photo_that_is_none_is_refused_and_others_of_another_project_are_not_taken(system, world):
    officer = browser(world, "project_officer", world.zones[1])
    row = report_of("p05")
    sent = officer.post(f"/dispatch/report/{row.pk}/", {
        **phone(), "photo": [SimpleUploadedFile("a.png", b"<html>", "image/png")]})
    assert sent.status_code == 422 and not Document.everything.exists() and fresh(row).state == "owed"
    other = report_of("p03")
    officer.post(f"/dispatch/report/{other.pk}/", {**phone(), "photo": [SimpleUploadedFile("b.png", PNG, "image/png")]})
    taken = Document.everything.get()
    officer.post(f"/dispatch/report/{row.pk}/", {**phone(), "photo_id": [str(taken.pk)]})
    assert fresh(row).state == "submitted" and not fresh(row).photos.exists()


def test_a_draft_and_a_warning(world):
    officer = browser(world, "project_officer", world.zones[1])
    row = report_of("p09")
    kept = officer.post(f"/dispatch/report/{row.pk}/", {**phone(progress="", invested_cny=""), "draft": "1"}, follow=True)
    assert "Kept as a draft" in text(kept) and fresh(row).state == "owed" and fresh(row).next_step == "主体封顶"
    assert Project.everything.get(code="p09").investment == Decimal(9_000_000)
    asked = officer.post(f"/dispatch/report/{row.pk}/", phone(invested_cny="100000"))
    assert asked.status_code == 200 and "Check the amount and its unit" in text(asked) and fresh(row).state == "owed"
    officer.post(f"/dispatch/report/{row.pk}/", {**phone(invested_cny="100000"), "anyway": "1"})
    assert fresh(row).invested_cny == Decimal(1_000_000_000)


def test_two_people_do_not_overwrite_one_another(system, world):
    officer = browser(world, "project_officer", world.zones[1])
    row = report_of("p05")
    body = officer.get(f"/dispatch/report/{row.pk}/").content.decode()
    seen = re.search(r'name="planned_at" value="(\d+)"', body)[1]
    hand_in(system, row)
    sent = officer.post(f"/dispatch/report/{row.pk}/", {**phone(), "planned_at": seen})
    assert sent.status_code == 409 and "changed by somebody else" in text(sent)


def test_what_is_not_mine_is_not_found_or_not_writable(system, world):
    officer = browser(world, "project_officer", world.zones[0])
    assert officer.get(f"/dispatch/report/{report_of('p05').pk}/").status_code == 404
    assert officer.get("/dispatch/report/12345/").status_code == 404
    leader = browser(world, "leader")
    page = leader.get(f"/dispatch/report/{report_of('p05').pk}/")
    assert page.status_code == 200 and "report-form" not in page.content.decode()
    assert leader.post(f"/dispatch/report/{report_of('p05').pk}/", phone()).status_code == 403
    row = hand_in(system, report_of("p02"))
    dispatch.accept(system, [row])
    assert officer.post(f"/dispatch/report/{row.pk}/", phone()).status_code == 403
    assert officer.get(f"/dispatch/review/{row.pk}/").status_code == 404


# -- the office --------------------------------------------------------------------------------------------------------


def figures(response) -> dict[str, int]:
    return dict(zip(
        ["outstanding", "late", "returned", "blocked", "waiting", "accepted", "reported", "all"],
        [figure for _label, figure, *_rest in response.context["tally"]], strict=True))


@pytest.mark.parametrize("days", [
    ("2026-11-20", "2026-11-27"), pytest.param(("2026-11-10", "2026-11-26", "2026-12-31"), marks=pytest.mark.slow)])
def test_every_figure_of_the_month_opens_as_many_rows(system, world, days):
    with on("2026-11-20"):
        hand_in(system, report_of("p02"), progress="blocked", problem="x")
        dispatch.accept(system, [hand_in(system, report_of("p04"))])
    with on("2026-11-27"):
        dispatch.send_back(system, hand_in(system, report_of("p05")), "再核")
    office = browser(world, "supervision")
    for day in days:
        for zone in ("", "z1", "z2"):
            page = office.get(f"/dispatch/?month=2026-11&as_of={day}&zone={zone}")
            for _label, figure, url, *_rest in page.context["tally"]:
                opened_rows = office.get(f"/dispatch/{url}")
                assert (len(opened_rows.context["rows"]), opened_rows.context["count"]) == (figure, figure), (day, url)
                assert f"as_of={day}" in url
            for entries in ("by_unit", "by_zone"):
                for _entry, counts, urls in page.context[entries]:
                    for name, figure in [("all", counts.owed), ("reported", counts.reported), ("overdue", counts.overdue),
                                         ("late_reported", counts.late), ("outstanding", counts.outstanding),
                                         ("returned", counts.returned), ("waiting", counts.waiting)]:
                        assert len(office.get(f"/dispatch/{urls[name].split('#')[0]}").context["rows"]) == figure
    page = office.get("/dispatch/?month=2026-11&as_of=2026-11-27")
    assert figures(page) == {"outstanding": 4, "late": 5, "returned": 1, "blocked": 1, "waiting": 1, "accepted": 1,
                             "reported": 3, "all": 7}
    assert figures(office.get("/dispatch/?month=2026-11&as_of=2026-11-10"))["outstanding"] == 7
    assert figures(office.get("/dispatch/?month=2026-11&as_of=2026-11-01"))["all"] == 0  # not opened yet


def test_a_constant_number_of_queries(system, world):
    office = browser(world, "supervision")

    def cost(url):
        office.get(url)
        with CaptureQueriesContext(connection) as few:
            assert office.get(url).status_code == 200
        return len(few)

    office_url, mine = "/dispatch/?show=all", "/dispatch/mine/"
    before = cost(office_url), cost(mine)
    from guatu.projects.models import StageEvent

    with on("2026-11-03"):
        for code in ("p00", "p01", "p06", "p07", "p08"):
            actions.create(system, StageEvent, {
                "project": Project.everything.get(code=code).pk, "event": "started", "valid_on": date(2026, 11, 2),
                "basis": "history", "source": world.source.pk})
        dispatch.open_month(system, Month(2026, 11))
    assert ProgressReport.everything.count() == 11  # p06 stays completed
    assert (cost(office_url), cost(mine)) == before


def test_accept_many_urge_and_review(system, world):
    office = browser(world, "supervision")
    rows = [hand_in(system, report_of(code)) for code in ("p02", "p04")]
    done = office.post("/dispatch/accept/", {"record": [row.pk for row in rows], "next": "/dispatch/?show=accepted"},
                       follow=True)
    assert "2 reports were accepted" in text(done)
    assert {fresh(row).state for row in rows} == {"accepted"}
    urged = office.post("/dispatch/urge/?month=2026-11&show=outstanding", {"all": "1"}, follow=True)
    assert "Urged about 5 reports" in text(urged)
    again = office.post("/dispatch/urge/", {"record": [report_of("p05").pk]}, follow=True)
    assert "Nobody was urged" in text(again)
    assert Notification.objects.filter(code="reports_urged", user=report_of("p05").owner).count() == 1
    listed = text(office.get("/dispatch/?show=outstanding"))
    assert "1 time, on" in listed
    row = hand_in(system, report_of("p05"), problem="旧的", next_step="旧的一步")
    page = office.get(f"/dispatch/review/{row.pk}/")
    assert page.status_code == 200 and "旧的一步" in text(page)
    empty = office.post(f"/dispatch/review/{row.pk}/", {"send_back": "1", "reason": "  "})
    assert empty.status_code == 422 and "needs a reason" in text(empty)
    sent = office.post(f"/dispatch/review/{row.pk}/", {"send_back": "1", "reason": "投资额不符", "correct_by": "2030-01-02"})
    assert sent.status_code == 302 and fresh(row).correct_by == date(2030, 1, 2)
    officer = User.everything.get(pk=row.owner_id)
    member_of = member(system, "deputy", "project_officer", world.zones[1])
    assert member_of and Notification.objects.filter(user=officer, code="report_sent_back").exists()
    deputy = Client()
    deputy.force_login(member_of)
    deputy.cookies["django_language"] = "en"
    form = text(deputy.get(f"/dispatch/report/{row.pk}/"))
    assert "投资额不符" in form and "Hand in the correction" in form
    deputy.post(f"/dispatch/report/{row.pk}/", phone(invested_cny="9"))
    both = text(office.get(f"/dispatch/review/{row.pk}/"))
    assert "First hand-in" in both and "Handed in again" in both and "投资额不符" in both
    accepted = office.post(f"/dispatch/review/{row.pk}/", {"accept": "1"})
    assert accepted.status_code == 302 and fresh(row).state == "accepted"


def test_accepting_something_not_handed_in_changes_nothing(system, world):
    office = browser(world, "supervision")
    answer = office.post("/dispatch/accept/", {"record": [report_of("p05").pk, "x", "9" * 30]}, follow=True)
    assert "None of the reports chosen" in text(answer) and report_of("p05").state == "owed"
    assert browser(world, "project_officer").post("/dispatch/urge/", {"record": ["1"]}).status_code == 403
    assert browser(world, "leader").post("/dispatch/open/", {"month": "2026-12"}).status_code == 403


def test_opening_from_the_page(system, world):
    office = browser(world, "supervision", world.zones[0])
    with later("2026-12-01", office):
        done = office.post("/dispatch/open/", {"month": "2026-12", "zone": ""}, follow=True)
        assert "2026-12 is open: 3 reports are owed" in text(done)
        again = office.post("/dispatch/open/", {"month": "2026-12"}, follow=True)
        assert "Nothing was opened" in text(again)
        assert office.post("/dispatch/open/", {"month": "明天"}).status_code == 422


@pytest.mark.parametrize("address", ["/dispatch/?month=2026Q4", "/dispatch/?show=nonsense", "/dispatch/?as_of=x"])
def test_an_address_that_cannot_be_read_says_so(world, address):
    assert browser(world, "supervision").get(address).status_code == 422


def test_the_sheet_of_the_month_holds_every_row(system, world):
    from python_calamine import CalamineWorkbook

    actions.change(system, Project.everything.get(code="p02"), {"name": "=HYPERLINK(1)"})
    office = browser(world, "supervision")
    answer = office.get("/dispatch/export/xlsx/?month=2026-11&show=all&as_of=2026-11-27")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert [row[0] for row in rows[2:]] == sorted(OWING, key=lambda code: (int(code[1:]) % 2, code))
    assert "7 owed" in rows[0][0]
    csv = b"".join(office.get("/dispatch/export/csv/?month=2026-11&show=all").streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in csv and csv.count("\n") == 9


# -- elsewhere ---------------------------------------------------------------------------------------------------------


def test_rows_lead_to_the_pages_people_work_on(system, world):
    office, officer = browser(world, "supervision"), browser(world, "project_officer", world.zones[1])
    row = hand_in(system, report_of("p05"))
    assert officer.get(f"/r/progress_reports/{row.pk}/")["Location"] == f"/dispatch/report/{row.pk}/"
    assert officer.get(f"/r/dispatch_periods/{row.period_id}/")["Location"] == "/dispatch/mine/"
    assert "month=2026-11" in office.get(f"/r/dispatch_periods/{row.period_id}/")["Location"]
    assert "2026-11" in text(office.get(f"/r/sources/{row.period.source_id}/"))
    page = text(officer.get(f"/r/projects/{row.project_id}/"))
    assert "Progress reports" in page and "1,200" in page


def test_notices_lead_their_readers_somewhere(system, world):
    officer = User.everything.get(username="officer1")
    actions.create(system, Membership, {"user": officer.pk, "organisation": world.zones[0].pk, "role": "project_officer"})
    told = notify.unread_of(officer, Scope.of(officer))
    assert [notice.code for notice in told if notice.code == "reports_owed"] == ["reports_owed"]
    assert "3" in next(notice.text for notice in told if notice.code == "reports_owed")


def test_the_lists_of_facts_are_there(system, world):
    hand_in(system, report_of("p05"), progress="slow", problem="雨季")
    leader = browser(world, "leader")
    assert "项目5" in text(leader.get("/r/monthly_investments/"))
    assert "雨季" in text(leader.get("/r/project_progress/"))
    assert ProjectProgress.everything.count() == 1
    for name in ("progress_reports", "report_corrections", "extra_questions", "extra_answers", "dispatch_periods"):
        assert leader.get(f"/r/{name}/").status_code == 200, name
        assert leader.get(f"/api/{name}/").status_code == 200, name
