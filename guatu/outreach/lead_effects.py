"""What follows: from a contact the lead's last contact and a longer claim, from a new project the firm that invests in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.enterprises.models import Enterprise
from guatu.kernel.changes import Batch, Change
from guatu.kernel.registry import effect, guards_of
from guatu.kernel.rules.days import counts_from
from guatu.outreach.models import Claim, Lead, LeadContact
from guatu.outreach.queries.claims import claim_of, is_held, keys_of, protection, standing
from guatu.outreach.rules.claims import renewed


@effect(LeadContact)
def keep_in_touch(batch: Batch) -> list[Change]:
    """The last contact is stated from its day; a contact within the protection counts it anew from there."""
    changes = [change for change in batch.of(LeadContact) if change.op == "create" and change.after("valid_on") is not None]
    leads = {row.pk: row for row in Lead.everything.filter(pk__in={
        change.after("lead") for change in changes if isinstance(change.after("lead"), int)})}
    if not leads:
        return []
    claims = standing([keys_of(row.name, row.credit_code) for row in leads.values()])
    followed: list[Change] = []
    lengthened: dict[int, Change] = {}
    stated: set[tuple[int, object]] = set()
    for change in sorted(changes, key=lambda one: one.after("valid_on")):
        lead = leads.get(change.after("lead"))
        day = counts_from(change.after("valid_on"), change.after("precision"))
        if lead is None:
            continue
        if (lead.pk, day) not in stated and (lead.last_contact_on is None or day >= lead.first_contact_on):
            stated.add((lead.pk, day))
            followed.append(Change("change", Lead, {"last_contact_on": day}, row=lead, valid_on=day,
                                   verb="outreach.lead.in_touch"))
        claim = claim_of(claims, *keys_of(lead.name, lead.credit_code))
        if claim is None or not is_held(claim, day) or not is_held(claim) or not _follows(lead, claim):
            continue
        until = renewed(claim.until, day, *protection(claim.unit_id, day))
        if until > claim.until:
            claim.until = until  # the next contact of the batch goes on from here
            lengthened[claim.pk] = Change(
                "change", Claim, {"until": until}, row=Claim.everything.get(pk=claim.pk), valid_on=day,
                verb="outreach.claim.renewed", reason=_("contact on %s") % day)
    return followed + list(lengthened.values())


def _follows(lead: Lead, claim: Claim) -> bool:
    """Whether the lead is followed by whoever holds its firm: the unit, or the very person."""
    return (claim.unit_id is not None and lead.unit_id == claim.unit_id) or (
        claim.owner_id is not None and lead.owner_id == claim.owner_id)


@effect(Lead)
def make_the_investor(batch: Batch) -> list[Change]:
    """A lead that becomes a new project brings its firm along as the investor, where the house does not know it yet. Whoever
    may turn the lead into a project need not also keep the list of enterprises."""
    for change in batch.of(Lead):
        project, firm = change.values.get("project"), change.after("enterprise")
        if not isinstance(project, Change) or not (firm is None or isinstance(firm, Change)):
            continue
        if firm is None:
            firm = Change("create", Enterprise, {
                "name": change.after("name"), "uscc": change.after("credit_code") or "", "zone": change.after("zone")})
        own = Batch(batch.actor, [firm])
        for guard in guards_of(Enterprise):
            guard(own)
        batch.problems += own.problems
        change.values["enterprise"], project.values["investors"], firm.derived = firm, [firm], True
        batch.changes.insert(0, firm)  # before the project that refers to it
    return []
