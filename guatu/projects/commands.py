"""Commands of projects: the five lists, the difference between two days, lights, schedules of files."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.choices import LIGHTS
from guatu.kernel.command_line import Call, command, day_of, instant_of, table
from guatu.projects import ledger_commands, plan_commands  # noqa: F401  (declared by being imported)
from guatu.projects.choices import LISTS, MILESTONE_KINDS, RESIDUALS, STAGES


def _when_arguments(parser) -> None:
    parser.add_argument("--zone", metavar="Z", help=_("code of a zone, with everything below it (default: every zone)"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))


def _lists_arguments(parser) -> None:
    _when_arguments(parser)
    parser.add_argument(
        "--diff", nargs=2, metavar=("D1", "D2"), help=_("what entered and left each list between two days")
    )


@command("lists", help=gettext_lazy("the five lists as of a day"), arguments=_lists_arguments)
def lists(call: Call) -> int:
    from guatu.projects import queries

    call.actor.scope.require("projects", "view")
    known_at = instant_of(call.known_at, "--known-at")
    if call.diff and call.as_of:
        call.say(_("--diff names its own two days; leave --as-of out."))
        return 2
    if call.diff:
        first, second = (day_of(text, "--diff") for text in call.diff)
        found, _counts = queries.difference(call.actor.scope, first, second, known_at=known_at, zone=call.zone)
        data = found.as_json()
        return call.answer(data, _moves(data))
    found = queries.five_lists(call.actor.scope, day_of(call.as_of, "--as-of"), known_at=known_at, zone=call.zone)
    data = found.as_json()
    return call.answer(data, _standing(data))


def _standing(data: dict):
    stages = {code: str(label) for code, label in STAGES}
    headers = [_("code"), _("name"), _("stage"), _("since"), _("total investment (10,000 yuan)"), _("batch")]
    yield _("As of %s") % data["as_of"] + (f" · {data['zone']}" if data["zone"] else "")
    for title, rows, total in _groups(data):
        yield ""
        yield _total(title, total)
        if rows:
            yield from table(
                headers,
                [
                    [
                        row["code"],
                        row["name"],
                        stages.get(row["stage"], ""),
                        row["since"],
                        _in_wan(row["investment_cny"]),
                        row["batch"],
                    ]
                    for row in rows
                ],
            )
    yield ""
    yield _total(_("All"), data["totals"])


def _groups(data: dict):
    for group, named in (("lists", LISTS), ("residuals", RESIDUALS)):
        for name, label in named:
            yield str(label), data[group][name], data["totals"][group][name]


def _total(title: str, total: dict) -> str:
    return _("%(title)s: %(projects)d projects, %(amount)s × 10,000 yuan, %(unknown)d of unknown amount") % {
        "title": title,
        "projects": total["projects"],
        "amount": f"{_in_wan(total['investment_cny']) or 0:,}",
        "unknown": total["investment_unknown"],
    }


def _in_wan(yuan):
    from decimal import Decimal

    from guatu.kernel.command_line import plain

    return None if yuan is None else plain(Decimal(yuan) / 10_000)


def _moves(data: dict):
    labels = dict(LISTS) | dict(RESIDUALS)
    for way, title in (("entered", _("Entered")), ("left", _("Left"))):
        rows = [
            [
                str(labels[name]),
                move["code"],
                move["name"],
                str(labels.get(move["from"], "")),
                str(labels.get(move["to"], "")),
                move["why"],
            ]
            for name, _label in LISTS
            for move in data[way][name]
        ]
        yield f"{title}: {len(rows)}"
        yield from table([_("list"), _("code"), _("name"), _("from"), _("to"), _("why")], rows) if rows else []
        yield ""


@command("lights", help=gettext_lazy("the light of every milestone as of a day"), arguments=_when_arguments)
def lights(call: Call) -> int:
    from guatu.projects import queries

    call.actor.scope.require("milestones", "view")
    rows = queries.lights(
        call.actor.scope,
        day_of(call.as_of, "--as-of"),
        known_at=instant_of(call.known_at, "--known-at"),
        zone=call.zone,
    )
    data = [row.as_json() for row in rows]
    colours, kinds = dict(LIGHTS), dict(MILESTONE_KINDS)
    return call.answer(
        data,
        table(
            [_("light"), _("project"), _("milestone"), _("due day"), _("slack (working days)"), _("turns on")],
            [
                [
                    str(colours[row["colour"]]),
                    row["project"],
                    str(kinds.get(row["milestone"], row["milestone"])),
                    row["due"],
                    row["slack"],
                    row["flips_on"],
                ]
                for row in data
            ],
        ),
    )


def _schedule_arguments(parser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help=_("a plan: PSPLIB (.sm), Microsoft Project's XML (.xml), or JSON (.json)")
    )
    parser.add_argument("--resources", action="store_true", help=_("also a schedule that never overdraws a resource"))
    parser.add_argument(
        "--limit", type=float, default=60.0, metavar="SECONDS",
        help=_("how long to look for it, at most (default: %(default)s)"),
    )


@command("schedule", help=gettext_lazy("dates and critical path of a plan in a file"), arguments=_schedule_arguments,
         ready=False)
def schedule(call: Call) -> int:
    import time
    from pathlib import Path

    from guatu.projects import scheduling

    if not 0 < call.limit < 1e6:
        call.say(_("--limit is a number of seconds above zero."))
        return 2
    limit = call.limit - min(time.process_time(), call.limit / 2)  # the start of the program counts as well
    found = scheduling.answer(Path(call.file), call.resources, limit)
    return call.answer(scheduling.as_json(found), () if call.arguments.json else scheduling.as_lines(found))
