"""Ledgers of trips worked out by hand, before the rule that they judge was written.

The article (seed 5, line 37) tells of a year in which three kinds of units contacted 88, 168 and 129 projects, and of
374 projects in all, since some were contacted by more than one: 88 + 168 + 129 = 385, and 385 − 374 = 11. It does not
tell by whom. Two ways in which the 11 come about are worked out here.
"""

from __future__ import annotations

ARTICLE = {"leaders": 88, "places": 168, "departments": 129}
ARTICLE_SUM, ARTICLE_TOTAL, ARTICLE_TWICE = 385, 374, 11

#: How many things exactly these kinds met. By hand, pairs alone: leaders 88 = 77 + 6 + 5, places 168 = 162 + 6,
#: departments 129 = 124 + 5; once each: 77 + 162 + 124 + 6 + 5 = 374.
PAIRS = {
    ("leaders",): 77, ("places",): 162, ("departments",): 124, ("leaders", "places"): 6, ("leaders", "departments"): 5,
}

#: With one that all three met, which a sum counts two times too often: leaders 88 = 78 + 5 + 4 + 1,
#: places 168 = 162 + 5 + 0 + 1, departments 129 = 124 + 4 + 0 + 1; too often: 5 + 4 + 2 × 1 = 11;
#: once each: 78 + 162 + 124 + 5 + 4 + 1 = 374.
TRIPLE = {
    ("leaders",): 78, ("places",): 162, ("departments",): 124, ("leaders", "places"): 5, ("leaders", "departments"): 4,
    ("leaders", "places", "departments"): 1,
}

#: Five visits. Units a and b are places, c is a department, d a leader's office. By hand:
#:   v1: a           v2: a, b (joint within one kind)       v3: b, c (joint between kinds)
#:   v4: a, then entered once more by c                     v5: nobody named
#: units: a = v1 v2 v4 = 3, b = v2 v3 = 2, c = v3 v4 = 2, d = 0 (absent), nobody = v5 = 1; their sum 8, 3 too many
#: kinds: places = v1 v2 v3 v4 = 4, departments = v3 v4 = 2, nobody 1; their sum 7, 2 too many
#: total 5; by exactly places and departments: v3 v4 = 2
KINDS = {"a": "places", "b": "places", "c": "departments", "d": "leaders"}
VISITS = [("v1", "a"), ("v2", "ab"), ("v3", "bc"), ("v4", "a"), ("v4", "c"), ("v5", "")]
BY_UNIT = {"a": 3, "b": 2, "c": 2, "": 1}
BY_KIND = {"places": 4, "departments": 2, "": 1}
BY_KINDS_TOGETHER = {("departments", "places"): 2}
TOTAL, UNITS_TOO_MANY, KINDS_TOO_MANY = 5, 3, 2

#: Costs in yuan: (trip's cost row, unit that bore it, kind, amount). By hand: travel 1200.50 + 800 = 2000.50,
#: lodging 640.30; a 1200.50 + 640.30 = 1840.80, c 800.00; in all 2640.80.
COSTS = [("a", "travel", "1200.50"), ("c", "travel", "800.00"), ("a", "lodging", "640.30")]
COST_BY_UNIT = {"a": "1840.80", "c": "800.00"}
COST_BY_KIND = {"travel": "2000.50", "lodging": "640.30"}
COST_TOTAL = "2640.80"

#: A period as it may be written, its first and its last day.
PERIODS = {
    "2022": ("2022-01-01", "2022-12-31"),
    "2022年": ("2022-01-01", "2022-12-31"),
    "2022Q1": ("2022-01-01", "2022-03-31"),
    "2022年四季度": ("2022-10-01", "2022-12-31"),
    "2022H2": ("2022-07-01", "2022-12-31"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "2023年2月": ("2023-02-01", "2023-02-28"),
    "2022-03-05": ("2022-03-05", "2022-03-05"),
    "2022-01-01..2022-03-31": ("2022-01-01", "2022-03-31"),
    "2022-01..2022Q3": ("2022-01-01", "2022-09-30"),
    "2021..2022": ("2021-01-01", "2022-12-31"),
}
NO_PERIODS = ["", "..", "2022..", "..2022", "2022-06-30..2022-06-01", "sometime", "2022Q5", "2022-02-30", "1..2..3"]
