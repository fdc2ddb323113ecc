"""Counts of the evaluation, worked out by hand."""

from __future__ import annotations

from guatu.chains.rules.evaluation import Count, counted, label_of, total

TRUTH = {
    "home": {"10": "core", "11": "core", "20": "grey"},
    "car": {"30": "core", "10": "grey"},
}
# firm -> its industries
INDUSTRIES = {"a": {"10"}, "b": {"11"}, "c": {"20"}, "d": {"30"}, "e": {"99"}, "f": {"20", "11"}}
# firm -> chains it is said to be on; g has no industry, so it counts nowhere
PREDICTED = {"a": {"home", "car"}, "b": set(), "c": {"home"}, "d": {"car", "home"}, "e": {"car"}, "f": {"home"}, "g": {"car"}}


def test_core_goes_before_grey_and_grey_before_the_rest():
    assert label_of(TRUTH["home"], {"20", "11"}) == "core"
    assert label_of(TRUTH["home"], {"20", "99"}) == "grey"
    assert label_of(TRUTH["home"], {"99"}) == "other"


def test_each_chain_is_counted():
    # home: a, f hit; b missed; c grey; d false; e rightly not.
    # car: d hit; a grey; e false; b, c, f rightly not.
    assert counted(TRUTH, INDUSTRIES, PREDICTED) == {
        "home": Count(hits=2, false=1, missed=1, rightly_not=1, grey=1),
        "car": Count(hits=1, false=1, missed=0, rightly_not=3, grey=1),
    }


def test_the_measures():
    home = Count(hits=2, false=1, missed=1, rightly_not=1, grey=1)
    assert (round(home.precision, 4), round(home.recall, 4), round(home.f1, 4)) == (0.6667, 0.6667, 0.6667)
    both = total([home, Count(hits=1, false=1, missed=0, rightly_not=3, grey=1)])
    # micro: 3 hits, 2 false, 1 missed: precision 3/5, recall 3/4, F1 6/9
    assert both == Count(hits=3, false=2, missed=1, rightly_not=4, grey=2)
    assert (both.precision, both.recall, round(both.f1, 4)) == (0.6, 0.75, 0.6667)


def test_nothing_found_has_no_precision():
    none = Count(hits=0, false=0, missed=2, rightly_not=1, grey=0)
    assert (none.precision, none.recall, none.f1) == (None, 0.0, 0.0)
    assert Count().f1 is None
