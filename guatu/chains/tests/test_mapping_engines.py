"""The kernel gives the same mappings on DuckDB and on Spark: Sail answers in `make test`, PySpark in `make test-all`."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from guatu.chains import mapping
from guatu.chains.mappings import MAPPINGS
from guatu.chains.tests.labels import cases
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel import sheet_probe
from guatu.kernel.errors import Refused
from guatu.kernel.warehouse.duck import Duck
from guatu.kernel.warehouse.spark import Spark
from tools.spark import connect_server

ORDER = [("key", "ascending"), ("chain", "ascending"), ("node", "ascending")]


pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.fixture
def register(settings, tmp_path):
    """The labelled scopes and names as two provinces of a register, with odd rows among them."""
    settings.GUATU_HOME = tmp_path
    rows = [{"key": case.id, "name": case.name or "某某公司", "scope": case.text} for case in cases()]
    rows += [
        {"key": "empty", "name": "空无公司", "scope": None},
        {"key": "wide", "name": "宽字公司", "scope": "生产：ＬＥＤ 显 示 屏；销售：液晶电视"},
        {"key": "named", "name": "某某液晶面板制造有限公司", "scope": ""},
        {"key": "listed", "name": "上市公司", "scope": None, "main_business": "液晶面板的研发、生产和销售", "products": "液晶面板"},
    ]
    draft = REGISTER.draft()
    half = len(rows) // 2
    draft.publish([
        draft.write("one", pa.Table.from_pylist(rows[:half], REGISTER.schema), "37"),
        draft.write("other", pa.Table.from_pylist(rows[half:], REGISTER.schema), "44"),
    ], {})
    return rows


def mapped(engine) -> tuple[mapping.Mapped, pa.Table]:
    found = mapping.map_register(engine)
    table = pa.concat_tables(pq.read_table(path, schema=MAPPINGS.schema) for path in MAPPINGS.snapshot().files())
    return found, table.sort_by(ORDER)


def assert_alike(one, other) -> None:
    assert one[1].num_rows > 300
    assert one[1].equals(other[1])
    told = [(found.enterprises, found.mapped, found.mappings) for found, _table in (one, other)]
    assert told[0] == told[1]


def test_sail_maps_as_duckdb_does(register, sail):
    assert_alike(mapped(Duck()), mapped(sail))


@pytest.mark.slow
@pytest.mark.thirdparty
def test_pyspark_maps_and_answers_as_duckdb_does(register):
    with connect_server() as address:
        assert_alike(mapped(Duck()), mapped(Spark(address)))


def test_without_a_register_nothing_is_mapped(settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    with pytest.raises(Refused, match="guatu register import"):
        mapping.map_register(Duck())


def test_a_second_run_makes_the_next_snapshot(register):
    first, table = mapped(Duck())
    second, again = mapped(Duck())
    assert (first.enterprises, first.mapped, first.mappings) == (second.enterprises, second.mapped, second.mappings)
    assert table.equals(again) and MAPPINGS.snapshot().number == 2
    assert first.enterprises == len(register)


def test_a_workbook_is_read_by_a_process_that_talks_to_spark(sail, tmp_path):
    """gRPC ends what such a process forks before it becomes another program."""
    assert sail.query("select 1 as one", {})["one"].to_pylist() == [1]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write(0, 0, "代码")
    assert sheet_probe.survives(tmp_path / "a.xlsx")
