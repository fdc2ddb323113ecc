"""Texts, numbers and bodies made to break out of where they are put: kept as text or refused with a sentence.

Each text and each number goes to every page within three or four days of `make test` (`tests.guests.samples`), and
to all of them at once with `make test-all`.
"""

import json
import re

import pytest
from django.db import models
from django.test import Client

from guatu.kernel.models.facts import Fact
from guatu.kernel.registry import resources
from guatu.projects.models import Project
from tests.guests import addresses
from tests.guests.samples import chance, some, turn
from tests.guests.two_zones import body_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both, pytest.mark.usefixtures("no_change")]


NUMBERS = ["0", "-1", "9" * 18, "9" * 30, "9" * 5000, "1e9", "٣", "0x10", "1.5", "NaN", "", " 1"]


IN_NUMBERS = ("page", "before", "limit", "cursor", "zone", "as_of", "known_at", "project", "d1", "d2", "period", "month",
              "record", "days", "changed_since")


def odd_number(zones, number: str, days: int) -> None:
    client = zones.client("admin")
    with_numbers = [address for address in addresses.pages() if address.numbers]
    for address in with_numbers if re.fullmatch(r"[0-9]+", number) else ():
        path = next(iter(address.with_words()))
        for name in address.numbers:
            path = path.replace("{" + name + "}", number)
        assert client.get(path).status_code < 500, path
    without = [address for address in addresses.pages() if not address.numbers]
    for address in turn(without, days, NUMBERS.index(number)):
        path = next(iter(address.with_words()))
        assert client.get(path, dict.fromkeys(IN_NUMBERS, number)).status_code < 500, path
        one = chance("number", number, path).choice(IN_NUMBERS)  # alone it gets past the refusal of the others
        assert client.get(path, {one: number}).status_code < 500, (path, one)


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_huge_and_odd_numbers_in_addresses_and_questions(zones, number):
    odd_number(zones, number, 4)


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_huge_and_odd_numbers_in_every_address_and_question(zones, number):
    odd_number(zones, number, 1)


NASTY = ["\x00", "a\x00b", "\ud800", "\udfff甲", "甲" * 20_000, "'; DROP TABLE kernel_user; --", "' OR '1'='1", "%s%s%n", "{{7*7}}",
         "${jndi:ldap://x}", "\u202e\u200b\ufeff", "\r\nX-Evil: 1", "../../../etc/passwd", "\x1b[2J", "😀" * 100, "\\N\\x00\\"]


def texts_of(resource) -> list[str]:
    return [column.name for column in resource.all_columns()
            if isinstance(column.field, models.CharField | models.TextField) and not column.field.choices
            and not column.read_only]


def forms(zones, text: str, days: int, columns: int, pages: int) -> None:
    """Sends a text to so many columns of resources through the API, and to so many of their forms as a whole."""
    client = zones.client("admin")
    storable = "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
    sent = text if storable or "\x00" in text else "\ufffd"
    for resource in turn(list(resources().values()), days, NASTY.index(text)):
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
    forms(zones, text, 3, 2, 1)


@pytest.mark.slow
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_every_text_of_every_form_takes_or_refuses_it_with_a_sentence(zones, text, no_change):
    no_change.moves = True
    forms(zones, text, 1, 1000, 1000)


IN_TEXTS = ("q", "zone", "sort", "as_of", "known_at", "unit", "cursor", "colour", "stage", "name", "subject", "actor", "next",
            "format", "month", "chain", "batch")


def questions(zones, text: str, days: int, most: int) -> None:
    """Asks pages with the text in so many parameters one by one, and some of them with it in all of them at once."""
    client = zones.client("north")
    sent = text.encode("utf-8", "replace").decode()
    pages = [next(iter(address.with_words())) for address in addresses.pages() if not address.numbers]
    asked = [(path, {name: sent}) for path in turn(pages, days, NASTY.index(text)) for name in some(IN_TEXTS, most, "questions", text, path)]
    asked += [(path, dict.fromkeys(IN_TEXTS, sent)) for path in turn(pages, 4 * days, NASTY.index(text))]
    for path, question in asked:
        answer = client.get(path, question)
        assert answer.status_code < 500, (path, list(question), body_of(answer)[-2000:])
    assert Client().post("/login/", {"username": sent, "password": sent}).status_code < 500


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_questions_take_any_text(zones, text):
    questions(zones, text, 3, 1)


@pytest.mark.slow
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_every_question_takes_any_text(zones, text):
    questions(zones, text, 1, 1000)


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


def read_tainted(zones, most: int) -> None:
    """Puts scripts into the tables as they are, so that no rule on the way in helps, and reads the pages that show them."""
    taint(zones)
    client = zones.client("admin")
    seen = 0
    for path in pages_with_rows(zones, most):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = body_of(answer)
        for script in SCRIPTS:
            assert not ("<" in script and script in text), (path, script, text[max(0, text.find(script) - 200):][:400])
        harmless = text.replace("&quot;&gt;&lt;img src=x onerror=window.hit", "").replace("&lt;img src=x onerror=window.hit", "")
        assert "onerror=window.hit" not in harmless, path
        assert 'href="javascript:' not in text.lower(), path
        seen += "window.hit" in text
    assert seen > 15


def test_scripts_in_every_text_are_shown_as_text(zones, no_change):
    no_change.moves = True
    read_tainted(zones, 6)


@pytest.mark.slow
def test_scripts_in_every_text_are_shown_as_text_on_every_page(zones, no_change):
    no_change.moves = True
    read_tainted(zones, 1000)


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


def pages_with_rows(zones, most: int) -> list[str]:
    found = []
    for address in addresses.pages():
        for route in some(list(address.with_words()), most, "scripts", address.route):
            name = route.split("/")[2] if route.startswith("/r/") else ""
            model = resources()[name].model if name in resources() else Project
            row = zones.rows["north"].get(model)
            if row is None and address.numbers:
                continue
            for place in address.numbers:
                route = route.replace("{" + place + "}", str(row.record_number))
            found.append(route)
    return found
