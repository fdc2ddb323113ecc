"""Writes of enterprises: where zones lie, the loading of the national register, merging of rows that are one enterprise."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.enterprises.merging.plan import plan, way_back
from guatu.enterprises.models import Enterprise, EnterpriseMerge, MatchVerdict, ZoneTerritory
from guatu.enterprises.register import loading
from guatu.enterprises.rules.register_columns import ColumnMap
from guatu.kernel import actions, bulk
from guatu.kernel.models import Organisation, Source
from guatu.kernel.registry import slot
from guatu.kernel.scope import Actor
from guatu.kernel.warehouse.kernels import peak_mb


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
    """Loads files of the national register (`register.loading.load`). Raises Forbidden without the right to.

    Slot `register_loaded` (told): what apps above work out of the register once, so that nobody waits for it later.
    """
    actor.scope.require("enterprises", "load_register")
    loaded = loading.load(paths, columns, rejects, told, names)
    began = time.monotonic()
    slot("register_loaded", told=told)
    took = round(time.monotonic() - began, 2)
    return replace(loaded, seconds=round(loaded.seconds + took, 2), prepared_seconds=took, peak_mb=peak_mb())


def merge(actor: Actor, kept: Enterprise, gone: Enterprise, chosen: dict[str, str] | None = None, reason: str = "") -> EnterpriseMerge:
    """Merges `gone` into `kept`: every row that names it names the other from now on, and its number, code and names lead
    there. `chosen` says by field whose value wins (kept or gone). Raises Refusals, Conflict, Forbidden; then nothing is
    written.
    """
    actor.scope.require("enterprise_merges", "add")
    said = reason.strip() or _("“%(gone)s” (%(code)s) was merged into “%(kept)s”") % {
        "gone": gone.name, "code": gone.code, "kept": kept.name}
    found = plan(kept, gone, chosen or {}, said, timezone.localdate())
    actions.write(actor, found.changes, note=said)
    return found.changes[-1].written


def undo_merge(actor: Actor, merge: EnterpriseMerge) -> list:
    """Undoes a merge: what it wrote is put back as it stood, to the byte where nobody has changed a row since; returns the
    rows that were changed since and keep that. The history keeps both the merge and its undoing.
    """
    actor.scope.require("enterprise_merges", "withdraw")
    said = _("Undone: “%(gone)s” is not “%(kept)s”") % {"gone": merge.gone.name, "kept": merge.kept.name}
    back = way_back(merge, said)
    with transaction.atomic():
        actions.write(actor, back.changes, note=said)
        for model, pk, number in back.recordings:
            bulk.put_back_mark(model, pk, number)
        for model, pk, name, links in back.links:
            bulk.put_back_links(model._meta.get_field(name), pk, links)
    return back.left


def judge_likeness(actor: Actor, one: Enterprise, other: Enterprise, verdict: str, reason: str = "") -> MatchVerdict:
    """Keeps that two enterprises were judged the same or different; the newest judgement of a pair counts. Raises Refusals."""
    left, right = sorted((one, other), key=lambda row: row.code)
    values = {"left": left.code, "right": right.code, "names": f"{left.name} · {right.name}"[:410], "verdict": verdict,
              "reason": reason.strip(), "zone": left.zone_id or right.zone_id, "valid_on": timezone.localdate()}
    present = MatchVerdict.everything.filter(
        left=left.code, right=right.code, valid_on=values["valid_on"], superseded_by=None, withdrawn=False).first()
    if present is not None:
        return actions.change(actor, present, values)
    return actions.create(actor, MatchVerdict, values)
