"""Two hundred claims on twenty firms at the same moment, through the real server: twenty owners, and no claim is lost."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.guests.installation import ROOT, Installation

pytestmark = [pytest.mark.both, pytest.mark.long]
FIRMS = [f"苏州第{n:02d}偏光片有限公司" for n in range(20)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An installation being served, on this run's database; its address and the keys of ten teams."""
    made = Installation(tmp_path_factory.mktemp("claims"), os.environ.get("DATABASE_URL"), like="setup")
    keys = json.loads(made.python("-m", "tests.guests.claiming").stdout)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (made.home / "server.log").open("wb")
    process = subprocess.Popen([sys.executable, "-m", "guatu", "serve", "--port", str(port)], env=made.env, cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=log)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{url}/login/", timeout=10).read()
            break
        except OSError:
            assert time.monotonic() < deadline and process.poll() is None, (made.home / "server.log").read_text()[-3000:]
            time.sleep(0.3)
    yield made, url, keys
    process.terminate()
    process.wait(20)


def claim(url: str, key: str, firm: str) -> tuple[int, dict]:
    body = json.dumps({"name": firm}).encode()
    asked = urllib.request.Request(f"{url}/api/outreach/claims", body, {
        "Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept-Language": "en"})
    try:
        with urllib.request.urlopen(asked, timeout=240) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def test_two_hundred_claims_on_twenty_firms(served):
    made, url, keys = served
    answers, start = {}, threading.Barrier(len(keys) * len(FIRMS))

    def run(team: str, firm: str) -> None:
        start.wait()
        answers[team, firm] = claim(url, keys[team], firm)

    threads = [threading.Thread(target=run, args=(team, firm)) for firm in FIRMS for team in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 200
    log = (made.home / "server.log").read_text("utf-8", "replace")
    assert "Traceback" not in log, log[-3000:]
    for firm in FIRMS:
        won = [team for team in keys if answers[team, firm][0] == 200]
        assert len(won) == 1, (firm, [answers[team, firm] for team in keys])
        until = answers[won[0], firm][1]["until"]
        for team in keys:
            status, said = answers[team, firm]
            if team != won[0]:
                assert status == 409 and said["code"] == "claimed", said
                assert won[0] in said["message"] and until in said["message"] and firm in said["message"], said
    rows = json.loads(urllib.request.urlopen(urllib.request.Request(
        f"{url}/api/claims/?limit=100", headers={"Authorization": f"Bearer {next(iter(keys.values()))}"}), timeout=60).read())
    items = rows.get("items") or rows.get("rows")
    assert sorted(row["name"] for row in items) == FIRMS
    assert json.loads(made.guatu("audit", "verify", "--json").stdout)["ok"]
    assert not re.search(r"database is locked", log)
