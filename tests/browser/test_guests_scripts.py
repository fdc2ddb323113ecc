"""In a real browser: whatever stands in a text, no page of the house runs it, and no page is broken by it."""

import json
import urllib.request

import pytest

from tests.guests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.long]

SCRIPTS = ["<script>window.hit=1</script>", "\"><img src=x onerror=window.hit=1>", "'-window.hit=1-'",
           "</script><script>window.hit=1</script>", "<svg/onload=window.hit=1>", "{{ $data.constructor('window.hit=1')() }}",
           "<a href=javascript:window.hit=1>甲</a>", "]]><img/src/onerror=window.hit=1>"]
PAGES = ["/", "/wall/", "/lists/", "/lists/negotiating/", "/lights/", "/r/projects/", "/r/enterprises/", "/r/stage_events/",
         "/r/milestones/", "/history/", "/search/?q=window", "/bulletins/", "/dispatch/", "/queue/", "/r/sources/",
         "/r/projects/?q=%3Cscript%3Ewindow.hit%3D1%3C/script%3E", "/login/?next=javascript:window.hit=1"]

RUNNING_LINKS = """
[...document.querySelectorAll('a[href]')]
  .filter((link) => link.getAttribute('href').trim().toLowerCase().startsWith('javascript:')).length
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A demo zone of its own: what is done to it must not stand in the other journeys."""
    made = Served(tmp_path_factory.mktemp("scripts"))
    yield made
    made.end()


def changed(served, resource: str, record: int, values: dict) -> None:
    token = next(cookie.value for cookie in served.jar if cookie.name == "csrftoken")
    request = urllib.request.Request(
        f"{served.url}/api/{resource}/{record}", json.dumps({"values": values, "reason": SCRIPTS[0]}).encode(), method="PATCH",
        headers={"Content-Type": "application/json", "X-CSRFToken": token, "Referer": served.url})
    served.browser.open(request, timeout=60).read()


@pytest.fixture(scope="module")
def tainted(served) -> list[str]:
    """Addresses of rows whose texts were changed into scripts, through the API like anybody might."""
    found = []
    for resource, texts in {
        "projects": ["name", "note"], "enterprises": ["name", "note"], "organisations": ["name", "note"],
        "sources": ["title", "publisher"], "chains": ["name", "note"], "parks": ["name", "note"],
    }.items():
        rows = json.loads(served.get(f"/api/{resource}/?limit=4"))["items"]
        for number, row in enumerate(rows):
            values = {text: SCRIPTS[(number + place) % len(SCRIPTS)] for place, text in enumerate(texts) if text in row}
            changed(served, resource, row["record"], values)
            found += [f"/r/{resource}/{row['record']}/", f"/r/{resource}/{row['record']}/edit/"]
    return found


def test_no_page_runs_what_stands_in_a_text(chromium, served, tainted):
    heard, shown = [], 0
    context = chromium.new_context()
    context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": served.url} for cookie in served.jar])
    page = context.new_page()
    page.on("console", lambda message: heard.append((page.url, message.text)) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append((page.url, str(error))))
    page.on("dialog", lambda dialog: heard.append((page.url, dialog.message)))
    for path in [*PAGES, *tainted]:
        page.goto(served.url + path)
        page.wait_for_load_state("load")
        assert page.evaluate("window.hit") is None, path
        shown += "window.hit" in page.inner_text("body")
        assert page.evaluate(RUNNING_LINKS) == 0, path
    context.close()
    faults = [(url, text) for url, text in heard if "404" not in text]
    assert not faults, faults[:5]
    assert shown > 20
