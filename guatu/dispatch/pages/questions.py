"""The questions asked of a month beyond the usual, and their answers as a sheet."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.dispatch.pages import asked as addresses
from guatu.dispatch.pages.sheets import XLSX, csv_lines, workbook
from guatu.dispatch.queries.questions import answer_sheet, questions_of
from guatu.dispatch.rules.answers import options_of
from guatu.kernel.errors import NotFound
from guatu.kernel.web.session import scope_of
from guatu.projects.pages.asked import zone_options
from guatu.projects.queries.moment import zone_named


@require_safe
def questions(request):
    scope = scope_of(request)
    scope.require("extra_questions", "view")
    here = addresses.asked(request)
    zone = zone_named(scope, here.address.zone) if here.address.zone else None
    found = questions_of(scope, str(here.month), zone)
    asking = {"month": str(here.month), "next": request.get_full_path()}
    if zone is not None:
        asking["zone"] = zone.code
    return render(request, "dispatch/questions.html", {
        "address": here.address,
        "month": str(here.month),
        "months": here.months if str(here.month) in here.months else [str(here.month), *here.months],
        "zones": zone_options(request),
        "asked": [(row, options_of(row.question.options), _sheet_url(here, row.question.pk)) for row in found],
        "sheet_url": _sheet_url(here) if found else "",
        "may_ask": scope.may("extra_questions", "add"),
        "may_change": scope.may("extra_questions", "change"),
        "may_export": scope.may("extra_answers", "export"),
        "ask_url": f"/r/extra_questions/new/?{urlencode(asking)}",
    })


def _sheet_url(here, question: int | None = None) -> str:
    words = {"month": str(here.month), "zone": here.address.zone, "question": question}
    return reverse("dispatch:answers", args=["xlsx"]) + "?" + urlencode({k: v for k, v in words.items() if v})


@require_safe
def answers(request, kind: str):
    """The answers of a month as xlsx or csv: one row a report, those who have not answered too."""
    scope = scope_of(request)
    scope.require("extra_answers", "export")
    if kind not in ("xlsx", "csv"):
        raise NotFound("no_format", _("Answers are exported as xlsx or csv, not as “%s”.") % kind[:20])
    here = addresses.asked(request)
    zone = zone_named(scope, here.address.zone) if here.address.zone else None
    only = here.address.given.get("question", "")
    sheet = answer_sheet(scope, str(here.month), zone, int(only) if only.isascii() and only.isdigit() else None)
    title = _("Answers to the extra questions of %s") % here.month
    name = f"answers-{here.month}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(title, sheet.headers, sheet.rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(workbook(title, sheet.headers, sheet.rows), as_attachment=True, filename=name, content_type=XLSX)
