"""Setting, changing and ending delegations, and the rules they keep whatever the door."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel import actions, notify
from guatu.kernel.changes import Batch, Change
from guatu.kernel.delegation import covering, delegable
from guatu.kernel.errors import Faulty, Forbidden, NotFound
from guatu.kernel.models import Delegation, Membership, User
from guatu.kernel.registry import aftermath, guard
from guatu.kernel.scope import Actor, Scope

notify.tells("delegations", gettext_lazy("standing in for others"), {
    "delegation_given": gettext_lazy("You stand in for %(principal)s from %(start)s through %(end)s: %(reason)s"),
    "delegation_changed": gettext_lazy("You stand in for %(principal)s now from %(start)s through %(end)s: %(reason)s"),
    "delegation_ended": gettext_lazy("You no longer stand in for %(principal)s (%(start)s – %(end)s)."),
    "delegation_set": gettext_lazy("%(delegate)s stands in for you from %(start)s through %(end)s: %(reason)s"),
}, usual=notify.AT_ONCE, is_own=True)


# -- rules ---------------------------------------------------------------------------------------------------------


@guard(Delegation)
def delegations(batch: Batch) -> None:
    """Between two people who may log in, from today on, in order, not twice for the same rights on the same day."""
    for change in batch.of(Delegation):
        if change.op == "withdraw":
            continue
        _people(batch, change)
        _days(batch, change)
        if not (change.after("reason") or "").strip():
            batch.refuse(change, Faulty("delegation_reason", _("Say why somebody stands in, for instance: leave."), "reason"))
        held = _passed_on(batch, change)
        if held is not None:
            node = covering(row.organisation_id for row in held)
            if not batch.actor.scope.everything and change.after("organisation") != node:
                # The right was asked for the node stated, so that another one must not slip in after it.
                batch.refuse(change, Forbidden("forbidden", _(
                    "The roles passed on reach over another organisation than the one stated. Leave it empty.")))
            change.values["organisation"] = node
            _refuse_overlap(batch, change, {row.pk for row in held})


def _people(batch: Batch, change: Change) -> None:
    principal, delegate = change.after("principal"), change.after("delegate")
    if principal is not None and principal == delegate:
        batch.refuse(change, Faulty(
            "delegation_self", _("Nobody stands in for themselves. Choose another person."), "delegate"))
    for name in ("principal", "delegate"):
        user = User.everything.filter(pk=change.after(name)).first()
        if change.row is not None and name in change.values and change.values[name] != getattr(change.row, f"{name}_id"):
            batch.refuse(change, Faulty(
                "delegation_fixed", _("Who stands in for whom is not changed. End this delegation and make another."), name))
        elif user is not None and (not user.is_active or user.withdrawn):
            batch.refuse(change, Faulty(
                "delegation_shut", _("The account of %s is shut. Choose a person who may log in.") % user, name))


def _days(batch: Batch, change: Change) -> None:
    start, end, today = change.after("starts_on"), change.after("ends_on"), timezone.localdate()
    if not isinstance(start, date) or not isinstance(end, date):
        return
    if end < start:
        batch.refuse(change, Faulty(
            "delegation_days", _("The last day %(end)s lies before the first day %(start)s.") % {
                "end": end, "start": start}, "ends_on"))
    begins = change.row is None or ("starts_on" in change.values and start != change.row.starts_on)
    if begins and start < today:
        batch.refuse(change, Faulty(
            "delegation_past", _("A delegation begins today (%s) at the earliest: what was done before was done without it.")
            % today, "starts_on"))


def _passed_on(batch: Batch, change: Change) -> list[Membership] | None:
    """The memberships a delegation passes on; None when it cannot be said."""
    principal = change.after("principal")
    if not isinstance(principal, int):
        return None
    able = {row.pk: row for row in delegable(principal)}
    if "memberships" in change.values:
        chosen = list(change.values["memberships"])
    else:
        chosen = [] if change.row is None else list(change.row.memberships.values_list("pk", flat=True))
    if foreign := [pk for pk in chosen if pk not in able]:
        named = Membership.everything.filter(pk=foreign[0]).select_related("user", "organisation").first()
        batch.refuse(change, Faulty("delegation_rights", _(
            "“%s” cannot be passed on: it is not this person's, has ended, or administers. Choose another role.")
            % (named or foreign[0]), "memberships"))
        return None
    if not able:
        batch.refuse(change, Faulty("delegation_nothing", _(
            "This person holds no role that may be passed on. Roles that administer stay with their person."), "principal"))
        return None
    return [able[pk] for pk in chosen] if chosen else list(able.values())


def _refuse_overlap(batch: Batch, change: Change, held: set[int]) -> None:
    start, end = change.after("starts_on"), change.after("ends_on")
    if not isinstance(start, date) or not isinstance(end, date):
        return
    others = [
        (row.principal_id, row.starts_on, row.ends_on, {found.pk for found in row.memberships.all()}, str(row))
        for row in Delegation.everything.filter(
            principal_id=change.after("principal"), withdrawn=False, starts_on__lte=end, ends_on__gte=start
        ).exclude(pk=change.row.pk if change.row is not None else None)
        .select_related("principal", "delegate").prefetch_related("memberships")
    ]
    for other in batch.of(Delegation):
        if other is change:
            break
        if other.row is None and other.op == "create":
            others.append((other.after("principal"), other.after("starts_on"), other.after("ends_on"),
                           set(other.values.get("memberships") or []), ""))
    for principal, first, last, rights, label in others:
        if principal == change.after("principal") and first <= end and last >= start and (not rights or rights & held):
            batch.refuse(change, Faulty("delegation_overlap", _(
                "Somebody stands in for this person with the same roles in these days already: %s. End that one first, or "
                "choose other days or roles.") % (label or f"{first} – {last}"), "starts_on"))
            return


@aftermath(Delegation)
def tell_of_delegations(changes: list[Change]) -> None:
    for change in changes:
        if change.model is not Delegation:
            continue
        row = change.written
        today = timezone.localdate()
        words = {
            "principal": str(row.principal), "delegate": str(row.delegate), "start": row.starts_on.isoformat(),
            "end": row.ends_on.isoformat(), "reason": row.reason,
        }
        over = change.op == "withdraw" or row.ends_on < today
        code = "delegation_ended" if over else "delegation_given" if change.op == "create" else "delegation_changed"
        notify.notify([row.delegate_id], code, words, notify.DELEGATION, row.pk)
        if change.op == "create":
            notify.notify([row.principal_id], "delegation_set", words, notify.DELEGATION, row.pk)


# -- verbs for one's own -------------------------------------------------------------------------------------------


def set_own(actor: Actor, delegate: int, starts_on: date, ends_on: date, reason: str, memberships: list[int]) -> Delegation:
    """The actor names who stands in for them; their own affair, so it needs no role. Raises Refusals."""
    values = {
        "principal": actor.user.pk, "delegate": delegate, "starts_on": starts_on, "ends_on": ends_on,
        "reason": reason.strip(), "memberships": memberships,
    }
    return actions.create(_own(actor), Delegation, values)


def end_own(actor: Actor, pk: int) -> Delegation:
    """Ends a delegation that the actor gave or holds, at once. Raises NotFound when there is none."""
    row = Delegation.everything.filter(pk=pk, withdrawn=False, ends_on__gte=timezone.localdate()).first()
    if row is None or actor.user.pk not in (row.principal_id, row.delegate_id):
        raise NotFound("no_delegation", _("You have no delegation with this number that has not ended."))
    yesterday = timezone.localdate() - timedelta(days=1)
    with_words = _("ended by %s") % actor.user
    if row.starts_on > yesterday:
        actions.withdraw(_own(actor), row, with_words)
    else:
        actions.change(_own(actor), row, {"ends_on": yesterday}, reason=with_words)
    return row


def _own(actor: Actor) -> Actor:
    return Actor(actor.user, Scope.whole(), actor.channel)
