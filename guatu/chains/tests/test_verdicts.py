"""A person's word on a mapping goes before what the texts say, is dated, survives a re-run and can be taken back."""

from __future__ import annotations

from datetime import date

import pytest

from guatu.chains.actions import judge_mapping, withdraw_verdict
from guatu.chains.models import MappingVerdict
from guatu.chains.queries import node_enterprises, panorama
from guatu.chains.rules.standing import Counts
from guatu.chains.tests.standing_world import declare_zones, publish_world
from guatu.kernel import recording
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Forbidden, NotFound, Refused
from guatu.kernel.models import HistoryEntry, Organisation
from guatu.kernel.queries import newest
from guatu.kernel.scope import Actor
from guatu.kernel.undo import undo
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
DAY = date(2019, 12, 31)


@pytest.fixture
def world(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    publish_world()
    return declare_zones(system)


@pytest.fixture
def office(system, world):
    return Actor.of(member(system, "office", "chain_office", Organisation.everything.get(code="c")), "web")


def tv(day=DAY, **options):
    return panorama("nd", "z", day, **options).node("tv").makers.here


def test_a_rejected_mapping_leaves_the_counts_and_survives_a_re_run(office):
    judge_mapping(office, "k01", "nd", "tv", "reject", "只做电视外壳")
    found = panorama("nd", "z", DAY)
    assert (found.node("tv").makers.here, found.node("tv").capital_cny.value, found.coverage.rejected) == (2, 350, 1)
    assert [row.key for row in node_enterprises("nd", "tv", "z", "makes", DAY).rows] == ["k02", "k07"]
    publish_world()
    assert tv() == 2
    assert tv(date(2017, 12, 31)) == 3  # of 4: by default it holds since the enterprise was registered


def test_a_confirmation_with_a_role_adds_what_no_text_shows(office):
    judge_mapping(office, "k14", "nd", "polariser", "confirm", "走访核实", role="makes")
    found = panorama("nd", "z", DAY)
    assert found.node("polariser").makers == Counts(1, 1, 3, 6)
    assert (found.node("polariser").status, found.coverage.confirmed, found.coverage.mapped_here) == ("weak", 1, 6)
    listing = node_enterprises("nd", "polariser", "z", "makes", DAY)
    row = listing.rows[0]
    assert listing.total == len(listing.rows) == 1
    assert (row.key, row.verdict, row.by, row.reason, row.field, row.excerpt) == ("k14", "confirm", "office", "走访核实", "", "")


def test_a_confirmation_may_change_the_role(office):
    judge_mapping(office, "k06", "nd", "polariser", "confirm", "去年起自产", role="makes")
    node = panorama("nd", "z", DAY).node("polariser")
    assert (node.makers.here, node.sellers.here) == (1, 0)


def test_a_confirmation_of_what_stands_changes_no_count(office):
    judge_mapping(office, "k01", "nd", "tv", "confirm", "看过生产线")
    assert tv() == 3
    assert [row.verdict for row in node_enterprises("nd", "tv", "z", "makes", DAY).rows] == ["", "confirm", ""]


def test_a_verdict_from_a_day_on_leaves_the_days_before(office):
    judge_mapping(office, "k01", "nd", "tv", "reject", "已停产", valid_on=date(2019, 1, 1))
    assert (tv(date(2018, 12, 31)), tv(date(2019, 1, 1))) == (3, 2)


def test_the_last_word_counts_and_what_was_known_stays(office):
    row = judge_mapping(office, "k01", "nd", "tv", "reject", "只做外壳")
    rejected = recording.Recording.objects.get(number=row.recording_number).instant
    assert tv() == 2
    judge_mapping(office, "k01", "nd", "tv", "confirm", "二期已投产")
    assert (tv(), tv(known_at=rejected)) == (3, 2)
    assert MappingVerdict.everything.filter(superseded_by=None).count() == 1
    assert HistoryEntry.objects.filter(subject_type="chains.mappingverdict").count() == 2


def test_a_verdict_withdrawn_or_undone_restores_the_mapping(office):
    judge_mapping(office, "k01", "nd", "tv", "reject", "只做外壳")
    withdraw_verdict(office, "k01", "nd", "tv", "看错了企业")
    assert tv() == 3
    with pytest.raises(NotFound) as refused:
        withdraw_verdict(office, "k01", "nd", "tv", "看错了企业")
    assert refused.value.code == "no_verdict"
    judge_mapping(office, "k02", "nd", "tv", "reject", "只做外壳")
    assert tv() == 2
    undo(office, newest())
    assert tv() == 3


def test_an_officer_without_the_right_may_not_judge(system, world):
    officer = Actor.of(member(system, "officer", "project_officer", Organisation.everything.get(code="c")), "web")
    with pytest.raises(Forbidden):
        judge_mapping(officer, "k01", "nd", "tv", "reject", "不对")
    assert tv() == 3


@pytest.mark.parametrize(("values", "code"), [
    ({"chain": "no"}, "no_chain"),
    ({"node": "no"}, "no_node"),
    ({"key": "no"}, "no_enterprise"),
    ({"verdict": "maybe"}, "verdict"),
    ({"role": "eats", "verdict": "confirm"}, "role"),
    ({"role": "makes"}, "role_of_reject"),
    ({"reason": "  "}, "reason_missing"),
    ({"key": "k14"}, "not_mapped"),
    ({"key": "k14", "verdict": "confirm"}, "role_missing"),
])
def test_refusals(office, values, code):
    given = {"key": "k01", "chain": "nd", "node": "tv", "verdict": "reject", "reason": "不对"} | values
    before = newest()
    with pytest.raises(Refused) as refused:
        judge_mapping(office, **given)
    assert refused.value.code == code and refused.value.message
    assert newest() == before


def test_a_verdict_that_comes_by_another_door_obeys_the_same_rules(system, world):
    from guatu.kernel import actions

    given = {"key": "k01", "chain": "nd", "node": "no", "verdict": "reject", "role": "makes", "reason": "x", "valid_on": DAY}
    with pytest.raises(Refusals) as refused:
        actions.create(system, MappingVerdict, given)
    assert {problem.refused.code for problem in refused.value.problems} == {"no_node", "role_of_reject"}
