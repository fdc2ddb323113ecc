"""How likely two names are one enterprise: a score of 0 to 1, and the reasons for it in words.

The score is a product of one factor for each part of the names that differs (`Factors`); 1 for none. A different core
makes it 0, however alike two signs look or sound: 华泰 and 华太 are two enterprises. Credit codes go before names.
"""

from __future__ import annotations

from dataclasses import dataclass

from guatu.enterprises.rules.names import SHARES, Name
from guatu.enterprises.rules.trades import TRADES
from guatu.kernel.rules.refusals import gettext_noop

AUTOMATIC, DOUBTFUL, NONE = "automatic", "doubtful", "none"

#: What each code of a reason says; some with words.
REASONS = {
    "code_same": gettext_noop("the credit codes are the same"),
    "code_same_name_other": gettext_noop("the credit codes are the same, though the names differ"),
    "code_differs": gettext_noop("the credit codes are two"),
    "code_invalid": gettext_noop("the credit code of the file is not a right one, so only the name counts"),
    "code_unknown": gettext_noop("nobody here bears the credit code of the file, so only the name counts"),
    "name_same": gettext_noop("the names are the same"),
    "name_same_plain": gettext_noop("the names differ only in how they are written: widths, spaces, brackets, script, signs"),
    "alias": gettext_noop("the name is a former or short name that is kept here"),
    "core_differs": gettext_noop("the names proper are two: “%(left)s” and “%(right)s”"),
    "place_deeper": gettext_noop("the places agree, one told more fully"),
    "place_district": gettext_noop("one name adds a district"),
    "place_missing": gettext_noop("one name tells no place"),
    "place_bracket": gettext_noop("the place stands before one name and in the brackets of the other"),
    "place_country": gettext_noop("one name adds the country"),
    "place_differs": gettext_noop("the places are two"),
    "trade_missing": gettext_noop("the short name tells no trade"),
    "trade_shorter": gettext_noop("the short name tells a part of the trade"),
    "trade_differs": gettext_noop("the trades are two: “%(left)s” and “%(right)s”"),
    "form_missing": gettext_noop("one is a short name without a legal form"),
    "form_shares": gettext_noop("one is a limited company, the other a company limited by shares"),
    "form_old": gettext_noop("one is only called a company, without saying of which form"),
    "form_differs": gettext_noop("the legal forms are two"),
    "form_hinted": gettext_noop("one is a short name, as exchanges give to companies limited by shares"),
    "group_missing": gettext_noop("the short name leaves out that it is a group"),
    "group_differs": gettext_noop("one is a group, the other is not"),
    "branch_one": gettext_noop("one is a branch, the other is not"),
    "branch_differs": gettext_noop("they are two branches"),
    "nobody": gettext_noop("nobody here has a name like this"),
    "empty": gettext_noop("there is no name that could tell anybody"),
    "several": gettext_noop("%(count)d enterprises fit it equally well"),
    "judged_same": gettext_noop("somebody has decided that they are one"),
    "judged_different": gettext_noop("somebody has decided that they are two"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    words: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True)
class Factors:
    """By how much the score falls for each thing that differs; parameters of the house, chosen by measured precision."""

    place_deeper: float = 0.99
    place_bracket: float = 0.96
    place_country: float = 0.8
    place_district: float = 0.8
    place_missing: float = 0.8
    place_differs: float = 0.2
    trade_missing: float = 0.85
    trade_shorter: float = 0.9
    trade_differs: float = 0.4
    form_missing: float = 0.9
    form_shares: float = 0.85
    form_old: float = 0.8
    form_differs: float = 0.4
    form_hinted: float = 0.94
    group_missing: float = 0.85
    group_differs: float = 0.4
    branch: float = 0.2


@dataclass(frozen=True)
class Thresholds:
    """At or above `automatic` two are joined without asking, at or above `doubtful` a person decides."""

    automatic: float = 0.95
    doubtful: float = 0.5

    def status(self, score: float) -> str:
        return AUTOMATIC if score >= self.automatic else DOUBTFUL if score >= self.doubtful else NONE


@dataclass(frozen=True, slots=True)
class Likeness:
    score: float
    reasons: tuple[Reason, ...]


_NO_NAME = Likeness(0.0, (Reason("empty"),))


def compare(left: Name, right: Name, factors: Factors = Factors()) -> Likeness:
    """How likely two names are one enterprise, by the names alone. Symmetric."""
    if not _tells(left) or not _tells(right):
        return _NO_NAME
    if left.plain == right.plain:
        return Likeness(1.0, (Reason("name_same"),))
    if left.core != right.core:
        return Likeness(0.0, (Reason("core_differs", (("left", left.core), ("right", right.core))),))
    reasons: list[Reason] = []
    score = 1.0
    for part in (_branch, _group, _place, _trade, _form):
        factor, reason = part(left, right, factors)
        score *= factor
        if reason is not None:
            reasons.append(reason)
    return Likeness(round(score, 4), tuple(reasons) or (Reason("name_same_plain"),))


def _tells(name: Name) -> bool:
    """Whether a name names anybody: a core that is no mere word of trade, unless a place or a form makes it a name."""
    if len(name.core) < 2:
        return False
    return not (name.core in TRADES and not name.places and not name.trade)


def _branch(left: Name, right: Name, factors: Factors):
    if left.branch == right.branch:
        return 1.0, None
    return factors.branch, Reason("branch_differs" if left.branch and right.branch else "branch_one")


def _group(left: Name, right: Name, factors: Factors):
    if left.group == right.group:
        return 1.0, None
    if (left if right.group else right).is_short:  # 海博 may be the group; 海博集团 is never its member
        return factors.group_missing, Reason("group_missing")
    return factors.group_differs, Reason("group_differs")


def _place(left: Name, right: Name, factors: Factors):
    one, other = left.places, right.places
    if one == other:
        if one and left.bracketed != right.bracketed:
            return factors.place_bracket, Reason("place_bracket")
        return 1.0, None
    if not one or not other:
        return factors.place_missing, Reason("place_missing")
    if set(one) - {"0"} == set(other) - {"0"} != set():
        return factors.place_country, Reason("place_country")
    if _within(one, other) or _within(other, one):
        return factors.place_district, Reason("place_district")
    return factors.place_differs, Reason("place_differs")


def _within(wide: tuple[str, ...], deep: tuple[str, ...]) -> bool:
    """Whether the deeper place lies in the wider, and only by a district: the firm of a province is none of its cities'."""
    if "0" in deep or not set(wide) <= set(deep):
        return len(wide) == len(deep) == 1 and len(wide[0]) == 4 and deep[0].startswith(wide[0]) and deep[0][4:].isdigit()
    return all(not place[:2].isdigit() for place in set(deep) - set(wide))


def _trade(left: Name, right: Name, factors: Factors):
    if left.trade == right.trade:
        return 1.0, None
    short, full = (left, right) if left.is_short else (right, left)
    if short.is_short:
        if not short.trade:
            return factors.trade_missing, Reason("trade_missing")
        if full.trade.startswith(short.trade) or full.trade.endswith(short.trade):
            return factors.trade_shorter, Reason("trade_shorter")
    return factors.trade_differs, Reason("trade_differs", (("left", left.trade), ("right", right.trade)))


def _form(left: Name, right: Name, factors: Factors):
    if left.form == right.form:
        return 1.0, None
    if left.is_short or right.is_short:
        if {left.form, right.form} == {SHARES, "股份公司"}:
            return factors.form_hinted, Reason("form_hinted")
        return factors.form_missing, Reason("form_missing")
    both = {left.form, right.form}
    if both == {"有限公司", "股份公司"}:
        return factors.form_shares, Reason("form_shares")
    if "公司" in both and both <= {"公司", "有限公司", "股份公司"}:
        return factors.form_old, Reason("form_old")
    return factors.form_differs, Reason("form_differs")
