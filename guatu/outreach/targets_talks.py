"""Who is left out of a ranking, as far as targets and projects know; see `talks`. Leads say so in `lead_talks`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from guatu.kernel.models import Organisation
from guatu.kernel.queries import as_of_values
from guatu.kernel.registry import fill
from guatu.kernel.scope import Scope
from guatu.outreach.models import Target
from guatu.outreach.rules.targets import Candidate
from guatu.outreach.targets_choices import BARRED
from guatu.projects.models import Project


@fill("outreach.barred")
def by_lists(
    scope: Scope, zone: Organisation, as_of: date, known_at: datetime | None, candidates: Sequence[Candidate]
) -> dict[str, str]:
    """Targets of the reader's lists that were barred by the day."""
    if not scope.may("targets"):
        return {}
    rows = list(Target.objects.within(scope, "view", "targets").values_list("pk", "key"))
    values = as_of_values(Target, [pk for pk, _key in rows], as_of, _recording(known_at))
    return {key: values[pk].get("reason") or _("barred") for pk, key in rows if values.get(pk, {}).get("state") == BARRED}


@fill("outreach.in_talks")
def by_projects(
    scope: Scope, zone: Organisation, as_of: date, known_at: datetime | None, candidates: Sequence[Candidate]
) -> dict[str, str]:
    """Investors of projects in the zone, found by their credit code or legal name; two queries, or one where there are none."""
    if zone.pk is None or not scope.may("projects"):
        return {}
    investors: dict[str, str] = {}
    rows = Project.objects.within(scope, "view", "projects").filter(zone=zone, investors__isnull=False)
    for code, uscc, name in rows.order_by("pk").values_list("code", "investors__uscc", "investors__name"):
        said = _("project %s") % code
        for mark in filter(None, (uscc, name)):
            investors.setdefault(mark, said)
    return {one.key: investors.get(one.uscc or "") or investors[one.name] for one in candidates
            if (one.uscc and one.uscc in investors) or one.name in investors} if investors else {}


def _recording(known_at: datetime | None) -> int | None:
    from guatu.kernel.models.history import limit
    from guatu.kernel.recording import resolve

    return None if known_at is None else limit(resolve(known_at)[0])
