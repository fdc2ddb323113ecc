"""What a visit was about, made into rows: leads that it found are opened, leads that it moved are referred to and were in touch.

A lead that may not be opened, because somebody follows or holds the firm, never costs the visit: the words stay with it, and a
sentence says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.outreach.lead_actions import touched
from guatu.outreach.lead_opening import Ground, of_visit_on_file, opened
from guatu.outreach.models import Lead, LeadContact, Visit, VisitLead

#: Signs of the minutes that the lead's trail repeats; the rest is read on the visit.
LONGEST = 400
Changes = list[Change]


@dataclass
class Part:
    """One thing a visit was about. `label` is how its sentence names it, `made` the changes for a visit, `plain` those that
    stay when `made` is refused."""

    label: str
    made: Callable[[Visit | Change], Changes]
    plain: Callable[[Visit | Change], Changes]
    refused: str = ""


@dataclass
class Told:
    """What was written: the recording (None: nothing differed), and the sentences on what was not."""

    number: int | None
    sentences: list[str] = field(default_factory=list)


def found(actor: Actor, ground: Ground, titles: Iterable[str], minutes: str, met: str, more: bool) -> Iterator[Part]:
    """Leads that a visit found, one for each title. The second of one firm says that it is another; `more`: so does the first."""
    for place, title in enumerate(dict.fromkeys(titles)):
        another = _("another project of the firm, found on the same visit") if more or place else ""

        def made(visit, title=title, another=another) -> Changes:
            lead = opened(ground, title, another)
            contact = Change("create", LeadContact, {
                "lead": lead, "valid_on": ground.day, "way": "visit", "summary": summary_of(minutes, title), "whom": met[:200],
                "person": actor.user.pk if actor.user is not None else None})
            return [lead, contact, Change("create", VisitLead, {"visit": _ref(visit), "lead": lead, "effect": "found"})]

        def plain(visit, title=title) -> Changes:
            return [Change("create", VisitLead, {"visit": _ref(visit), "title": title, "effect": "found"})]

        yield Part(title, made, plain)


def moved(actor: Actor, lead: Lead, stage: str, ground: Ground, minutes: str, met: str) -> Part:
    """A lead that is there already: the visit was a contact with it, and may have brought it to a stage."""
    def plain(visit) -> Changes:
        return [Change("create", VisitLead, {"visit": _ref(visit), "lead": lead.pk, "effect": "moved"})]

    def made(visit) -> Changes:
        return [*touched(lead, ground.day, "visit", summary_of(minutes, lead.title), whom=met[:200], stage=stage,
                         person=actor.user.pk if actor.user is not None else None), *plain(visit)]

    return Part(f"{lead.code} {lead.name}", made, plain)


def _ref(visit: Visit | Change):
    return visit if isinstance(visit, Change) else visit.pk


def summary_of(minutes: str, title: str) -> str:
    """What the trail of the lead says of the visit."""
    text = minutes.strip() or title.strip() or _("Visit to the firm")
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def keep(actor: Actor, visit: Callable[[], tuple[Visit | Change, Changes]], parts: list[Part], seen: int | None = None) -> Told:
    """Writes a visit with all its parts in one recording; a part that is refused is written in its plain form instead.

    `visit` gives the visit and the changes to it, anew for each attempt. Raises Refusals where the visit itself is at fault.
    """
    for _attempt in range(len(parts) + 1):
        row, changes = visit()
        groups = [(part, part.plain(row) if part.refused else part.made(row)) for part in parts]
        try:
            every = [*changes, *(change for _part, group in groups for change in group)]
            number = actions.write(actor, every, planned_at=seen) if every else None
            return Told(number, [_sentence(part) for part in parts if part.refused])
        except Refusals as refusals:
            at_fault = [part for part, group in groups if not part.refused and any(
                problem.change in group for problem in refusals.problems)]
            known = {id(change) for part, group in groups if part in at_fault for change in group}
            if not at_fault or any(id(problem.change) not in known for problem in refusals.problems):
                raise
            for part, group in groups:
                if part in at_fault:
                    part.refused = " ".join(dict.fromkeys(
                        str(problem.refused) for problem in refusals.problems if problem.change in group))
    raise AssertionError("every attempt refuses one part more")


def _sentence(part: Part) -> str:
    return _("The visit is kept. “%(what)s” stays with it in words, and no lead was written: %(why)s") % {
        "what": part.label, "why": part.refused}


# -- on the pages of the office ----------------------------------------------------------------------------------------


def open_lead(actor: Actor, visit: Visit, title: str = "", matter: VisitLead | None = None) -> Lead:
    """Opens a lead on a visit; words that stood with the visit become it. Raises Refusals where the firm is another's."""
    (part,) = found(actor, of_visit_on_file(actor, visit), [(title or (matter.title if matter else "")).strip()], visit.minutes,
                    visit.met, has_lead(visit))
    lead, contact, joined = part.made(visit)
    if matter is not None:
        joined = Change("change", VisitLead, {"lead": lead}, row=matter)
    actions.write(actor, [lead, contact, joined], note=_("A lead of visit %s") % visit.code)
    return lead.written


def refer(actor: Actor, visit: Visit, lead: Lead, stage: str = "", matter: VisitLead | None = None) -> None:
    """Says that a visit was about a lead that is there already, and that it was a contact with it. Raises Refusals, Faulty."""
    if VisitLead.everything.filter(visit=visit.pk, lead=lead.pk, withdrawn=False).exists():
        raise Faulty("referred", _("Lead %s stands with this visit already.") % lead.code, "lead")
    *contact, joined = moved(actor, lead, stage, of_visit_on_file(actor, visit), visit.minutes, visit.met).made(visit)
    if matter is not None:
        joined = Change("change", VisitLead, {"lead": lead.pk, "effect": "moved"}, row=matter)
    actions.write(actor, [*contact, joined])


def has_lead(visit: Visit) -> bool:
    """Whether this visit found a lead already; a further one of the firm is then another project."""
    return VisitLead.everything.filter(visit=visit.pk, lead__isnull=False, effect="found", withdrawn=False).exists()


def lead_named(actor: Actor, pk: int) -> Lead | None:
    """A lead within reach; None where it is not."""
    try:
        return resource("leads").find(actor.scope, pk)
    except (NotFound, Refused):
        return None
