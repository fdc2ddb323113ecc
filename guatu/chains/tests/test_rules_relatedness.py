"""Relatedness and complexity: equal to plain loops on random tables, and clear about what cannot be told."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guatu.chains.rules import complexity, relatedness
from guatu.chains.rules.relatedness_problems import BadTable
from guatu.chains.tests import relatedness_brute as brute

CITIES = [f"city{place}" for place in range(7)]
NODES = [f"node{place}" for place in range(9)]
COUNTS = st.integers(0, 6)
AMOUNTS = st.floats(0, 1e6, allow_subnormal=False).map(lambda value: round(value, 2))


def tables(values=COUNTS):
    cell = st.tuples(st.sampled_from(CITIES), st.sampled_from(NODES), values)
    return st.lists(cell, min_size=1, max_size=60).filter(lambda rows: any(row[2] for row in rows))


@st.composite
def patterns(draw, least=1):
    """Who has what, with no row and no column empty."""
    rows, columns = draw(st.integers(least, 7)), draw(st.integers(least, 9))
    bits = draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    present = np.array(bits, bool).reshape(rows, columns)
    present = present[np.ix_(present.any(axis=1), present.any(axis=0))]
    assume(min(present.shape) >= least)
    return present


def close(found, expected, room=1e-9):
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=room, atol=room)


# -- equal to plain loops ----------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(rows=st.one_of(tables(), tables(AMOUNTS)))
def test_advantage_presence_proximity_and_density_equal_plain_loops(rows):
    locations, activities, values = brute.matrix(rows)
    exact = brute.rca(values)
    # A figure as near to the line as this may fall on either side; exactly on it is within.
    assume(all(one == 1 or abs(one - 1) > 1e-8 for line in exact for one in line))
    found = relatedness.relatedness(rows)
    assert (list(found.table.locations), list(found.table.activities)) == (locations, activities)
    close(found.table.values, [[float(one) for one in line] for line in values])
    close(found.rca, [[float(one) for one in line] for line in exact])
    present = [[one >= 1 for one in line] for line in exact]
    assert found.present.tolist() == present
    phi = brute.proximity(present)
    close(found.proximity, phi)
    close(found.density, brute.density(present, phi))


@settings(max_examples=100, deadline=None)
@given(present=patterns(), steps=st.integers(1, 30))
def test_fitness_equals_plain_loops(present, steps):
    found = complexity.fitness(present, most=steps)
    f, q = brute.fitness(present.tolist(), found.iterations)
    close(found.fitness, f)
    close(found.quality, q)


@settings(max_examples=150, deadline=None)
@given(present=patterns(least=2))
def test_complexity_equals_the_general_solver_on_the_matrix_in_loops(present):
    values, vector = brute.second_vector(present.tolist())
    third = values[2] if len(values) > 2 else 0.0
    found = complexity.complexity(present)
    if values[1] > 1 - 1e-7 or values[1] < 1e-7 or values[1] - third < 1e-6:
        assume(False)  # in parts, all alike, or tied: told apart below
    diversity = present.sum(axis=1)
    eci = np.array(brute.standard(vector.tolist()))
    bond = float(((diversity - diversity.mean()) * eci).sum())
    if abs(bond) < 1e-6:
        eci = eci if eci @ found.eci > 0 else -eci
    elif bond < 0:
        eci = -eci
    close(found.eci, eci, 1e-6)
    pci = [sum(eci[c] for c in range(len(present)) if present[c, p]) / present[:, p].sum()
           for p in range(present.shape[1])]
    close(found.pci, brute.standard(pci), 1e-6)
    assert found.eigenvalue == pytest.approx(values[1], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(present=patterns(least=2))
def test_the_gain_of_outlook_is_the_outlook_with_the_activity_less_the_outlook_without(present):
    found = complexity.complexity(present)
    assume(not np.isnan(found.pci).any())
    phi = relatedness.proximity(present)
    outlook = complexity.outlook(present, phi, relatedness.density(present, phi), found.pci)
    close(outlook.index, brute.outlook(present.tolist(), phi.tolist(), found.pci.tolist()))
    for c, p in itertools.product(range(present.shape[0]), range(present.shape[1])):
        if present[c, p]:
            assert math.isnan(outlook.gain[c, p])
            continue
        after = present.copy()
        after[c, p] = True
        expected = brute.outlook(after.tolist(), phi.tolist(), found.pci.tolist())[c] - outlook.index[c]
        assert outlook.gain[c, p] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(present=patterns(), steps=st.integers(0, 6))
def test_reflections_are_averages_of_averages(present, steps):
    c, p = present.sum(axis=1).tolist(), present.sum(axis=0).tolist()
    kc, kp = list(c), list(p)
    for _ in range(steps):
        kc, kp = ([sum(kp[j] for j in range(len(p)) if present[i, j]) / c[i] for i in range(len(c))],
                  [sum(kc[i] for i in range(len(c)) if present[i, j]) / p[j] for j in range(len(p))])
    found = complexity.reflections(present, steps)
    close(found.locations, kc)
    close(found.activities, kp)


# -- what must always hold ---------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(rows=st.one_of(tables(), tables(AMOUNTS)), threshold=st.sampled_from([0.5, 1, 2]))
def test_what_holds_for_every_table(rows, threshold):
    found = relatedness.relatedness(rows, threshold=threshold)
    assert (found.density >= 0).all() and (found.density <= 1).all()
    assert (np.diag(found.proximity) == 0).all() and (found.proximity == found.proximity.T).all()
    assert (found.proximity >= 0).all() and (found.proximity <= 1).all()
    measures = found.complexity
    for one in (measures.eci, measures.pci):
        told = one[~np.isnan(one)]
        if told.size:
            assert told.mean() == pytest.approx(0, abs=1e-9) and told.std() == pytest.approx(1, abs=1e-9)
    assert np.isnan(measures.eci).all() == np.isnan(measures.pci).all()
    told = ~np.isnan(measures.eci)
    if told.any():
        diversity = measures.diversity[told].astype(float)
        assert ((diversity - diversity.mean()) * measures.eci[told]).sum() > -1e-9
    assert np.isfinite(found.rca).all()
    fitness = measures.fitness.fitness
    told = ~np.isnan(fitness)
    assert (told == (measures.diversity > 0)).all() and (fitness[told] >= 0).all()
    if told.any():
        assert fitness[told].mean() == pytest.approx(1)


@settings(max_examples=100, deadline=None)
@given(rows=tables(), seed=st.randoms(use_true_random=False))
def test_neither_order_nor_splitting_nor_scale_changes_anything(rows, seed):
    first = relatedness.relatedness(rows)
    again = [row for location, activity, value in rows for row in
             ((location, activity, value * 512), (location, activity, value * 512))]
    seed.shuffle(again)
    second = relatedness.relatedness(again)
    close(second.rca, first.rca)
    assert second.present.tolist() == first.present.tolist()
    for name in ("eci", "pci"):
        np.testing.assert_allclose(
            getattr(second.complexity, name), getattr(first.complexity, name), atol=1e-7, equal_nan=True)
    assert second.table.repeated == len(again) - len({row[:2] for row in again})


@settings(max_examples=100, deadline=None)
@given(rows=tables(), count=st.integers(1, 9))
def test_the_nearest_absent_are_absent_in_order_and_add_up(rows, count):
    found = relatedness.relatedness(rows)
    for location in found.table.locations:
        nearest = relatedness.nearest_absent(found, location, count, terms=3)
        absent = [name for name in found.table.activities if not found.of("present", location, name)]
        assert len(nearest) == min(count, len(absent)) and {one.activity for one in nearest} <= set(absent)
        densities = [round(one.density, 12) for one in nearest]
        assert densities == sorted(densities, reverse=True)
        rest = [found.of("density", location, name) for name in absent if name not in {one.activity for one in nearest}]
        assert not rest or max(rest) <= nearest[-1].density + 1e-12
        for one in nearest:
            assert sum(term.share for term in one.terms) + one.rest == pytest.approx(one.density, abs=1e-12)
            assert all(found.of("present", location, term.activity) for term in one.terms)
            shares = [term.proximity for term in one.terms]
            assert shares == sorted(shares, reverse=True) and all(share > 0 for share in shares)


# -- what cannot be told, and is said ----------------------------------------------------------------------------------


def codes(found) -> list[str]:
    return [note.code for note in found.notes]


def pattern(*lines: str):
    return np.array([[sign == "1" for sign in line] for line in lines], bool)


def test_one_location_has_no_complexity():
    found = relatedness.relatedness([("青岛", "面板", 3), ("青岛", "模组", 1)])
    assert np.isnan(found.complexity.eci).all() and np.isnan(found.complexity.pci).all()
    assert found.rca.tolist() == [[1, 1]] and found.present.all() and found.density.tolist() == [[1, 1]]
    assert "eci_few" in codes(found)


def test_locations_all_alike_have_no_complexity():
    found = complexity.complexity(np.ones((3, 2), bool))
    assert np.isnan(found.eci).all() and [note.code for note in found.notes] == ["eci_same"]


def test_a_tie_of_eigenvalues_is_no_complexity():
    """Each of four has its own and its neighbours' in a ring: nothing tells one direction from another."""
    found = complexity.complexity(pattern("1100", "0110", "0011", "1001"))
    assert np.isnan(found.eci).all() and "eci_tie" in [note.code for note in found.notes]


