"""Rules of leads and of contacts with them, asked on every write."""

from __future__ import annotations

from datetime import date

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.models import Chain
from guatu.enterprises.rules.credit_codes import checked_codes, clean_code
from guatu.kernel.changes import Batch, Change
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.kernel.rules.days import span
from guatu.kernel.validation import is_shown
from guatu.outreach.lead_choices import LEAD_STAGE_LABELS
from guatu.outreach.models import Lead, LeadContact
from guatu.outreach.queries.alike import Alike, alike, firm_of
from guatu.outreach.rules.firms import normal_name
from guatu.outreach.rules.leads import LOST, ORDER, objection
from guatu.projects.models import Project


@guard(Lead)
def codes(batch: Batch) -> None:
    give_codes(batch, Lead, "L")


@guard(Lead)
def leads(batch: Batch) -> None:
    """A lead moves in order of days, says why it was lost and to whom, and is not followed twice without saying why."""
    today = timezone.localdate()
    nodes = _nodes_of(batch)
    for change in batch.of(Lead):
        if change.op == "withdraw":
            continue
        _firm(batch, change)
        _moved(batch, change, today)
        _lost(batch, change)
        _node(batch, change, nodes)
        for name in ("investment", "land_area_m2"):
            value = change.after(name)
            if value is not None and value < 0:
                batch.refuse(change, Faulty("negative", _("“%s” cannot be below zero.") % Lead._meta.get_field(
                    name).verbose_name, name))
    _twice(batch)


def _firm(batch: Batch, change: Change) -> None:
    """What is kept beside the name: how it is compared, and the code in its one form."""
    if change.op == "create" or {"name", "credit_code"} & change.values.keys():
        change.values["name_key"] = normal_name(change.after("name") or "")[:200]
        if change.after("credit_code"):
            change.values["credit_code"] = clean_code(change.after("credit_code"))
            right_code(batch, change)


def right_code(batch: Batch, change: Change) -> None:
    """Refuses a code whose form or check character is wrong; by the code a firm is told from every other."""
    code = change.after("credit_code")
    if not checked_codes(np.array([code.encode("utf-8", "replace")], object))[0]:
        batch.refuse(change, Faulty("credit_code", _(
            "“%s” is not a unified social credit code: its 18 characters or its check character are wrong. Copy it again "
            "from the business licence, or leave it out.") % code[:40], "credit_code"))


def _moved(batch: Batch, change: Change, today: date) -> None:
    """A stage holds from its day. A new lead counts from its first contact."""
    first, stage = change.after("first_contact_on"), change.after("stage")
    if first is None or stage not in LEAD_STAGE_LABELS:
        return  # said by the check of values
    if first > today:
        batch.refuse(change, _objected("future", first, "first_contact_on"))
        return
    has_project = change.after("project") is not None
    if change.row is None:
        day = change.values.get("stage_on") or first
        change.values["stage_on"], change.valid_on, change.precision = day, first, "day"
        change.values.setdefault("last_contact_on", first)
        if found := objection(ORDER[0], first, stage, day, today, has_project=has_project):
            batch.refuse(change, _objected(found, day, "stage"))
        return
    row = change.row
    if "first_contact_on" in change.values and change.values["first_contact_on"] != row.first_contact_on:
        if first > (row.stage_on or first):
            batch.refuse(change, _objected("before_last", first, "first_contact_on"))
        change.correction = True
    if not {"stage", "stage_on", "project"} & change.values.keys():
        return
    if change.correction and stage == row.stage:
        return  # the day of a stage was written down wrongly
    day = change.values.get("stage_on") if stage == row.stage or change.values.get("stage_on") != row.stage_on else None
    day = day or change.valid_on or today
    if found := objection(row.stage, row.stage_on or row.first_contact_on, stage, day, today, has_project=has_project):
        batch.refuse(change, _objected(found, day, "stage"))
    if stage != row.stage:
        change.values["stage_on"], change.valid_on, change.precision = day, day, "day"
        change.verb = change.verb or f"outreach.lead.{stage}"


def _objected(code: str, day: date, name: str) -> Faulty:
    sentences = {
        "future": _("%s has not come yet. Record what has happened.") % day,
        "before_last": _("The lead has moved after %s already. Give a day that is not earlier, or correct the earlier move.") % day,
        "converted": _("The lead has become a project. Record on the project how it goes on."),
        "convert": _("A lead becomes a project together with that project. Use “Turn into a project” on its page, or name "
                     "the project."),
    }
    return Faulty(code, sentences[code], name)


def _lost(batch: Batch, change: Change) -> None:
    """Why and to whom it was lost is said with the loss, and goes when the lead comes back."""
    if change.after("stage") != LOST:
        if change.row is not None and change.row.stage == LOST and "stage" in change.values:
            change.values |= {"lost_reason": "", "lost_to": ""}
        elif change.after("lost_reason") or change.after("lost_to"):
            batch.refuse(change, Faulty("not_lost", _(
                "“%s” is not lost, so it has no reason of loss. Move it to “lost”, or leave the reason empty."
            ) % change.after("name"), "lost_reason"))
        return
    if not change.after("lost_reason"):
        batch.refuse(change, Faulty("lost_reason", _("A lost lead says why it was lost. Choose a reason."), "lost_reason"))
    if not (change.after("lost_to") or "").strip():
        batch.refuse(change, Faulty("lost_to", _(
            "A lost lead says to whom it went: the city, zone or park, or that the firm gave the project up."), "lost_to"))


