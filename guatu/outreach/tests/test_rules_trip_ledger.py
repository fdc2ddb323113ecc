"""The ledger of trips: what is joint counts once in the total and once for each unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.outreach.rules.periods import BadPeriod, parse_period
from guatu.outreach.rules.trip_ledger import (
    NOBODY,
    Cost,
    Entry,
    EntryColumns,
    add_up,
    kinds_of,
    tally,
    tally_columns,
    units_by_key,
)
from guatu.outreach.tests import truth_trips as truth


def entries_of(regions: dict[tuple[str, ...], int]) -> list[Entry]:
    """Things met by exactly these kinds; each kind is a unit of its own."""
    return [Entry((kinds, place), frozenset(kinds)) for kinds, count in regions.items() for place in range(count)]


@pytest.mark.parametrize("regions", [truth.PAIRS, truth.TRIPLE])
def test_the_article_counts_374_and_not_385(regions):
    found = tally(entries_of(regions), {kind: kind for kind in truth.ARTICLE})
    assert found.by_kind == truth.ARTICLE
    assert sum(found.by_kind.values()) == truth.ARTICLE_SUM
    assert found.total == truth.ARTICLE_TOTAL
    assert found.kinds_too_many == truth.ARTICLE_TWICE
    assert found.together == {frozenset(kinds): count for kinds, count in regions.items() if len(kinds) > 1}


def test_five_visits_worked_out_by_hand():
    found = tally([Entry(key, frozenset(units)) for key, units in truth.VISITS], truth.KINDS)
    assert found.total == truth.TOTAL
    assert found.by_unit == truth.BY_UNIT
    assert found.by_kind == truth.BY_KIND
    assert (found.units_too_many, found.kinds_too_many) == (truth.UNITS_TOO_MANY, truth.KINDS_TOO_MANY)
    assert found.together == {frozenset(kinds): count for kinds, count in truth.BY_KINDS_TOGETHER.items()}


def test_nothing_is_nothing():
    found = tally([], {})
    assert (found.total, found.by_unit, found.by_kind, found.together) == (0, {}, {}, {})


def test_a_unit_of_no_known_kind_stands_by_itself():
    assert tally([Entry(1, frozenset("x"))], {}).by_kind == {"": 1}


def test_costs_are_added_to_the_cent():
    found = add_up(Cost(unit, kind, Decimal(amount)) for unit, kind, amount in truth.COSTS)
    assert found.total == Decimal(truth.COST_TOTAL)
    assert found.by_unit == {unit: Decimal(amount) for unit, amount in truth.COST_BY_UNIT.items()}
    assert found.by_kind == {kind: Decimal(amount) for kind, amount in truth.COST_BY_KIND.items()}


@pytest.mark.parametrize(("text", "days"), truth.PERIODS.items())
def test_periods(text, days):
    period = parse_period(text)
    assert (period.first, period.last) == tuple(map(date.fromisoformat, days))


@pytest.mark.parametrize("text", truth.NO_PERIODS)
def test_no_periods(text):
    with pytest.raises(BadPeriod):
        parse_period(text)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_two_days_are_the_days_between_them(one, other):
    first, last = sorted((one, other))
    period = parse_period(f"{first}..{last}")
    assert (period.first, period.last) == (first, last)
    assert parse_period(str(period)) == period


units = st.frozensets(st.sampled_from("abcdef"), max_size=4)
seen = st.lists(st.builds(Entry, st.integers(0, 12), units), max_size=40)
kinds = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["leaders", "places", "departments"]))


def inclusion_exclusion(sets: list[set]) -> int:
    """The size of a union from the sizes of intersections alone: another way than the rule's."""
    chosen = chain.from_iterable(combinations(sets, size) for size in range(1, len(sets) + 1))
    return sum((-1) ** (len(some) + 1) * len(reduce(set.intersection, some)) for some in chosen)


@given(seen, kinds)
def test_the_total_is_the_union(entries, kind_of):
    found = tally(entries, kind_of)
    merged: dict[int, set] = {}
    for entry in entries:
        merged.setdefault(entry.key, set()).update(entry.units)
    by_kind: dict[str, set] = {}
    for key, who in merged.items():
        for kind in {kind_of.get(unit, "") for unit in who} or {""}:
            by_kind.setdefault(kind, set()).add(key)
    assert found.by_kind == {kind: len(keys) for kind, keys in by_kind.items()}
    assert found.total == inclusion_exclusion(list(by_kind.values())) == len(merged)


@given(seen, kinds)
def test_what_is_too_many_is_what_lies_together(entries, kind_of):
    found = tally(entries, kind_of)
    assert sum(found.by_unit.values()) == found.total + found.units_too_many
    assert sum(found.by_kind.values()) == found.total + found.kinds_too_many
    assert found.kinds_too_many == sum((len(kinds) - 1) * count for kinds, count in found.together.items())
    assert 0 <= found.kinds_too_many <= found.units_too_many


@given(seen, kinds, st.randoms())
def test_neither_order_nor_repetition_matters(entries, kind_of, random):
    shuffled = entries + entries[: len(entries) // 2]
    random.shuffle(shuffled)
    assert tally(shuffled, kind_of) == tally(entries, kind_of)


@given(seen, seen, kinds)
def test_more_entries_never_count_less(some, more, kind_of):
    before, after = tally(some, kind_of), tally(some + more, kind_of)
    assert after.total >= before.total
    assert all(after.by_unit[unit] >= count for unit, count in before.by_unit.items() if unit)


@given(st.lists(st.builds(Entry, st.integers(0, 12), st.frozensets(st.integers(1, 9), max_size=4)), max_size=40),
       st.dictionaries(st.integers(1, 9).map(str), st.sampled_from(["leaders", "places", "departments"])))
def test_columns_count_as_entries_do(entries, kind_of):
    order = list(dict.fromkeys(entry.key for entry in entries))
    columns = EntryColumns(
        np.array([order.index(entry.key) for entry in entries], np.int64),
        np.cumsum([0, *(len(entry.units) for entry in entries)]),
        np.array([unit for entry in entries for unit in entry.units], np.int64))
    written = [Entry(entry.key, frozenset(map(str, entry.units))) for entry in entries]
    assert tally_columns(columns, kind_of) == tally(written, kind_of)
    names, there = columns.kinds(kind_of)
    for key, units in units_by_key(written).items():
        row = there[order.index(key)].tolist()
        assert {name for name, has in zip(names, row, strict=True) if has} == kinds_of(units, kind_of)
    assert NOBODY in names
