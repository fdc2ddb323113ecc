"""Reads of zones and where they lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guatu.kernel.models import Organisation
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values
from guatu.kernel.registry import resource
from guatu.kernel.rules.cells import normalise_text
from guatu.kernel.scope import Scope
from guatu.parks.models import ZoneGeometry
from guatu.parks.rules.geojson import Feature

#: Properties that name a zone in the files people have, tried before all others.
USUAL = ("code", "adcode", "name", "编码", "代码", "名称")


@dataclass(frozen=True)
class Matched:
    """A feature with the zone it belongs to, or the reason why it has none: a code, and the words that fill it."""

    feature: Feature
    zone: Organisation | None = None
    fault: str = ""
    text: str = ""


def zones_for_geometry(scope: Scope, kind: str = "") -> list[Organisation]:
    """Zones whose geometry the reader may load, of one kind where given."""
    rows = resource("zones").narrow(Organisation.objects.within(scope, "add", "zone_geometries"))
    return list((rows.filter(kind=kind) if kind else rows).order_by("code"))


def property_names(features: Iterable[Feature]) -> list[str]:
    """Names of the properties that features carry, the usual ones first."""
    names = {name for feature in features for name in feature.properties}
    return [name for name in USUAL if name in names] + sorted(names - set(USUAL))


def matched(features: list[Feature], zones: list[Organisation], name: str = "") -> tuple[str, list[Matched]]:
    """Each feature with the zone whose code or name its property says; the property that finds most when none is named.

    A zone that two features name gets neither, since nobody can say which is meant.
    """
    names = [name] if name else property_names(features) or [""]
    best = max(names, key=lambda candidate: sum(1 for row in _match(features, zones, candidate) if row.zone))
    return best, _match(features, zones, best)


def _match(features: list[Feature], zones: list[Organisation], name: str) -> list[Matched]:
    by_word: dict[str, list[Organisation]] = defaultdict(list)
    for zone in zones:
        for word in {normalise_text(zone.code), normalise_text(zone.name)}:
            by_word[word].append(zone)
    found = []
    for feature in features:
        text = feature.properties.get(name, "")
        hits = by_word.get(normalise_text(text), []) if text else []
        if feature.fault:
            found.append(Matched(feature, None, feature.fault, text))
        elif not text:
            found.append(Matched(feature, None, "no_property", name))
        elif len(hits) != 1:
            found.append(Matched(feature, None, "several_zones" if hits else "no_zone", text))
        else:
            found.append(Matched(feature, hits[0], "", text))
    counts: dict[int, int] = defaultdict(int)
    for row in found:
        if row.zone is not None:
            counts[row.zone.pk] += 1
    return [
        Matched(row.feature, None, "twice", row.text) if row.zone is not None and counts[row.zone.pk] > 1 else row
        for row in found
    ]


def geometries_now(zone_ids: Iterable[int]) -> dict[int, ZoneGeometry]:
    """The geometry in force of zones that the caller has found visible, by zone."""
    rows = ZoneGeometry.everything.filter(withdrawn=False, organisation_id__in=list(zone_ids))
    return {row.organisation_id: row for row in rows}


def geometries(scope: Scope, as_of: date, recording: int) -> dict[int, dict]:
    """GeoJSON geometry by zone within the reader's reach, as of a day and as known at a recording."""
    ids = list(ZoneGeometry.objects.within(scope).values_list("pk", flat=True))
    values = as_of_values(ZoneGeometry, ids, as_of, limit(recording))
    return {found["organisation"]: found["geometry"] for found in values.values() if found.get("geometry")}


def has_geometries(scope: Scope) -> bool:
    return scope.may("zone_geometries") and ZoneGeometry.objects.within(scope).exists()
