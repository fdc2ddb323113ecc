"""The command `guatu plan`: one project's plan shown, counted back, rescued, laid out, written to files and read."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from guatu.kernel.choices import LIGHTS
from guatu.kernel.command_line import Call, command, day_of, table
from guatu.kernel.rules.refusals import quote


def _arguments(parser) -> None:
    parser.add_argument("words", nargs="+", metavar="PROJECT", help=_(
        "code of a project; or “lay-out PROJECT”, “export PROJECT”, “import PROJECT FILE”"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--backward-from", metavar="DATE", help=_("by when each task must begin so that this day is held"))
    parser.add_argument("--rescue", metavar="DATE", help=_("the cheapest cuts that hold this day"))
    parser.add_argument("--template", metavar="T", help=_("lay-out: the template"))
    parser.add_argument("--promised", metavar="DATE", help=_(
        "lay-out: the day to count back from (default: that of the milestone that stands)"))
    parser.add_argument("--format", choices=["mspdi", "xlsx", "pdf", "png"], help=_("export: the kind of file"))
    parser.add_argument("--sheet", choices=["gantt", "backward"], help=_("export on paper: which sheet (default: gantt)"))
    parser.add_argument("--size", choices=["a0", "a3", "a4"], help=_("export on paper: the size (default: a3)"))
    parser.add_argument("--out", dest="target", metavar="F", help=_("export: the file to write"))


@command("plan", help=gettext_lazy("a project's plan: shown, counted back, rescued, laid out, exported, imported"),
         arguments=_arguments)
def plan(call: Call) -> int:
    verb, *rest = call.words
    verbs = {"export": (_export, 1), "import": (_import, 2), "lay-out": (_lay_out, 1)}
    if verb in verbs and len(rest) == verbs[verb][1]:
        return verbs[verb][0](call, *rest)
    if rest:
        call.say(_("Write “guatu plan PROJECT”, or one of lay-out, export and import with a project behind it."))
        return 2
    if call.backward_from and call.rescue:
        call.say(_("--backward-from and --rescue are two questions; ask one at a time."))
        return 2
    if call.backward_from:
        return _backward(call, verb)
    return _rescue(call, verb) if call.rescue else _show(call, verb)


def _show(call: Call, code: str) -> int:
    from guatu.projects.planning import queries, sight

    as_of = day_of(call.as_of, "--as-of")
    data = queries.gantt(call.actor.scope, code, as_of)
    if data is None:
        sight.sight(call.actor.scope, code, as_of)  # says in a sentence that there is none
    return call.answer(data, () if call.arguments.json else _chart(data))


def _chart(data: dict) -> Iterable[str]:
    said, colours = data["plan"], dict(LIGHTS)
    yield _("%(project)s %(name)s · promised for %(promised)s · can be reached on %(finish)s") % {
        "project": said["project"], "name": quote(said["project_name"]), "promised": said["promised_on"] or "—",
        "finish": said["finish"]}
    yield from table(
        [pgettext("of a plan task", "number"), _("task"), _("start"), _("finish"), _("must begin by"), _("total float"), _("per cent done"), _("light")],
        [
            [row["number"], "  " * row["level"] + quote(row["name"]), row["start"], row["finish"], row["must_begin_by"],
             row["total_float"], row["percent"], str(colours.get(row["light"], row["light"]))]
            for row in data["tasks"]
        ],
    )


def _backward(call: Call, code: str) -> int:
    from guatu.projects.planning import queries

    data = queries.backward(
        call.actor.scope, code, day_of(call.backward_from, "--backward-from"), day_of(call.as_of, "--as-of"))
    return call.answer(data, () if call.arguments.json else _sheet(data))


def _sheet(data: dict) -> Iterable[str]:
    if data["holds"]:
        yield _("%(day)s can be held: reached on %(finish)s at the earliest.") % {
            "day": data["promised_on"], "finish": data["finish"]}
    else:
        yield _("%(day)s cannot be held: reached on %(finish)s at the earliest, %(late)d working days late.") % {
            "day": data["promised_on"], "finish": data["finish"], "late": data["late_by_workdays"]}
    yield from table(
        [pgettext("of a plan task", "number"), _("task"), _("office in charge"), _("must begin by"), _("must be finished by"), _("slack"), _("overdue")],
        [
            [row["number"], "  " * row["level"] + quote(row["name"]), row["unit"], row["must_begin_by"], row["latest_finish"],
             row["slack"], _("yes") if row["overdue"] else ""]
            for row in data["rows"]
        ],
    )


def _rescue(call: Call, code: str) -> int:
    from guatu.projects.planning import queries

    data = queries.rescue(call.actor.scope, code, day_of(call.rescue, "--rescue"), day_of(call.as_of, "--as-of"))
    return call.answer(data, () if call.arguments.json else _cuts(data))


def _cuts(data: dict) -> Iterable[str]:
    if data["outcome"] == "holds":
        yield _("%s is held without cutting anything.") % data["promised_on"]
    elif data["holds"]:
        yield _("%(day)s is held for %(cost)s yuan.") % {"day": data["promised_on"], "cost": f"{data['cost_cny']:,}"}
        if not data["proved"]:
            yield _("Not proved the cheapest: no rescue costs less than %s yuan.") % f"{data['bound_cny']:,}"
        yield from table(
            [_("task"), _("from"), _("to"), _("days"), _("cost (yuan)")],
            [[quote(cut["name"]), cut["from"], cut["to"], cut["days"], cut["cost_cny"]] for cut in data["cuts"]])
    elif data["outcome"] == "unknown":
        yield _("No rescue was found in the time given, and none was excluded.")
    else:
        yield _("No rescue holds %(day)s: at the very best %(finish)s. These tasks follow one another and prevent it:") % {
            "day": data["promised_on"], "finish": data["finish"]}
        yield from table(
            [_("task"), _("start"), _("finish"), _("shortest duration")],
            [[quote(row["name"]), row["start"], row["finish"], row["shortest"]] for row in data["blocking"]])


def _lay_out(call: Call, code: str) -> int:
    from guatu.projects.planning import actions, queries, templates
    from guatu.projects.planning.sight import project_of

    if not call.template:
        call.say(_("Name a template with --template: %s.") % ", ".join(templates.templates()))
        return 2
    project = project_of(call.actor.scope, code)
    promised = None if call.promised is None else day_of(call.promised, "--promised")
    actions.lay_out(call.actor, project, call.template, promised)
    data = queries.gantt(call.actor.scope, project, day_of(call.as_of, "--as-of"))
    return call.answer(data, () if call.arguments.json else _chart(data))


def _export(call: Call, code: str) -> int:
    from guatu.projects.planning import interchange

    if not call.format or not call.target:
        call.say(_("An export needs --format and --out."))
        return 2
    options = {name: value for name, value in (("sheet", call.sheet), ("size", call.size)) if value}
    if call.format not in ("pdf", "png") and options:
        call.say(_("--sheet and --size are for pdf and png."))
        return 2
    kind = interchange.export(
        call.actor.scope, code, day_of(call.as_of, "--as-of"), call.format, call.target, **options)
    return call.answer({"project": code, "format": kind, "file": call.target}, [call.target])


def _import(call: Call, code: str, file: str) -> int:
    from pathlib import Path

    from guatu.projects.planning import interchange

    data = interchange.import_file(call.actor, code, Path(file))
    return call.answer(data, _imported(data))


def _imported(data: dict) -> Iterable[str]:
    if data["recording"] is None:
        yield _("Nothing differs from the plan as it stands.")
    else:
        yield _("%(tasks)d tasks read, recording %(number)d.") % {"tasks": data["tasks"], "number": data["recording"]}
    if data["left_out"]:
        yield _("Not taken over from the file (element and how often):")
        for name, count in data["left_out"].items():
            yield f"  {name}: {count}"
