"""The Word template of a zone: the one in use, the house's own to begin with, and uploading another."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guatu.bulletins import queries
from guatu.bulletins.choices import TEMPLATE_KIND
from guatu.bulletins.default_template import build
from guatu.bulletins.pages.bulletin import WORD
from guatu.bulletins.queries.record import top_zone
from guatu.bulletins.word import SAMPLE
from guatu.kernel import documents
from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.registry import resource
from guatu.kernel.web.doors import paced
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.pages.asked import zone_options


def _zone(request):
    scope = scope_of(request)
    code = request.GET.get("zone") or request.POST.get("zone") or ""
    found = resource("zones").rows(scope).filter(code=code).first() if code else top_zone(scope)
    if found is None:
        raise NotFound("no_zone", _("There is no zone with the code “%s”. See the list of zones for the codes.") % code[:60])
    return found


@paced("upload")
@require_http_methods(["GET", "POST"])
def templates(request):
    scope = scope_of(request)
    scope.require("bulletins", "change")
    zone, refused = _zone(request), None
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "file")
            if not upload.name.lower().endswith(".docx"):
                raise Faulty("template_kind", _("“%s” is no Word document (docx). Save it in Word as docx.") % upload.name[:80],
                             "file")
            kept, _number = documents.attach(actor_of(request), zone, upload, request.POST.get("title", ""), TEMPLATE_KIND)
        except Refused as fault:
            refused = fault
        else:
            messages.success(request, _("“%s” is the template of bulletins from now on.") % kept)
            return redirect(f"{request.path}?zone={zone.code}")
    in_use = queries.template_of(zone)
    return render(request, "bulletins/templates.html", {
        "zone": zone,
        "zones": zone_options(request),
        "in_use": in_use,
        "own": queries.templates_of(zone),
        "refused": refused,
        "may_upload": scope.may("documents", "add"),
        "words": [(name, value) for name, value in SAMPLE.items() if isinstance(value, str) and value],
        "figures": list(SAMPLE["figures"])[:12],
    }, status=refused.status if refused else 200)


@require_safe
def default(request):
    """The house's own template as a file, to be changed in Word and uploaded again."""
    scope_of(request).require("bulletins", "change")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.docx"
        build(path)
        response = HttpResponse(path.read_bytes(), content_type=WORD)
    response["Content-Disposition"] = 'attachment; filename="bulletin-template.docx"'
    return response
