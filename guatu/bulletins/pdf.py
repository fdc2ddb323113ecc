"""A bulletin as PDF, set by typst. The words go in as data, so nothing in them can become typst's code."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from guatu.kernel.errors import Refused

TEMPLATE = Path(__file__).parent / "templates" / "bulletins" / "bulletin.typ"


@cache
def _source() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_file(context: dict, on: datetime) -> bytes:
    """The same bytes for the same words: the file's own date is `on`, not the clock's. Raises Refused."""
    return _compiled(context, "pdf", on)[0]


def page_images(context: dict, on: datetime) -> list[bytes]:
    """Each page as PNG."""
    return _compiled(context, "png", on)


def _compiled(context: dict, kind: str, on: datetime) -> list[bytes]:
    from django.utils.translation import gettext as _

    try:
        made = typst.compile(
            _source(), format=kind, ppi=110.0, sys_inputs={"data": json.dumps(context, ensure_ascii=False)},
            timestamp=int(on.timestamp()))
    except typst.TypstError as fault:
        raise Refused("pdf_failed", _(
            "The PDF could not be set: %s. Take the Word file instead, and tell the administrator.") % str(fault)[:200]) from None
    return made if isinstance(made, list) else [made]