def test_parts_that_share_nothing_are_not_compared():
    """Three locations in one part, and two parts of one: the greatest has its complexity, the rest none."""
    whole = complexity.complexity(pattern("11100", "11000", "10000"))
    found = complexity.complexity(pattern("1110000", "1100000", "1000000", "0000010", "0000001"))
    assert found.eci[:3].tolist() == pytest.approx(whole.eci.tolist()) and np.isnan(found.eci[3:]).all()
    assert np.isnan(found.pci[3:]).all() and found.pci[:3].tolist() == pytest.approx(whole.pci[:3].tolist())
    note = next(note for note in found.notes if note.code == "eci_parts")
    assert note.params == {"parts": 3, "count": 2} and note.places == (3, 4)


def test_what_has_nothing_stays_in_the_tables_and_is_said():
    rows = [("甲", "a", 2), ("甲", "b", 1), ("乙", "a", 1), ("乙", "b", 3), ("丙", "a", 0), ("甲", "c", 0)]
    found = relatedness.relatedness(rows)
    notes = {note.code: note for note in found.notes}
    assert notes["location_empty"].names == ("丙",) and notes["activity_empty"].names == ("c",)
    assert found.of("rca", "丙", "a") == 0 and found.of("density", "丙", "a") == 0
    assert math.isnan(found.complexity.eci[found.table.locations.index("丙")])
    assert math.isnan(found.complexity.fitness.quality[found.table.activities.index("c")])
    assert found.of("density", "甲", "c") == 0


