"""The program as people call it: exit codes, JSON, sentences, rights. On an installation of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.long]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A demo installation, made once by `guatu demo --no-serve`."""
    path = tmp_path_factory.mktemp("home")
    made = guatu("demo", "--no-serve", "--json", home=path)
    assert made.returncode == 0, made.stderr
    path.joinpath("first.json").write_text(made.stdout, encoding="utf-8")
    return path


def environment(home) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUATU_", "DATABASE_URL"))}
    return {**kept, "GUATU_HOME": str(home), "PYTHONIOENCODING": "utf-8"}


def guatu(*words: str, home, text: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "guatu", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=text,
        timeout=120,
    )


def answer(*words: str, home):
    done = guatu(*words, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_demo_again_changes_nothing_and_gives_the_same_passwords(home):
    first, again = json.loads(home.joinpath("first.json").read_text("utf-8")), answer("demo", "--no-serve", home=home)
    assert again == {"migrated": 0, "calendars": 0, "sample": 0, "users": first["users"]}
    assert first["sample"] == 498 and first["calendars"] == 23
    assert (home / "demo-users.json").stat().st_mode & 0o077 == 0


def test_working_days(home):
    assert answer("workdays", "add", "2025-09-26", "5", home=home) == {"date": "2025-10-10", "provisional": False}
    assert answer("workdays", "subtract", "2025-10-10", "5", home=home) == {"date": "2025-09-26", "provisional": False}
    assert answer("workdays", "add", "2027-01-05", "3", home=home)["provisional"] is True
    assert answer("workdays", "between", "2025-09-26", "2025-10-10", home=home) == {"days": 5, "provisional": False}
    assert answer("workdays", "add", "2025-09-26", "-1", home=home)["date"] == "2025-09-25"


def test_lists_lights_and_difference(home):
    lists = answer("lists", "--zone", "qda", "--as-of", "2022-06-30", home=home)
    assert {"as_of", "zone", "lists", "residuals", "totals"} <= lists.keys()
    batch = next(row for row in lists["lists"]["signed_registered"] if row["code"] == "backlight")
    assert batch["batch"] == "screen11" and batch["investment_cny"] == 1_500_000_000
    assert {"code", "name", "stage", "since", "precision", "investment_cny", "batch"} <= batch.keys()
    moved = answer("lists", "--diff", "2022-06-30", "2022-12-31", home=home)
    assert set(moved) == {"entered", "left"} and moved["entered"]["negotiating"]
    lights = answer("lights", "--as-of", "2022-08-01", home=home)
    assert {"project", "milestone", "due", "colour", "rule", "slack", "flips_on"} <= lights[0].keys()
    assert len(answer("lights", "--as-of", "2022-08-01", "--as", "project_officer", home=home)) < len(lights)


REFUSED = [
    (["lists", "--zone", "nowhere"], 1),
    (["lists", "--as-of", "2022-02-30"], 1),
    (["lists", "--as-of", "2022-06"], 1),
    (["lists", "--known-at", "2999-01-01"], 1),
    (["lists", "--known-at", "gestern"], 1),
    (["lists", "--as", "nobody"], 1),
    (["lights", "--as-of", ""], 1),
    (["workdays", "add", "2025-01-01", "99999999"], 1),
    (["workdays", "add", "x", "1"], 1),
    (["import", "nonsense", "setup.py"], 1),
    (["import", "projects", "/nowhere.csv"], 1),
    (["export", "nonsense"], 1),
    (["export", "projects", "--format", "xlsx"], 1),
    (["export", "projects", "--out", "/nowhere/x.csv"], 1),
    (["users", "password", "nobody"], 1),
    (["calendar", "load", "/nowhere"], 1),
    (["serve", "--port", "99999"], 1),
    ([], 2),
    (["nonsense"], 2),
    (["workdays"], 2),
    (["workdays", "add", "2025-01-01", "many"], 2),
    (["lists", "--bogus"], 2),
    (["export", "projects", "--format", "pdf"], 2),
    (["--lang", "fr", "lists"], 2),
]

#: Runs many commands in one process: starting the program anew for each would take minutes.
MANY = """
import contextlib, io, json, sys
from guatu.site import cli
found = []
for words in json.loads(sys.argv[1]):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = cli.run(words)
        except SystemExit as left:
            code = left.code
    found.append([code, said.getvalue()])
print(json.dumps(found))
"""


def test_refusals_are_a_sentence_and_wrong_usage_is_another_code(home):
    words = json.dumps([words for words, _code in REFUSED])
    done = subprocess.run(
        [sys.executable, "-c", MANY, words],
        env=environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    for (asked, code), (got, said) in zip(REFUSED, json.loads(done.stdout), strict=True):
        assert got == code, (asked, got, said)
        assert said.strip() and "Traceback" not in said, asked


def test_before_set_up_it_says_what_to_run(tmp_path):
    done = guatu("--lang", "en", "lists", home=tmp_path)
    assert done.returncode == 1 and "guatu setup" in done.stderr and "Traceback" not in done.stderr


def test_an_export_comes_in_again_without_a_change(home, tmp_path):
    for form in ("csv", "xlsx"):
        out = tmp_path / f"projects.{form}"
        assert answer("export", "projects", "--format", form, "--out", str(out), home=home)["rows"] == 69
        result = answer("import", "projects", str(out), home=home)
        assert (result["ok"], result["created"], result["updated"], result["unchanged"]) == (True, 0, 0, 69)


def test_a_faulty_sheet_is_refused_with_row_and_column(home, tmp_path):
    sheet = tmp_path / "bad.csv"
    sheet.write_text("code,name,zone\nn1,甲,qda\nn2,乙,nowhere\n", encoding="utf-8")
    done = guatu("import", "projects", str(sheet), "--json", home=home)
    result = json.loads(done.stdout)
    assert done.returncode == 1 and not result["ok"] and result["errors"][0]["row"] == 3 and done.stderr.strip()
    assert ",甲," not in guatu("export", "projects", home=home).stdout


def test_a_closed_pipe_is_no_fault(home):
    program = subprocess.Popen(
        [sys.executable, "-m", "guatu", "export", "stage_events"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    program.stdout.close()
    assert program.wait(60) == 0 and b"Traceback" not in program.stderr.read()


def test_audit_names_an_altered_row(home, tmp_path):
    import shutil
    import sqlite3

    assert answer("audit", "verify", home=home)["first_bad"] is None
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    with sqlite3.connect(copy / "guatu.sqlite3") as database:
        database.execute(
            "UPDATE kernel_historyentry SET subject_label = '改' WHERE id = (SELECT MAX(id) FROM kernel_historyentry)"
        )
    done = guatu("audit", "verify", "--json", home=copy)
    bad = json.loads(done.stdout)["first_bad"]
    assert (
        done.returncode == 1
        and bad["table"] == "kernel.historyentry"
        and bad["subject"] == "改"
        and done.stderr.strip()
    )


def test_a_password_is_set_and_a_weak_one_refused(home):
    assert guatu("users", "password", "leader", home=home, text="12345\n").returncode == 1
    assert guatu("users", "password", "leader", home=home, text="Correct horse battery\n").returncode == 0
    assert (
        guatu("--as", "inspector", "users", "password", "leader", home=home, text="Correct horse battery\n").returncode
        == 1
    )


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_at_once_with_its_worker(home, told):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-m", "guatu", "serve", "--port", str(port)], env=environment(home), stderr=subprocess.DEVNULL
    )
    try:
        for _second in range(300):
            try:
                status = urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5).status
                break
            except OSError:
                assert program.poll() is None
                time.sleep(0.2)
        assert status == 200
        assert guatu("serve", "--port", str(port), home=home).returncode == 1
        children = [
            int(pid)
            for pid in subprocess.run(["pgrep", "-P", str(program.pid)], capture_output=True, text=True).stdout.split()
        ]
        assert len(children) == 2
        program.send_signal(told)
        assert program.wait(30) == 0
        for pid in children:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
    finally:
        if program.poll() is None:
            program.kill()
