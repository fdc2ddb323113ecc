"""Who may see and do what: the one permission rule.

A membership gives a user a role at a node of the organisation tree; the role grants verbs on resources (data, see
`settings.GUATU_ROLES`) over the node's subtree. A row is within reach when any of its model's `scope_paths` leads
to an organisation of that reach. No membership, no rows. Lists, searches, counts, exports, notifications and the
API all pass through `Scope.q`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guatu.kernel.errors import Forbidden, ScopeMissing


@dataclass(frozen=True)
class Role:
    code: str
    label_zh: str
    label_en: str
    grants: dict[str, frozenset[str]]

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

    return {
        code: Role(code, spec["zh"], spec["en"], {name: verbs(entries) for name, entries in spec["grants"].items()})
        for code, spec in document["roles"].items()
    }


EVERYWHERE = "everywhere"
#: Verbs that open a way to rows instead of saying which rows.
DOORS = frozenset({"export", "history", "bulk", "import"})


@dataclass(frozen=True)
class Scope:
    """What one person reaches. `memberships` pairs a role with the set of organisations below its node."""

    user_id: int | None
    memberships: tuple[tuple[Role, frozenset[int]], ...] = ()
    everything: bool = False
    all_organisations: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def nothing(cls) -> Scope:
        return cls(user_id=None)

    @classmethod
    def whole(cls) -> Scope:
        """The scope of the system operator."""
        return cls(user_id=None, everything=True)

    @classmethod
    def of(cls, user) -> Scope:
        from guatu.kernel.models import Membership, Organisation

        if user is None or not getattr(user, "is_active", False):
            return cls.nothing()
        held = Membership.everything.filter(user_id=user.pk, withdrawn=False).values_list("role", "organisation_id")
        parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
        known = roles()
        return cls(
            user_id=user.pk,
            memberships=tuple((known[role], subtree(parents, node)) for role, node in held if role in known),
            all_organisations=frozenset(parents),
        )

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
        within = scope.q(self.model.scope_paths, resource or resource_for(self.model).name, verb)
        return rows if within is None else rows.filter(within)


@dataclass(frozen=True)
class Actor:
    """Who writes, through which door."""

    user: object | None
    scope: Scope
    channel: str

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
