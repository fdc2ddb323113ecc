"""Relatedness and complexity against worked examples that were published, and against hand-made tables.

Sources
- Atlas: Hausmann, Hidalgo et al., The Atlas of Economic Complexity (2011). Soya: Technical Box 2.2, page 25. Wine and
  grapes: Technical Box 5.1, page 52. Three countries and five products: the figure of diversity and ubiquity in chapter 2.
- HH: Hidalgo and Hausmann, The building blocks of economic complexity, PNAS 106 (2009), 10570-10575; the simple network is
  Fig. S4 on page 11 of its supplement, the recursion is equations (1) to (3). Its edges: C1 P1 P2 P3 P4, C2 P2, C3 P3 P4,
  C4 P4 (as the examples of the R package EconGeo give them).
- Tacchella: Tacchella et al., A new metrics for countries' fitness and products' complexity, Scientific Reports 2 (2012),
  723, equation (1).
Where a source prints no figure, it is worked out from its formula in the comment beside it.
"""

from __future__ import annotations

import numpy as np
import pytest

from guatu.chains.rules import complexity, relatedness

# The Atlas's figure: the Netherlands make all five, Argentina three, Ghana one.
ATLAS = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 0, 0, 1]], bool)
ATLAS_ROWS = [(country, product, 1.0)
              for country, products in {
                  "NLD": ("x-ray", "medicaments", "creams", "cheese", "fish"),
                  "ARG": ("creams", "cheese", "fish"),
                  "GHA": ("fish",)}.items()
              for product in products]
HH = np.array([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]], bool)


def near(expected):
    return pytest.approx(expected, abs=1e-9)


def test_soya_of_brazil():
    """11 of Brazil's 140 (thousand million dollars), 42 of the world's 12,000: 42 are 0.35 % of world trade.

    (11 / 140) / (42 / 12000) = 132000 / 5880 = 22.449. The Atlas says “around 21 times” and gives 7.8 % by 0.35 %, which
    is 22.3; later printings say 22.
    """
    rows = [("Brazil", "soya", 11), ("Brazil", "other", 129), ("rest", "soya", 31), ("rest", "other", 11829)]
    found = relatedness.relatedness(rows)
    assert found.of("rca", "Brazil", "soya") == near(22.448979591837)
    assert found.of("present", "Brazil", "soya") and not found.of("present", "Brazil", "other")


def test_wine_and_grapes():
    """17 countries export wine, 24 grapes, 11 both: 11 / 24."""
    present = np.zeros((30, 2), bool)
    present[:17, 0] = True
    present[6:, 1] = True
    found = relatedness.proximity(present)
    assert found.tolist() == [[0.0, near(11 / 24)], [near(0.458333333333), 0.0]]


def test_diversity_and_ubiquity_of_the_atlas():
    found = complexity.complexity(ATLAS)
    assert found.diversity.tolist() == [5, 3, 1] and found.ubiquity.tolist() == [1, 1, 2, 2, 3]


def test_complexity_of_the_atlas_in_closed_form():
    """The second eigenvalue is (2 + √0.4) / 9 = 0.2925, its vector (1/√10, 2 - 7.5 λ, -1): the countries in their order."""
    found = complexity.complexity(ATLAS)
    assert found.eci.tolist() == near([1.123377262147, 0.182299033588, -1.305676295735])
    assert found.pci.tolist() == near([1.0, 1.0, -0.139620389972, -0.139620389972, -1.720759220056])
    assert found.eigenvalue == near(0.292495059115)


def test_proximity_and_density_of_the_atlas():
    """Creams and cheese are made by the same two; of fish's three makers two make creams; self-proximity is zero."""
    third, two = 1 / 3, 2 / 3
    phi = relatedness.proximity(ATLAS)
    assert phi.tolist() == [
        near([0, 1, .5, .5, third]), near([1, 0, .5, .5, third]), near([.5, .5, 0, 1, two]), near([.5, .5, 1, 0, two]),
        near([third, third, two, two, 0])]
    assert relatedness.density(ATLAS, phi).tolist() == [
        near([1, 1, 1, 1, 1]),
        # Argentina. x-ray: (½ + ½ + ⅓) / (1 + ½ + ½ + ⅓) = 4/7; creams: (1 + ⅔) / (½ + ½ + 1 + ⅔) = 5/8; fish: (4/3) / 2
        near([4 / 7, 4 / 7, 5 / 8, 5 / 8, 2 / 3]),
        near([1 / 7, 1 / 7, 1 / 4, 1 / 4, 0])]  # Ghana has fish alone, and fish is not near itself


def test_comparative_advantage_of_the_atlas_with_equal_values():
    """Nine exports of 1: the Netherlands' fish is (1/5) / (3/9) = 0.6, Argentina's (1/3) / (3/9) = 1, exactly on the line."""
    found = relatedness.relatedness(ATLAS_ROWS)
    assert found.of("rca", "NLD", "x-ray") == near(1.8) and found.of("rca", "NLD", "creams") == near(0.9)
    assert found.of("rca", "NLD", "fish") == near(0.6) and found.of("rca", "GHA", "fish") == near(3.0)
    assert found.of("rca", "ARG", "creams") == near(1.5) and found.of("rca", "ARG", "fish") == near(1.0)
    assert found.of("present", "ARG", "fish") and not found.of("present", "NLD", "fish")


