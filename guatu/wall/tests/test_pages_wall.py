"""The wall's page: fragment, history, moods, empty days, refusals, and a constant number of queries."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guatu.kernel import actions
from guatu.kernel.models import Organisation, User
from guatu.projects.tests.world import member
from guatu.wall.tests.world import wall_world

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
BOARD = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "board"}


@pytest.fixture
def leader(system, client):
    world = wall_world(system)
    client.force_login(member(system, "boss", "leader", Organisation.everything.get(code="city")))
    return world


def test_the_page_and_its_board(leader, client):
    page = client.get("/wall/?as_of=2022-06-30").content.decode()
    assert 'id="strip"' in page and 'id="board"' in page and "2022年6月30日" in page
    answer = client.get("/wall/?as_of=2022-06-30", **BOARD)
    board = answer.content.decode()
    assert board.startswith('<div class="board"') and "<html" not in board and 'hx-swap-oob="true"' in board
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(("asked", "header"), [("push", "HX-Push-Url"), ("replace", "HX-Replace-Url")])
def test_the_browser_is_told_which_address_the_board_has(leader, client, asked, header):
    answer = client.get("/wall/?as_of=2022-06-30&zone=z1", HTTP_X_WALL_HISTORY=asked, **BOARD)
    assert answer[header] == "/wall/?as_of=2022-06-30&zone=z1"


def test_moods_and_the_hung_wall(leader, client):
    assert 'data-bs-theme="dark"' in client.get("/wall/?mood=dark").content.decode()
    assert 'data-bs-theme="light"' in client.get("/wall/?mood=paper").content.decode()
    hung = client.get("/wall/?hang=1&mood=dark").content.decode()
    assert "data-hung" in hung and 'class="side"' not in hung and "data-follows-today" in hung
    assert "data-follows-today" not in client.get("/wall/?hang=1&as_of=2022-06-30").content.decode()


def test_before_the_first_fact_the_page_says_so(leader, client):
    assert "还没有任何项目有已知阶段" in client.get("/wall/?as_of=2001-01-01").content.decode()


@pytest.mark.parametrize("address", ["/wall/?as_of=junk", "/wall/?since=junk", "/wall/days/?as_of=2022-13-40",
                                     "/wall/?known_at=yesterday"])
def test_what_cannot_be_read_is_refused_in_a_sentence(leader, client, address):
    answer = client.get(address)
    assert answer.status_code == 422 and "。" in answer.content.decode()


@pytest.mark.parametrize("address", [
    "/wall/?zone=nowhere", "/wall/rows/", "/wall/rows/?stage=flying", "/wall/rows/?chain=nothing", "/wall/rows/?part=nowhere",
    "/wall/rows/?stage=signed&list=sixth"])
def test_unknown_names_are_not_found(leader, client, address):
    assert client.get(address).status_code == 404


def test_whoever_sees_no_project_sees_no_wall(system, client):
    wall_world(system, 3)
    client.force_login(User.everything.get(pk=actions.create(system, User, {"username": "nobody", "name": "谁"}).pk))
    for address in ("/wall/", "/wall/days/", "/wall/rows/?stage=signed", "/wall/geometry.json", "/wall/geometry/"):
        assert client.get(address).status_code == 403, address


def test_marks_do_not_move_with_the_day(leader, client):
    def places(day):
        drawings = client.get(f"/wall/?as_of={day}").context["board"].drawings
        return {mark.url.split("?")[0]: (mark.x, round(mark.y)) for _name, drawing in drawings[:1]
                for sheet in drawing.sheets for mark in sheet.marks}

    first = places("2022-01-01")
    assert len(first) == 24 and first == places("2022-06-30") == places("2023-05-05")


def test_the_strip(leader, client):
    answer = client.get("/wall/days/?as_of=2022-06-30")
    assert answer.context["strip"].first == date(2021, 1, 1) and answer.context["strokes"]
    assert f'value="{(date(2022, 6, 30) - date(1970, 1, 1)).days}"' in answer.content.decode()
    narrower = client.get("/wall/days/?as_of=2022-06-30&zone=z1")
    assert len(narrower.context["strokes"]) < len(answer.context["strokes"])


def test_what_was_not_known_yet_is_left_out(leader, client, system):
    from guatu.kernel.recording import head

    known = head().instant.isoformat()
    before = client.get("/wall/", {"as_of": "2022-06-30", "known_at": known}).context["board"]
    shown = (before.total, before.lights.totals, before.funnel, [item["count"] for item in before.due_windows])
    for project in leader.projects[::2]:
        actions.change(system, project, {"investment": Decimal(5)}, correction=True, valid_on=date(2022, 1, 1))
    after = client.get("/wall/", {"as_of": "2022-06-30", "known_at": known}).context["board"]
    assert shown == (after.total, after.lights.totals, after.funnel, [item["count"] for item in after.due_windows])
    assert client.get("/wall/?as_of=2022-06-30").context["board"].total != before.total


def test_more_projects_cost_no_more_queries(system, client):
    wall_world(system, 6)
    client.force_login(member(system, "boss", "leader", Organisation.everything.get(code="city")))
    counts = []
    for size in (6, 40):
        if size > 6:
            from guatu.kernel.changes import Change
            from guatu.projects.models import Project

            zone = Organisation.everything.get(code="z1")
            actions.write(system, [Change("create", Project, {"code": f"q{n}", "name": f"新{n}", "zone": zone.pk}) for n in range(size)])
        client.get("/wall/?as_of=2022-05-05", **BOARD)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/wall/?as_of=2022-06-30", **BOARD).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1 <= 60  # the one more: the worst lights of projects that are not red or yellow


def test_above_six_hundred_the_map_shows_counts(leader, client, monkeypatch):
    from guatu.wall.queries import zones

    monkeypatch.setattr(zones, "MOST_MARKS", 5)
    (_name, drawing), _tall = client.get("/wall/?as_of=2022-06-30").context["board"].drawings
    leaves = [sheet for sheet in drawing.sheets if not sheet.is_frame and sheet.count]
    assert leaves and all(sheet.shares is not None and not sheet.marks for sheet in leaves)


def test_the_real_map_has_only_loaded_geometry(leader, client):
    answer = client.get("/wall/geometry.json?as_of=2022-06-30")
    assert json.loads(answer.content) == {"type": "FeatureCollection", "features": []}
    assert "real-map" not in client.get("/wall/?map=real").content.decode()
