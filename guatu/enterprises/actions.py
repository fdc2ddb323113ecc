"""Writes of enterprises: where zones lie, and the loading of the national register into the warehouse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from guatu.enterprises.models import ZoneTerritory
from guatu.enterprises.register import loading
from guatu.enterprises.rules.register_columns import ColumnMap
from guatu.kernel import actions
from guatu.kernel.models import Organisation, Source
from guatu.kernel.scope import Actor


def declare_territory(
    actor: Actor,
    zone: Organisation,
    valid_on: date,
    region_codes: str,
    address_patterns: str = "",
    *,
    centre: tuple | None = None,
    note: str = "",
    source: Source | None = None,
) -> ZoneTerritory:
    """Says where a zone lies from a day on; the texts as people write them (`rules.territory`), `centre` as longitude and
    latitude in degrees of WGS-84. Raises Refusals."""
    longitude, latitude = (None if value is None else Decimal(str(value)) for value in centre or (None, None))
    return actions.create(actor, ZoneTerritory, {
        "zone": zone.pk, "valid_on": valid_on, "region_codes": region_codes, "address_patterns": address_patterns,
        "longitude": longitude, "latitude": latitude, "note": note, "source": None if source is None else source.pk})


def load_register(
    actor: Actor,
    paths: list[Path],
    columns: ColumnMap | None = None,
    rejects: Path | None = None,
    *,
    told: loading.Told = lambda done, total, stage: None,
    names: list[str] | None = None,
) -> loading.Loaded:
    """Loads files of the national register (`register.loading.load`). Raises Forbidden without the right to."""
    actor.scope.require("enterprises", "load_register")
    return loading.load(paths, columns, rejects, told, names)
