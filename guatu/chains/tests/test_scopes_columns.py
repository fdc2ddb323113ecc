"""A column of scopes read at once gives what reading them one by one gives, and the shortcuts on the way change nothing."""

import re
from itertools import product

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guatu.chains import catalogue
from guatu.chains.kernel import MappingKernel
from guatu.chains.reading_kernel import COLUMNS
from guatu.chains.rules.mapping import Mapper
from guatu.chains.rules.scopes import Reader, forms, known, words
from guatu.chains.rules.scopes.columns import _BEFORE_COMMA, ColumnReader
from guatu.chains.rules.scopes.lexing import ManyLexer
from guatu.chains.rules.scopes.literals import literals
from guatu.chains.rules.scopes.many import ManyReader
from guatu.chains.rules.scopes.plain import plain
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.chains.tests.labels import cases
from guatu.chains.tests.test_scopes_many import HALVES, ITEMS, one_by_one, texts
from guatu.enterprises.register.dataset import SCHEMA

COLUMN = ColumnReader(HALVES)
HEADINGS = ["", "批发零售；", "销售：电机；", "生产：；", "轴承；", "制造、销售。", "一般经营项目：轴承；", "生产经营用于轴承、电机；"]


def at_once(column: list[str], reader: ColumnReader = COLUMN) -> tuple[list[list[tuple]], int]:
    """What is found in each text, as `one_by_one` tells it, and how many were read one by one after all."""
    forms = [plain(text) for text in column]
    gaps = {place: form.gaps for place, form in enumerate(forms) if form.gaps}
    reads, apart = reader.read(pl.Series([form.text for form in forms], dtype=pl.String), gaps)
    found: list[list[tuple]] = [[] for _ in column]
    for place, form, owners, role, start, end, *verb in zip(*(each.tolist() for each in reads), strict=True):
        add(found[place], column[place], forms[place], reader.forms[form], reader.known.owners[owners], STRENGTH[role], start, end, verb)
    rest = list(apart)
    for place in rest:
        for read in reader.one_by_one.read(forms[place].text, forms[place].gaps):
            add(found[place], column[place], forms[place], read.form, read.vocabularies, read.role, read.start, read.end, read.verb)
    return [sorted(each) for each in found], len(rest)


def add(found, text, form, term, vocabularies, role, start, end, verb) -> None:
    role = "develops" if Reader.is_fabless(text) and role == "makes" else role
    found += [(name, term, role, *form.original(start, end), form.original(*verb)) for name in vocabularies]


def test_labelled_cases_are_read_alike():
    column = [case.text for case in cases()]
    found, rest = at_once(column)
    assert found == [one_by_one(text) for text in column]
    assert rest < len(column) / 10


@given(st.lists(texts, max_size=6))
@settings(max_examples=500, deadline=None)
def test_columns_are_read_alike(column):
    assert at_once(column)[0] == [one_by_one(text) for text in column]


def test_items_side_by_side_are_read_alike():
    """Every order of three items: whichever of them is read in a part of its own."""
    column = [
        f"{first}{one}{second}{other}{third}"
        for first, second, third in product(ITEMS, repeat=3)
        for one, other in ("、、", "，，", "、，", "，、")
    ]
    assert at_once(column)[0] == [one_by_one(text) for text in column]


def test_a_verb_that_reaches_over_a_semicolon_reaches_every_part():
    column = [
        f"{heading}{first}，{second}；{second}、{first}" for heading in HEADINGS for first, second in product(ITEMS, repeat=2)
    ]
    assert at_once(column)[0] == [one_by_one(text) for text in column]


def test_white_space_between_any_two_items_is_read_alike():
    column = [
        f"{first}{one}{second}{other}{third}"
        for first, second, third in product(ITEMS, repeat=3)
        for one, other in ((" ", "、"), ("、 ", "，"), ("， ", " "), (" 、", "；"), ("。　", " ，"))
    ]
    found, rest = at_once(column)
    assert found == [one_by_one(text) for text in column]
    assert rest == sum("1." in text for text in column)


@given(st.lists(st.lists(st.sampled_from([*ITEMS, *HEADINGS, " ", "　", "、", "，", "；", "(限分支机构)"]), max_size=9), max_size=4))
@settings(max_examples=500, deadline=None)
def test_white_space_anywhere_is_read_alike(column):
    column = ["".join(parts) for parts in column]
    assert at_once(column)[0] == [one_by_one(text) for text in column]


