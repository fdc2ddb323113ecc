"""Closed sets of the reference app."""

from django.utils.translation import gettext_lazy as _

INDICATOR_UNITS = [
    ("CNY_yi", _("100 million yuan")),
    ("CNY_wan", _("10,000 yuan")),
    ("USD_yi", _("100 million US dollars")),
    ("count", _("count")),
    ("score", _("points")),
    ("rank", _("rank")),
    ("percent", _("per cent")),
    ("wan_persons", _("10,000 persons")),
    ("persons", _("persons")),
    ("berths", _("parking berths")),
    ("trains", _("trains")),
    ("mu", _("mu")),
    ("CNY_wan_per_mu", _("10,000 yuan per mu")),
    ("USD_wan", _("10,000 US dollars")),
    ("households", _("households")),
    ("months", _("months")),
    ("parcels", _("parcels")),
    ("vehicles", _("vehicles")),
    ("wan_m2", _("10,000 square metres")),
]

RATE_KINDS = [("growth", _("growth")), ("completion", _("completion")), ("share", _("share"))]

#: Where a target or last value comes from. What was worked out from the reported rate proves nothing about that rate.
BASES = [
    ("reported", _("as reported")),
    ("difference", _("worked out from a reported difference")),
    ("rate", _("derived from the rate")),
]
