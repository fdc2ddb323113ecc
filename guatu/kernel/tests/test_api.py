"""The JSON API: who may call it, rows, paging, feeds, writes, and no fault of the program whatever is sent."""

import io
import json
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from django.test import Client
from django.urls import path

from guatu.kernel import actions
from guatu.kernel.models import ApiToken, Organisation, Recording, Source
from guatu.kernel.recording import head
from guatu.kernel.registry import resources
from guatu.kernel.web.api import api
from guatu.kernel.web.schemas import page_schema, row_schema
from guatu.projects.models import Project, StageEvent
from guatu.projects.tests.world import build, member

urlpatterns = [path("api/", api.urls)]
pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.urls(__name__)]


@pytest.fixture
def world(system):
    return build(system, 12)


@pytest.fixture
def admin(system, world):
    return logged_in(member(system, "admin", "administrator", Organisation.everything.get(code="city")))


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, method: str, address: str, body=None, **extra):
    return client.generic(method.upper(), address, json.dumps(body), content_type="application/json", **extra)


@cache
def addresses() -> list[str]:
    """Every address of the API, with a record number where one is wanted."""
    found = ["/api/openapi.json"]
    for address in api.get_openapi_schema(path_prefix="/api/")["paths"]:
        found.append(address.replace("{record}", "1").replace("{format}", "csv"))
    return found


# -- who ---------------------------------------------------------------------------------------------------------------


def test_nobody_gets_anything_without_logging_in(world):
    client = Client()
    tried = 0
    for address in [*addresses(), "/api/nothing/here"]:
        for method in ("get", "post", "patch", "delete"):
            response = send(client, method, address, {})
            assert response.status_code in (401, 405), (method, address)
            assert response.status_code == 405 or response.json()["code"] == "not_logged_in"
            tried += 1
    assert tried > 250


def test_a_key_calls_until_it_is_revoked(system, world):
    user = member(system, "reader", "inspector", world.zones[0])
    token, key = ApiToken.new(user, "报表")
    client = Client()
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    assert client.get("/api/projects/", **bearer).status_code == 200
    token.refresh_from_db()
    first_use = token.last_used_at
    assert first_use is not None
    client.get("/api/projects/", **bearer)
    token.refresh_from_db()
    assert token.last_used_at == first_use
    for wrong in ("", key[:-1], key + "x", token.digest, "x" * 5000, "\x00", "中文"):
        assert client.get("/api/projects/", HTTP_AUTHORIZATION=f"Bearer {wrong}").status_code == 401
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get("/api/projects/", **bearer).status_code == 401
    user.is_active = True
    user.save(update_fields=["is_active"])
    ApiToken.objects.update(revoked_at=first_use)
    assert client.get("/api/projects/", **bearer).status_code == 401
    assert client.get("/api/openapi.json", **bearer).status_code == 401


