"""One bulletin: read, as a file, compared with present knowledge."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.bulletins import actions, queries
from guatu.bulletins.models import Bulletin
from guatu.bulletins.pages.paper import paper_of
from guatu.bulletins.pdf import pdf_file
from guatu.bulletins.printing import printed
from guatu.bulletins.rules.layout import lay_out
from guatu.bulletins.word import word_file
from guatu.kernel import documents
from guatu.kernel.choices import LIGHTS
from guatu.kernel.errors import NotFound
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.web.doors import paced
from guatu.kernel.web.session import scope_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def find(request, record: int, verb: str = "view") -> Bulletin:
    return resource("bulletins").find(scope_of(request), record, verb)


def rights(request, bulletin: Bulletin) -> dict[str, bool]:
    """What this reader may do with this very bulletin."""
    scope, found = scope_of(request), resource("bulletins")
    held = {
        verb: scope.may("bulletins", verb) and found.rows(scope, verb).filter(pk=bulletin.pk).exists()
        for verb in ("change", "withdraw", "issue", "history", "export")
    }
    draft = bulletin.is_draft
    return {
        "edit": draft and held["change"],
        "issue": draft and held["issue"],
        "discard": draft and held["withdraw"],
        "withdraw": bulletin.state == "issued" and held["issue"],
        "correct": not draft and held["change"] and scope.may("bulletins", "add"),
        "history": held["history"],
        "export": held["export"],
    }


@require_safe
def bulletin_page(request, record: int):
    bulletin, scope = find(request, record), scope_of(request)
    return render(request, "bulletins/bulletin.html", {
        "bulletin": bulletin,
        "paper": paper_of(bulletin),
        "may": rights(request, bulletin),
        "corrections": queries.visible_since(scope, bulletin),
        "corrects": _visible(scope, bulletin.corrects_id),
        "asked": actions.asking_of(bulletin),
        "all_reached": queries.reaches_all(scope, bulletin.zone, bulletin.unit_id),
        "head_number": head().number,
    })


def _visible(scope, record: int | None) -> Bulletin | None:
    return resource("bulletins").rows(scope).filter(pk=record).first() if record is not None else None


@paced("export")
@require_safe
def file(request, record: int, kind: str):
    """The bulletin as Word or PDF; an issued one from the template that was in use when it was issued."""
    bulletin = find(request, record, "export")
    if kind not in ("docx", "pdf"):
        raise NotFound("no_format", _("A bulletin is to be had as docx or pdf, not as “%s”.") % kind[:20])
    asked = actions.asking_of(bulletin)
    document = lay_out(actions.content_of(bulletin), bulletin.edits, bulletin.title)
    context = printed(
        document, asked, issuer=bulletin.issuer, number=actions.number_words(bulletin), issued_on=bulletin.issued_on,
        state=bulletin.state)
    if kind == "pdf":
        body = pdf_file(context, asked.known_at or timezone.make_aware(datetime.combine(bulletin.as_of, datetime.min.time())))
    else:
        body = word_file(context, _template(bulletin))
    name = f"{bulletin.title} {bulletin.as_of.isoformat()}.{kind}"
    response = HttpResponse(body, content_type="application/pdf" if kind == "pdf" else WORD)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _template(bulletin: Bulletin):
    if bulletin.is_draft:
        found = queries.template_of(bulletin.zone)
        return documents.content(found) if found is not None else None
    if not bulletin.template_sha256:
        return None
    path = documents.path_of(bulletin.template_sha256)
    return path if path.is_file() else None


@require_safe
def differences_page(request, record: int):
    """Figure by figure, and row by row, what later knowledge changes about the bulletin's days."""
    bulletin = find(request, record)
    asked = actions.asking_of(bulletin)
    found = queries.differences(
        scope_of(request), actions.content_of(bulletin), asked, head().number, bulletin.issuer,
        actions.corrects_words(bulletin.corrects))
    colours = dict(LIGHTS)
    return render(request, "bulletins/differences.html", {
        "bulletin": bulletin,
        "asked": asked,
        "found": found,
        "now": asked.at(head().number),
        "lights": [(row, colours.get(row.then, ""), colours.get(row.now, "")) for row in found.lights],
        "may": rights(request, bulletin),
    })
