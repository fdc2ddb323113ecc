"""Requests that no form of ours sends: stolen and broken logins, forged addresses, texts made to break out.

Every address and every text is tried in each run; of the pairs of them `make test` takes a sample that is another one
each day (`tests.guests.samples`), and `make test-all` all of them.
"""

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client

from guatu.kernel import actions
from guatu.kernel.models import ApiToken, User
from guatu.kernel.models.facts import Fact
from guatu.kernel.recording import head
from guatu.kernel.registry import resources
from guatu.projects.models import Project
from tests.guests import addresses, two_zones
from tests.guests.samples import chance, some

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both, pytest.mark.slow]


@pytest.fixture(scope="module")
def zones(django_db_setup, django_db_blocker):
    yield from two_zones.kept(django_db_blocker)


@pytest.fixture(autouse=True)
def no_change(zones):
    """Whatever a test here sends leaves the history as it was, unless it says `head_moves`."""
    expected = Expected(head().hash)
    yield expected
    if not expected.moves:
        assert head().hash == expected.hash


class Expected:
    moves = False

    def __init__(self, hash: str):
        self.hash = hash


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


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
    odd_methods(zones, lambda path: some(METHODS, 3, "methods", path))


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
    got(zones, 6)


@pytest.mark.slow
def test_a_get_writes_nothing_for_any_kind_of_row(zones):
    got(zones, 1000)


# -- what ----------------------------------------------------------------------------------------------------------

NUMBERS = ["0", "-1", "9" * 18, "9" * 30, "9" * 5000, "1e9", "٣", "0x10", "1.5", "NaN", "", " 1"]


IN_NUMBERS = ("page", "before", "limit", "cursor", "zone", "as_of", "known_at", "project", "d1", "d2", "period", "month",
              "record", "days", "changed_since")


def odd_number(zones, number: str, most: int) -> None:
    client = zones.client("admin")
    with_numbers = [address for address in addresses.pages() if address.numbers]
    for address in with_numbers if re.fullmatch(r"[0-9]+", number) else ():
        path = next(iter(address.with_words()))
        for name in address.numbers:
            path = path.replace("{" + name + "}", number)
        assert client.get(path).status_code < 500, path
    for address in some([address for address in addresses.pages() if not address.numbers], most, "number", number):
        path = next(iter(address.with_words()))
        assert client.get(path, dict.fromkeys(IN_NUMBERS, number)).status_code < 500, path
        one = chance("number", number, path).choice(IN_NUMBERS)  # alone it gets past the refusal of the others
        assert client.get(path, {one: number}).status_code < 500, (path, one)


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_huge_and_odd_numbers_in_addresses_and_questions(zones, number):
    odd_number(zones, number, 12)


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_huge_and_odd_numbers_in_every_address_and_question(zones, number):
    odd_number(zones, number, 1000)


NASTY = ["\x00", "a\x00b", "\ud800", "\udfff甲", "甲" * 20_000, "'; DROP TABLE kernel_user; --", "' OR '1'='1", "%s%s%n", "{{7*7}}",
         "${jndi:ldap://x}", "\u202e\u200b\ufeff", "\r\nX-Evil: 1", "../../../etc/passwd", "\x1b[2J", "😀" * 100, "\\N\\x00\\"]


def texts_of(resource) -> list[str]:
    return [column.name for column in resource.all_columns()
            if isinstance(column.field, models.CharField | models.TextField) and not column.field.choices
            and not column.read_only]