def test_a_session_writes_only_with_its_csrf_token(system, world):
    user = member(system, "boss", "administrator", Organisation.everything.get(code="city"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.get("/api/sources/").status_code == 200
    refused = send(client, "post", "/api/sources/", {"values": {"code": "n", "title": "新"}})
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    assert not Source.everything.filter(code="n").exists()
    client.cookies["csrftoken"] = "a" * 32
    taken = send(client, "post", "/api/sources/", {"values": {"code": "n", "title": "新"}}, HTTP_X_CSRFTOKEN="a" * 32)
    assert taken.status_code == 201


def test_rows_of_others_are_not_there(system, world):
    client = logged_in(member(system, "zone1", "chain_office", world.zones[0]))
    mine = {row["record"] for row in client.get("/api/projects/?limit=500").json()["items"]}
    assert mine == {project.pk for project in world.projects if project.zone_id == world.zones[0].pk}
    other = next(project for project in world.projects if project.zone_id == world.zones[1].pk)
    assert client.get(f"/api/projects/{other.pk}").status_code == 404
    assert client.get(f"/api/projects/{other.pk}/history").status_code == 404
    assert send(client, "patch", f"/api/projects/{other.pk}", {"values": {"name": "偷"}}).status_code == 404
    assert client.delete(f"/api/projects/{other.pk}?reason=x").status_code == 404
    # Nor can a row be given to, or taken from, an organisation out of reach.
    own = next(iter(mine))
    away = send(client, "patch", f"/api/projects/{own}", {"values": {"zone": {"id": world.zones[1].pk}}})
    assert away.status_code in (403, 422)
    assert Project.everything.get(pk=own).zone_id == world.zones[0].pk
    assert {row["record"] for row in client.get("/api/projects/?changed_since=0&limit=500").json()["items"]} == mine


# -- rows --------------------------------------------------------------------------------------------------------------


def test_rows_are_what_their_schema_says(admin, world):
    schema = admin.get("/api/openapi.json").json()
    assert schema["openapi"].startswith("3")
    for name, resource in resources().items():
        response = admin.get(f"/api/{name}/?limit=5&count=true")
        assert response.status_code == 200, (name, response.content)
        page = page_schema(resource).model_validate(response.json())
        assert page.count >= len(page.items)
        for item in response.json()["items"]:
            one = admin.get(f"/api/{name}/{item['record']}")
            assert one.status_code == 200 and one.json() == item
            row_schema(resource).model_validate(item)


def test_references_and_amounts(admin, world):
    row = admin.get(f"/api/projects/{world.projects[3].pk}").json()
    assert row["zone"] == {"id": world.zones[1].pk, "reference": "z2"}
    assert (row["investment"], row["currency"]) == (3_000_000, "USD")
    assert row["batch"]["reference"] == "p01"
    assert (
        world.projects[0].investment is None
        and admin.get(f"/api/projects/{world.projects[0].pk}").json()["investment"] is None
    )


@pytest.mark.parametrize("sort", ["", "-code", "investment", "-investment", "zone", "jobs"])
def test_pages_by_cursor_hold_every_row_once(admin, world, sort):
    seen, cursor = [], ""
    while cursor is not None:
        page = admin.get("/api/projects/", {"limit": 5, "cursor": cursor, "sort": sort}).json()
        seen += [row["record"] for row in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == len(world.projects)
    if sort == "-code":
        assert seen == [project.pk for project in reversed(world.projects)]


def test_filters_and_search(admin, world):
    by_code = admin.get("/api/projects/?zone=z1&count=1").json()
    by_id = admin.get(f"/api/projects/?zone={world.zones[0].pk}&count=1").json()
    assert by_code["count"] == by_id["count"] == 6
    assert [row["code"] for row in admin.get("/api/projects/?q=项目11").json()["items"]] == ["p11"]
    assert admin.get("/api/projects/?zone=nowhere").json()["items"] == []


def test_values_as_of_a_day(system, admin, world):
    project = world.projects[2]
    actions.change(system, Project.everything.get(pk=project.pk), {"name": "后来的名字"}, valid_on=date(2023, 1, 1))
    address = f"/api/projects/{project.pk}"
    assert admin.get(address).json()["name"] == "后来的名字"
    assert admin.get(f"{address}?as_of=2022-12-31").json()["name"] == "项目2"
    names = {
        row["record"]: row["name"] for row in admin.get("/api/projects/?as_of=2022-12-31&limit=500").json()["items"]
    }
    assert names[project.pk] == "项目2" and len(names) == 12
    early = admin.get("/api/stage_events/?as_of=2021-06-30&limit=500").json()["items"]
    assert {row["record"] for row in early} == set(
        StageEvent.everything.filter(counts_from__lte=date(2021, 6, 30), superseded_by=None).values_list(
            "lineage", flat=True
        )
    )
    assert admin.get("/api/projects/?as_of=0001-01-01").status_code == 422


def test_the_feed_tells_what_was_recorded_since_also_withdrawals(system, admin, world):
    since = admin.get("/api/projects/?limit=1").json()["recording"]
    assert admin.get(f"/api/projects/?changed_since={since}").json()["items"] == []
    project = actions.change(system, Project.everything.get(pk=world.projects[4].pk), {"jobs": 5})
    gone = actions.create(system, Project, {"code": "x", "name": "误录", "zone": world.zones[0].pk})
    actions.withdraw(system, Project.everything.get(pk=gone.pk), "误录")
    fed = admin.get(f"/api/projects/?changed_since={since}&limit=1").json()
    assert [(row["record"], row["withdrawn"]) for row in fed["items"]] == [(project.pk, False)]
    rest = admin.get("/api/projects/", {"changed_since": since, "limit": 1, "cursor": fed["next"]}).json()
    assert [(row["record"], row["withdrawn"]) for row in rest["items"]] == [(gone.pk, True)]
    assert rest["next"] is None and rest["recording"] == head().number
    event = StageEvent.everything.filter(superseded_by=None).first()
    since = head().number
    actions.change(system, event, {"note": "更正"})
    fed = admin.get(f"/api/stage_events/?changed_since={since}").json()["items"]
    assert [(row["record"], row["note"]) for row in fed] == [(event.lineage, "更正")]


# -- writes ------------------------------------------------------------------------------------------------------------


def test_create_change_withdraw_and_history(admin, world):
    made = send(
        admin,
        "post",
        "/api/projects/",
        {
            "values": {
                "code": "new",
                "name": "新项目",
                "zone": "z1",
                "chain": {"id": world.chains[0].pk},
                "investment": "1234567890123.45",
                "land_area_m2": 666.67,
                "jobs": 3,
                "investors": [],
            },
            "reason": "首次登记",
        },
    )
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["zone"]["reference"], row["land_area_m2"]) == ("z1", 666.67)
    assert Project.everything.get(code="new").investment == Decimal("1234567890123.45")
    address = f"/api/projects/{row['record']}"
    changed = send(
        admin, "patch", address, {"values": {"investment": 5}, "planned_at": row["recording"], "reason": "核减"}
    )
    assert (changed.status_code, changed.json()["investment"], changed.json()["name"]) == (200, 5, "新项目")
    stale = send(admin, "patch", address, {"values": {"investment": 6}, "planned_at": row["recording"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    same = send(admin, "patch", address, {"values": {"investment": 5}})
    assert same.status_code == 200 and same.json() == changed.json()
    entries = admin.get(f"{address}/history").json()["items"]
    assert [entry["verb"] for entry in entries] == ["projects.project.changed", "projects.project.created"]
    assert entries[0]["changes"]["reason"] == [None, "核减"] and entries[0]["channel"] == "api"
    assert admin.delete(address).status_code == 422
    assert admin.delete(f"{address}?reason=误录").status_code == 200
    assert admin.get(address).status_code == 404


def test_a_day_with_its_precision(admin, world):
    made = send(
        admin,
        "post",
        "/api/stage_events/",
        {"values": {"project": "p00", "event": "signed", "valid_on": "2022-06", "basis": "history", "source": "s"}},
    )
    assert made.status_code == 201, made.content
    assert (made.json()["valid_on"], made.json()["precision"]) == ("2022-06-30", "month")
    finer = send(admin, "patch", f"/api/stage_events/{made.json()['record']}", {"values": {"valid_on": "2022-06-21"}})
    assert (finer.json()["valid_on"], finer.json()["precision"], finer.json()["record"]) == (
        "2022-06-21",
        "day",
        made.json()["record"],
    )


def test_every_refusal_names_its_field_and_writes_nothing(admin, world):
    before = Recording.objects.count()
    for values, field in [
        ({"name": "无区"}, "zone"),
        ({"name": "甲", "zone": "z9"}, "zone"),
        ({"name": "甲", "zone": {"id": 3}}, "zone"),
        ({"name": "甲", "zone": "z1", "category": "nonsense"}, "category"),
        ({"name": "", "zone": "z1"}, "name"),
        ({"name": "甲", "zone": "z1", "investment": -1}, "investment"),
        ({"name": "甲", "zone": "z1", "code": "p00"}, "code"),
        ({"name": "甲", "zone": "z1", "investment": 1e25}, "investment"),
        ({"name": "甲\x00", "zone": "z1"}, "name"),
        ({"name": "甲", "zone": "z1", "jobs": 1 << 70}, "jobs"),
    ]:
        refused = send(admin, "post", "/api/projects/", {"values": values})
        assert refused.status_code in (403, 422), (values, refused.content)
        assert refused.json()["field"] == field and refused.json()["message"], (values, refused.json())
    unknown = send(admin, "post", "/api/projects/", {"values": {"nmae": "甲"}})
    assert unknown.status_code == 422 and "nmae" in unknown.json()["field"]
    assert Recording.objects.count() == before


# -- apps' endpoints, exports ----------------------------------------------------------------------------------------


def test_lists_lights_and_head(system, admin, world):
    lists = admin.get("/api/projects/five-lists?as_of=2022-06-30&zone=z1").json()
    assert lists["zone"] == "z1" and set(lists["lists"]) >= {"negotiating", "under_construction"}
    assert set(admin.get("/api/projects/difference?d1=2021-06-30&d2=2022-06-30").json()) == {"entered", "left"}
    assert isinstance(admin.get("/api/projects/lights?as_of=2022-06-30").json(), list)
    assert admin.get("/api/audit/head").json()["number"] == head().number
    assert admin.get("/api/projects/five-lists?zone=nowhere").status_code == 404
    assert admin.get("/api/projects/five-lists?known_at=2999-01-01").status_code == 422
    nobody = logged_in(actions.create(system, type(world.officers[0]), {"username": "nobody", "name": "无"}))
    for address in ("/api/projects/five-lists", "/api/projects/lights", "/api/projects/", "/api/audit/head"):
        assert nobody.get(address).status_code == 403


def test_an_export_holds_the_rows_of_the_list(admin, world):
    for form in ("csv", "json", "xlsx"):
        response = admin.get(f"/api/projects/export.{form}")
        assert response.status_code == 200 and len(b"".join(response.streaming_content)) > 500
    text = b"".join(admin.get("/api/projects/export.csv").streaming_content).decode("utf-8-sig")
    assert len(list(io.StringIO(text))) == 1 + len(world.projects)
    assert admin.get("/api/projects/export.pdf").status_code == 422
