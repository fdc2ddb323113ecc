"""Commands of leads: the funnel."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, day_of, instant_of, table


def _arguments(parser) -> None:
    parser.add_argument("--zone", metavar="Z", help=_("code of a zone, with everything below it (default: every zone)"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))


@command("outreach", "funnel", help=gettext_lazy("how far leads came, by stage, origin, chain and unit"), arguments=_arguments)
def funnel(call: Call) -> int:
    from guatu.outreach.queries import funnel as funnels

    found = funnels.funnel(
        call.actor.scope, day_of(call.as_of, "--as-of"), instant_of(call.known_at, "--known-at"), call.zone)
    data = funnels.as_json(found)
    return call.answer(data, _in_words(data))


def _in_words(data: dict):
    yield _("As of %s") % data["as_of"] + (f" · {data['zone']}" if data["zone"] else "")
    yield from table(
        [_("Stage"), _("Reached it"), _("Here now"), _("Lost from here"), _("Of the stage before (%)"), _("Of all (%)"),
         _("Days to the next")],
        [[one["label"], one["reached"], one["here"], one["lost"], one["rate_pct"], one["of_all_pct"], one["days"]]
         for one in data["stages"]],
    )
    for name, label in (("origin", _("Origin of the lead")), ("chain", _("Chain")), ("unit", _("Unit"))):
        yield ""
        yield from table(
            [label, _("Leads"), _("Turned into projects"), _("Lost"), _("Rate (%)")],
            [[one["label"] or "—", one["leads"], one["converted"], one["lost"], one["rate_pct"]] for one in data[f"by_{name}"]],
        )
