"""The column of a month that is not the row's own day, kept as text like 2026-11."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guatu.kernel.column_base import Column
from guatu.kernel.errors import Faulty
from guatu.kernel.rules import cells
from guatu.kernel.rules.days import Precision, parse_day


class MonthColumn(Column):
    """Read as people write months: 2026-11, 2026年11月, a cell that holds a day of it."""

    def read(self, cell, lookup):
        if cells.is_blank(cell.raw):
            return {self.name: ""}
        day = parse_day(cell.raw)
        if day.precision not in (Precision.DAY, Precision.MONTH):
            raise Faulty("month", _("“%s” is not a month. Write it like 2026-11.") % str(cell.raw)[:40], self.name)
        return {self.name: f"{day.day:%Y-%m}"}
