"""Adding a document to a record, reading it, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.kernel import actions, documents
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.models import Document
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.web.asked import day
from guatu.kernel.web.pages.editing import may_undo, say_done
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import actor_of, scope_of


@require_POST
def attach(request, name: str, record: int):
    resource, scope = resource_named(name), scope_of(request)
    scope.require("documents", "add")
    row = resource.find(scope, record)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "file")
        document, number = documents.attach(
            actor_of(request), row, upload, request.POST.get("title", ""), request.POST.get("kind", ""),
            day(request.POST.get("valid_on", "").strip(), "valid_on"),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        say_done(request, _("“%s” was added.") % document, number, may_undo(scope, "documents", "create"))
    return redirect(next_page(request, f"/r/{name}/{record}/"))


def visible(request, pk: int, verb: str = "view") -> Document:
    """The document, when the reader may see both it and the row it belongs to."""
    scope = scope_of(request)
    scope.require("documents", verb)
    document = resource_named("documents").find(scope, pk, verb)
    resource_of_subject(document.subject_type).find(scope, document.subject_id)
    return document


@require_GET
def download(request, pk: int):
    """The file, to be saved; with `?show` a picture is shown."""
    document = visible(request, pk)
    shown = "show" in request.GET and document.content_type in documents.SHOWN_TYPES
    response = FileResponse(
        documents.content(document).open("rb"), as_attachment=not shown, filename=document.file_name,
        content_type=document.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def withdraw(request, pk: int):
    document = visible(request, pk, "withdraw")
    try:
        actions.withdraw(actor_of(request), document, request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("“%s” was withdrawn. Its history stays.") % document)
    resource = resource_of_subject(document.subject_type)
    return redirect(next_page(request, f"/r/{resource.name}/{document.subject_id}/"))
