"""Other tenants' numbers in every address: nothing is shown, nothing is changed (issue 3, line 6).

`make test` goes to every address with some of the numbers and questions, another part each day (`tests.guests.samples`);
`make test-all` with all of them.
"""

import json
from itertools import product

import pytest

from guatu.kernel.models import Organisation
from guatu.kernel.recording import head
from guatu.kernel.registry import resources
from guatu.projects.models import Project
from tests.guests import addresses
from tests.guests.samples import some
from tests.guests.two_zones import MARK, body_of, owned

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]

#: Of the combinations of numbers in one address so many are tried at most.
MOST = 60
#: What forms send; each address takes of it what it knows.
BODY = {
    "reason": "试", "note": "试", "title": "试", "event": "signed", "valid_on": "2022-06-30", "due_on": "2023-01-01",
    "done_on": "2022-07-01", "approver": "某", "action": "withdraw", "column": "code", "planned_at": "1",
    "colour": "red", "until": "2023-01-01", "name": "试", "anyway": "1", "state": "confirmed", "text": "试",
}


def numbers(zones, side: str, route: str) -> dict[str, list[int]]:
    """Numbers of rows of a side for the open places of a route: those of the resource it names, else of every kind."""
    rows = zones.rows[side]
    every = sorted({row.record_number for row in rows.values()})
    name = route.split("/")[2] if route.startswith("/r/") else ""
    own = [row.record_number for model, row in rows.items() if name in resources() and model is resources()[name].model]
    return {"record": own or every, "every": every}


def filled(zones, address, routes: int = 1000, most: int = MOST) -> set[str]:
    """Addresses with southern numbers in one place or all, northern ones in the others; so many of each route."""
    found = set()
    for route in some(list(address.with_words()), routes, "filled", address.route):
        north, south = numbers(zones, "north", route), numbers(zones, "south", route)
        choices = [[*_of(north, name, route), *_of(south, name, route)] for name in address.numbers]
        southern = [set(_of(south, name, route)) for name in address.numbers]
        every = [chosen for chosen in product(*choices)
                 if any(number in these for number, these in zip(chosen, southern, strict=True))]
        for chosen in some(every, most, "filled", route):
            text = route
            for name, number in zip(address.numbers, chosen, strict=True):
                text = text.replace("{" + name + "}", str(number))
            found.add(text)
    return found


def _of(known: dict[str, list[int]], name: str, route: str) -> list[int]:
    return known["record"] if name == "record" else known["every"]


def foreign_pages(zones, who: str, routes: int, most: int) -> int:
    client, before, tried, shown = zones.client(who), head().hash, 0, []
    for address in addresses.pages():
        for path in filled(zones, address, routes, most) if address.numbers else ():
            for method in ("get", "post"):
                response = getattr(client, method)(path, BODY if method == "post" else {})
                tried += 1
                body = body_of(response)
                if MARK in body or MARK in str(response.headers) or response.status_code == 200:
                    shown.append((method, path, response.status_code))
                assert response.status_code < 500, (method, path, body[-2000:])
                assert head().hash == before, (method, path, response.status_code)
                if response.status_code == 302:  # a refusal that redirects says its sentence on the next page
                    assert MARK not in body_of(client.get("/notifications/")), path
    assert not shown, shown
    return tried


@pytest.mark.parametrize("who", ["north", "north-officer"])
def test_pages_of_rows_of_another_zone(zones, who):
    assert foreign_pages(zones, who, 5, 2) > 150


@pytest.mark.both
@pytest.mark.slow
@pytest.mark.parametrize("who", ["north", "north-officer"])
def test_every_page_of_every_row_of_another_zone(zones, who):
    assert foreign_pages(zones, who, 1000, MOST) > 300


def foreign_lists(zones, who: str, routes: int, questions: int) -> None:
    client, south = zones.client(who), zones.south
    project = zones.of_south(Project)
    asked = [
        {"zone": south.code}, {"zone": str(south.pk)}, {"unit": str(zones.of_south(Organisation).pk)},
        {"q": MARK[2:]}, {"q": project.code[1:6], "as_of": "2022-06-30"}, {"project": str(project.pk)},
        {"as_of": "2022-12-31", "zone": south.code}, {"d1": "2020-01-01", "d2": "2023-01-01", "zone": south.code},
        {"sort": "name", "page": "1"}, {"subject": str(project.pk)}, {"officer": str(zones.users["south"].pk)},
        {"record": str(project.pk)}, {"parent": str(south.pk)}, {"source": "1"}, {"actor": "south"},
    ]
    for address in addresses.pages():
        for path in some(list(address.with_words()), routes, "lists", who, address.route) if not address.numbers else ():
            for question in [{}, *some(asked, questions, "lists", who, path)]:
                response = client.get(path, question)
                body = body_of(response)
                assert response.status_code < 500, (path, question, body[-2000:])
                # A form says again what was asked.
                said = body.replace(str(question.get("q")), "") if "q" in question else body
                assert MARK not in said, (path, question, said[max(0, said.find(MARK) - 300): said.find(MARK) + 60])


@pytest.mark.parametrize("who", ["north", "north-officer", "nobody"])
def test_lists_searches_and_filters_show_nothing_of_another_zone(zones, who):
    foreign_lists(zones, who, 5, 1)


