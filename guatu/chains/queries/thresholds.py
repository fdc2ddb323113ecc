"""The parameters by which status and gaps are worked out, as of a day and for a zone."""

from __future__ import annotations

from decimal import Decimal

from guatu.chains.rules.gaps import Scoring
from guatu.chains.rules.measures import Thresholds
from guatu.chains.rules.standing import Parameter
from guatu.kernel.parameters import ParameterBook

_STATUS = ("present_makers", "present_quotient", "strong_makers", "strong_quotient")
_GAPS = (
    "weights", "decay", "full_demand", "critical_share", "enough_makers", "plenty_per_million", "cluster_makers", "reach",
    "enough_sellers", "choke_users", "choke_per_million", "seen_least")
KEYS = (*(f"chains.status.{name}" for name in _STATUS), *(f"chains.gaps.{name}" for name in _GAPS))


def thresholds(book: ParameterBook, zone: int | None) -> Thresholds:
    def value(name: str) -> Decimal:
        return _decimal(book.get(f"chains.status.{name}", zone).value)

    return Thresholds(
        int(value("present_makers")), value("present_quotient"), int(value("strong_makers")), value("strong_quotient"))


def scoring(book: ParameterBook, zone: int | None) -> Scoring:
    found = {name: book.get(f"chains.gaps.{name}", zone).value for name in _GAPS}
    whole = {name: int(found[name]) for name in ("full_demand", "enough_makers", "cluster_makers", "enough_sellers", "seen_least")}
    exact = {name: _decimal(found[name]) for name in (
        "decay", "critical_share", "plenty_per_million", "choke_users", "choke_per_million")}
    return Scoring(
        **whole, **exact, weights={code: _decimal(value) for code, value in found["weights"].items()},
        reach={code: _decimal(value) for code, value in found["reach"].items()})


def used(book: ParameterBook, zone: int | None) -> tuple[Parameter, ...]:
    """Every parameter that counts, with the document that sets it."""
    values = (book.get(key, zone) for key in KEYS)
    return tuple(Parameter(value.key, value.value, value.since, value.document) for value in values)


def _decimal(value: int | float | str) -> Decimal:
    """As it is written: YAML and JSON give 0.1 as a float."""
    return Decimal(str(value))
