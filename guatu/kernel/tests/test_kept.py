"""What is known at a recording is read once; a write, and a write taken back, are seen by the next question."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guatu.kernel import actions, kept, queries
from guatu.kernel.models import Organisation, ParameterValue
from guatu.kernel.recording import known
from guatu.projects.queries.moment import moment

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = date(2022, 6, 30)


def test_the_same_mark_reads_once_and_no_mark_every_time():
    reads = []

    def read():
        reads.append(len(reads))
        return len(reads)

    assert [kept.once("it", "a", read) for _time in range(3)] == [1, 1, 1]
    assert kept.once("it", "b", read) == 2
    assert kept.once("other", "a", read) == 3
    assert [kept.once("it", "", read) for _time in range(2)] == [4, 5]
    for place in range(kept.MOST):
        kept.once("it", f"later {place}", read)
    assert kept.once("it", "a", read) == len(reads) > 5 + kept.MOST


@pytest.fixture
def zone(system):
    return actions.create(system, Organisation, {"code": "z", "name": "旧名", "kind": "development_zone"})


def names():
    return {values["name"] for values in moment(DAY).organisations.values()}


def test_a_write_is_seen_by_the_next_question(system, zone):
    assert names() == {"旧名"}
    with CaptureQueriesContext(connection) as asked:
        assert names() == {"旧名"}
    assert len(asked) == 1  # the chain's head alone
    actions.change(system, zone, {"name": "新名"}, correction=True, reason="写错")
    assert names() == {"新名"}
    actions.create(system, ParameterValue, {
        "key": "projects.lights.yellow_workdays", "organisation": zone.pk, "value": 3, "valid_on": date(2022, 1, 1)})
    assert moment(DAY).yellow_workdays(zone.pk) == 3
    assert moment(date(2021, 6, 30)).yellow_workdays(zone.pk) != 3


def test_a_write_that_is_taken_back_leaves_nothing(system, zone):
    assert names() == {"旧名"}

    class TakenBack(Exception):
        pass

    with pytest.raises(TakenBack), transaction.atomic():
        actions.change(system, zone, {"name": "新名"}, correction=True, reason="写错")
        assert names() == {"新名"}
        raise TakenBack
    assert names() == {"旧名"}


def test_what_was_known_earlier_stays(system, zone):
    then = known(None).instant
    actions.change(system, zone, {"name": "新名"}, correction=True, reason="写错")
    assert {values["name"] for values in moment(DAY, then).organisations.values()} == {"旧名"}
    assert names() == {"新名"}


def test_the_instant_of_the_head_waits_for_no_writer(system, zone):
    newest = known(None)
    with CaptureQueriesContext(connection) as asked:
        assert known(newest.instant) == newest
    assert len(asked) == 1
    assert queries.newest() == newest.number
