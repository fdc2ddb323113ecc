"""A register from file to figure in a real browser: loaded, mapped by itself, a gap, an enterprise and its text, a rejection
that moves the figure and outlives the next load, two days. First at a desk, then on a phone."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.browser.conftest import PHONE, WIDE, person

pytestmark = [pytest.mark.browser, pytest.mark.long]
#: Its territory is 370211, 黄岛区, from 2012-12-01.
ZONE, FIRST, DAY = "qda", "2013-06-30", "2019-06-30"
HERE = f"?zone={ZONE}&as_of={DAY}"
HEADERS = ["企业名称", "成立日期", "注销日期", "经营状态", "注册资本", "经营范围", "省份", "城市", "区县"]
HUANGDAO, SHENZHEN = ("山东省", "青岛市", "黄岛区"), ("广东省", "深圳市", "宝安区")
#: Two makers of glass substrates here of which one came after the first day; a third that will be rejected; one that sells.
#: Of two makers of backlights one went in 2018. Users of polarisers are here, their makers all elsewhere.
ROWS = [
    ("青岛甲玻璃有限公司", "2008-03-01", "", "存续", "5000万元", "生产：玻璃基板。", *HUANGDAO),
    ("青岛乙玻璃有限公司", "2015-05-01", "", "存续", "3000万元", "玻璃基板制造、销售。", *HUANGDAO),
    ("青岛丙玻璃有限公司", "2016-01-01", "", "存续", "1000万元", "玻璃基板的生产。", *HUANGDAO),
    ("青岛丁商贸有限公司", "2012-01-01", "", "存续", "50万元", "批发、零售：玻璃基板。", *HUANGDAO),
    ("青岛戊电子有限公司", "2009-01-01", "", "存续", "200万元", "生产：背光模组。", *HUANGDAO),
    ("青岛己电子有限公司", "2010-01-01", "2018-05-05", "注销", "200万元", "背光模组制造。", *HUANGDAO),
    ("青岛庚电子有限公司", "2010-01-01", "", "存续", "800万元", "生产：显示模组、液晶电视。", *HUANGDAO),
    *((f"深圳第{place}光学有限公司", "2005-01-01", "", "存续", "100万元", "偏光片的生产。", *SHENZHEN) for place in range(30)),
]
#: Enough that the progress can be watched.
OTHERS = [(f"青岛第{place}餐饮店", "2011-01-01", "", "存续", "10万元", "餐饮服务。", *HUANGDAO) for place in range(12_000)]
LATER = [("青岛辛玻璃有限公司", "2017-01-01", "", "存续", "4000万元", "研发、生产玻璃基板。", *HUANGDAO)]

office_at_desk = person("chain_office", WIDE)
office_on_the_road = person("chain_office", PHONE)


def sheet(rows) -> bytes:
    """As a Chinese spreadsheet saves it."""
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADERS, *rows])
    return stream.getvalue().encode("gb18030")


def loaded(visitor, name: str, rows, *, watched: bool) -> None:
    """A file is loaded on the page; the mapping follows without being asked for."""
    page = visitor.page
    visitor.open("/register/load/")
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": sheet(rows)})
    page.click("main form .btn-primary")
    page.wait_for_selector("#column_name")
    assert page.input_value("#column_name") == "企业名称" and page.input_value("#column_scope") == "经营范围"
    visitor.look("columns")
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    if watched:
        page.wait_for_selector("progress.progress-line")
        visitor.look("progress")
    page.wait_for_selector("#job .note-good", timeout=90_000)
    assert f"{len(rows)}" in page.inner_text("#job .tally")
    visitor.look("loaded")

    mapping = int(re.search(r"/jobs/(\d+)/", page.url)[1])
    page.goto(f"{visitor.served.url}/jobs/")
    title = page.locator("tr", has=page.locator("a", has_text="把登记库映射到产业链")).first
    href = title.locator("a").first.get_attribute("href")
    assert int(re.search(r"\d+", href)[0]) > mapping
    page.goto(visitor.served.url + href)
    page.wait_for_selector("#job .note-good", timeout=90_000)
    visitor.look("mapped")
    page.click("#job .btn-primary")
    page.wait_for_url("**/chains/")


def count(page, role: str = "makes", place: str = "here") -> int:
    return int(page.inner_text(f"[data-count='{role}:{place}']").replace(",", ""))


def rejected(page, name: str, reason: str) -> None:
    row = page.locator(".found > li", has_text=name)
    row.locator("summary").click()
    row.locator("[name=reason]").fill(reason)
    row.locator("[value=reject]").click()
    page.wait_for_selector(".note-good")
    assert page.locator(".found > li", has_text=name).count() == 0


def moves(visitor, code: str) -> str:
    visitor.open(f"/chains/nd/compare/?zone={ZONE}&as_of={FIRST}&day2={DAY}&only=moved")
    return re.sub(r"\s+", " ", visitor.page.inner_text(f"tr[data-node={code}]"))


def test_from_a_file_to_a_figure(office_at_desk, office_on_the_road):
    visitor, page = office_at_desk, office_at_desk.page
    loaded(visitor, "登记.csv", ROWS + OTHERS, watched=True)

    # A chain, and in it a gap: makers of polarisers are in the nation, their users are here.
    visitor.open(f"/chains/{HERE}")
    page.click("tr[data-chain=nd] .card-title a")
    page.wait_for_url("**/chains/nd/**")
    visitor.look("chain")
    page.locator("#gaps a", has_text="偏光片").first.click()
    page.wait_for_url("**/nodes/polariser/**")
    assert (count(page), count(page, place="nation") >= 30) == (0, True)
    visitor.look("gap")

    # The enterprises behind a count, one of them in the register, and the text that put it there.
    glass = f"/chains/nd/nodes/glass_substrate/{HERE}"
    visitor.open(glass)
    assert (count(page), count(page, "sells")) == (3, 1)
    page.click("[data-count='makes:here']")
    page.wait_for_url("**/enterprises/**")
    first = page.locator(".found > li").first
    assert first.locator("mark:not(.verb)").inner_text() == "玻璃基板" and first.locator("mark.verb").inner_text() == "生产"
    here = page.url
    first.locator("b a").click()
    page.wait_for_url("**/register/**")
    assert "青岛甲玻璃有限公司" in page.inner_text("h1") and "生产：玻璃基板。" in page.inner_text(".register-text")
    visitor.look("enterprise")

    # One is rejected, and the figure moves.
    page.goto(here)
    rejected(page, "青岛丙玻璃有限公司", "只做样品，不生产")
    visitor.look("rejected")
    visitor.open(glass)
    assert count(page) == 2

    assert "1 → 2 +1" in moves(visitor, "glass_substrate") and "2 → 1 −1" in moves(visitor, "backlight")
    visitor.look("compared")

    on_a_phone(office_on_the_road, glass)


def on_a_phone(visitor, glass: str) -> None:
    """The next file, with one maker more; what was rejected stays so."""
    page = visitor.page
    loaded(visitor, "登记-补.csv", LATER, watched=False)
    visitor.open(glass)
    assert count(page) == 3
    page.click("[data-count='makes:here']")
    page.wait_for_url("**/enterprises/**")
    assert page.locator(".found > li", has_text="青岛丙玻璃有限公司").count() == 0
    assert "研发、生产玻璃基板" in page.locator(".found > li", has_text="青岛辛玻璃有限公司").locator(".excerpt").inner_text()
    visitor.look("enterprises")
    rejected(page, "青岛辛玻璃有限公司", "尚未投产")
    visitor.open(glass)
    assert count(page) == 2
    visitor.open(f"/chains/nd/{HERE}")
    assert page.locator("#gaps a", has_text="偏光片").count() > 0
    visitor.look("chain")
    assert "1 → 2 +1" in moves(visitor, "glass_substrate")
    visitor.look("compared")
