"""Wrong passwords lock: by name and address, by address, by name; the right one is refused too; nothing is learnt."""

import pytest
from django.test import Client
from django.utils import timezone

from guatu.kernel.doors import lockout
from guatu.kernel.doors.address import client_address, counted_address
from guatu.kernel.models import HistoryEntry
from guatu.kernel.tests.pages_world import PASSWORD, build
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def house():
    return build()


def enter(name: str, password: str, address: str = "127.0.0.1", **more):
    client = Client(REMOTE_ADDR=address, **more)
    client.cookies["django_language"] = "en"
    return client.post("/login/", {"username": name, "password": password})


def test_twenty_wrong_passwords_lock_name_and_address(house):
    name = house.person("leader").username
    for n in range(19):
        assert enter(name, f"wrong{n}", headers={"User-Agent": f"robot {n}"}).status_code == 422
    last = enter(name, "wrong19")
    assert last.status_code == 429 and "Wait 15 minutes" in last.content.decode() and int(last["Retry-After"]) <= 900
    right = enter(name, PASSWORD)
    assert right.status_code == 429 and "sessionid" not in right.cookies
    assert enter(name, PASSWORD, "10.1.1.1").status_code == 302
    assert enter(house.person("leader").username, PASSWORD).status_code == 302


def test_a_name_that_does_not_exist_is_locked_alike(house):
    name = house.person("leader").username
    answers = {}
    for who in (name, "nobody-here"):
        pages = [enter(who, "wrong") for _n in range(21)]
        answers[who] = [(page.status_code, page.content.decode().replace(who, "")) for page in pages]
    strip = lambda pages: [(code, len(body)) for code, body in pages]  # noqa: E731  (tokens differ, lengths do not)
    assert strip(answers[name]) == strip(answers["nobody-here"])


def test_an_address_is_locked_for_every_name(house, settings):
    settings.GUATU_LOGIN_FAILURES_ADDRESS = 30
    name = house.person("leader").username
    for n in range(29):
        assert enter(f"guess{n}", "Wrong-pass-1").status_code == 422
    assert enter("guess29", "Wrong-pass-1").status_code == 429
    assert enter(name, PASSWORD).status_code == 429
    assert enter(name, PASSWORD, "10.1.1.1").status_code == 302


def test_one_name_from_many_addresses_is_locked(house, settings):
    settings.GUATU_LOGIN_FAILURES_ACCOUNT = 25
    name = house.person("leader").username
    for n in range(25):
        enter(name, "wrong", f"10.0.0.{n}")
    assert enter(name, PASSWORD, "10.9.9.9").status_code == 429


def test_ones_own_login_does_not_clear_what_was_tried_on_others(house, settings):
    settings.GUATU_LOGIN_FAILURES_ADDRESS = 20
    own, other = house.person("leader").username, house.person("leader").username
    for n in range(10):
        enter(other, f"wrong{n}")
    assert enter(own, PASSWORD).status_code == 302
    for n in range(10):
        enter(other, f"wrong{n}")
    assert enter(own, PASSWORD).status_code == 429


def test_a_lock_ends_by_itself_and_waiting_is_not_prolonged(house, monkeypatch):
    from axes.models import AccessAttempt

    name = house.person("leader").username
    for _n in range(25):
        enter(name, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timezone.timedelta(minutes=14, seconds=30))
    page = enter(name, "wrong")
    assert page.status_code == 429 and "Wait 1 minute " in page.content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timezone.timedelta(minutes=16))
    assert enter(name, PASSWORD).status_code == 302


def test_forwarded_addresses_are_believed_from_named_proxies_alone(house, settings, rf):
    def asked(remote, forwarded):
        request = rf.get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
        return client_address(request)

    assert asked("10.0.0.1", "1.2.3.4") == "10.0.0.1"
    settings.GUATU_TRUSTED_PROXIES = ["10.0.0.0/24", "::1"]
    assert asked("10.0.0.1", "1.2.3.4") == "1.2.3.4"
    assert asked("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.7") == "1.2.3.4"
    assert asked("8.8.8.8", "1.2.3.4") == "8.8.8.8"
    assert asked("10.0.0.1", "rubbish") == "10.0.0.1"
    assert asked("10.0.0.1", "1.2.3.4:5555") == "1.2.3.4"
    assert asked("::1", "[2001:db8::7]:443") == "2001:db8::7"
    request = rf.get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    assert counted_address(request) == "2001:db8:1:2::"
    assert client_address(rf.get("/", REMOTE_ADDR="::ffff:1.2.3.4")) == "1.2.3.4"
    assert client_address(rf.get("/", REMOTE_ADDR="")) is None


def test_changing_the_forwarded_address_does_not_evade_the_lock(house):
    name = house.person("leader").username
    for n in range(20):
        enter(name, "wrong", headers={"X-Forwarded-For": f"9.9.9.{n}"})
    assert enter(name, PASSWORD, headers={"X-Forwarded-For": "7.7.7.7"}).status_code == 429


def test_behind_a_named_proxy_each_client_counts_apart(house, settings):
    settings.GUATU_TRUSTED_PROXIES = ["127.0.0.1"]
    name = house.person("leader").username
    for _n in range(20):
        enter(name, "wrong", headers={"X-Forwarded-For": "9.9.9.9"})
    assert enter(name, PASSWORD, headers={"X-Forwarded-For": "9.9.9.9"}).status_code == 429
    assert enter(name, PASSWORD, headers={"X-Forwarded-For": "8.8.8.8"}).status_code == 302


def test_the_command_unlocks_and_the_history_says_so(house, capsys):
    name = house.person("leader").username
    for _n in range(20):
        enter(name, "wrong")
    assert lockout.is_locked(name)
    assert cli.run(["unlock", name, "--lang", "en"]) == 0
    assert "20 wrong passwords" in capsys.readouterr().out
    assert enter(name, PASSWORD).status_code == 302
    assert HistoryEntry.objects.filter(verb="kernel.user.login_unlocked").count() == 1
    assert cli.run(["unlock", "--lang", "en"]) == 1
    assert cli.run(["unlock", name, "--as", name]) == 1


def test_the_page_unlocks(house):
    name = house.person("leader").username
    for _n in range(20):
        enter(name, "wrong")
    boss = house.client()
    page = boss.get("/security/").content.decode()
    assert 'id="locks"' in page and name in page
    assert boss.post("/security/unlock/", {"username": name, "address": "127.0.0.1"}).status_code == 302
    assert enter(name, PASSWORD).status_code == 302


def test_the_history_stays_whole_after_such_deeds(house):
    from guatu.kernel import account, audit
    from guatu.kernel.scope import Actor

    account.deed(Actor.system("cli"), house.person("leader"), "login_unlocked")
    assert audit.verify()["ok"]
