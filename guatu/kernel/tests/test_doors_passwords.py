"""Passwords at the doors: what is refused and why, the last five, the first change, the greatest age."""

import io
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from guatu.kernel import account
from guatu.kernel.doors import passwords
from guatu.kernel.errors import Faulty  # noqa: F401
from guatu.kernel.models import UsedPassword, User
from guatu.kernel.scope import Actor
from guatu.kernel.tests.pages_world import PASSWORD, build
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def house():
    return build()


def change(client, old, new, again=None):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": again or new})


def log_in(name, password) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    assert client.post("/login/", {"username": name, "password": password}).status_code == 302
    return client


@pytest.mark.parametrize("new, sentence", [
    ("Ab1-efgh", "too short"), ("onlysmallletters", "at least 3 kinds"), ("Guatu@2024", "everybody tries first"),
    ("x-{name}-7Q", "contains your user name"), (PASSWORD, "one of your last 5"),
])
def test_a_bad_password_is_refused_with_its_sentence(house, new, sentence):
    client = house.client("leader")
    page = change(client, PASSWORD, new.replace("{name}", client.user.username))
    assert page.status_code == 422 and sentence in page.content.decode()
    assert User.everything.get(pk=client.user.pk).check_password(PASSWORD)


def test_the_sentences_are_chinese_for_chinese(house):
    client = house.client("leader")
    client.cookies["django_language"] = "zh-hans"
    page = change(client, PASSWORD, "Guatu@2024").content.decode()
    assert "everybody" not in page and "密码" in page


def test_the_last_five_are_refused_and_the_sixth_may_come_back(house):
    client = house.client("leader")
    former = [PASSWORD, *(f"eigenes-Wort-{n}x" for n in range(5))]
    for old, new in pairwise(former):
        assert change(client, old, new).status_code == 302, new
    assert UsedPassword.objects.filter(user=client.user).count() == 5
    for used in former[1:]:
        assert change(client, former[-1], used).status_code == 422, used
    assert change(client, former[-1], PASSWORD).status_code == 302


def test_an_initial_password_opens_nothing_but_its_change(house):
    user = house.person("leader")
    account.give_password(Actor.system("cli"), user, "erstes-Wort-77")
    client = log_in(user.username, "erstes-Wort-77")
    for url in ("/", "/r/parks/", "/tokens/", "/sessions/"):
        assert client.get(url)["Location"] == "/password/", url
    answer = client.get("/api/parks/")
    assert answer.status_code == 403 and answer.json()["code"] == "password_due"
    assert client.get("/r/parks/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    assert "given to you by an administrator" in client.get("/password/").content.decode()
    assert change(client, "erstes-Wort-77", "erstes-Wort-77").status_code == 422
    assert change(client, "erstes-Wort-77", "eigenes-Wort-78").status_code == 302
    assert client.get("/r/parks/").status_code == 200
    assert log_in(user.username, "eigenes-Wort-78").get("/r/parks/").status_code == 200


def test_a_password_grows_too_old(house, settings):
    user = house.person("leader")
    account.set_password(user, "eigenes-Wort-78")
    UsedPassword.objects.update(set_at=timezone.now() - timezone.timedelta(days=91))
    assert log_in(user.username, "eigenes-Wort-78").get("/r/parks/").status_code == 200
    settings.GUATU_PASSWORD_MAX_DAYS = 90
    client = log_in(user.username, "eigenes-Wort-78")
    assert client.get("/r/parks/")["Location"] == "/password/"
    assert "older than 90 days" in client.get("/password/").content.decode()
    assert change(client, "eigenes-Wort-78", "eigenes-Wort-79").status_code == 302
    assert client.get("/r/parks/").status_code == 200
    assert log_in(house.person("leader").username, PASSWORD).get("/r/parks/")["Location"] == "/password/"


def test_an_administrator_gives_a_first_password_on_the_page(house):
    user, boss = house.person("leader"), house.client()
    page = boss.post(f"/security/people/{user.pk}/password/", {"password": "Guatu@2024"})
    assert page.status_code == 422 and "everybody tries" in page.content.decode()
    assert boss.post(f"/security/people/{user.pk}/password/", {"password": "erstes-Wort-77"}).status_code == 302
    assert log_in(user.username, "erstes-Wort-77").get("/r/parks/")["Location"] == "/password/"


def test_the_command_gives_a_first_password(house, monkeypatch, capsys):
    user = house.person("leader")
    monkeypatch.setattr("sys.stdin", io.StringIO("Admin@123456\n"))
    assert cli.run(["users", "password", user.username, "--lang", "en"]) == 1
    assert "everybody tries first" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("erstes-Wort-77\n"))
    assert cli.run(["users", "password", user.username]) == 0
    assert passwords.due(User.everything.get(pk=user.pk)) == "initial"


def test_guessing_the_present_password_in_a_stolen_session_is_slowed(house):
    client = house.client("leader")
    codes = [change(client, f"wrong-{n}", "eigenes-Wort-78").status_code for n in range(12)]
    assert codes == [422] * 10 + [429] * 2


def test_demo_passwords_follow_the_rules_and_need_no_change(house):
    from guatu.kernel.rules.passwords import weaknesses
    from guatu.site import demo_users

    for _n in range(200):
        assert weaknesses(demo_users._password(), ["administrator"]) == []
    user = house.person("leader")
    account.set_password(user, "kfz8-tqm3-wxp6", "demo")
    assert passwords.due(user) == ""


def test_the_rules_are_said_beforehand(house):
    with override("en"):
        assert passwords.rules_sentence() in house.client("leader").get("/password/").content.decode().replace("&quot;", '"')
