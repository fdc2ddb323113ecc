"""Closed sets of projects; the order of stages is theirs in `rules.stages`."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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

#: Where funds that arrived come from.
FUND_ORIGINS = [("domestic", _("domestic funds")), ("foreign", _("foreign funds"))]

#: What a year target may be about; amounts in yuan, foreign funds in US dollars, then numbers of projects.
TARGET_MEASURES = [
    ("signed", _("investment of projects signed")),
    ("arrived_domestic", _("domestic funds arrived")),
    ("arrived_foreign", _("foreign funds actually used")),
    ("completed", _("fixed-asset investment completed")),
    ("reported", _("fixed-asset investment in statistics")),
    ("signed_count", _("projects signed")),
    ("started_count", _("projects started")),
    ("completed_count", _("projects completed")),
    ("entered_count", _("projects entered into statistics")),
]
DOLLAR_MEASURES = frozenset({"arrived_foreign"})
COUNT_MEASURES = frozenset(code for code, _label in TARGET_MEASURES if code.endswith("_count"))

#: Whether a target was set, or worked out backwards from a rate (then the rate proves nothing).
TARGET_BASES = [("set", _("laid down as such")), ("rate", _("derived from a rate"))]

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

#: Which days a plan works: the State Council's working days, or these and the Saturdays that are no holidays.
PLAN_CALENDARS = [("state", _("working days of the State Council")), ("six_days", _("six-day week without holidays"))]

DURATION_UNITS = [
    ("workday", pgettext_lazy("unit of a duration", "working days")),
    ("day", pgettext_lazy("unit of a duration", "calendar days")),
    ("hour", pgettext_lazy("unit of a duration", "hours")),
]

LINK_KINDS = [
    ("FS", _("FS start after finish")),
    ("SS", _("SS start after start")),
    ("FF", _("FF finish after finish")),
    ("SF", _("SF finish after start")),
]

#: The constraints of `rules.plans.network`; the first is meant where nothing is said.
CONSTRAINTS = [
    ("asap", _("as soon as possible")),
    ("alap", _("as late as possible")),
    ("snet", _("start no earlier than")),
    ("snlt", _("start no later than")),
    ("fnet", _("finish no earlier than")),
    ("fnlt", _("finish no later than")),
    ("mso", _("must start on")),
    ("mfo", _("must finish on")),
]

#: What the shortest duration of a task rests on.
FLOOR_KINDS = [("statutory", _("set by law")), ("experience", _("by experience"))]
