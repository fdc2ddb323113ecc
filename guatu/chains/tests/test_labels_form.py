"""The labelled set is well formed. Nothing here resolves a role: the labels stood before any resolver."""

from collections import Counter

import pytest

from guatu.chains.tests.labels import ROLES, Case, cases, plain, rows, spans

THEMES = {
    "before": 40,
    "behind": 31,
    "boilerplate": 26,
    "branch": 16,
    "clauses": 40,
    "colon": 41,
    "exclusions": 31,
    "inside": 23,
    "investment": 12,
    "listed": 35,
    "names": 24,
    "negation": 12,
    "reach": 20,
    "services": 21,
    "short": 13,
    "trade": 16,
    "truncated": 16,
    "whole": 38,
    "widths": 22,
}


def each_case():
    return pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)


def places(case: Case, term: str) -> list[tuple[int, int, int]]:
    """Where a term stands in the case: which of name and text, from, to."""
    return [
        (part, start, end)
        for part, text in enumerate((case.name, case.text))
        for start, end in spans(plain(term), plain(text))
    ]


def unjudged(case: Case, vocabulary) -> set[str]:
    """Terms of the vocabulary which stand in the case on their own and about which it says nothing."""
    covered = [place for term in case.judged for place in places(case, term)]
    return {
        term
        for term in vocabulary
        for part, start, end in places(case, term)
        if not any(part == p and s <= start and end <= e for p, s, e in covered)
    }


def test_every_theme_has_its_number():
    assert Counter(case.theme for case in cases()) == THEMES
    assert len(cases()) == 477


def test_ids_and_texts_are_unique():
    assert len({case.id for case in cases()}) == 477
    assert len({(plain(case.text) or plain(case.name)) for case in cases()}) == 477
    assert all(case.id.startswith(f"{case.theme}-") for case in cases())


def test_each_role_is_often_stated():
    stated = Counter(role for case in cases() for role in case.expect.values())
    assert stated == {"makes": 306, "develops": 104, "sells": 365, "serves": 148}


def test_only_known_keys_and_no_term_twice():
    for _, row in rows():
        assert row.keys() <= {"id", "name", "text", "expect", "not", "why"}, row["id"]
        assert all(each.keys() == {"term", "role"} for each in row["expect"]), row["id"]
        terms = [plain(each["term"]) for each in row["expect"]] + [plain(term) for term in row.get("not", ())]
        assert len(terms) == len(set(terms)), row["id"]


@each_case()
def test_a_case_is_well_formed(case):
    assert case.text or case.name
    assert case.why
    assert set(case.expect.values()) <= set(ROLES)
    for term in case.expect:
        assert places(case, term), f"{term} does not stand in the text"


def test_what_must_give_nothing_stands_in_the_case():
    absent = {(case.id, term) for case in cases() for term in case.excluded if not places(case, term)}
    assert absent == set()


def test_each_known_term_is_judged_wherever_it_stands():
    """So that a resolver which says more than the labels is wrong, and not merely unlabelled."""
    vocabulary = sorted({term for case in cases() for term in case.judged})
    left = {case.id: unjudged(case, vocabulary) for case in cases()}
    assert {case: terms for case, terms in left.items() if terms} == {}
