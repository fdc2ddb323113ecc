"""Pages of the ledger: figures open their rows and equal them, sheets leave, readers see what is theirs."""

import csv
import io
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.test import Client
from django.utils.translation import get_language, override
from python_calamine import CalamineWorkbook

from guatu.kernel import actions
from guatu.kernel.models import ExchangeRate, User
from guatu.projects.tests.ledger_world import arrive, complete, enter, plan, raise_obstacle, report, target
from guatu.projects.tests.world import build, member

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
AS_OF = "2022-05-06"


@pytest.fixture(autouse=True)
def same_language():
    """These readers read English; whoever is tested next finds the language as it was."""
    with override(get_language()):
        yield


@pytest.fixture
def world(system):
    world = build(system)
    actions.create(system, ExchangeRate, {
        "currency": "USD", "valid_on": date(2022, 1, 1), "cny_per_unit": Decimal("6.4")})
    six = world.projects[6]
    for month, amount in (("2022-02", 100), ("2022-03", 100), ("2022-04", 150), ("2022-05", 200)):
        plan(system, six, month, amount)
    complete(system, six, date(2022, 2, 28), 80)
    complete(system, six, date(2022, 4, 30), 170)
    arrive(system, six, date(2022, 3, 31), 10, "USD", "foreign", "验资1号")
    enter(system, six, date(2022, 3, 5))
    report(system, six, date(2022, 4, 30), 150)
    target(system, world.zones[0], 2022, "completed", target_cny=Decimal(300 * 10_000))
    target(system, world.zones[0], 2022, "arrived_foreign", target_usd=Decimal(60 * 10_000), basis="rate")
    return world


@pytest.fixture
def office(system, world):
    return signed_in(member(system, "office", "chain_office", world.zones[0].parent))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return re.sub(r"\s+", " ", response.content.decode())


def test_each_figure_opens_rows_that_equal_it(office):
    page = text_of(office.get("/ledger/", {"as_of": AS_OF, "zone": "z1"}))
    figures = dict(re.findall(r'href="(/ledger/rows/[^"]+)" data-figure="[a-z_]+"><b>([^<]+)</b>', page))
    assert len(figures) >= 5
    for url, shown in figures.items():
        rows = text_of(office.get(url.replace("&amp;", "&")))
        total = re.search(r'data-total="([0-9,.]*)"', rows)[1].replace(",", "")
        amounts = [Decimal(text.replace(",", "")) for text in re.findall(
            r'data-label="Amount"><span>([0-9][0-9,.]*)', rows)]
        if "inside its batch" not in rows and "batch of" not in rows:
            assert sum(amounts, Decimal(0)) == Decimal(total or 0), url
        if "arrived_foreign" in url:
            assert shown.replace(",", "") == total
        elif "_count" not in url:
            assert Decimal(shown.replace(",", "")) == (Decimal(total) / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP), url


def test_rates_targets_and_forecast_stand_on_the_page(office):
    page = text_of(office.get("/ledger/", {"as_of": AS_OF, "zone": "z1"}))
    assert "83.3%" in page  # 250 of 300
    assert "16.7%" in page and "target derived from a rate; proves nothing" in page  # 10 of 60
    assert "0.05</b>" in page  # the forecast: 450 ten thousand in hundred million, rounded half up
    empty = text_of(office.get("/ledger/", {"as_of": AS_OF, "zone": "z2", "year": "1990"}))
    assert "Nothing is on file for this year." in empty


def test_a_year_over_and_faults_are_said(office):
    assert "This year is over" in text_of(office.get("/ledger/", {"as_of": "2024-01-01", "year": "2022"}))
    assert office.get("/ledger/", {"year": "22"}).status_code == 422
    assert office.get("/ledger/", {"unit": "x"}).status_code == 422
    assert office.get("/ledger/rows/nothing/").status_code == 404
    assert office.get("/ledger/export/pdf/").status_code == 404


