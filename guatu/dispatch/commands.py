"""Commands of the monthly dispatch: open a month, and say who has not reported."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.dispatch.choices import REPORT_STATES
from guatu.dispatch.rules.months import Month, parse_month
from guatu.kernel.command_line import Call, command, day_of, instant_of, table
from guatu.kernel.errors import Faulty
from guatu.kernel.rules.refusals import BadCell


def month_given(text: str) -> Month:
    try:
        return parse_month(text)
    except BadCell:
        raise Faulty("month", _("“%s” is not a month. Write it like 2026-11.") % text[:40], "period") from None


def _arguments(parser) -> None:
    parser.add_argument("period", metavar="PERIOD", help=_("the month, like 2026-11"))
    parser.add_argument("--zone", metavar="Z", help=_("code of a zone, with everything below it (default: every zone)"))


@command("dispatch", "open", help=gettext_lazy("open a month: each project on the lists concerned owes a report"),
         arguments=_arguments)
def open_month(call: Call) -> int:
    from guatu.dispatch import actions

    opened = actions.open_month(call.actor, month_given(call.period), call.zone)
    rows = [[zone["zone"], zone["name"], zone["due"], zone["created"], zone["present"]] for zone in opened.zones]
    lines = [_("%(month)s: %(created)d reports are owed from now on, %(present)d were owed already.") % {
        "month": opened.month, "created": opened.created, "present": opened.before}]
    if rows:
        lines += table([_("zone"), _("name"), _("due day"), _("new reports"), _("owed already")], rows)
    return call.answer(opened.as_json(), lines)


def _status_arguments(parser) -> None:
    _arguments(parser)
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))


@command("dispatch", "status", help=gettext_lazy("how many reported in a month, and who has not"),
         arguments=_status_arguments)
def status(call: Call) -> int:
    from guatu.dispatch.queries.status import status as read

    call.actor.scope.require("progress_reports", "view")
    data = read(call.actor.scope, str(month_given(call.period)), day_of(call.as_of, "--as-of"),
                instant_of(call.known_at, "--known-at"), call.zone)
    return call.answer(data, _lines(data))


def _lines(data: dict):
    yield _("%(month)s as of %(day)s: %(owed)d owed, %(reported)d reported (%(late)d late), %(outstanding)d not reported "
            "(%(overdue)d overdue), %(returned)d sent back, %(waiting)d to be reviewed, %(accepted)d accepted") % {
        "month": data["month"], "day": data["as_of"], **data["total"]}
    if data["units"]:
        yield ""
        yield from table(
            [_("responsible unit"), _("owed"), _("reported"), _("late"), _("not reported"), _("overdue"), _("sent back")],
            [[row["unit"] or _("no unit"), row["owed"], row["reported"], row["late"], row["outstanding"], row["overdue"],
              row["returned"]] for row in data["units"]])
    if data["not_reported"]:
        states = dict(REPORT_STATES)
        yield ""
        yield _("Not reported: %d") % len(data["not_reported"])
        yield from table(
            [_("code"), _("project"), _("responsible unit"), _("officer"), _("phone"), _("due day"), _("days overdue"),
             _("report")],
            [[row["project"], row["name"], row["unit"], row["officer"], row["phone"], row["due"], row["days_overdue"],
              str(states[row["state"]])] for row in data["not_reported"]])
