"""Admission of projects: a large one gets land, a small one a unit in a park; each term is judged against its limit.

Terms score 0 to 100 in proportion to the limit and are weighed; a term without a figure is unknown, never zero. A sheet
that meets every term is admitted by the rule, one that the environment rule excludes is refused by it, and whatever lies
between is for people to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FORMS = ("land", "unit")
OUTCOMES = ("admit", "opinion", "refuse", "incomplete")
FULL, TENTH = Decimal(100), Decimal("0.1")


@dataclass(frozen=True)
class Rule:
    """From which investment a project gets land (yuan); limits by mu of land, by square metre of a unit, and of energy (tonnes
    of coal equivalent for 10,000 yuan of output, at most); which classes of environmental review are let in; weights; and
    the score below which a sheet is refused."""

    land_from_cny: Decimal
    intensity_cny_per_mu: Decimal
    tax_cny_per_mu: Decimal
    tax_cny_per_m2: Decimal
    energy_tce_per_10k: Decimal
    environment: tuple[str, ...]
    weights: Mapping[str, int]
    pass_mark: Decimal


@dataclass(frozen=True)
class Asked:
    """What a project asks for: yuan, mu of land, square metres of a unit, tax a year in yuan, energy as in the rule, class of
    environmental review. None or "": not known."""

    investment_cny: Decimal | None
    land_mu: Decimal | None
    unit_m2: Decimal | None
    tax_cny: Decimal | None
    energy_tce_per_10k: Decimal | None
    environment: str


@dataclass(frozen=True)
class Term:
    """One term: the project's figure, the limit, points of 100 (None: unknown), whether the limit is met."""

    name: str
    value: Decimal | str | None
    limit: Decimal | tuple[str, ...]
    weight: int
    score: Decimal | None
    passes: bool


@dataclass(frozen=True)
class Judged:
    """`form`: land, unit, or empty while the investment is unknown. `outcome`: admit, opinion, refuse, incomplete."""

    form: str
    terms: tuple[Term, ...]
    score: Decimal | None
    outcome: str


def judge(asked: Asked, rule: Rule) -> Judged:
    """What the rule says of a project."""
    if asked.investment_cny is None:
        return Judged("", (), None, "incomplete")
    form = "land" if asked.investment_cny >= rule.land_from_cny else "unit"
    weights = rule.weights
    if form == "land":
        terms = [
            _at_least("intensity", _per(asked.investment_cny, asked.land_mu), rule.intensity_cny_per_mu, weights),
            _at_least("tax", _per(asked.tax_cny, asked.land_mu), rule.tax_cny_per_mu, weights),
        ]
    else:
        terms = [_at_least("tax", _per(asked.tax_cny, asked.unit_m2), rule.tax_cny_per_m2, weights)]
    terms += [
        _at_most("energy", asked.energy_tce_per_10k, rule.energy_tce_per_10k, weights),
        _among("environment", asked.environment, rule.environment, weights),
    ]
    if any(term.score is None for term in terms):
        return Judged(form, tuple(terms), None, "incomplete")
    weight = sum(term.weight for term in terms)
    score = _tenths(sum(term.score * term.weight for term in terms) / weight) if weight else None
    if not terms[-1].passes or (score is not None and score < rule.pass_mark):
        return Judged(form, tuple(terms), score, "refuse")
    return Judged(form, tuple(terms), score, "admit" if all(term.passes for term in terms) else "opinion")


def _per(amount: Decimal | None, size: Decimal | None) -> Decimal | None:
    return None if amount is None or not size else amount / size


def _at_least(name: str, value: Decimal | None, limit: Decimal, weights: Mapping[str, int]) -> Term:
    score = None if value is None else _share(value, limit)
    return Term(name, value, limit, weights[name], score, value is not None and value >= limit)


def _at_most(name: str, value: Decimal | None, limit: Decimal, weights: Mapping[str, int]) -> Term:
    score = None if value is None else FULL.quantize(TENTH) if value <= limit else _share(limit, value)
    return Term(name, value, limit, weights[name], score, value is not None and value <= limit)


def _among(name: str, value: str, allowed: tuple[str, ...], weights: Mapping[str, int]) -> Term:
    score = None if not value else _tenths(FULL if value in allowed else Decimal(0))
    return Term(name, value or None, allowed, weights[name], score, value in allowed)


def _share(value: Decimal, limit: Decimal) -> Decimal:
    return _tenths(min(max(value, Decimal(0)) / limit * 100, FULL)) if limit else FULL.quantize(TENTH)


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)
