"""The wall in a real browser: the slider moves, figures open their rows, nothing is said on the console."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]


def shown_day(page) -> str:
    return page.get_attribute("#board", "data-as-of")


def wait_for_day(page, day: str) -> None:
    page.wait_for_selector(f"#board[data-as-of='{day}']")
    page.wait_for_function(f"document.getElementById('wall-day').dateTime === '{day}'")


def test_the_day_moves_and_figures_open_their_rows(visitor):
    page = visitor.page
    visitor.open("/wall/?as_of=2022-06-30")
    page.wait_for_selector("[data-range]")
    before = page.inner_text("[data-figure='list:under_construction']")
    page.click("[data-step=month][data-by='1']")
    wait_for_day(page, "2022-07-31")
    assert "as_of=2022-07-31" in page.url
    page.focus("[data-range]")
    page.keyboard.press("PageUp")
    wait_for_day(page, "2022-08-31")
    page.keyboard.press("ArrowLeft")
    wait_for_day(page, "2022-08-30")
    page.go_back()
    page.wait_for_url("**as_of=2022-0*")
    page.wait_for_selector("[data-range]")
    assert f"as_of={shown_day(page)}" in page.url
    visitor.open("/wall/?as_of=2022-12-31")
    page.wait_for_selector("[data-range]")
    assert page.inner_text("[data-figure='list:under_construction']") != before
    red = page.locator("[data-figure='light:red']")
    count = int(red.get_attribute("data-value"))
    red.click()
    page.wait_for_url("**/lights/**colour=red**")
    assert "as_of=2022-12-31" in page.url and page.locator("table.lights tbody tr").count() == count
    visitor.look("red-rows")


def test_a_light_flips_on_the_day_it_said(visitor):
    """Yellow today with a due day: one day past it the same milestone is red."""
    page = visitor.page
    visitor.open("/wall/?as_of=2022-12-31")
    page.wait_for_selector("[data-range]")
    red, yellow = (int(page.get_attribute(f"[data-figure='light:{code}']", "data-value")) for code in ("red", "yellow"))
    assert yellow
    page.click("[data-step=day][data-by='1']")
    wait_for_day(page, "2023-01-01")
    assert int(page.get_attribute("[data-figure='light:red']", "data-value")) == red + yellow


def test_a_project_on_the_map_keeps_its_place(visitor):
    page = visitor.page
    visitor.open("/wall/?as_of=2022-05-31")
    page.wait_for_selector("[data-range]")
    places = "Array.from(document.querySelectorAll('.map-wide .mark use')).map(use => use.getAttribute('transform').split(')')[0])"
    before = page.evaluate(places)
    kept = json.loads(visitor.page.request.get(f"{visitor.served.url}/api/projects/?limit=500").text())
    assert len(before) == len(kept["items"]) >= 69  # another journey may have added some
    page.fill("[data-day]", "2023-02-20")
    wait_for_day(page, "2023-02-20")
    assert [re.sub(r" [\d.]+$", "", place) for place in page.evaluate(places)] == [re.sub(r" [\d.]+$", "", place) for place in before]


def test_playing_goes_on_and_stops(visitor):
    page = visitor.page
    visitor.open("/wall/?as_of=2022-06-30")
    page.wait_for_selector("[data-range]")
    page.click("[data-play]")
    wait_for_day(page, "2022-07-14")
    page.click("[data-play]")
    assert page.get_attribute("[data-play]", "aria-pressed") == "false"


@pytest.mark.parametrize("address", ["/wall/?hang=1&mood=dark&as_of=2022-12-31", "/wall/?as_of=2010-01-01", "/wall/?zone=jz",
                                     "/wall/rows/?stage=started&as_of=2022-12-31", "/wall/geometry/"])
def test_every_face_of_the_wall_stands(visitor, address):
    visitor.open(address)


def test_on_the_wall_everything_stands_on_one_screen(visitor):
    page = visitor.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(visitor.served.url + "/wall/?hang=1&as_of=2022-12-31")
    page.wait_for_selector("[data-range]")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    for part in ("wrong", "map", "moved", "due", "totals", "stage", "chain", "zone"):
        box = page.locator(f".b-{part}").bounding_box()
        assert box["y"] + box["height"] <= 1080, part
    page.set_viewport_size(visitor.window)


def test_in_a_car(walker):
    page = walker.page
    walker.open("/wall/?as_of=2022-12-31")
    page.wait_for_selector("[data-range]")
    page.click("[data-step=week][data-by='1']")
    wait_for_day(page, "2023-01-07")
    walker.look("wall")
