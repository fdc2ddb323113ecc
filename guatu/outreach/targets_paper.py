"""The visiting book as PDF (typst) and Word. Words go in as data, so nothing in them can become code."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from guatu.kernel.errors import Refused

TEMPLATE = Path(__file__).parent / "templates" / "outreach" / "paper" / "visits.typ"
NOTE_LINES = 4


@cache
def _source() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_file(book: dict) -> bytes:
    """The same bytes for the same book. Raises Refused."""
    on = date.fromisoformat(book["on"])
    try:
        made = typst.compile(
            _source(), format="pdf", sys_inputs={"data": json.dumps(book, ensure_ascii=False)},
            timestamp=int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp()))
    except typst.TypstError as fault:
        raise Refused("pdf_failed", _(
            "The PDF could not be set: %s. Take the Word file instead, and tell the administrator.") % str(fault)[:200]) from None
    return made[0] if isinstance(made, list) else made


def word_file(book: dict) -> bytes:
    """A Word document, a page an enterprise."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin = page.bottom_margin = Cm(2)
    page.left_margin = page.right_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    style.paragraph_format.space_after = Pt(2)
    words = book["words"]
    for place, one in enumerate(book["pages"]):
        _text(document, f"{book['book']} · {book['title']} · {book['zone']} · {book['on']}", 8.5)
        _text(document, one["name"], 17, bold=True)
        if one["who"]:
            _text(document, one["who"], 9.5)
        if book["gap"]:
            _head(document, words["gap"])
            for line in book["gap"]:
                document.add_paragraph(_clean(line))
        _head(document, words["facts"])
        if one["facts"]:
            table = document.add_table(rows=0, cols=2)
            table.style = "Table Grid"
            for label, value in one["facts"]:
                cells = table.add_row().cells
                cells[0].width, cells[1].width = Cm(4), Cm(12.6)
                cells[0].text, cells[1].text = _clean(label), _clean(value)
        if one["scope"]:
            _text(document, f"{words['scope']}: {one['scope']}", 9)
        _head(document, words["why"])
        for line in one["stands"]:
            _text(document, line, 10.5, bold=True)
        for line in one["why"]:
            document.add_paragraph(_clean(line), style="List Bullet")
        if one["ask"]:
            _head(document, words["ask"])
            for line in one["ask"]:
                document.add_paragraph(_clean(line), style="List Bullet")
        _head(document, words["notes"])
        if one["note"]:
            document.add_paragraph(_clean(one["note"]))
        document.add_paragraph("\n".join(["_" * 78] * NOTE_LINES))
        _text(document, words["note"], 8)
        if place + 1 < len(book["pages"]):
            last = document.paragraphs[-1]
            last.add_run().add_break(WD_BREAK.PAGE)
    if not book["pages"]:
        _text(document, book["title"], 17, bold=True)
        document.add_paragraph(_("Nobody is on this list yet."))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(document, text: str, size: float, *, bold: bool = False) -> None:
    run = document.add_paragraph().add_run(_clean(text))
    run.font.size, run.bold = Pt(size), bold


def _head(document, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(6), True
    run = paragraph.add_run(_clean(text))
    run.bold, run.font.size = True, Pt(11.5)


def _clean(text) -> str:
    """Without signs that XML does not take."""
    return "".join(sign for sign in str(text) if sign >= " " or sign in "\n\t")
