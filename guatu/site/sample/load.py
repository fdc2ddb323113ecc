"""Records the sample zone as sourced history."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import override

from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.columns import Cell
from guatu.kernel.models import Recording
from guatu.kernel.registry import resource
from guatu.kernel.resource import Lookup
from guatu.kernel.scope import Actor

HERE = Path(__file__).resolve().parent

#: Files in the order in which they refer to one another: resource, file, columns of the file that it does not take.
FILES = [
    ("sources", "sources.csv", ()),
    ("zones", "zones.csv", ()),
    ("exchange_rates", "exchange_rates.csv", ()),
    ("parks", "parks.csv", ()),
    ("chains", "chains.csv", ()),
    ("enterprises", "enterprises.csv", ("role", "chain")),
    ("enterprise_roles", "enterprises.csv", ("short_name", "zone", "note")),
    ("indicator_definitions", "indicators.csv", ("zone", "period", "value", "target", "last_value", "reported_rate_pct",
                                                 "rate_kind", "note")),
    ("indicators", "indicators.csv", ()),
    ("projects", "projects.csv", ()),
    ("stage_events", "stage_events.csv", ()),
]


def load(actor: Actor, say: Callable[[str], None] = lambda text: None) -> int:
    """Records every file not recorded yet, each in one recording; returns how many rows were recorded."""
    recorded = set(Recording.objects.filter(channel=actor.channel, note__startswith="sample: ").values_list("note", flat=True))
    total = 0
    with override("zh-hans"):
        for name, file, left_out in FILES:
            note = f"sample: {name}"
            if note in recorded:
                continue
            changes = changes_of(actor, name, read(file), left_out)
            actions.write(actor, changes, note=note)
            say(f"{name}: {len(changes)}")
            total += len(changes)
    return total


def read(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def changes_of(actor: Actor, name: str, rows: list[dict[str, str]], left_out: tuple[str, ...]) -> list[Change]:
    """A creation for each row of a file; a parent within the same file is referred to by its Change."""
    taken = resource(name)
    columns = {header: column for column in taken.all_columns() for header in column.headers()}
    lookup = Lookup(actor.scope)
    overlays = _overlays(name)
    changes: dict[tuple, Change] = {}
    # A member of a batch comes after the batch it names.
    for raw in sorted(rows, key=lambda raw: bool(overlays.get(_overlay_key(name, raw), {}).get("batch"))):
        cells = {columns[header].name if header in columns else header: text for header, text in raw.items() if header not in left_out}
        if name == "indicator_definitions":
            cells = {"name": raw["indicator"], "unit": raw["unit"], "source": raw["source"]}
        cells |= overlays.get(_overlay_key(name, raw), {})
        values = {}
        for key, text in cells.items():
            column = taken.column(key) if key in taken._columns else None
            if column is None or text in (None, ""):
                continue
            inside = changes.get((text,)) if key in ("parent", "batch") else None
            values |= {key: inside} if inside is not None else column.read(Cell(text, row=cells), lookup)
        values = taken.prepare(values, None, cells, lookup)
        # Several rows of one file may name the same thing (an indicator): the first names it.
        changes.setdefault(_key(name, raw), Change("create", taken.model, values))
    return list(changes.values())


def _key(name: str, raw: dict[str, str]) -> tuple:
    if name == "indicator_definitions":
        return (raw["indicator"],)
    return (raw["code"],) if "code" in raw else tuple(raw.values())


def _overlay_key(name: str, raw: dict[str, str]) -> tuple:
    if name == "projects":
        return (raw["code"],)
    return (raw["project"], raw["event"]) if name == "stage_events" and raw["kind"] == "actual" else ()


def _overlays(name: str) -> dict[tuple, dict[str, str]]:
    """What the overlay files add to rows of the delivered files, by the row they concern."""
    if name == "projects":
        return {(row["project"],): {"declared_count": row["declared_count"], "batch": row["batch"]} for row in read("batches.csv")}
    if name == "stage_events":
        return {
            (row["project"], row["event"]): {"not_later_than": "yes", "note": row["why"]} for row in read("not_later_than.csv")
        }
    return {}
