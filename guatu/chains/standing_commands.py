"""The commands `guatu chains status`, `guatu chains gaps` and `guatu chains judge`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, day_of, instant_of, table


def _asked(parser) -> None:
    parser.add_argument("chain", metavar="CHAIN", help=_("code of a chain, such as nd"))
    parser.add_argument("--zone", metavar="Z", required=True, help=_("code of a zone that has declared its territory"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))
    parser.add_argument("--radius-km", metavar="R", type=_kilometres, help=_(
        "take as near what lies within so many kilometres of the zone's centre (default: the rest of its cities)"))


def _kilometres(text: str) -> float:
    value = float(text)
    if not 0 < value <= 5000:
        raise ValueError
    return value


@command("chains", "status", help=gettext_lazy("how each node of a chain stands in a zone as of a day"), arguments=_asked)
def status(call: Call) -> int:
    from guatu.chains.queries.answers import status_answer

    found = _panorama(call)
    return call.answer(status_answer(found), _status_in_words(found))


@command("chains", "gaps", help=gettext_lazy("what a chain lacks in a zone, by weight and with reasons"), arguments=_asked)
def gaps(call: Call) -> int:
    from guatu.chains.queries.answers import gaps_answer

    found = _panorama(call)
    return call.answer(gaps_answer(found), _gaps_in_words(found))


def _judging(parser) -> None:
    parser.add_argument("key", metavar="KEY", help=_("the enterprise's key in the register, as lists of a node show it"))
    parser.add_argument("chain", metavar="CHAIN", help=_("code of a chain, such as nd"))
    parser.add_argument("node", metavar="NODE", help=_("code of a node of the chain"))
    parser.add_argument("verdict", metavar="VERDICT", help=_("confirm, reject, or withdraw to take the last verdict back"))
    parser.add_argument("--reason", metavar="TEXT", required=True, help=_("how it is known"))
    parser.add_argument("--role", metavar="ROLE", help=_("makes, develops, serves or sells: with confirm, goes before the texts"))
    parser.add_argument("--from", dest="since", metavar="D", help=_(
        "the day from which it holds (default: since the enterprise was registered)"))


@command("chains", "judge", help=gettext_lazy("confirm or reject what the mapping says of an enterprise"), arguments=_judging)
def judge(call: Call) -> int:
    from guatu.chains.actions import judge_mapping, withdraw_verdict

    data = {"key": call.key, "chain": call.chain, "node": call.node, "verdict": call.verdict}
    if call.verdict == "withdraw":
        withdraw_verdict(call.actor, call.key, call.chain, call.node, call.reason)
        return call.answer(data, [_("The verdict was withdrawn; what the texts say counts again.")])
    row = judge_mapping(
        call.actor, call.key, call.chain, call.node, call.verdict, call.reason, call.role,
        valid_on=None if call.since is None else day_of(call.since, "--from"))
    data |= {"name": row.name, "role": row.role or None, "from": row.valid_on, "recording": row.recording_number}
    return call.answer(data, [_("Recorded: %(verdict)s, from %(day)s on.") % {"verdict": row, "day": row.valid_on}])


def _panorama(call: Call):
    from guatu.chains.queries import panorama

    call.actor.scope.require("chains", "view")
    return panorama(
        call.chain, call.zone, day_of(call.as_of, "--as-of"), instant_of(call.known_at, "--known-at"),
        radius_km=call.radius_km)


def _about(found) -> Iterable[str]:
    coverage = found.coverage
    yield _("%(chain)s in %(zone)s, as of %(day)s") % {
        "chain": found.chain_name, "zone": found.zone_name, "day": found.as_of.isoformat()}
    yield _("Looked at: %(here)s enterprises here, %(near)s nearby, %(nation)s in the nation, of a register of %(rows)s rows "
            "that knows registrations up to %(day)s.") % {
        "here": f"{coverage.here:,}", "near": f"{coverage.near:,}", "nation": f"{coverage.nation:,}",
        "rows": f"{coverage.register_rows:,}",
        "day": coverage.last_registered_on.isoformat() if coverage.last_registered_on else "—"}
    yield _("On the chain in some role: %(here)s here, %(nation)s in the nation. Without a day of registration and counted: "
            "%(undated)s; gone, nobody knows when, and not counted: %(gone)s. Verdicts: %(confirmed)s confirmed, "
            "%(rejected)s rejected.") % {
        "here": f"{coverage.mapped_here:,}", "nation": f"{coverage.mapped_nation:,}", "undated": coverage.undated,
        "gone": coverage.undated_exits, "confirmed": coverage.confirmed, "rejected": coverage.rejected}
    yield ""


def _status_in_words(found) -> Iterable[str]:
    from guatu.chains.standing_words import STATUS_LABELS, TIER_LABELS

    yield from _about(found)
    yield from table(
        [_("Node"), _("Tier"), _("Status"), _("Makers here"), _("nearby"), _("province"), _("nation"), _("Develop here"),
         _("Sell here"), _("Capital (10,000 yuan)"), _("Location quotient"), _("Users here")],
        [[f"{node.name} {node.code}", str(TIER_LABELS[node.tier]), str(STATUS_LABELS[node.status]) + (" ▲" if node.choke_point else ""),
          node.makers.here, node.makers.near, node.makers.province, node.makers.nation, node.developers.here,
          node.sellers.here, None if node.capital_cny.value is None else round(node.capital_cny.value / 10_000),
          node.location_quotient.value, node.users.total]
         for node in found.nodes],
    )
    if any(node.choke_point for node in found.nodes):
        yield _("▲ choke point: many use it here, few make it anywhere")


def _gaps_in_words(found) -> Iterable[str]:
    from guatu.chains.standing_words import STATUS_LABELS, TERM_LABELS

    yield from _about(found)
    for gap in found.gaps:
        marks = [str(STATUS_LABELS[gap.status])] + ([_("choke point")] if gap.choke_point else [])
        yield f"{gap.rank:>3}. {gap.name} {gap.node}  {gap.score}  {' · '.join(marks)}"
        for term in gap.terms.values():
            yield f"     {term.points:>6}  {TERM_LABELS[term.code]}: {term.told.sentence(_)}"
    if not found.gaps:
        yield _("No node of this chain is missing or weak here.")
    unseen = [node for node in found.nodes if node.aside is not None and node.aside.code == "aside_unseen"]
    aside = [node for node in found.nodes if node.aside is not None and node not in unseen]
    for nodes, sentence in (
        (unseen, _("Not ranked, because next to nobody in the nation's register names them, so that it cannot tell whether "
                   "they are missing: %s")),
        (aside, _("Not ranked, because they are services or take what scopes say too generally: %s")),
    ):
        if nodes:
            yield ""
            yield sentence % "、".join(node.name for node in nodes)
