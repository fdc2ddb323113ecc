"""Rules of geometry, asked on every write."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.parks.models import ZoneGeometry
from guatu.parks.rules import geojson


@guard(ZoneGeometry)
def sound(batch: Batch) -> None:
    """Nothing is kept as a geometry that could not have been read from a file."""
    for change in batch.of(ZoneGeometry):
        if "geometry" in change.values and not geojson.is_kept(change.values["geometry"]):
            batch.refuse(
                change,
                Faulty(
                    "geometry",
                    _("This is no geometry in degrees that can be drawn. Load the zone's GeoJSON file on the page of "
                      "the wall's geometry instead."),
                    "geometry",
                ),
            )
