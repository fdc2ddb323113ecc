"""The sample zone as an office would load it: its sheets, as they are, through the importer."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import override

from guatu.kernel import actions, imports
from guatu.kernel.changes import Change
from guatu.kernel.models import CalendarNotice, ExchangeRate, Membership, Organisation, ParameterValue, Source, User
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.reference.models import IndicatorDefinition, IndicatorValue

SAMPLE = Path(__file__).resolve().parents[2] / "site" / "sample"
#: Resource and sheet, in the order in which they refer to one another.
SHEETS = [
    ("zones", "zones.csv"), ("parks", "parks.csv"), ("chains", "chains.csv"), ("enterprises", "enterprises.csv"),
    ("enterprise_roles", "enterprises.csv"), ("projects", "projects.csv"), ("stage_events", "stage_events.csv"),
    ("indicators", "indicators.csv"),
]


def load(actor: Actor) -> dict[str, dict]:
    """Fills an empty database; gives what each import said. Rows of tables the sample has no sheet of are made by hand."""
    for code in ("000", "001", "002", "003", "004"):
        actions.create(actor, Source, {
            "code": code, "title": f"报道{code}", "kind": "article", "published_on": date(2022, 7, 1)})
    with (SAMPLE / "indicators.csv").open(encoding="utf-8", newline="") as file:
        units = {line["indicator"]: line["unit"] for line in csv.DictReader(file)}
    actions.write(actor, [Change("create", IndicatorDefinition, {"name": name, "unit": unit}) for name, unit in units.items()])
    with override("zh-hans"):
        said = {name: imports.run(actor, resource(name), SAMPLE / file, file) for name, file in SHEETS}
    zone = Organisation.everything.get(code="qda")
    user = actions.create(actor, User, {"username": "zhang", "name": "张三", "email": "zhang@example.org"})
    actions.create(actor, Membership, {"user": user.pk, "organisation": zone.pk, "role": "leader"})
    actions.create(actor, ExchangeRate, {"currency": "USD", "valid_on": date(2022, 6, 30), "cny_per_unit": Decimal("6.7114")})
    actions.create(actor, CalendarNotice, {
        "year": 2027, "title": "2027年节假日", "valid_on": date(2026, 11, 1), "holidays": ["2027-01-01"], "workdays": []})
    actions.create(actor, ParameterValue, {
        "key": "projects.lights.yellow_workdays", "organisation": zone.pk, "valid_on": date(2022, 1, 1), "value": 15})
    return said


def mark_bases(actor: Actor) -> None:
    """Says which targets and former values of the sample were worked out backwards, as the demo's set-up does."""
    changes = []
    with (SAMPLE / "bases.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            row = IndicatorValue.everything.get(
                zone__code=line["zone"], indicator__name=line["indicator"], period=line["period"], superseded_by=None)
            changes.append(Change("change", IndicatorValue, {f"{line['field']}_basis": line["basis"]}, row=row))
    actions.write(actor, changes)