def test_no_pattern_tells_the_marks_apart_but_one():
    told = [pattern for pattern in (*words.STOCK, words.NAMELESS, words.THING_NAMES, words.FILLERS) if ("," in pattern) != ("、" in pattern)]
    assert [pattern for pattern in told if "体系|矩阵" not in pattern and "委托" not in pattern] == []


def test_white_space_before_a_text_is_no_gap():
    chains = list(catalogue.shipped().values())
    alone = [("某某背光模组厂", " 背光模组制造", None, None), ("某某公司", "\u3000背光模组制造", None, None)]
    batch = batch_of(alone)
    found = MappingKernel(chains)(batch).select(["key", "node", "start"]).to_pylist()
    assert {(row["key"], row["start"]) for row in found if row["node"] == "backlight"} >= {("0", 1), ("1", 1)}, found


# 集 is passed over in 集装卸、仓储于一体; it begins this term all the same.
BEGINS_PASSED_OVER = {
    "集散控制系统销售": [("集散控制系统", "sells")],
    "销售集散控制系统": [("集散控制系统", "sells")],
    "集散控制系统制造，阀门批发": [("集散控制系统", "makes"), ("阀门", "sells")],
    "阀门批发、集散控制系统制造": [("集散控制系统", "makes"), ("阀门", "sells")],
    "生产阀门。集散控制系统批发": [("集散控制系统", "sells"), ("阀门", "makes")],
    "生产；集散控制系统": [("集散控制系统", "makes")],
}


def test_a_term_may_begin_with_a_word_that_is_passed_over():
    terms = {"all": ["集散控制系统", "阀门", "集"]}
    reader, many = ColumnReader(terms), ManyReader(terms)
    for text, expected in BEGINS_PASSED_OVER.items():
        reads, _apart = reader.read(pl.Series([plain(text).text]))
        told = {(reader.forms[form], STRENGTH[role]) for form, role in zip(reads.form, reads.role, strict=True)}
        assert told == set(expected), text
        assert {(read.form, read.role) for read in many.read(plain(text).text)} == set(expected), text
        assert {(found.term, found.role) for found in Reader(terms["all"]).scope(text)} == set(expected), text


def test_a_column_of_nothing():
    assert at_once([])[0] == []
    assert at_once(["", "无"])[0] == [[], []]


def test_what_was_met_before_changes_nothing():
    """The same texts in another order, in other columns, with what is known thrown away between them."""
    column = [case.text for case in cases()]
    expected = dict(zip(column, at_once(column)[0], strict=True))
    reader = ColumnReader(HALVES)
    for some in (column[::3], column[1::3], column[::-1]):
        assert at_once(some, reader)[0] == [expected[text] for text in some]
    reader.known._clear()
    assert at_once(column, reader)[0] == [expected[text] for text in column]


