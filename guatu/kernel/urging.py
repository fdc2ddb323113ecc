"""Urging (催办): whoever asked for a commitment, or has the right, reminds those who answer for it, once a day."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel import actions, notify
from guatu.kernel.changes import Change
from guatu.kernel.commitments import kinds
from guatu.kernel.errors import Conflict, Forbidden, NotFound, Refused
from guatu.kernel.models import Membership, User
from guatu.kernel.models.clock import Commitment
from guatu.kernel.registry import resource_for
from guatu.kernel.scope import Actor, Scope

notify.tells("urgings", gettext_lazy("urgings"), {
    "urged": gettext_lazy("%(who)s urges you: “%(what)s” is due on %(due)s. %(message)s"),
}, usual=notify.AT_ONCE)


def may_urge(scope: Scope, row: Commitment) -> bool:
    """Whether the reader may urge: they asked for it (or stand in for who did), or hold the right where it lies."""
    if row.asked_by_id is not None and row.asked_by_id in (scope.user_id, *scope.principals):
        return True
    return urgeable(scope, type(row), [row.pk]) == {row.pk}


def urgeable(scope: Scope, model: type[Commitment], ids: list[int]) -> set[int]:
    """Those of the commitments on which the reader holds the right to urge."""
    name = resource_for(model).name
    if not ids or not scope.may(name, "urge"):
        return set()
    rows = model.objects.within(scope, "urge", name)
    return set(rows.order_by().filter(pk__in=ids).values_list("pk", flat=True))


def urge(actor: Actor, subject_type: str, pk: int, message: str = "") -> int:
    """Records the urging and tells those who answer for the commitment; returns how many are told.

    Raises NotFound, Forbidden, or Conflict when it is done already or was urged today.
    """
    kind = kinds().get(subject_type)
    if kind is None:
        raise NotFound("no_commitment", _("There is no commitment at this address."))
    row = resource_for(kind.model).find(actor.scope, pk)
    if not may_urge(actor.scope, row):
        raise Forbidden("urge_forbidden", _(
            "Only who asked for “%s”, or an office with the right to urge, may urge. Ask the supervision office.") % row)
    today = timezone.localdate()
    if row.done_on is not None and row.done_on <= today:
        raise Conflict("urge_done", _("“%(row)s” was done on %(day)s, so there is nothing to urge.") % {
            "row": row, "day": row.done_on})
    if row.urged_on == today:
        raise Conflict("urged_today", _("“%s” was urged today already. Urge again tomorrow.") % row)
    people = answering(row)
    if not people:
        raise Refused("urge_nobody", _(
            "Nobody is named to answer for “%s”. Name an owner or a responsible unit with members, then urge.") % row)
    urging = Change(
        "change", kind.model, {"urged_on": today}, row=row, verb=f"{subject_type}.urged", reason=message.strip()[:500])
    actions.write(_with_right(actor, row), [urging])
    who = actor.user.name if actor.user is not None else _("the system")
    due: date = row.due_on
    return notify.notify(
        people, "urged", {"who": who, "what": str(row), "due": due.isoformat(), "message": message.strip()[:500]},
        subject_type, row.pk)


def answering(row: Commitment) -> list[int]:
    """Who is told: the first of those who answer for it and may log in, else the members of the responsible unit."""
    people = _able(kinds()[row._meta.label_lower].answering(row))[:1]
    if not people and row.owner_unit_id is not None:
        members = Membership.everything.filter(organisation_id=row.owner_unit_id, withdrawn=False)
        people = _able(list(dict.fromkeys(members.order_by("id").values_list("user_id", flat=True))))
    return people


def _able(people: list[int]) -> list[int]:
    able = set(User.everything.filter(pk__in=people, is_active=True, withdrawn=False).values_list("pk", flat=True))
    return [pk for pk in people if pk in able]


def _with_right(actor: Actor, row: Commitment) -> Actor:
    """Who asked needs no role for it: the right to urge what one asked for comes with asking."""
    if actor.scope.everything or urgeable(actor.scope, type(row), [row.pk]):
        return actor
    if row.asked_by_id == actor.scope.user_id:
        return Actor(actor.user, Scope.whole(), actor.channel)
    principal = User.everything.get(pk=row.asked_by_id)
    return Actor(actor.user, Scope.whole(), actor.channel, principal)
