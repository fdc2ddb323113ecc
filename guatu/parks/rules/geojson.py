"""GeoJSON files (RFC 7946) read as hostile: nothing in them is believed before it is checked.

A file as a whole is refused with a `BadGeometry`; a feature that cannot be used is left out, with the code that says why.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from guatu.parks.rules.datum import to_wgs84

MOST_BYTES = 20 * 1024 * 1024
MOST_FEATURES = 5_000
MOST_VERTICES = 400_000
MOST_PROPERTIES = 60
#: GeoJSON nests at most: collection, features, feature, geometry, coordinates, polygon, ring, position, number.
MOST_DEPTH = 12
KINDS = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}
#: Outlines with more vertices are thinned: no vertex moves by more than this many degrees, about 20 m.
MANY_VERTICES, TOLERANCE = 2_000, 0.0002
#: A self-crossing outline is mended if that changes its area by less than this share.
MENDED_SHARE = 0.001
DECIMALS = 6


class BadGeometry(Exception):
    """The file cannot be used; `code` says why, `params` which and how much."""

    def __init__(self, code: str, **params: Any):
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Feature:
    """A feature in the order of the file, counted from 1. `fault`: why it cannot be used, else `geometry` is in WGS-84."""

    number: int
    properties: dict[str, str]
    geometry: dict | None = None
    vertices: int = 0
    mended: bool = False
    simplified: bool = False
    fault: str = ""
    fault_params: dict[str, Any] | None = None


def read(content: bytes, datum: str) -> list[Feature]:
    """The features of a file. Raises BadGeometry when it is no usable GeoJSON as a whole."""
    document = _document(content)
    _named_crs(document)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list) or (len(features) == 1 and features[0].get("type") != "Feature"):
        raise BadGeometry("not_geojson")
    if not features:
        raise BadGeometry("no_features")
    if len(features) > MOST_FEATURES:
        raise BadGeometry("many_features", count=len(features), most=MOST_FEATURES)
    found, vertices = [], 0
    for number, feature in enumerate(features, start=1):
        read_feature = _feature(number, feature, datum, MOST_VERTICES - vertices)
        vertices += read_feature.vertices
        found.append(read_feature)
    return found


def _document(content: bytes) -> dict:
    if len(content) > MOST_BYTES:
        raise BadGeometry("too_large", size=len(content) // 1024 // 1024, most=MOST_BYTES // 1024 // 1024)
    _refuse_depth(content)

    def refuse(_word: str):
        raise BadGeometry("not_a_number")

    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=refuse)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadGeometry("not_json") from None
    if not isinstance(document, dict):
        raise BadGeometry("not_geojson")
    return document


TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
#: Each vertex has a pair of brackets; whatever has many more is not looked at.
MOST_BRACKETS = 5 * MOST_VERTICES


def _refuse_depth(content: bytes) -> None:
    """Looks at brackets alone, before anything is built from them."""
    brackets = TEXT.sub(b"", content).translate(None, NO_BRACKETS)
    if len(brackets) > MOST_BRACKETS:
        raise BadGeometry("many_vertices", most=MOST_VERTICES)
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise BadGeometry("too_deep", most=MOST_DEPTH)


def _named_crs(document: dict) -> None:
    """A file in metres of some projection names it in the old member `crs`; its numbers are no degrees."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name and not any(word in name.upper() for word in ("CRS84", "4326", "4490", "4979")):
        raise BadGeometry("projected", name=name[:60])


def _feature(number: int, feature: Any, datum: str, room: int) -> Feature:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Feature(number, {}, fault="no_feature")
    properties = _properties(feature.get("properties"))

    def bad(code: str, **params) -> Feature:
        return Feature(number, properties, fault=code, fault_params=params)

    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return bad("no_geometry")
    kind = geometry.get("type")
    if kind not in KINDS:
        return bad("kind", kind=str(kind)[:30], kinds=", ".join(KINDS))
    try:
        counted = sum(1 for _position in _positions(geometry.get("coordinates"), KINDS[kind]))
        if counted > room:
            raise _Bad("many_vertices", most=MOST_VERTICES)
        coordinates = _converted(geometry["coordinates"], KINDS[kind], datum)
    except _Bad as fault:
        return bad(fault.code, **fault.params)
    return _checked(number, properties, {"type": kind, "coordinates": coordinates}, counted, bad)


