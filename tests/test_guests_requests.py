"""Requests that no form of ours sends: stolen and broken logins, forged addresses, odd methods.

Every address is tried in each run; where there is more to try with it than a run may take, `make test` takes a part that
is another one each day (`tests.guests.samples`), and `make test-all` all of it.
"""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from guatu.kernel import actions
from guatu.kernel.models import ApiToken, User
from guatu.projects.models import Project
from tests.guests import addresses, two_zones
from tests.guests.samples import some
from tests.guests.two_zones import body_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.usefixtures("no_change")]


def is_refused(response) -> None:
    assert 300 <= response.status_code < 500, (response.status_code, body_of(response)[:2000])
    assert "Traceback" not in body_of(response)


# -- who -----------------------------------------------------------------------------------------------------------


def test_wrong_revoked_and_dead_peoples_keys_open_nothing(zones):
    user = User.everything.get(pk=zones.users["north"].pk)
    token, key = ApiToken.new(user, "k")
    client = Client()

    def asked(value: str, header: str = "Bearer") -> int:
        return client.get("/api/projects/", HTTP_AUTHORIZATION=f"{header} {value}").status_code

    assert asked(key) == 200
    assert {asked(wrong) for wrong in ("gt_", key.swapcase(), key + "=", token.digest, "null", "x" * 9000, "' OR 1=1 --")} == {401}
    assert asked(key, "Basic") == asked(key, "") == asked("", "Bearer") == 401
    assert client.get(f"/api/projects/?token={key}").status_code == 401
    client.cookies["sessionid"] = key
    assert client.get("/api/projects/").status_code == 401
    User.everything.filter(pk=user.pk).update(is_active=False)
    assert asked(key) == 401
    User.everything.filter(pk=user.pk).update(is_active=True, withdrawn=True)
    assert asked(key) == 401
    User.everything.filter(pk=user.pk).update(withdrawn=False)
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=token.created_at)
    assert asked(key) == 401


def test_a_session_of_a_dead_account_ends_at_once(zones):
    client = zones.client("north")
    assert client.get("/r/projects/").status_code == 200
    User.everything.filter(pk=zones.users["north"].pk).update(is_active=False)
    is_refused(client.get("/r/projects/"))
    is_refused(client.post("/r/projects/new/", {"name": "偷"}))
    assert client.get("/api/projects/").status_code == 401


def test_a_session_planted_before_login_is_worth_nothing_after_it(zones, no_change):
    planted = Client()
    planted.cookies["sessionid"] = "a" * 32
    page = planted.get("/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    done = planted.post("/login/", {"username": "north", "password": two_zones.PASSWORD, "csrfmiddlewaretoken": token})
    assert done.status_code == 302
    assert planted.cookies["sessionid"].value != "a" * 32
    thief = Client()
    thief.cookies["sessionid"] = "a" * 32
    is_refused(thief.get("/r/projects/"))
    cookie = planted.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    kept = planted.cookies["sessionid"].value
    planted.post("/logout/")
    thief.cookies["sessionid"] = kept
    is_refused(thief.get("/r/projects/"))
    assert not Session.objects.filter(session_key=kept).exists()


def test_no_page_takes_a_post_without_its_csrf_token(zones):
    client = Client(enforce_csrf_checks=True)
    client.force_login(zones.users["admin"])
    project = zones.rows["north"][Project]
    for address in addresses.pages():
        for route in list(address.with_words())[:3]:
            path = route
            for name in address.numbers:
                path = path.replace("{" + name + "}", str(project.pk))
            answer = client.post(path, {"name": "x", "reason": "x"})
            assert answer.status_code in (302, 403, 404, 405), (path, answer.status_code)
            assert answer.status_code != 302 or "/login/" in answer["Location"], (path, answer["Location"])


def test_twenty_wrong_passwords_lock_the_door_with_a_sentence(zones):
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.cookies["django_language"] = "en"
    answers = [client.post("/login/", {"username": "north", "password": f"wrong-{n}"}) for n in range(20)]
    assert {answer.status_code for answer in answers} <= {200, 422, 429}
    last = client.post("/login/", {"username": "north", "password": two_zones.PASSWORD})
    assert last.status_code == 429 and "locked" in last.content.decode() and int(last["Retry-After"]) > 0
    other = Client(REMOTE_ADDR="203.0.113.8")
    assert other.post("/login/", {"username": "south", "password": two_zones.PASSWORD}).status_code == 302
    unknown = [Client(REMOTE_ADDR="203.0.113.9").post("/login/", {"username": "nobody-here", "password": "x"})]
    assert body_of(unknown[0]).replace("nobody-here", "") != "" and "no such" not in body_of(unknown[0]).lower()


# -- where ---------------------------------------------------------------------------------------------------------

ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "http:///evil.example",
             "javascript:alert(1)", "\thttps://evil.example", "https://testserver@evil.example/", "/%0d%0aSet-Cookie:a=b",
             "https://testserver.evil.example/", "///evil.example", "%2F%2Fevil.example", "/login/\r\nX-Evil: 1"]


