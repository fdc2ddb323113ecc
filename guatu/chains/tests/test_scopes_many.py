"""Reading scopes for many vocabularies gives what reading them for each gives, and the shortcuts on the way change nothing."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guatu.chains.rules.scopes import Reader, clearing, many, words
from guatu.chains.rules.scopes.many import ManyReader
from guatu.chains.rules.scopes.plain import plain
from guatu.chains.tests.labels import cases
from guatu.chains.tests.test_scope_roles import LICENCE, PIECES

TERMS = sorted({term for case in cases() for term in case.judged})
HALVES = {"even": TERMS[::2], "odd": TERMS[1::2]}  # a term of one lies inside a longer term of the other
READERS = {name: Reader(terms) for name, terms in HALVES.items()}
MANY = ManyReader(HALVES)

# What begins with, or looks for, one of the signs in words.py, besides the pieces of the one-by-one tests.
MARKED = [
    LICENCE, "须经审批的", "凭许可证经营", "以上范围", "国家限定的", "有效期内", "没有", "非", "无", "停止", "不", "除", "不包",
    "应用于", "为客户提供", "原材料为", "曾从事", "持有股权", "以钢为原料", "所用", "下属分厂", "以下限分公司经营", "委托他人加工",
    "由供应商生产", "产销", "副产", "代工", "售", "上述产品", "工程施工", "集", "国内领先的", "本厂", "1、", "2.", "!", "fabless",
]  # fmt: skip
texts = st.lists(st.sampled_from([*PIECES, *MARKED, " "]), max_size=20).map("".join)


def one_by_one(text: str) -> list[tuple]:
    return sorted(
        (name, plain(found.term).text, found.role, found.start, found.end, found.verb)
        for name, reader in READERS.items()
        for found in reader.scope(text)
    )


def at_once(text: str, reader: ManyReader = MANY) -> list[tuple]:
    form = plain(text)
    fabless = Reader.is_fabless(text)
    return sorted(
        (
            name, read.form, "develops" if fabless and read.role == "makes" else read.role,
            *form.original(read.start, read.end), form.original(*read.verb),
        )
        for read in reader.read(form.text, form.gaps)
        for name in read.vocabularies
    )  # fmt: skip


# -- both readings -------------------------------------------------------------------------------------------------


def test_labelled_cases_are_read_alike():
    for case in cases():
        assert at_once(case.text) == one_by_one(case.text), case.id


@given(texts)
@settings(max_examples=500, deadline=None)
def test_scopes_are_read_alike(text):
    assert at_once(text) == one_by_one(text)


ITEMS = [
    "轴承", "轴承制造", "销售电机", "研发", "轴承销售电机", "轴承的生产", "销售：电机", "从事轴承", "轴承制造与维修", "生产的电机", "（汽车）",
    "1.轴承", "",
]  # fmt: skip


def test_items_side_by_side_are_read_alike():
    """Every order of three items: whichever of them is read in a part of its own."""
    for first, second, third in product(ITEMS, repeat=3):
        for one, other in ("、、", "，，", "、，", "，、"):
            text = f"{first}{one}{second}{other}{third}"
            assert at_once(text) == one_by_one(text), text


@pytest.mark.parametrize("heading", ["批发零售；", "销售：电机；", "生产：；", "轴承；", "制造、销售。"])
def test_a_verb_that_reaches_over_a_semicolon_reaches_every_part(heading):
    for first, second in product(ITEMS, repeat=2):
        text = f"{heading}{first}，{second}；{second}、{first}"
        assert at_once(text) == one_by_one(text), text


# -- signs ---------------------------------------------------------------------------------------------------------


class EverySign:
    """A finder that finds every one of some signs wherever it is asked."""

    def __init__(self, signs: int) -> None:
        self.found = [(sign, 0, 0) for sign in range(signs)]

    def find_matches_as_indexes(self, text: str, overlapping: bool = False) -> list[tuple[int, int, int]]:
        return self.found


def all_cleared(text: str, patched: pytest.MonkeyPatch) -> str:
    with patched.context() as patch:
        patch.setattr(clearing, "_SIGNS", EverySign(len(clearing.SIGN_WORDS)))
        patch.setattr(clearing, "_BRANCH_SIGN", re.compile(""))
        return clearing.clear(text)


def test_the_signs_of_what_is_cleared_miss_nothing_labelled(monkeypatch):
    for case in cases():
        for text in (case.text, case.name):
            form = plain(text).text
            assert clearing.clear(form) == all_cleared(form, monkeypatch), text


@given(texts)
@settings(max_examples=500, deadline=None)
def test_the_signs_of_what_is_cleared_miss_nothing(text):
    form = plain(text).text
    assert clearing.clear(form) == all_cleared(form, pytest.MonkeyPatch)


def test_each_group_of_signs_is_asked():
    groups = (words.LICENCE_SIGNS, words.NEGATION_SIGNS, words.EXCLUSION_SIGNS, words.PURPOSE_SIGNS)
    assert set().union(*groups) == set(clearing.SIGN_WORDS)


def test_an_uncut_stretch_is_read_like_its_items(monkeypatch):
    """With ACROSS in every stretch, none is cut."""
    expected = [at_once(case.text) for case in cases()]
    monkeypatch.setattr(many, "_ACROSS", re.compile(""))
    reader = ManyReader(HALVES)
    assert [at_once(case.text, reader) for case in cases()] == expected
