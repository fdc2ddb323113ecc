"""Editions of a chain: drafted, checked, published from a day, read as of a day and as known; nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guatu.chains import catalogue
from guatu.chains import draft_actions as drafting
from guatu.chains.files import as_yaml, read_content
from guatu.chains.models import ChainDraft, ChainEdition
from guatu.chains.queries.editions import behind, draft_of, editions
from guatu.chains.rules import editing
from guatu.chains.rules.editions import as_data
from guatu.chains.rules.problems import BadChain
from guatu.kernel import actions, recording
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Conflict, Faulty, Forbidden, NotFound
from guatu.kernel.models import HistoryEntry, Organisation
from guatu.kernel.queries import versions
from guatu.kernel.scope import Actor
from guatu.kernel.values import digest
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
DAY = date(2026, 3, 1)
WATCH = {"code": "watch", "name": "潜水手表", "tier": "downstream", "why": "新的用户。", "terms": ["潜水手表"]}


@pytest.fixture
def city(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    return actions.create(system, Organisation, {"code": "c", "name": "市", "kind": "city"})


@pytest.fixture
def office(system, city):
    return Actor.of(member(system, "office", "chain_office", city), "page")


@pytest.fixture
def officer(system, city):
    return Actor.of(member(system, "officer", "project_officer", city), "page")


def with_watch(office, day=DAY, note="加入手表"):
    draft = drafting.open_draft(office, "nd")
    draft = drafting.edit_draft(office, "nd", draft.version, lambda data: editing.add_node(data, WATCH))
    draft = drafting.edit_draft(office, "nd", draft.version, lambda data: editing.add_edge(data, "module", "watch", "component"))
    return drafting.publish_draft(office, "nd", draft.version, day, note)


def codes(chain) -> set[str]:
    return {node.code for node in chain.nodes}


def test_a_published_edition_is_in_force_from_its_day_and_the_file_before(office):
    made = with_watch(office)
    assert "watch" not in codes(catalogue.find("nd", DAY - timedelta(days=1)))
    found = catalogue.find("nd", DAY)
    assert "watch" in codes(found) and found.edition == DAY
    assert catalogue.chains() == catalogue.shipped() | {"nd": found}
    assert list(catalogue.chains()) == sorted(catalogue.shipped())
    assert draft_of("nd") is None and made.note == "加入手表"


def test_what_was_known_before_it_was_published_stays_known(office):
    before = recording.known(None)
    with_watch(office)
    assert "watch" not in codes(catalogue.find("nd", DAY, before)) and "watch" in codes(catalogue.find("nd", DAY))


def test_a_future_edition_waits_for_its_day(office):
    day = timezone.localdate() + timedelta(days=30)
    with_watch(office, day)
    assert "watch" not in codes(catalogue.find("nd")) and "watch" in codes(catalogue.find("nd", day))


def test_history_tells_who_published_what_and_why(office):
    made = with_watch(office)
    entry = HistoryEntry.objects.get(subject_type="chains.chainedition")
    assert entry.subject_id == made.lineage and "加入手表" in str(entry.changes)
    file, = [one for one in editions("nd") if one.row is None]
    (told,) = [one for one in editions("nd") if one.row is not None]
    assert (told.author, told.until, told.is_in_force) == ("office", None, True)
    assert (file.until, file.is_in_force) == (DAY, False)


def test_an_edition_of_the_same_day_replaces_and_the_former_stays_to_be_put_in_force_again(office):
    first = with_watch(office)
    draft = drafting.open_draft(office, "nd")
    draft = drafting.edit_draft(office, "nd", draft.version, lambda data: editing.change_node(data, "watch", {"name": "手表"}))
    second = drafting.publish_draft(office, "nd", draft.version, DAY, "改名")
    assert second.lineage == first.lineage and versions(ChainEdition).count() == 1 and ChainEdition.everything.count() == 2
    assert catalogue.find("nd", DAY).node("watch").name == "手表"
    drafting.publish_again(office, "nd", first.pk, DAY, "还是原名")
    assert catalogue.find("nd", DAY).node("watch").name == "潜水手表"


def test_the_file_can_be_put_in_force_again(office):
    with_watch(office)
    later = DAY + timedelta(days=10)
    drafting.publish_again(office, "nd", None, later, "撤回手表")
    assert "watch" in codes(catalogue.find("nd", DAY)) and "watch" not in codes(catalogue.find("nd", later))
    assert catalogue.find("nd", later).nodes == catalogue.shipped()["nd"].nodes
    with pytest.raises(Faulty) as same:
        drafting.publish_again(office, "nd", None, later, "再次")
    assert same.value.code == "nothing_differs"


def test_a_withdrawn_edition_leaves_what_was_before(office):
    made = with_watch(office)
    actions.withdraw(office, made, "日期有误")
    assert "watch" not in codes(catalogue.find("nd", DAY)) and catalogue.chains() == catalogue.shipped()


def test_a_faulty_draft_is_kept_and_not_published(office):
    draft = drafting.open_draft(office, "nd")
    draft = drafting.edit_draft(office, "nd", draft.version, lambda data: editing.add_node(data, WATCH | {"terms": ["偏光片"]}))
    draft = drafting.edit_draft(office, "nd", draft.version, lambda data: editing.add_edge(data, "watch", "module", "product"))
    with pytest.raises(BadChain) as bad:
        drafting.publish_draft(office, "nd", draft.version, DAY, "x")
    assert {problem.code for problem in bad.value.problems} == {"term_twice", "tier_cycle"}
    assert draft_of("nd") is not None and not ChainEdition.everything.exists()


def test_two_who_edit_one_draft_do_not_write_over_each_other(office):
    draft = drafting.open_draft(office, "nd")
    drafting.edit_draft(office, "nd", draft.version, lambda data: editing.add_node(data, WATCH))
    with pytest.raises(Conflict):
        drafting.edit_draft(office, "nd", draft.version, lambda data: editing.remove_node(data, "tv"))
    with pytest.raises(Conflict):
        drafting.discard_draft(office, "nd", draft.version)
    assert {"watch", "tv"} <= {node["code"] for node in draft_of("nd").body["nodes"]}
    drafting.discard_draft(office, "nd", draft.version + 1)
    assert draft_of("nd") is None
    with pytest.raises(NotFound):
        drafting.edit_draft(office, "nd", 2, lambda data: data)


def test_what_was_compared_must_be_what_is_in_force(office):
    with_watch(office)
    draft = drafting.open_draft(office, "nd")
    draft = drafting.edit_draft(office, "nd", draft.version, lambda data: editing.remove_node(data, "tv"))
    with pytest.raises(Conflict):
        drafting.publish_draft(office, "nd", draft.version, DAY, "x", against="file")
    drafting.publish_draft(office, "nd", draft.version, DAY - timedelta(days=1), "x", against="file")
    assert "tv" not in codes(catalogue.find("nd", DAY - timedelta(days=1))) and "tv" in codes(catalogue.find("nd", DAY))


def test_nothing_without_note_right_or_difference(office, officer):
    draft = drafting.open_draft(office, "nd")
    with pytest.raises(Faulty) as nothing:
        drafting.publish_draft(office, "nd", draft.version, DAY, "x")
    with pytest.raises(Faulty) as note:
        drafting.publish_draft(office, "nd", draft.version, DAY, " ")
    assert (nothing.value.code, note.value.code) == ("nothing_differs", "note_missing")
    for act in (
        lambda: drafting.open_draft(officer, "ic"), lambda: drafting.discard_draft(officer, "nd", draft.version),
        lambda: drafting.edit_draft(officer, "nd", draft.version, lambda data: data),
        lambda: drafting.publish_draft(officer, "nd", draft.version, DAY, "x"),
        lambda: drafting.publish_again(officer, "nd", None, DAY, "x"),
        lambda: drafting.upload_draft(officer, b"", "x.yaml"),
    ):
        with pytest.raises(Forbidden):
            act()


def test_no_door_takes_an_edition_that_is_not_sound(system):
    body = as_data(catalogue.shipped()["nd"])
    good = {"chain": "nd", "valid_on": date.fromisoformat(body["edition"]), "body": body, "sha256": digest(body)}
    for wrong in ({"body": body | {"nodes": []}}, {"chain": "ic"}, {"valid_on": DAY}, {"sha256": "0" * 64}, {"body": []}):
        with pytest.raises(Refusals):
            actions.create(system, ChainEdition, good | wrong)
    assert actions.create(system, ChainEdition, good).pk
    assert catalogue.find("nd") == catalogue.shipped()["nd"]


def test_a_chain_is_read_once_whatever_is_asked(office, django_assert_num_queries):
    with_watch(office)
    known = recording.known(None)
    first = catalogue.chains(None, known)
    with django_assert_num_queries(0):
        assert catalogue.chains(None, known)["nd"] is first["nd"]
    with django_assert_num_queries(1):
        assert catalogue.chains()["nd"] is first["nd"]
    actions.create(Actor.system("setup"), Organisation, {"code": "d", "name": "别市", "kind": "city"})
    with CaptureQueriesContext(connection) as asked:  # the head, and which editions there are; no structure again
        assert catalogue.chains()["nd"] is first["nd"]
    assert len(asked) == 2 and "body" not in str([one["sql"] for one in asked])


def test_a_file_goes_out_and_comes_in_as_a_draft(office):
    for chain in catalogue.shipped().values():
        assert read_content(as_yaml(chain).encode(), "x.yaml") == chain
    with_watch(office)
    text = as_yaml(catalogue.find("nd")).replace("潜水手表", "手表").encode()
    draft = drafting.upload_draft(office, text, "nd.yaml", "nd")
    assert draft.body["nodes"][-1]["name"] == "手表"
    again = drafting.upload_draft(office, as_yaml(catalogue.shipped()["nd"]).encode(), "nd.yaml")
    assert again.version == draft.version + 1 and ChainDraft.objects.count() == 1
    with pytest.raises(Faulty):
        drafting.upload_draft(office, text, "nd.yaml", "ic")
    with pytest.raises(BadChain) as bad:
        drafting.upload_draft(office, b"code: nd", "nd.yaml", "nd")
    assert len(bad.value.problems) == 4  # name, source, edition and nodes


def test_a_chain_of_ones_own_is_there_from_its_first_edition(office):
    text = """
code: pump
name: 泵阀
edition: 2026-01-01
source: 行业常识
nodes:
  - {code: seal, name: 机械密封, tier: upstream, why: 易损。, terms: [机械密封], supplies: [{to: pump, kind: component}]}
  - {code: pump, name: 泵, tier: midstream, why: 中心。, terms: [离心泵]}
"""
    draft = drafting.upload_draft(office, text.encode(), "pump.yaml")
    drafting.publish_draft(office, "pump", draft.version, DAY, "新链")
    assert catalogue.find("pump", DAY).name == "泵阀" and "pump" not in catalogue.chains(DAY - timedelta(days=1))
    assert behind() == []  # nothing was mapped yet
