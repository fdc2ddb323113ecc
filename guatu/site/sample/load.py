"""Records the sample zone as sourced history, through the same reading of sheets as every import."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.utils.translation import override

from guatu.kernel import actions, imports
from guatu.kernel.changes import Change
from guatu.kernel.errors import Refused
from guatu.kernel.models import Recording, Source
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.projects.planning import actions as plans
from guatu.reference.models import IndicatorDefinition

HERE = Path(__file__).resolve().parent

#: What is read from which file, in the order in which they refer to one another.
FILES = [
    ("sources", "sources.csv"),
    ("zones", "zones.csv"),
    ("territories", "territories.csv"),
    ("exchange_rates", "exchange_rates.csv"),
    ("parks", "parks.csv"),
    ("chains", "chains.csv"),
    ("enterprises", "enterprises.csv"),
    ("enterprise_roles", "enterprises.csv"),
    ("indicator_definitions", "indicators.csv"),
    ("indicators", "indicators.csv"),
    ("projects", "projects.csv"),
    ("stage_events", "stage_events.csv"),
    ("plans", "plans.csv"),
]


#: Begins the note of each recording of the sample, by which a second set-up knows what is there.
NOTE = "示例数据："


def load(actor: Actor, say: Callable[[str], None] = lambda text: None) -> int:
    """Records every file not recorded yet, each in one recording; returns how many rows were recorded."""
    recorded = Recording.objects.filter(note__startswith=NOTE).values_list("note", flat=True)
    done = {note.removeprefix(NOTE).split(" ")[0] for note in recorded}
    total = 0
    with override("zh-hans"):
        for name, file in FILES:
            if name not in done:
                rows = _load(actor, name, file)
                say(f"{name}: {rows}")
                total += rows
    return total


def _load(actor: Actor, name: str, file: str) -> int:
    note = f"{NOTE}{name}"
    if name == "indicator_definitions":
        return _definitions(actor, note)
    if name == "plans":
        return _plans(actor, note)
    planned = imports.plan(actor, resource(name), HERE / file, file)
    if not planned.ok:
        fault = planned.errors[0]
        raise Refused("sample", f"{file} {fault.row} {fault.column}: {fault.message}")
    _overlay(name, planned.changes)
    imports.apply(actor, planned, note=note)
    return len(planned.changes)


def _definitions(actor: Actor, note: str) -> int:
    """The indicators that `indicators.csv` names, each with the unit and source of its first row."""
    sources = dict(Source.everything.values_list("code", "pk"))
    named: dict[str, Change] = {}
    for row in read("indicators.csv"):
        values = {"name": row["indicator"], "unit": row["unit"], "source": sources[row["source"]]}
        named.setdefault(row["indicator"], Change("create", IndicatorDefinition, values))
    actions.write(actor, list(named.values()), note=note)
    return len(named)


def _plans(actor: Actor, note: str) -> int:
    """Plans laid out from templates, counted back from the milestones that the articles name; none is added."""
    projects = {row.code: row for row in resource("projects").model.everything.filter(withdrawn=False)}
    rows = read("plans.csv")
    for row in rows:
        plans.lay_out(
            actor, projects[row["project"]], row["template"], adopt_only=True,
            status_on=date.fromisoformat(row["status_on"]), about=row["note"], note=note)
    return len(rows)


def read(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _overlay(name: str, changes: list[Change]) -> None:
    """Adds to the rows of a delivered file what the overlay files say of them."""
    if name == "projects":
        by_code = {change.values["code"]: change for change in changes}
        for row in read("batches.csv"):
            change = by_code[row["project"]]
            if row["declared_count"]:
                change.values["declared_count"] = int(row["declared_count"])
            if row["batch"]:
                change.values["batch"] = by_code[row["batch"]]
        changes.sort(key=lambda change: isinstance(change.values.get("batch"), Change))  # members after their batch
    if name == "indicators":
        zones = dict(resource("zones").model.everything.values_list("pk", "code"))
        names = dict(IndicatorDefinition.everything.values_list("pk", "name"))
        by_key = {
            (zones[change.values["zone"]], names[change.values["indicator"]], change.values["period"]): change
            for change in changes
        }
        for row in read("bases.csv"):
            by_key[row["zone"], row["indicator"], row["period"]].values[f"{row['field']}_basis"] = row["basis"]
    if name == "stage_events":
        codes = dict(resource("projects").model.everything.values_list("pk", "code"))
        by_event = {
            (codes[change.values["project"]], change.values["event"]): change
            for change in changes
            if change.values.get("kind", "actual") == "actual"
        }
        for row in read("not_later_than.csv"):
            by_event[row["project"], row["event"]].values |= {"not_later_than": True, "note": row["why"]}