def _nodes_of(batch: Batch) -> dict[int, str]:
    ids = {change.after("chain") for change in batch.of(Lead) if isinstance(change.after("chain"), int)}
    return dict(Chain.everything.filter(pk__in=ids).values_list("pk", "code")) if ids else {}


def _node(batch: Batch, change: Change, codes: dict[int, str]) -> None:
    """A node is one of its chain, where the structure of the chain is known."""
    node = change.after("node")
    if not node or not {"node", "chain"} & change.values.keys():
        return
    if change.after("chain") is None:
        batch.refuse(change, Faulty("node_chain", _("A node belongs to a chain. Give the chain too."), "node"))
        return
    known = catalogue.chains().get(codes.get(change.after("chain"), ""))
    if known is not None and node not in {one.code for one in known.nodes}:
        batch.refuse(change, Faulty("no_node", _("The chain “%(chain)s” has no node “%(code)s”.") % {
            "chain": known.name, "code": node}, "node"))


def _twice(batch: Batch) -> None:
    """A firm that is followed already, or has a project, is shown before anything is written."""
    asking = [
        change for change in batch.of(Lead) if change.op != "withdraw" and change.after("stage") != LOST
        and ({"name", "credit_code"} & change.values.keys()) and not (change.after("distinct_because") or "").strip()
    ]
    firms = {id(change): firm_of(change.after("name"), change.after("credit_code")) for change in asking}
    found = alike(firms.values()) if firms else {}
    seen: dict[tuple[str, str], Change] = {}
    for change in asking:
        firm = firms[id(change)]
        if not firm[0]:
            continue
        if firm in seen and change.op == "create":
            batch.refuse(change, Faulty("lead_twice", _("“%s” stands twice in what is to be written.") % change.after(
                "name"), "name"))
        seen[firm] = change
        if refused := _known_already(batch, change, found[firm]):
            batch.refuse(change, refused)


def _known_already(batch: Batch, change: Change, known: Alike) -> Faulty | None:
    own = change.row.pk if change.row is not None else None
    project = change.after("project")
    for lead in known.leads:
        if lead.pk == own or lead.stage == LOST or lead.stage == ORDER[-1]:
            continue
        if not is_shown(batch, Lead, lead.pk):
            return Faulty("lead_known", _(
                "“%s” is followed already by a unit whose leads you may not see. Ask the investment office, or say why this "
                "is another lead.") % change.after("name"), "name")
        return Faulty("lead_known", _(
            "“%(name)s” is followed already: lead %(code)s, %(stage)s, %(unit)s. Go on with that lead, or say why this is another."
        ) % {"name": lead.name, "code": lead.code, "stage": lead.get_stage_display(), "unit": who_follows(lead)}, "name")
    for row in known.projects:
        if row.pk == project or isinstance(project, Change):
            continue
        if not is_shown(batch, Project, row.pk):
            continue
        return Faulty("project_known", _(
            "“%(name)s” has a project here already: %(code)s %(project)s. Say why this is another lead, or leave it out."
        ) % {"name": change.after("name"), "code": row.code, "project": row.name}, "name")
    return None


def who_follows(lead: Lead) -> str:
    """Unit and owner of a lead in words."""
    parts = [lead.unit.name if lead.unit_id else "", lead.owner.name if lead.owner_id else ""]
    return " · ".join(part for part in parts if part) or lead.zone.name


@guard(LeadContact)
def contacts(batch: Batch) -> None:
    """A contact has happened, on a day not before the lead's first; it stays with its lead. Whoever records it was in touch,
    unless they name another."""
    today = timezone.localdate()
    leads = {row.pk: row for row in Lead.everything.filter(pk__in={
        change.after("lead") for change in batch.of(LeadContact) if isinstance(change.after("lead"), int)})}
    for change in batch.of(LeadContact):
        if change.op == "withdraw":
            continue
        day = change.after("valid_on")
        if change.op == "create" and change.after("person") is None and batch.actor.user is not None:
            change.values["person"] = batch.actor.user.pk
        if day is not None and span(day, change.after("precision"))[0] > today:
            batch.refuse(change, Faulty("future", _("%s has not come yet. Record what has happened.") % day, "valid_on"))
        lead = leads.get(change.after("lead"))
        if lead is not None and day is not None and day < lead.first_contact_on:
            batch.refuse(change, Faulty("before_first", _(
                "The first contact with “%(lead)s” was on %(first)s. Give a later day, or correct the first contact."
            ) % {"lead": lead.name, "first": lead.first_contact_on}, "valid_on"))
        if change.row is not None and "lead" in change.values and change.values["lead"] != change.row.lead_id:
            batch.refuse(change, Faulty("fixed", _(
                "A contact stays with its lead. Withdraw it and record it with the other lead."), "lead"))
