"""The plain values that a bulletin hands to Word and PDF."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.bulletins.queries import Asking
from guatu.bulletins.rules.drafting import LANGUAGES
from guatu.bulletins.rules.layout import Document

#: A column of words is about so many times as wide as one of numbers.
WIDEST = 5.0


def dates_of(asked: Asking, words) -> tuple[str, str]:
    """The instant up to which was known, and the line that names both dates, in the language in force."""
    known = f"{timezone.localtime(asked.known_at):%Y-%m-%d %H:%M}" if asked.known_at else ""
    return known, _("as of %(day)s, as known at %(instant)s") % {"day": words.day(asked.as_of), "instant": known}


def printed(document: Document, asked: Asking, *, issuer: str, number: str, issued_on, state: str) -> dict:
    """`state` is "draft", "issued" or "withdrawn"; `number` the words of its number, empty while it has none."""
    content = document.content
    words = LANGUAGES[content.language]
    with override(content.language):
        known, dates = dates_of(asked, words)
        marks = {"draft": _("(draft, not issued)"), "withdrawn": _("(withdrawn)")}
    return {
        "language": content.language,
        "banner": content.banner,
        "issuer": issuer,
        "number": number,
        "state": str(marks.get(state, "")),
        "is_draft": state == "draft",
        "title": document.title,
        "zone": asked.zone.name,
        "unit": asked.unit.name if asked.unit is not None else "",
        "as_of": words.day(asked.as_of),
        "since": words.day(asked.since),
        "known_at": known,
        "dates": dates,
        "issued_on": words.day(issued_on) if issued_on else "",
        "sections": [
            {
                "key": section.key,
                "heading": section.heading,
                "paragraphs": [content.said(paragraph) for paragraph in section.paragraphs],
                "tables": [_table(table, content) for table in section.tables],
            }
            for section in document.sections
        ],
        "figures": {key.replace(".", "_"): shown.text for key, shown in content.figures.items()},
    }


def _table(table, content) -> dict:
    rows = [[content.cell(cell) for cell in row] for row in table.rows]
    lengths = [
        max([len(column.label) / 2, *(len(row[place]) for row in rows)]) for place, column in enumerate(table.columns)
    ]
    return {
        "caption": table.caption,
        "columns": [column.label for column in table.columns],
        "numeric": [column.numeric for column in table.columns],
        "widths": [
            1.0 + 0.12 * len(column.label) if column.numeric else min(WIDEST, 1.0 + length / 6)
            for column, length in zip(table.columns, lengths, strict=True)
        ],
        "rows": [{"cells": row} for row in rows],
        "note": table.note,
    }
