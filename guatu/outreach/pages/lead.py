"""One lead: where it stands, whose the firm is, what happened, and the next step."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.chains import catalogue
from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values
from guatu.kernel.registry import resource, slot
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.refusals import BadCell
from guatu.kernel.web.pages.records import facts_of, verbs_here
from guatu.kernel.web.session import actor_of, scope_of
from guatu.outreach import lead_actions
from guatu.outreach.claim_guards import may_rule
from guatu.outreach.lead_choices import CONTACT_WAYS, LEAD_STAGE_LABELS, LOST_REASONS
from guatu.outreach.models import Lead
from guatu.outreach.queries.alike import alike, firm_of, shown
from guatu.outreach.queries.claims import claim_of, held_as_of, holder_text, is_held, keys_of, standing
from guatu.outreach.queries.leads import stale_before, trail
from guatu.outreach.rules.leads import LOST, OPEN, ORDER
from guatu.projects.pages.asked import asked
from guatu.projects.queries.moment import moment


@require_safe
def lead_page(request, record: int):
    """The lead as of a day."""
    scope, address = scope_of(request), asked(request)
    leads = resource("leads")
    lead = leads.find(scope, record)
    when = moment(address.as_of, address.known_at)
    steps = trail(lead, when)
    stage = next((step.stage for step in steps if step.stage), "")
    firm = firm_of(lead.name, lead.credit_code)
    others = shown(scope, alike([firm])[firm])
    claim = claim_of(standing([keys_of(lead.name, lead.credit_code)]), *keys_of(lead.name, lead.credit_code))
    may = verbs_here(scope, leads, lead)
    then = as_of_values(Lead, [lead.pk], address.as_of, limit(when.recording)).get(lead.pk, {})
    contact = then.get("last_contact_on") or lead.first_contact_on
    is_open = stage in OPEN
    writable = address.is_present and may.get("change", False)
    chain = catalogue.chains().get(lead.chain.code) if lead.chain_id else None
    node = next((one for one in chain.nodes if one.code == lead.node), None) if chain is not None and lead.node else None
    held = held_as_of(claim, address.as_of, address.known_at) if claim is not None else None
    return render(request, "outreach/lead.html", {
        "address": address, "lead": lead, "resource": leads, "may": may, "writable": writable, "stage": stage,
        "stage_label": str(LEAD_STAGE_LABELS.get(stage, "—")), "since": next((s.day for s in steps if s.stage), None),
        "contact": contact, "stale": is_open and contact < stale_before(when, lead.zone_id), "is_open": is_open,
        "way": [(code, str(label), ORDER.index(code) <= ORDER.index(stage) if stage in ORDER else False, code == stage)
                for code, label in LEAD_STAGE_LABELS.items() if code != LOST],
        "trail": [(step, str(LEAD_STAGE_LABELS.get(step.stage, ""))) for step in steps],
        "facts": facts_of(leads, scope, lead), "panels": slot("leads.detail", row=lead, scope=scope, as_of=address.as_of),
        "claim": claim, "held": held, "holder": holder_text(claim) if claim is not None else "",
        "own_claim": claim is not None and is_held(claim) and claim.unit_id == lead.unit_id,
        "may_claim": scope.may("claims", "add") and address.is_present and not (claim is not None and is_held(claim)),
        "may_rule": may_rule(scope) and claim is not None, "claim_url": f"/r/claims/{claim.pk}/" if claim is not None else "",
        "others": [(one, reverse("outreach:lead", args=[one.pk])) for one in others.leads if one.pk != lead.pk],
        "projects": [one for one in others.projects if one.pk != lead.project_id] if scope.may("projects") else [],
        "next_stages": [(code, label) for code, label in LEAD_STAGE_LABELS.items()
                        if code not in (stage, LOST, ORDER[-1])], "ways": CONTACT_WAYS, "reasons": LOST_REASONS,
        "today": timezone.localdate(), "may_convert": writable and is_open and scope.may("projects", "add"),
        "node": node, "node_url": address.link(reverse("chains:node", args=[lead.chain.code, lead.node])) if node else "",
        "project_url": address.link(reverse("projects:project", args=[lead.project_id])) if lead.project_id else "",
    })


@require_POST
def lead_step(request, record: int, what: str):
    """Does one thing with a lead: contact, move, lose, convert, give-back."""
    lead = resource("leads").find(scope_of(request), record)
    if what not in STEPS:
        raise NotFound("no_step", _("Nothing like that can be done with a lead."))
    try:
        said = STEPS[what](actor_of(request), lead, request.POST)
    except Refused as refused:
        for sentence in dict.fromkeys(
                str(problem.refused) for problem in getattr(refused, "problems", [])) or [str(refused)]:
            messages.error(request, sentence)
        return redirect("outreach:lead", lead.pk)
    messages.success(request, said)
    return redirect("outreach:lead", lead.pk)


def _day(given) -> object:
    text = given.get("day", "").strip()
    if not text:
        return timezone.localdate()
    try:
        return parse_day(text).day
    except BadCell:
        raise Faulty("day", _("“%s” is not a day. Write it as year, month and day, like 2022-06-30.") % text[:40], "day") from None


def _contact(actor, lead: Lead, given) -> str:
    if not given.get("summary", "").strip():
        raise Faulty("summary", _("A contact says what was said. Write a line."), "summary")
    lead_actions.be_in_touch(
        actor, lead, _day(given), given.get("way", ""), given["summary"].strip(), whom=given.get("whom", "").strip()[:200],
        stage=given.get("stage", ""))
    return _("The contact is recorded.")


def _move(actor, lead: Lead, given) -> str:
    lead_actions.move(actor, lead, given.get("stage", ""), _day(given))
    return _("The lead has moved.")


def _lose(actor, lead: Lead, given) -> str:
    lead_actions.move(actor, lead, LOST, _day(given), lost_reason=given.get("lost_reason", ""), lost_to=given.get("lost_to", "")[:200])
    return _("The loss is recorded.")


def _convert(actor, lead: Lead, given) -> str:
    project = lead_actions.convert(actor, lead, _day(given), name=given.get("name", "")[:200])
    return _("Project %(code)s “%(name)s” was made from the lead.") % {"code": project.code, "name": project.name}


def _give_back(actor, lead: Lead, given) -> str:
    row = claim_of(standing([keys_of(lead.name, lead.credit_code)]), *keys_of(lead.name, lead.credit_code))
    if row is None or not is_held(row):
        raise Faulty("not_held", _("Nobody holds “%s” today.") % lead.name)
    lead_actions.give_back(actor, row, given.get("reason", ""))
    return _("“%s” is free.") % lead.name


STEPS = {"contact": _contact, "move": _move, "lose": _lose, "convert": _convert, "give-back": _give_back}
