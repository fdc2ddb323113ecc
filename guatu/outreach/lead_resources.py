"""Resources of leads, contacts and claims."""

from django.utils.translation import gettext_lazy as _

from guatu.kernel.columns import Money
from guatu.kernel.registry import register
from guatu.kernel.resource import Computed, Resource
from guatu.outreach import (  # noqa: F401  (registered by being imported)
    claim_guards,
    lead_effects,
    lead_guards,
    lead_projections,
)
from guatu.outreach.models import Claim, Lead, LeadContact


@register
class Leads(Resource):
    model = Lead
    name = "leads"
    columns = [
        "code",
        ("name", {"names": ("firm", "企业名称")}),
        ("credit_code", {"names": ("统一社会信用代码",)}),
        "enterprise",
        "zone",
        "unit",
        "owner",
        "title",
        "chain",
        "node",
        "origin",
        "target",
        "first_contact_on",
        "last_contact_on",
        "stage",
        "stage_on",
        ("investment", {"kind": Money, "currency": "currency", "unit": "万元", "unit_column": "currency_unit"}),
        "currency",
        "needs_land",
        ("land_area_m2", {"unit": "亩", "names": ("land_mu",)}),
        "lost_reason",
        "lost_to",
        "distinct_because",
        "project",
        "note",
        "source",
    ]
    shown = ["code", "name", "stage", "stage_on", "last_contact_on", "zone", "unit", "owner", "chain", "origin", "investment",
             "currency"]
    search = ["code", "name", "credit_code", "title"]
    filters = ["stage", "zone", "unit", "owner", "chain", "origin"]
    match = [("code",), ("zone", "name", "title")]
    also_known_by = []
    select = ["zone", "unit", "owner", "chain", "enterprise", "target", "project", "source"]


@register
class LeadContacts(Resource):
    model = LeadContact
    name = "lead_contacts"
    columns = ["lead", ("valid_on", {"precision": "precision", "names": ("date",)}), "way", "person", "whom", "summary", "note",
               "source"]
    search = ["lead__code", "lead__name", "summary", "whom"]
    filters = ["way", "person"]
    ordering = ["-counts_from"]
    match = [("lead", "valid_on", "way", "summary")]
    select = ["lead", "person", "source"]


@register
class Claims(Resource):
    model = Claim
    name = "claims"
    columns = ["name", "credit_code", "unit", "owner", "since", "until", "ended_on", "ruling"]
    shown = ["name", "credit_code", "unit", "owner", "since", "until", "ended_on", "standing"]
    computed = [Computed("standing", _("standing"))]
    search = ["name", "credit_code"]
    filters = ["unit", "owner"]
    match = [("name",)]
    reference = "name"
    select = ["unit", "owner"]

    def compute(self, rows, scope, as_of):
        from guatu.outreach.queries.claims import is_held

        return {row.pk: {"standing": _("held") if is_held(row, as_of) else _("free")} for row in rows}
