"""Why a GeoJSON file, or a feature of it, cannot be used: in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty
from guatu.parks.queries import Matched
from guatu.parks.rules.geojson import BadGeometry


def file_fault(name: str, fault: BadGeometry) -> Faulty:
    """The refusal of a whole file."""
    words = {"file": name[:80], **fault.params}
    sentence = {
        "too_large": _("“%(file)s” has %(size)s MB, but at most %(most)s MB are read. Thin the outlines and save it again."),
        "too_deep": _("“%(file)s” nests deeper than GeoJSON does (%(most)s levels). Save it again as GeoJSON."),
        "many_vertices": _("“%(file)s” has more than %(most)s vertices. Thin the outlines and save it again."),
        "many_features": _("“%(file)s” has %(count)s features, but at most %(most)s are read. Keep the zones only."),
        "not_a_number": _("“%(file)s” holds NaN or Infinity, which are no coordinates. Save it again as GeoJSON."),
        "not_json": _("“%(file)s” cannot be read as JSON: it is damaged or of another kind. Save it again as GeoJSON."),
        "not_geojson": _("“%(file)s” is JSON, but no GeoJSON: it has no features. Save it again as GeoJSON."),
        "no_features": _("“%(file)s” holds no feature. Choose the file with the outlines of the zones."),
        "projected": _(
            "The coordinates of “%(file)s” are in “%(name)s”, not in degrees. Save it again in longitude and latitude."),
    }[fault.code]
    return Faulty(f"geometry_{fault.code}", sentence % words, "file")


def row_fault(row: Matched) -> str:
    """Why a feature was left out."""
    words = {"text": row.text[:60], **(row.feature.fault_params or {})}
    return {
        "no_feature": _("It is no GeoJSON feature."),
        "no_geometry": _("It has no geometry."),
        "kind": _("Its geometry is a %(kind)s; used are %(kinds)s."),
        "coordinates": _("Its coordinates are not pairs of numbers."),
        "range": _("The position %(longitude)s, %(latitude)s lies outside the globe: the numbers are no degrees."),
        "turned": _("The position %(longitude)s, %(latitude)s has latitude first. GeoJSON writes longitude first."),
        "open_ring": _("A ring of its outline is not closed, or has fewer than four positions."),
        "invalid": _("Its outline crosses itself or encloses nothing: %(why)s."),
        "many_vertices": _("With it the file has more than %(most)s vertices."),
        "no_property": _("It has no property “%(text)s”."),
        "no_zone": _("No zone here has the code or the name “%(text)s”."),
        "several_zones": _("Several zones here are called “%(text)s”; use their codes."),
        "twice": _("Two features name the zone “%(text)s”; nobody can say which is meant."),
    }[row.fault] % words
