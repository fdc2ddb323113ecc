"""The sentences of targets: why a term has its value, why an enterprise is left out, and what to ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guatu.kernel.rules.refusals import gettext_noop

SENTENCES = {
    "maker_makes": gettext_noop("Its texts say that it makes “%(term)s”, with a certainty of %(sure)s."),
    "maker_develops": gettext_noop("Its texts say that it develops “%(term)s”, with a certainty of %(sure)s; nothing says that it makes it."),
    "maker_judged": gettext_noop("A person of the chain office confirmed what it does at this node."),
    "size_capital": gettext_noop("Registered capital %(capital)s 万元 (promised, not necessarily paid)."),
    "size_employees": gettext_noop("%(employees)s employees."),
    "size_unknown": gettext_noop("Neither capital nor employees are known."),
    "growth": gettext_noop("Registered %(years)s years ago; %(recent)s branches or subsidiaries opened in the last %(span)s years."),
    "growth_undated": gettext_noop("Its day of registration is not known; %(recent)s branches or subsidiaries opened in the last %(span)s years."),
    "habit": gettext_noop("It has branches or subsidiaries in %(cities)s other cities, as far as names in the register tell."),
    "no_habit": gettext_noop("The register shows no branch or subsidiary of it in another city."),
    "tie": gettext_noop("What it makes is tied by supply to %(count)s nodes that lead here: %(nodes)s."),
    "no_tie": gettext_noop("Nothing that it makes is tied by supply to a node that leads here."),
    "distance_km": gettext_noop("About %(km)s km away, by the coordinates in the register."),
    "distance_same": gettext_noop("In the same province; no coordinates are known, so provinces count."),
    "distance_neighbour": gettext_noop("In a neighbouring province; no coordinates are known, so provinces count."),
    "distance_other": gettext_noop("In a province farther away; no coordinates are known, so provinces count."),
    "distance_unknown": gettext_noop("Where it sits is not known."),
    "cluster": gettext_noop("%(makers)s enterprises in its city make or develop things of the same chain."),
    "no_cluster": gettext_noop("Nobody else in its city makes or develops things of the same chain."),
    "listed": gettext_noop("The register says that it is a listed company."),
    "listed_revenue": gettext_noop("Stated revenue %(revenue)s 万元."),
    "not_listed": gettext_noop("Neither a listing nor a revenue is known."),
    "out_gone": gettext_noop("It is deregistered, revoked or moved out."),
    "out_barred": gettext_noop("It is barred: %(why)s"),
    "out_here": gettext_noop("It is already here."),
    "out_here_through": gettext_noop("It is already here through %(name)s."),
    "out_branch": gettext_noop("It is a branch; ask its parent %(parent)s."),
    "out_in_talks": gettext_noop("Talks are under way: %(why)s"),
    "out_restricted": gettext_noop("The state restricts new capacity of “%(term)s”."),
}


@dataclass(frozen=True)
class Reason:
    """A sentence by its code and what fills it."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """In the reader's language."""
        return translate(SENTENCES[self.code]) % dict(self.params)


@dataclass(frozen=True)
class Excluded:
    """Why an enterprise is not to be approached: gone, barred, here, here_through, branch, in_talks, restricted."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        return translate(SENTENCES[f"out_{self.code}"]) % dict(self.params)
