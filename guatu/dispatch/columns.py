"""The column of a month, kept as text like 2026-11."""

from __future__ import annotations

from guatu.dispatch.rules.months import parse_month
from guatu.kernel.column_base import Column
from guatu.kernel.rules import cells


class MonthColumn(Column):
    """Read as people write months: 2026-11, 2026年11月, a cell that holds a day of it."""

    def read(self, cell, lookup):
        if cells.is_blank(cell.raw):
            return {self.name: ""}
        return {self.name: str(parse_month(cell.raw))}
