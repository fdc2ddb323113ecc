"""Writes of chains: what people judge of mappings."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.choices import NODE_ROLES, VERDICTS
from guatu.chains.models import MappingVerdict
from guatu.chains.queries.lookups import enterprise_in_register, is_mapped
from guatu.chains.queries.verdicts import present_verdict
from guatu.kernel import actions
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.rules.refusals import quote
from guatu.kernel.scope import Actor
from guatu.kernel.warehouse import Engine

#: From when a verdict holds on an enterprise whose day of registration the register does not say.
EARLIEST = date(1949, 10, 1)


def judge_mapping(
    actor: Actor, key: str, chain: str, node: str, verdict: str, reason: str, role: str | None = None, *,
    valid_on: date | None = None, engine: Engine | None = None,
) -> MappingVerdict:
    """Records what a person says of an enterprise (its key in the register) at a node: `confirm` or `reject`.

    A rejection takes it out of all counts of the node. A confirmation with a role goes before the role that the texts show,
    or adds an enterprise whose texts show none. Without `valid_on` it holds since the enterprise was registered, or
    corrects the verdict that is there. Raises NotFound, Faulty, Forbidden or Refusals; then nothing was written.
    """
    actor.scope.require("mapping_verdicts", "add")
    found = catalogue.find_node(chain, node)
    reason = _checked(verdict, role, reason)
    row = enterprise_in_register(key, engine)
    if row is None:
        raise NotFound("no_enterprise", _(
            "The register has no enterprise with the key “%s”. Copy the key from the list of a node's enterprises.")
            % quote(key), "key")
    present = present_verdict(key, chain, node, valid_on)
    if not role and (verdict == "confirm" or present is None) and not is_mapped(key, chain, node, engine):
        raise _not_mapped(verdict, row["name"], found.name)
    values = {"verdict": verdict, "role": role or "", "reason": reason, "name": row["name"] or ""}
    if present is not None:
        return actions.change(actor, present, values)
    since = valid_on or row["registered_on"] or EARLIEST
    return actions.create(
        actor, MappingVerdict, values | {"key": key, "chain": chain, "node": node, "valid_on": since})


def withdraw_verdict(actor: Actor, key: str, chain: str, node: str, reason: str) -> None:
    """Takes the last verdict on an enterprise at a node back, so that what its texts say counts again."""
    actor.scope.require("mapping_verdicts", "withdraw")
    catalogue.find_node(chain, node)
    present = present_verdict(key, chain, node)
    if present is None:
        raise NotFound("no_verdict", _("Nobody has judged the enterprise “%(key)s” at the node “%(node)s”.") % {
            "key": quote(key), "node": node}, "key")
    actions.withdraw(actor, present, reason)


def _checked(verdict: str, role: str | None, reason: str) -> str:
    for name, value, known in (("verdict", verdict, VERDICTS), ("role", role, [*NODE_ROLES, (None, ""), ("", "")])):
        codes = [code for code, _label in known]
        if value not in codes:
            raise Faulty(name, _("“%(value)s” is not known here. Choose one of: %(known)s.") % {
                "value": quote(value), "known": ", ".join(filter(None, codes))}, name)
    if not reason.strip():
        raise Faulty("reason_missing", _("A verdict needs a reason. Say how you know it."), "reason")
    return reason.strip()


def _not_mapped(verdict: str, name: str, node: str) -> Faulty:
    words = {"name": name, "node": node}
    if verdict == "reject":
        return Faulty("not_mapped", _(
            "“%(name)s” is not counted at the node “%(node)s”, so there is nothing to reject.") % words, "key")
    return Faulty("role_missing", _(
        "The texts of “%(name)s” do not show it at the node “%(node)s”. Say in which role it is to be added.") % words, "role")
