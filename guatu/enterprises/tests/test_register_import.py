"""Files of a register in each form, again, later, and damaged."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from guatu.enterprises.register import loading, merging, reading
from guatu.enterprises.register.dataset import REGISTER, SCHEMA
from guatu.enterprises.register.queries import called, coverage, enterprise, search
from guatu.enterprises.rules.capital import Rates
from guatu.enterprises.rules.register_columns import ColumnMap
from guatu.enterprises.tests.register_world import HEADERS, code, csv_text, row, write
from guatu.kernel.errors import Faulty, NotFound


@pytest.fixture(autouse=True)
def home(settings, tmp_path, monkeypatch):
    settings.GUATU_HOME = tmp_path
    rates = Rates({"USD": ((date(2000, 1, 1), Decimal("8.28")),)})
    monkeypatch.setattr(loading, "capital_rates", lambda: rates)
    return tmp_path


def stored() -> list[dict]:
    files = REGISTER.snapshot().files()
    return [one for path in files for one in pq.read_table(path, schema=SCHEMA).to_pylist()]


def told(loaded) -> list[list[str]]:
    with Path(loaded.reject_file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


ROWS = [row(1), row(2, 注册资本="100万美元"), row(3, 城市="济南", 注册地址="济南市历下区", region="370102"),
        row(4, 省份="上海", 城市="N/A", region="310115", 注册资本="N/A")]


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx", "parquet", "semicolon", "tab"])
def test_each_form_gives_the_same_rows(form, home):
    path = home / "登记"
    if form == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for place, cells in enumerate([HEADERS, *ROWS]):
                sheet.write_row(place, 0, cells)
    elif form == "parquet":
        pq.write_table(pa.table(dict(zip(HEADERS, zip(*ROWS, strict=True), strict=True))), path)
    elif form in ("semicolon", "tab"):
        write(path, csv_text(ROWS).replace(",", ";" if form == "semicolon" else "\t"))
    else:
        write(path, csv_text(ROWS), form)
    loaded = loading.load([path])
    assert (loaded.rows, loaded.accepted, loaded.rejected, loaded.noted) == (4, 4, 0, 0)
    found = {one["key"]: one for one in stored()}
    assert found[code(1)] | {"scope": None} == {
        **dict.fromkeys(SCHEMA.names), "key": code(1), "uscc": code(1), "name": "测试1有限公司",
        "registered_on": date(2003, 5, 12), "status": "unknown", "capital_cny": Decimal("1000000.00"),
        "capital_text": "100万元人民币", "capital_currency": "CNY", "capital_basis": "stated", "province_code": "37",
        "city_code": "3702", "county_code": "370211", "address": "青岛市黄岛区长江路"}
    assert found[code(2)]["capital_cny"] == Decimal("8280000.00") and found[code(2)]["capital_currency"] == "USD"
    shanghai = found[code(4, "310115")]
    assert (shanghai["province_code"], shanghai["city_code"], shanghai["county_code"]) == ("31", "3100", "310115")
    assert shanghai["capital_cny"] is None and shanghai["capital_text"] is None
    snapshot = REGISTER.snapshot()
    assert {(part.group, part.rows) for part in snapshot.parts} == {("31", 1), ("37", 3)}
    assert snapshot.facts["by_province"] == {"31": 1, "37": 3} and snapshot.facts["last_day"] == "2003-05-12"


def test_the_same_file_again_changes_nothing(home):
    path = write(home / "a.csv", csv_text(ROWS))
    first = loading.load([path])
    again = loading.load([path])
    assert (first.added, first.snapshot) == (4, 1)
    assert (again.added, again.updated, again.unchanged, again.accepted, again.snapshot) == (0, 0, 4, 4, 1)
    assert len(list((REGISTER.folder / "parts").iterdir())) == 1


def test_a_later_file_replaces_by_key_and_leaves_the_rest(home):
    loading.load([write(home / "a.csv", csv_text(ROWS))])
    before = {part.path for part in REGISTER.snapshot().parts if part.group == "31"}
    loaded = loading.load([write(home / "b.csv", csv_text([row(1, "改名有限公司"), row(2, 注册资本="100万美元"), row(9)]))])
    assert (loaded.added, loaded.updated, loaded.unchanged) == (1, 1, 1)
    names = {one["key"]: one["name"] for one in stored()}
    assert len(names) == 5 and names[code(1)] == "改名有限公司" and names[code(4, "310115")] == "测试4有限公司"
    assert before <= {part.path for part in REGISTER.snapshot().parts}, "a province that nobody touched was rewritten"


def test_an_enterprise_that_moved_stands_in_one_place(home):
    loading.load([write(home / "a.csv", csv_text(ROWS))])
    loaded = loading.load([write(home / "b.csv", csv_text([row(1, 省份="上海", 城市="N/A", 注册地址="上海市浦东新区")]))])
    assert (loaded.added, loaded.moved) == (1, 1)
    found = [one for one in stored() if one["key"] == code(1)]
    assert [one["province_code"] for one in found] == ["31"] and len(stored()) == 4
    back = loading.load([write(home / "c.csv", csv_text([row(1)]))])
    assert back.moved == 1 and [one["city_code"] for one in stored() if one["key"] == code(1)] == ["3702"]


def test_rows_that_stand_twice_are_told(home):
    path = write(home / "a.csv", csv_text([
        row(1, "先"), row(2), row(1, "后"), row(2, 省份="上海", 城市="", 注册地址="上海市")]))
    loaded = loading.load([path])
    assert (loaded.rows, loaded.accepted, loaded.rejected, loaded.duplicates) == (4, 2, 2, 2)
    assert sorted(line[2] for line in told(loaded)) == ["2", "3"]
    assert {one["key"]: (one["name"], one["province_code"]) for one in stored()} == {
        code(1): ("后", "37"), code(2): ("测试2有限公司", "31")}


def test_what_is_wrong_is_told_and_nothing_is_lost(home):
    path = write(home / "a.csv", csv_text([
        row(1, 企业名称=""), row(2, 统一社会信用代码="91370211000000002X"), row(3, 成立日期="2999-01-01"),
        row(4, 注册资本="万人民币"), row(5, 成立日期="明天"), row(6), ["短", "行"], row(7, 企业名称="长" * 300),
    ]))
    loaded = loading.load([path])
    assert (loaded.rows, loaded.accepted, loaded.rejected, loaded.noted) == (8, 5, 3, 4)
    assert loaded.reasons == {"capital_unclear": 1, "code_wrong": 1, "day_future": 1, "day_unreadable": 1,
                              "name_long": 1, "name_missing": 1, "row_cells": 1}
    by_row = {line[2]: line for line in told(loaded)}
    assert set(by_row) == {"2", "3", "4", "5", "6", "8", "9"}
    assert by_row["3"][3:5] == ["统一社会信用代码", "91370211000000002X"]
    found = {one["name"]: one for one in stored()}
    wrong = found["测试2有限公司"]
    assert wrong["uscc"] is None and wrong["key"].startswith("~") and wrong["city_code"] == "3702"
    assert found["测试3有限公司"]["registered_on"] is None
    # the key of a row without a code stays the same, whatever the brackets of its name
    again = loading.load([path])
    assert again.unchanged == 5 and again.snapshot == 1


def test_broken_quotes_nul_bytes_and_endless_scopes(home):
    long = "制造" * 600_000
    lines = [
        ",".join(HEADERS), ",".join(row(1)), ",".join(row(2)).replace("显示器件制造", '"显示器件制造'),
        *(",".join(row(number)) for number in range(3, 400)),
        ",".join(row(500)).replace("显示器件制造", '"一行\n二行, ""三""行"'),
        ",".join(row(501)).replace("显示", "显\0示"), ",".join(row(502)).replace("显示器件制造", long),
        ",".join(row(503)).replace("显示器件制造", '5"管'),
    ]
    loaded = loading.load([write(home / "a.csv", "\r\n".join(lines))])
    assert (loaded.rows, loaded.accepted, loaded.rejected) == (403, 403, 0)
    scopes = {one["key"]: one["scope"] for one in stored()}
    assert scopes[code(2)] == '"显示器件制造' and scopes[code(501)] == "显示器件制造" and scopes[code(503)] == '5"管'
    assert scopes[code(500)] == '一行\n二行, "三"行'
    assert len(scopes[code(502)]) == 100_000 and loaded.reasons == {"text_cut": 1}


def test_many_batches_and_portions_give_what_one_gives(home, monkeypatch):
    cities = ["青岛", "济南", "烟台", "淄博"]
    path = write(home / "a.csv", csv_text([row(n % 900, 城市=cities[n % 900 % 4], 经营范围=f"第{n}") for n in range(1000)]))
    loading.load([path])
    whole = sorted(stored(), key=lambda one: one["key"])
    monkeypatch.setattr(reading, "BATCH_ROWS", 64)
    monkeypatch.setattr(merging, "MOST_ROWS", 100)
    assert loading.load([path]).unchanged == 900
    import shutil

    shutil.rmtree(REGISTER.folder)
    loading.load([path])
    assert sorted(stored(), key=lambda one: one["key"]) == whole
    parts = REGISTER.snapshot().parts
    assert len(parts) == 4 and {part.group for part in parts} == {"37"}
    for part in parts:
        keys = pq.read_table(REGISTER.folder / part.path, columns=["city_code", "key"]).to_pylist()
        assert keys == sorted(keys, key=lambda one: (one["city_code"], one["key"]))


def test_a_mapping_says_which_column_is_which(home):
    path = write(home / "a.csv", csv_text([row(1)], ["甲", "乙", *HEADERS[2:]]))
    with pytest.raises(Faulty) as refused:
        loading.load([path])
    assert refused.value.code == "no_name_column" and REGISTER.snapshot() is None
    assert loading.load([path], ColumnMap({"name": "甲", "uscc": "乙"})).accepted == 1
    with pytest.raises(Faulty) as refused:
        loading.load([path], ColumnMap({"name": "丙"}))
    assert refused.value.code == "unknown_header"


@pytest.mark.parametrize("content", [b"", b"PAR1 nonsense", b"PK\x03\x04 nonsense", b"\xd0\xcf\x11\xe0 nonsense"])
def test_files_that_cannot_be_read_are_refused(home, content):
    path = home / "a"
    path.write_bytes(content)
    with pytest.raises(Faulty):
        loading.load([path])
    assert REGISTER.snapshot() is None


def test_questions_to_the_register(home):
    assert coverage().rows == 0 and search("x").rows == []
    with pytest.raises(NotFound):
        enterprise(code(1))
    loading.load([write(home / "a.csv", csv_text([*ROWS, row(5, "青岛（测试）显示有限公司", 成立日期="2010-01-01")]))])
    assert (coverage().rows, coverage().last_day, coverage().provinces) == (5, date(2010, 1, 1), {"31": 1, "37": 4})
    assert (coverage(date(2005, 1, 1)).rows, coverage(date(2005, 1, 1)).last_day) == (4, date(2003, 5, 12))
    assert enterprise(code(1).lower())["name"] == "测试1有限公司"
    assert called("青岛(测试)显示有限公司")[0]["key"] == code(5)
    assert [one["key"] for one in search("显示 青岛").rows] == [code(5)]
    assert {one["key"] for one in search("", "3702").rows} == {code(1), code(2), code(5)}
    assert [one["key"] for one in search(code(2)).rows] == [code(2)]
    page = search("测试", limit=2)
    following = search("测试", limit=2, cursor=page.cursor)
    last = search("测试", limit=2, cursor=following.cursor)
    assert [len(one.rows) for one in (page, following, last)] == [2, 2, 1] and last.cursor == ""
    assert search("'; drop table register; --%_").rows == []
    with pytest.raises(Faulty):
        search("", "37021")
