"""Two people changed one visit apart: what goes together is merged, what does not is asked, field by field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.outreach.rules.visit_merging import Clash, merge

BASE = {"minutes": "谈地", "met": "周总", "outcome": "follow_up", "units": [1, 2]}

#: (what the device typed, what the office has now, what is to be written, fields to be asked about), by hand.
CASES = {
    "nothing typed": ({}, {"met": "王总"}, {}, []),
    "office untouched": ({"minutes": "谈地价"}, {}, {"minutes": "谈地价"}, []),
    "different fields": ({"minutes": "谈地价"}, {"met": "王总"}, {"minutes": "谈地价"}, []),
    "the same thing": ({"met": "王总"}, {"met": "王总"}, {}, []),
    "the same field": ({"met": "李总"}, {"met": "王总"}, {}, ["met"]),
    "one of two": ({"met": "李总", "minutes": "谈地价"}, {"met": "王总"}, {"minutes": "谈地价"}, ["met"]),
    "emptied against changed": ({"minutes": ""}, {"minutes": "谈楼"}, {}, ["minutes"]),
    "taken back to the former": ({"met": "周总"}, {"met": "王总"}, {}, []),
    "order of units": ({"units": [2, 1]}, {"units": [2, 3]}, {}, []),
    "units": ({"units": [1]}, {"units": [2, 3]}, {}, ["units"]),
}


@pytest.mark.parametrize(("mine", "theirs", "written", "asked"), CASES.values(), ids=CASES)
def test_cases_worked_out_by_hand(mine, theirs, written, asked):
    found = merge(BASE, BASE | mine, BASE | theirs)
    assert found.changes == written
    assert [clash.field for clash in found.clashes] == asked
    for clash in found.clashes:
        assert clash == Clash(clash.field, BASE[clash.field], mine[clash.field], theirs[clash.field])


def test_white_space_at_the_end_is_no_change():
    assert merge({"met": "周总"}, {"met": "周总 \n"}, {"met": "王总"}).clashes == []


def test_a_field_the_device_does_not_know_stays():
    assert merge({"met": "a"}, {"met": "b"}, {"met": "a", "note": "x"}).changes == {"met": "b"}


values = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "1", "2", "3"]))
whole = st.fixed_dictionaries({name: st.sampled_from(["", "1", "2", "3"]) for name in "abcd"})


@given(whole, values, values)
def test_every_field_typed_is_written_asked_or_there_already(base, typed, changed):
    mine, theirs = base | typed, base | changed
    found = merge(base, mine, theirs)
    asked = {clash.field for clash in found.clashes}
    for name in base:
        if mine[name] == base[name] or mine[name] == theirs[name]:
            assert name not in found.changes and name not in asked
        elif theirs[name] == base[name]:
            assert found.changes[name] == mine[name]
        else:
            assert name in asked and name not in found.changes


@given(whole, values, values)
def test_sent_again_nothing_more_is_written(base, typed, changed):
    mine, theirs = base | typed, base | changed
    first = merge(base, mine, theirs)
    again = merge(base, mine, theirs | first.changes)
    assert again.changes == {} and again.clashes == first.clashes


@given(whole, values, values, st.randoms())
def test_what_the_person_picked_is_what_stands(base, typed, changed, random):
    mine, theirs = base | typed, base | changed
    found = merge(base, mine, theirs)
    picked = {clash.field: random.choice([clash.mine, clash.theirs]) for clash in found.clashes}
    chosen = theirs | found.changes | picked
    after = merge(theirs, chosen, theirs)  # sent again on what the office has now
    assert after.clashes == []
    assert theirs | after.changes == chosen
