"""Kinds of organisations: which words this installation uses, and which of them are zones."""

from django.utils.translation import gettext_lazy as _

ZONE_KINDS = [
    ("city", _("city")),
    ("new_area", _("new area")),
    ("county_city", _("county-level city")),
    ("district", _("district")),
    ("development_zone", _("development zone")),
    ("functional_zone", _("functional zone")),
    ("free_trade_zone", _("free trade zone")),
]
OTHER_KINDS = [
    ("leadership", _("city leadership")),
    ("town", _("town or street")),
    ("department", _("department")),
    ("team", _("team")),
    ("platform_company", _("platform company")),
    ("enterprise", _("enterprise")),
]
