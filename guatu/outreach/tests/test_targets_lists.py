"""Target lists: chosen on the page of a gap, assigned, barred, printed; who may see them."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from docx import Document

from guatu.chains.tests.standing_world import declare_zones
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Organisation, User
from guatu.kernel.registry import slot
from guatu.kernel.scope import Scope
from guatu.kernel.warehouse import Dataset
from guatu.outreach import targets_actions
from guatu.outreach.kin import EDITION, SCHEMA
from guatu.outreach.models import Lead, Target, TargetList
from guatu.outreach.queries.targets import targets
from guatu.outreach.targets_book import pages_of
from guatu.outreach.tests.targets_world import publish_targets
from guatu.projects.models import Project
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
DAY = date(2010, 12, 31)


@pytest.fixture
def zone(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    publish_targets()
    return declare_zones(system)


@pytest.fixture
def officer(system, zone, client):
    user = member(system, "office", "chain_office", zone)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def ranking(day=DAY, scope=None):
    return targets(scope or Scope.whole(), "nd", "polariser", "z", day)


def a_list(system, zone, *keys) -> TargetList:
    made = targets_actions.make_list(system, "偏光片", zone, "nd", "polariser")
    targets_actions.put_on_list(system, made, ranking(), keys or ("a",))
    return made


def test_from_the_page_of_a_gap_to_a_list_assigned_to_a_person(zone, officer, client):
    page = client.get("/targets/nd/polariser/?zone=z&as_of=2010-12-31").content.decode()
    assert page.index('data-key="a"') < page.index('data-key="b"') and 'data-score="47.10"' in page
    assert "It is already here." in page
    done = client.post("/targets/nd/polariser/put/", {
        "zone": "z", "as_of": "2010-12-31", "key": ["a", "b"], "name": "偏光片", "officer": officer.pk})
    made = TargetList.everything.get()
    assert (done.status_code, done["Location"]) == (302, f"/target-lists/{made.pk}/")
    rows = {row.key: row for row in Target.everything.all()}
    assert (rows["a"].rank, str(rows["a"].score), rows["b"].rank, rows["a"].officer_id) == (1, "47.10", 2, officer.pk)
    assert len(rows["a"].reasons.splitlines()) == 8
    page = client.get(made and f"/target-lists/{made.pk}/").content.decode()
    assert "苏州海光电子科技有限公司" in page and "to be approached 2" in page
    client.post(f"/target-lists/{made.pk}/assign/{rows['a'].pk}/", {"state": "visited", "officer": officer.pk})
    assert Target.everything.get(key="a").state == "visited"
    assert "visited" in client.get("/targets/nd/polariser/?zone=z&as_of=2010-12-31").content.decode()


def test_from_an_enterprise_of_the_register_to_the_gaps_that_it_fits(zone, officer, client, system):
    assert 'href="/fits/a/"' in client.get("/register/a/").content.decode()
    page = client.get("/fits/a/?zone=z&as_of=2010-12-31").content.decode()
    assert 'data-node="polariser"' in page and ">47.1<" in page
    assert 'href="/targets/nd/polariser/?as_of=2010-12-31&amp;zone=z"' in page or "/targets/nd/polariser/?zone=z&amp;as_of=2010-12-31" in page
    assert "It is already here." in client.get("/fits/d/?zone=z&as_of=2010-12-31").content.decode()
    empty = client.get("/fits/a2/?zone=z&as_of=2010-12-31").content.decode()
    assert "Nothing that it makes or develops" in empty and "data-node" not in empty
    assert client.get("/fits/nobody/?zone=z").status_code == 404
    client.force_login(actions.create(system, User, {"username": "stranger", "name": "stranger"}))
    assert client.get("/fits/a/?zone=z").status_code == 403


def test_names_are_taken_apart_when_the_register_was_mapped(zone):
    register = REGISTER.snapshot()
    made = Dataset(f"kin_{register.number}_{EDITION}", SCHEMA)
    assert made.snapshot() is None
    slot("register_mapped")
    assert made.snapshot().rows == register.rows


def test_the_gap_and_its_lists_are_found_from_the_chain(zone, officer, client, system):
    made = a_list(system, zone)
    page = client.get("/chains/nd/nodes/polariser/?zone=z&as_of=2010-12-31").content.decode()
    assert "/targets/nd/polariser/?" in page and f"/target-lists/{made.pk}/" in page


def test_empty_states(zone, officer, client, system):
    assert "The register may not be complete" in client.get("/targets/nd/tv/?zone=z").content.decode()
    made = targets_actions.make_list(system, "空", zone)
    assert "Nobody is on this list yet." in client.get(f"/target-lists/{made.pk}/").content.decode()
    for kind in ("pdf", "docx"):
        assert client.get(f"/target-lists/{made.pk}/visits.{kind}").status_code == 200
    assert client.get(f"/target-lists/{made.pk}/visits.exe").status_code == 404


def test_nobody_and_those_left_out_are_refused_and_nothing_is_written(zone, system):
    made = a_list(system, zone)
    for keys in ((), ("b", "d")):
        with pytest.raises(Faulty):
            targets_actions.put_on_list(system, made, ranking(), keys)
    assert [row.key for row in Target.everything.all()] == ["a"]
    assert targets_actions.put_on_list(system, made, ranking(), ("a",)) == (None, 0)  # once is enough


def test_dropping_and_barring_ask_for_a_reason_and_the_barred_leave_the_ranking(zone, system):
    a_list(system, zone)
    row = Target.everything.get()
    with pytest.raises((Refusals, ValidationError)):
        targets_actions.assign(system, row, None, None, "barred")
    targets_actions.assign(system, row, None, None, "barred", "列入失信名单")
    found = ranking(date(2030, 1, 1))
    barred = next(one for one in found.excluded if one.candidate.key == "a")
    assert (barred.excluded.code, barred.excluded.params["why"]) == ("barred", "列入失信名单")
    assert ranking().rows[0].candidate.key == "a"  # not yet on that day


def test_a_gap_has_both_halves(zone, system):
    for chain, node in (("nd", ""), ("", "polariser"), ("nd", "nothing")):
        with pytest.raises(Refusals):
            targets_actions.make_list(system, "x", zone, chain, node)


def test_an_investor_of_a_project_here_is_in_talks(zone, system):
    from guatu.enterprises.models import Enterprise

    firm = actions.create(system, Enterprise, {"name": "苏州海光电子科技有限公司", "zone": zone.pk})
    actions.create(system, Project, {"code": "p1", "name": "偏光片", "zone": zone.pk, "investors": [firm.pk]})
    found = ranking()
    assert next(one for one in found.excluded if one.candidate.key == "a").excluded.params == {"why": "project p1"}


def test_a_firm_with_a_lead_here_is_in_talks_from_the_first_contact(zone, system):
    lead = actions.create(system, Lead, {
        "name": "苏州海光电子科技有限公司", "zone": zone.pk, "origin": "trip",
        "first_contact_on": DAY})
    assert next(one for one in ranking(DAY).excluded if one.candidate.key == "a").excluded.params == {"why": f"lead {lead.code}"}
    assert "a" in [one.candidate.key for one in ranking(DAY - timedelta(days=1)).rows]


def test_the_visiting_book_has_a_page_for_each(zone, system):
    made = a_list(system, zone, "a", "b")
    book = pages_of(Scope.whole(), made, DAY)
    assert [page["name"] for page in book["pages"]] == ["苏州海光电子科技有限公司", "深圳大明光学有限公司"]
    first = book["pages"][0]
    assert len(first["why"]) == 8 and len(first["ask"]) >= 5 and first["stands"][0].startswith("No. 1 of 2")
    from guatu.outreach.targets_paper import pdf_file, word_file

    assert pdf_file(book).count(b"/Type /Page\n") == 2 or pdf_file(book)[:4] == b"%PDF"
    assert pdf_file(book) == pdf_file(book)
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(word_file(book))).paragraphs)
    assert "苏州海光电子科技有限公司" in text and "深圳大明光学有限公司" in text


def test_another_zone_sees_neither_list_nor_targets(zone, system, client):
    made = a_list(system, zone)
    other = Organisation.everything.get(code="y")
    client.force_login(member(system, "neighbour", "chain_office", other))
    for url in (f"/target-lists/{made.pk}/", f"/target-lists/{made.pk}/visits.pdf", f"/r/target_lists/{made.pk}/",
                "/targets/nd/polariser/?zone=z"):
        assert client.get(url).status_code == 404, url


def test_a_list_costs_the_same_queries_whatever_its_length(zone, system, officer, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made, counts = a_list(system, zone), []
    for keys in ((), ("b",)):
        if keys:
            targets_actions.put_on_list(system, made, ranking(), keys)
        client.get(f"/target-lists/{made.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/target-lists/{made.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
