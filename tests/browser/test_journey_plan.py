"""Plans in a real browser: laid out from a template, dragged, undone, tried in a what-if, printed; the wall plan."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]
PROMISED = date.today() + timedelta(days=800)


def record_of(visitor, code: str) -> int:
    found = json.loads(visitor.page.request.get(f"{visitor.served.url}/api/projects/?limit=500").text())["items"]
    return next(item.get("record") or item.get("id") for item in found if item["code"] == code)


def plan(page) -> dict:
    return page.evaluate("document.querySelector('[data-plan]').gantt.gantt")


def task_like(page, test) -> dict:
    return next(task for task in plan(page)["tasks"] if not task["summary"] and not task["milestone"] and not task["actual_start"] and test(task))


def drawn(page) -> None:
    """Waits until what a click or a scroll asked to be drawn stands: a drawing takes the shapes away that were there."""
    page.evaluate("""() => new Promise((done) => {
        const { chart } = document.querySelector('[data-plan]').gantt;
        const look = (still) => requestAnimationFrame(() => (chart.waiting || still ? look(chart.waiting ? 2 : still - 1) : done()));
        look(2);
    })""")


def drag(page, task: dict, by: float, part: str = "bar") -> None:
    page.locator(f".tree-row[data-task='{task['id']}'] .task-name").click()
    drawn(page)
    box = page.locator(f"[data-part='{part}'][data-task='{task['id']}']").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=6)
    page.mouse.up()


def answered(page, action) -> None:
    """Does it, and waits until the server's answer is drawn."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        action()
    page.wait_for_function("() => !document.querySelector('[data-plan]').gantt.waiting")


@pytest.fixture
def laid_out(visitor):
    """The project 中科通航航空保障中心 with a plan; the first visitor lays it out."""
    record = record_of(visitor, "avs")
    visitor.open(f"/r/projects/{record}/")
    visitor.page.click(f"a.btn[href^='/r/projects/{record}/plan/']")
    visitor.page.wait_for_load_state("load")
    if visitor.page.locator(".plan-empty").count():
        visitor.look("empty")
        visitor.page.check("input[name=template][value=plant]")
        visitor.page.fill("input[name=promised_on]", PROMISED.isoformat())
        visitor.page.click(".lay-out")
        visitor.page.wait_for_selector(".row-bar .bar")
    visitor.open(f"/r/projects/{record}/plan/")
    visitor.page.wait_for_selector(".row-bar .bar")
    return record


def test_a_plan_is_dragged_undone_and_printed(visitor, laid_out):
    page = visitor.page
    visitor.look("laid-out")
    before = plan(page)
    assert before["plan"]["promised_on"] == PROMISED.isoformat() and page.locator(".row-bar.critical").count()
    task = task_like(page, lambda one: not one["critical"] and one["total_float"] > 5)
    path = {one["id"] for one in before["tasks"] if one["critical"]}
    pixels = page.evaluate("document.querySelector('[data-plan]').gantt.chart.scale.pixels")
    answered(page, lambda: drag(page, task, pixels * (task["total_float"] * 7 / 5 + 45)))
    after = plan(page)
    assert after["plan"]["finish"] > before["plan"]["finish"]
    assert {one["id"] for one in after["tasks"] if one["critical"]} != path
    assert task["id"] in {one["id"] for one in after["tasks"] if one["critical"]}
    visitor.look("dragged")
    answered(page, lambda: page.click("[data-undo]"))
    assert {one["id"] for one in plan(page)["tasks"] if one["critical"]} == path
    for size in ("a0", "a3", "a4"):
        made = page.request.get(f"{visitor.served.url}/r/projects/{laid_out}/plan/print.pdf?size={size}")
        assert made.status == 200 and made.body().startswith(b"%PDF")
    visitor.open(f"/r/projects/{laid_out}/plan/backward/")
    visitor.look("backward")


