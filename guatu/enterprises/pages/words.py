"""Words of the register's pages."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guatu.enterprises.register.divisions import divisions
from guatu.kernel.columns import grouped

STATES = {
    "operating": gettext_lazy("operating"), "deregistered": gettext_lazy("deregistered"),
    "revoked": gettext_lazy("licence revoked"), "moved_out": gettext_lazy("moved out"),
    "unknown": gettext_lazy("state not known"),
}
BASES = {
    "bare_10k": gettext_lazy("The register gives no unit; ten thousands of yuan are meant."),
    "bare_yuan": gettext_lazy("The register gives no unit; with so large a number yuan are meant."),
}
FIELDS = {
    "name": gettext_lazy("legal name"), "uscc": gettext_lazy("unified social credit code"),
    "registered_on": gettext_lazy("day of registration"), "deregistered_on": gettext_lazy("day of deregistration"),
    "status": gettext_lazy("state"), "kind": gettext_lazy("kind of enterprise"), "capital": gettext_lazy("registered capital"),
    "scope": gettext_lazy("business scope"), "main_business": gettext_lazy("main business"),
    "products": gettext_lazy("products"), "province": gettext_lazy("province"), "city": gettext_lazy("city"),
    "district": gettext_lazy("district or county"), "address": pgettext_lazy("of an enterprise", "address"),
    "industry_code": gettext_lazy("industry code"), "longitude": gettext_lazy("longitude"),
    "latitude": gettext_lazy("latitude"), "revenue": gettext_lazy("revenue"), "employees": gettext_lazy("employees"),
}
_REASONS = {
    "name_missing": gettext_lazy("rows without a name"), "name_long": gettext_lazy("rows with an endless name"),
    "row_cells": gettext_lazy("rows whose cells do not fit the header"),
    "row_again": gettext_lazy("rows whose enterprise stands again later"),
    "code_wrong": gettext_lazy("wrong credit codes"), "capital_unclear": gettext_lazy("capital that cannot be told"),
    "capital_no_rate": gettext_lazy("capital without an exchange rate"),
    "status_unclear": gettext_lazy("states that are not known"), "text_cut": gettext_lazy("texts cut"),
    "number_unclear": gettext_lazy("numbers that cannot be read"),
    "industry_unclear": gettext_lazy("industry codes that cannot be read"),
    "region_unclear": gettext_lazy("rows of no known province"),
    "day_unreadable": gettext_lazy("days that cannot be read"), "day_future": gettext_lazy("days to come"),
    "day_early": gettext_lazy("days before 1900"),
}


def reason_words(code: str) -> str:
    return str(_REASONS.get(code, code))


def place(row: dict) -> str:
    """Province, city and county of a row in words, those that are known."""
    names = divisions()
    codes = [row["province_code"], row["city_code"], row["county_code"]]
    if codes[1] and codes[1].endswith(("00", "90")):
        codes[1] = None  # a municipality, or counties directly under the province
    return " ".join(names.name(code) for code in codes if code and code in names.rows)


def wan(amount: Decimal | None) -> str:
    """Ten thousands of yuan, thousands apart; "" when unknown."""
    return "" if amount is None else grouped((amount / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP))


def facts(row: dict) -> list[tuple[str, str, str]]:
    """What the register says of an enterprise but for its texts: label, value, remark."""
    capital = f"{wan(row['capital_cny'])} {_('10k yuan')}" if row["capital_cny"] is not None else row["capital_text"] or ""
    remark = str(BASES.get(row["capital_basis"] or "", ""))
    if row["capital_text"] and row["capital_currency"] not in (None, "CNY"):
        remark = _("written as %s; turned into yuan at the rate of the day of registration") % row["capital_text"]
    revenue = f"{wan(row['revenue_cny'])} {_('10k yuan')}" if row["revenue_cny"] is not None else ""
    position = "" if row["longitude"] is None or row["latitude"] is None else f"{row['longitude']}, {row['latitude']}"
    pairs = [
        ("uscc", row["uscc"], ""), ("registered_on", row["registered_on"], ""), ("deregistered_on", row["deregistered_on"], ""),
        ("status", STATES.get(row["status"], row["status"]), ""), ("kind", row["kind"], ""), ("capital", capital, remark),
        ("city", place(row), ""), ("address", row["address"], ""), ("industry_code", row["industry_code"], ""),
        ("revenue", revenue, ""), ("employees", row["employees"], ""), ("longitude", position, ""),
    ]
    labels = FIELDS | {"city": gettext_lazy("Region"), "longitude": gettext_lazy("longitude, latitude")}
    return [(str(labels[name]), value.isoformat() if isinstance(value, date) else str(value), remark)
            for name, value, remark in pairs if value not in (None, "")]
