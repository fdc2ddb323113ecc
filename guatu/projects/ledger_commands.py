"""The command of the investment ledger: a year's figures, rates, and what does not fit together."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, day_of, instant_of, table


def _arguments(parser) -> None:
    parser.add_argument("--zone", metavar="Z", help=_("code of a zone, with everything below it (default: every zone)"))
    parser.add_argument("--year", type=int, metavar="Y", help=_("the year asked about (default: that of the day)"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))


@command("ledger", help=gettext_lazy("the investment ledger of a year as of a day"), arguments=_arguments)
def ledger(call: Call) -> int:
    from guatu.projects.pages.ledger_words import VERDICTS
    from guatu.projects.queries.ledger_answer import year_answer

    scope = call.actor.scope
    scope.require("projects", "view")
    if call.year is not None and not 1980 <= call.year <= 2200:
        call.say(_("“%s” is not a year. Write it like 2022.") % call.year)
        return 2
    data = year_answer(
        scope, day_of(call.as_of, "--as-of"), instant_of(call.known_at, "--known-at"), call.year, call.zone)
    verdicts = {str(code): str(label) for code, label in VERDICTS.items()}
    return call.answer(data, _in_words(data, verdicts))


def _in_words(data: dict, verdicts: dict[str, str]):
    from guatu.projects.pages.ledger_words import GAP_SENTENCES, MEASURE_LABELS, shown, unit_of
    from guatu.projects.rules.ledger import Gap

    def amount(code: str, value) -> str:
        return shown(code, None if value is None else Decimal(value))

    yield _("As of %s") % data["as_of"] + (f" · {data['zone']}" if data["zone"] else "")
    yield from table(
        [_("Measure"), _("Unit"), _("Target"), _("Reached"), _("Completion rate (%)"), _("Amounts unknown")],
        [
            [str(MEASURE_LABELS[code]), unit_of(code), amount(code, one["target"]), amount(code, one["actual"]),
             one["rate_pct"], one["unknown"]]
            for code, one in data["measures"].items()
        ],
    )
    for gap, count in data["gaps"].items():
        yield f"{count} · {GAP_SENTENCES[Gap(gap)]}"
    if data["rates"]:
        yield ""
        yield from table(
            [_("Zone"), _("Indicator"), _("Reported"), _("Recomputed"), _("Verdict")],
            [[row["zone"], row["indicator"], row["reported_pct"], row["recomputed_pct"], verdicts[row["verdict"]]]
             for row in data["rates"]],
        )