@given(st.lists(texts, max_size=4))
@settings(max_examples=200, deadline=None)
def test_items_without_words_are_goods(column):
    """Every item lexed gives the same as only those that may hold words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known, "may_hold_words", lambda pieces: pieces.is_not_null())
        assert at_once(column, ColumnReader(HALVES))[0] == at_once(column)[0]


def is_item(piece: str) -> bool:
    """Whether it may come before the lexer: what numbers, and what is read across goods, is read one by one."""
    return not any(char in "0123456789!;。" for char in piece) and not any(word in piece for word in ("委托", "交由", "由"))


@given(texts.filter(lambda text: len(text) > 1))
@settings(max_examples=1000, deadline=None)
def test_the_marks_beside_an_item_are_as_good_as_each_other(text):
    """But for 产品线， as `_BEFORE_COMMA` says."""
    items = COLUMN.one_by_one.items
    for piece in filter(is_item, re.split("[、,。;]", plain(text).text)):
        expected = items.item(f",{piece},")[:3]
        for before, behind in product("、,", repeat=2):
            if not re.search(_BEFORE_COMMA, piece + behind):
                assert items.item(before + piece + behind)[:3] == expected, (before, piece, behind)


pieces = texts.map(lambda text: "," + plain(text).text + "、").filter(is_item)


@given(st.lists(pieces, min_size=1, max_size=8))
@settings(max_examples=500, deadline=None)
def test_runs_of_words_are_lexed_like_whole_items(contexts):
    items = COLUMN.one_by_one.items
    lexed = ManyLexer(items)(contexts)
    ends = np.cumsum(lexed.events)
    for place, context in enumerate(contexts):
        alone = items.lexed(context)
        which = slice(ends[place] - lexed.events[place], ends[place])
        spans = tuple(zip(lexed.span_start[which].tolist(), lexed.span_end[which].tolist(), strict=True))
        assert (lexed.shape[place], spans, lexed.tokens(place)) == (alone.shape, alone.spans, alone.tokens), context


def test_a_pattern_names_its_pieces():
    assert literals("(?:为主)?产品(?:线|面)(?=的)") == ({"为主", "产品"}, {"线", "面", "的"})
    assert literals("[售卖]价?") == ({"售", "卖"}, {"价"})
    with pytest.raises(ValueError, match="names no pieces"):
        literals("产.品")


def test_no_pattern_of_the_lexer_says_what_it_does_not_take_but_one():
    """Else a character of goods could be part of a word."""
    for pattern in (*words.STOCK, words.NAMELESS, words.THING_NAMES, words.FILLERS):
        assert "[^" not in pattern or "委托" in pattern, pattern


# -- plain forms ---------------------------------------------------------------------------------------------------


def test_characters_of_the_table_have_the_plain_form_it_tells():
    assert [plain(char).text for char in forms._SAME] == list(forms._SAME)
    assert [len(plain(char).text) for char in forms._SHORT] == [1] * len(forms._SHORT)
    assert all(len(plain(char).text) > 1 for char in forms.LONGER)


@given(st.text(alphabet="轴承Ａ；、 \u3000\t", max_size=12))
def test_gaps_stand_where_white_space_stood(text):
    assert forms.places_of(text).gaps == plain(text).gaps


# -- the kernel ----------------------------------------------------------------------------------------------------

# name, scope, main_business, products: nulls, full width, white space, brackets, a name that says something, a firm that
# tells its products, one without works of its own.
ROWS = [
    ("某某一公司", None, None, None),
    (None, "液晶面板制造", None, None),
    ("", "", "", ""),
    ("某某光电有限公司", "生产：背光模组；销售：液晶面板", None, None),
    ("某某汽车零部件制造有限公司", "汽车零部件、ＬＥＤ显示屏　销售", None, None),
    ("某某轴承有限公司", "机器人 工业机器人制造\t销售", None, None),
    ("某某集成电路设计有限公司", "集成电路设计；集成电路制造(限分支机构)；Fabless 芯片生产", None, None),
    ("某某显示股份有限公司", "液晶面板制造、销售", "液晶面板、显示模组的研发、生产和销售", "液晶面板；显示模组"),
    ("某某贸易有限公司", "①液晶面板②锂电池　批发", None, "液晶面板"),
    ("某某Ⅱ类液晶面板有限公司", "Ⅲ类医疗器械；〓ⅠＬＥＤ显示屏销售；工作于－20℃的锂电池的制造", None, None),
    ("某某背光模组有限公司", " 背光模组制造", None, None),
    ("某某 液晶面板 有限公司", "液晶面板 锂电池批发；工业机器人", None, None),
    ("某某电池制造厂", "锂电池、动力电池制造，（不含危险化学品）", "", None),
]


def batch_of(rows: list[tuple]) -> pa.RecordBatch:
    told = {name: [row[place] for row in rows] for place, name in enumerate(("name", "scope", "main_business", "products"))}
    told["key"] = [str(row) for row in range(len(rows))]
    return pa.RecordBatch.from_arrays(
        [pa.array(told.get(name, [None] * len(rows)), SCHEMA.field(name).type) for name in COLUMNS], names=list(COLUMNS)
    )


def test_the_kernel_maps_like_the_mapper():
    chains = list(catalogue.shipped().values())
    batch = batch_of(ROWS)
    mapper = Mapper(chains)
    expected = []
    for row, (name, scope, business, products) in enumerate(ROWS):
        fields = {"scope": scope, "main_business": business, "products": products}
        for one in mapper.read(name or "", {field: text for field, text in fields.items() if text}):
            verb = one.verb or (None, None)
            expected.append((
                str(row), one.chain, one.node, one.role, one.confidence, one.field, one.start, one.end, *verb, one.term,
            ))  # fmt: skip
    columns = ("key", "chain", "node", "role", "confidence", "field", "start", "end", "verb_start", "verb_end", "term")
    found = [
        tuple(float(value) if name == "confidence" else value for name, value in row.items())
        for row in MappingKernel(chains)(batch).select(list(columns)).to_pylist()
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert len({row[0] for row in found}) >= 6
