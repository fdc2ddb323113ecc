"""Whether a person may make a change: the rule of scope applied to rows as they stand and as they will be."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import models
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Forbidden
from guatu.kernel.models.people import User
from guatu.kernel.registry import resource_for
from guatu.kernel.scope import EVERYWHERE, Actor, Scope, verb_label

VERB_OF = {"create": "add", "change": "change", "withdraw": "withdraw"}


def permissions(batch: Batch) -> None:
    """The actor must reach each row before and after its change; `bulk` and `import` doors need their verb too.

    A change that states only what a special right is about (a light set by hand, a moved due day) needs that right
    instead of the right to change the row.
    """
    scope, door = batch.actor.scope, batch.actor.channel
    if scope.everything:
        return
    for change in batch.changes:
        resource = resource_for(change.model)
        closed = door in ("bulk", "import") and not _opened(batch, resource.name, door)
        verbs = [VERB_OF[change.op]]
        if change.op == "change":
            verbs += [verb for verb, names in change.model.special_rights.items() if change.values.keys() <= names]
        if closed or not any(granted(batch, change, verb) for verb in verbs):
            what = change.row or change.values.get("code") or change.values.get("name") or resource.label
            batch.refuse(change, Forbidden("forbidden", _(
                "You may not %(verb)s “%(what)s”: it lies outside the organisations your role covers. "
                "Ask the office responsible for it.") % {"verb": verb_label(verbs[0]), "what": what}))


def granted(batch: Batch, change: Change, verb: str, resources: Iterable[str] = ()) -> bool:
    """Whether the actor holds `verb` where the changed row lies, before and after the change.

    `resources` names those under which the verb may be granted; by default the row's own.
    """
    names = resources or [resource_for(change.model).name]
    return _used(batch, lambda held: any(_covers(batch, change, held.reach(name, verb)) for name in names))


def _opened(batch: Batch, name: str, door: str) -> bool:
    return _used(batch, lambda held: held.may(name, door))


def _used(batch: Batch, holds: Callable[[Scope], bool]) -> bool:
    """Whether the actor's reach, for which `holds` asks, gives a right; notes for whom they act when it is not theirs."""
    scope = batch.actor.scope
    if not holds(scope):
        return False
    if not scope.delegated or holds(scope.own):
        return True
    able = frozenset(principal for principal in scope.principals if holds(scope.standing_in(principal)))
    batch.principals = able if batch.principals is None else batch.principals & able
    return True


def acting(batch: Batch) -> Actor:
    """The batch's actor, acting for the person away whose rights the checked batch needs, where it needs any.

    Raises Forbidden when no single person's rights suffice: a recording is made for one.
    """
    if batch.principals is None:
        return batch.actor
    principal = User.everything.filter(pk__in=batch.principals).order_by("pk").first()
    if principal is None:
        raise Forbidden("several_principals", _(
            "These changes need the rights of several people you stand in for, and one recording is made for one of "
            "them. Make the changes for each of them by themselves."))
    return batch.actor.standing_in_for(principal)


def _covers(batch: Batch, change: Change, reach: frozenset[int] | str) -> bool:
    if not reach:
        return False
    if reach == EVERYWHERE or change.model.scope_paths is None:
        return True
    where = whereabouts(batch)
    before = change.row is None or bool(where.of(change, before=True) & reach)
    after = change.op == "withdraw" or bool(where.of(change, before=False) & reach)
    return before and after


def whereabouts(batch: Batch) -> Whereabouts:
    if batch.whereabouts is None:
        batch.whereabouts = Whereabouts(batch.changes)
    return batch.whereabouts


class Whereabouts:
    """Organisations that the scope paths of a batch's rows lead to; one query a step for the whole batch."""

    def __init__(self, changes: list[Change]):
        self._changes = changes
        self._stored: dict[tuple[type, str], dict[int, int | None]] = {}

    def of(self, change: Change, before: bool) -> frozenset[int]:
        """Organisations of the row as stored (before) or as it will be."""
        found: set[int] = set()
        for path in change.model.scope_paths or ():
            if path == "self":
                parent = change.values.get("parent")
                found |= {change.row.pk} if change.row is not None else {parent} if isinstance(parent, int) else set()
                continue
            first, *rest = path.split("__")
            field = change.model._meta.get_field(first)
            value = getattr(change.row, field.attname) if before else change.after(first)
            organisation = self._follow(change.model, field, value, rest)
            found |= {organisation} if isinstance(organisation, int) else set()
        return frozenset(found)

    def _follow(self, model: type, field: models.ForeignKey, value, rest: list[str]):
        while rest and value is not None:
            target, (name, *rest) = field.related_model, rest
            field = target._meta.get_field(name)
            value = value.after(name) if isinstance(value, Change) else self._value(target, field, value)
        return value

    def _value(self, target: type, field: models.ForeignKey, pk: int) -> int | None:
        key = (target, field.attname)
        if pk not in self._stored.get(key, {}):
            self._stored.setdefault(key, {}).update(dict.fromkeys(wanted := self._referred(target) | {pk}))
            for chunk in chunks(sorted(wanted)):
                self._stored[key].update(target.everything.filter(pk__in=chunk).values_list("pk", field.attname))
        return self._stored[key][pk]

    def _referred(self, target: type) -> set[int]:
        """Identities of `target` that any change of the batch refers to, as stored or as it will be."""
        found = set()
        for change in self._changes:
            for field in change.model._meta.concrete_fields:
                if field.is_relation and field.related_model is target:
                    found.add(change.values.get(field.name))
                    found.add(getattr(change.row, field.attname) if change.row is not None else None)
        return {value for value in found if isinstance(value, int)}
