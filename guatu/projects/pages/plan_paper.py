"""Plans as files for paper: PDF, PNG."""

from __future__ import annotations

import io

from django.http import HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.plan import plan_number
from guatu.projects.pages.plan_wall import group_asked
from guatu.projects.pages.project import found
from guatu.projects.planning import printing

TYPES = {"pdf": "application/pdf", "png": "image/png", "zip": "application/zip"}


@require_safe
def plan_print(request, record: int, kind: str):
    """A project's Gantt or backward sheet; `size` and `sheet` stand in the address."""
    scope = scope_of(request)
    project = found(scope, record)
    address = addresses.asked(request)
    out = io.BytesIO()
    sheet = address.given.get("sheet", "gantt")
    made = printing.print_plan(
        scope, project, address.as_of, kind, out, size=address.given.get("size", "a3"), sheet=sheet,
        plan=plan_number(address.given.get("plan")), day=addresses.day(address.given.get("day"), "day"))
    return _file(out, made, f"{slugify(project.code) or project.pk}-{sheet}-{address.as_of:%Y%m%d}")


@require_safe
def wall_print(request, kind: str):
    """The wall plan, as the page that asks shows it."""
    address = addresses.asked(request)
    out = io.BytesIO()
    made = printing.print_wall(
        scope_of(request), address.as_of, kind, out, size=address.given.get("size", "a0"), group=group_asked(address))
    return _file(out, made, f"wall-plan-{address.as_of:%Y%m%d}")


def _file(out: io.BytesIO, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(out.getvalue(), content_type=TYPES[kind])
    response["Content-Disposition"] = f'{"inline" if kind != "zip" else "attachment"}; filename="{name}.{kind}"'
    return response
