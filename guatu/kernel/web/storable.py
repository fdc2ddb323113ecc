"""Texts that no database stores, refused at every door: questions, forms, JSON."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def refuse_unstorable(value: Any, field: str) -> None:
    """Raises Faulty when a text anywhere in `value` holds what no database stores: NUL, or half a character."""
    if isinstance(value, str) and UNSTORABLE.search(value):
        raise Faulty("text", _("“%s” contains a character that cannot be stored. Type the value again.") % field, field)
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_unstorable(key, field)
            refuse_unstorable(inner, field)
    if isinstance(value, list):
        for inner in value:
            refuse_unstorable(inner, field)
