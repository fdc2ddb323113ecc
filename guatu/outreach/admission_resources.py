"""Resources of admission, and what it shows on the pages of leads and projects."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.registry import fill, register
from guatu.kernel.resource import Computed, Resource
from guatu.kernel.web.panels import Panel
from guatu.outreach import admission_guards  # noqa: F401  (registered by being imported)
from guatu.outreach.lead_choices import ADMISSION_FORMS, OUTCOMES
from guatu.outreach.models import AdmissionDecision, AdmissionOpinion, AdmissionSheet
from guatu.outreach.queries.admission import judged

TERM_LABELS = {
    "intensity": gettext_lazy("investment for each mu"), "tax": gettext_lazy("tax for each mu or square metre"),
    "energy": gettext_lazy("energy"), "environment": gettext_lazy("environmental review"),
}


@register
class AdmissionSheets(Resource):
    model = AdmissionSheet
    name = "admission_sheets"
    columns = [
        "code", "title", "lead", "project", "zone", "unit", ("investment_cny", {"unit": "万元"}), ("land_area_m2", {"unit": "亩"}),
        ("floor_area_m2", {"unit": "平方米"}), ("tax_cny", {"unit": "万元"}), "energy_tce_per_10k", "environment", "note", "source",
    ]
    shown = ["code", "title", "form", "score", "outcome", "decision", "zone", "unit", "investment_cny"]
    computed = [
        Computed("form", gettext_lazy("what it gets by the rule")), Computed("score", gettext_lazy("score"), numeric=True),
        Computed("outcome", gettext_lazy("what the rule says")), Computed("decision", gettext_lazy("decision")),
    ]
    search = ["code", "title"]
    filters = ["zone", "unit"]
    select = ["lead", "project", "zone", "unit", "source"]

    def compute(self, rows, scope, as_of):
        found = judged(rows, as_of)
        forms, outcomes = dict(ADMISSION_FORMS), dict(OUTCOMES)
        decided = {}
        if scope.may("admission_decisions"):
            for row in AdmissionDecision.objects.within(scope).filter(
                    sheet__in=[row.pk for row in rows], counts_from__lte=as_of).order_by("counts_from", "id"):
                decided[row.sheet_id] = row.get_decision_display()
        return {
            row.pk: {
                "form": str(forms.get(found[row.pk].form, "")) if row.pk in found else "",
                "score": found[row.pk].score if row.pk in found else None,
                "outcome": str(outcomes[found[row.pk].outcome]) if row.pk in found else "",
                "decision": decided.get(row.pk, ""),
            } for row in rows
        }


@register
class AdmissionOpinions(Resource):
    model = AdmissionOpinion
    name = "admission_opinions"
    columns = ["sheet", "unit", "person", ("valid_on", {"names": ("date",)}), "opinion", "text", "note", "source"]
    search = ["sheet__code", "sheet__title", "text"]
    filters = ["unit", "opinion"]
    ordering = ["-counts_from"]
    match = [("sheet", "unit", "valid_on")]
    select = ["sheet", "unit", "person", "source"]


@register
class AdmissionDecisions(Resource):
    model = AdmissionDecision
    name = "admission_decisions"
    columns = ["sheet", ("valid_on", {"names": ("date",)}), "decision", "decided_by", "reason", "note", "source"]
    search = ["sheet__code", "sheet__title", "decided_by"]
    filters = ["decision"]
    ordering = ["-counts_from"]
    match = [("sheet", "valid_on")]
    select = ["sheet", "source"]


@fill("admission_sheets.detail")
def terms_of_sheet(row, scope, as_of) -> Panel | None:
    """The rule's answer term by term, then opinions and decisions."""
    found = judged([row], as_of).get(row.pk)
    opinions = AdmissionOpinion.objects.within(scope).filter(sheet=row).select_related("unit", "person").order_by(
        "counts_from", "id") if scope.may("admission_opinions") else []
    decisions = AdmissionDecision.objects.within(scope).filter(sheet=row).order_by(
        "counts_from", "id") if scope.may("admission_decisions") else []
    return Panel(_("Rule, opinions, decision"), "outreach/_admission.html", {
        "judged": found, "form": dict(ADMISSION_FORMS).get(found.form, "") if found else "",
        "outcome": dict(OUTCOMES)[found.outcome] if found else "",
        "terms": [(term, str(TERM_LABELS[term.name]), _in_words(term.value), _in_words(term.limit))
                  for term in found.terms] if found else [],
        "opinions": opinions, "decisions": decisions, "sheet": row,
        "may_opine": scope.may("admission_opinions", "add"), "may_decide": scope.may("admission_decisions", "add"),
    })


def _in_words(value) -> str:
    if value is None:
        return "—"
    if isinstance(value, str | tuple):
        labels = dict(AdmissionSheet._meta.get_field("environment").flatchoices)
        return "、".join(str(labels.get(one, one)) for one in ([value] if isinstance(value, str) else value))
    return f"{value.normalize():,f}" if value == value.to_integral() else f"{value:,.2f}"


def _sheets(about: dict, scope, new: str) -> Panel | None:
    if not scope.may("admission_sheets"):
        return None
    rows = list(AdmissionSheet.objects.within(scope).filter(**about).order_by("-id")[:5])
    may_add = scope.may("admission_sheets", "add")
    if not rows and not may_add:
        return None
    return Panel(_("Admission"), "outreach/_sheets.html", {"rows": rows, "new_url": new if may_add else ""})


@fill("leads.detail")
def sheets_of_lead(row, scope, as_of) -> Panel | None:
    """The admission sheets of a lead."""
    return _sheets({"lead": row}, scope, f"/r/admission_sheets/new/?lead={row.code}")


@fill("projects.detail")
def sheets_of_project(row, scope, as_of) -> Panel | None:
    """The admission sheets of a project, those of the lead that it came from among them."""
    if not scope.may("admission_sheets"):
        return None
    rows = AdmissionSheet.objects.within(scope)
    found = list(rows.filter(project=row)) + list(rows.filter(lead__project=row, project=None))
    return Panel(_("Admission"), "outreach/_sheets.html", {"rows": found, "new_url": ""}) if found else None
