"""The inspection tells the real state of the installation, on the page and on the command line."""

import json
import os
import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from guatu.kernel import account, actions
from guatu.kernel.doors import inspection, inspection_record
from guatu.kernel.models import ApiToken, User
from guatu.kernel.scope import Actor
from guatu.kernel.tests.pages_world import build
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture
def house(settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    return build()


def found(code: str, request=None) -> inspection.Finding:
    with override("en"):
        return next(finding for finding in inspection.inspect(request) if finding.code == code)


def state(code: str) -> str:
    return found(code).state


def test_settings(house, settings):
    assert (state("mode"), state("https"), state("debug"), state("limits")) == ("unsafe", "unsafe", "ok", "attention")
    settings.GUATU_MODE, settings.DEBUG = "production", True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    assert (state("mode"), state("https"), state("debug")) == ("ok", "attention", "unsafe")
    settings.SECURE_HSTS_SECONDS, settings.DEBUG = 86400 * 365, False
    settings.GUATU_LIMITS = {"api": 1, "export": 1, "upload": 1, "guest": 1}
    assert (state("https"), state("debug"), state("limits")) == ("ok", "ok", "ok")
    settings.SECRET_KEY = "demo-" + "x" * 60
    assert state("secret") == "unsafe"
    settings.SECRET_KEY = "of its own " * 9
    assert state("secret") == "ok"
    settings.ALLOWED_HOSTS = ["*"]
    assert state("hosts") == "unsafe"


def test_a_proxy_nobody_named(house, settings, rf):
    request = rf.get("/", headers={"X-Forwarded-For": "1.2.3.4"})
    assert found("proxies", request).state == "attention"
    settings.GUATU_TRUSTED_PROXIES = ["127.0.0.1"]
    assert found("proxies", request).state == "ok" and state("proxies") == "ok"


def test_files_that_others_can_read(settings, tmp_path):
    if any(not folder.stat().st_mode & 0o001 for folder in tmp_path.parents):
        for folder in tmp_path.parents:
            if str(folder).startswith("/tmp/"):
                os.chmod(folder, 0o755)
    settings.GUATU_HOME = tmp_path
    secret = tmp_path / "demo-users.json"
    secret.write_text("[]")
    secret.chmod(0o644)
    tmp_path.chmod(0o755)
    assert inspection.secret_files(None).state == "unsafe" and str(secret) in inspection.secret_files(None).found
    tmp_path.chmod(0o700)
    assert inspection.secret_files(None).state == "ok"
    tmp_path.chmod(0o755)
    secret.chmod(0o600)
    assert inspection.secret_files(None).state == "ok"


def test_passwords_that_others_know(house, settings, tmp_path):
    demo, first, old = house.person("leader"), house.person("leader"), house.person("leader")
    assert state("demo_passwords") == state("initial_passwords") == "ok"
    account.set_password(demo, "kfz8-tqm3-wxp6", "demo")
    account.give_password(Actor.system("cli"), first, "erstes-Wort-77")
    assert demo.username in found("demo_passwords").found and first.username in found("initial_passwords").found
    # An account made before passwords were remembered is told by its hash alone.
    (tmp_path / "demo-users.json").write_text(json.dumps([{"username": old.username, "password": "a-long-password-1"}]))
    assert old.username in found("demo_passwords").found
    for user in (demo, first, old):
        account.set_password(user, "eigenes-Wort-78")
    assert state("demo_passwords") == state("initial_passwords") == "ok"


def test_accounts_nobody_uses(house, monkeypatch):
    from guatu.kernel.doors import inspection_people

    user = house.person("leader")
    assert state("idle_accounts") == "ok"
    User.everything.filter(pk=user.pk).update(last_login=timezone.now() - timezone.timedelta(days=91))
    assert found("idle_accounts").found.endswith(f"{user.username}.")
    User.everything.filter(pk=user.pk).update(last_login=None)
    assert state("idle_accounts") == "ok"  # made today
    monkeypatch.setattr(inspection_people, "IDLE_DAYS", -1)
    assert state("idle_accounts") == "attention"


def test_tokens_and_administrators(house):
    assert (state("tokens"), state("administrators")) == ("ok", "unsafe")
    boss = house.person("administrator")
    house.person("administrator", house.north)
    assert state("administrators") == "attention" and found("administrators").found == f"1: {boss.username}"
    account.new_token(boss, "für immer", None)
    assert state("tokens") == "attention" and "für immer" in found("tokens").found
    ApiToken.objects.update(revoked_at=timezone.now())
    house.person("administrator")
    assert (state("tokens"), state("administrators")) == ("ok", "ok")
    for _n in range(4):
        house.person("administrator")
    assert state("administrators") == "attention"


def test_backup_history_and_calendar(house, system, monkeypatch):
    from guatu.kernel.backup import nightly
    from guatu.kernel.models import CalendarNotice

    assert (state("backup"), state("audit"), state("calendar")) == ("unsafe", "attention", "attention")
    made = {"made_at": timezone.now(), "file": "x", "bytes": 1, "head": {"number": 1}}
    nightly.note(made)
    assert state("backup") == "ok"
    nightly.note({**made, "made_at": timezone.now() - timezone.timedelta(days=5)})
    assert state("backup") == "attention"
    inspection_record.note_audit({"ok": True, "records": 1})
    assert state("audit") == "ok"
    inspection_record.note_audit({"ok": False, "records": 1})
    assert state("audit") == "unsafe"
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        actions.create(system, CalendarNotice, {
            "year": year, "title": "放假安排", "valid_on": timezone.localdate(), "holidays": [], "workdays": []})
    assert state("calendar") == "ok"


def test_verifying_the_history_is_remembered(house, capsys):
    assert cli.run(["audit", "verify"]) == 0
    assert inspection_record.last_audit()[1] is True and state("audit") == "ok"


def test_the_page_shows_all_with_shape_and_word_in_both_languages(house):
    boss = house.client()
    with override("en"):
        codes = {finding.code for finding in inspection.inspect()}
    page = boss.get("/security/").content.decode()
    assert codes <= set(re.findall(r'<tr id="(\w+)"', page)) and "unsafe" in page and "light-red" in page
    boss.cookies["django_language"] = "zh-hans"
    chinese = boss.get("/security/").content.decode()
    rows = re.sub(r"<[^>]+>|GUATU_\w+|`[^`]*`|[\w./-]+\.sqlite3|/\S+", " ", chinese[chinese.index("<tbody"):])
    assert "不安全" in chinese and not re.search(r"\b(the|and|password|is)\b", rows)


def test_the_command_prints_and_exits_by_what_it_finds(house, capsys, settings, monkeypatch):
    assert cli.run(["security", "--json", "--lang", "en"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["safe"] is False and {"code", "state", "title", "found", "why", "todo"} == set(told["findings"][0])
    assert told["findings"][0]["state"] == "unsafe"
    monkeypatch.setattr(inspection, "_checks", [inspection.debugging])
    assert cli.run(["security", "--lang", "en"]) == 0
    assert "[in order] Fault pages" in capsys.readouterr().out
    assert cli.run(["security", "--as", house.person("leader").username]) == 1
