"""From draft to issue: edited, computed anew, issued, withdrawn, corrected."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guatu.bulletins import actions, queries
from guatu.bulletins.models import Bulletin
from guatu.bulletins.pages.bulletin import find, rights
from guatu.bulletins.pages.paper import paper, paper_of
from guatu.bulletins.queries.differences import figure_changes
from guatu.bulletins.rules.editing import unbacked, written
from guatu.bulletins.rules.layout import lay_out, paragraphs_of
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.kernel.web.asked import day
from guatu.kernel.web.session import actor_of, scope_of


def _draft(request, record: int, verb: str) -> Bulletin:
    bulletin = find(request, record, verb)
    if not bulletin.is_draft:
        raise Forbidden("bulletin_frozen", _(
            "“%s” has been issued and never changes. Draft a correction that refers to it.") % bulletin)
    return bulletin


def _seen(request) -> int:
    text = request.POST.get("planned_at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else head().number


def by_hand(bulletin: Bulletin, edits: dict | None = None) -> list[tuple[str, list[str]]]:
    """Numbers that no figure backs, by the heading of their section."""
    content = actions.content_of(bulletin)
    edits = bulletin.edits if edits is None else edits
    found = [
        (edits.get(section.key, {}).get("heading", section.heading) or _("opening"),
         unbacked(paragraphs_of(section, edits.get(section.key, {}), content), content))
        for section in content.sections
        if not edits.get(section.key, {}).get("left_out")
    ]
    return [(heading, numbers) for heading, numbers in found if numbers]


# -- editing -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def edit(request, record: int):
    """The text by section; `look` shows what was typed as paper without keeping it."""
    bulletin = _draft(request, record, "change")
    if request.method == "GET":
        return _edit_page(request, bulletin, head().number)
    typed = {
        section.key: {
            "heading": request.POST.get(f"{section.key}-heading", ""),
            "text": request.POST.get(f"{section.key}-text", "")[:50_000],
            "left_out": f"{section.key}-left_out" in request.POST,
        }
        for section in actions.content_of(bulletin).sections
    }
    title, planned_at = request.POST.get("title", ""), _seen(request)
    dropped = request.POST.get("generated", "")
    try:
        if "look" in request.POST:
            edits, title = actions.edits_of(bulletin, typed), title.strip()
            return _edit_page(request, bulletin, planned_at, typed=typed, edits=edits, title=title)
        actions.edit(
            actor_of(request), bulletin, title, typed, planned_at, dropped, request.POST.get("issuer", ""))
    except Refused as refused:
        return _edit_page(request, bulletin, planned_at, typed=typed, refused=refused, title=title, status=refused.status)
    messages.success(request, _("The text is kept."))
    return redirect("bulletins:edit" if dropped else "bulletins:bulletin", record=bulletin.pk)


def _edit_page(request, bulletin, planned_at, *, typed=None, edits=None, refused=None, title=None, status=200):
    content = actions.content_of(bulletin)
    standing = bulletin.edits if edits is None else edits
    document = lay_out(content, standing, title or bulletin.title)
    fields = []
    for section in content.sections:
        edit = bulletin.edits.get(section.key, {})
        words = (typed or {}).get(section.key) or {
            "heading": edit.get("heading", section.heading),
            "text": written(paragraphs_of(section, edit, content), content),
            "left_out": bool(edit.get("left_out")),
        }
        numbers = unbacked(paragraphs_of(section, standing.get(section.key, {}), content), content)
        fields.append({
            "key": section.key, "heading": section.heading, "words": words, "rows": max(3, len(words["text"]) // 45 + 2),
            "is_edited": bool(edit), "numbers": numbers, "tables": [table.caption for table in section.tables],
            "fault": refused if refused is not None and refused.field == section.key else None,
        })
    return render(request, "bulletins/edit.html", {
        "bulletin": bulletin,
        "fields": fields,
        "figures": [(shown.name, shown.text) for shown in content.figures.values()],
        "title": bulletin.title if title is None else title,
        "issuer": request.POST.get("issuer", bulletin.issuer),
        "paper": paper(document, actions.asking_of(bulletin), issuer=bulletin.issuer, state=bulletin.state),
        "looked": edits is not None,
        "refused": refused if refused is not None and refused.field not in {field["key"] for field in fields} else None,
        "planned_at": planned_at,
    }, status=status)


# -- computing anew ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def refresh(request, record: int):
    """Shows what present knowledge changes in a draft; section by section the person keeps their own words or not."""
    bulletin = _draft(request, record, "change")
    content = actions.content_of(bulletin)
    if request.method == "POST":
        recording = min(_seen(request), head().number)
        dropped = frozenset(key for key in bulletin.edits if request.POST.get(f"{key}-words") == "generated")
        actions.refresh(actor_of(request), bulletin, recording, dropped, recording)
        messages.success(request, _("The draft was computed anew."))
        return redirect("bulletins:bulletin", record=bulletin.pk)
    asked = actions.asking_of(bulletin).at(head().number)
    now = queries.compute(Scope.whole(), asked, bulletin.issuer, actions.corrects_words(bulletin.corrects))
    fresh = {section.key: section for section in now.sections}
    sections = []
    for section in content.sections:
        edit, other = bulletin.edits.get(section.key), fresh.get(section.key)
        before = [content.said(runs) for runs in section.paragraphs]
        after = [now.said(runs) for runs in other.paragraphs] if other is not None else []
        if before != after or edit:
            sections.append({
                "key": section.key, "heading": section.heading or _("opening"), "before": before, "after": after,
                "changed": before != after, "edit": edit is not None,
                "own": [now.said(runs) for runs in paragraphs_of(other, edit, now)] if edit and other else [],
            })
    return render(request, "bulletins/refresh.html", {
        "bulletin": bulletin, "asked": asked, "sections": sections, "figures": figure_changes(content, now),
        "planned_at": asked.recording,
    })


# -- issue, withdrawal, correction ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def issue(request, record: int):
    """The last look: what no figure backs and what has changed since are said, then the person confirms."""
    bulletin = _draft(request, record, "issue")
    refused = None
    numbers = by_hand(bulletin)
    asked = actions.asking_of(bulletin)
    now = queries.compute(
        Scope.whole(), asked.at(head().number), bulletin.issuer, actions.corrects_words(bulletin.corrects))
    changed = figure_changes(actions.content_of(bulletin), now)
    if request.method == "POST":
        try:
            if (numbers or changed) and "checked" not in request.POST:
                raise Refused("not_checked", _("Say that you have looked at what is listed here, or correct it first."))
            on = day(request.POST.get("issued_on"), "issued_on") or timezone.localdate()
            if on > timezone.localdate() or on < bulletin.as_of:
                raise Refused("issued_on", _("A bulletin as of %(as_of)s is issued between that day and today, not on %(on)s.")
                              % {"as_of": bulletin.as_of, "on": on})
            issued = actions.issue(actor_of(request), bulletin, on, _seen(request))
        except Refused as fault:
            refused = fault
        else:
            messages.success(request, _("The bulletin is issued as %s and never changes from now on.")
                             % actions.number_words(issued))
            return redirect("bulletins:bulletin", record=bulletin.pk)
    today = timezone.localdate()
    return render(request, "bulletins/issue.html", {
        "bulletin": bulletin,
        "paper": paper_of(bulletin),
        "numbers": numbers,
        "changed": changed,
        "refused": refused,
        "next_number": queries.following_number(bulletin.zone_id, bulletin.unit_id, today.year),
        "today": today,
        "planned_at": head().number,
        "may": rights(request, bulletin),
    }, status=refused.status if refused else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request, record: int):
    """An issued bulletin is declared void, with the reason; a draft is discarded on the usual page."""
    bulletin = find(request, record, "issue")
    refused = None
    if request.method == "POST":
        try:
            actions.withdraw_issued(actor_of(request), bulletin, request.POST.get("reason", ""), _seen(request))
        except Refused as fault:
            refused = fault
        else:
            messages.success(request, _("“%s” is withdrawn. Its text stays readable.") % bulletin)
            return redirect("bulletins:bulletin", record=bulletin.pk)
    return render(request, "bulletins/withdraw.html", {
        "bulletin": bulletin, "refused": refused, "reason": request.POST.get("reason", ""), "planned_at": head().number,
    }, status=refused.status if refused else 200)


@require_POST
def correct(request, record: int):
    """Drafts a correction: the same days by present knowledge, referring to the bulletin it corrects."""
    bulletin = find(request, record)
    scope_of(request).require("bulletins", "add")
    open_ = resource("bulletins").rows(scope_of(request)).filter(corrects=bulletin, state="draft").first()
    if open_ is None:
        open_ = actions.correct(actor_of(request), bulletin, head().number)
        messages.success(request, _("A correction is drafted from what is known now. Edit it and issue it."))
    return redirect("bulletins:bulletin", record=open_.pk)
