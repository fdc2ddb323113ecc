"""Figures of a chain, worked out by hand before the rules that compute them.

The web of these tests, drawn from left to right (S is a service, G a general node; both are left out of paths):

    a ──→ c ──→ d          paths: a-c-d, a-c-e, b-c-d, b-c-e, b-e   (5)
          ↑ └─→ e
    b ────┴──────↗         through a 2, b 3, c 4, d 2, e 3
    S → c,  G → d
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.chains.rules.assembling import Figures, assembled
from guatu.chains.rules.gaps import Scoring, choke_point, gap_terms, ranked
from guatu.chains.rules.graph import Chain, Edge, Node
from guatu.chains.rules.measures import Thresholds, concentration, location_quotient, status_of, weighted
from guatu.chains.rules.standing import Counts, Coverage, Criticality, Users
from guatu.chains.rules.standing_words import SENTENCES
from guatu.chains.rules.web import web


def node(code: str, tier: str = "upstream", name: str = "") -> Node:
    return Node(code, name or code.upper(), tier, "要紧。", (code,))


CHAIN = Chain(
    "x", "某链", date(2022, 1, 1), "行业常识",
    (node("a"), node("b"), node("c", "midstream"), node("d", "downstream"), node("e", "downstream"),
     node("s", "service"), node("g", "midstream", "某件（综合）")),
    (Edge("a", "c", "material"), Edge("b", "c", "material"), Edge("c", "d", "component"), Edge("c", "e", "component"),
     Edge("b", "e", "component"), Edge("b", "e", "process"), Edge("s", "c", "service"), Edge("g", "d", "component")),
)
THRESHOLDS = Thresholds(present_makers=3, present_quotient=Decimal("0.5"), strong_makers=10, strong_quotient=Decimal("1.5"))
SCORING = Scoring(
    decay=Decimal("0.5"),
    weights={"demand": Decimal(35), "criticality": Decimal(20), "scarcity_here": Decimal(20),
             "scarcity_nation": Decimal(15), "reach": Decimal(10), "substitution": Decimal(10)},
    full_demand=15, critical_share=Decimal("0.5"), enough_makers=10, plenty_per_million=Decimal(255), cluster_makers=3,
    reach={"here": Decimal(0), "near": Decimal("0.2"), "province": Decimal("0.5"), "nation": Decimal("0.8"),
           "none": Decimal(1)},
    enough_sellers=20, choke_users=Decimal(3), choke_per_million=Decimal(20),
)


# -- the web -----------------------------------------------------------------------------------------------------------


def test_paths_from_first_to_last_nodes_are_counted_exactly():
    found = web(CHAIN)
    assert found.all_paths == 5
    assert {code: found.paths[code] for code in "abcde"} == {"a": 2, "b": 3, "c": 4, "d": 2, "e": 3}
    assert found.paths["s"] == found.paths["g"] == 0


def test_a_node_that_stands_alone_is_a_path_of_its_own():
    alone = Chain("x", "某链", date(2022, 1, 1), "", (node("a"),), ())
    assert (web(alone).all_paths, web(alone).paths) == (1, {"a": 1})


def test_users_stand_at_their_shortest_distance():
    found = web(CHAIN).uses
    assert found["a"] == {"c": 1, "d": 2, "e": 2}
    assert found["b"] == {"c": 1, "e": 1, "d": 2}
    assert found["s"] == {"c": 1, "d": 2, "e": 2}
    assert found["d"] == {}


def test_services_and_general_nodes_stand_aside():
    assert {code: told.code for code, told in web(CHAIN).aside.items()} == {"s": "aside_service", "g": "aside_general"}


@st.composite
def webs(draw):
    size = draw(st.integers(1, 7))
    pairs = list(itertools.combinations(range(size), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return Chain(
        "x", "某链", date(2022, 1, 1), "", tuple(node(f"n{place}") for place in range(size)),
        tuple(Edge(f"n{first}", f"n{second}", "material") for first, second in chosen),
    )


@given(webs())
def test_paths_equal_those_of_writing_each_one_down(chain):
    after = {one.code: [edge.target for edge in chain.edges if edge.source == one.code] for one in chain.nodes}
    targets = {edge.target for edge in chain.edges}

    def written(code):
        return [(code, *rest) for other in after[code] for rest in written(other)] if after[code] else [(code,)]

    paths = [path for code in after if code not in targets for path in written(code)]
    found = web(chain)
    assert found.all_paths == len(paths)
    assert found.paths == {code: sum(code in path for path in paths) for code in after}


# -- measures ----------------------------------------------------------------------------------------------------------


def test_location_quotient_by_hand():
    # 4 of 1,000 here, 20 of 20,000 in the nation: 0.004 / 0.001
    assert location_quotient(4, 1000, 20, 20_000).value == Decimal("4.00")
    # 1 of 300 here, 7 of 900 in the nation: (1 / 300) / (7 / 900) = 3 / 7 = 0.428…
    assert location_quotient(1, 300, 7, 900).value == Decimal("0.43")
    assert location_quotient(0, 300, 7, 900).value == Decimal("0.00")


@pytest.mark.parametrize(("numbers", "why"), [
    ((0, 300, 0, 900), "no_makers_nation"), ((0, 0, 7, 900), "nobody_here"), ((0, 0, 0, 0), "no_makers_nation")])
def test_a_location_quotient_may_be_undefined(numbers, why):
    found = location_quotient(*numbers)
    assert (found.value, found.undefined.code) == (None, why)


def test_concentration_by_hand():
    # shares 50, 30 and 20 per cent: 2500 + 900 + 400
    assert concentration(Decimal(10), Decimal(25 + 9 + 4)) == Decimal(3800)
    assert concentration(Decimal(7), Decimal(49)) == Decimal(10_000)  # one alone
    assert concentration(Decimal(3), Decimal(3)) == Decimal(3333)  # three alike, 3333.3…
    assert concentration(Decimal(0), Decimal(0)) is None


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
def test_concentration_lies_between_all_alike_and_one_alone(parts):
    found = concentration(Decimal(sum(parts)), Decimal(sum(part * part for part in parts)))
    assert Decimal(10_000) / len(parts) - 1 <= found <= 10_000


@pytest.mark.parametrize(("makers", "quotient", "status", "why"), [
    (0, "0.00", "missing", ["none_here", "others_here"]),
    (2, "9.00", "weak", ["makers_here", "below_count", "others_here"]),
    (3, "0.49", "weak", ["makers_here", "below_quotient", "others_here"]),
    (2, "0.10", "weak", ["makers_here", "below_count", "below_quotient", "others_here"]),
    (3, "0.50", "present", ["makers_here", "at_present", "others_here"]),
    (10, "1.49", "present", ["makers_here", "at_present", "others_here"]),
    (9, "1.50", "present", ["makers_here", "at_present", "others_here"]),
    (10, "1.50", "strong", ["makers_here", "at_strong", "others_here"]),
])
def test_status_by_count_and_quotient(makers, quotient, status, why):
    found, terms = status_of(makers, Decimal(quotient), 1000, date(2019, 12, 31), {"develops": 1, "sells": 2, "serves": 0}, THRESHOLDS)
    assert (found, [term.code for term in terms]) == (status, why)
    assert all("%(" not in term.sentence() for term in terms)


def test_users_further_down_the_chain_count_less():
    # 4 at distance 1, 4 at 2, 8 at 3: 4 + 2 + 2
    assert weighted({1: 4, 2: 4, 3: 8}, Decimal("0.5")) == Decimal(8)
    assert weighted({}, Decimal("0.5")) == Decimal(0)


# -- gaps --------------------------------------------------------------------------------------------------------------


def users(**by_distance) -> Users:
    found = {int(name[1:]): count for name, count in by_distance.items()}
    return Users(found, weighted(found, SCORING.decay), sum(found.values()))


def points(**changes) -> dict[str, Decimal]:
    given = {
        "makers": Counts(0, 0, 0, 0), "sellers_here": 0, "users": users(), "nation": 1_000_000,
        "criticality": Criticality(2, 5, Decimal("0.4"), (), ()), "nodes_with_makers": 4, "scoring": SCORING,
    }
    return {code: term.points for code, term in gap_terms(**(given | changes)).items()}


def test_demand_grows_with_the_logarithm_of_users():
    assert points()["demand"] == 0
    assert points(users=users(d1=3))["demand"] == Decimal("17.5")  # log 4 / log 16 = a half of 35
    assert points(users=users(d1=1, d2=4))["demand"] == Decimal("17.5")  # weighted 3 as well
    assert points(users=users(d1=15))["demand"] == Decimal("35.0")
    assert points(users=users(d1=500))["demand"] == Decimal("35.0")


def test_criticality_is_half_paths_half_dependents():
    # 0.4 of 0.5 fully critical: 0.8 of 10; 1 of 4 nodes: a quarter of 10
    found = Criticality(2, 5, Decimal("0.4"), ("c",), ("c",))
    assert points(criticality=found)["criticality"] == Decimal("10.5")
    full = Criticality(4, 5, Decimal("0.8"), ("c",), ("c", "d", "e", "f"))
    assert points(criticality=full)["criticality"] == Decimal("20.0")
    assert points(criticality=Criticality(0, 0, Decimal(0), (), ()), nodes_with_makers=0)["criticality"] == 0


def test_scarcity_here_falls_to_nothing_at_enough_makers():
    assert points()["scarcity_here"] == Decimal("20.0")
    assert points(makers=Counts(4, 0, 4, 4))["scarcity_here"] == Decimal("12.0")
    assert points(makers=Counts(12, 0, 12, 12))["scarcity_here"] == 0


def test_scarcity_in_the_nation_is_by_a_million_enterprises():
    assert points()["scarcity_nation"] == Decimal("15.0")
    # 30 among 2 millions: 15 a million; log 16 / log 256 = a half
    assert points(makers=Counts(0, 0, 0, 30), nation=2_000_000)["scarcity_nation"] == Decimal("7.5")
    assert points(makers=Counts(0, 0, 0, 999))["scarcity_nation"] == 0


@pytest.mark.parametrize(("makers", "expected", "why"), [
    (Counts(3, 0, 3, 3), "0", "reach_here"),
    (Counts(2, 3, 5, 9), "2.0", "reach_near"),
    (Counts(0, 2, 2, 9), "8.0", "reach_nation"),  # two are no cluster
    (Counts(0, 2, 3, 9), "5.0", "reach_province"),
    (Counts(0, 0, 0, 1), "8.0", "reach_nation"),  # one somewhere is better than none
    (Counts(0, 0, 0, 0), "10.0", "reach_none"),
])
def test_reach_is_where_the_next_makers_cluster(makers, expected, why):
    term = gap_terms(makers, 0, users(), 1_000_000, Criticality(0, 0, Decimal(0), (), ()), 0, SCORING)["reach"]
    assert (term.points, term.told.code) == (Decimal(expected), why)


def test_sellers_here_take_points_away():
    assert points()["substitution"] == 0
    assert points(sellers_here=5)["substitution"] == Decimal("-2.5")
    assert points(sellers_here=500)["substitution"] == Decimal("-10.0")


def test_a_choke_point_has_many_users_here_and_few_makers_anywhere():
    many, few = users(d1=3), users(d1=2)
    assert choke_point("missing", many, 20, 1_000_000, SCORING)
    assert choke_point("weak", many, 0, 0, SCORING)
    assert not choke_point("missing", few, 20, 1_000_000, SCORING)
    assert not choke_point("missing", many, 21, 1_000_000, SCORING)
    assert not choke_point("present", many, 20, 1_000_000, SCORING)


def test_gaps_are_ranked_by_score_and_then_by_code():
    rows = [("b", Decimal("5.0")), ("c", Decimal("9.5")), ("a", Decimal("5.0"))]
    assert [code for code, _score in ranked(rows, lambda row: row[1], lambda row: row[0])] == ["c", "a", "b"]


numbers = st.integers(0, 2000)


@given(numbers, numbers, numbers, numbers, numbers, st.dictionaries(st.integers(1, 5), st.integers(0, 300)), st.integers(0, 10**7))
def test_every_term_keeps_within_its_bounds_and_says_a_whole_sentence(here, near, province, nation, sellers, distances, total):
    makers = Counts(here, near, here + near + province, here + near + province + nation)
    found = gap_terms(
        makers, sellers, Users(distances, weighted(distances, SCORING.decay), sum(distances.values())), total,
        Criticality(2, 5, Decimal("0.4"), (), ()), 3, SCORING)
    assert list(found) == ["demand", "criticality", "scarcity_here", "scarcity_nation", "reach", "substitution"]
    for code, term in found.items():
        least, most = (-term.most, Decimal(0)) if code == "substitution" else (Decimal(0), term.most)
        assert least <= term.points <= most
        assert "%(" not in term.told.sentence()


@given(numbers, numbers)
def test_one_more_maker_here_never_makes_a_gap_wider(makers, more):
    def score(here):
        found = points(makers=Counts(here, 0, here, 5000), users=users(d1=5))
        return sum(found.values())

    assert score(makers + more) <= score(makers)


# -- all together ------------------------------------------------------------------------------------------------------


NOBODY = Counts()
COVERAGE = Coverage(1000, 2000, 9000, 1_000_000, 1_000_000, date(2019, 12, 31), 0, 0, 12, 40, 0, 0)


def figures(makers: Counts = NOBODY, **changes) -> Figures:
    return Figures(makers={"makes": makers} | changes.pop("roles", {}), **changes)


def test_a_chain_is_put_together():
    found = {
        "a": figures(users={1: 3, 2: 5}),
        "c": figures(Counts(3, 0, 5, 1500), capital=(Decimal(10), 3, 0), capital_squares=Decimal(38), cities={"3702": 3, "4403": 1497}),
        "d": figures(Counts(20, 0, 25, 4000)),
    }
    nodes, gaps = assembled(CHAIN, found, COVERAGE, THRESHOLDS, SCORING)
    by_code = {one.code: one for one in nodes}
    assert [one.code for one in nodes] == ["a", "b", "c", "d", "e", "s", "g"]
    assert {code: one.status for code, one in by_code.items()} == {
        "a": "missing", "b": "missing", "c": "present", "d": "strong", "e": "missing", "s": "missing", "g": "missing"}
    assert by_code["c"].location_quotient.value == Decimal("2.00")
    assert by_code["c"].capital_hhi.value == Decimal(3800)
    assert (by_code["a"].capital_hhi.value, by_code["a"].capital_hhi.undefined.code) == (None, "no_makers_here")
    assert [(one.city_code, one.makers) for one in by_code["c"].clusters] == [("4403", 1497), ("3702", 3)]
    assert by_code["c"].clusters[0].share == Decimal("0.998")
    assert by_code["a"].criticality == Criticality(2, 5, Decimal("0.4"), ("c",), ("c", "d"))
    assert (by_code["a"].users.weighted, by_code["a"].users.direct, by_code["a"].users.total) == (Decimal("5.5"), 3, 8)
    assert [(gap.rank, gap.node) for gap in gaps] == [(1, "a"), (2, "b"), (3, "e")]
    assert by_code["a"].choke_point and gaps[0].choke_point and not by_code["b"].choke_point
    for gap in gaps:
        assert gap.score == sum(term.points for term in gap.terms.values())
    assert by_code["s"].aside.code == "aside_service"


def test_what_the_register_never_names_is_set_aside_as_unseen():
    """A node that next to nobody in the nation writes of in any role is not known to be missing: steps inside a factory
    and words too new for the register look the same."""
    scoring = replace(SCORING, seen_least=3)
    found = {
        "a": figures(users={1: 3}, roles={"sells": Counts(0, 0, 1, 2)}),  # 2 in the nation, in any role
        "b": figures(Counts(0, 0, 0, 1), roles={"sells": Counts(0, 0, 0, 2)}),  # 3
        "e": figures(Counts(1, 0, 1, 1)),  # one maker, who is here: seen
    }
    nodes, gaps = assembled(CHAIN, found, COVERAGE, THRESHOLDS, scoring)
    by_code = {one.code: one for one in nodes}
    assert by_code["a"].aside.code == "aside_unseen" and by_code["a"].aside.params == {"seen": 2, "least": 3}
    assert by_code["a"].status == "missing" and not by_code["a"].choke_point
    assert by_code["c"].aside.params == {"seen": 0, "least": 3}
    assert {gap.node for gap in gaps} == {"b", "e"}


def test_sentences_have_no_stray_percent_signs():
    for sentence in SENTENCES.values():
        assert sentence.replace("%%", "").count("%") == sentence.count("%(")
