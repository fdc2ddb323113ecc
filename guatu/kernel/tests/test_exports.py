"""Sheets out: formats, rights, earlier days, exactness, and memory."""

import csv
import io
import json
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from python_calamine import load_workbook

from guatu.kernel import actions, exports, imports
from guatu.kernel.changes import Change
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.models import ChainHead, Source
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Project
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def world(system):
    return build(system, 6)


def lines(name, scope, **options) -> list[dict]:
    out = io.BytesIO()
    with override("en"):
        exports.write(resource(name), scope, "csv", out, **options)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))


def test_the_first_column_is_the_record_number_and_rows_stand_as_entered(system, world):
    rows = lines("projects", system.scope)
    assert [(int(row["record number"]), row["code"]) for row in rows] == [
        (project.record_number, project.code) for project in world.projects]
    assert rows[1]["zone"] == "z2" and rows[1]["officer"] == "officer2"


def test_json_is_an_array_by_field_name(system, world):
    out = io.BytesIO()
    assert exports.write(resource("projects"), system.scope, "json", out) == 6
    rows = json.loads(out.getvalue())
    assert rows[1]["record"] == world.projects[1].record_number
    assert (rows[1]["code"], rows[1]["zone"], rows[1]["investment"], rows[0]["investment"]) == ("p01", "z2", 100, None)


def test_a_workbook_has_a_frozen_header_and_no_formulas(system, world, tmp_path):
    actions.create(system, Source, {"code": "=1+1", "title": '=HYPERLINK("http://x","y")'})
    path = tmp_path / "a.xlsx"
    exports.write(resource("sources"), system.scope, "xlsx", path)
    rows = load_workbook(path).get_sheet_by_index(0).to_python()
    assert rows[-1][1:3] == ["=1+1", '=HYPERLINK("http://x","y")']
    import zipfile

    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and 'state="frozen"' in sheet and "<hyperlink" not in sheet
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_awkward_texts_and_long_numbers_survive(system, world, tmp_path, format):
    zone = world.zones[0].pk
    texts = ["=1+1", "'=1", "-5", "@x", "a\nb", "a\r\nb", " 前后空 ", "ＡＢＣ（全角）", "一，二;三\"四\"", "00123", "1e5", "_x0041_",
             "2022-06", "合计", "\ttab", "x" * 5000]
    actions.write(system, [
        Change("create", Project, {
            "code": f"t{n}", "name": text[:200], "zone": zone, "note": text, "investment": Decimal("123456789012.78"),
            "land_area_m2": Decimal("12345678.91") + n, "annual_output_cny": Decimal("0.01")})
        for n, text in enumerate(texts)
    ])
    path = tmp_path / f"a.{format}"
    count = exports.write(resource("projects"), system.scope, format, path)
    again = imports.run(system, resource("projects"), path, path.name)
    assert (again["ok"], again["updated"], again["created"], again["unchanged"]) == (True, 0, 0, count), again["errors"][:3]


def test_scope_decides_the_rows_and_the_right_to_export_is_asked(system, world):
    office = Actor.of(member(system, "office1", "chain_office", world.zones[0]), "page")
    assert {row["code"] for row in lines("projects", office.scope)} == {"p00", "p02", "p04"}
    with pytest.raises(Forbidden):
        lines("projects", Scope.nothing())
    mine = Project.everything.filter(code__in=["p00", "p01"])
    assert [row["code"] for row in lines("projects", office.scope, queryset=mine)] == ["p00"]


def test_rows_and_values_of_an_earlier_day_as_known_at_a_recording(system, world):
    first = ChainHead.objects.get().number
    row = Project.everything.get(code="p01")
    actions.change(system, row, {"name": "改名", "zone": world.zones[0].pk}, valid_on=date(2022, 6, 1))
    actions.withdraw(system, Project.everything.get(code="p02"), "重复")
    assert {row["code"]: row["name"] for row in lines("projects", system.scope)}["p01"] == "改名"
    earlier = lines("projects", system.scope, as_of=date(2022, 5, 31))
    assert [(row["name"], row["zone"]) for row in earlier if row["code"] == "p01"] == [("项目1", "z2")]
    assert "p02" not in {row["code"] for row in earlier}
    known_then = lines("projects", system.scope, as_of=date(2022, 12, 31), known_at=first)
    assert {row["code"]: row["name"] for row in known_then} == {f"p{n:02d}": f"项目{n}" for n in range(6)}
    events = lines("stage_events", system.scope, as_of=date(2021, 6, 30))
    assert events and max(row["date"] for row in events) <= "2021-06-30"
    assert lines("projects", system.scope, as_of=date(2022, 5, 31)) == earlier


def test_too_many_rows_for_a_workbook_are_refused_naming_csv(system, world, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "MOST_XLSX_ROWS", 3)
    with pytest.raises(Faulty) as refused:
        exports.write(resource("projects"), system.scope, "xlsx", tmp_path / "a.xlsx")
    assert "csv" in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_format_nobody_knows_is_refused(system, tmp_path):
    with pytest.raises(Faulty):
        exports.write(resource("projects"), system.scope, "pdf", tmp_path / "a.pdf")


def test_memory_and_queries_do_not_grow_with_the_rows(system, world, monkeypatch):
    """Within one chunk of rows; the million rows themselves are exported by the benchmark."""
    monkeypatch.setattr(exports, "CHUNK", 50)
    zone = world.zones[0].pk

    def cost(rows: int) -> tuple[int, int]:
        actions.write(system, [
            Change("create", Project, {"code": f"m{rows}-{n}", "name": "量", "zone": zone, "note": "x" * 2000})
            for n in range(rows)])

        class Sink(io.RawIOBase):
            def writable(self):
                return True

            def write(self, data):
                return len(data)

        tracemalloc.start()
        with CaptureQueriesContext(connection) as counted:
            exports.write(resource("projects"), system.scope, "csv", Sink())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak, len(counted)

    few, few_queries = cost(200)
    many, many_queries = cost(1400)
    assert many < few + 300_000
    # One query of investors a chunk is what grows.
    assert many_queries - few_queries <= 2 * (1400 // 50) + 2
