"""A bulletin as a sheet of paper on the page: every figure a link to its rows, every named project to its own page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape

from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from guatu.bulletins.actions import asking_of, content_of, number_words
from guatu.bulletins.links import Links
from guatu.bulletins.models import Bulletin
from guatu.bulletins.printing import dates_of
from guatu.bulletins.queries import Asking
from guatu.bulletins.rules.content import Cell, Content, Ref
from guatu.bulletins.rules.drafting import LANGUAGES
from guatu.bulletins.rules.layout import Document, lay_out
from guatu.kernel.templatetags.guatu import lamp


@dataclass(frozen=True)
class Piece:
    """Words, or a figure (with its key, exact value and kind), or a project's name; `url` leads to the rows."""

    text: str
    url: str = ""
    key: str = ""
    value: str = ""
    kind: str = ""
    colour: str = ""

    def __str__(self) -> str:
        """As the sheet shows it. A sheet has a thousand of them, too many for a template each."""
        shape = _lamp(self.colour, get_language()) if self.colour and self.text != "0" else ""
        text = escape(self.text)
        if not self.url:
            return mark_safe(shape + text)
        figure = (
            f' class="counted" data-figure="{escape(self.key)}" data-value="{escape(self.value)}"'
            f' data-kind="{escape(self.kind)}"'
        ) if self.key else ""
        return mark_safe(f'{shape}<a href="{escape(self.url)}"{figure}>{text}</a>')


@cache
def _lamp(colour: str, _language: str | None) -> str:
    return lamp(colour) + " "


@dataclass(frozen=True)
class PaperTable:
    caption: str
    columns: list
    rows: list[list[tuple[Piece, bool, str]]]  # piece, numeric, label of its column
    note: str

    @property
    def body(self) -> str:
        """The rows as the page shows them."""
        return mark_safe("".join(
            "<tr>" + "".join(f'<td class="num">{piece}</td>' if numeric else f"<td>{piece}</td>" for piece, numeric, _label in row)
            + "</tr>" for row in self.rows
        ))


@dataclass(frozen=True)
class PaperSection:
    key: str
    heading: str
    paragraphs: list[list[Piece]]
    tables: list[PaperTable]


@dataclass(frozen=True)
class Paper:
    banner: str
    title: str
    number: str
    issuer: str
    issued_on: str
    state: str
    dates: str
    language: str
    sections: list[PaperSection]


class _Writer:
    def __init__(self, content: Content, asked: Asking):
        self.content = content
        self.links = Links(asked)

    def pieces(self, paragraph) -> list[Piece]:
        return [self.figure(run.key) if isinstance(run, Ref) else Piece(run) for run in paragraph]

    def figure(self, key: str, text: str = "", colour: str = "") -> Piece:
        shown = self.content.figures[key]
        return Piece(text or shown.text, self.links.figure(key), key, shown.value, shown.kind, colour)

    def cell(self, cell: Cell) -> Piece:
        if cell.figure:
            return self.figure(cell.figure, self.content.figures[cell.figure].cell, cell.colour)
        return Piece(cell.text, self.links.project(cell.project) if cell.project is not None else "")

    def table(self, table) -> PaperTable:
        rows = [
            [(self.cell(cell), column.numeric, column.label) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        return PaperTable(table.caption, list(table.columns), rows, table.note)


def paper(document: Document, asked: Asking, *, issuer: str, number: str = "", issued_on=None, state: str = "") -> Paper:
    writer = _Writer(document.content, asked)
    words = LANGUAGES[document.content.language]
    with override(document.content.language):
        _known, dates = dates_of(asked, words)
        on = words.day(issued_on) if issued_on else str(_("not issued"))
    return Paper(
        document.content.banner, document.title, number, issuer, on, state, dates, document.content.language,
        [
            PaperSection(
                section.key, section.heading, [writer.pieces(runs) for runs in section.paragraphs],
                [writer.table(table) for table in section.tables])
            for section in document.sections
        ],
    )


def paper_of(bulletin: Bulletin) -> Paper:
    """The recorded bulletin; what is issued is laid out from its frozen content and edits."""
    document = lay_out(content_of(bulletin), bulletin.edits, bulletin.title)
    return paper(
        document, asking_of(bulletin), issuer=bulletin.issuer, number=number_words(bulletin), issued_on=bulletin.issued_on,
        state=bulletin.state)
