"""Reads of bulletins: the situation of a zone on a day, the drafted content, the record of bulletins, differences."""

from .compute import Asking, asking, compute
from .differences import Differences, differences
from .record import (
    following_number,
    issued_as_of,
    latest_before,
    reaches_all,
    template_of,
    templates_of,
    units_of,
    visible_since,
)

__all__ = [
    "Asking",
    "Differences",
    "asking",
    "compute",
    "differences",
    "following_number",
    "issued_as_of",
    "latest_before",
    "reaches_all",
    "template_of",
    "templates_of",
    "units_of",
    "visible_since",
]
