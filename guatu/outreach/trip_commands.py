"""The command of the ledger of trips."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, day_of, instant_of, table
from guatu.kernel.errors import Faulty


def _arguments(parser) -> None:
    parser.add_argument("--zone", metavar="Z", help=_("code of a zone, with everything below it (default: every zone)"))
    parser.add_argument("--period", metavar="P", help=_(
        "the days asked about: 2022, 2022H1, 2022Q3, 2022-06, or from..to (default: the year of the day)"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))


@command("outreach", "ledger", help=gettext_lazy("the ledger of trips: by unit, by kind of unit, and each thing once in all"),
         arguments=_arguments)
def outreach_ledger(call: Call) -> int:
    from guatu.outreach.queries.trip_ledger import trip_ledger

    as_of = day_of(call.as_of, "--as-of")
    found = trip_ledger(
        call.actor.scope, period_of(call.period, str(as_of.year)), as_of, instant_of(call.known_at, "--known-at"), call.zone)
    return call.answer(found.as_json(), _in_words(found))


def period_of(text: str | None, default: str):
    """The period written in `text`. Raises Faulty with a sentence."""
    from guatu.outreach.rules.periods import BadPeriod, parse_period

    try:
        return parse_period(text or default)
    except BadPeriod:
        raise Faulty("period", _(
            "“%s” is not a period. Write 2022, 2022H1, 2022Q3, 2022-06, or from..to like 2022-01-01..2022-03-31.")
            % (text or "")[:60], "period") from None


def _in_words(found):
    from guatu.outreach.trip_choices import MEASURES, UNIT_KINDS

    labels = dict(UNIT_KINDS)
    data = found.as_json()
    yield f"{data['period']['first']} – {data['as_of']}" + (f" · {found.zone.name}" if found.zone is not None else "")
    head = [str(label) for _code, label in MEASURES] + ([_("costs (yuan)")] if found.sees_costs else [])

    def figures(row: dict) -> list:
        return [row[code] for code, _label in MEASURES] + ([row["cost_cny"]] if found.sees_costs else [])

    yield from table([_("Kind of unit"), *head], [
        *([str(labels.get(row["kind"], _("no kind"))), *figures(row)] for row in data["kinds"]),
        [_("Each counted once"), *figures(data["totals"])],
    ])
    yield ""
    yield from table([_("Unit"), *head], [[row["name"] or _("nobody named"), *figures(row)] for row in data["units"]])