def forms(zones, text: str, columns: int, pages: int) -> None:
    """Sends a text to so many columns of each resource through the API, and to so many of its forms as a whole."""
    client = zones.client("admin")
    storable = "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
    sent = text if storable or "\x00" in text else "\ufffd"
    for resource in resources().values():
        row = zones.rows["north"].get(resource.model)
        if row is None:
            continue
        for name in some(texts_of(resource), columns, "forms", text, resource.name):
            body = json.dumps({"values": {name: text}, "reason": text[:200]})
            answer = client.patch(f"/api/{resource.name}/{row.record_number}", body, content_type="application/json")
            assert answer.status_code < 500, (resource.name, name, body_of(answer)[:500])
            if answer.status_code >= 400:
                assert answer.json()["message"], (resource.name, name)
            assert storable or answer.status_code >= 400, (resource.name, name, answer.status_code)
        everything = {name: sent for name in texts_of(resource)} | {"reason": sent, "approver": sent, "planned_at": "9"}
        page = f"/r/{resource.name}/{row.record_number}/"
        paths = [f"{page}edit/", f"/r/{resource.name}/new/", *([] if storable else [f"{page}withdraw/"])]
        for path in some(paths, pages, "forms", text, page):
            assert client.post(path, everything).status_code < 500, path


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_forms_take_any_text_or_refuse_it_with_a_sentence(zones, text, no_change):
    """PostgreSQL cannot keep NUL, no database a lone surrogate: both must be refused in words."""
    no_change.moves = True
    forms(zones, text, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_every_text_of_every_form_takes_or_refuses_it_with_a_sentence(zones, text, no_change):
    no_change.moves = True
    forms(zones, text, 1000, 1000)


IN_TEXTS = ("q", "zone", "sort", "as_of", "known_at", "unit", "cursor", "colour", "stage", "name", "subject", "actor", "next",
            "format", "month", "chain", "batch")


def questions(zones, text: str, most: int) -> None:
    """Asks every page with the text in so many parameters one by one, and some pages with it in all of them at once."""
    client = zones.client("north")
    sent = text.encode("utf-8", "replace").decode()
    pages = [next(iter(address.with_words())) for address in addresses.pages() if not address.numbers]
    asked = [(path, {name: sent}) for path in pages for name in some(IN_TEXTS, most, "questions", text, path)]
    asked += [(path, dict.fromkeys(IN_TEXTS, sent)) for path in some(pages, 4 * most, "questions", text)]
    for path, question in asked:
        answer = client.get(path, question)
        assert answer.status_code < 500, (path, list(question), body_of(answer)[-2000:])
    assert Client().post("/login/", {"username": sent, "password": sent}).status_code < 500


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_questions_take_any_text(zones, text):
    questions(zones, text, 1)


@pytest.mark.slow
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_every_question_takes_any_text(zones, text):
    questions(zones, text, 1000)


DEEP = {
    "lists": '{"values":' + "[" * 100_000,
    "objects": '{"a":' * 100_000,
    "numbers": '{"values":{"investment":' + "9" * 100_000 + "}}",
    "exponent": '{"values":{"investment":1e999999999}}',
    "not a number": '{"values":{"investment":NaN}}',
    "not an object": '"x"',
    "not UTF-8": b'{"values":{"name":"\xff\xfe"}}',
    "UTF-16": '{"values":{}}'.encode("utf-16"),
    "6 MB": '{"reason":"' + "x" * 6_000_000 + '"}',
    "10,000 keys": json.dumps({"values": {f"k{n}": n for n in range(10_000)}}),
}


@pytest.mark.parametrize("trick", DEEP)
def test_json_made_to_exhaust_is_refused(zones, trick):
    client = zones.client("admin")
    for path in ("/api/projects/", "/api/enterprises/"):
        answer = client.post(path, DEEP[trick], content_type="application/json")
        assert 400 <= answer.status_code < 500 and answer.json()["message"], (path, answer.status_code)


def test_too_many_fields_and_broken_forms_are_refused(zones):
    client = zones.client("admin")
    for path in ("/login/", "/r/projects/new/", "/r/projects/bulk/"):
        assert client.post(path, {f"f{n}": "x" for n in range(6000)}).status_code == 400
        for kind, body in [("multipart/form-data; boundary=x", b"--x\r\nnonsense"), ("multipart/form-data", b"--x"),
                           ("multipart/form-data; boundary=" + "y" * 500, b""), ("application/x-www-form-urlencoded", b"%ff=%00&&&=%zz"),
                           ("text/plain; charset=nonsense", b"x"), ("application/x-www-form-urlencoded; charset=utf-7", b"a=+AD4-")]:
            assert client.generic("POST", path, body, content_type=kind).status_code < 500, (path, kind)


def test_a_stranger_brings_no_files(zones):
    """Before logging in a form is small, whatever it calls itself."""
    answer = Client().generic("POST", "/login/", b"--x\r\n", content_type="multipart/form-data; boundary=x",
                              CONTENT_LENGTH=str(20 << 20))
    assert answer.status_code == 413


# -- scripts -------------------------------------------------------------------------------------------------------

SCRIPTS = ["<script>window.hit=1</script>", "\"><img src=x onerror=window.hit=1>", "'-window.hit=1-'", "</textarea><script>window.hit=1</script>",
           "javascript:window.hit=1", "<svg/onload=window.hit=1>", "{{constructor.constructor('window.hit=1')()}}"]


def test_scripts_in_every_text_are_shown_as_text(zones, no_change):
    """Put into the tables as they are, so that no rule on the way in helps; then every page that shows them is read."""
    no_change.moves = True
    taint(zones)
    client = zones.client("admin")
    seen = 0
    for path in pages_with_rows(zones):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = body_of(answer)
        for script in SCRIPTS:
            assert not ("<" in script and script in text), (path, script, text[max(0, text.find(script) - 200):][:400])
        assert "onerror=window.hit" not in text.replace("&quot;&gt;&lt;img src=x onerror=window.hit", "").replace("&lt;img src=x onerror=window.hit", ""), path
        assert 'href="javascript:' not in text.lower(), path
        seen += "window.hit" in text
    assert seen > 15


def taint(zones) -> None:
    number = 0
    for side in zones.rows.values():
        for model, row in side.items():
            changed = {}
            for entry in model.value_fields():
                plain = isinstance(entry, models.CharField | models.TextField) and not entry.choices and not entry.unique
                if plain and entry.name not in ("precision", "role", "kind", "sha256", "content_type", "key", "period", "month", "subject_type"):
                    number += 1
                    text = SCRIPTS[number % len(SCRIPTS)]
                    if entry.max_length is None or entry.max_length >= len(text):
                        changed[entry.name] = text
            if changed:
                key = {"lineage": row.lineage} if issubclass(model, Fact) else {"pk": row.pk}
                model.everything.filter(**key).update(**changed)


def pages_with_rows(zones) -> list[str]:
    found = []
    for address in addresses.pages():
        for route in address.with_words():
            name = route.split("/")[2] if route.startswith("/r/") else ""
            model = resources()[name].model if name in resources() else Project
            row = zones.rows["north"].get(model)
            if row is None and address.numbers:
                continue
            for place in address.numbers:
                route = route.replace("{" + place + "}", str(row.record_number))
            found.append(route)
    return found


def test_a_name_with_a_line_break_splits_no_header(system, zones, no_change):
    no_change.moves = True
    from guatu.kernel.models import Document

    document = zones.rows["north"][Document]
    Document.everything.filter(pk=document.pk).update(file_name='a\r\nX-Evil: 1\r\n"; filename=b.html')
    actions.change(system, Project.everything.get(pk=zones.rows["north"][Project].pk), {"name": "甲 X-Evil: 1"})
    for path in (f"/documents/{document.pk}/", "/r/projects/export/csv/", "/lists/negotiating/xlsx/"):
        answer = zones.client("admin").get(path)
        assert "X-Evil" not in answer.headers and answer.status_code in (200, 302, 400, 404), path
