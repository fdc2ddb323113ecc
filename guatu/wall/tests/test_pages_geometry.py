"""Loading geometry: checked first, then recorded with its file and source; refused in sentences."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guatu.kernel.models import Document, Organisation, Source
from guatu.parks.models import ZoneGeometry
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
GCJ_SHANGHAI = [121.531541859215, 31.17530398364597]


def square(x: float, y: float, size: float = 0.1) -> list:
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


def upload(*features, name: str = "zones.geojson") -> SimpleUploadedFile:
    content = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
        for properties, kind, coordinates in features]}
    return SimpleUploadedFile(name, json.dumps(content).encode())


TWO = [({"code": "z1"}, "Polygon", square(120, 36)), ({"code": "区2"}, "Point", GCJ_SHANGHAI), ({"code": "elsewhere"}, "Point", [1, 2]),
       ({"other": "z1"}, "Point", [1, 2])]


@pytest.fixture
def administrator(system, client):
    world = build(system, 6)
    client.force_login(member(system, "admin", "administrator", Organisation.everything.get(code="city")))
    return world


def check(client, *features, **form):
    return client.post("/wall/geometry/", {"file": upload(*features), "datum": "gcj02", "title": "规划局边界", **form})


def test_a_file_is_checked_and_then_loaded(administrator, client):
    answer = check(client, *TWO)
    report = answer.context["report"]
    assert [row.zone.code for row in report.found] == ["z1", "z2"] and report.property == "code"
    assert [number for number, _sentence in report.left_out] == [3, 4]
    assert "elsewhere" in report.left_out[0][1] and not ZoneGeometry.everything.exists()
    answer = client.post("/wall/geometry/", {"kept": "1", "load": "1", "datum": "gcj02", "title": "规划局边界", "property": "code"})
    assert answer.status_code == 302
    rows = {row.organisation.code: row for row in ZoneGeometry.everything.select_related("organisation", "source")}
    assert set(rows) == {"z1", "z2"}
    assert rows["z2"].geometry == {"type": "Point", "coordinates": [121.527211, 31.177428]}
    assert rows["z1"].datum == "gcj02" and rows["z1"].source.title == "规划局边界"
    document = Document.everything.get(subject_id=rows["z1"].source.pk)
    assert document.content_type == "application/geo+json" and document.file_name == "zones.geojson"
    features = json.loads(client.get("/wall/geometry.json?as_of=2022-06-30").content)["features"]
    assert [feature["properties"]["name"] for feature in features] == ["区1", "区2"]
    assert all("as_of=2022-06-30" in feature["properties"]["url"] for feature in features)
    for feature in features:
        board = client.get(feature["properties"]["url"]).context["board"]
        assert board.shows_real and board.total.projects == feature["properties"]["projects"]


def load(client, *features) -> None:
    check(client, *features)
    assert client.post(
        "/wall/geometry/", {"kept": "1", "load": "1", "datum": "gcj02", "title": "t"}).status_code == 302


def test_the_same_file_again_changes_nothing_and_another_replaces(administrator, client):
    load(client, *TWO)
    load(client, *TWO)
    assert ZoneGeometry.everything.count() == 2 and Source.everything.filter(code__startswith="geo-").count() == 1
    load(client, ({"code": "z1"}, "Polygon", square(121, 37)))
    assert ZoneGeometry.everything.get(organisation__code="z1").geometry["coordinates"][0][0][0] > 120.9


@pytest.mark.parametrize(("form", "words"), [
    ({"datum": ""}, "坐标的基准"), ({"datum": "mars"}, "坐标的基准"), ({"title": ""}, "出处"), ({"file": ""}, "先选择"),
])
def test_what_the_form_must_say(administrator, client, form, words):
    assert words in check(client, *TWO, **form).content.decode()
    assert not ZoneGeometry.everything.exists()


def test_hostile_files_are_refused_in_a_sentence(administrator, client):
    for name, content, words in [
        ("a.geojson", b"[" * 5000, "嵌套"), ("a.geojson", b"\x00\x01", "JSON"), ("a.exe", b"{}", ".geojson"),
        ("../../etc/passwd.geojson", b"{}", "passwd.geojson"), ("a.geojson", b"[" + b"1," * 100 + b"1]", "GeoJSON"),
    ]:
        answer = client.post("/wall/geometry/", {
            "file": SimpleUploadedFile(name, content), "datum": "wgs84", "title": "t"})
        assert answer.status_code == 200 and words in answer.context["error"], name
    assert not ZoneGeometry.everything.exists() and not Document.everything.exists()


def test_two_features_for_one_zone_are_left_out(administrator, client):
    report = check(client, ({"code": "z1"}, "Point", [120, 36]), ({"code": "区1"}, "Point", [121, 36])).context["report"]
    assert not report.found and len(report.left_out) == 2


def test_only_those_who_may_load_it_open_the_page(system, client):
    world = build(system, 3)
    client.force_login(member(system, "boss", "leader", world.zones[0]))
    assert client.get("/wall/geometry/").status_code == 403
    assert client.post("/wall/geometry/", {"kept": "1", "load": "1"}).status_code == 403


def test_an_administrator_of_one_zone_cannot_load_another(system, client):
    world = build(system, 3)
    client.force_login(member(system, "own", "administrator", world.zones[0]))
    assert [row.zone.code for row in check(client, *TWO).context["report"].found] == ["z1"]
