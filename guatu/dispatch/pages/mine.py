"""One's own reports: what is owed, the nearest due day first, and what was handed in."""

from __future__ import annotations

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from guatu.dispatch.queries.board import lights_of_reports
from guatu.dispatch.queries.report import mine
from guatu.kernel.web.session import scope_of
from guatu.projects.pages.figures import wan


@require_safe
def own_reports(request):
    scope = scope_of(request)
    scope.require("progress_reports", "view")
    owed, done = mine(scope, request.user.pk)
    shining = lights_of_reports([*owed, *done], timezone.localdate())
    return render(request, "dispatch/mine.html", {
        "owed": [(row, shining[row.pk]) for row in owed],
        "done": [(row, shining[row.pk], wan(row.invested_cny)) for row in done],
        "may_see_office": scope.may("progress_reports", "review"),
    })
