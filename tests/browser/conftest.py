"""A served demo zone, a Chromium, and a watch over everything a page must never do."""

from __future__ import annotations

import contextlib
import json
import os
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

SERVED_WITHIN_SECONDS = 120
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: Reports what the content security policy stopped, which the console does not always say.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
});
"""


@dataclass(frozen=True)
class Served:
    """The demo zone at `url`; `passwords` by user name."""

    url: str
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """`guatu demo` in a process of its own, with a database of its own and its job worker."""
    home = tmp_path_factory.mktemp("browser-home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "GUATU_HOME": str(home), "GUATU_MODE": "demo", "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    log = (home / "served.log").open("w+b")
    process = subprocess.Popen(
        [sys.executable, "-m", "guatu", "demo", "--host", "127.0.0.1", "--port", str(port)],
        env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        _wait(f"http://127.0.0.1:{port}/login/", process, log)
        users = json.loads((home / "demo-users.json").read_text(encoding="utf-8"))
        yield Served(f"http://127.0.0.1:{port}", {user["username"]: user["password"] for user in users})
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
    """Somebody before a browser. Every page they reach is watched."""

    page: object
    served: Served
    name: str
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
        """Checks the page that stands: nothing went wrong, and it is not wider than the window."""
        self.page.wait_for_load_state("load")
        width, window = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= window, f"{self.page.url} is {width} px wide in a window of {window}"
        assert not self.faults, f"{self.page.url}: {self.faults}"
        folder = os.environ.get("GUATU_SHOTS")
        if folder:
            self.shots += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{self.name}-{self.shots:02d}{name}.png", full_page=True)

    def log_in(self, user: str) -> None:
        self.open("/login/")
        self.page.fill("#username", user)
        self.page.fill("#password", self.served.passwords[user])
        self.page.click("form.panel button.btn-primary")
        self.page.wait_for_url("**/lists/")
        self.look("-logged-in")

    def language(self) -> str:
        return self.page.evaluate("document.documentElement.lang")


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def visitor(request, chromium, served):
    """A visitor at a desk (1440 px) and one with a phone (390 px), both reading Chinese."""
    context = chromium.new_context(viewport=request.param, locale="zh-CN")
    context.set_default_timeout(15_000)
    found = Visitor(context.new_page(), served, request.node.name.replace("[", "-").rstrip("]"))
    found.watch()
    yield found
    context.close()
    assert not found.faults, found.faults
