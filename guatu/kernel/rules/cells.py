"""Reading the cells of a sheet: the one name under which callers find text, numbers, units, money and areas.

Every `parse_…` gives None for a blank cell and raises `BadCell` with a sentence for one it cannot read.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from guatu.kernel.rules.amounts import Money, format_money_cell, parse_area_m2, parse_money
from guatu.kernel.rules.quantities import Quantity, parse_int, parse_number, read_quantity
from guatu.kernel.rules.refusals import TEMPLATES, BadCell, quote
from guatu.kernel.rules.text import fold, is_blank, normalise_text, suggest
from guatu.kernel.rules.units import UNITS, Kind, Unit, find_unit, split_unit

__all__ = [
    "TEMPLATES",
    "UNITS",
    "BadCell",
    "Kind",
    "Money",
    "Quantity",
    "Unit",
    "find_unit",
    "format_money_cell",
    "is_blank",
    "normalise_text",
    "parse_area_m2",
    "parse_bool",
    "parse_int",
    "parse_money",
    "parse_number",
    "read_quantity",
    "split_unit",
    "suggest",
]

_YES = {"是", "true", "yes", "y", "1", "√", "✓", "✔", "☑"}
_NO = {"否", "false", "no", "n", "0", "×", "✗", "✘", "☒"}


def parse_bool(cell: Any) -> bool | None:
    """Yes or no: 是, true, yes, y, 1, √ and 否, false, no, n, 0, ×; None for a blank cell.

    An empty box ☐ or a letter x is refused, since either may mean yes or no. Raises BadCell.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float, Decimal)) and cell in (0, 1):
        return bool(cell)
    word = fold(cell).casefold() if isinstance(cell, str) else None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell("bool_unreadable", {"text": quote(cell)})
