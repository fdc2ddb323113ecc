"""What leads show on pages below them: on a project the lead it came from, on a chain what is planned over what is here."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from guatu.chains import catalogue
from guatu.chains.models import Chain
from guatu.kernel.registry import fill
from guatu.kernel.web.panels import Panel
from guatu.outreach.lead_choices import LEAD_STAGE_LABELS
from guatu.outreach.models import Lead
from guatu.outreach.queries.cover import LEVELS, Cover, coming, cover
from guatu.projects.queries.moment import moment

LEVEL_LABELS = {
    "leads": pgettext_lazy("coming", "leads"), "talks": pgettext_lazy("coming", "in talks"),
    "signed": pgettext_lazy("coming", "signed"), "building": pgettext_lazy("coming", "being built"),
    "here": pgettext_lazy("coming", "producing"),
}


@fill("projects.detail")
def lead_of_project(row, scope, as_of) -> Panel | None:
    """The lead that became this project, with how long that took."""
    if not scope.may("leads"):
        return None
    leads = list(Lead.objects.within(scope).filter(project=row).select_related("unit", "owner").order_by("pk")[:5])
    if not leads:
        return None
    return Panel(_("Came from a lead"), "outreach/_lead_project.html", {"leads": [{
        "lead": lead, "url": reverse("outreach:lead", args=[lead.pk]),
        "days": (lead.stage_on - lead.first_contact_on).days if lead.stage_on else None} for lead in leads]})


@fill("chains.chain")
def planned_on_chain(scope, chain, zone, address) -> Panel | None:
    """By node what is coming, as of the day of the page."""
    if chain is None or not scope.may("leads"):
        return None
    found = cover(scope, moment(address.as_of, address.known_at), chain, zone.pk if zone else None)
    known = catalogue.chains().get(chain.code)
    names = {node.code: node.name for node in known.nodes} if known is not None else {}
    rows = [{
        "name": names.get(node, node) or _("no node named"),
        "url": address.link(reverse("chains:node", args=[chain.code, node])) if node in names else "",
        "counts": [getattr(one, level) for level in LEVELS], "closes": closing(one), "level": one.farthest,
    } for node, one in sorted(found.items(), key=lambda pair: (-LEVELS.index(pair[1].farthest), pair[0]))]
    return Panel(_("Planned over what is here"), "outreach/_planned.html", {
        "rows": rows, "levels": [str(LEVEL_LABELS[level]) for level in LEVELS]})


@fill("chains.cover")
def planned_marks(scope, chain, zone, address) -> dict[str, str] | None:
    """By node a short line for the drawing: how many leads, talks, signed and building."""
    row = Chain.everything.filter(code=chain.code, withdrawn=False).first()
    if row is None or not scope.may("leads"):
        return None
    found = cover(scope, moment(address.as_of, address.known_at), row, zone.pk if zone else None)
    return {node: short(one) for node, one in found.items() if node and short(one)}


@fill("chains.node")
def planned_on_node(scope, chain, node, zone, address) -> Panel | None:
    """The leads of a node, those that came farthest first."""
    row = Chain.everything.filter(code=chain.code, withdrawn=False).first()
    if row is None or not scope.may("leads"):
        return None
    found = coming(scope, moment(address.as_of, address.known_at), row, node.code, zone.pk if zone else None)
    return Panel(_("Coming to this node"), "outreach/_coming.html", {
        "rows": [{
            "name": one.lead.name, "url": address.link(reverse("outreach:lead", args=[one.lead.pk])),
            "level": str(LEVEL_LABELS[one.level]), "project": one.project,
            "project_url": address.link(reverse("projects:project", args=[one.project.pk])) if one.project else ""}
            for one in found],
        "add_url": f"{reverse('outreach:check')}?chain={row.code}&node={node.code}" if scope.may("leads", "add") else ""})


def short(one: Cover) -> str:
    """The counts of a node as the drawing writes them."""
    words = (("leads", pgettext("on the map", "L%d")), ("talks", pgettext("on the map", "T%d")),
             ("signed", pgettext("on the map", "S%d")), ("building", pgettext("on the map", "B%d")))
    return " ".join(text % getattr(one, level) for level, text in words if getattr(one, level))


def closing(one: Cover) -> str:
    """How far the gap is closed, in words."""
    return {
        "leads": _("leads only"), "talks": _("in talks"), "signed": _("signed"), "building": _("being built"),
        "here": _("closed: one produces here"),
    }.get(one.farthest, "")


def stage_label(stage: str) -> str:
    """A lead's stage in words."""
    return str(LEAD_STAGE_LABELS.get(stage, stage))
