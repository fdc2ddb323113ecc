"""GeoJSON as an attacker or a tired clerk would send it."""

import json
import random

import pytest

from guatu.parks.rules import geojson
from guatu.parks.rules.geojson import BadGeometry, read

SQUARE = [[120.0, 36.0], [120.1, 36.0], [120.1, 36.1], [120.0, 36.1], [120.0, 36.0]]


def feature(coordinates, kind="Polygon", **properties) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features, **more) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def test_a_plain_file_is_read():
    found, = read(collection(feature([SQUARE], code="qda", n=3, nested={"a": 1}, flag=True)), "wgs84")
    assert found.fault == "" and found.properties == {"code": "qda", "n": "3"}
    assert found.geometry["type"] == "Polygon" and found.vertices == 5
    assert set(map(tuple, found.geometry["coordinates"][0])) == set(map(tuple, SQUARE))
    assert geojson.is_kept(found.geometry)


def test_gcj02_is_brought_back_and_heights_are_left_out():
    found, = read(collection(feature([121.531541859215, 31.17530398364597, 12.0], "Point", name="x")), "gcj02")
    assert found.geometry == {"type": "Point", "coordinates": [121.527211, 31.177428]}


@pytest.mark.parametrize(("content", "code"), [
    (b"", "not_json"), (b"\xff\xfe\x00", "not_json"), (b"{", "not_json"), (b"[1]", "not_geojson"), (b"{}", "not_geojson"),
    (b'{"type": "FeatureCollection", "features": []}', "no_features"),
    (b'{"type": "FeatureCollection", "features": 7}', "not_geojson"),
    (b"[" * 100_000, "too_deep"),
    (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
    (collection(feature([SQUARE])).replace(b"120.0", b"NaN", 1), "not_a_number"),
    (collection(feature([SQUARE])).replace(b"120.0", b"9" * 6000, 1), "not_json"),
    (collection(feature([SQUARE]), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), "projected"),
    (collection(*[feature([0, 0], "Point")] * 5001), "many_features"),
    (b" " * (geojson.MOST_BYTES + 1), "too_large"),
    (b"[]" * 3_000_000, "many_vertices"),
])
def test_files_that_are_refused_as_a_whole(content, code):
    with pytest.raises(BadGeometry) as refused:
        read(content, "wgs84")
    assert refused.value.code == code


@pytest.mark.parametrize(("broken", "fault"), [
    ("text", "no_feature"),
    ({"type": "Feature", "properties": {}, "geometry": None}, "no_geometry"),
    (feature([SQUARE], "Sphere"), "kind"),
    ({"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": []}}, "kind"),
    (feature([], "Polygon"), "coordinates"), (feature("x", "Point"), "coordinates"), (feature([1], "Point"), "coordinates"),
    (feature([True, 1], "Point"), "coordinates"), (feature([["a", "b"]], "LineString"), "coordinates"),
    (feature([[1, 1]], "LineString"), "coordinates"), (feature([10**400, 1], "Point"), "coordinates"),
    (feature([500000.0, 4000000.0], "Point"), "range"), (feature([36.0, 120.0], "Point"), "turned"),
    (feature([SQUARE[:3]]), "open_ring"), (feature([SQUARE[:4]]), "open_ring"),
    (feature([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "invalid"), (feature([[[0, 0]] * 5]), "invalid"),
])
def test_features_that_are_left_out_with_a_reason(broken, fault):
    good, bad = read(collection(feature([SQUARE], code="a"), broken), "wgs84")
    assert good.fault == "" and (bad.fault, bad.geometry) == (fault, None)


def test_a_tiny_self_crossing_is_mended_and_said():
    ring = [*SQUARE[:2], [120.1, 36.05], [120.10001, 36.05], [120.1, 36.05], *SQUARE[2:]]
    found, = read(collection(feature([ring], code="a")), "wgs84")
    assert found.fault == "" and geojson.is_kept(found.geometry)


def test_many_vertices_are_thinned():
    chance = random.Random(1)
    edge = [[120 + n * 0.0001, 36 + chance.random() * 0.00001] for n in range(3000)]
    ring = [*edge, [120.3, 35.0], [120.0, 35.0], edge[0]]
    found, = read(collection(feature([ring], code="a")), "wgs84")
    assert found.simplified and len(found.geometry["coordinates"][0]) < 100 and found.vertices == 3003


def test_too_many_vertices_in_all(monkeypatch):
    monkeypatch.setattr(geojson, "MOST_VERTICES", 12)
    first, second, third = read(collection(*[feature([SQUARE], code=n) for n in "abc"]), "wgs84")
    assert (first.fault, second.fault, third.fault) == ("", "", "many_vertices")


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_never_raises_anything_else(seed):
    chance = random.Random(seed)
    content = bytearray(collection(feature([SQUARE], code="a"), feature([1, 2], "Point", name="b")))
    for _place in range(chance.randrange(1, 12)):
        content[chance.randrange(len(content))] = chance.choice(b'[]{}",:0-9eE.\\ntru\x00\xff')
    try:
        for found in read(bytes(content), "gcj02"):
            assert bool(found.fault) != bool(found.geometry)
    except BadGeometry:
        pass


def test_what_is_kept_is_checked_again_at_every_door():
    assert not geojson.is_kept({"type": "Point", "coordinates": [200, 0]})
    assert not geojson.is_kept({"type": "Polygon", "coordinates": [SQUARE[:2]]})
    assert not geojson.is_kept({"type": "Point", "coordinates": [0, 0], "bbox": []})
    assert not geojson.is_kept("POINT(0 0)")