@pytest.mark.both
@pytest.mark.slow
@pytest.mark.parametrize("who", ["north", "north-officer", "nobody"])
def test_every_search_and_filter_of_every_list_shows_nothing_of_another_zone(zones, who):
    foreign_lists(zones, who, 1000, 1000)


def answered(client, method: str, path: str, body=None, query: dict | None = None):
    if method == "GET":
        return client.get(path, query or {})
    return client.generic(method, path, json.dumps(body or {}), content_type="application/json",
                          QUERY_STRING="&".join(f"{name}={value}" for name, value in (query or {}).items()))


def foreign_api(zones, most: int) -> int:
    client, before, tried = zones.client("north"), head().hash, 0
    for method, path in addresses.operations():
        name = path.split("/")[2]
        south = numbers(zones, "south", f"/r/{name}/")["record"]
        path = path.replace("{format}", "json")
        for number in some(south, most, "api", method, path) if "{" in path else [0]:
            text = path
            while "{" in text:
                text = text[: text.index("{")] + str(number) + text[text.index("}") + 1:]
            for query in ({"reason": "x"}, {"zone": zones.south.code, "as_of": "2022-06-30", "d1": "2020-01-01",
                                            "d2": "2023-01-01", "limit": 500}):
                response = answered(client, method, text, {"values": {"note": "x"}, "reason": "x"}, query)
                body = body_of(response)
                tried += 1
                assert response.status_code < 500, (method, text, body)
                assert MARK not in body, (method, text, body)
                if number:
                    assert response.status_code in (403, 404, 405, 422), (method, text, body[:300])
    assert head().hash == before
    return tried


def test_the_api_shows_and_changes_nothing_of_another_zone(zones):
    assert foreign_api(zones, 2) > 200


@pytest.mark.both
@pytest.mark.slow
def test_the_api_shows_and_changes_nothing_of_any_row_of_another_zone(zones):
    assert foreign_api(zones, 1000) > 200


def test_references_to_rows_of_another_zone_are_refused_alike_whether_they_are_there_or_not(zones):
    """By number, by code and by name: nothing is written, and nothing of them is said."""
    client = zones.client("north")
    before = head().hash
    for resource in owned():
        own = zones.rows["north"].get(resource.model)
        for column in resource.all_columns():
            related = column.field.related_model
            theirs = zones.of_south(related) if related is not None else None
            if related is Organisation:
                theirs = zones.south
            if theirs is None or column.read_only or related.scope_paths is None:
                continue
            texts = [str(getattr(theirs, name, "")) for name in ("code", "name")]
            for value in ({"id": theirs.record_number}, *filter(None, texts)):
                value = [value] if column.field.many_to_many else value
                sent = {"values": {column.name: value}, "reason": "x"}
                answers = [answered(client, "POST", f"/api/{resource.name}/", sent)]
                if own is not None:
                    answers.append(answered(client, "PATCH", f"/api/{resource.name}/{own.record_number}", sent))
                for response in answers:
                    body = body_of(response)
                    assert 400 <= response.status_code < 500, (resource.name, column.name, value, body)
                    echoed = json.dumps(value, ensure_ascii=False)
                    assert MARK not in body or MARK in echoed, (resource.name, column.name, value, body)
    assert head().hash == before


def test_taken_codes_say_no_name_of_another_zone(zones):
    """A code is taken in the whole installation. Whoever may not see the row learns only that."""
    client = zones.client("north")
    for resource in owned():
        theirs = zones.of_south(resource.model)
        codes = [entry.name for entry in resource.model.value_fields() if entry.unique]
        if not codes or theirs is None:
            continue
        own = zones.rows["north"][resource.model]
        code = getattr(theirs, codes[0])
        response = answered(client, "PATCH", f"/api/{resource.name}/{own.record_number}", {"values": {codes[0]: code}})
        if response.status_code == 422 and response.json()["code"] == "duplicate":
            assert "may not see" in response.json()["message"], response.json()
            left = body_of(response).replace(str(code), "")
            assert MARK not in left, left


def test_likely_duplicates_of_another_zone_are_not_told(zones):
    from guatu.enterprises.models import Enterprise

    theirs, client = zones.of_south(Enterprise), zones.client("north")
    page = client.post("/r/enterprises/new/", {"name": theirs.name, "short_name": "甲", "zone": "north"})
    body = body_of(page)
    assert theirs.code not in body.replace(theirs.name, ""), "the code of an enterprise of another zone is told"


def test_an_import_reaches_no_row_of_another_zone(zones, tmp_path):
    """Neither by record number nor by code; what is refused names only what the sheet itself says."""
    from guatu.kernel import imports
    from guatu.kernel.scope import Actor

    before = head().hash
    actor = Actor.of(zones.users["north"], "import")
    for resource in owned():
        theirs = zones.of_south(resource.model)
        if theirs is None or not actor.scope.may(resource.name, "import"):
            continue
        key = resource.match[0][0] if resource.match else "code"
        sheet = tmp_path / f"{resource.name}.csv"
        sheet.write_text(f"record,{key},note\n{theirs.record_number},{getattr(theirs, key, '')},偷\n", encoding="utf-8")
        said = imports.run(actor, resource, sheet, sheet.name)
        told = json.dumps(said, ensure_ascii=False, default=str).replace(str(getattr(theirs, key, "")), "")
        assert not said["ok"] and MARK not in told, (resource.name, said)
    assert head().hash == before
