"""Addresses of rows, as notices and lists know them, lead to the pages that people work on."""

from __future__ import annotations

from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from guatu.kernel.registry import resource
from guatu.kernel.web.session import scope_of


@require_safe
def of_report(request, record: int):
    row = resource("progress_reports").find(scope_of(request), record)
    return redirect("dispatch:report", pk=row.pk)


@require_safe
def of_correction(request, record: int):
    row = resource("report_corrections").find(scope_of(request), record)
    return redirect("dispatch:report", pk=row.report_id)


@require_safe
def of_period(request, record: int):
    """The office's month for those who review, else one's own reports."""
    scope = scope_of(request)
    row = resource("dispatch_periods").find(scope, record)
    if not scope.may("progress_reports", "review"):
        return redirect("dispatch:mine")
    return redirect(f"{reverse('dispatch:office')}?month={row.month}&zone={row.zone.code}")
