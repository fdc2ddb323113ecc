"""Closed sets of projects; the order of stages is theirs in `rules.stages`."""

from django.utils.translation import gettext_lazy as _

CATEGORIES = [
    ("industry", _("industry")),
    ("fund", _("fund")),
    ("park", _("park building")),
    ("infrastructure", _("infrastructure")),
    ("urban_renewal", _("urban renewal")),
    ("mixed", _("mixed")),
    ("batch", _("batch of projects")),
]

STAGES = [
    ("negotiating", _("negotiating")),
    ("signed", _("signed")),
    ("registered", _("registered")),
    ("land_acquired", _("land acquired")),
    ("started", _("construction started")),
    ("completed", _("completed")),
    ("trial_production", _("trial production")),
    ("in_production", _("in production")),
    ("at_capacity", _("at capacity")),
]

STATUS_EVENTS = [("paused", _("paused")), ("resumed", _("resumed")), ("cancelled", _("cancelled"))]

MILESTONE_EVENTS = [
    ("recognised_major", _("recognised as major project")),
    ("structure_topped", _("structure topped out")),
    ("first_line_lit", _("first line lit")),
    ("first_product_lit", _("first product lit")),
    ("delivered", _("delivered")),
    ("in_statistics", _("entered into statistics")),
]

EVENTS = STAGES + STATUS_EVENTS + MILESTONE_EVENTS
#: Looked up many thousand times in one write, where `get_event_display` would build the table anew each time.
EVENT_LABELS = dict(EVENTS)

EVENT_KINDS = [("actual", _("actual")), ("planned", _("planned"))]

BASES = [("progress", _("new progress")), ("history", _("sourced history"))]

#: How a project goes forward, as its officer reports it; no stage, and it moves no project between lists.
PROGRESS = [
    ("normal", _("going well")),
    ("slow", _("behind plan")),
    ("blocked", _("blocked")),
    ("stopped", _("work stopped")),
]

MILESTONE_KINDS = [("", _("other")), *STAGES, *MILESTONE_EVENTS]
MILESTONE_LABELS = dict(MILESTONE_KINDS)

LISTS = [
    ("negotiating", _("Negotiating")),
    ("signed_registered", _("Signed and registered, no land yet")),
    ("land_acquired", _("Land acquired this year, not started")),
    ("under_construction", _("Under construction")),
    ("investment_supporting", _("Investment-supporting")),
]

RESIDUALS = [
    ("land_of_earlier_years", _("Land of earlier years, not started")),
    ("completed_or_later", _("Completed and later")),
    ("paused", _("Paused")),
    ("cancelled", _("Cancelled")),
    ("stage_unknown", _("Stage unknown")),
    ("outside_lists", _("Stage outside the zone's lists")),
]
