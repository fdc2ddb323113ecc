"""Words of the plan's pages: sentences that its scripts fill in, and the choices of its forms."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from guatu.kernel.choices import LIGHTS

ZOOMS = [
    ("day", pgettext_lazy("zoom", "Day")),
    ("week", pgettext_lazy("zoom", "Week")),
    ("month", pgettext_lazy("zoom", "Month")),
    ("quarter", pgettext_lazy("zoom", "Quarter")),
    ("fit", pgettext_lazy("zoom", "All")),
]

def _units() -> dict[str, str]:
    """Short units, as they stand behind a number."""
    return {
        "unit_workday": pgettext("after a number", "wd"),
        "unit_day": pgettext("after a number", "d"),
        "unit_hour": pgettext("after a number", "h"),
        "unit_minute": pgettext("after a number", "min"),
        "unit_elapsed": pgettext("after a number", "min"),
        "unit_percent": "%",
        "unit_elapsed_percent": "%",
    }


def gantt_words() -> dict[str, str]:
    """What the Gantt's scripts say."""
    return {
        **_units(),
        **{f"light_{code}": str(label) for code, label in LIGHTS},
        "number": pgettext("column", "No."),
        "task": _("Task"),
        "start": pgettext("column", "Start"),
        "finish": pgettext("column", "Finish"),
        "length": pgettext("column", "Length"),
        "float": pgettext("column", "Float"),
        "today": _("today"),
        "as_of": pgettext("flag", "as of"),
        "status": pgettext("flag", "status day"),
        "promised": pgettext("flag", "promised"),
        "critical": _("on the critical path"),
        "light": _("Light"),
        "forecast": _("By what is known today"),
        "late": pgettext("task", "late"),
        "should_have_begun": _("It should have begun by %(day)s and has not."),
        "obstacles": _("open obstacles"),
        "must_begin_by": _("must begin by %(day)s"),
        "float_is": _("float %(days)s working days"),
        "float_of": _("%(total)s in all, %(free)s free"),
        "dragging": "%(start)s → %(finish)s (%(days)s)",
        "new_task": _("New task"),
        "planned": pgettext("dates of a task", "Planned"),
        "earliest": pgettext("dates of a task", "Earliest"),
        "latest": pgettext("dates of a task", "Latest"),
        "begin_by": _("Must begin by"),
        "waits_for": _("Held by"),
        "baseline": _("Baseline"),
        "floor": _("Not shorter than"),
        "responsible": _("Responsible"),
        "comma": _(", "),
        "before": pgettext("link", "after"),
        "after": pgettext("link", "before"),
        "unlink": _("Unlink"),
        "unlink_from": _("Unlink from “%(name)s”"),
        "no_links": _("Linked to no other task."),
        "no_such_task": _("There is no task with this number or name in the plan. Choose one of the list."),
        "drop_sure": _("Drop the task “%(name)s” and its links from the plan?"),
        "tasks_moved": _("Recorded: %(n)s tasks moved."),
        "no_dates_changed": _("Recorded: no task moved."),
        "finish_moved": _("The plan now ends on %(now)s instead of %(was)s."),
        "held_by": _("“%(name)s” begins on %(day)s: it is held by %(drivers)s."),
        "undone": _("The last edit was undone. Both stay in the history."),
        "nothing_to_undo": _("There is nothing to undo: nothing was edited since this page was opened."),
        "unreached": _("The server cannot be reached. Nothing was changed; try again."),
        "close": _("Close"),
    }


def wall_words() -> dict[str, str]:
    """What the wall plan's scripts say."""
    return {
        **{f"light_{code}": str(label) for code, label in LIGHTS},
        "today": _("today"),
        "status": pgettext("flag", "as of"),
        "promised": pgettext("flag", "promised"),
        "critical": _("on the critical path"),
        "late_by": pgettext("short", "%(n)s wd late"),
        "in_time": _("in time"),
        "no_promise": _("no day promised"),
        "projects": _("%(n)s projects"),
        "late_projects": _("%(n)s late"),
        "shown": _("%(n)s of %(all)s projects"),
        "open_plan": _("Open the plan of “%(name)s”"),
        "done": pgettext("task", "done"),
        "project": _("Project"),
    }
