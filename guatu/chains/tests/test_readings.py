"""A register read beforehand is mapped to the same as one read on the way, whatever chains ask."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guatu.chains import catalogue, readings
from guatu.chains.kernel import MappingKernel
from guatu.chains.reading_kernel import ReadingKernel
from guatu.chains.readings import READINGS, fresh
from guatu.chains.rules.scopes.tokens import holding_verbs
from guatu.chains.tests.labels import cases
from guatu.chains.tests.test_scopes_columns import ROWS, batch_of
from guatu.chains.tests.test_scopes_many import texts
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel.warehouse.duck import Duck

CHAINS = list(catalogue.shipped().values())
TERMS = sorted({term for chain in CHAINS for node in chain.nodes for term in node.terms})
READ, MAPPED = ReadingKernel(), MappingKernel(CHAINS)
_terms = st.sampled_from(TERMS)
_pieces = st.lists(_terms | texts | st.sampled_from(["、", "，", "；", "。", "：", "销售", "制造", "研发", " ", "1、", "代客户", "（", "）"]), max_size=8)
rows = st.tuples(
    st.none() | _pieces.map(lambda found: "某某" + "".join(found)), st.none() | _pieces.map("".join),
    st.none() | st.just("液晶面板的研发、生产和销售"), st.none() | st.just(""))  # fmt: skip


def assert_alike(some: list[tuple]) -> pa.RecordBatch:
    batch = batch_of(some)
    found, expected = MAPPED(READ(batch)), MAPPED(batch)
    assert found.to_pylist() == expected.to_pylist()
    return found


def test_the_labelled_texts_and_odd_rows():
    some = [*ROWS, *((case.name or "某某公司", case.text, None, None) for case in cases())]
    found = assert_alike(some)
    assert len(set(found["key"].to_pylist())) > len(cases()) / 2
    read = READ(batch_of(some))
    whole = sum(len(each) for each in read["apart"].to_pylist())
    assert 0 < whole < len(some) / 5


def test_a_name_that_is_no_plain_list():
    some = [("某某委托他人液晶面板制造厂", "液晶面板", None, None), ("某某1、液晶面板制造、锂电池销售厂", None, None, None),
            ("某某（1）液晶面板！锂电池制造厂", "1、液晶面板，2、锂电池销售；委托外部加工轴承", None, None)]
    assert assert_alike(some).num_rows >= 4


def test_every_term_alone_and_with_a_verb():
    """Terms in which a verb stands among them: 消毒柜 is a thing, whatever 消毒 is."""
    assert len(holding_verbs(TERMS)) > 100
    some = [(f"某某{term}有限公司", text, None, None) for term in TERMS for text in (term, f"轴承、{term}销售；{term}")]
    assert_alike(some)


@given(st.lists(rows, max_size=6))
@settings(max_examples=300, deadline=None)
def test_random_texts(some):
    assert_alike(some)


def test_a_batch_of_nothing():
    assert assert_alike([]).num_rows == 0
    assert assert_alike([(None, None, None, None), ("", "", "", "")]).num_rows == 0


def test_a_part_of_a_batch_is_read_as_that_part():
    batch = READ(batch_of(ROWS))
    assert MAPPED(batch.slice(3, 6)).to_pylist() == MAPPED(batch_of(ROWS[3:9])).set_column(
        MAPPED.schema.get_field_index("key"), "key", MAPPED(batch.slice(3, 6))["key"]).to_pylist()


# -- the dataset ---------------------------------------------------------------------------------------------------


@pytest.fixture
def register(settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    return publish("某某背光模组制造有限公司")


def publish(*names: str):
    draft = REGISTER.draft()
    table = pa.Table.from_pylist([{"key": name, "name": name} for name in names], REGISTER.schema)
    return draft.publish([draft.write("one", table, "37")], {})


def test_it_is_made_once(register):
    first = fresh(register, Duck())
    assert (first.number, first.rows) == (1, 1)
    assert fresh(register, Duck()) == first == READINGS.snapshot()


def test_another_register_or_other_rules_make_it_anew_and_former_ones_go(register, monkeypatch):
    fresh(register, Duck())
    assert fresh(publish("甲公司", "乙公司"), Duck()).rows == 2
    monkeypatch.setattr(readings, "rules_mark", lambda: "another")
    third = fresh(REGISTER.snapshot(), Duck())
    assert third.number == 3
    assert sorted(path.name for path in (READINGS.folder / "snapshots").iterdir()) == ["000002.json", "000003.json"]
    assert len(list((READINGS.folder / "parts").iterdir())) == 2


def test_every_rule_by_which_texts_are_read_is_in_the_mark(monkeypatch, tmp_path):
    before = readings.rules_mark.__wrapped__()
    for path in readings.rule_files():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    copies = sorted(tmp_path.iterdir())
    assert {"words.yaml", "tokens.py", "segments.py", "clearing.py", "saying.py"} <= {path.name for path in copies}
    monkeypatch.setattr(readings, "rule_files", lambda: copies)
    (tmp_path / "words.yaml").write_text("# another\n", encoding="utf-8")
    assert readings.rules_mark.__wrapped__() != before
