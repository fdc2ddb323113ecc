"""The commands `guatu chains targets` and `guatu chains backtest`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, day_of, instant_of, table


def _targets(parser) -> None:
    parser.add_argument("chain", metavar="CHAIN", help=_("code of a chain, such as nd"))
    parser.add_argument("node", metavar="NODE", help=_("code of a node of the chain"))
    parser.add_argument("--zone", metavar="Z", required=True, help=_("code of a zone, or digits of a region, such as 3702"))
    parser.add_argument("--top", metavar="N", type=_count, default=20, help=_("how many are shown (default: 20)"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000:
        raise ValueError
    return value


@command("chains", "targets", help=gettext_lazy("who in the whole register could fill a gap, ranked with reasons"), arguments=_targets)
def targets(call: Call) -> int:
    from guatu.outreach.queries.targets import targets as ranking
    from guatu.outreach.queries.targets_answer import targets_answer

    call.actor.scope.require("chains", "view")
    call.actor.scope.require("enterprises", "view")
    found = ranking(
        call.actor.scope, call.chain, call.node, call.zone, day_of(call.as_of, "--as-of"),
        instant_of(call.known_at, "--known-at"))
    return call.answer(targets_answer(found, call.top), _in_words(found, call.top))


def _in_words(found, top: int) -> Iterable[str]:
    from guatu.outreach.queries.targets_answer import city_of
    from guatu.outreach.targets_words import TERM_LABELS

    yield _("%(node)s of %(chain)s, for %(zone)s, as of %(day)s") % {
        "node": found.node.name, "chain": found.chain_name, "zone": found.zone_name, "day": found.as_of.isoformat()}
    yield _("Looked at: %(all)s enterprises that make or develop it; %(left)s to be approached, %(out)s left out.") % {
        "all": f"{found.total:,}", "left": f"{len(found.rows):,}", "out": f"{len(found.excluded):,}"}
    for place, one in enumerate(found.rows[:top], start=1):
        yield ""
        yield f"{place:>3}. {one.candidate.name}  {one.score}  {city_of(one.candidate.city_code, one.candidate.province_code)}"
        for term in one.terms.values():
            yield f"     {term.points:>6} / {term.weight:>3}  {TERM_LABELS[term.code]}: {term.told.sentence(_)}"
    if found.excluded:
        yield ""
        yield _("Left out:")
        for one in found.excluded[:top]:
            yield f"     {one.score:>6}  {one.candidate.name}: {one.excluded.sentence(_)}"


def _backtest(parser) -> None:
    parser.add_argument("--zone", metavar="Z", required=True, help=_("code of a zone, or digits of a region, such as 3702"))
    parser.add_argument("--landed-after", metavar="D", required=True, help=_(
        "the day whose knowledge the ranking has; what was registered later is what landed"))
    parser.add_argument("--until", metavar="D", help=_("the last day of landing that counts (default: the register's last)"))
    parser.add_argument("--chain", metavar="CHAIN", help=_("code of a chain, such as nd (default: every chain)"))
    parser.add_argument("--seed", metavar="N", type=int, default=20221130, help=_("seed of the draws (default: 20221130)"))


@command("chains", "backtest", help=gettext_lazy("how the ranking of targets would have done: hide what landed, rank, compare"),
         arguments=_backtest)
def backtest(call: Call) -> int:
    from guatu.chains import catalogue
    from guatu.outreach.queries.targets_backtest import backtest as run

    call.actor.scope.require("chains", "view")
    call.actor.scope.require("enterprises", "view")
    day = day_of(call.landed_after, "--landed-after")
    until = day_of(call.until, "--until") if call.until else day + timedelta(days=36_525)
    data = run([call.chain] if call.chain else sorted(catalogue.chains()), call.zone, day, until, call.seed)
    return call.answer(data, _backtest_in_words(data))


def _backtest_in_words(data: dict) -> Iterable[str]:
    from guatu.outreach.targets_words import METHOD_LABELS

    yield _("%(zone)s, knowledge of %(day)s: %(landed)s branches and subsidiaries landed later, %(asked)s of which were asked about") % {
        "zone": data["zone_name"], "day": data["landed_after"], "landed": data["landed"]["all"], "asked": data["questions"]}
    for code, label in (
        ("parent_not_on_chain", _("parent makes or develops nothing of the chains")),
        ("parent_already_here", _("parent was here already or was left out")),
    ):
        yield f"  {data['landed'][code]}: {label}"
    if not data["questions"]:
        yield _("Nothing that landed can be asked about, so nothing can be measured.")
        return

    def shown(one: dict) -> str:
        low, high = one["interval"]
        return f"{one['value']:.3f} ({low:.3f}–{high:.3f})"

    yield from table([_("Ranked by"), "hit@10", "hit@50", "MRR"], [
        [str(METHOD_LABELS[code]), shown(one["hit@10"]), shown(one["hit@50"]), shown(one["mrr"])]
        for code, one in data["methods"].items()])
    yield _("In brackets: 95 %% intervals by bootstrap, seed %(seed)s. Candidates of a question: %(least)s to %(most)s, "
            "median %(median)s.") % (data["candidates"] | {"seed": data["seed"]})
