"""One's own account, the language, refusals as pages, and the history of everything."""

import re

import pytest
from django.test import Client

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.models import ApiToken, User
from guatu.kernel.tests.pages_world import PASSWORD, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return build()


def test_logging_in_and_out(house):
    user = house.person("leader")
    client = Client()
    client.cookies["django_language"] = "en"
    wrong = client.post("/login/", {"username": user.username, "password": "wrong"})
    assert wrong.status_code == 422 and "do not match" in wrong.content.decode()
    right = client.post("/login/?next=/r/parks/", {"username": user.username, "password": PASSWORD, "next": "/r/parks/"})
    assert right["Location"] == "/r/parks/"
    assert client.get("/r/parks/").status_code == 200
    client.post("/logout/")
    assert client.get("/r/parks/").status_code == 302


@pytest.mark.parametrize("shut", [{"is_active": False}, {"withdrawn": True}])
def test_a_shut_account_is_logged_out_at_once_and_cannot_log_in(house, shut):
    client = house.client("leader")
    assert client.get("/r/parks/").status_code == 200
    User.everything.filter(pk=client.user.pk).update(**shut)
    assert client.get("/r/parks/").status_code == 302
    assert Client().post("/login/", {"username": client.user.username, "password": PASSWORD}).status_code == 422


def test_changing_the_own_password(house):
    client = house.client("leader")
    bad = {"old_password": "no", "new_password1": "short", "new_password2": "other"}
    assert client.post("/password/", bad).status_code == 422
    new = "another-good-one-2"
    client.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert client.get("/r/parks/").status_code == 200
    assert User.everything.get(pk=client.user.pk).check_password(new)


def test_a_token_is_shown_once_and_can_be_revoked(house):
    client = house.client("leader")
    assert client.post("/tokens/", {"name": " "}).status_code == 422
    page = client.post("/tokens/", {"name": "报表程序"}).content.decode()
    key = re.search(r"gt_[\w-]+", page)[0]
    token = ApiToken.objects.get()
    assert token.digest == ApiToken.digest_of(key) and key not in client.get("/tokens/").content.decode()
    assert house.client("leader").post(f"/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/tokens/{token.pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_chinese_unless_english_is_chosen_whatever_the_browser_prefers(house):
    client = house.client("leader")
    client.cookies.pop("django_language")
    assert '<html lang="zh-hans"' in client.get("/r/parks/", headers={"Accept-Language": "en"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/r/parks/"})
    assert '<html lang="en"' in client.get("/r/parks/").content.decode()


def test_refusals_are_pages_with_sentences(house):
    client = house.client("department_handler", house.north)
    assert "There is no page at this address" in client.get("/nowhere/").content.decode()
    forbidden = client.get("/r/chains/")
    assert forbidden.status_code == 403 and "Your role does not allow" in forbidden.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(client.user)
    strict.cookies["django_language"] = "en"
    response = strict.post("/tokens/", {"name": "x"})
    assert response.status_code == 403 and "This form has expired" in response.content.decode()
    anonymous = Client().get("/nowhere/")
    assert anonymous.status_code == 404 and "class=\"side\"" not in anonymous.content.decode()


def test_the_history_of_everything_is_for_those_who_see_everything(house, system):
    actions.create(system, Enterprise, {"name": "甲公司"})
    assert house.client("chain_office", house.north).get("/history/").status_code == 403
    assert house.client("inspector", house.north).get("/history/").status_code == 403
    inspector = house.client("inspector")
    assert "甲公司" in inspector.get("/history/?subject=甲").content.decode()
    assert "甲公司" not in inspector.get("/history/?verb=changed").content.decode()
    assert "甲公司" in inspector.get("/history/?who=system&kind=enterprises.enterprise").content.decode()
    assert "甲公司" not in inspector.get("/history/?who=nobody").content.decode()
    for query in ("recording=x", "recording=" + "9" * 18, "before=" + "9" * 40, "verb=other", "kind=zzz"):
        assert inspector.get(f"/history/?{query}").status_code == 200, query


def test_a_record_tells_its_history_in_words(house, system):
    row = actions.create(system, Enterprise, {"name": "甲", "zone": house.north.pk})
    actions.change(system, row, {"zone": house.south.pk}, reason="搬迁")
    page = house.client().get(f"/r/enterprises/{row.pk}/").content.decode()
    assert '<span class="was">北区</span> → 南区' in page and "搬迁" in page and "Added" in page
