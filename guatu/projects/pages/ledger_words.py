"""Words of the investment ledger: measures, units, verdicts, and what is missing as full sentences."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from guatu.projects.choices import COUNT_MEASURES, DOLLAR_MEASURES, TARGET_MEASURES
from guatu.projects.pages.figures import wan, yi
from guatu.projects.queries.ledger import Measured
from guatu.projects.rules.ledger import Gap, Verdict

MEASURE_LABELS = {
    **dict(TARGET_MEASURES),
    "planned": gettext_lazy("investment planned for the months"),
    "forecast": gettext_lazy("forecast of the year: completed and planned"),
}

GAP_SENTENCES = {
    Gap.SIGNED_UNKNOWN: gettext_lazy("Signed, but the amount of the agreement is not on file."),
    Gap.ARRIVED_UNSIGNED: gettext_lazy("Funds arrived although no signing is on file."),
    Gap.NOTHING_ARRIVED: gettext_lazy("Signed, but no arrival of funds is on file."),
    Gap.ARRIVAL_UNKNOWN: gettext_lazy("Funds arrived whose amount, or whose exchange rate, is not known."),
    Gap.ARRIVED_OVER_SIGNED: gettext_lazy("More funds arrived than were signed for."),
    Gap.NOTHING_INVESTED: gettext_lazy("Under construction, but no completed investment is on file."),
    Gap.INVESTED_OVER_SIGNED: gettext_lazy("More was invested than was signed for."),
    Gap.NOT_ENTERED: gettext_lazy("Investment was completed, but the project has not entered statistics."),
    Gap.NO_CODE: gettext_lazy("Entered into statistics, but the statistics code is missing."),
    Gap.NO_DOCUMENTS: gettext_lazy("Entered into statistics, but no filing lies with the entry."),
    Gap.REPORTED_NOT_ENTERED: gettext_lazy("Investment was reported to statistics although no entry is on file."),
    Gap.REPORTED_EARLY: gettext_lazy("Months before the entry into statistics were reported."),
    Gap.NOTHING_REPORTED: gettext_lazy("Entered into statistics, but nothing has been reported."),
    Gap.REPORTED_OVER_INVESTED: gettext_lazy("More was reported to statistics than was completed."),
    Gap.REPORTED_UNDER_INVESTED: gettext_lazy("Less was reported to statistics than was completed."),
}

VERDICTS = {
    Verdict.EQUAL: gettext_lazy("agrees"),
    Verdict.DIFFERENT: gettext_lazy("does not agree"),
    Verdict.DERIVED: gettext_lazy("derived, proves nothing"),
    Verdict.NO_BASE: gettext_lazy("nothing to recompute from"),
}


def unit_of(measure: str) -> str:
    """The unit in which totals of a measure are shown."""
    if measure in COUNT_MEASURES:
        return pgettext("unit of counting", "projects")
    return _("10k US dollars") if measure in DOLLAR_MEASURES else _("100m yuan")


def row_unit_of(measure: str) -> str:
    """The unit in which single rows of a measure are shown."""
    return _("10k US dollars") if measure in DOLLAR_MEASURES else _("10k yuan")


def shown(measure: str, amount: Decimal | int | None) -> str:
    """A total or target of a measure in its unit; "" when unknown."""
    if amount is None:
        return ""
    if measure in COUNT_MEASURES:
        return f"{int(amount):,}"
    return wan(Decimal(amount)) if measure in DOLLAR_MEASURES else yi(Decimal(amount))


def rate(percent: Decimal | None) -> str:
    """A completion rate, always with its one decimal place; "" when there is none."""
    return "" if percent is None else f"{percent:,f}%"


def actual(one: Measured) -> str:
    """The figure reached; a dash where not one amount is known."""
    return shown(one.code, one.actual) or "—"
