"""Closed sets of the monthly dispatch."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REPORT_STATES = [
    ("owed", pgettext_lazy("report", "not reported")),
    ("submitted", pgettext_lazy("report", "handed in")),
    ("returned", pgettext_lazy("report", "sent back")),
    ("accepted", pgettext_lazy("report", "accepted")),
]

QUESTION_KINDS = [
    ("text", _("text")),
    ("number", _("number")),
    ("yes_no", _("yes or no")),
    ("day", _("day")),
    ("choice", _("one of a list")),
]

YES_NO = [("yes", _("yes")), ("no", _("no"))]

#: What the history says was done to a report; the last part of a verb is its message.
HISTORY_VERBS = [
    _("handed in"), _("handed in again"), _("amended"), _("kept as draft"), _("sent back"), _("accepted"), _("urged"),
]

#: What the office's page can be narrowed to.
SHOWN = [
    ("outstanding", _("Not reported")),
    ("late", _("Late")),
    ("returned", _("Sent back")),
    ("waiting", _("To be reviewed")),
    ("accepted", _("Accepted")),
    ("reported", _("Reported")),
    ("blocked", _("Blocked or stopped")),
    ("all", _("All")),
]
