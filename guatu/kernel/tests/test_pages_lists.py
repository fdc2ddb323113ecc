"""Lists: what they show, to whom, in which order, and with how many queries."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.registry import resources
from guatu.kernel.tests.pages_world import build
from guatu.kernel.web import listing
from guatu.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return build()


def enterprises(system, number, zone=None, start=0):
    values = [{"code": f"e{place:04d}", "name": f"企业{place:04d}", "zone": zone and zone.pk}
              for place in range(start, start + number)]
    actions.write(system, [Change("create", Enterprise, each) for each in values])


def names(response):
    return re.findall(r'<span class="wide-only">(e\d{4})</span>', response.content.decode())


def test_nobody_sees_a_page_before_logging_in(house):
    addresses = ["/", "/search/?q=a", "/history/", "/jobs/", "/tokens/", "/notifications/", "/password/"]
    addresses += [f"/r/{name}/{rest}" for name in resources() for rest in ("", "new/", "pick", "export/csv/", "import/")]
    for address in addresses:
        response = Client().get(address)
        assert response.status_code == 302 and response["Location"].startswith("/login/"), address
    assert Client().post("/undo/1/").status_code == 302


def test_someone_without_a_role_is_told_so_and_sees_no_row(house):
    client = house.client("")
    assert "You have no role yet" in client.get("/").content.decode()
    for name in resources():
        assert client.get(f"/r/{name}/").status_code == 403, name


def test_pages_of_fifty_with_total_order_and_search(house, system):
    enterprises(system, 120, house.north)
    client = house.client()
    first = client.get("/r/enterprises/")
    assert names(first) == [f"e{place:04d}" for place in range(50)]
    assert "1–50 of 120" in first.content.decode()
    assert names(client.get("/r/enterprises/?page=3")) == [f"e{place:04d}" for place in range(100, 120)]
    assert names(client.get("/r/enterprises/?page=99")) == [f"e{place:04d}" for place in range(100, 120)]
    assert names(client.get("/r/enterprises/?sort=-code"))[0] == "e0119"
    assert names(client.get("/r/enterprises/?q=企业011")) == [f"e{place:04d}" for place in range(110, 120)]
    assert "Nothing matches" in client.get("/r/enterprises/?q=没有").content.decode()


def test_filters_and_odd_addresses(house, system):
    enterprises(system, 3, house.north)
    enterprises(system, 2, house.south, start=10)
    enterprises(system, 1, None, start=20)
    client = house.client()
    assert len(names(client.get(f"/r/enterprises/?zone={house.north.pk}"))) == 3
    assert names(client.get("/r/enterprises/?zone=none")) == ["e0020"]
    for query in ("page=-1", "page=x", "sort=--code", "sort=nothing", "zone=x", "zone=" + "9" * 30, "q=" + "x" * 300):
        assert client.get(f"/r/enterprises/?{query}").status_code == 200, query
    assert client.get("/r/nothing/").status_code == 404


def test_a_list_shows_the_rows_within_reach(house, system):
    enterprises(system, 3, house.north)
    enterprises(system, 2, house.south, start=10)
    client = house.client("chain_office", house.north)
    assert names(client.get("/r/enterprises/")) == ["e0000", "e0001", "e0002"]
    outside = Enterprise.everything.get(code="e0010")
    assert client.get(f"/r/enterprises/{outside.pk}/").status_code == 404
    assert "e0010" not in client.get("/r/enterprises/pick?q=企业").content.decode()
    assert "e0010" not in client.get("/search/?q=企业").content.decode()
    exported = b"".join(client.get("/r/enterprises/export/csv/").streaming_content).decode()
    assert "e0002" in exported and "e0010" not in exported


@pytest.mark.parametrize("address", ["/r/enterprises/", "/r/projects/", "/search/?q=e0", "/history/"])
def test_more_rows_cost_no_more_queries(house, system, address):
    client = house.client()

    def count():
        client.get(address)
        with CaptureQueriesContext(connection, ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def grow(number, start):
        enterprises(system, number, house.north, start)
        investors = list(Enterprise.everything.values_list("pk", flat=True)[:3])
        actions.write(system, [
            Change("create", Project, {"name": f"e{place} 项目", "zone": house.north.pk, "investors": investors})
            for place in range(start, start + number)])

    grow(10, 0)
    few = count()
    grow(190, 10)
    assert count() <= few


def test_columns_are_remembered(house, system):
    enterprises(system, 1, house.north)
    client = house.client()
    client.post("/r/enterprises/columns/", {"column": ["code", "former_names"], "next": "/r/enterprises/"})
    page = client.get("/r/enterprises/").content.decode()
    assert page.count('scope="col"') == 2 and "Former names" in page
    client.post("/r/enterprises/columns/", {"default": "1", "column": ["code"]})
    assert client.get("/r/enterprises/").content.decode().count('scope="col"') == 6


def test_live_search_answers_with_the_rows_alone(house, system):
    enterprises(system, 1, house.north)
    part = house.client().get("/r/enterprises/?q=e", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert "e0000" in part.content.decode() and "<html" not in part.content.decode()


def test_pages_carry_the_content_security_policy_and_no_inline_script(house, system):
    enterprises(system, 1, house.north)
    row = Enterprise.everything.get()
    client = house.client()
    for address in ("/r/enterprises/", f"/r/enterprises/{row.pk}/", f"/r/enterprises/{row.pk}/edit/", "/r/parks/import/"):
        response = client.get(address)
        assert "script-src 'self'" in response["Content-Security-Policy"]
        page = response.content.decode()
        assert "<style" not in page and not re.search(r"<script(?![^>]*src=)", page)
        assert not re.search(r"\son[a-z]+=", page), address


def test_next_leads_only_to_our_own_pages(house, system):
    client = house.client()
    response = client.post("/r/enterprises/columns/", {"column": ["code"], "next": "https://elsewhere.example/"})
    assert response["Location"] == "/r/enterprises/"


@pytest.mark.parametrize("at_once", [1_000, 61, 60, 10])
def test_a_search_is_counted_and_paged_whether_it_finds_few_or_many(house, system, monkeypatch, at_once):
    monkeypatch.setattr(listing, "COUNTED_AT_ONCE", at_once)
    enterprises(system, 61, house.north)
    client = house.client()
    first = client.get("/r/enterprises/?q=企业&sort=-code")
    assert names(first) == [f"e{place:04d}" for place in range(60, 10, -1)] and "1–50 of 61" in first.content.decode()
    for page in (2, 99):
        assert names(client.get(f"/r/enterprises/?q=企业&sort=-code&page={page}")) == [f"e{place:04d}" for place in range(10, -1, -1)]
