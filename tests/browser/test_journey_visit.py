"""A visit on the road: typed without a connection, the browser closed, sent later and once, and a conflict settled."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.browser.conftest import ENGLISH, PHONE, REPORT_VIOLATIONS
from tests.guests.installation import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.long]

TRIP, COMPANY = "TRIP-ROAD", "东莞启明光电有限公司"
PAGE = "/outreach/visit/"


def guatu(served, *words: str) -> str:
    environment = {**os.environ, "GUATU_HOME": str(served.home), "GUATU_MODE": "demo"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "guatu", *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sheet(path, rows: list[dict]) -> str:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def visits_on_file(served, tmp_path) -> list[dict]:
    path = tmp_path / "visits.csv"
    guatu(served, "export", "visits", "--out", str(path), "--lang", "en")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["name of an enterprise not on file"] == COMPANY]


class Phone:
    """A phone whose browser can be closed and opened again with what it keeps."""

    def __init__(self, chromium, served, folder):
        self.chromium, self.served, self.folder, self.faults = chromium, served, folder, []

    def switch_on(self, online: bool = True) -> None:
        path = os.environ.get("GUATU_CHROMIUM") or "/usr/bin/chromium"
        self.context = self.chromium.browser_type.launch_persistent_context(
            str(self.folder), executable_path=path, args=["--no-sandbox"], viewport=PHONE, locale="zh-CN")
        self.context.set_default_timeout(20_000)
        self.context.set_offline(not online)
        self.page = self.context.new_page()
        self.page.add_init_script(REPORT_VIOLATIONS)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    def switch_off(self) -> None:
        self.context.close()

    def open(self) -> None:
        self.page.goto(self.served.url + PAGE)
        self.page.wait_for_selector("[data-ready=yes]")

    def log_in(self, user: str) -> None:
        self.page.goto(self.served.url + "/login/")
        self.page.fill("#username", user)
        self.page.fill("#password", self.served.passwords[user])
        self.page.click("form.panel button.btn-primary")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def entry(self, status: str):
        return self.page.locator(f".visit-entry[data-status={status}]")

    def look(self, name: str) -> None:
        folder = os.environ.get("GUATU_SHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/visit-{name}.png", full_page=True)
        width, inner = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= inner
        english = ENGLISH.findall(self.page.evaluate("document.body.innerText"))
        assert not english, english[:5]
        assert not self.faults, self.faults


@pytest.fixture
def phone(chromium, served, tmp_path):
    held = Phone(chromium, served, tmp_path / "phone")
    held.switch_on()
    yield held
    held.switch_off()


def test_a_visit_is_typed_offline_outlives_the_browser_and_is_sent_once(phone, served, tmp_path):
    today = date.today()
    guatu(served, "import", "trips", sheet(tmp_path / "trips.csv", [{
        "code": TRIP, "zone": "qda", "leading unit": "demo-qda-team", "units that took part": "demo-qda-team;demo-qda-dept",
        "leader of the trip": "赵六", "first day": today - timedelta(days=1), "last day": today + timedelta(days=3),
        "places": "深圳、东莞"}]))
    phone.log_in("investment_officer")
    phone.open()
    phone.page.wait_for_selector("[data-kept=yes]")
    phone.page.wait_for_selector("[data-connection=online]")
    phone.look("online")

    # Without a connection the page opens, and what is typed is kept.
    phone.context.set_offline(True)
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.open()
    assert phone.page.evaluate(f"fetch('{PAGE}state/').then(() => 'reached', () => 'no')") == "no"
    phone.page.wait_for_selector("[data-connection=offline]")
    assert "深圳、东莞" in phone.page.inner_text("#v-trip")
    phone.page.fill("#v-company", COMPANY)
    phone.page.fill("#v-minutes", "对方关心用地价格")
    phone.page.fill("#v-leads", "背光模组项目")
    phone.page.set_input_files("#v-file", {"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 minutes"})
    phone.page.click(".visit-save")
    phone.entry("waiting").wait_for()
    phone.page.fill("#v-company", "还没写完的")  # another one, never saved
    phone.page.wait_for_selector(".visit-entry[data-status=draft]")
    phone.look("waiting")
    phone.switch_off()

    # The browser was closed. It opens without a connection and has everything.
    phone.switch_on(online=False)
    phone.open()
    assert COMPANY in phone.entry("waiting").inner_text()
    assert phone.page.input_value("#v-company") == "还没写完的"
    assert visits_on_file(served, tmp_path) == []

    # The first answer is lost on the way: what was sent is sent again, and is there once.
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    phone.page.route("**/outreach/visit/send/", lose, times=1)
    phone.context.set_offline(False)
    for _try in range(40):
        if lost:
            break
        phone.page.wait_for_timeout(250)
    assert lost == [200]
    phone.page.click("[data-send]")
    phone.entry("sent").wait_for()
    phone.look("sent")
    (row,) = visits_on_file(served, tmp_path)
    assert row["minutes"] == "对方关心用地价格"
    guatu(served, "export", "leads", "--out", str(tmp_path / "leads.csv"))
    (lead,) = [line for line in (tmp_path / "leads.csv").read_text(encoding="utf-8-sig").splitlines() if COMPANY in line]
    assert "背光模组项目" in lead

    # The office writes what the phone, offline again, writes too.
    phone.context.set_offline(True)
    phone.entry("sent").locator("button").first.click()
    phone.page.fill("#v-minutes", "对方要一百亩，价格再议")
    phone.page.fill("#v-next", "周五送报价")
    phone.page.click(".visit-save")
    phone.entry("waiting").wait_for()
    guatu(served, "import", "visits", sheet(tmp_path / "office.csv", [{
        "code": row["code"], "minutes": "办公室补记：同意八十亩", "their side": "周总"}]))
    phone.context.set_offline(False)
    phone.entry("conflict").wait_for()
    clash = phone.page.inner_text(".visit-clashes")
    assert "对方要一百亩" in clash and "同意八十亩" in clash and "周五送报价" not in clash
    phone.look("conflict")
    phone.page.locator(".visit-clashes input[value=theirs]").check()
    phone.page.click(".visit-clashes .btn-primary")
    phone.entry("sent").wait_for()
    phone.look("settled")
    (row,) = visits_on_file(served, tmp_path)
    assert (row["minutes"], row["their side"], row["next step"]) == ("办公室补记：同意八十亩", "周总", "周五送报价")
