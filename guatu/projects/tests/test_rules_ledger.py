"""The ledger on paper. Literals are worked out by hand; the rates are those of the articles in the sample."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.projects.rules import ledger
from guatu.projects.rules.ledger import Gap, Month, Verdict
from guatu.projects.rules.lists import Member


def d(text) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(("kind", "value", "base", "reported"), [
    ("completion", "89.5", "69.2", "129.3"),  # 89.5 / 69.2 = 1.29335…
    ("growth", "3560.27", "2535.28", "40.4"),  # 1024.99 / 2535.28 = 0.40429…
    ("growth", "2001.95", "1649.39", "21.38"),  # 352.56 / 1649.39 = 0.213752…
])
def test_rates_of_the_articles_come_out_again(kind, value, base, reported):
    found = ledger.checked(kind, d(value), d(base), d(reported), base_from_rate=False)
    assert (found.recomputed, found.verdict) == (d(reported), Verdict.EQUAL)


@pytest.mark.parametrize(("kind", "value", "base", "reported"), [
    ("completion", "490.3", "245.15", "200"), ("growth", "320", "184.97", "73"),
])
def test_a_base_worked_out_from_the_rate_proves_nothing(kind, value, base, reported):
    found = ledger.checked(kind, d(value), d(base), d(reported), base_from_rate=True)
    assert (found.recomputed, found.verdict) == (d(reported), Verdict.DERIVED)


def test_a_wrong_rate_is_told_and_a_missing_base_is_no_proof():
    assert ledger.checked("completion", d("89.5"), d("69.2"), d("129.4"), False).verdict is Verdict.DIFFERENT
    assert ledger.checked("completion", d("14623"), None, d("142.86"), False) == ledger.Checked(
        d("142.86"), None, Verdict.NO_BASE)
    assert ledger.checked("share", d(1), d(2), d(50), False).verdict is Verdict.NO_BASE


def test_rates_are_rounded_half_up_and_need_something_to_compare_with():
    assert ledger.completion(d(1), d(8), 1) == d("12.5")
    assert ledger.completion(d("0.125"), d(1), 0) == d(13)  # 12.5 is rounded up, not to even
    assert ledger.growth(d("87.5"), d(100), 0) == d(-13)  # halves away from zero
    assert ledger.completion(d(5), d(0)) is ledger.completion(None, d(5)) is ledger.completion(d(5), None) is None


def test_kinds_of_money_are_never_added_to_one_another():
    kinds = [ledger.Signed, ledger.ArrivedDomestic, ledger.ArrivedForeign, ledger.Arrived, ledger.Planned,
             ledger.Invested, ledger.Reported, ledger.Forecast]
    for one in kinds:
        for other in kinds:
            if one is other:
                assert one(d(2), 1, 1) + other(d(3), 1, 1, 1) == one(d(5), 2, 2, 1)
            else:
                with pytest.raises(TypeError):
                    one(d(2)) + other(d(3))
                assert one(d(2)) != other(d(2))


def test_unknown_is_counted_and_never_zero_and_a_batch_counts_once():
    """A batch of 11 for 206 with its known member of 15 inside, one project of 8, one nobody knows the amount of."""
    rows = [Member(1, d(206), None, 11), Member(2, d(15), 1), Member(3, d(8)), Member(4, None)]
    assert ledger.summed(ledger.Signed, rows) == ledger.Signed(d(214), 13, 4, 1)
    assert not ledger.summed(ledger.Signed, rows).is_complete


MONTHS = [
    Month(date(2022, 1, 31)),
    Month(date(2022, 2, 28), d(100), d(80)),
    Month(date(2022, 3, 31), d(100), None),
    Month(date(2022, 4, 30), d(150), d(170), d(150)),
    Month(date(2022, 5, 31), d(200)),
    Month(date(2022, 6, 30), None),
]


def test_forecast_adds_coming_plans_to_what_was_completed():
    """As of 6 May: 80 + 170 completed, 200 planned for May; March is missing, and its plan does not stand in for it;
    January lies before anything on file; June has no plan."""
    assert ledger.outlook(MONTHS, date(2022, 5, 6)) == ledger.Outlook(d(250), d(200), 1, 1, True)
    assert ledger.outlook(MONTHS, date(2022, 5, 6)).forecast == d(450)
    assert ledger.outlook(MONTHS, date(2022, 1, 1)).forecast == d(550)
    assert not ledger.outlook([Month(date(2022, 1, 31))], date(2022, 5, 6)).is_known


def test_lines_come_together_month_by_month():
    lines = ledger.lines(reversed(MONTHS), date(2022, 5, 6))
    assert [(line.planned_so_far, line.actual_so_far, line.reported_so_far, line.rate) for line in lines] == [
        (0, 0, 0, None), (100, 80, 0, d("80.0")), (200, 80, 0, d("40.0")), (350, 250, 150, d("71.4")),
        (550, 250, 150, None), (550, 250, 150, None),
    ]


def account(**given) -> ledger.Account:
    usual = {"has_signed": True, "signed": d(1000), "arrived": d(100), "arrivals": 1, "arrivals_unknown": 0,
             "invested": d(300), "months_invested": 3, "reported": d(300), "months_reported": 3, "is_building": True,
             "entered_on": date(2022, 1, 20), "has_code": True, "has_documents": True}
    return ledger.Account(**usual | given)


@pytest.mark.parametrize(("given", "found"), [
    ({}, []),
    ({"signed": None}, [Gap.SIGNED_UNKNOWN]),
    ({"has_signed": False, "signed": None}, [Gap.ARRIVED_UNSIGNED]),
    ({"arrivals": 0, "arrived": d(0)}, [Gap.NOTHING_ARRIVED]),
    ({"arrivals_unknown": 1}, [Gap.ARRIVAL_UNKNOWN]),
    ({"arrived": d("1000.01")}, [Gap.ARRIVED_OVER_SIGNED]),
    ({"invested": d(0), "months_invested": 0, "reported": d(0), "months_reported": 0},
     [Gap.NOTHING_INVESTED, Gap.NOTHING_REPORTED]),
    ({"invested": d(1001), "reported": d(1001)}, [Gap.INVESTED_OVER_SIGNED]),
    ({"entered_on": None, "has_code": False, "has_documents": False},
     [Gap.NOT_ENTERED, Gap.REPORTED_NOT_ENTERED]),
    ({"has_code": False, "has_documents": False}, [Gap.NO_CODE, Gap.NO_DOCUMENTS]),
    ({"early": 2}, [Gap.REPORTED_EARLY]),
    ({"reported": d(301)}, [Gap.REPORTED_OVER_INVESTED]),
    ({"reported": d(299)}, [Gap.REPORTED_UNDER_INVESTED]),
])
def test_what_is_missing_or_contradicts_itself(given, found):
    assert ledger.gaps(account(**given)) == found


AMOUNTS = st.none() | st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)


@given(st.lists(AMOUNTS, max_size=12))
def test_a_sum_is_exactly_its_known_rows(amounts):
    found = ledger.summed(ledger.Invested, [Member(place, amount) for place, amount in enumerate(amounts)])
    known = [amount for amount in amounts if amount is not None]
    assert found == ledger.Invested(sum(known, d(0)), len(amounts), len(amounts), len(amounts) - len(known))


@given(st.lists(AMOUNTS, max_size=8), st.lists(AMOUNTS, max_size=8))
def test_sums_of_parts_are_the_sum_of_the_whole(first, second):
    def summed(amounts):
        return ledger.summed(ledger.Reported, [Member(place, amount) for place, amount in enumerate(amounts)])

    assert summed(first) + summed(second) == summed([*first, *second])


@given(
    st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=12, max_size=12), st.integers(0, 12),
)
def test_a_forecast_is_actual_until_today_and_planned_after_it(months, ended):
    year = [Month(last_of(2022, place + 1), planned, actual) for place, (planned, actual) in enumerate(months)]
    as_of = date(2022, 1, 1) if ended == 0 else year[ended - 1].last
    found = ledger.outlook(year, as_of)
    assert found.forecast == sum((actual or d(0) for _planned, actual in months[:ended]), d(0)) + sum(
        (planned or d(0) for planned, _actual in months[ended:]), d(0))
    assert found.unplanned == sum(planned is None for planned, _actual in months[ended:])
    assert ledger.lines(year, as_of)[-1].actual_so_far == sum((actual or d(0) for _planned, actual in months), d(0))


def last_of(year: int, month: int) -> date:
    return date.fromordinal((date(year + month // 12, month % 12 + 1, 1)).toordinal() - 1)
