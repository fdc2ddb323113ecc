"""A served demo zone, a Chromium, and a watch over everything a page must never do."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.guests.installation import ROOT, Installation

SERVED_WITHIN_SECONDS = 120
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: Reports what the content security policy stopped, which the console does not always say.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
});
"""
#: Two English words in a row, which no Chinese page has any business to show.
ENGLISH = re.compile(r"(?<!guatu )\b(?!guatu )[A-Z]?[a-z]{2,} [a-z]{2,}\b")


@dataclass(frozen=True)
class Served:
    """The demo zone at `url`; `passwords` by user name; `home` is its GUATU_HOME."""

    url: str
    passwords: dict[str, str]
    home: Path


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """`guatu demo` in a process of its own, with a database of its own and its job worker."""
    home = tmp_path_factory.mktemp("browser-home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    Installation(home, None, like="demo")
    environment = {**os.environ, "GUATU_HOME": str(home), "GUATU_MODE": "demo", "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    log = (home / "served.log").open("w+b")
    process = subprocess.Popen(
        [sys.executable, "-m", "guatu", "demo", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd=ROOT,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/login/", process, log)
        users = json.loads((home / "demo-users.json").read_text(encoding="utf-8"))
        yield Served(f"http://127.0.0.1:{port}", {user["username"]: user["password"] for user in users}, home)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def _wait(url: str, process: subprocess.Popen, log) -> None:
    end = time.monotonic() + SERVED_WITHIN_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    log.seek(0)
    pytest.fail("The demo was not served:\n" + log.read().decode(errors="replace")[-3000:])


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("GUATU_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    # Playwright keeps an event loop running, in which Django would otherwise refuse to touch its test database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@dataclass
class Visitor:
    """Somebody before a browser. Every page they look at is watched, and measured at a desk and on a phone."""

    page: object
    served: Served
    name: str
    window: dict[str, int]
    faults: list[str] = field(default_factory=list)
    refusals: int = 0
    shots: int = 0

    def watch(self) -> None:
        self.page.add_init_script(REPORT_VIOLATIONS)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._heard)
        self.page.on("response", self._answered)

    def _heard(self, message) -> None:
        # The browser itself reports the status of a refused form; `_answered` judges that.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _answered(self, response) -> None:
        if response.request.method == "POST" and response.status == 422:
            self.refusals += 1
        elif response.status >= 400:
            self.faults.append(f"{response.status} {response.request.method} {response.url}")

    def open(self, address: str) -> None:
        response = self.page.goto(self.served.url + address)
        assert response.status == 200, f"{response.status} {address}"
        self.look()

    def look(self, name: str = "") -> None:
        """Checks the page that stands: nothing went wrong, and at neither width is it wider than the window."""
        self.page.wait_for_load_state("load")
        self.shots += 1
        other = PHONE if self.window == WIDE else WIDE
        for window in (self.window, other):
            self.page.set_viewport_size(window)
            width, inner = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert width <= inner, f"{self.page.url} is {width} px wide in a window of {inner}"
            folder = os.environ.get("GUATU_SHOTS")
            if folder and name:
                Path(folder).mkdir(parents=True, exist_ok=True)
                path = f"{folder}/{self.name}-{self.shots:02d}-{name}-{window['width']}.png"
                self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size(self.window)
        if self.language() == "zh-hans":
            english = ENGLISH.findall(self.page.evaluate("document.body.innerText"))
            assert not english, f"{self.page.url} shows what nobody translated: {english[:5]}"
        assert not self.faults, f"{self.page.url}: {self.faults}"

    def log_in(self, user: str) -> None:
        self.open("/login/")
        self.page.fill("#username", user)
        self.page.fill("#password", self.served.passwords[user])
        self.page.click("form.panel button.btn-primary")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        self.look("logged-in")

    def language(self) -> str:
        return self.page.evaluate("document.documentElement.lang")


@pytest.fixture(scope="session")
def sessions(chromium, served):
    """A browser session for each window and user, logged in once; both read Chinese."""
    made: dict[tuple, object] = {}

    def session(window: dict[str, int], user: str):
        key = (window["width"], user)
        if key not in made:
            made[key] = chromium.new_context(viewport=window, locale="zh-CN")
            made[key].set_default_timeout(20_000)
            first = Visitor(made[key].new_page(), served, f"{user}-{window['width']}", window)
            first.watch()
            first.log_in(user)
            first.page.close()
        return made[key]

    yield session
    for context in made.values():
        context.close()


def _visitor(request, sessions, served, window: dict[str, int], user: str):
    found = Visitor(sessions(window, user).new_page(), served, request.node.name, window)
    found.watch()
    yield found
    found.page.close()
    assert not found.faults, found.faults


@pytest.fixture
def visitor(request, sessions, served):
    """An administrator at a desk (1440 px)."""
    yield from _visitor(request, sessions, served, WIDE, "administrator")


@pytest.fixture
def walker(request, sessions, served):
    """A leader with a phone (390 px)."""
    yield from _visitor(request, sessions, served, PHONE, "leader")


def person(user: str, window: dict[str, int]):
    """A fixture: this demo user before a window of this size."""

    @pytest.fixture
    def somebody(request, sessions, served):
        yield from _visitor(request, sessions, served, window, user)

    return somebody


officer_on_the_road = person("project_officer", PHONE)
supervisor = person("supervision", WIDE)
