import pickle
import re

import pytest

from guatu.kernel.rules.refusals import TEMPLATES, BadCell, Refusal, quote


def test_a_refusal_is_a_value_error_with_code_params_and_sentence():
    refusal = BadCell("day_impossible", {"text": "2022-02-30", "month": "2022-02", "last": 28})
    assert isinstance(refusal, ValueError)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "day_impossible"
    assert refusal.params == {"text": "2022-02-30", "month": "2022-02", "last": 28}
    assert str(refusal) == refusal.message
    assert str(refusal) == (
        "There is no day “2022-02-30”: the days of 2022-02 run from 1 to 28. Correct the day."
    )


def test_a_caller_renders_the_sentence_in_its_own_language():
    refusal = BadCell("bool_unreadable", {"text": "也许"})
    chinese = {TEMPLATES["bool_unreadable"]: "“%(text)s”既不是“是”也不是“否”。"}
    assert chinese[TEMPLATES[refusal.code]] % refusal.params == "“也许”既不是“是”也不是“否”。"


def test_an_unknown_code_or_a_missing_value_fails_where_it_is_raised():
    with pytest.raises(KeyError):
        BadCell("no_such_code")
    with pytest.raises(KeyError):
        BadCell("bool_unreadable")


def test_every_template_is_made_of_full_sentences_that_say_what_to_do():
    for code, template in TEMPLATES.items():
        assert template.endswith("."), code
        assert len(re.findall(r"[.:;?](?= |$)", template)) >= 2, code
        assert "%%" not in template and not re.search(r"%(?!\(\w+\)s)", template), code


def test_a_refusal_crosses_a_process_boundary():
    refusal = pickle.loads(pickle.dumps(BadCell("bool_unreadable", {"text": "也许"})))
    assert refusal.code == "bool_unreadable"
    assert str(refusal) == "“也许” is neither yes nor no. Write 是 or 否."


def test_a_long_text_is_cut_and_a_huge_integer_is_not_written_out():
    assert quote("一" * 100) == "一" * 59 + "…"
    assert quote(10**5000) == "…"