@pytest.mark.parametrize("target", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_next_never_leads_out_of_the_house(zones, target, no_change):
    no_change.moves = True
    client = zones.client("admin")
    project = zones.rows["north"][Project]
    sent = [
        Client().post("/login/", {"username": "admin", "password": two_zones.PASSWORD, "next": target}),
        client.post("/language/", {"language": "en", "next": target}),
        client.post("/notifications/read/", {"next": target}),
        client.post(f"/r/projects/{project.pk}/edit/", {"name": "甲", "next": target, "anyway": "1"}),
        client.post("/undo/1/", {"next": target}),
        client.get("/login/", {"next": target}),
    ]
    for answer in sent:
        place = answer.headers.get("Location", "")
        assert urlsplit(urljoin("http://testserver/here/", place)).netloc == "testserver", place
        assert not place.lower().strip().startswith("javascript"), place
        assert "X-Evil" not in answer.headers and "a" not in answer.cookies


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "localhost:80:80", "", "testserver/../x", "a" * 300,
                                  "xn--", "[::1", "testserver\x00"], ids=range(9))
def test_a_foreign_host_is_not_served_and_not_repeated(zones, host):
    for path in ("/login/", "/", "/api/projects/", "/r/projects/"):
        answer = Client().get(path, HTTP_HOST=host)
        assert answer.status_code == 400 and (len(host) < 4 or host not in body_of(answer)), (path, answer.status_code)
        forwarded = Client().get(path, HTTP_X_FORWARDED_HOST="evil.example")
        assert "evil.example" not in body_of(forwarded) + str(forwarded.headers)


METHODS = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "X" * 50]


def with_rows(zones, address: addresses.Address, route: str) -> str:
    """The route with a northern project's number in every open place."""
    for name in address.numbers:
        route = route.replace("{" + name + "}", str(zones.rows["north"][Project].pk))
    return route


def odd_methods(zones, methods) -> None:
    client = zones.client("admin")
    for address in addresses.pages():
        path = with_rows(zones, address, next(iter(address.with_words())))
        for method in methods(path):
            answer = client.generic(method, path, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")
            assert answer.status_code < 500, (method, path)


def test_odd_methods_change_nothing(zones):
    odd_methods(zones, lambda path: some(METHODS, 2, "methods", path))


@pytest.mark.both
@pytest.mark.slow
def test_every_odd_method_changes_nothing(zones):
    odd_methods(zones, lambda _path: METHODS)


def got(zones, most: int) -> None:
    client = zones.client("admin")
    for address in addresses.pages():
        for route in some(list(address.with_words()), most, "get", address.route):
            path = with_rows(zones, address, route)
            assert client.get(path, {"reason": "x", "confirm": "1", "action": "withdraw"}).status_code < 500, path


def test_a_get_writes_nothing(zones):
    """Links are followed by whoever sees them: no address may write on GET, whatever it is given."""
    got(zones, 4)


@pytest.mark.both
@pytest.mark.slow
def test_a_get_writes_nothing_for_any_kind_of_row(zones):
    got(zones, 1000)


def test_a_name_with_a_line_break_splits_no_header(system, zones, no_change):
    no_change.moves = True
    from guatu.kernel.models import Document

    document = zones.rows["north"][Document]
    Document.everything.filter(pk=document.pk).update(file_name='a\r\nX-Evil: 1\r\n"; filename=b.html')
    actions.change(system, Project.everything.get(pk=zones.rows["north"][Project].pk), {"name": "甲 X-Evil: 1"})
    for path in (f"/documents/{document.pk}/", "/r/projects/export/csv/", "/lists/negotiating/xlsx/"):
        answer = zones.client("admin").get(path)
        assert "X-Evil" not in answer.headers and answer.status_code in (200, 302, 400, 404), path
