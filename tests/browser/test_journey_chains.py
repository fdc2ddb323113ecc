"""A chain in a real browser: gaps, an enterprise and its text, a rejection that moves the figure, two days; desk and phone."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings

from guatu.chains.tests import standing_world as world
from tests.browser.conftest import PHONE, WIDE, person

pytestmark = [pytest.mark.browser, pytest.mark.long]
#: The zone whose territory is the district in which the small register has its enterprises.
ZONE, DAY = "qda", "2019-06-30"
HERE = f"?zone={ZONE}&as_of={DAY}"

office_at_desk = person("chain_office", WIDE)
office_on_the_road = person("chain_office", PHONE)


@pytest.fixture(scope="module", autouse=True)
def register(served):
    """The small register, in the warehouse of the served zone."""
    with override_settings(GUATU_HOME=served.home):
        world.publish_world()


def makers(page) -> int:
    return int(page.inner_text("[data-count='makes:here']"))


def opened(page, code: str) -> None:
    """Opens a node in the drawing, as a click on its mark does."""
    page.wait_for_selector("[data-graph][data-ready]")
    at = page.evaluate("""code => {
        const box = document.querySelector('[data-graph]'), cy = box.cytoscape;
        cy.center(cy.getElementById(code));
        box.scrollIntoView({block: 'center', behavior: 'instant'});
        const frame = box.getBoundingClientRect(), place = cy.getElementById(code).renderedPosition();
        return [frame.left + place.x, frame.top + place.y];
    }""", code)
    page.mouse.click(*at)
    page.wait_for_selector("#node-side [data-count]")


def test_at_a_desk(office_at_desk):
    visitor, page = office_at_desk, office_at_desk.page
    visitor.open(f"/chains/{HERE}")
    page.wait_for_selector("tr[data-chain=ship]:not([aria-busy])", timeout=60_000)  # the last of them
    visitor.look("list")
    page.click("tr[data-chain=nd] .card-title a")
    page.wait_for_url("**/chains/nd/**")
    visitor.look("chain")

    # A gap, with the terms of its score.
    first = page.locator("#gaps tbody tr").first
    first.locator("summary").click()
    terms = [float(one) for one in first.locator(".terms b").all_inner_texts()]
    assert len(terms) == 6 and abs(sum(terms) - float(first.locator("td b").first.inner_text())) < 0.31

    # A node in the drawing, by the pointer and by keys.
    opened(page, "tv")
    assert makers(page) == 3
    visitor.look("panel")
    page.focus("[data-graph]")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("[data-graph-said]:not(:empty)", state="attached")
    page.fill("[data-graph-find]", "偏光片")
    assert "偏光片" in page.inner_text("[data-graph-said]")

    # Its enterprises and the text; one of them is rejected.
    page.click("#node-side [data-count='makes:here']")
    page.wait_for_url("**/enterprises/**")
    assert page.locator(".found > li").count() == 3
    assert page.inner_text("li[data-key=k02] mark:not(.verb)") == "液晶电视"
    visitor.look("enterprises")
    page.click("li[data-key=k02] summary")
    page.fill("li[data-key=k02] [name=reason]", "只组装样机，不生产")
    page.click("li[data-key=k02] [value=reject]")
    page.wait_for_selector(".note-good")
    assert page.locator(".found > li").count() == 2
    visitor.look("rejected")
    node = f"/chains/nd/nodes/tv/{HERE}"
    assert 'data-count="makes:here">2<' in page.request.get(visitor.served.url + node).text()
    page.click("form[action*='/undo/'] button")
    page.wait_for_selector(".note-good")
    visitor.open(node)
    assert makers(page) == 3

    # Two days: k03, which made televisions, went in 2018.
    visitor.open(f"/chains/nd/compare/?zone={ZONE}&as_of=2016-06-30&day2={DAY}")
    row = page.locator("tr[data-node=tv]")
    assert "−1" in row.inner_text() and row.get_attribute("data-moved") is not None
    assert page.locator("tr[data-node=glass_substrate][data-moved]").count() == 0
    visitor.look("compared")


def test_on_a_phone(office_on_the_road):
    visitor, page = office_on_the_road, office_on_the_road.page
    visitor.open(f"/chains/nd/{HERE}")
    places = page.evaluate("['#gaps', '#nodes', '.graph-panel'].map(name => document.querySelector(name).getBoundingClientRect().top)")
    assert places == sorted(places), "the gaps and the table stand before the drawing"
    page.click("tr[data-node=tv] .card-title a")
    page.wait_for_url("**/nodes/tv/**")
    assert makers(page) == 3
    visitor.look("node")
    page.click("[data-count='makes:here']")
    page.wait_for_url("**/enterprises/**")
    assert "液晶电视" in page.inner_text("li[data-key=k01] .excerpt")
    visitor.look("enterprises")


def test_in_both_languages_and_moods(visitor):
    page = visitor.page
    visitor.open(f"/chains/nd/{HERE}")
    page.click("button[name=language][value=en]")
    page.wait_for_load_state()
    assert visitor.language() == "en" and "Gaps, the most pressing first" in page.inner_text("#main")
    visitor.look("english")
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    visitor.look("dark")
    page.click("button[name=language][value=zh-hans]")
    page.wait_for_load_state()
    assert visitor.language() == "zh-hans"


def test_files_open(visitor):
    visitor.open(f"/chains/nd/{HERE}")
    for kind in ("pdf", "png", "xlsx"):
        address = visitor.page.locator(f"a[href*='/export/{kind}/']").get_attribute("href")
        answer = visitor.page.request.get(visitor.served.url + address)
        assert answer.status == 200 and re.search(r"pdf|png|sheet", answer.headers["content-type"])
