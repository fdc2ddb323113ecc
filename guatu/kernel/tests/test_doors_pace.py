"""How often somebody may ask: exact limits, shared by processes, and cheap."""

import subprocess
import sys
import time

import pytest
from django.test import Client

from guatu.kernel.account import new_token
from guatu.kernel.doors import pace
from guatu.kernel.tests.pages_world import build


@pytest.fixture
def clock(monkeypatch):
    now = [1_000_000.0]
    monkeypatch.setattr(pace.time, "time", lambda: now[0])
    return now


def test_so_many_at_once_and_then_one_at_a_time(settings, clock):
    settings.GUATU_LIMITS = {"export": 6}
    for _n in range(6):
        pace.take("export", "user 1")
    with pytest.raises(pace.TooMany) as refused:
        pace.take("export", "user 1")
    assert refused.value.status == 429 and refused.value.retry_after == 10
    pace.take("export", "user 2")
    clock[0] += 9.9
    with pytest.raises(pace.TooMany):
        pace.take("export", "user 1")
    clock[0] += 0.2
    pace.take("export", "user 1")
    with pytest.raises(pace.TooMany):
        pace.take("export", "user 1")
    clock[0] += 600
    for _n in range(6):
        pace.take("export", "user 1")


def test_nothing_is_limited_by_nought(settings):
    settings.GUATU_LIMITS = {"export": 0}
    for _n in range(100):
        pace.take("export", "user 1")


def test_processes_share_the_count(tmp_path):
    """Four processes ask at the same time: exactly as many get through as are allowed."""
    script = f"""
import sys
from django.conf import settings
settings.configure(GUATU_HOME={str(tmp_path)!r}, GUATU_LIMITS={{"api": 150}}, GUATU_LOCK_SECONDS=900, SESSION_COOKIE_AGE=1,
                   GUATU_TOKEN_FAILURES=20, USE_I18N=False)
from guatu.kernel.doors import pace
let = 0
for _n in range(100):
    try:
        pace.take("api", "user 1")
        let += 1
    except pace.TooMany:
        pass
print(let)
"""
    began = time.time()
    running = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _n in range(4)]
    let = sum(int(one.communicate()[0]) for one in running)
    assert 150 <= let <= 150 + (time.time() - began) * 150 / 60 + 1


def test_a_count_takes_well_under_a_millisecond(settings):
    settings.GUATU_LIMITS = {"api": 1_000_000}
    pace.take("api", "warm")
    began = time.perf_counter()
    for n in range(500):
        pace.take("api", f"user {n % 50}")
        pace.seen("nobody")
    assert (time.perf_counter() - began) / 500 < 0.001


def test_a_damaged_or_missing_file_is_made_anew(settings, tmp_path, clock):
    settings.GUATU_HOME, settings.GUATU_LIMITS = tmp_path, {"api": 1}
    (tmp_path / "doors.sqlite3").write_bytes(b"not a database" * 500)
    pace.take("api", "user 1")
    with pytest.raises(pace.TooMany):
        pace.take("api", "user 1")
    assert (tmp_path / "doors.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.django_db(databases=["default", "progress"])
class TestAtTheDoors:
    def test_the_api_answers_429_with_retry_after(self, settings):
        settings.GUATU_LIMITS = {**settings.GUATU_LIMITS, "api": 3}
        house = build()
        client = house.client()
        for _n in range(3):
            assert client.get("/api/parks/").status_code == 200
        answer = client.get("/api/parks/")
        assert answer.status_code == 429 and int(answer["Retry-After"]) == 20
        assert answer.json()["code"] == "too_many_requests" and "requests to the API" in answer.json()["message"]
        key = new_token(client.user, "programm", 30)
        bearer = Client(headers={"Authorization": f"Bearer {key}"})
        assert bearer.get("/api/parks/").status_code == 200  # counted apart from the page's own
        assert house.client().get("/api/parks/").status_code == 200

    def test_exports_by_page_and_by_api_are_counted_together(self, settings):
        settings.GUATU_LIMITS = {**settings.GUATU_LIMITS, "export": 2}
        client = build().client()
        assert client.get("/r/parks/export/csv/").status_code == 200
        assert client.get("/api/parks/export.csv").status_code == 200
        page = client.get("/r/parks/export/csv/")
        assert page.status_code == 429 and page["Retry-After"] and "exports" in page.content.decode()
        assert client.get("/api/parks/export.csv").status_code == 429
        assert client.get("/r/parks/").status_code == 200

    def test_whatever_carries_a_file_is_an_upload(self, settings):
        settings.GUATU_LIMITS = {**settings.GUATU_LIMITS, "upload": 1}
        client = build().client()
        body = {"content_type": "multipart/form-data; boundary=x", "data": b"--x--\r\n"}
        assert client.post("/r/parks/import/", **body).status_code == 422
        assert client.post("/r/parks/import/", **body).status_code == 429

    def test_too_large_a_body_is_refused_unread(self, settings):
        client = build().client()
        page = client.generic("POST", "/r/parks/import/", b"--x", content_type="multipart/form-data; boundary=x",
                              CONTENT_LENGTH="1000000000")
        assert page.status_code == 413 and "953 MB" in page.content.decode()
        answer = client.generic("POST", "/api/parks/", b"{}", content_type="application/json", CONTENT_LENGTH="99000000")
        assert answer.status_code == 413 and answer.json()["code"] == "too_large"

    def test_guesses_of_keys_lock_the_address_for_keys(self, settings):
        settings.GUATU_TOKEN_FAILURES = 20
        client = build().client()
        key = new_token(client.user, "programm", 30)
        good = Client(headers={"Authorization": f"Bearer {key}"})
        forgotten = Client(headers={"Authorization": "Bearer gt_old"})
        for _n in range(40):
            assert forgotten.get("/api/parks/").status_code == 401
        assert good.get("/api/parks/").status_code == 200  # one wrong key, however often sent, is no guessing
        for n in range(19):
            assert Client(headers={"Authorization": f"Bearer gt_{n}"}).get("/api/parks/").status_code == 401
        answer = good.get("/api/parks/")
        assert answer.status_code == 429 and answer.json()["code"] == "locked" and int(answer["Retry-After"]) <= 900
        assert client.get("/api/parks/").status_code == 200  # a logged-in page is not concerned
        elsewhere = Client(headers={"Authorization": f"Bearer {key}"}, REMOTE_ADDR="10.0.0.9")
        assert elsewhere.get("/api/parks/").status_code == 200
        assert client.post("/security/unlock/", {"address": "127.0.0.1"}).status_code == 302
        assert good.get("/api/parks/").status_code == 200
