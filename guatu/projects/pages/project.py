"""One project's page: where it stands, what blocks it, what is promised, and all that is known, on one line of time."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import FileResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guatu.kernel import documents
from guatu.kernel.errors import NotFound
from guatu.kernel.models.history import limit
from guatu.kernel.registry import resource, slot
from guatu.kernel.scope import Scope
from guatu.kernel.web import history
from guatu.kernel.web.forms import RecordForm
from guatu.kernel.web.pages.documents import visible
from guatu.kernel.web.session import scope_of
from guatu.projects.choices import MILESTONE_LABELS, STAGES
from guatu.projects.models import Project
from guatu.projects.pages import asked as addresses
from guatu.projects.pages import project_line as line
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import wan
from guatu.projects.pages.project_band import band, neighbours
from guatu.projects.pages.project_head import headline, obstacles, track
from guatu.projects.pages.project_known import amounts, files, known, months, people
from guatu.projects.pages.project_obstacles import raise_url, shown_obstacles
from guatu.projects.pages.project_promises import Answered, shown_milestones
from guatu.projects.pages.project_words import Words
from guatu.projects.pages.rights import Rights, rights
from guatu.projects.planning.portfolio import plan_of
from guatu.projects.queries import project_history, project_page
from guatu.projects.queries.timeline import Sight

EVENT_FIELDS = ["event", "kind", "valid_on", "not_later_than", "basis", "returned", "note", "source"]
HISTORY_ENTRIES = 20
#: Photos shown before the rest is asked for.
PHOTOS = 6
SECTIONS = [
    ("blocked", gettext_lazy("What blocks, what next")),
    ("milestones", gettext_lazy("Milestones")),
    ("obstacles", gettext_lazy("Obstacles")),
    ("time", gettext_lazy("Line of time")),
    ("facts", gettext_lazy("What is known")),
    ("money", gettext_lazy("Money")),
    ("people", gettext_lazy("People")),
    ("documents", gettext_lazy("Documents and photos")),
    ("sources", gettext_lazy("Sources")),
]


@require_safe
def project_view(request, record: int):
    return show(request, found(scope_of(request), record), Answered())


def found(scope: Scope, record: int) -> Project:
    """The project, when the reader may see it. Raises NotFound."""
    rows = resource("projects").rows(scope).select_related(None).prefetch_related(None)
    return rows.filter(pk=record).first() or resource("projects").find(scope, record)


def _sight(own: Rights) -> Sight:
    return Sight(own.see_events, own.see_milestones, own.see_documents, own.see_history)


def show(request, project: Project, answered: Answered, status: int = 200):
    """Renders the page; `answered` holds refused forms, to be shown again as they were typed."""
    scope = scope_of(request)
    address = addresses.asked(request)
    own = rights(scope, project)
    page = project_page(project, address.as_of, address.known_at, scope, _sight(own))
    cut = line.cut(page.line, address)
    told = [entry for entry in page.line if entry.kind == "promise" and entry.what != "due"]
    words = Words(scope, page.file, page.facts, page.line, [*cut.ahead, *cut.entries, *told])
    photos, papers = files(page.documents, page.file, words) if own.see_documents else ([], [])
    all_photos = address.given.get("photos") == "all"
    before, after = neighbours(page, address)
    writable = address.is_present
    context = {
        "address": address,
        "project": project,
        "page": page,
        "state": page.state,
        "facts": page.facts,
        "rights": own,
        "writable": writable,
        "head_number": page.when.recording,
        "head": headline(page, words, own, scope),
        "track": track(page, words),
        "obstacles": obstacles(page, words, address, own),
        "milestones": shown_milestones(page, words, scope, answered, address) if own.see_milestones else [],
        "blocking": shown_obstacles(page, scope, address) if own.see_obstacles else [],
        "raise_url": raise_url(project, scope, address),
        "account_url": address.link(reverse("projects:account", args=[project.pk])),
        "band": band(page, address),
        "known_then": _known_then(page, address),
        "before": before,
        "after": after,
        "stretch": line.in_words(cut, page.file, words, address),
        "order": "recorded" if address.given.get("order") == "recorded" and own.see_history else "day",
        "history": _history(page, address) if own.see_history else None,
        "known": known(page.facts, page.file, words) if page.facts else [],
        "amounts": amounts(page.facts, page.file, words) if page.facts else [],
        "months": months(page.file, page.facts, words),
        "people": people(page.facts, words, scope) if page.facts else [],
        "photos": photos if all_photos else photos[:PHOTOS],
        "more_photos": 0 if all_photos else max(len(photos) - PHOTOS, 0),
        "papers": papers,
        "document_kinds": documents.kinds_for(Project),
        "endings": ",".join(documents.KINDS),
        "document_kind": address.given.get("document", ""),
        "sources": words.sources,
        "sections": SECTIONS,
        "event_form": answered.event or _event_form(request, page, scope) if own.record and writable else None,
        "event_open": answered.event is not None
        or page.standing.stage is None
        or bool({"event", "kind"} & address.given.keys()),
        "members": [
            (row, wan(row.investment_cny), address.link(reverse("projects:project", args=[row.project_id])))
            for row in page.members
        ],
        "panels": slot("projects.detail", row=project, scope=scope, as_of=address.as_of),
        "lists_url": address.link(reverse("projects:lists")),
        "planned": plan_of(scope, page.when, project.pk, page.state.zone_id) if page.state is not None else None,
        "plan_url": address.link(reverse("projects:plan", args=[project.pk])) if scope.may("plans") else "",
    }
    return render(request, "projects/project.html", context, status=status)


@require_safe
def timeline_view(request, record: int):
    """A further stretch of the line of time, fetched when asked for."""
    scope = scope_of(request)
    project = found(scope, record)
    address = addresses.asked(request)
    own = rights(scope, project)
    page = project_page(project, address.as_of, address.known_at, scope, _sight(own))
    cut = line.cut(page.line, address)
    words = Words(scope, page.file, page.facts, page.line, [*cut.ahead, *cut.entries])
    return render(
        request,
        "projects/_line.html",
        {"stretch": line.in_words(cut, page.file, words, address), "address": address, "fetched": True},
    )


@require_safe
def photo_view(request, record: int, document: int):
    """A photo of the project, to be shown on a page. Asked anew each time, sent anew only when the reader lacks it."""
    project = found(scope_of(request), record)
    row = visible(request, document)
    mine = (row.subject_type, row.subject_id) == (Project._meta.label_lower, project.pk)
    if not mine or row.content_type not in documents.SHOWN_TYPES:
        raise NotFound("no_photo", _("There is no photo with this number at “%s”. Open the project again.") % project)
    tag = f'"{row.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = FileResponse(documents.content(row).open("rb"), content_type=row.content_type)
        response["Content-Disposition"] = "inline"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@dataclass(frozen=True)
class Recorded:
    """The history as it was recorded: a page of it, and the address of the next."""

    lines: list[history.Line] = field(default_factory=list)
    next_url: str = ""


def _history(page, address: Asked) -> Recorded | None:
    """Entries of the history known at the moment shown, the newest first; read only when asked for."""
    if address.given.get("order") != "recorded":
        return None
    text = address.given.get("before", "")
    bound = limit(page.when.recording)
    before = min(int(text), bound) if text.isascii() and text.isdigit() and len(text) < 19 else bound
    read = project_history(page.project, HISTORY_ENTRIES + 1, before)
    lines = history.in_words(read[:HISTORY_ENTRIES])
    more = address.query(before=lines[-1].entry_id) + "#time" if len(read) > HISTORY_ENTRIES else ""
    return Recorded(lines, more)


def _known_then(page, address: Asked) -> str:
    """The page as it was known at the end of the day shown; "" on the present day, and where it is shown already."""
    if address.known_at is not None or address.as_of >= timezone.localdate():
        return ""
    return address.query(known_at=address.as_of.isoformat(), after=None)


def _event_form(request, page, scope: Scope) -> RecordForm:
    following = page.next_stages[0].stage if page.next_stages else ""
    wanted = request.GET.get("event", following)
    allowed = {*MILESTONE_LABELS, *dict(STAGES), "paused", "resumed", "cancelled"}
    return RecordForm(
        resource("stage_events"),
        scope,
        initial={
            "event": wanted if wanted in allowed else following,
            "kind": "planned" if request.GET.get("kind") == "planned" else "actual",
            "basis": "progress",
            "valid_on": "" if request.GET.get("kind") == "planned" else page.when.as_of.isoformat(),
        },
        only=EVENT_FIELDS,
    )
