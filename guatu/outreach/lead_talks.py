"""Which enterprises a zone talks with already, as far as its leads know; see `talks`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from guatu.kernel.models import Organisation
from guatu.kernel.registry import fill
from guatu.kernel.scope import Scope, subtree
from guatu.outreach.models import Lead
from guatu.outreach.queries.claims import keys_of
from guatu.outreach.queries.funnel import lead_rows
from guatu.outreach.rules.leads import LOST
from guatu.outreach.rules.targets import Candidate
from guatu.projects.queries.moment import moment


@fill("outreach.in_talks")
def by_leads(
    scope: Scope, zone: Organisation, as_of: date, known_at: datetime | None, candidates: Sequence[Candidate]
) -> dict[str, str]:
    """Firms with a lead in the zone or below it that was not lost by the day, by credit code, else by name."""
    if zone.pk is None or not scope.may("leads"):
        return {}
    when = moment(as_of, known_at)
    rows = lead_rows(scope, when, zone.pk)
    going = set(rows["lead_id"][rows["stage"] != rows.code("stage", LOST)].tolist())
    if not going:
        return {}
    said: dict[str, str] = {}
    leads = Lead.objects.within(scope, "view", "leads").filter(zone__in=subtree(when.parents, zone.pk))
    for pk, code, name_key, credit_code in leads.order_by("pk").values_list("pk", "code", "name_key", "credit_code"):
        if pk in going:
            for mark in filter(None, (credit_code, name_key)):
                said.setdefault(mark, _("lead %s") % code)
    found = {}
    for one in candidates:
        name_key, code_key = keys_of(one.name, one.uscc or "")
        if talk := (said.get(code_key) if code_key else None) or said.get(name_key):
            found[one.key] = talk
    return found
