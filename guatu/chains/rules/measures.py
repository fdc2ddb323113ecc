"""Figures of one node: location quotient 区位商, concentration 赫芬达尔指数, status, and users weighted by distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from guatu.chains.rules.standing import MISSING, PRESENT, STRONG, WEAK, Ratio, Told


@dataclass(frozen=True)
class Thresholds:
    """From how many makers and at which location quotient a node counts as present, and as strong."""

    present_makers: int
    present_quotient: Decimal
    strong_makers: int
    strong_quotient: Decimal


def rounded(value: Fraction, step: str) -> Decimal:
    """A fraction to the digits of `step`, halves away from zero."""
    places = -Decimal(step).as_tuple().exponent
    scaled = value * 10**places
    half = Fraction(1, 2) if scaled >= 0 else Fraction(-1, 2)
    return Decimal(int(scaled + half)).scaleb(-places)


def location_quotient(makers_here: int, all_here: int, makers_nation: int, all_nation: int) -> Ratio:
    """The share of makers among the enterprises here, in terms of that of the nation; to two digits (Haig's quotient).

    1 means as usual as anywhere. Undefined where nobody makes it anywhere, or where there is no enterprise here.
    """
    if not makers_nation or not all_nation:
        return Ratio(None, Told("no_makers_nation"))
    if not all_here:
        return Ratio(None, Told("nobody_here"))
    return Ratio(rounded(Fraction(makers_here * all_nation, all_here * makers_nation), "0.01"))


def concentration(total: Decimal, squares: Decimal) -> Decimal | None:
    """Herfindahl-Hirschman index of parts with this sum and this sum of squares: 10,000 for one alone; whole points.

    None where there is nothing to share.
    """
    if total <= 0:
        return None
    return (10_000 * Decimal(squares) / (Decimal(total) * Decimal(total))).quantize(Decimal(1), ROUND_HALF_UP)


def weighted(by_distance: Mapping[int, int], decay: Decimal) -> Decimal:
    """Users of which each counts 1 at distance 1 and `decay` times as much with every further step; to two digits."""
    exact = sum((Fraction(decay) ** (distance - 1) * count for distance, count in by_distance.items()), Fraction(0))
    return rounded(exact, "0.01")


def status_of(
    makers: int, quotient: Decimal | None, looked_at: int, day: date | None, others: Mapping[str, int], thresholds: Thresholds
) -> tuple[str, tuple[Told, ...]]:
    """The status of a node with so many makers here, and the sentences that say why.

    `looked_at` enterprises were looked at, as the register knows them up to `day`; `others` are those of the other roles.
    Where the quotient is undefined the count alone decides.
    """
    terms: list[Told] = []
    if not makers:
        status = MISSING
        terms.append(Told("none_here", {"looked": looked_at, "day": day.isoformat() if day else "—"}))
    else:
        terms.append(Told("makers_here", {"makers": makers, "looked": looked_at}))
        if makers < thresholds.present_makers:
            terms.append(Told("below_count", {"least": thresholds.present_makers}))
        if quotient is not None and quotient < thresholds.present_quotient:
            terms.append(Told("below_quotient", {"quotient": str(quotient), "least": str(thresholds.present_quotient)}))
        if len(terms) > 1:
            status = WEAK
        elif makers >= thresholds.strong_makers and (quotient is None or quotient >= thresholds.strong_quotient):
            status = STRONG
            terms.append(Told("at_strong", {
                "makers": thresholds.strong_makers, "quotient": str(thresholds.strong_quotient)}))
        else:
            status = PRESENT
            terms.append(Told("at_present"))
    if any(others.values()):
        terms.append(Told("others_here", {
            "developers": others.get("develops", 0), "sellers": others.get("sells", 0), "servers": others.get("serves", 0)}))
    return status, tuple(terms)
