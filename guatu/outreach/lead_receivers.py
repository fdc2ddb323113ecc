"""Whom leads tell of what, when a day turns: leads without contact, claims about to end."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from guatu.kernel import notify
from guatu.kernel.events import DayTurned, listen
from guatu.outreach.models import Claim, Lead
from guatu.outreach.queries.leads import newly_stale
from guatu.projects.queries.moment import moment

notify.tells("leads", _("leads without contact, claims about to end"), {
    "lead_stale": _("Nobody has been in touch with “%(lead)s” since %(since)s. Record a contact, or say that it is lost."),
    "leads_stale": _("%(count)d of your leads have become stale, “%(lead)s” among them."),
    "claim_ending": _("Your claim of “%(firm)s” is protected until %(until)s. A contact recorded by then renews it."),
})
#: With more leads than this gone stale on one day a person is told of all of them at once.
ONE_BY_ONE = 5


@listen(DayTurned)
def tell_of_stale_leads(event: DayTurned) -> None:
    """Each lead is told of once, on the day it goes stale."""
    told = []
    found = newly_stale(moment(event.day), event.former or event.day - timedelta(days=1))
    for owner, leads in found.items():
        for pk, name, since in leads if len(leads) <= ONE_BY_ONE else ():
            told += notify.told([owner], "lead_stale", {"lead": name, "since": since.isoformat()}, Lead._meta.label_lower, pk)
        if len(leads) > ONE_BY_ONE:
            pk, name, _since = leads[0]
            told += notify.told([owner], "leads_stale", {"lead": name, "count": len(leads)}, Lead._meta.label_lower, pk)
    notify.keep(told)


@listen(DayTurned)
def tell_of_ending_claims(event: DayTurned) -> None:
    """Each claim is told of once, when so many working days are left as the parameter says."""
    when = moment(event.day)
    former = event.former or event.day - timedelta(days=1)
    told = []
    for row in Claim.everything.filter(until__gte=event.day, ended_on=None, owner__isnull=False):
        days = int(when.parameters.get("outreach.claims.warning_workdays", row.unit_id).value)
        warned_on = when.calendar.subtract_workdays(row.until, days).day
        if former < warned_on <= event.day:
            told += notify.told([row.owner_id], "claim_ending", {"firm": row.name, "until": row.until.isoformat()},
                                Claim._meta.label_lower, row.pk)
    notify.keep(told)
