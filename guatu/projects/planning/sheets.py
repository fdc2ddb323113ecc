"""A project's plan as a workbook, and such a workbook (or CSV) as the rows of a plan: one row a task, what it waits for
in one cell.

    20; 30SS+10; 40FF-2d; 50+3h     finish of 20; 10 working days after the start of 30; 2 calendar days before the finish
                                    of 40; 3 working hours after the finish of 50
"""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from guatu.kernel import sheets
from guatu.kernel.column_base import Cell
from guatu.kernel.columns import Column
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.registry import resource
from guatu.kernel.resource import Lookup
from guatu.kernel.rules.cells import BadCell, is_blank, normalise_text, parse_int
from guatu.kernel.scope import Scope
from guatu.projects.models import PlanLink, PlanTask
from guatu.projects.planning.mspdi_plans import Read
from guatu.projects.planning.records import Records
from guatu.projects.planning.sight import Sight

#: Columns that the sheet and the table of tasks share.
SHARED = (
    "number", "name", "duration", "duration_unit", "calendar", "milestone", "event", "constraint", "constraint_on", "unit",
    "department", "owner", "floor", "floor_kind", "floor_basis", "compression_cost_per_day", "actual_start", "actual_finish",
    "percent_complete", "note",
)
PARENT, WAITS = gettext_lazy("part of task"), gettext_lazy("waits for")
#: What the sheet shows beside, and nobody reads again.
SHOWN = (gettext_lazy("planned start"), gettext_lazy("planned finish"), gettext_lazy("must begin by"))
_WAIT = re.compile(r"(\d{1,9})\s*(FS|SS|FF|SF)?\s*(?:([+-]\s*\d{1,5})\s*(d|h)?)?", re.ASCII | re.IGNORECASE)
_UNITS = {"d": "day", "h": "hour", "": "workday"}
_LETTERS = {"day": "d", "hour": "h", "workday": ""}
MOST_FAULTS = 20


# -- out -------------------------------------------------------------------------------------------------------------