class _Bad(Exception):
    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


def _positions(part: Any, depth: int) -> Iterator[tuple[float, float]]:
    """The positions of coordinates nested `depth` deep, each looked at."""
    if not isinstance(part, list) or (depth and not part):
        raise _Bad("coordinates")
    if depth:
        for inner in part:
            yield from _positions(inner, depth - 1)
        return
    if not 2 <= len(part) <= 4 or any(isinstance(value, bool) or not isinstance(value, int | float) for value in part):
        raise _Bad("coordinates")
    try:
        longitude, latitude = float(part[0]), float(part[1])
    except OverflowError:
        raise _Bad("coordinates") from None
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise _Bad("coordinates")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        code = "turned" if -90 <= longitude <= 90 and -180 <= latitude <= 180 else "range"
        raise _Bad(code, longitude=longitude, latitude=latitude)
    yield longitude, latitude


def _converted(part: list, depth: int, datum: str) -> list:
    """The same nesting in WGS-84, heights left out."""
    if depth:
        return [_converted(inner, depth - 1, datum) for inner in part]
    return list(to_wgs84(float(part[0]), float(part[1]), datum))


def _checked(number: int, properties: dict, geometry: dict, vertices: int, bad) -> Feature:
    kind, mended = geometry["type"], False
    if kind in ("Polygon", "MultiPolygon"):
        polygons = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
        rings = [ring for polygon in polygons for ring in polygon]
        if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
            return bad("open_ring")
    elif kind == "LineString" and vertices < 2:
        return bad("coordinates")
    found = shape(geometry)
    if not found.is_valid:
        repaired = _areas_of(shapely.make_valid(found))
        if repaired is None or found.area == 0 or abs(repaired.area - found.area) > MENDED_SHARE * abs(found.area):
            return bad("invalid", why=shapely.is_valid_reason(found)[:120])
        found, mended = repaired, True
    if kind in ("Polygon", "MultiPolygon") and found.area == 0:
        return bad("invalid", why="Area 0")
    simplified = vertices > MANY_VERTICES
    if simplified:
        found = shapely.simplify(found, TOLERANCE, preserve_topology=True)
    rounded = shapely.set_precision(found, 10**-DECIMALS, mode="valid_output")
    if rounded.is_empty or (kind in ("Polygon", "MultiPolygon") and _areas_of(rounded) is None):
        return bad("invalid", why="too small")
    rounded = _areas_of(rounded) if kind in ("Polygon", "MultiPolygon") else rounded
    return Feature(number, properties, _plain(mapping(rounded)), vertices, mended, simplified)


def _areas_of(found):
    """The areas of a geometry as one Polygon or MultiPolygon; None when it has none."""
    parts = [part for part in getattr(found, "geoms", [found]) if part.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [polygon for part in parts for polygon in getattr(part, "geoms", [part]) if polygon.area]
    if not polygons:
        return None
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _plain(value: Any) -> Any:
    """Lists and rounded numbers, as JSON gives them back."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def _properties(found: Any) -> dict[str, str]:
    """Texts and numbers by name, as text; everything else in a feature's properties is left aside."""
    if not isinstance(found, dict):
        return {}
    plain = {
        str(name)[:60]: str(value).strip()[:200]
        for name, value in list(found.items())[:MOST_PROPERTIES]
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
    return {name: value for name, value in plain.items() if value}


def is_kept(geometry: Any) -> bool:
    """Whether a geometry is one that `read` could have given: what the house keeps, through whatever door it comes."""
    if not isinstance(geometry, dict) or set(geometry) != {"type", "coordinates"} or geometry["type"] not in KINDS:
        return False
    try:
        count = sum(1 for _position in _positions(geometry["coordinates"], KINDS[geometry["type"]]))
        return count <= MOST_VERTICES and shape(geometry).is_valid
    except (_Bad, ValueError, shapely.errors.ShapelyError):
        return False


def label_point(geometry: dict) -> tuple[float, float]:
    """A position inside the geometry, for its name."""
    point = shape(geometry).representative_point()
    return round(point.x, DECIMALS), round(point.y, DECIMALS)


def bounds(geometry: dict) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    return shape(geometry).bounds


def area(geometry: dict) -> float:
    """In square degrees; only for putting the large below the small."""
    return shape(geometry).area
