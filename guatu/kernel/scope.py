"""Who may see and do what: the one permission rule.

A membership gives a user a role at a node of the organisation tree; the role grants verbs on resources (data, see
`settings.GUATU_ROLES`) over the node's subtree. A row is within reach when any of its model's `scope_paths` leads
to an organisation of that reach. No membership, no rows. Lists, searches, counts, exports, notifications and the
API all pass through `Scope.q`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from guatu.kernel.errors import Forbidden, ScopeMissing

if TYPE_CHECKING:
    from guatu.kernel.held import Rows


@dataclass(frozen=True)
class Role:
    code: str
    label_zh: str
    label_en: str
    grants: dict[str, frozenset[str]]
    #: Whether a stand-in may act with it. A role that administers may not be passed on unless the site says so.
    delegable: bool = True
    #: Where its holder lands after logging in: "first" is the installation's first page, "queue" the own work queue.
    home: str = "first"

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh

    def allows(self, resource: str, verb: str) -> bool:
        return verb in self.grants.get(resource, frozenset()) or verb in self.grants.get("*", frozenset())


@cache
def roles() -> dict[str, Role]:
    """The roles of the installation, read once from the site's YAML."""
    document = yaml.safe_load(Path(settings.GUATU_ROLES).read_text(encoding="utf-8"))
    sets = {name: frozenset(verbs) for name, verbs in document["verb_sets"].items()}

    def verbs(entries) -> frozenset[str]:
        return frozenset().union(*(sets.get(entry, frozenset({entry})) for entry in entries))

    def role(code: str, spec: dict) -> Role:
        grants = {name: verbs(entries) for name, entries in spec["grants"].items()}
        administers = any("administer" in granted for granted in grants.values())
        return Role(code, spec["zh"], spec["en"], grants, bool(spec.get("delegable", not administers)),
                    spec.get("home", "first"))

    return {code: role(code, spec) for code, spec in document["roles"].items()}


EVERYWHERE = "everywhere"
#: Verbs that open a way to rows instead of saying which rows.
DOORS = frozenset({"export", "history", "bulk", "import"})


#: Roles, each with the set of organisations below its node.
Held = tuple[tuple[Role, frozenset[int]], ...]


@dataclass(frozen=True)
class Scope:
    """What one person reaches. `memberships` pairs a role with the set of organisations below its node: the person's
    own, and those of the people they stand in for today, which `delegated` holds by person once more."""

    user_id: int | None
    memberships: Held = ()
    everything: bool = False
    all_organisations: frozenset[int] = field(default_factory=frozenset)
    delegated: tuple[tuple[int, Held], ...] = ()

    @classmethod
    def nothing(cls) -> Scope:
        return cls(user_id=None)

    @classmethod
    def whole(cls) -> Scope:
        """The scope of the system operator."""
        return cls(user_id=None, everything=True)

    @classmethod
    def of(cls, user) -> Scope:
        """What the user reaches today, standing in for others included (not for those whom these stand in for)."""
        from guatu.kernel import delegation
        from guatu.kernel.models import Membership, Organisation

        if user is None or not getattr(user, "is_active", False):
            return cls.nothing()
        held = Membership.everything.filter(user_id=user.pk, withdrawn=False).values_list("role", "organisation_id")
        parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
        known = roles()
        own = tuple((known[role], subtree(parents, node)) for role, node in held if role in known)
        delegated = tuple(
            (principal, tuple((role, subtree(parents, node)) for role, node in passed_on))
            for principal, passed_on in delegation.passed_on_to(user.pk).items()
        )
        return cls(
            user_id=user.pk,
            memberships=own + tuple(pair for _principal, passed_on in delegated for pair in passed_on),
            all_organisations=frozenset(parents),
            delegated=delegated,
        )

    @property
    def own(self) -> Scope:
        """The same person without those they stand in for."""
        return replace(self, memberships=self.memberships[: self._own_count], delegated=()) if self.delegated else self

    def standing_in(self, principal_id: int) -> Scope:
        """The person's own reach together with that of one person they stand in for."""
        passed_on = dict(self.delegated).get(principal_id, ())
        return replace(self.own, memberships=self.own.memberships + passed_on)

    @property
    def lands_in_queue(self) -> bool:
        """Whether every role of the person's own works through a queue."""
        held = self.own.memberships
        return bool(held) and all(role.home == "queue" for role, _nodes in held)

    @property
    def principals(self) -> tuple[int, ...]:
        """The people this person stands in for today."""
        return tuple(principal for principal, _passed_on in self.delegated)

    @property
    def _own_count(self) -> int:
        return len(self.memberships) - sum(len(passed_on) for _principal, passed_on in self.delegated)

    def reach(self, resource: str, verb: str = "view") -> frozenset[int] | str:
        """Organisations over which `verb` on `resource` is granted; EVERYWHERE when that is the whole tree.

        A door (export, history, …) granted anywhere lets a person take the rows they see through it, so that every
        door shows the same rows.
        """
        if self.everything:
            return EVERYWHERE
        reached = self._granted(resource, verb)
        if reached and verb in DOORS:
            reached = self._granted(resource, "view")
        return EVERYWHERE if reached and reached >= self.all_organisations else reached

    def _granted(self, resource: str, verb: str) -> frozenset[int]:
        return frozenset().union(*(nodes for role, nodes in self.memberships if role.allows(resource, verb)))

    def may(self, resource: str, verb: str = "view") -> bool:
        """Whether the verb is granted anywhere at all."""
        return bool(self.reach(resource, verb))

    def q(self, paths: tuple[str, ...] | None, resource: str, verb: str = "view") -> Q | None:
        """The filter of rows within reach: None means every row; `Q(pk__in=[])` means none."""
        reached = self.reach(resource, verb)
        if not reached:
            return Q(pk__in=[])
        if reached == EVERYWHERE or paths is None:
            return None
        within = Q()
        for path in paths:
            within |= Q(pk__in=reached) if path == "self" else Q(**{f"{path}__in": reached})
        return within

    def mask(self, paths: tuple[str, ...], resource: str, verb: str, rows: Rows) -> np.ndarray | None:
        """The same for rows held in memory (see `held`): which of them are within reach; None means every one."""
        reached = self.reach(resource, verb)
        if reached == EVERYWHERE:
            return None
        within = np.zeros(len(rows), bool)
        nodes = np.fromiter(sorted(reached), np.int64, len(reached))
        for path in paths if reached else ():
            within |= np.isin(rows[f"{path}_id"], nodes)
        return within

    def cut(self, rows: models.QuerySet, resource: str, verb: str = "view") -> models.QuerySet:
        """The rows of a model that are within reach and shown to this reader."""
        for limit in (self.q(rows.model.scope_paths, resource, verb), rows.model.shown_to(self, resource, verb)):
            rows = rows if limit is None else rows.filter(limit)
        return rows

    def require(self, resource: str, verb: str) -> None:
        if not self.may(resource, verb):
            raise Forbidden(
                "forbidden",
                _(
                    "Your role does not allow “%(verb)s” on “%(resource)s”. Ask an administrator for the role if you need it."
                )
                % {"verb": verb_label(verb), "resource": _label(resource)},
            )


