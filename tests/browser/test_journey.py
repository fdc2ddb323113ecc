"""The journey of the house's main job in a real browser, at a desk and on a phone."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]
DAY = "2022-06-30"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def number(page, selector: str) -> int:
    return int(re.search(r"\d+", page.inner_text(selector))[0])


def test_the_five_lists_of_a_day_lead_to_a_project(visitor):
    page = visitor.page
    visitor.open("/lists/")
    assert page.inner_text("h1") == "五张清单"
    page.fill("input[name=as_of]", DAY)
    page.wait_for_url(f"**as_of={DAY}**")
    visitor.look("day")
    assert [number(page, f"[data-total={name}]") for name in ("negotiating", "under_construction")] == [1, 21]
    parts = sum(int(part) for part in page.locator("[data-part]").all_inner_texts())
    assert parts == number(page, "[data-total=all]")
    page.select_option("select[name=zone]", "qda")
    page.wait_for_url("**zone=qda**")
    assert [number(page, f"[data-total={name}]") for name in ("negotiating", "signed_registered")] == [1, 11]
    page.wait_for_selector("#breakdown-chart canvas")
    visitor.look("zone")
    page.click("#under_construction h2 a")
    page.wait_for_url("**/lists/under_construction/**")
    assert page.locator("tbody tr").count() == 10
    visitor.look("list")
    page.click("tbody th a >> text=京东方物联网")
    page.wait_for_url("**/r/projects/**")
    assert "≤2022-05-12" in page.inner_text(".track .present")
    assert f"as_of={DAY}" in page.url
    assert page.locator("#record").count() == 0  # entries are made as of today
    visitor.look("project")


def test_every_page_of_the_menu_stands_in_both_languages(visitor):
    page = visitor.page
    visitor.open("/")
    addresses = page.eval_on_selector_all(".side nav a", "links => links.map(link => link.getAttribute('href'))")
    assert len(addresses) >= 12
    for address in addresses:
        visitor.open(address)
    for address in (
        "/lists/difference/?from=2022-05-01&to=2022-06-30",
        "/lights/?as_of=2022-10-30",
        "/lights/?as_of=2022-10-30&tab=moved",
        f"/lists/?as_of={DAY}&by=stage",
    ):
        visitor.open(address)
    page.click("button[name=language][value=en]")
    page.wait_for_load_state()
    assert visitor.language() == "en" and page.inner_text("h1") == "Five lists"
    for address in ("/lists/", "/lights/?as_of=2022-10-30", "/lists/difference/", "/r/projects/"):
        visitor.open(address)
    page.locator("tbody a[href^='/r/projects/']").first.click()
    page.wait_for_url("**/r/projects/*/")
    visitor.look("english-project")
    page.click("button[name=language][value=zh-hans]")
    page.wait_for_load_state()
    assert visitor.language() == "zh-hans"


def test_a_light_explains_itself(visitor):
    page = visitor.page
    visitor.open("/lights/?as_of=2022-10-30")
    red = number(page, "[data-colour=red]")
    assert red == 2
    page.locator("[data-colour=red]").click()
    page.wait_for_url("**colour=red**")
    assert page.locator("table.lights tbody tr").count() == red
    page.locator("table.lights summary").first.click()
    assert page.locator(".explanation").first.is_visible()
    visitor.look("explained")


def test_a_stage_is_refused_until_its_evidence_is_there(visitor):
    """A new project: its first stage, a refused second one, then the missing field and document, then the stage."""
    page = visitor.page
    visitor.open("/r/projects/new/")
    page.fill("#f-name", "旅程项目")
    page.locator("#f-zone").select_option("qda")
    page.click(".form-foot .btn-primary")
    page.wait_for_url(re.compile(r"/r/projects/\d+/(#.*)?$"))
    visitor.look("new")
    address = page.url.removeprefix(visitor.served.url).split("#")[0]

    page.select_option("#id_event", "negotiating")
    page.click("#record .btn-primary")
    page.wait_for_selector(".track li.present")
    visitor.look("negotiating")

    page.click("#record > summary")
    page.select_option("#id_event", "signed")
    page.click("#record .btn-primary")
    page.wait_for_selector("#record .field.faulty .error")
    sentence = page.inner_text("#record .error")
    assert "签约" in sentence and "投资方" in sentence
    assert visitor.refusals == 1
    visitor.look("refused")

    visitor.open(address)
    page.click("#blocked .blockers a[href*='/edit/']")
    page.wait_for_url("**/edit/**")
    page.fill("#f-investors", "京东方")
    page.click(".form-foot .btn-primary")
    page.wait_for_url(re.compile(r"/r/projects/\d+/(#.*)?$"))

    page.click("#blocked .blockers a[href*='document=signed_agreement']")
    page.wait_for_url("**document=signed_agreement**")
    assert page.input_value("#document-kind") == "signed_agreement"
    page.set_input_files("#document-file", {"name": "协议.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.click("#documents .upload .btn-primary")
    page.wait_for_selector("#documents a[href^='/documents/']")
    visitor.look("evidence")

    page.click("#blocked a[href*='event=signed']")
    page.wait_for_url("**event=signed**")
    page.click("#record .btn-primary")
    page.wait_for_selector(".note-good")
    assert page.inner_text(".track li.present").startswith("签约")
    visitor.look("signed")

    page.click("#record > summary")
    page.select_option("#id_event", "registered")
    page.check("input[name=kind][value=planned]")
    page.fill("#id_valid_on", "2099-12")
    page.click("#record .btn-primary")
    page.wait_for_selector(".promises .light-green")
    page.click(".promises details.promise > summary")
    page.click(".promises details.entry summary")
    page.fill(".promises input[name=due_on]", "2100-06-30")
    page.fill(".promises input[name=reason]", "手续未齐")
    page.fill(".promises input[name=approver]", "张局")
    page.click(".promises form .btn-primary")
    page.wait_for_selector(".promise .num >> text=2100-06-30")
    visitor.look("promised")


def test_a_sheet_with_a_fault_imports_nothing_and_without_it_everything(visitor):
    page = visitor.page

    def check(amount: str) -> None:
        visitor.open("/r/projects/import/")
        sheet = f"编码,名称,功能区,总投资（亿元）\nimp-1,导入一,qda,1.5\nimp-2,导入二,qda,{amount}\n"
        page.set_input_files("#file", {"name": "项目.csv", "mimeType": "text/csv", "buffer": sheet.encode()})
        page.click(".form-foot .btn-primary")
        page.wait_for_url("**/jobs/*/")
        page.wait_for_selector("#job .tally", timeout=30_000)

    check("很多")
    fault = page.inner_text("#job")
    assert "很多" in fault and page.locator("form[action$='/confirm/']").count() == 0
    visitor.look("fault")

    check("2")
    assert page.locator("#job .tally b").first.inner_text() == "2"
    visitor.look("checked")
    page.click("form[action$='/confirm/'] .btn-primary")
    page.wait_for_selector("#job .note-good", timeout=30_000)
    visitor.look("imported")
    visitor.open("/r/projects/?q=imp-")
    assert page.locator("tbody tr").count() == 2


def test_a_phone_reaches_the_lists_a_project_and_the_lights(walker):
    page = walker.page
    walker.open("/")
    page.wait_for_url("**/wall/**")  # a leader begins at the wall
    walker.open("/lists/")
    assert page.inner_text("h1") == "五张清单"
    page.fill("input[name=as_of]", DAY)
    page.wait_for_url(f"**as_of={DAY}**")
    assert number(page, "[data-total=negotiating]") == 1
    page.click("#negotiating tbody th a")
    page.wait_for_url("**/r/projects/**")
    assert page.inner_text(".track li.present").startswith("在谈")
    walker.look("project")
    page.wait_for_selector(".side nav", state="hidden")
    page.click(".menu-button")
    page.wait_for_selector(".side nav a[href='/lights/']", state="visible")
    page.click(".side nav a[href='/lights/']")
    page.wait_for_url("**/lights/")
    walker.look("lights")
    page.click("a[href*='tab=moved']")
    page.wait_for_url("**tab=moved**")
    walker.look("moved")
