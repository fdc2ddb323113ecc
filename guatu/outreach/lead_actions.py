"""Writes of leads: register, move, be in touch, claim a firm, give it back, rule, turn into a project."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Conflict, Faulty, Forbidden, NotFound
from guatu.kernel.models import Organisation
from guatu.kernel.recording import head
from guatu.kernel.scope import EVERYWHERE, Actor
from guatu.outreach.models import Claim, Lead, LeadContact
from guatu.outreach.queries.alike import known_firm
from guatu.outreach.queries.claims import claim_of, is_held, keys_of, standing, taken_sentence
from guatu.outreach.rules.leads import LOST, ORDER
from guatu.projects.models import Project, StageEvent

#: How often a claim is tried again when somebody else has just written about the same firm.
TRIES = 3


def move(actor: Actor, lead: Lead, stage: str, day: date | None = None, *, reason: str = "", lost_reason: str = "",
         lost_to: str = "", planned_at: int | None = None) -> Lead:
    """Moves a lead to a stage on a day (None: today). Raises Refusals: a lost lead needs its reason and to whom it went."""
    values = {"stage": stage, "stage_on": day or timezone.localdate()}
    if stage == LOST:
        values |= {"lost_reason": lost_reason, "lost_to": lost_to.strip()}
    return actions.change(actor, lead, values, valid_on=values["stage_on"], reason=reason, planned_at=planned_at)


def be_in_touch(actor: Actor, lead: Lead, day: date, way: str, summary: str, *, whom: str = "", person: int | None = None,
                stage: str = "") -> LeadContact:
    """Records a contact, and with it the stage it led to. The claim of the unit that follows the firm is counted anew."""
    changes = touched(lead, day, way, summary, whom=whom, person=person, stage=stage)
    actions.write(actor, changes)
    return changes[0].written


def touched(lead: Lead, day: date, way: str, summary: str, *, whom: str = "", person: int | None = None,
            stage: str = "") -> list[Change]:
    """A contact, first, and the move to the stage it led to, as changes."""
    changes = [Change("create", LeadContact, {
        "lead": lead.pk, "valid_on": day, "way": way, "summary": summary, "whom": whom, "person": person})]
    if stage and stage != lead.stage:
        changes.append(Change("change", Lead, {"stage": stage, "stage_on": day}, row=lead, valid_on=day))
    return changes


def claim(actor: Actor, name: str, code: str = "", unit: int | None = None, owner: int | None = None) -> Claim:
    """Claims a firm for a unit (None: the actor's own unit) from today. Claimed by the same unit already, nothing is written.

    Raises Conflict with whose the firm is and until when where another holds it, however close the two came.
    """
    actor.scope.require("claims", "add")
    name_key, code_key = keys_of(name, code)
    if not name_key:
        raise Faulty("claim_firm", _("A claim names the firm. Give its full name."), "name")
    unit = unit if unit is not None else own_unit(actor)
    owner = owner if owner is not None or actor.user is None else actor.user.pk
    for _try in range(TRIES):
        seen = head().number
        row = claim_of(standing([(name_key, code_key)]), name_key, code_key)
        if row is not None and is_held(row):
            if row.unit_id == unit and (unit is not None or row.owner_id == owner):
                return row
            raise Conflict("claimed", taken_sentence(row), "name")
        values = {"unit": unit, "owner": owner}
        if row is None:
            change = Change("create", Claim, {"name": name.strip(), "credit_code": code_key or "", **values})
        else:  # free again: the next holder takes over the firm's one row
            more = {"credit_code": code_key} if code_key and not row.credit_code else {}
            change = Change("change", Claim, {
                **values, **more, "since": None, "until": None, "ended_on": None}, row=row, reason=_("the firm was free"))
        try:
            actions.write(actor, [change], planned_at=seen)
        except Conflict:
            continue  # the database let only one of us in: look again who that was
        except Refusals as refused:
            if refused.code not in ("duplicate", "claimed", "claim_known"):
                raise
            continue
        return change.written or Claim.everything.get(pk=row.pk)
    row = claim_of(standing([(name_key, code_key)]), name_key, code_key)
    raise Conflict("claimed", taken_sentence(row) if row is not None else _(
        "Others are claiming “%s” at this moment. Try again.") % name, "name")


def own_unit(actor: Actor) -> int | None:
    """The unit for which a person claims: the one place where they may, below every other; None where that is not clear."""
    if actor.user is None:
        return None
    from guatu.kernel.models import Membership

    held = Membership.everything.filter(user_id=actor.user.pk, withdrawn=False).values_list("organisation_id", flat=True)
    nodes = sorted(set(held))
    if len(nodes) != 1:
        return None
    return nodes[0]


def give_back(actor: Actor, row: Claim, reason: str = "") -> Claim:
    """Ends the own claim today; the firm is free at once. Raises Refusals, and Forbidden for another unit's claim."""
    reach = actor.scope.reach("claims", "change")
    own = actor.scope.everything or reach == EVERYWHERE or (
        row.unit_id in reach if row.unit_id is not None else row.owner_id == actor.scope.user_id)
    if not own:
        raise Forbidden("not_own_claim", _("“%s” is not claimed by your unit, so you cannot give it back.") % row.name)
    return actions.change(actor, row, {"ended_on": timezone.localdate()}, reason=reason.strip())


def rule(actor: Actor, row: Claim, unit: int, owner: int | None, reason: str, until: date | None = None) -> Claim:
    """The investment office rules whose a firm is, from today; it overrides a claim that stands. Raises Faulty without a
    reason, Forbidden without the right."""
    if not reason.strip():
        raise Faulty("ruling_reason", _("A ruling says why. Give the reason."), "ruling")
    values = {"unit": unit, "owner": owner, "ruling": reason.strip(), "ended_on": None}
    if until is not None:
        values["until"] = until
    return actions.change(actor, row, values, reason=reason.strip(), planned_at=None)


def convert(actor: Actor, lead: Lead, day: date | None = None, *, name: str = "", category: str = "industry",
            planned_at: int | None = None) -> Project:
    """Turns a lead into a project in one recording: what the lead says is not typed again.

    The project takes zone, unit, owner, chain, money, land and the firm as its investor (made, where the house does not know
    it yet), stands in negotiations from `day` (None: today), and the lead keeps it. Raises Refusals.
    """
    day = day or timezone.localdate()
    if lead.stage in (LOST, ORDER[-1]):
        raise Faulty("not_open", _("“%(lead)s” is %(stage)s, so it cannot be turned into a project.") % {
            "lead": lead.name, "stage": lead.get_stage_display()}, "stage")
    known = known_firm(lead)
    project = Change("create", Project, {
        "name": name.strip() or lead.title or _("Project of %s") % lead.name, "zone": lead.zone_id, "category": category,
        "investment": lead.investment, "currency": lead.currency, "chain": lead.chain_id, "investors": [known] if known else [],
        "unit": lead.unit_id, "officer": lead.owner_id, "needs_land": lead.needs_land, "land_area_m2": lead.land_area_m2,
        "note": _("From lead %s") % lead.code, "source": lead.source_id})
    event = Change("create", StageEvent, {"project": project, "event": "negotiating", "valid_on": day, "basis": "progress"})
    turned = Change("change", Lead, {
        "stage": ORDER[-1], "stage_on": day, "project": project,
        **({"enterprise": known} if known else {})}, row=lead, valid_on=day)
    actions.write(actor, [project, event, turned], note=_("Lead %s turned into a project") % lead.code,
                  planned_at=planned_at)
    return project.written


def unit_named(actor: Actor, code: str) -> int:
    """The organisation with this code within reach. Raises NotFound."""
    row = Organisation.everything.filter(code=code, withdrawn=False).first()
    reach = actor.scope.reach("claims", "add")
    if row is None or (reach != EVERYWHERE and row.pk not in reach):
        raise NotFound("no_unit", _("There is no unit with code “%s” for which you may claim.") % code[:60])
    return row.pk
