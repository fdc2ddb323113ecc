"""Targets as plain values, for the command line and the API."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.enterprises.register.divisions import divisions
from guatu.outreach.queries.targets import Targets
from guatu.outreach.rules.targets import Rated


def targets_answer(found: Targets, top: int) -> list[dict]:
    """The first `top` to be approached, behind them at most as many of those left out, with the reason."""
    return [row_answer(one) for one in (*found.rows[:top], *found.excluded[:top])]


def row_answer(one: Rated) -> dict:
    """One row: terms by their code, each with value (0 to 1), weight, points and the sentence."""
    candidate = one.candidate
    return {
        "uscc": candidate.uscc, "name": candidate.name, "city": city_of(candidate.city_code, candidate.province_code),
        "score": one.score,
        "terms": {
            code: {"value": term.value, "weight": term.weight, "points": term.points, "why": term.told.sentence(_)}
            for code, term in one.terms.items()},
        "excluded_because": None if one.excluded is None else one.excluded.sentence(_),
        "key": candidate.key,
    }


def city_of(city: str | None, province: str | None) -> str:
    """The prefecture in words, or the province where it is not known."""
    code = province if not city or city.endswith(("00", "90")) else city
    return divisions().name(code) if code else ""
