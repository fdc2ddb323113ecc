"""The monthly dispatch in a real browser: reported from a phone, sent back at a desk, corrected, accepted."""

from __future__ import annotations

import re
import struct
import zlib

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]


def picture() -> bytes:
    """A small grey PNG, as a camera would send one."""
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes([128] * 8) for _row in range(8)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def test_a_report_goes_out_from_a_phone_comes_back_and_is_accepted(officer_on_the_road, supervisor):
    phone, desk = officer_on_the_road, supervisor
    phone.open("/dispatch/mine/")
    phone.look("owed")
    phone.page.locator(".owed-link").first.click()
    phone.page.wait_for_url(re.compile(r"/dispatch/report/\d+/"))
    number = re.search(r"/report/(\d+)/", phone.page.url)[1]
    phone.look("empty")

    phone.page.click(".hand-in")
    phone.page.wait_for_selector(".field.faulty .error")
    assert phone.refusals == 1
    phone.look("refused")

    phone.page.locator(".choices label").first.click()
    phone.page.fill("#f-invested", "1200")
    phone.page.fill("#f-problem", "主变未到货")
    phone.page.fill("#f-next", "十二月完成安装")
    phone.page.set_input_files("input[data-counts=chosen]", {
        "name": "现场.png", "mimeType": "image/png", "buffer": picture()})
    phone.page.click(".hand-in")
    phone.page.wait_for_selector(".note-good")
    phone.look("handed-in")

    desk.open(f"/dispatch/review/{number}/")
    assert "主变未到货" in desk.page.inner_text("main")
    desk.look("review")
    desk.page.fill("#f-reason", "投资额请按入库口径填报")
    desk.page.click("button[name=send_back]")
    desk.page.wait_for_load_state()
    desk.look("sent-back")

    phone.open(f"/dispatch/report/{number}/")
    assert "投资额请按入库口径填报" in phone.page.inner_text("main")
    assert phone.page.input_value("#f-problem") == "主变未到货"
    phone.page.fill("#f-invested", "900")
    phone.page.click(".hand-in")
    phone.page.wait_for_selector(".note-good")
    phone.look("corrected")

    desk.open(f"/dispatch/review/{number}/")
    assert "900" in desk.page.inner_text("table.said")
    desk.page.click("button[name=accept]")
    desk.page.wait_for_load_state()
    desk.open(f"/dispatch/review/{number}/")
    assert desk.page.locator("button[name=accept]").count() == 0
    desk.look("accepted")


def test_the_work_queue_names_what_is_owed(officer_on_the_road):
    page = officer_on_the_road.page
    officer_on_the_road.open("/my/")
    assert page.inner_text("h1") == "我的工作"
    officer_on_the_road.look("queue")
    assert page.locator("main a[href*='/dispatch/report/'], main a[href*='/r/projects/']").count() > 0
