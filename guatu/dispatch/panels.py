"""What the monthly dispatch shows on pages of the apps below it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.dispatch.models import DispatchPeriod
from guatu.dispatch.queries.report import reports_of
from guatu.kernel.registry import fill
from guatu.kernel.web.panels import Panel
from guatu.projects.pages.figures import wan


@fill("projects.detail")
def project_reports(row, scope, as_of):
    """The newest progress reports of a project."""
    if not scope.may("progress_reports"):
        return None
    reports = reports_of(row.pk, scope, as_of)
    if not reports:
        return None
    return Panel(_("Progress reports"), "dispatch/_project_panel.html", {
        "reports": [(report, wan(report.invested_cny)) for report in reports]})


@fill("sources.detail")
def source_month(row, scope, as_of):
    """The opened month whose source this is."""
    if not scope.may("dispatch_periods"):
        return None
    period = DispatchPeriod.objects.within(scope).filter(source=row).select_related("zone").first()
    if period is None:
        return None
    return Panel(_("Monthly dispatch"), "dispatch/_source_panel.html", {"period": period})
