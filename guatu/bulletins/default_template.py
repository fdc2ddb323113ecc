"""The house's own Word template, made when it is needed: a restrained red head, 公文 type, tables, page numbers."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

RED = RGBColor(0xB5, 0x2A, 0x1C)
SONG, FANG, HEI = "宋体", "仿宋", "黑体"


def build(path: Path, is_draft: bool = False, language: str = "zh-hans") -> None:
    """Writes the template to `path`; it takes the values described in docs/bulletins.md."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.2), Cm(2.8), Cm(2.7), Cm(2.6)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FANG)
    indent = Pt(28) if language != "en" else Pt(0)

    _line(document, "{{ banner }}", SONG, 34, bold=True, colour=RED, after=4)
    _line(document, "{{ number }}", FANG, 14, after=6)
    _ends(document, "{{ issuer }}", "{{ issued_on }}{{ state }}")
    _line(document, "{{ title }}", SONG, 20, bold=True, before=18, after=4)
    _line(document, "{{ dates }}", FANG, 11, after=14)
    for words in ("{%p for section in sections %}", "{%p if section.heading %}"):
        document.add_paragraph(words)
    _line(document, "{{ section.heading }}", HEI, 15, left=True, indent=indent, before=8, after=2)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for paragraph in section.paragraphs %}")
    _line(document, "{{ paragraph }}", FANG, 14, left=True, indent=indent, spacing=1.5)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p for table in section.tables %}")
    _line(document, "{{ table.caption }}", HEI, 11, before=8, after=3)
    _table(document)
    _line(document, "{{ table.note }}", FANG, 10, left=True, after=6)
    for words in ("{%p endfor %}", "{%p endfor %}"):
        document.add_paragraph(words)
    _line(document, "{{ issuer }}", FANG, 14, right=True, before=18)
    _line(document, "{{ issued_on }}{{ state }}", FANG, 14, right=True)
    _page_number(page)
    document.save(str(path))


def _line(document, text, font, size, *, bold=False, colour=None, left=False, right=False, indent=None, before=0, after=0,
          spacing=1.0):
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.alignment = (WD_ALIGN_PARAGRAPH.JUSTIFY if left else WD_ALIGN_PARAGRAPH.RIGHT if right
                      else WD_ALIGN_PARAGRAPH.CENTER)
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), spacing
    if indent is not None:
        form.first_line_indent = indent
    _run(paragraph, text, font, size, bold, colour)
    return paragraph


def _run(paragraph, text, font, size, bold=False, colour=None):
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour


def _ends(document, left: str, right: str) -> None:
    """One line with a word at each end, over a red rule."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(15.7), alignment=2)
    _run(paragraph, f"{left}\t{right}", FANG, 12)
    borders = OxmlElement("w:pBdr")
    rule = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", str(RED))):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    paragraph._p.get_or_add_pPr().append(borders)


def _table(document) -> None:
    """A table whose rows and columns are repeated when the template is filled in."""
    table = document.add_table(rows=4, cols=3)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    cells = [
        ("{%tc for column in table.columns %}", "{{ column }}", "{%tc endfor %}"),
        ("{%tr for row in table.rows %}", "", ""),
        ("{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    ]
    for place, texts in enumerate(cells):
        for column, text in enumerate(texts):
            paragraph = table.cell(place, column).paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, text, HEI if place == 0 else FANG, 10.5)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)


def _page_number(page) -> None:
    paragraph = page.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", SONG, 11)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(11)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)
    _run(paragraph, " —", SONG, 11)