def test_what_is_nearest_for_ghana_and_why():
    found = relatedness.relatedness(ATLAS_ROWS, threshold=0.5)
    near_ones = relatedness.nearest_absent(found, "GHA", 3)
    assert [(one.activity, one.density) for one in near_ones] == [
        ("cheese", near(0.25)), ("creams", near(0.25)), ("medicaments", near(1 / 7))]
    assert [(term.activity, term.proximity, term.share) for term in near_ones[0].terms] == [("fish", near(2 / 3), near(0.25))]
    assert near_ones[0].rest == near(0)
    one = relatedness.nearest_absent(found, "ARG", 1, terms=2)[0]
    assert one.activity == "medicaments" and one.density == near(4 / 7)
    assert [(term.activity, term.share) for term in one.terms] == [("cheese", near(3 / 14)), ("creams", near(3 / 14))]
    assert one.rest == near(1 / 7)
    assert relatedness.nearest_absent(found, "NLD", 5) == ()


def test_reflections_of_the_simple_network():
    """k_c0 = 4 1 2 1, k_p0 = 1 2 2 3. k_c1 of C1 = (1 + 2 + 2 + 3) / 4; k_p1 of P4 = (4 + 2 + 1) / 3; and so on."""
    steps = [complexity.reflections(HH, count) for count in range(3)]
    assert [step.locations.tolist() for step in steps] == [
        [4, 1, 2, 1], near([2, 2, 2.5, 3]), near([71 / 24, 2.5, 8 / 3, 7 / 3])]
    assert [step.activities.tolist() for step in steps] == [
        [1, 2, 2, 3], near([4, 2.5, 3, 7 / 3]), near([2, 2, 2.25, 2.5])]


def test_complexity_of_the_simple_network():
    """The matrix of locations is [[7/12 1/8 5/24 1/12] [1/2 1/2 0 0] [5/12 0 5/12 1/6] [1/3 0 1/3 1/3]].

    Besides 1 its eigenvalues solve 96 λ³ - 80 λ² + 17 λ - 1 = 0; the greatest is 0.542133713178. Its vector is
    (1, 1 / (2 λ - 1), (5 λ - 1) / q, 4 λ / q) with q = 12 λ² - 9 λ + 1. It is turned, since it falls with diversity.
    It splits C2 from the rest and so puts C4, which makes one common thing, before C1, which makes all: docs say so.
    """
    found = complexity.complexity(HH)
    assert found.eigenvalue == near(0.542133713178)
    assert found.eci.tolist() == near([-0.075353088975, -1.602916065686, 0.747788201915, 0.930480952747])
    assert found.pci.tolist() == near([-0.122296831575, -1.573591084418, 0.659746359416, 1.036141556577])


def test_the_first_two_steps_of_fitness():
    """Step 1: F = k_c / 3 = 5/3 1 1/3; Q = 1/u = 1 1 ½ ½ ⅓ by their mean ⅔ = 3/2 3/2 3/4 3/4 1/2.

    Step 2: F = 5 2 ½ by 2.5; Q of fish = 1 / (3/5 + 1 + 3) = 5/23, of creams 1 / (3/5 + 1) = 5/8, of x-ray 5/3; their mean
    is 265/276.
    """
    first, second = (complexity.fitness(ATLAS, most=count) for count in (1, 2))
    assert first.fitness.tolist() == near([5 / 3, 1, 1 / 3])
    assert first.quality.tolist() == near([1.5, 1.5, 0.75, 0.75, 0.5])
    assert second.fitness.tolist() == near([2, 0.8, 0.2])
    assert second.quality.tolist() == near([92 / 53, 92 / 53, 69 / 106, 69 / 106, 12 / 53])
    assert (second.iterations, second.converged) == (2, False)


def test_fitness_that_dies_out_slowly_is_said_not_to_have_come_to_rest():
    """A makes both things, B one of them. With r = F_B / F_A and s = Q_common / Q_rare, equation (1) gives r' = s / (1 + s)
    and s' = r / (1 + r); from 1 and 1 both are 1 / (n + 1) after n steps, so they fall for ever."""
    found = complexity.fitness(np.array([[1, 1], [1, 0]], bool), most=1000)
    assert (found.iterations, found.converged) == (1000, False)
    assert found.fitness.tolist() == near([2 * 1001 / 1002, 2 / 1002])
    assert found.quality.tolist() == near([2 / 1002, 2 * 1001 / 1002])


def test_fitness_of_equals_is_one_at_once():
    found = complexity.fitness(np.ones((3, 4), bool))
    assert found.fitness.tolist() == [1, 1, 1] and found.quality.tolist() == [1, 1, 1, 1]
    assert (found.iterations, found.converged) == (1, True)