def test_a_projects_ledger_tells_months_funds_entry_and_what_is_missing(office, world):
    six = world.projects[6]
    page = text_of(office.get(f"/r/projects/{six.pk}/ledger/", {"as_of": AS_OF}))
    assert "250 completed + 200 planned for the months to come = <b>450</b>" in page
    assert "1 month that has ended is missing and counts as unknown, not as zero." in page
    for words in ("验资1号", "370211-2022-0001", "No filing lies with the entry.", "71.4%",
                  "Less was reported to statistics than was completed.",
                  "Entered into statistics, but no filing lies with the entry."):
        assert words in page, words
    assert "/new/?project=p06" not in page  # entries are made on the present page
    present = text_of(office.get(f"/r/projects/{six.pk}/ledger/"))
    forms = re.findall(r'href="(/r/[a-z_]+/new/\?project=p06)"', present)
    assert len(forms) == 5
    for form in forms:
        assert 'value="p06' in text_of(office.get(form)) or "p06" in text_of(office.get(form)), form
    assert f'/r/projects/{six.pk}/ledger/' in text_of(office.get(f"/r/projects/{six.pk}/"))


def test_sheets_leave_with_every_project_concerned(office):
    sheet = office.get("/ledger/export/csv/", {"as_of": AS_OF, "zone": "z1"})
    lines = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert "2022-05-06" in lines[0][0] and lines[1][0] == "Code"
    six = next(line for line in lines if line[0] == "p06")
    head = {text.split("（")[0]: place for place, text in enumerate(lines[1])}
    assert Decimal(six[head["fixed-asset investment completed"]]) == 250
    assert Decimal(six[head["forecast of the year: completed and planned"]]) == 450
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(office.get("/ledger/export/xlsx/", {
        "as_of": AS_OF, "zone": "z1"}))))
    assert book.sheet_names == ["Figures", "Projects"]
    rates = {row[0]: row[4] for row in book.get_sheet_by_name("Figures").to_python()[2:]}
    assert rates["fixed-asset investment completed"] == pytest.approx(83.3)


def test_nobody_sees_or_exports_beyond_reach(system, world):
    stranger = signed_in(member(system, "stranger", "project_officer", world.zones[1]))
    assert "p06" not in text_of(stranger.get("/ledger/rows/completed/", {"as_of": AS_OF}))
    assert stranger.get(f"/r/projects/{world.projects[6].pk}/ledger/").status_code == 404
    assert stranger.get("/ledger/", {"zone": "z1"}).status_code == 404
    assert stranger.get("/ledger/", {"unit": world.units[0].pk}).status_code == 404
    nobody = signed_in(actions.create(system, User, {"username": "nobody", "name": "无"}))
    assert nobody.get("/ledger/").status_code == 403


def test_pages_cost_a_constant_number_of_queries(office, world, system, django_assert_max_num_queries):
    office.get("/ledger/", {"as_of": AS_OF})
    with django_assert_max_num_queries(55):
        office.get("/ledger/", {"as_of": AS_OF})
    with django_assert_max_num_queries(40):
        office.get(f"/r/projects/{world.projects[6].pk}/ledger/", {"as_of": AS_OF})


def test_an_obstacle_stands_on_its_projects_page_and_among_the_lights(system, office, world):
    six = world.projects[6]
    raise_obstacle(system, six, "线路迁改未完成", world.officers[0], date(2022, 7, 15))
    page = text_of(office.get(f"/r/projects/{six.pk}/", {"as_of": "2022-07-20"}))
    assert "线路迁改未完成 (to be cleared by 2022-07-15)" in page and 'id="obstacles"' in page
    shown = text_of(office.get("/lights/", {"as_of": "2022-07-20", "tab": "obstacles"}))
    assert "线路迁改未完成" in shown and "1 obstacle" in shown
    assert "线路迁改未完成" not in text_of(office.get("/lights/", {"as_of": "2022-07-20"}))
    present = text_of(office.get(f"/r/projects/{six.pk}/"))
    links = re.findall(r'href="(/r/obstacles/(?:new/|[0-9]+/edit/)[^"]*)"', present)
    assert len(links) == 2
    for link in links:
        assert "p06" in text_of(office.get(link.replace("&amp;", "&"))), link
    member_of = member(system, "deputy", "project_officer", world.zones[0])
    raise_obstacle(system, six, "用地手续", member_of, date(2022, 7, 15))
    assert "用地手续" in text_of(signed_in(member_of).get("/my/"))


def test_the_year_offers_the_form_of_targets(office):
    link = re.search(r'href="(/r/year_targets/new/)"', text_of(office.get("/ledger/")))[1]
    assert office.get(link).status_code == 200
