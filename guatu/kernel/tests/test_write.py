"""The one door in, on both databases."""


import pytest

from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.models import HistoryEntry, Organisation, Recording, Source

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_creating_and_changing_leaves_statements_and_chained_history(system):
    source = actions.create(system, Source, {"code": "s1", "title": "一篇报道", "kind": "article"})
    zone = actions.create(system, Organisation, {"code": "z1", "name": "开发区", "kind": "city", "source": source.pk})
    zone = actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "新区"})
    assert Organisation.everything.get(pk=zone.pk).name == "新区"
    assert [entry.verb for entry in HistoryEntry.objects.order_by("id")] == [
        "kernel.source.created", "kernel.organisation.created", "kernel.organisation.changed",
    ]
    numbers = list(Recording.objects.order_by("number").values_list("number", "previous_hash", "hash"))
    assert [previous for _number, previous, _hash in numbers[1:]] == [seal for _number, _previous, seal in numbers[:-1]]


def test_a_change_that_states_nothing_new_leaves_no_recording(system):
    zone = actions.create(system, Organisation, {"code": "z1", "name": "开发区", "kind": "city"})
    before = Recording.objects.count()
    actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "开发区"})
    assert Recording.objects.count() == before


def test_the_same_code_twice_is_refused_with_a_sentence(system):
    actions.create(system, Organisation, {"code": "z1", "name": "开发区", "kind": "city"})
    with pytest.raises(Refusals) as refused:
        actions.create(system, Organisation, {"code": "z1", "name": "另一个", "kind": "city"})
    assert refused.value.field == "code"
    assert Organisation.everything.count() == 1


def test_a_stale_edit_is_a_conflict(system):
    from guatu.kernel.errors import Conflict
    from guatu.kernel.recording import head

    zone = actions.create(system, Organisation, {"code": "z1", "name": "开发区", "kind": "city"})
    seen = head().number
    actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "甲"})
    with pytest.raises(Conflict):
        actions.change(system, Organisation.everything.get(pk=zone.pk), {"name": "乙"}, planned_at=seen)
    assert Organisation.everything.get(pk=zone.pk).name == "甲"
