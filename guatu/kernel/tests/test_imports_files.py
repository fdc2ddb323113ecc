"""Files are read by what they hold: encodings, separators, workbooks, and what is refused."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from guatu.kernel import sheets
from guatu.kernel.column_base import same_cell
from guatu.kernel.errors import Faulty


def put(folder, content: bytes, name="a.csv"):
    path = folder / name
    path.write_bytes(content)
    return sheets.read_rows(path, name).rows


TABLE = "编号,名称,备注\n001,甲区,\"一,二\"\n002,乙区,三；四; 五\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_usual_encoding(tmp_path, encoding):
    assert put(tmp_path, TABLE.encode(encoding)) == [
        ["编号", "名称", "备注"], ["001", "甲区", "一,二"], ["002", "乙区", "三；四; 五"]]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_separator_is_the_one_that_makes_columns(tmp_path, sign):
    rows = [["名称", "备注"], ["甲", "一; 二; 三"], ["乙", "四, 五"], ["丙", "六; 七, 八, 九; 十"]]
    text = "\r\n".join(sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in rows)
    assert put(tmp_path, text.encode()) == rows


def test_rows_keep_their_numbers_in_the_file(tmp_path):
    assert put(tmp_path, "标题\n\n编号,名称\n1,甲\n".encode()) == [["标题"], [], ["编号", "名称"], ["1", "甲"]]


@pytest.mark.parametrize(("content", "word"), [
    (b"", "empty"), (b"  \r\n ", "empty"), (b"%PDF-1.7 ...", "not a sheet"), (b"\x89PNG\r\n\x1a\n....", "not a sheet"),
    (b"<html><table><tr><td>x</td></tr></table></html>", "web page"), (b"\x00\x01\x02\x03" * 50, "not a sheet"),
    (b"PK\x03\x04garbage", "damaged"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 garbage", "cannot be opened"),
    (b"a,b\n\xff\xff\xff,1\n", "neither"), (b'a,b\n1,"x"y\n"', "csv"),
])
def test_other_content_is_refused_with_a_sentence_whatever_the_name(tmp_path, content, word):
    from django.utils.translation import override

    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    if word == "csv":  # Python's reader forgives stray quotation marks; nothing to refuse
        assert sheets.read_rows(path, "table.xlsx").rows
        return
    with override("en"), pytest.raises(Faulty) as refused:
        sheets.read_rows(path, "table.xlsx")
    assert word in str(refused.value) and "table.xlsx" in str(refused.value)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(Faulty) as refused:
        sheets.read_rows(path, "a.xlsx")
    assert refused.value.code == "file_kind"


def test_a_zip_bomb_is_refused_without_unpacking_it_all(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(60):
                sheet.write(b"<" * (1 << 20))
    with pytest.raises(Faulty) as refused:
        sheets.read_rows(path, "a.xlsx")
    assert refused.value.code == "file_too_large"


def test_one_stray_cell_at_the_far_corner_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", '<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(Faulty) as refused:
        sheets.read_rows(path, "a.xlsx")
    assert refused.value.code == "sheet_too_wide"


def workbook(rows, merges=()) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"})
    book.add_worksheet("空")
    hidden = book.add_worksheet("藏")
    hidden.write(0, 0, "hidden")
    hidden.hide()
    sheet = book.add_worksheet("台账")
    for place, row in enumerate(rows):
        for index, cell in enumerate(row):
            sheet.write(place, index, cell)
    for first_row, first_column, last_row, last_column, text in merges:
        sheet.merge_range(first_row, first_column, last_row, last_column, text)
    book.close()
    return out.getvalue()


def test_the_first_visible_sheet_with_content_is_read_and_cells_merged_downwards_count_for_each_row(tmp_path):
    content = workbook(
        [[], ["片区", "名称", "日期"], ["", "甲", datetime(2022, 6, 21)], ["", "乙", 44733]],
        merges=[(0, 0, 0, 2, "项目台账"), (2, 0, 3, 0, "东区")],
    )
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    read = sheets.read_rows(path, "a.csv")
    assert read.sheet_name == "台账"
    assert read.rows == [
        ["项目台账", "", ""], ["片区", "名称", "日期"], ["东区", "甲", date(2022, 6, 21)], ["东区", "乙", 44733.0]]


@given(st.text(max_size=30))
def test_no_text_starts_as_a_formula_and_each_comes_back_as_it_was(text):
    guarded = sheets.guarded(text)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert sheets.unguarded(guarded) == text
    assert sheets.unguarded(sheets.guarded_in_workbook(text)) == text


@given(st.from_regex(r"\A'{0,3}[=+\-@\t\r]?[a-z]{0,3}\Z"))
def test_apostrophes_before_a_sign_come_back_too(text):
    assert sheets.unguarded(sheets.guarded(text)) == text
    assert sheets.unguarded(sheets.guarded_in_workbook(text)) == text


def test_a_cell_is_the_same_only_when_it_shows_the_same():
    from decimal import Decimal

    assert same_cell(81.7, Decimal("81.7")) and same_cell("81.7", Decimal("81.7")) and same_cell(3.0, 3)
    assert same_cell("", None) and same_cell(None, "") and same_cell("a\nb", "a\r\nb".replace("\r\n", "\n"))
    assert not same_cell("81.70", Decimal("81.7")) and not same_cell(" a", "a") and not same_cell(None, "a")
