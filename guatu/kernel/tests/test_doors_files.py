"""Uploaded documents are what their ending says; formula cells are harmless and come back exactly."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel import exports, sheets
from guatu.kernel.models import Document
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.kernel.tests.pages_world import build
from guatu.kernel.tests.test_rules_images import jpeg, png


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return out.getvalue()


BOMB = archive("word/document.xml", content=b"\x00" * (60 * 1024 * 1024))
REFUSED = [
    ("a.png", jpeg(), "ending .png"), ("a.jpg", png(), "ending .jpg"), ("a.png", png()[:-4], "damaged or cut off"),
    ("a.png", png(60_000, 60_000, rows=b"x"), "too many pixels"), ("a.jpg", b"\xff\xd8\xff<script>", "damaged or cut off"),
    ("a.svg", b"<svg onload='x()'/>", "not of a kind"), ("a.html", b"<script>", "not of a kind"),
    ("a.docx", archive("xl/workbook.xml"), "ending .docx"), ("a.xlsx", b"PK\x03\x04 torn", "is damaged"),
    ("a.docx", archive("word/document.xml", "word/vbaProject.bin"), "holds macros"), ("a.docx", BOMB, "unpacks to far more"),
    ("a.zip", archive("../../etc/passwd"), "outside its own folder"), ("a.zip", archive("C:\\x"), "outside its own folder"),
    ("a.txt", b"text" * 2000 + b"\x00", "ending .txt"), ("a.pdf", b"<html>%PDF-", "ending .pdf"),
]
KEPT = [("a.png", png()), ("b.jpg", jpeg()), ("c.docx", archive("word/document.xml")), ("d.zip", archive("x/y.txt")),
        ("e.ofd", archive("OFD.xml")), ("f.pdf", b"%PDF-1.4 x"), ("g.txt", "文字".encode())]


@pytest.mark.django_db(databases=["default", "progress"])
class TestDocuments:
    def attach(self, name: str, content: bytes, kind="text/plain"):
        house = build()
        client = house.client()
        url = f"/r/organisations/{house.north.pk}/documents/"
        page = client.post(url, {"file": SimpleUploadedFile(name, content, kind), "kind": "other"}, follow=True)
        return client, page.content.decode()

    @pytest.mark.parametrize("name, content, sentence", REFUSED, ids=[f"{n}-{s}" for n, _c, s in REFUSED])
    def test_refused_with_a_sentence(self, name, content, sentence):
        _client, page = self.attach(name, content, "image/png")
        assert sentence in page and not Document.everything.exists()

    @pytest.mark.parametrize("name, content", KEPT, ids=[name for name, _content in KEPT])
    def test_kept_and_only_saved(self, name, content):
        client, _page = self.attach(name, content, "text/html")
        document = Document.everything.get()
        for query in ("", "?show"):
            answer = client.get(f"/documents/{document.pk}/{query}")
            assert b"".join(answer.streaming_content) == content
            shown = query and name.endswith((".png", ".jpg"))
            assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
            assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] != "text/html"
            assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin" and "no-store" in answer["Cache-Control"]


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "'=1", "''=1", "'", "'text", "=cmd|'/c'!A0"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_guarded_text_begins_no_formula_and_comes_back(text):
    for guard in (sheets.guarded, sheets.guarded_in_workbook):
        assert sheets.unguarded(guard(text)) == text
    assert sheets.guarded(text)[0] not in "=+-@\t\r\n＝＋－＠"


@given(st.text(alphabet="'=+-@\t\r\n＝＋－＠a1 ", max_size=6))
def test_every_text_comes_back_exactly(text):
    assert sheets.unguarded(sheets.guarded(text)) == text == sheets.unguarded(sheets.guarded_in_workbook(text))
    assert not text or sheets.guarded(text)[0] not in "=+-@\t\r\n＝＋－＠"


@pytest.mark.django_db(databases=["default", "progress"])
@pytest.mark.both
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_formula_cells_go_out_harmless_and_come_in_unchanged(system, tmp_path, format):
    from guatu.kernel import actions, imports
    from guatu.kernel.models import Source

    texts = ["=HYPERLINK(\"x\")", "+86 532 1", "-1", "@x", "'=x", "''-x", "＝x", "text", "'text"]
    for n, text in enumerate(texts):
        actions.create(system, Source, {"code": f"s{n}", "title": text, "kind": "article", "publisher": text})
    path = tmp_path / f"out.{format}"
    exports.write(resource("sources"), Scope.whole(), format, path)
    if format == "csv":
        cells = [cell for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r＝＋－＠")]
    else:
        with zipfile.ZipFile(path) as book:
            assert not any(b"<f>" in book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/"))
    planned = imports.plan(system, resource("sources"), path, path.name)
    assert planned.ok and planned.unchanged == len(texts) and not planned.changes
    # The same cells as new rows arrive as the very same texts.
    rows = sheets.read_rows(path, path.name).rows
    place = [str(cell) for cell in rows[0]].index(next(str(c) for c in rows[0] if "标题" in str(c) or "itle" in str(c)))
    assert [row[place] for row in rows[1:]] == texts
