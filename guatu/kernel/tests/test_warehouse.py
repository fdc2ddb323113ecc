"""The warehouse: snapshots that do not change, drafts nobody sees, and the same answers from each engine."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from guatu.kernel.errors import Conflict
from guatu.kernel.warehouse import Dataset, engine

SCHEMA = pa.schema([("name", pa.string()), ("day", pa.date32()), ("area_m2", pa.decimal128(18, 2))])
LENGTHS = pa.schema([("name", pa.string()), ("length", pa.int32())])


def rows(*names):
    return pa.Table.from_pydict(
        {"name": list(names), "day": [date(2022, 1, place + 1) for place in range(len(names))], "area_m2": [1] * len(names)},
        SCHEMA,
    )


@dataclass
class Lengths:
    """A kernel: the length of each name that has any."""

    schema: pa.Schema

    def __call__(self, batch):
        names = [name for name in batch["name"].to_pylist() if name]
        return pa.RecordBatch.from_pydict({"name": names, "length": [len(name) for name in names]}, self.schema)


@pytest.fixture
def dataset(settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    return Dataset("plots", SCHEMA)


def published(dataset, *names, keep=()):
    draft = dataset.draft()
    return draft.publish([*keep, draft.write("one", rows(*names), "37")], {"source": "a list"})


def test_nothing_was_published(dataset):
    assert dataset.snapshot() is None


def test_a_snapshot_stays_what_it_was(dataset):
    before = published(dataset, "甲", "乙")
    after = published(dataset, "丙", keep=before.parts)
    assert (before.rows, after.rows, dataset.snapshot()) == (2, 3, after)
    assert dataset.snapshot(known_at=before.published_at) == before
    assert dataset.snapshot(known_at=datetime(2000, 1, 1, tzinfo=UTC)) is None
    assert after.facts == {"source": "a list"} and after.mark == "plots:2"
    assert len(after.files(["37"])) == 2 and after.files(["11"]) == []


def test_of_two_who_renew_it_one_is_refused(dataset):
    one, other = dataset.draft(), dataset.draft()
    one.publish([one.write("a", rows("甲"))], {})
    with pytest.raises(Conflict):
        other.publish([other.write("a", rows("乙"))], {})
    assert dataset.snapshot().rows == 1


def test_a_draft_with_a_name_goes_on_and_is_tidied_away(dataset):
    dataset.draft("begun").write("a", rows("甲"))
    again = dataset.draft("begun")
    assert again.has("a") and again.part("a").rows == 1 and not again.has("b")
    assert dataset.tidy(keep_drafts=["begun"]) == 0
    assert dataset.tidy() == 1 and not again.has("a")


def test_tidying_leaves_what_any_snapshot_holds(dataset):
    before = published(dataset, "甲")
    published(dataset, "乙")
    assert dataset.tidy() == 0
    assert engine("duckdb").query("select name from plots", {"plots": before}).to_pylist() == [{"name": "甲"}]


def test_a_query_takes_values_and_rows_in_memory(dataset):
    found = published(dataset, "甲", "乙", "丙")
    left = pa.table({"name": ["乙"]})
    answer = engine("duckdb").query(
        "select name, area_m2 from plots where day >= :day and name not in (select name from left_out) order by name",
        {"plots": found, "left_out": left}, day=date(2022, 1, 2), unused=1,
    )
    assert [row["name"] for row in answer.to_pylist()] == ["丙"]
    assert answer.schema.field("area_m2").type == pa.decimal128(18, 2)


def test_a_kernel_runs_over_every_row(dataset):
    found = published(dataset, "甲", "", "丙丙")
    lengths = Dataset("lengths", LENGTHS)
    draft = lengths.draft()
    told = []
    parts = engine("duckdb").map(found, Lengths(LENGTHS), draft, ["name"], lambda done, total: told.append((done, total)))
    made = draft.publish(parts, {})
    answer = engine("duckdb").query("select name, length from lengths order by name", {"lengths": made})
    assert answer.to_pylist() == [{"name": "丙丙", "length": 2}, {"name": "甲", "length": 1}]
    assert told == [(3, 3)]
