"""One project's page: where it stands, what blocks it, what is promised, and what is known with its sources."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel import documents
from guatu.kernel.models import Document
from guatu.kernel.models.history import limit
from guatu.kernel.registry import resource, slot
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.web import history
from guatu.kernel.web.forms import RecordForm
from guatu.kernel.web.session import scope_of
from guatu.projects.choices import CATEGORIES, MILESTONE_LABELS, STAGES
from guatu.projects.gates import DOCUMENT_KINDS
from guatu.projects.models import Project, StageEvent
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import mu, wan, wan_of, yi
from guatu.projects.pages.light_words import Explained, explain
from guatu.projects.pages.rights import Rights, milestone_forms, rights
from guatu.projects.queries import project_facts, project_history, project_page

EVENT_FIELDS = ["event", "kind", "valid_on", "not_later_than", "basis", "returned", "note", "source"]
MILESTONE_FORMS = {
    "move": ["due_on"],
    "override": ["override_colour", "override_from", "override_until", "override_reason"],
    "done": ["done_on"],
}
HISTORY_ENTRIES = 30


@dataclass
class Answered:
    """A form that was refused: which one it was, with what was typed and the sentences."""

    event: RecordForm | None = None
    milestones: dict[int, tuple[str, RecordForm]] = field(default_factory=dict)


@dataclass(frozen=True)
class ShownMilestone:
    explained: Explained
    record: int
    forms: list[tuple[str, str, RecordForm, str, bool]]  # name, title, form, address, open


@require_safe
def project_view(request, record: int):
    project = resource("projects").find(scope_of(request), record)
    return show(request, project, Answered())


def show(request, project: Project, answered: Answered, status: int = 200):
    """Renders the page; `answered` holds refused forms, to be shown again as they were typed."""
    scope = scope_of(request)
    address = addresses.asked(request)
    page = project_page(project, address.as_of, address.known_at, scope)
    facts = project_facts(project, page.when)
    own = rights(scope, project)
    return render(
        request,
        "projects/project.html",
        {
            "address": address,
            "project": project,
            "page": page,
            "state": page.state,
            "facts": _facts(facts, address) if facts else [],
            "investment": wan_of(facts["investment"], facts["currency"]) if facts else "",
            "rights": own,
            "writable": address.is_present,
            "present_url": reverse("projects:project", args=[project.pk]),
            "head_number": page.when.recording,
            "track": _track(page),
            "blocked": [_blocked(step, project, address, own) for step in page.next_stages],
            "milestones": _milestones(page, project, scope, answered, address) if own.see_milestones else [],
            "events": [_event(event) for event in page.events] if own.see_events else [],
            "event_form": answered.event or _event_form(request, page, scope) if own.record else None,
            "event_open": answered.event is not None or "event" in address.given,
            "members": [
                (row, wan(row.investment_cny), address.link(reverse("projects:project", args=[row.project_id])))
                for row in page.members
            ],
            "documents": _documents(page.documents) if own.see_documents else [],
            "document_kinds": documents.kinds_for(Project),
            "endings": ",".join(documents.KINDS),
            "document_kind": address.given.get("document", ""),
            "history": _history(page, project) if own.see_history else [],
            "panels": slot("projects.detail", row=project, scope=scope, as_of=address.as_of),
            "lists_url": address.link(reverse("projects:lists")),
            "batch_url": address.link(reverse("projects:project", args=[facts.references["batch"].pk]))
            if facts and "batch" in facts.references
            else "",
            "batch_name": facts.references["batch"].name if facts and "batch" in facts.references else "",
        },
        status=status,
    )


def _history(page, project: Project) -> list[history.Line]:
    """The newest entries known at the moment shown."""
    return history.in_words(project_history(project, HISTORY_ENTRIES, limit(page.when.recording)))


def _facts(facts, address: Asked) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """(label, [(text, address)], wide) of what is known; a value not known is an empty list."""

    def reference(name: str, of: str) -> list[tuple[str, str]]:
        found = facts.references.get(name)
        return [(found.name, f"/r/{of}/{found.pk}/" if of else "")] if found else []

    def plain(text) -> list[tuple[str, str]]:
        return [(str(text), "")] if text not in (None, "") else []

    label = {name: resource("projects").column(name).header for name in resource("projects")._columns}
    money = wan(facts["investment"])
    if money and facts["currency"] != "CNY":
        in_yuan = wan_of(facts.investment_cny, "CNY") or _("no exchange rate known")
        money = f"{wan_of(facts['investment'], facts['currency'])} = {in_yuan}"
    return [
        (label["zone"], reference("zone", "zones"), False),
        (label["category"], plain(dict(CATEGORIES).get(facts["category"], "")), False),
        (label["investment"], plain(money), False),
        (label["land_area_m2"], plain(mu(facts["land_area_m2"])), False),
        (label["annual_output_cny"], plain(yi(facts["annual_output_cny"])), False),
        (label["jobs"], plain(facts["jobs"]), False),
        (label["chain"], reference("chain", "chains"), False),
        (label["park"], reference("park", "parks"), False),
        (label["investors"], [(found.name, f"/r/enterprises/{found.pk}/") for found in facts.investors], False),
        (label["unit"], reference("unit", "organisations"), False),
        (label["team"], reference("team", "organisations"), False),
        (label["commander"], reference("commander", ""), False),
        (label["officer"], reference("officer", ""), False),
        (label["source"], reference("source", "sources"), False),
        (label["note"], plain(facts["note"]), True),
    ]


def _track(page) -> list[dict]:
    """The nine stages as a line. The day ahead is the present promise, else the plan."""
    promised = {lit.state.code: lit.state for lit in page.lights if lit.state.code}
    states = {"past": "reached", "current": "present", "ahead": "ahead"}
    found = []
    for step in page.track:
        promise = promised.get(step.stage)
        planned = ""
        if step.state == "ahead":
            if promise is not None:
                planned = format_day(promise.due_on, Precision(promise.due_precision))
            elif step.planned is not None:
                planned = format_day(step.planned.valid_on, Precision(step.planned.precision))
        found.append(
            {
                "label": step.label,
                "state": states[step.state],
                "reached": _day(step.event) if step.event is not None and step.state != "ahead" else "",
                "planned": planned,
            }
        )
    return found


def _day(event: StageEvent) -> str:
    day = format_day(event.valid_on, Precision(event.precision))
    return f"≤{day}" if event.not_later_than else day


def _blocked(step, project: Project, address: Asked, own: Rights) -> dict:
    """What is missing before a stage, each with the place where it is mended."""
    items = []
    for blocker, sentence in step.blockers:
        if blocker.kind == "field":
            url = f"/r/projects/{project.pk}/edit/?next={address.path}#f-{blocker.name}" if own.edit else ""
            label = _("Fill in")
        else:
            url = address.query(document=blocker.name) + "#documents" if own.add_documents else ""
            label = _("Add the document")
        items.append({"sentence": sentence, "url": url, "label": label})
    return {"stage": step.stage, "label": step.label, "items": items}


def _event(event: StageEvent) -> dict:
    return {
        "event": event,
        "day": _day(event),
        "url": f"/r/stage_events/{event.lineage}/",
        "source": str(event.source) if event.source_id else "",
        "source_url": f"/r/sources/{event.source_id}/" if event.source_id else "",
    }


def _event_form(request, page, scope) -> RecordForm:
    following = page.next_stages[0].stage if page.next_stages else ""
    wanted = request.GET.get("event", following)
    return RecordForm(
        resource("stage_events"),
        scope,
        initial={
            "event": wanted if wanted in MILESTONE_LABELS or wanted in dict(STAGES) else following,
            "kind": "actual",
            "basis": "progress",
            "valid_on": page.when.as_of.isoformat(),
        },
        only=EVENT_FIELDS,
    )


def _milestones(page, project: Project, scope, answered: Answered, address: Asked) -> list[ShownMilestone]:
    rows = {}
    if address.is_present:
        rows = {row.pk: row for row in resource("milestones").rows(scope).filter(project=project)}
    found = []
    for lit in page.lights:
        record = lit.state.subject_id
        label = lit.state.title or str(MILESTONE_LABELS.get(lit.state.code, lit.state.code))
        found.append(ShownMilestone(explain(lit, label), record, _forms(rows.get(record), project, scope, answered)))
    return found


def _forms(row, project: Project, scope, answered: Answered) -> list[tuple]:
    """The forms of one milestone that this reader may use."""
    if row is None:
        return []
    may = milestone_forms(scope, project, row)
    offered = [
        ("move", _("Move the due day"), row.done_on is None),
        ("override", _("Set the light by hand"), row.done_on is None),
        ("done", _("Mark as done"), not row.event and row.done_on is None),
    ]
    refused_name, refused_form = answered.milestones.get(row.pk, ("", None))
    return [
        (
            name,
            title,
            refused_form
            if name == refused_name
            else RecordForm(resource("milestones"), scope, row, only=MILESTONE_FORMS[name]),
            reverse("projects:milestone", args=[project.pk, row.pk, name]),
            name == refused_name,
        )
        for name, title, fits in offered
        if fits and name in may
    ]


def _documents(rows: list[Document]) -> list[tuple[str, list[Document]]]:
    """Documents by kind, in the order of the kinds."""
    labels = dict(DOCUMENT_KINDS)
    known = {kind: place for place, kind in enumerate(labels)}
    kinds = sorted({document.kind for document in rows}, key=lambda kind: known.get(kind, len(known)))
    return [
        (str(labels.get(kind, kind or _("other"))), [document for document in rows if document.kind == kind])
        for kind in kinds
    ]
