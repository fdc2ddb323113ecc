"""Reads of enterprises: where zones lie."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from guatu.enterprises.models import ZoneTerritory
from guatu.enterprises.rules.territory import Territory, parse_codes, parse_patterns
from guatu.kernel.errors import NotFound
from guatu.kernel.models import Organisation
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions


def territories(as_of: date, known_at: int | None = None) -> dict[str, Territory]:
    """The territory of every zone that has one, by the zone's code, as of a day and as known at a recording (None: now).

    Where a zone lies is public; a caller that shows rows of it asks the reader's scope itself. One query.
    """
    rows = versions(ZoneTerritory, None if known_at is None else limit(known_at), counts_from__lte=as_of)
    return {row.zone.code: _territory(row) for row in rows.select_related("zone").order_by("counts_from", "id")}


def territory(zone_code: str, as_of: date, known_at: int | None = None) -> Territory:
    """The territory of one zone: its own declaration, never that of a zone above or below it.

    Raises NotFound: `no_zone`, or `no_territory` with a sentence that says what to do.
    """
    rows = versions(
        ZoneTerritory, None if known_at is None else limit(known_at), zone__code=zone_code, counts_from__lte=as_of)
    row = rows.select_related("zone").order_by("-counts_from", "-id").first()
    if row is not None:
        return _territory(row)
    zone = Organisation.everything.filter(code=zone_code, withdrawn=False).first()
    if zone is None:
        raise NotFound("no_zone", _("There is no zone with the code “%s”. Look at the list of zones.") % zone_code, "zone")
    raise NotFound("no_territory", _(
        "No territory of “%(zone)s” was declared by %(day)s, so nobody can say which enterprises of the register lie in it. "
        "Declare its region codes under “Territories”.") % {"zone": zone.name, "day": as_of.isoformat()}, "zone")


def _territory(row: ZoneTerritory) -> Territory:
    centre = None if row.longitude is None else (float(row.longitude), float(row.latitude))
    return Territory(row.zone.code, parse_codes(row.region_codes), parse_patterns(row.address_patterns), centre)
