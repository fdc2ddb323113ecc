"""A bulletin ready to be read: the person's edits in place of the generated paragraphs, sections and tables numbered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guatu.bulletins.rules.content import Content, Paragraph, Section, Table, runs_from_json
from guatu.bulletins.rules.drafting import LANGUAGES


@dataclass(frozen=True)
class Document:
    """`sections` carry their numbers in heading and captions; `content` has the figures they refer to."""

    title: str
    sections: tuple[Section, ...]
    content: Content


def lay_out(content: Content, edits: dict, title: str = "") -> Document:
    """`edits` hold, by section, what a person wrote: {"heading", "paragraphs", "left_out"}, each only where changed."""
    words = LANGUAGES[content.language]
    sections, headings, tables = [], 0, 0
    for section in content.sections:
        edit = edits.get(section.key, {})
        if edit.get("left_out"):
            continue
        heading = edit.get("heading", section.heading)
        if heading:
            headings += 1
            heading = f"{words.heading_number(headings)}{heading}"
        numbered: list[Table] = []
        for table in section.tables:
            tables += 1
            numbered.append(replace(table, caption=f"{words.table_number(tables)}{table.caption}"))
        sections.append(Section(section.key, heading, paragraphs_of(section, edit, content), tuple(numbered)))
    return Document(title or content.title, tuple(sections), content)


def paragraphs_of(section: Section, edit: dict, content: Content) -> tuple[Paragraph, ...]:
    """The paragraphs that stand: the edited ones, else the generated."""
    if "paragraphs" not in edit:
        return section.paragraphs
    return tuple(runs_from_json(runs, content.figures) for runs in edit["paragraphs"])


def plain(document: Document) -> str:
    """The text whose bytes an issued bulletin keeps for ever; cells of a table apart by tabulators."""
    content = document.content
    lines = [document.title]
    for section in document.sections:
        lines += ["", section.heading] if section.heading else [""]
        lines += [content.said(paragraph) for paragraph in section.paragraphs]
        for table in section.tables:
            lines += [table.caption, "\t".join(column.label for column in table.columns)]
            lines += ["\t".join(content.cell(cell) for cell in row) for row in table.rows]
            lines += [table.note] if table.note else []
    return "\n".join(lines) + "\n"