def test_everything_is_reached_by_keys(visitor, laid_out):
    page = visitor.page
    page.focus("[data-plan-grid]")
    page.keyboard.press("Home")
    grid = page.locator("[data-plan-grid]")
    first = grid.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.tree-row.selected')?.getAttribute('aria-expanded') === 'false'")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"() => document.querySelector('[data-plan-grid]').getAttribute('aria-activedescendant') !== '{first}'")
    task = task_like(page, lambda one: one["critical"])
    page.evaluate(f"document.querySelector('[data-plan]').gantt.chart.select({task['id']})")
    answered(page, lambda: page.keyboard.press("Alt+Shift+ArrowRight"))
    longer = next(one for one in plan(page)["tasks"] if one["id"] == task["id"])
    assert longer["duration"] == task["duration"] + 1
    answered(page, lambda: page.keyboard.press("Control+z"))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-plan-panel]:not([hidden])")
    visitor.look("panel")
    page.keyboard.press("Escape")
    assert page.locator("[data-plan-panel]").is_hidden()
    assert page.evaluate("document.activeElement.hasAttribute('data-plan-grid')")
    page.keyboard.press("+")
    page.wait_for_selector("[data-zoom][aria-pressed=true]:not([data-zoom=fit])")


def test_a_circle_is_refused_in_a_sentence(visitor, laid_out):
    page = visitor.page
    link = plan(page)["links"][0]
    names = {one["id"]: f"{one['number']} {one['name']}" for one in plan(page)["tasks"]}
    page.evaluate(f"document.querySelector('[data-plan]').gantt.panel.open({link['pred']})")
    page.fill("#link-other", names[link["succ"]])
    page.select_option("#link-side", "before")
    answered(page, lambda: page.click("[data-link-form] button"))
    said = page.inner_text("[data-plan-note]")
    assert all(names[end].split(" ", 1)[1] in said for end in (link["pred"], link["succ"]))
    visitor.refusals = 0


def test_a_what_if_is_kept(visitor, laid_out):
    page = visitor.page
    page.click(".page-head .menu:has(form[action$='/step/what-if/']) summary")
    page.click("form[action$='/step/what-if/'] button")
    page.wait_for_selector(".what-if-band")
    page.wait_for_selector(".row-bar .bar")
    visitor.look("what-if")
    task = task_like(page, lambda one: one["critical"])
    page.evaluate(f"document.querySelector('[data-plan]').gantt.panel.open({task['id']})")
    page.fill("#task-duration", str(task["duration"] + 7))
    answered(page, lambda: page.click("[data-save]"))
    page.click("form[action$='/step/keep/'] button")
    page.wait_for_load_state("load")
    page.wait_for_selector(".row-bar .bar")
    assert page.locator(".what-if-band").count() == 0
    kept = next(one for one in plan(page)["tasks"] if one["number"] == task["number"])
    assert kept["duration"] == task["duration"] + 7


def test_the_rescue_of_a_day(visitor, laid_out):
    page = visitor.page
    page.fill(".rescue input[name=day]", (date.today() + timedelta(days=30)).isoformat())
    page.click(".rescue form button")
    page.wait_for_selector("#rescue .blocking li, #rescue table")
    visitor.look("rescue")


