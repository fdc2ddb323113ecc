"""Plans on paper, as PDF or PNG, set by typst: Gantt charts and the wall plan drawn as SVG, the backward sheet as a table.

Words go in as data, so nothing in them can become typst's code. The same plan gives the same bytes: the file's own
date is that of the day shown.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO

import typst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.scope import Scope
from guatu.projects.models import Plan, Project
from guatu.projects.planning import paper_gantt, paper_wall, queries
from guatu.projects.planning.paper import SIZES

TEMPLATES = Path(__file__).parents[1] / "templates" / "projects" / "paper"
FORMATS = ("pdf", "png")
#: Dots to the inch of a PNG, by paper: about 5,000 dots across on each.
DOTS = {"a0": 110.0, "a3": 300.0, "a4": 300.0}


def print_plan(
    scope: Scope, project: Project, as_of: date, format: str, out: str | Path | BinaryIO, *, size: str = "a3",
    sheet: str = "gantt", plan: Plan | int | None = None, day: date | None = None,
) -> str:
    """Writes a project's plan as of a day to `out`; returns the kind of file: "pdf", "png", or "zip" of several PNG.

    `sheet` is "gantt", or "backward" for the sheet counted back from `day` (None: the day promised). Raises Refused
    for a plan the reader may not see, and Faulty for a format, size or sheet that is not known.
    """
    _known(format, size)
    if sheet not in ("gantt", "backward"):
        raise Faulty("sheet", _("There is no sheet “%s” of a plan. Print “gantt” or “backward”.") % sheet[:40], "sheet")
    gantt = queries.gantt(scope, project, as_of, plan)
    if sheet == "gantt":
        return _written(_drawn(paper_gantt.pages(gantt, size), gantt["plan"]["project_name"], as_of, format, size), out, format)
    found = queries.backward(scope, project, day, as_of, plan)
    data = _backward(found, gantt) | {"width": SIZES[size][0], "height": SIZES[size][1], "size": {"a0": 22, "a3": 10.5, "a4": 8.5}[size]}
    return _written(_compiled("backward.typ", data, as_of, format, DOTS[size]), out, format)


def print_wall(
    scope: Scope, as_of: date, format: str, out: str | Path | BinaryIO, *, size: str = "a0", group: str = "zone",
) -> str:
    """Writes the wall plan as of a day to `out`; returns the kind of file, as `print_plan` does."""
    _known(format, size)
    portfolio = queries.portfolio(scope, as_of, group)
    heading = _("Wall plan")
    return _written(_drawn(paper_wall.pages(portfolio, as_of, size, heading), heading, as_of, format, size), out, format)


def _known(format: str, size: str) -> None:
    if format not in FORMATS:
        raise Faulty("format", _("Plans are printed as %(known)s; “%(format)s” is none of them.") % {
            "known": ", ".join(FORMATS), "format": format[:20]}, "format")
    if size not in SIZES:
        raise Faulty("size", _("Plans are printed on %(known)s; “%(size)s” is none of them.") % {
            "known": ", ".join(name.upper() for name in SIZES), "size": size[:20]}, "size")


def _drawn(pages: list[str], title: str, as_of: date, format: str, size: str) -> list[bytes]:
    wide, high = SIZES[size]
    data = {"title": title, "pages": pages, "width": wide, "height": high}
    return _compiled("sheets.typ", data, as_of, format, DOTS[size])


def _backward(found: dict, gantt: dict) -> dict:
    """The words of the backward sheet; the columns' widths are shares."""
    critical = {task["id"] for task in gantt["tasks"] if task["critical"]}
    units = {"workday": pgettext("after a number", "wd"), "day": pgettext("after a number", "d"), "hour": pgettext("after a number", "h")}
    rows = []
    for row in found["rows"]:
        state = (
            pgettext("task", "done") if row["done"] else "▲ " + pgettext("task", "should have begun") if row["overdue"]
            else _("under way, %(n)s %%") % {"n": row["percent"] or 0} if row["begun"]
            else "◆ " + pgettext("task", "too late") if row["slack"] < 0 else "")
        length = "" if row["summary"] or row["milestone"] else f"{row['duration']} {units.get(row['duration_unit'], '')}"
        rows.append({
            "kind": "summary" if row["summary"] else "overdue" if row["overdue"] else "critical" if row["id"] in critical else "",
            "level": row["level"],
            "cells": [
                str(row["number"]), row["name"], row["must_begin_by"] or "—", row["latest_finish"] or "—", length,
                "" if row["done"] or row["summary"] else str(row["slack"]), " ".join(filter(None, (row["unit"], row["owner"]))),
                row["floor_basis"] or "", state],
        })
    lines = [_("counted back from %s") % found["promised_on"], _("as of %s") % found["as_of"]]
    lines.append(_("held") if found["holds"] else _("%(n)s working days late, ends on %(day)s") % {
        "n": found["late_by_workdays"], "day": found["finish"]})
    if count := len(found["should_have_begun"]):
        lines.append(_("%s tasks should have begun") % count)
    return {
        "title": _("Backward schedule: %(name)s") % {"name": found["project_name"]}, "lines": lines, "rows": rows,
        "chinese": (get_language() or "").startswith("zh"),
        "columns": [
            [pgettext("column", "No."), 0.5], [_("Task"), 3.4], [_("Must begin by"), 1.3], [_("Latest finish"), 1.3], [_("Duration"), 0.9],
            [pgettext("working days", "Slack"), 0.7], [_("Responsible"), 1.5], [_("Not shorter than"), 3.4],
            [pgettext("of a task", "State"), 1.7]],
    }


@cache
def _source(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _compiled(name: str, data: dict, as_of: date, format: str, dots: float) -> list[bytes]:
    try:
        made = typst.compile(
            _source(name), format=format, ppi=dots, sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp()))
    except typst.TypstError as fault:
        raise Refused("print_failed", _(
            "The sheet could not be set: %s. Print the page from the browser, and tell the administrator.") % str(fault)[:200]) from None
    return made if isinstance(made, list) else [made]


def _written(files: list[bytes], out: str | Path | BinaryIO, format: str) -> str:
    """Several images go into one archive, numbered."""
    kind, content = format, files[0]
    if len(files) > 1:
        kind, packed = "zip", io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for place, page in enumerate(files, 1):
                archive.writestr(zipfile.ZipInfo(f"{place:02d}.{format}"), page)
        content = packed.getvalue()
    if isinstance(out, str | Path):
        Path(out).write_bytes(content)
    else:
        out.write(content)
    return kind
