"""Real geometry: the page on which an administrator loads GeoJSON, and the data from which the real map is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.contrib import messages
from django.core.files import File
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guatu.kernel import uploads
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.registry import resource
from guatu.kernel.web.session import actor_of, scope_of
from guatu.parks import actions
from guatu.parks import queries as parks
from guatu.parks.choices import DATUMS
from guatu.parks.rules import geojson
from guatu.parks.rules.geojson import BadGeometry
from guatu.projects.pages import asked as addresses
from guatu.wall import queries
from guatu.wall.pages.geometry_words import file_fault, row_fault

KEPT = "wall_geometry"
#: Of the features that were left out the page names so many.
NAMED_FAULTS = 60


@dataclass(frozen=True)
class Choice:
    """What the form says about a file."""

    file_name: str = ""
    path: str = ""
    datum: str = ""
    kind: str = ""
    property: str = ""
    title: str = ""
    publisher: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def geometry_page(request):
    """First a file is checked, and the page says which zones it found; then it is loaded, or another is chosen."""
    scope = scope_of(request)
    scope.require("zone_geometries", "add")
    choice, report, error = Choice(), None, ""
    if request.method == "POST":
        try:
            choice = _again(request) if request.POST.get("kept") else _uploaded(request)
            report = _report(scope, choice)
            if "load" in request.POST:
                return _load(request, choice, report)
            request.session[KEPT] = choice.__dict__
        except Refused as refused:
            error = str(refused)
    return render(request, "wall/geometry.html", {
        "choice": choice,
        "report": report,
        "error": error,
        "datums": DATUMS,
        "kinds": resource("zones").column("kind").options(),
        "zones": _present(scope),
        "most_bytes": geojson.MOST_BYTES // 1024 // 1024,
        "named_faults": NAMED_FAULTS,
    })


def _uploaded(request) -> Choice:
    upload = request.FILES.get("file")
    if upload is None:
        raise Faulty("file_missing", _("Choose a GeoJSON file first."), "file")
    if not upload.name.lower().endswith((".geojson", ".json")):
        raise Faulty("file_kind", _("“%s” is not a GeoJSON file. Choose one whose name ends in .geojson or .json.")
                     % upload.name[:80], "file")
    if upload.size > geojson.MOST_BYTES:
        raise file_fault(upload.name, BadGeometry(
            "too_large", size=upload.size // 1024 // 1024, most=geojson.MOST_BYTES // 1024 // 1024))
    return _chosen(request, upload.name[:120], uploads.keep(upload).name)


def _again(request) -> Choice:
    """The file checked before, with what the form says now."""
    kept = Choice(**request.session.get(KEPT, {}))
    if not kept.path or not (uploads.folder() / kept.path).is_file():
        raise Faulty("file_gone", _("The file that was checked is no longer kept. Choose it again."), "file")
    return _chosen(request, kept.file_name, kept.path)


def _chosen(request, file_name: str, path: str) -> Choice:
    def word(name: str) -> str:
        return request.POST.get(name, "").strip()[:200]

    if word("datum") not in dict(DATUMS):
        raise Faulty("datum", _("Say in which datum the coordinates of the file are. Who gave you the file knows; "
                                "files drawn over Chinese web maps are GCJ-02."), "datum")
    if not word("title"):
        raise Faulty("title", _("Say where the file comes from, so that the geometry has a source."), "title")
    return Choice(Path(file_name.replace("\\", "/")).name, path, word("datum"), word("kind"), word("property"),
                  word("title"), word("publisher"))


@dataclass(frozen=True)
class Report:
    property: str
    properties: list[str]
    found: list[parks.Matched]
    left_out: list[tuple[int, str]]
    without: list[str]
    rows: list[parks.Matched]


def _report(scope, choice: Choice) -> Report:
    try:
        features = geojson.read((uploads.folder() / choice.path).read_bytes(), choice.datum)
    except BadGeometry as fault:
        raise file_fault(choice.file_name, fault) from None
    zones = parks.zones_for_geometry(scope, choice.kind)
    name, rows = parks.matched(features, zones, choice.property)
    matched = {row.zone.pk for row in rows if row.zone is not None}
    return Report(
        name, parks.property_names(features), [row for row in rows if row.zone is not None],
        [(row.feature.number, row_fault(row)) for row in rows if row.zone is None],
        [zone.name for zone in zones if zone.pk not in matched], rows,
    )


def _load(request, choice: Choice, report: Report):
    with (uploads.folder() / choice.path).open("rb") as stream:
        # Kept as what it is, whatever the ending under which it came.
        file = File(stream, name=f"{Path(choice.file_name).stem}.geojson")
        count = actions.load_geometry(actor_of(request), file, report.rows, choice.datum, choice.title, choice.publisher)
    request.session.pop(KEPT, None)
    (uploads.folder() / choice.path).unlink(missing_ok=True)
    messages.success(request, _("The geometry of %d zones was recorded.") % count if count else
                     _("The file says nothing that is not recorded already."))
    return redirect(reverse("wall:geometry"))


def _present(scope) -> list[tuple]:
    """Zones with what is recorded of their geometry."""
    zones = parks.zones_for_geometry(scope)
    found = parks.geometries_now([zone.pk for zone in zones])
    return [(zone, found.get(zone.pk)) for zone in zones]


@require_safe
def geometry_data(request):
    """Zones with real geometry as GeoJSON in WGS-84, each with its figures of the day and the address of its rows."""
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    day = queries.day(scope, address.as_of, address.known_at, address.zone or None)
    shown = parks.geometries(scope, address.as_of, day.by_zone.when.recording) if scope.may("zone_geometries") else {}
    zones = queries.zones_as_of(day.by_zone.when)
    below = queries.zones_below(day.by_zone, zones)
    lit = queries.DayLights(day.lights).lit_projects
    features = []
    for pk, geometry in shown.items():
        if pk not in below:
            continue
        inside = below[pk]
        total = queries.total_of(day.by_zone, inside)
        features.append({
            "type": "Feature",
            "id": pk,
            "geometry": geometry,
            "properties": {
                "name": zones[pk].name,
                "projects": total.projects,
                "rows": total.rows,
                "red": sum(lit[zone]["red"] for zone in inside if zone in lit),
                "yellow": sum(lit[zone]["yellow"] for zone in inside if zone in lit),
                "label": geojson.label_point(geometry),
                "area": geojson.area(geometry),
                "url": address.link(reverse("wall:wall"), zone=zones[pk].code, map="real"),
            },
        })
    features.sort(key=lambda feature: -feature["properties"]["area"])
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
