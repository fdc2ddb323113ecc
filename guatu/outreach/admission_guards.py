"""Rules of admission, asked on every write: a sheet is about a lead or a project; whoever departs from the rule says why."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty
from guatu.kernel.registry import guard
from guatu.kernel.rules.days import span
from guatu.outreach.lead_choices import OUTCOMES
from guatu.outreach.models import AdmissionDecision, AdmissionOpinion, AdmissionSheet, Lead
from guatu.outreach.queries.admission import judged
from guatu.projects.models import Project

#: What a sheet takes over from what it is about: own column, column of the lead, column of the project.
TAKEN = (
    ("zone", "zone_id", "zone_id"), ("unit", "unit_id", "unit_id"), ("investment_cny", "investment", "investment"),
    ("land_area_m2", "land_area_m2", "land_area_m2"),
)


@guard(AdmissionSheet)
def sheets(batch: Batch) -> None:
    """What the lead or project says already is not typed again."""
    give_codes(batch, AdmissionSheet, "A")
    changes = [change for change in batch.of(AdmissionSheet) if change.op != "withdraw"]
    leads = Lead.everything.in_bulk([pk for change in changes if isinstance(pk := change.after("lead"), int)])
    projects = Project.everything.in_bulk([pk for change in changes if isinstance(pk := change.after("project"), int)])
    for change in changes:
        lead, project = leads.get(change.after("lead")), projects.get(change.after("project"))
        about = project or lead
        if about is None:
            batch.refuse(change, Faulty("sheet_about", _("An admission sheet is about a lead or a project. Name one."), "lead"))
            continue
        if change.op == "create":
            for own, of_lead, of_project in TAKEN:
                in_yuan = own != "investment_cny" or about.currency == "CNY"
                if change.values.get(own) is None and in_yuan:
                    change.values[own] = getattr(about, of_project if about is project else of_lead)
            if not change.values.get("title"):
                change.values["title"] = project.name if project is not None else lead.title or lead.name
        for name in ("investment_cny", "land_area_m2", "floor_area_m2", "tax_cny", "energy_tce_per_10k"):
            value = change.after(name)
            if value is not None and value < 0:
                batch.refuse(change, Faulty("negative", _("“%s” cannot be below zero.") % AdmissionSheet._meta.get_field(
                    name).verbose_name, name))


@guard(AdmissionOpinion)
def opinions(batch: Batch) -> None:
    """Conditions and objections are said in words."""
    for change in batch.of(AdmissionOpinion):
        if change.op == "withdraw":
            continue
        if change.op == "create" and change.after("person") is None and batch.actor.user is not None:
            change.values["person"] = batch.actor.user.pk
        if change.after("opinion") in ("conditions", "disagree") and not (change.after("text") or "").strip():
            batch.refuse(change, Faulty("opinion_text", _("Say which conditions, or why not."), "text"))


@guard(AdmissionDecision)
def decisions(batch: Batch) -> None:
    """A decision has been taken; one that departs from the rule, defers or refuses gives its reason. What the rule says
    when it is recorded is kept with it."""
    today = timezone.localdate()
    rows = AdmissionSheet.everything.in_bulk([
        pk for change in batch.of(AdmissionDecision) if isinstance(pk := change.after("sheet"), int)])
    for change in batch.of(AdmissionDecision):
        sheet, day = rows.get(change.after("sheet")), change.after("valid_on")
        if change.op == "withdraw" or sheet is None or day is None:
            continue
        if span(day, change.after("precision"))[0] > today:
            batch.refuse(change, Faulty("future", _("%s has not come yet. Record what has happened.") % day, "valid_on"))
            continue
        found = judged([sheet], today).get(sheet.pk)
        said = found.outcome if found is not None else "incomplete"
        score = f" {found.score}" if found is not None and found.score is not None else ""
        change.values["rule_said"] = f"{found.form if found is not None else ''}|{said}|{score.strip()}"
        follows = found is not None and said in ("admit", "opinion") and change.after("decision") == found.form
        if not follows and not (change.after("reason") or "").strip():
            batch.refuse(change, Faulty("decision_reason", _(
                "The rule says “%s”. A decision that departs from it, defers or refuses gives its reason."
            ) % dict(OUTCOMES)[said], "reason"))