def written(found: Sight, scope: Scope) -> bytes:
    """The plan as it stands on the day, as xlsx."""
    columns = [resource("plan_tasks").column(name) for name in SHARED]
    lookup, sheet_back = Lookup(scope), {row.id: row for row in found.sheet().rows}
    headers = [*(column.header for column in columns), str(PARENT), str(WAITS), *map(str, SHOWN)]
    waits: dict[Any, list[str]] = {}
    for values in found.records.links.values():
        if values["pred"] in found.records.tasks:
            waits.setdefault(values["succ"], []).append(_wait_text(found.records.tasks[values["pred"]]["number"], values))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    page = book.add_worksheet(_("plan")[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    page.freeze_panes(1, 2)
    page.set_column(0, len(headers) - 1, 13)
    page.set_column(1, 1, 36)
    for place, header in enumerate(headers):
        page.write_string(0, place, header, bold)
    for line, key in enumerate(found.records.ordered(), 1):
        values = found.records.tasks[key]
        row = PlanTask(**{
            field.attname: values[field.name] for field in PlanTask.value_fields()})
        timing, back = found.timing.tasks[values["number"]], sheet_back[values["number"]]
        parent = found.records.tasks.get(values["parent"])
        cells = [column.write(row, lookup) for column in columns]
        cells += [None if parent is None else parent["number"], "; ".join(waits.get(key, []))]
        cells += [timing.start_day, timing.finish_day, None if back.begun else back.begin_by_day]
        for place, cell in enumerate(cells):
            _write(page, line, place, cell)
    book.close()
    return buffer.getvalue()


def _write(page, line: int, place: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        page.write_string(line, place, cell.isoformat())
    elif isinstance(cell, str):
        page.write_string(line, place, sheets.guarded_in_workbook(cell))
    else:
        page.write_number(line, place, cell)


def _wait_text(number: int, link: dict[str, Any]) -> str:
    kind = "" if link["kind"] == "FS" else link["kind"]
    lag = f"{link['lag']:+d}{_LETTERS[link['lag_unit']]}" if link["lag"] else ""
    return f"{number}{kind}{lag}"


# -- in --------------------------------------------------------------------------------------------------------------


def read(path: Path, scope: Scope) -> Read:
    """The rows of a sheet. Raises Faulty with a sentence for each cell that cannot be read; nothing is guessed."""
    rows = sheets.read_rows(path, path.name).rows
    head, places = _header(rows, path.name)
    lookup, faults = Lookup(scope), []
    records, waits = Records(None, {}), {}
    shared = {name: resource("plan_tasks").column(name) for name in SHARED if name in places}
    for line, row in enumerate(rows[head + 1:], head + 2):
        cells = {name: row[place] if place < len(row) else None for name, place in places.items()}
        if all(is_blank(cell) for cell in cells.values()):
            continue
        values = _row(line, cells, shared, lookup, faults)
        number = values.get("number")
        if not isinstance(number, int):
            faults.append(_fault(line, "number", _("A task needs a number of its own.")))
            continue
        if number in records.tasks:
            faults.append(_fault(line, "number", _("The number %s stands in two rows.") % number))
            continue
        if "parent" in places:
            values["parent"] = _number(line, "parent", cells["parent"], faults)
        records.tasks[number] = values
        if "waits" in places:
            waits[number] = (line, str(cells["waits"] if cells["waits"] is not None else ""))
    for number, (line, text) in waits.items():
        _links(records, number, line, text, faults)
    for number, values in records.tasks.items():
        if values.get("parent") is not None and values["parent"] not in records.tasks:
            faults.append(_("Task %(number)s is part of %(parent)s, which the sheet does not have.") % {
                "number": number, "parent": values["parent"]})
            values["parent"] = None
    if not records.tasks and not faults:
        faults.append(_("“%s” holds no task.") % path.name)
    if faults:
        raise Faulty("plan_sheet", "\n".join(faults[:MOST_FAULTS]), "FILE")
    return Read(records, spoken=(PlanTask, PlanLink) if "waits" in places else (PlanTask,))


def _header(rows: list[list], name: str) -> tuple[int, dict[str, int]]:
    """The row of column names, and the place of each column that is known."""
    words: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with override(language):
            for column in SHARED:
                one: Column = resource("plan_tasks").column(column)
                words |= {_word(one.label): column, _word(one.header): column, _word(column): column}
            words |= {_word(str(PARENT)): "parent", _word(str(WAITS)): "waits"}
    words |= {"parent": "parent", "waits": "waits", "predecessors": "waits"}
    for place, row in enumerate(rows[:20]):
        found: dict[str, int] = {}
        for index, cell in enumerate(row):
            known = words.get(_word(cell)) if isinstance(cell, str) else None
            if known is not None:
                found.setdefault(known, index)
        if {"number", "name"} <= found.keys():
            return place, found
    raise Faulty("plan_sheet", _(
        "“%s” has no row with the column names of a plan: number and name at least. Export a plan to see the columns."
    ) % name, "FILE")


def _word(text: str) -> str:
    return normalise_text(text).casefold()


def _row(line: int, cells: dict[str, Any], shared: dict[str, Column], lookup: Lookup, faults: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, column in shared.items():
        try:
            values |= column.read(Cell(cells[name], column.unit, cells), lookup)
        except (Refused, BadCell) as fault:
            faults.append(_fault(line, column.label, str(fault)))
    for name, default in (("duration", 0), ("percent_complete", 0), ("constraint", "asap"), ("duration_unit", "workday")):
        if name in shared and values.get(name) in (None, ""):
            values[name] = default
    return values


def _number(line: int, label: str, cell: Any, faults: list[str]) -> int | None:
    try:
        return parse_int(cell)
    except BadCell as fault:
        faults.append(_fault(line, label, str(fault)))
        return None


def _links(records: Records, number: int, line: int, text: str, faults: list[str]) -> None:
    for part in re.split(r"[;；,，、]", text):
        part = part.strip().removesuffix(".0")
        if not part:
            continue
        match = _WAIT.fullmatch(part)
        if match is None:
            faults.append(_fault(line, str(WAITS), _("“%s” is no link. Write it like 20, 30SS+10 or 40FF-2d.") % part[:40]))
            continue
        pred, kind, lag, unit = match.groups()
        if int(pred) not in records.tasks:
            faults.append(_fault(line, str(WAITS), _("The sheet has no task %s.") % pred))
            continue
        records.links[(int(pred), number, (kind or "FS").upper())] = {
            "pred": int(pred), "succ": number, "kind": (kind or "FS").upper(),
            "lag": int((lag or "0").replace(" ", "")), "lag_unit": _UNITS[(unit or "").lower()],
        }


def _fault(line: int, label: str, sentence: str) -> str:
    return _("Row %(line)d, “%(label)s”: %(sentence)s") % {"line": line, "label": label, "sentence": sentence}
