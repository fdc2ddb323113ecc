"""Closed sets of trips and visits."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Kinds of units by which the ledger divides; which kinds of organisations they are is a parameter.
UNIT_KINDS = [
    ("leaders", _("city leaders")),
    ("places", _("towns, streets and functional zones")),
    ("departments", _("departments, investment groups and state companies")),
]
COST_KINDS = [
    ("transport", _("transport to and fro")),
    ("local_transport", _("transport on the spot")),
    ("lodging", _("lodging")),
    ("meals", _("meals and allowance")),
    ("venue", _("venue and promotion")),
    ("other", pgettext_lazy("cost", "other costs")),
]
VISIT_OUTCOMES = [
    ("acquaintance", _("first acquaintance")),
    ("follow_up", _("to be followed up")),
    ("interested", _("intends to invest")),
    ("return_visit", _("will come for a return visit")),
    ("agreed", _("agreement reached in principle")),
    ("signed", pgettext_lazy("visit", "contract signed")),
    ("declined", _("declined")),
]
#: What a visit did to a lead.
LEAD_EFFECTS = [("found", pgettext_lazy("lead", "found")), ("moved", pgettext_lazy("lead", "moved"))]
#: What the ledger counts, in the order of its page.
MEASURES = [
    ("trips", _("trips")),
    ("visits", _("visits")),
    ("enterprises", _("enterprises visited")),
    ("matters", _("projects and leads contacted")),
]
