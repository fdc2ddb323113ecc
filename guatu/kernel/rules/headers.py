"""The header row of a sheet: found below merged titles, its columns recognised by the names people use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from guatu.kernel.rules.refusals import BadSheet, quote
from guatu.kernel.rules.text import is_blank, normalise_text
from guatu.kernel.rules.units import split_bracketed_unit, split_unit, table_unit

#: A header is looked for in this many rows from the top.
SEARCHED_ROWS = 15


@dataclass(frozen=True)
class HeaderCell:
    """One column: its place (0 is the first), its label without unit, its field, and its unit as written.

    `key`, the field, is None when the label is not known.
    """

    index: int
    label: str
    key: str | None
    unit: str | None


@dataclass(frozen=True)
class Header:
    """The header row: its place (0 is the first row), the columns that have a label, the table's unit.

    `unit` is what a line like 单位：万元 above the header says, else None.
    """

    row_index: int
    columns: tuple[HeaderCell, ...]
    unit: str | None

    @property
    def unknown(self) -> tuple[HeaderCell, ...]:
        """The columns whose labels are not known."""
        return tuple(column for column in self.columns if column.key is None)

    @property
    def duplicates(self) -> tuple[HeaderCell, ...]:
        """The columns that stand for a field which a column to their left stands for already."""
        seen: set[str] = set()
        again = []
        for column in self.columns:
            if column.key is not None and column.key in seen:
                again.append(column)
            seen.add(column.key or "")
        return tuple(again)


def header_key(label: str) -> str:
    """How a label is compared: width, case, spaces, underscores and stars (required columns) do not count."""
    return re.sub(r"[\s_*★]", "", normalise_text(label)).casefold()


def find_header(rows: Iterable[Iterable[Any]], known: Mapping[str, str]) -> Header:
    """The row among the first 15 with the most known columns, the upper one of equals.

    `known` gives the field of each label (Chinese, English, or the field's own name); a label is looked up
    whole and without its unit. Raises BadSheet: no row holds a known label; two fields share one label.
    """
    fields = _fields(known)
    best: tuple[int, list[HeaderCell]] = (-1, [])
    most = 0
    tops = [list(row) for row in islice(rows, SEARCHED_ROWS)]
    for row_index, row in enumerate(tops):
        columns = [
            _header_cell(index, _written(cell), fields)
            for index, cell in enumerate(row)
            if not is_blank(cell)
        ]
        found = len({column.key for column in columns if column.key is not None})
        if found > most:
            best, most = (row_index, columns), found
    if not most:
        labels = ", ".join(list(known)[:5])
        raise BadSheet("header_not_found", {"rows": SEARCHED_ROWS, "labels": labels})
    above = (cell for row in tops[: best[0]] for cell in row if isinstance(cell, str))
    unit = next((unit for unit in map(table_unit, above) if unit is not None), None)
    return Header(best[0], tuple(best[1]), unit)


def _fields(known: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for label, field in known.items():
        other = fields.setdefault(header_key(label), field)
        if other != field:
            raise BadSheet("header_ambiguous", {"label": quote(label), "one": other, "other": field})
    # A known 总投资（亿元） also knows 总投资（万元）, unless 总投资 alone would mean two fields.
    bare: dict[str, set[str]] = {}
    for label, field in known.items():
        bare.setdefault(header_key(split_bracketed_unit(label)[0]), set()).add(field)
    return {label: field for label, (field, *others) in bare.items() if not others} | fields


def _written(cell: Any) -> str:
    # A column headed by the number 2022 is a column too, and is to be reported when unknown.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _header_cell(index: int, text: str, fields: Mapping[str, str]) -> HeaderCell:
    # A whole label that is known keeps endings that only look like units (联 系 人, 单 元).
    whole = fields.get(header_key(text))
    label, unit = split_unit(text) if whole is None else split_bracketed_unit(text)
    return HeaderCell(index, label.strip("*★ "), whole or fields.get(header_key(label)), unit)
