"""From a gap to a project: targets are ranked, assigned and put on a trip; a firm is visited without a connection; the lead and then
the project move what the chain's map shows as planned, and the day slider takes it back."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta

import pytest

from tests.browser.conftest import WIDE, person
from tests.browser.test_journey_register import HEADERS, HUANGDAO
from tests.browser.test_journey_visit import Phone, guatu, sheet

pytestmark = [pytest.mark.browser, pytest.mark.long]

ZONE, NODE = "qda", "polariser"
MAP = f"/chains/nd/?zone={ZONE}"
SUZHOU = ("江苏省", "苏州市", "虎丘区")
FIRM, CLAIMED = "苏州一光学有限公司", "苏州二光学有限公司"
PROJECT, REFUSED = "偏光片华北基地", "偏光片分切中心"
#: Makers of polarisers elsewhere, and here a maker of the modules that need them.
ROWS = [
    (FIRM, "2006-03-01", "", "存续", "8000万元", "偏光片的研发、生产。", *SUZHOU),
    (CLAIMED, "2007-03-01", "", "存续", "6000万元", "偏光片的研发、生产。", *SUZHOU),
    ("青岛壬电子有限公司", "2010-01-01", "", "存续", "900万元", "生产：显示模组、液晶电视。", *HUANGDAO),
    *((f"无锡第{place}光学有限公司", "2005-01-01", "", "存续", "100万元", "偏光片的生产。", "江苏省", "无锡市", "滨湖区") for place in range(30)),
]

office = person("chain_office", WIDE)


@pytest.fixture
def phone(chromium, served, tmp_path):
    held = Phone(chromium, served, tmp_path / "phone")
    held.switch_on()
    yield held
    held.switch_off()


def register(served, tmp_path) -> None:
    path = tmp_path / "登记-招商.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADERS, *ROWS])
    guatu(served, "register", "import", str(path))
    guatu(served, "chains", "map")


def planned(page) -> dict[str, int]:
    """What the drawing writes below the node, by level; nothing where nobody is coming."""
    graph = json.loads(page.inner_text("#graph-data") or page.text_content("#graph-data"))
    (label,) = [node["label"] for node in graph["nodes"] if node["id"] == NODE]
    found = re.search(r"\n\+ (.+)$", label)
    return {sign: int(n) for sign, n in re.findall(r"(线|谈|签|建)(\d+)", found[1])} if found else {}


def on_the_map(visitor, name: str = "", **asked: str) -> dict[str, int]:
    visitor.open(MAP + "".join(f"&{key}={value}" for key, value in asked.items()))
    if name:
        visitor.look(name)
    return planned(visitor.page)


def slid_back(visitor, days: int, name: str) -> dict[str, int]:
    """The map after the slider was moved back from today."""
    visitor.open(MAP)
    page = visitor.page
    slider = page.locator("[data-days-from]")
    day = (date.today() - timedelta(days=days)).isoformat()
    with page.expect_navigation(url=re.compile(f"as_of={day}")):
        slider.evaluate("""(slider, days) => {
            slider.value = Number(slider.value) - days;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            slider.dispatchEvent(new Event("change", { bubbles: true })); }""", days)
    assert page.input_value("input[name=as_of]") == day and page.inner_text(".days-slide output") == day
    visitor.look(name)
    return planned(page)


def more(before: dict[str, int], **levels: int) -> dict[str, int]:
    """The cover with so many more at some levels; what falls to nothing is not written."""
    found = {sign: before.get(sign, 0) + levels.get(sign, 0) for sign in before.keys() | levels.keys()}
    return {sign: n for sign, n in found.items() if n}


def test_from_a_gap_to_a_project(office, phone, served, tmp_path):
    register(served, tmp_path)
    visitor, page = office, office.page
    before = on_the_map(visitor, "before")

    # The gap on the map, and whom to win for it.
    page.locator("#gaps a", has_text="偏光片").first.click()
    page.wait_for_url(f"**/nodes/{NODE}/**")
    page.locator("a[href*='/targets/nd/']").first.click()
    page.wait_for_url(f"**/targets/nd/{NODE}/**")
    for firm in (FIRM, CLAIMED):
        page.locator(".targets > li", has_text=firm).locator("input[name=key]").check()
    page.select_option("select[name=officer]", label="演示·招商员")
    visitor.look("targets")
    page.click("form .put .btn-primary")
    page.wait_for_url("**/target-lists/**")
    listed = page.url
    assert "演示·招商员" in page.locator("[data-target]", has_text=FIRM).inner_text()

    # A trip, and with one press the firms to be visited on it.
    page.click("#trip-form a.btn")
    page.wait_for_url("**/r/trips/new/**")
    team = page.locator("[name=lead_unit] option", has_text="项目专班").first.get_attribute("value")
    page.select_option("[name=lead_unit]", team)
    page.fill("[name=leader]", "赵六")
    page.fill("[name=from_on]", date.today().isoformat())
    page.fill("[name=to_on]", (date.today() + timedelta(days=2)).isoformat())
    page.fill("[name=places]", "苏州")
    visitor.look("trip")
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url(lambda url: "/new/" not in url)
    page.goto(listed)
    assert page.locator("[data-target] input[name=target]:checked").count() == 2
    page.locator("#trip-form select").select_option(label=page.locator("#trip-form option", has_text="苏州").first.inner_text())
    page.click("#trip-form .btn-primary")
    page.wait_for_selector(".note-good")
    assert "苏州" in page.locator("[data-target]", has_text=FIRM).inner_text()
    visitor.look("list")

    # Somebody else holds the second firm.
    guatu(served, "import", "claims", sheet(tmp_path / "claims.csv", [{"firm": CLAIMED, "unit that holds it": "demo-qda-dept"}]))
    visitor.open(f"/leads/check/?name={CLAIMED}")
    assert "保护期" in page.inner_text("main")

    visit(phone, visitor, before)

    # The lead has firm, chain, node and person without anybody typing them, and stands on the map today, not the day before.
    assert on_the_map(visitor, "lead") == more(before, 线=1)
    assert slid_back(visitor, 1, "day-before-lead") == before
    page.goto(listed)
    row = page.locator("[data-target]", has_text=FIRM)
    assert "已拜访" not in row.inner_text()
    row.locator("a.chip", has_text="线索").click()
    page.wait_for_url("**/r/leads/**")
    text = page.inner_text("main")
    assert PROJECT in text and "偏光片" in text and "对方要一百亩" in text and "演示·招商员" in text
    assert page.get_attribute("[data-stage]", "data-stage") == "contacted"
    visitor.look("lead-page")

    # It becomes a project, which signs; the map follows, the slider takes it back.
    page.locator("summary", has_text="转为项目").click()
    page.locator("form[action$='/step/convert/'] .btn").click()
    page.wait_for_selector(".note-good")
    assert on_the_map(visitor, "talks") == more(before, 谈=1)
    page.goto(listed)
    page.locator("[data-target]", has_text=FIRM).locator("a.chip", has_text="线索").click()
    page.wait_for_url("**/r/leads/**")
    page.locator("main a", has_text=PROJECT).first.click()
    page.wait_for_url("**/projects/**")
    assert PROJECT in page.inner_text("h1")
    visitor.look("project")
    sign(served, tmp_path, page.locator("p.lead .mono").first.inner_text())
    assert on_the_map(visitor, "signed") == more(before, 签=1)
    assert slid_back(visitor, 1, "day-before") == before
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    assert on_the_map(visitor, known_at=yesterday) == before


def sign(served, tmp_path, code: str) -> None:
    guatu(served, "import", "stage_events", sheet(tmp_path / "events.csv", [{
        "project": code, "event": "signed", "date": date.today(), "basis": "history", "source": "001"}]))


def visit(phone, visitor, before: dict[str, int]) -> None:
    """Two firms are called on without a connection; sent later, one visit opens a lead, the other is told that it cannot."""
    phone.log_in("investment_officer")
    phone.open()
    phone.page.wait_for_selector("[data-kept=yes]")
    phone.page.wait_for_selector("[data-connection=online]")
    phone.context.set_offline(True)
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.open()
    phone.page.wait_for_selector("[data-connection=offline]")
    for firm, minutes, title in ((FIRM, "对方要一百亩", PROJECT), (CLAIMED, "对方在比较三地", REFUSED)):
        page = phone.page
        page.select_option("#v-trip", label=page.locator("#v-trip option", has_text="苏州").first.inner_text())
        page.locator("[data-companies] .btn", has_text=firm).click()
        assert page.input_value("#v-company") == firm
        page.fill("#v-minutes", minutes)
        page.fill("#v-leads", title)
        phone.look(f"landing-typed-{firm[2]}")
        page.click(".visit-save")
        phone.page.locator(".visit-entry[data-status=waiting]", has_text=firm).wait_for()
    phone.look("landing-waiting")
    assert on_the_map(visitor) == before
    phone.context.set_offline(False)
    for firm in (FIRM, CLAIMED):
        phone.page.locator(".visit-entry[data-status=sent]", has_text=firm).wait_for()
    refused = phone.page.locator(".visit-entry", has_text=CLAIMED).inner_text()
    assert "拜访已保存" in refused and REFUSED in refused and "认领" in refused
    assert "未登记线索" not in phone.page.locator(".visit-entry", has_text=FIRM).inner_text()
    phone.look("landing-sent")
