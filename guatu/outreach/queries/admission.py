"""What the rule of a zone says of admission sheets on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from guatu.kernel import parameters
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values, newest
from guatu.outreach.models import AdmissionSheet
from guatu.outreach.rules.admission import Asked, Judged, Rule, judge

KEY = "outreach.admission."
TERMS = ("intensity", "tax", "energy", "environment")
M2_PER_MU = Decimal(2000) / 3


def rule_of(book: parameters.ParameterBook, zone_id: int | None) -> Rule:
    """The rule in force for a zone, from its parameters."""
    def value(name: str):
        return book.get(f"{KEY}{name}", zone_id).value

    def number(name: str) -> Decimal:
        return Decimal(str(value(name)))

    return Rule(
        number("land_from_cny"), number("intensity_cny_per_mu"), number("tax_cny_per_mu"), number("tax_cny_per_m2"),
        number("energy_tce_per_10k"), tuple(value("environment")),
        {name: int(weight) for name, weight in zip(TERMS, value("weights"), strict=True)}, number("pass_mark"))


def asked_of(values: dict) -> Asked:
    """What the columns of a sheet ask for."""
    land = values.get("land_area_m2")
    return Asked(
        values.get("investment_cny"), None if land is None else land / M2_PER_MU, values.get("floor_area_m2"),
        values.get("tax_cny"), values.get("energy_tce_per_10k"), values.get("environment") or "")


def judged(sheets: Iterable[AdmissionSheet], as_of: date) -> dict[int, Judged]:
    """What the rule says of sheets as they stood on a day; a constant number of queries. A sheet not known then is missing."""
    number = newest()
    book = parameters.book(as_of, number)
    values = as_of_values(AdmissionSheet, [sheet.pk for sheet in sheets], as_of, limit(number))
    rules: dict[int | None, Rule] = {}
    found = {}
    for pk, known in values.items():
        zone = known.get("zone")
        if zone not in rules:
            rules[zone] = rule_of(book, zone)
        found[pk] = judge(asked_of(known), rules[zone])
    return found

