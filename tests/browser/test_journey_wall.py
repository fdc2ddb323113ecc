"""The wall and a bulletin in a real browser: the day is moved, figures are opened, a bulletin is issued."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document

pytestmark = [pytest.mark.browser, pytest.mark.long]


def on_day(page, day: str) -> None:
    page.wait_for_selector(f"#board[data-as-of='{day}']")


def figure(page, name: str) -> tuple[int, str]:
    """The value of a figure on the board and the address it opens."""
    shown = page.locator(f"[data-figure='{name}']").first
    link = shown.evaluate("node => (node.closest('a') || node.querySelector('a')).getAttribute('href')")
    return int(shown.get_attribute("data-value")), link


def test_the_day_is_moved_and_a_flip_day_comes_true(visitor):
    """On 30 June 2022 the delivery of 联东U谷一期 is yellow and says that it turns red on 1 July; the next day it is."""
    page = visitor.page
    visitor.open("/wall/?as_of=2022-06-30&zone=qda")
    on_day(page, "2022-06-30")
    visitor.look("june")
    yellow, address = figure(page, "light:yellow")
    assert (figure(page, "light:red")[0], yellow) == (0, 1)
    visitor.open(address)
    assert page.locator("table.lights tbody tr").count() == yellow
    page.locator("table.lights summary").first.click()
    assert "2022-07-01" in page.inner_text("table.lights tbody tr")
    visitor.look("explained")

    visitor.open("/wall/?as_of=2022-06-30&zone=qda")
    page.wait_for_selector("[data-range]")
    page.focus("[data-range]")
    page.keyboard.press("ArrowRight")
    on_day(page, "2022-07-01")
    page.wait_for_url("**as_of=2022-07-01**")
    assert figure(page, "light:red")[0] == 1
    visitor.look("july")
    page.go_back()
    on_day(page, "2022-06-30")
    assert figure(page, "light:red")[0] == 0


def test_figures_open_the_rows_they_count(visitor):
    page = visitor.page
    visitor.open("/wall/?as_of=2022-06-30")
    for name, expected in (("list:under_construction", 21), ("list:negotiating", 1)):
        value, address = figure(page, name)
        assert value == expected
        assert "as_of=2022-06-30" in address
    _value, address = figure(page, "list:negotiating")
    visitor.open(address)
    assert page.locator("tbody tr").count() == 1
    visitor.open("/wall/?as_of=2022-06-30")
    _value, address = figure(page, "list:under_construction")
    visitor.open(address)  # twelve rows, one of them a batch of ten
    assert page.locator("tbody tr").count() == 12 and "21" in page.inner_text("main")
    visitor.open("/wall/?as_of=2022-06-30")
    value, address = figure(page, "entered:under_construction")
    visitor.open(address)
    assert f"{value}" in page.inner_text("main")
    visitor.look("entered")


@pytest.mark.parametrize("day", ["2022-05-31", "2022-12-31", "2023-02-20"])
def test_the_wall_stands_in_both_moods_and_languages(visitor, day):
    page = visitor.page
    for mood in ("paper", "dark"):
        visitor.open(f"/wall/?as_of={day}&mood={mood}")
        on_day(page, day)
        visitor.look(mood)
        visitor.open(f"/wall/?as_of={day}&mood={mood}&hang=1")
        page.set_viewport_size({"width": 1920, "height": 1080})
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
        page.set_viewport_size(visitor.window)
    visitor.open(f"/wall/?as_of={day}&mood=paper")
    page.click("button[name=language][value=en]")
    page.wait_for_load_state()
    assert visitor.language() == "en" and "What is wrong" in page.inner_text("#board")
    visitor.look("english")
    page.click("button[name=language][value=zh-hans]")
    page.wait_for_load_state()
    assert visitor.language() == "zh-hans"


def test_a_bulletin_is_drafted_issued_and_opened_in_word(supervisor):
    page = supervisor.page
    supervisor.open("/bulletins/preview/?zone=qda&as_of=2022-06-30")
    supervisor.look("preview")
    page.click("form[action='/bulletins/draft/'] .btn-primary")
    page.wait_for_url(re.compile(r"/r/bulletins/\d+/"))
    supervisor.look("draft")
    page.click("a[href$='/issue/']")
    page.wait_for_url("**/issue/")
    if page.locator("input[name=checked]").count():
        page.check("input[name=checked]")
    page.click(".form-foot .btn-primary")
    page.wait_for_url(re.compile(r"/r/bulletins/\d+/$"))
    supervisor.look("issued")
    assert page.locator("a[href$='/edit/']").count() == 0 and page.locator(".digest").count() == 1
    building = page.locator(".paper [data-figure*='under_construction']").first
    assert building.get_attribute("data-value") == "10"
    address = building.get_attribute("href")
    title = page.inner_text(".paper-title")
    with page.expect_download() as download:
        page.click("a[href$='/file/docx/']")
    words = Document(io.BytesIO(download.value.path().read_bytes()))
    text = "\n".join(part.text for part in words.paragraphs)
    assert title in text and "在建" in text
    supervisor.open(address)
    assert page.locator("tbody tr").count() == 10