def verb_label(verb: str) -> str:
    """What a person does, in words."""
    return {
        "view": _("see"),
        "add": _("add"),
        "change": _("change"),
        "withdraw": _("withdraw"),
        "bulk": _("bulk edit"),
        "import": _("import"),
        "export": _("export"),
        "history": _("see the history of"),
        "move_due": _("move due days of"),
        "override_light": _("set lights by hand of"),
        "return_stage": _("take back a stage of"),
        "record_history": _("record history of"),
        "pass_gate": _("pass gates of"),
        "report": _("hand in"),
        "review": _("review"),
        "urge": _("urge"),
        "issue": pgettext("right", "issue"),
        "load_register": _("load the register of"),
        "rule": _("rule on"),
        "administer": _("administer"),
    }.get(verb, verb)


def _label(resource: str) -> str:
    from guatu.kernel.registry import resources

    return resources()[resource].label_plural if resource in resources() else resource


def subtree(parents: dict[int, int | None], root: int) -> frozenset[int]:
    """`root` and everything below it. A node whose parent is not in `parents` hangs nowhere."""
    children = defaultdict(list)
    for node, parent in parents.items():
        children[parent].append(node)
    found, waiting = set(), [root] if root in parents else []
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(children[node])
    return frozenset(found)


class ScopedManager(models.Manager):
    """Rows can be had only by saying for whom: `Model.objects.within(scope)`."""

    use_in_migrations = False

    def get_queryset(self):
        raise ScopeMissing(f"{self.model.__name__}.objects was read without a scope; use .within(scope).")

    def within(self, scope: Scope, verb: str = "view", resource: str | None = None) -> models.QuerySet:
        """Rows of this model that `scope` reaches for `verb`, withdrawn rows and superseded versions left out."""
        from guatu.kernel.registry import resource_for

        rows = self.model.everything.filter(withdrawn=False)
        if hasattr(self.model, "superseded_by"):
            rows = rows.filter(superseded_by=None)
        return scope.cut(rows, resource or resource_for(self.model).name, verb)


@dataclass(frozen=True)
class Actor:
    """Who writes, through which door, and for whom when the right used is another's (see `delegation`)."""

    user: object | None
    scope: Scope
    channel: str
    on_behalf_of: object | None = None

    @property
    def name(self) -> str:
        return self.user.username if self.user is not None else "system"

    @classmethod
    def system(cls, channel: str = "cli") -> Actor:
        return cls(None, Scope.whole(), channel)

    @classmethod
    def of(cls, user, channel: str) -> Actor:
        return cls(user, Scope.of(user), channel)

    def through(self, channel: str) -> Actor:
        return Actor(self.user, self.scope, channel)

    def standing_in_for(self, principal) -> Actor:
        """The same person acting for `principal` (None: for themselves)."""
        return replace(self, on_behalf_of=principal)
