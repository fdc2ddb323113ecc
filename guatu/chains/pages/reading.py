"""What an address of the chains asks for: the chain, the zone, the day, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.queries import panoramas
from guatu.chains.queries.ground import snapshots
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.standing import NodeStanding, Panorama
from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.models import Organisation
from guatu.kernel.recording import known
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.kernel.web.asked import Asked, asked
from guatu.kernel.web.session import scope_of


@dataclass(frozen=True)
class Look:
    """A chain looked at from a zone on a day. `panorama` is None where nothing is known of its nodes; then `why` says so
    in a sentence, and `todo` what to do about it, as (label, address), where the reader can do something."""

    scope: Scope
    address: Asked
    chain: Chain
    zone: Organisation | None
    panorama: Panorama | None
    why: str
    todo: tuple[str, str] | None

    def node(self, code: str):
        """The node of the chain. Raises NotFound."""
        for node in self.chain.nodes:
            if node.code == code:
                return node
        raise NotFound("no_node", _("The chain “%(chain)s” has no node “%(code)s”.") % {
            "chain": self.chain.name, "code": code[:60]})

    def standing(self, code: str) -> NodeStanding | None:
        return self.panorama.node(code) if self.panorama else None

    def link(self, name: str, *args: str, **changes: object) -> str:
        """The address of another page of this chain, on the same day and from the same zone."""
        return self.address.link(reverse(f"chains:{name}", args=[self.chain.code, *args]), **changes)


def look(request, code: str, verb: str = "view", **other: str) -> Look:
    """What the address asks for. `other` overrides zone or day. Raises NotFound for a chain or zone that is not there, or
    not within reach."""
    scope = scope_of(request)
    scope.require("chains", verb)
    address = asked(request)
    chain = chain_named(code, address)
    zone = zone_of(scope, address.zone)
    panorama, why, todo = standing_of(scope, chain, zone, address)
    return Look(scope, address, chain, zone, panorama, why, todo)


def chain_named(code: str, address: Asked) -> Chain:
    """The chain in the edition in force on the day asked for, as known then. Raises NotFound."""
    chains = catalogue.chains(address.as_of, known(address.known_at))
    if code not in chains:
        raise NotFound("no_chain", _("There is no chain “%(code)s”. The chains are: %(all)s.") % {
            "code": code[:60], "all": ", ".join(sorted(chains))})
    return chains[code]


def zones_of(scope: Scope) -> list[Organisation]:
    """The zones within reach, by code."""
    if not scope.may("zones"):
        return []
    zones = resource("zones")
    return list(zones.narrow(zones.model.objects.within(scope, "view", "zones")).order_by("code"))


def zone_of(scope: Scope, code: str) -> Organisation | None:
    """The zone with this code; without one the highest within reach. Raises NotFound for a code that is not within reach."""
    zones = zones_of(scope)
    if not code:
        within = {zone.pk for zone in zones}
        return next((zone for zone in zones if zone.parent_id not in within), None)
    for zone in zones:
        if zone.code == code:
            return zone
    raise NotFound("no_zone", _("There is no zone with code “%s” that you may see.") % code[:60])


def standing_of(scope: Scope, chain: Chain, zone: Organisation | None, address: Asked):
    """(panorama, why there is none, what to do about it as (label, address))."""
    found, why, todo = standings_of(scope, [chain.code], zone, address)
    return found.get(chain.code), why, todo


def standings_of(scope: Scope, chains: list[str], zone: Organisation | None, address: Asked):
    """As `standing_of`, of several chains at once: (panoramas by code, why there are none, what to do about it)."""
    if zone is None:
        return {}, _("You may see no zone, so nobody can say what is there."), None
    try:
        snapshots(address.known_at)  # before all else: without a register a territory is of no use yet
        return panoramas(chains, zone.code, address.as_of, address.known_at), "", None
    except Refused as refused:
        if refused.code == "no_territory":
            return {}, str(refused), _territory_of(scope, zone)
        if refused.code != "nothing_mapped":
            raise
        loads = scope.may("enterprises", "load_register")
        return {}, str(refused), (_("Load a register"), "/register/load/") if loads else None


def _territory_of(scope: Scope, zone: Organisation) -> tuple[str, str] | None:
    if not scope.may("territories", "add"):
        return None
    return _("Declare the territory"), f"/r/territories/new/?zone={zone.code}"
