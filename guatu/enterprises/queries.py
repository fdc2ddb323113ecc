"""Reads of enterprises: where zones lie, and what the zones' enterprises are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from guatu.enterprises.models import Enterprise, ZoneTerritory
from guatu.enterprises.rules.territory import Territory, parse_codes, parse_patterns
from guatu.kernel.bulk import chunks
from guatu.kernel.errors import NotFound
from guatu.kernel.models import Organisation
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions
from guatu.kernel.scope import Scope


def named_enterprises(scope: Scope) -> list[tuple[int, str, str, list[str]]]:
    """Number, credit code, legal name and other names (short and former) of each enterprise of the zones within reach."""
    rows = Enterprise.objects.within(scope).order_by("pk").values_list("pk", "uscc", "name", "short_name", "former_names")
    return [(pk, code, name, [other for other in (short, *parted(former)) if other]) for pk, code, name, short, former in rows]


def survivors(records: Iterable[int] | None = None) -> dict[int, int]:
    """Of enterprises that were merged into others (of these numbers, or all): the number of the one that stands for it now,
    through any number of merges."""
    rows = Enterprise.everything.filter(withdrawn=False).exclude(merged_into=None)
    into = dict(rows.values_list("pk", "merged_into"))
    found = {}
    for pk in into if records is None else into.keys() & set(records):
        standing = into[pk]
        while standing in into:
            standing = into[standing]
        found[pk] = standing
    return found


def merged_away(names: tuple[str, ...], wanted: set[tuple]) -> list[tuple[tuple, int]]:
    """Of keys (values of the named columns), those that only enterprises merged into others have, each with the number of
    the one that stands."""
    if not wanted:
        return []
    standing, found = survivors(), {}
    if not standing:
        return []
    rows = Enterprise.everything.filter(withdrawn=False).exclude(merged_into=None)
    for chunk in chunks(sorted({key[0] for key in wanted if key[0] not in (None, "")}, key=str)):
        for pk, *parts in rows.filter(**{f"{names[0]}__in": chunk}).values_list("pk", *names):
            if tuple(parts) in wanted:
                found.setdefault(tuple(parts), set()).add(standing[pk])
    return [(key, pk) for key, pks in found.items() for pk in pks]


def parted(names: str) -> list[str]:
    """Names between semicolons or lines."""
    return [part.strip() for part in re.split("[;；、\n]", names) if part.strip()]


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
