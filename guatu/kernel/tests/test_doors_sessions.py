"""Sessions can be seen and ended, end by themselves, and end with the password; tokens expire and are revoked."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from guatu.kernel import account
from guatu.kernel.doors import pace, sessions
from guatu.kernel.models import ApiToken, HistoryEntry, LoginSession, User
from guatu.kernel.tests.pages_world import PASSWORD, build

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def house():
    return build()


def logged_in(user, **more) -> Client:
    client = Client(**more)
    client.cookies["django_language"] = "en"
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def test_every_browser_is_shown_with_this_one_first(house):
    user = house.person("leader")
    desk = logged_in(user, headers={"User-Agent": CHROME}, REMOTE_ADDR="10.0.0.5")
    logged_in(user, headers={"User-Agent": WECHAT}, REMOTE_ADDR="10.0.0.6")
    logged_in(house.person("leader"))
    page = desk.get("/sessions/").content.decode()
    assert page.index("Chrome 126 · Windows") < page.index("微信 8 · Android")
    assert "10.0.0.5" in page and "10.0.0.6" in page and page.count("this one") == 1


def test_the_table_alone_opens_no_session(house):
    client = logged_in(house.person("leader"))
    kept = LoginSession.objects.get()
    assert client.session.session_key not in (kept.session_key, kept.session_data)
    thief = Client()
    thief.cookies["sessionid"] = kept.session_key
    assert thief.get("/sessions/").status_code == 302


def test_one_session_and_all_others_are_ended(house):
    user = house.person("leader")
    desk, phone, third = (logged_in(user) for _n in range(3))
    other = next(shown for shown in sessions.sessions_of(user, desk.session.session_key) if not shown.is_this)
    assert desk.post("/sessions/end/", {"session": other.id}).status_code == 302
    assert sorted(client.get("/sessions/").status_code for client in (phone, third)) == [200, 302]
    assert desk.post("/sessions/end/", {"all": "1"}).status_code == 302
    assert [client.get("/sessions/").status_code for client in (desk, phone, third)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else(house):
    victim, attacker = logged_in(house.person("leader")), logged_in(house.person("leader"))
    theirs = LoginSession.objects.exclude(user_id=int(attacker.session["_auth_user_id"])).get().pk
    assert attacker.post("/sessions/end/", {"session": theirs}).status_code == 404
    assert victim.get("/sessions/").status_code == 200


def test_logging_in_gives_a_new_key_and_logging_out_ends_it(house):
    user = house.person("leader")
    client = Client()
    client.get("/login/")
    client.cookies["sessionid"] = "chosen-by-an-attacker-1234567890"
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    assert client.cookies["sessionid"].value != "chosen-by-an-attacker-1234567890"
    kept = client.cookies["sessionid"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/sessions/").status_code == 302 and not LoginSession.objects.filter(user=user).exists()


def test_a_session_without_use_ends_with_a_sentence(house, settings, monkeypatch):
    client = logged_in(house.person("leader"))
    assert client.get("/sessions/").status_code == 200
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + settings.GUATU_SESSION_IDLE_SECONDS + 5)
    answer = client.get("/sessions/")
    assert answer.status_code == 302 and "ended=idle" in answer["Location"] and "next=%2Fsessions%2F" in answer["Location"]
    assert "nothing was done for a while" in client.get(answer["Location"]).content.decode()
    assert client.get("/sessions/")["Location"] == "/login/?next=/sessions/"


def test_a_session_in_use_goes_on_until_it_is_too_old(house, settings, monkeypatch):
    client = logged_in(house.person("leader"))
    now = sessions.time.time()
    for minutes in range(0, 12 * 60, 50):
        monkeypatch.setattr(sessions.time, "time", lambda at=now + minutes * 60: at)
        assert client.get("/sessions/").status_code == 200, minutes
    monkeypatch.setattr(sessions.time, "time", lambda: now + 12 * 3600 + 60)
    assert "ended=absolute" in client.get("/sessions/")["Location"]


def test_an_ended_session_is_nobody_for_the_api_and_htmx(house, settings, monkeypatch):
    clients = [logged_in(house.person("leader")) for _n in range(2)]
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + settings.GUATU_SESSION_IDLE_SECONDS + 5)
    assert clients[0].get("/api/parks/").status_code == 401
    answer = clients[1].get("/r/parks/", headers={"HX-Request": "true"})
    assert answer.status_code == 401 and "ended=idle" in answer["HX-Redirect"]


def test_a_new_password_ends_the_other_sessions(house, monkeypatch):
    user = house.person("leader")
    desk, phone = logged_in(user), logged_in(user)
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + 3000)
    desk.get("/sessions/")
    new = "another-good-one-2"
    desk.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    monkeypatch.setattr(sessions.time, "time", lambda: now + 4000)
    assert desk.get("/sessions/").status_code == 200 and phone.get("/sessions/").status_code == 302
    assert LoginSession.objects.filter(user=user).count() == 1


def test_an_administrator_ends_sessions_and_tokens_and_the_history_says_so(house):
    user = house.person("leader")
    key = account.new_token(user, "报表程序", None)
    program, browser, boss = Client(headers={"Authorization": f"Bearer {key}"}), logged_in(user), house.client()
    assert program.get("/api/parks/").status_code == 200
    page = boss.get(f"/security/people/{user.pk}/").content.decode()
    assert "报表程序" in page and "127.0.0.1" in page
    boss.post(f"/security/people/{user.pk}/sessions/")
    boss.post(f"/security/people/{user.pk}/tokens/")
    assert browser.get("/sessions/").status_code == 302 and program.get("/api/parks/").status_code == 401
    verbs = set(HistoryEntry.objects.filter(subject_id=user.pk).values_list("verb", flat=True))
    assert {"kernel.user.sessions_ended", "kernel.user.tokens_revoked"} <= verbs
    assert "Sessions ended" in boss.get(f"/history/?subject={user.name}").content.decode()


@pytest.mark.parametrize("role", ["leader", "inspector", "project_officer"])
def test_nobody_else_opens_the_pages_of_administrators(house, role):
    user = house.person("leader")
    client = house.client(role)
    zone_boss = house.client("administrator", house.north)
    for asker in (client, zone_boss):
        assert asker.get("/security/").status_code == 403
        for address in ("", "sessions/", "tokens/", "password/"):
            url = f"/security/people/{user.pk}/{address}"
            assert (asker.post(url) if address else asker.get(url)).status_code == 403, url
        assert asker.post("/security/unlock/", {"username": user.username}).status_code == 403


def test_a_token_expires(house):
    client = house.client("leader")
    page = client.post("/tokens/", {"name": "一个月", "days": "30"}).content.decode()
    key = re.search(r"gt_[\w-]+", page)[0]
    program = Client(headers={"Authorization": f"Bearer {key}"})
    assert program.get("/api/parks/").status_code == 200
    left = ApiToken.objects.get().expires_at - timezone.now()
    assert 29 < left.days + left.seconds / 86400 < 30.01
    ApiToken.objects.update(expires_at=timezone.now())
    answer = program.get("/api/parks/")
    assert answer.status_code == 401 and answer.json()["code"] == "token_expired"
    assert "expired" in client.get("/tokens/").content.decode()
    assert client.post("/tokens/", {"name": "x", "days": "9999"}).status_code == 422
    client.post("/tokens/", {"name": "ohne", "days": ""})
    assert ApiToken.objects.filter(expires_at=None).count() == 1


def test_what_is_over_is_cleared_away(house, monkeypatch):
    from guatu.kernel.doors import housekeeping

    logged_in(house.person("leader"))
    LoginSession.objects.update(expire_date=timezone.now())
    monkeypatch.setattr(housekeeping, "_last", 0.0)
    housekeeping.clear_doors()
    assert not LoginSession.objects.exists() and User.everything.exists()


def test_the_count_of_last_use_may_be_lost(house, settings, monkeypatch):
    client = logged_in(house.person("leader"))
    pace.forget_everything()
    assert client.get("/sessions/").status_code == 200


@pytest.mark.parametrize("agent, words", [
    ("", "unknown program"), ("curl/8.5.0", "curl/8.5.0"), ("x" * 500, "x" * 60),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17 · iOS"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127 · macOS"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge 126 · Windows"),
])
def test_browsers_in_words(agent, words):
    from django.utils.translation import override

    with override("en"):
        assert sessions.browser_words(agent) == words
