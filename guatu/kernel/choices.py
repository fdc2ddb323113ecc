"""Closed sets of the kernel."""

from django.utils.translation import gettext_lazy as _

PRECISIONS = [
    ("day", _("day")),
    ("month", _("month")),
    ("quarter", _("quarter")),
    ("half", _("half-year")),
    ("year", _("year")),
]

CURRENCIES = [
    ("CNY", _("yuan")),
    ("USD", _("US dollar")),
    ("EUR", _("euro")),
    ("HKD", _("Hong Kong dollar")),
    ("JPY", _("Japanese yen")),
]

LIGHTS = [
    ("red", _("red")),
    ("yellow", _("yellow")),
    ("green", _("green")),
    ("done", _("done")),
    ("done_late", _("done late")),
]

#: How a write came in. Shown in the history.
CHANNELS = [
    ("page", _("page")),
    ("api", _("API")),
    ("import", _("import")),
    ("bulk", _("bulk edit")),
    ("cli", _("command line")),
    ("job", _("job")),
    ("setup", _("set-up")),
]

JOB_STATES = [
    ("waiting", _("waiting")),
    ("running", _("running")),
    ("done", _("finished")),
    ("refused", _("refused")),
    ("failed", _("failed")),
]

VERBS = ("view", "add", "change", "withdraw", "bulk", "import", "export", "history")