def test_an_activity_with_no_neighbour_has_density_zero_and_is_said():
    found = relatedness.relatedness([("甲", "a", 1), ("乙", "b", 1)])
    assert found.density.tolist() == [[0, 0], [0, 0]]
    assert next(note for note in found.notes if note.code == "no_proximity").names == ("a", "b")


def test_a_direction_that_nothing_decides_is_fixed_and_said():
    """Two of the same diversity: the first by name stands above."""
    found = complexity.complexity(pattern("110", "011"))
    assert found.eci.tolist() == pytest.approx([1, -1]) and "eci_sign" in [note.code for note in found.notes]


def test_repeated_pairs_are_summed_and_said():
    found = relatedness.relatedness([("甲", "a", 1), ("甲", "a", 2), ("乙", "b", 1), ("甲", "a", 0)])
    assert found.of("values", "甲", "a") == 3 and found.table.repeated == 2
    assert next(note for note in found.notes if note.code == "summed").params == {"count": 2}


def test_every_wrong_row_is_told_with_its_number():
    rows = [("甲", "a", float("nan")), ("甲", "b", -1), ("", "a", 1), ("乙", " ", 1), ("乙", "a", float("inf")),
            ("乙", "b", None), ("乙", "c", "x"), ("乙", "d", True), ("乙", "e", 1e40), ("乙", "f", 1e-40), (3, "g", 1)]
    with pytest.raises(BadTable) as bad:
        relatedness.relatedness(rows)
    assert [(one.row, one.column, one.code) for one in bad.value.problems] == [
        (1, "value", "value_nan"), (2, "value", "value_negative"), (3, "location", "name_blank"),
        (4, "activity", "name_blank"), (5, "value", "value_infinite"), (6, "value", "value_missing"),
        (7, "value", "value_wrong"), (8, "value", "value_wrong"), (9, "value", "value_far"), (10, "value", "value_far"),
        (11, "location", "name_wrong")]
    assert bad.value.problems[0].message == (
        "Row 1 has the value NaN in the column “value”, which is no number. Give the figure, or 0 where there is nothing.")


@pytest.mark.parametrize("rows", [[], [("甲", "a", 0)]])
def test_a_table_of_nothing_is_refused(rows):
    with pytest.raises(BadTable) as bad:
        relatedness.relatedness(rows)
    assert [one.code for one in bad.value.problems] == ["table_empty" if not rows else "table_zero"]


@pytest.mark.parametrize("threshold", [0, -1, float("nan"), float("inf")])
def test_a_threshold_must_be_above_zero(threshold):
    with pytest.raises(BadTable) as bad:
        relatedness.relatedness([("甲", "a", 1)], threshold=threshold)
    assert [one.code for one in bad.value.problems] == ["threshold_wrong"]


def test_a_location_that_is_not_there_is_refused():
    found = relatedness.relatedness([("甲", "a", 1)])
    with pytest.raises(KeyError):
        relatedness.nearest_absent(found, "乙", 1)


def test_results_cannot_be_changed():
    found = relatedness.relatedness([("甲", "a", 1), ("乙", "b", 1)])
    for one in (found.rca, found.present, found.proximity, found.density, found.table.values, found.complexity.diversity):
        with pytest.raises(ValueError):
            one[0] = 0
    with pytest.raises(AttributeError):
        found.rca = None


@pytest.mark.slow
def test_four_hundred_cities_and_two_thousand_activities_take_seconds():
    import time

    generator = np.random.default_rng(5)
    values = generator.poisson(0.4, (400, 2000)) * generator.integers(1, 9, (400, 2000))
    begun = time.perf_counter()
    found = relatedness.relatedness(
        (f"city{c}", f"node{p}", float(values[c, p])) for c in range(400) for p in range(2000))
    assert found.rca.shape == (400, 2000) and found.proximity.shape == (2000, 2000)
    assert not np.isnan(found.complexity.eci).any()
    assert time.perf_counter() - begun < 30, "measured at a few seconds; this is room for a busy machine"