def test_only_what_is_in_sight_is_drawn(visitor, laid_out):
    """The pure modules: rows in a window, levels, links, ticks, working days."""
    found = visitor.page.evaluate("""async () => {
        const layout = await import('/static/projects/plan/layout.mjs');
        const days = await import('/static/projects/plan/days.mjs');
        const pointer = await import('/static/projects/plan/pointer.mjs');
        const wall = await import('/static/projects/plan/wall_layout.mjs');
        const tasks = Array.from({ length: 10000 }, (_all, id) => ({ id, parent: id % 10 ? id - id % 10 : null, summary: id % 10 === 0 }));
        const prepared = layout.prepare(tasks);
        const began = performance.now();
        const open = layout.outline(prepared, new Set());
        const closed = layout.outline(prepared, new Set([0, 10]));
        const took = performance.now() - began;
        const scale = new days.Scale(days.dayNumber('2025-09-01'), days.dayNumber('2025-12-31'), 9);
        const idle = new Set(['2025-10-01', '2025-10-02', '2025-10-03', '2025-10-04', '2025-10-05', '2025-10-06', '2025-10-07', '2025-10-08'].map(days.dayNumber));
        const task = { id: 1, days: { start: days.dayNumber('2025-09-29'), finish: days.dayNumber('2025-09-30') }, duration_unit: 'workday' };
        return {
          took, open: open.length, closed: closed.length, level: open[1].level, window: layout.rowsBetween(28000, 560, 28, 10000, 6),
          ticks: days.ticks(scale, days.dayNumber('2025-10-01'), days.dayNumber('2025-10-31'), true).coarse.map(tick => tick.label),
          monday: days.weekday(days.dayNumber('2025-09-29')), round: days.isoDay(days.dayNumber('2024-02-29')),
          lengthened: pointer.dragged(task, 'grip', 10, idle), moved: pointer.dragged(task, 'bar', 3, idle), still: pointer.dragged(task, 'bar', 0, idle),
          kinds: [pointer.linkKind('port-end', 'port-start'), pointer.linkKind('port-start', 'port-end')],
          straight: layout.linkPath('FS', { x1: 0, x2: 10, y: 5 }, { x1: 60, x2: 90, y: 33 }, 28), back: layout.linkPath('SF', { x1: 50, x2: 90, y: 5 }, { x1: 0, x2: 10, y: 33 }, 28),
          lanes: layout.lanes([[1, 5], [2, 3], [6, 9], [2, 8]], 3), row: layout.rowAt([0, 30, 66, 102], 65),
          rows: wall.rowsOf(wall.prepare({ groups: [{ key: 1, name: 'g', projects: [{ id: 1, name: 'A', code: 'a', tasks: [] }, { id: 2, name: 'B', code: 'b', late_by: 3, tasks: [] }] }] }),
            { text: '', light: '', late: true }, new Set(), new Set()).rows.map(row => row.key),
        };
    }""")
    assert found["took"] < 100 and found["open"] == 10000 and found["closed"] == 9982 and found["level"] == 2
    assert found["window"] == [994, 1026]
    assert found["ticks"] == ["2025年10月"] and found["monday"] == 0 and found["round"] == "2024-02-29"
    assert found["lengthened"]["duration"] == 4 and found["moved"]["constraint_on"] == "2025-10-02" and found["still"] is None
    assert found["kinds"] == ["FS", "SF"]
    assert found["straight"] == "M10 5H51V33H60" and found["back"] == "M50 5H19V33H10"
    assert found["lanes"] == [0, 1, 0, 2] and found["row"] == 1 and found["rows"] == ["g1", "p2"]


def test_the_wall_plan(visitor, laid_out):
    page = visitor.page
    visitor.open("/plans/")
    page.wait_for_selector(".w-project")
    visitor.look("wall-plan")
    everything = page.locator(".tree-row.w-project").count()
    page.fill("[data-filter=text]", "航空保障")
    page.wait_for_function("() => document.querySelectorAll('.tree-row.w-project').length === 1")
    page.fill("[data-filter=text]", "没有这样的项目")
    page.wait_for_selector("[data-nothing]:not([hidden])")
    page.fill("[data-filter=text]", "")
    page.wait_for_function(f"() => document.querySelectorAll('.tree-row.w-project').length === {everything}")
    page.click("[data-open-all]")
    page.wait_for_selector(".tree-row.w-task")
    page.select_option("select[name=group]", "unit")
    page.wait_for_url("**group=unit**")
    page.wait_for_selector(".w-project")
    page.focus("[data-wall-grid]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".tree-row.w-task")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/**")


def test_on_a_phone_the_plan_is_a_list(walker):
    walker.open("/plans/?as_of=2022-10-31")
    assert walker.page.locator(".wall-list li").first.is_visible() and not walker.page.locator("[data-wall-grid]").is_visible()
    walker.page.locator(".wall-list a").first.click()
    walker.page.wait_for_selector(".plan-list tbody tr")
    walker.look("plan")


def test_boe1_of_the_sample_as_of_both_days(visitor):
    """京东方一期, promised for 30 November 2022: held on 6 July, and on 31 October said to be late, with what should have begun."""
    record = record_of(visitor, "boe1")
    for day, late in (("2022-07-06", False), ("2022-10-31", True)):
        visitor.open(f"/r/projects/{record}/plan/?as_of={day}")
        visitor.page.wait_for_selector(".row-bar .bar")
        assert plan(visitor.page)["plan"]["promised_on"] == "2022-11-30"
        assert plan(visitor.page)["plan"]["holds"] is not late
        visitor.look(f"boe1-{day}")
        visitor.open(f"/r/projects/{record}/plan/backward/?as_of={day}")
        assert bool(visitor.page.locator("tr.overdue").count()) is late
        visitor.look(f"boe1-backward-{day}")
        made = visitor.page.request.get(f"{visitor.served.url}/r/projects/{record}/plan/print.pdf?as_of={day}&sheet=backward")
        assert made.body().startswith(b"%PDF")
