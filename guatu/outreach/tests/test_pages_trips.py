"""The ledger on its page: 374 in the demonstration, each figure opens as many rows, in a constant number of queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guatu.kernel import actions
from guatu.kernel.models import Membership, Organisation, Source, User
from guatu.outreach.tests import truth_trips as truth
from guatu.site.sample import trips as demonstration

pytestmark = [pytest.mark.django_db, pytest.mark.both]
LEDGER = "/outreach/ledger/?zone=jz&period=2022"


@pytest.fixture
def client(system):
    city = actions.create(system, Organisation, {"code": "jz", "name": "胶州市", "kind": "county_city"})
    actions.create(system, Source, {"code": "004", "title": "一篇报道", "kind": "article"})
    demonstration.load(system)
    user = actions.create(system, User, {"username": "li", "name": "李"})
    actions.create(system, Membership, {"user": user.pk, "organisation": city.pk, "role": "administrator"})
    client = Client()
    client.force_login(User.everything.get(pk=user.pk))
    client.cookies["django_language"] = "en"
    return client


def test_the_demonstration_shows_374_and_every_figure_opens_its_rows(client, system):
    page = client.get(LEDGER).content.decode()
    assert "88 + 168 + 129 − 11 = 374" in page
    figures = {
        name: (address.replace("&amp;", "&"), int(count))
        for address, name, count in re.findall(r'<a href="([^"]+)" data-figure="((?:total|kind)-[^"]+)">(\d+)</a>', page)
    }
    assert figures["total-matters"][1] == truth.ARTICLE_TOTAL
    assert {kind: figures[f"kind-matters-{kind}"][1] for kind in truth.ARTICLE} == truth.ARTICLE
    for name in ("total-matters", "kind-matters-places", "kind-visits-leaders", "total-trips"):
        address, count = figures[name]
        assert f'data-count="{count}"' in client.get(address).content.decode(), name
    joint = client.get("/outreach/ledger/matters/?zone=jz&period=2022&together=leaders%2Bplaces").content.decode()
    assert 'data-count="5"' in joint
    assert client.get("/outreach/ledger/export/?zone=jz&period=2022").status_code == 200
    assert client.get("/outreach/ledger/gold/?zone=jz&period=2022").status_code == 404
    assert demonstration.load(system) == 0  # a second set-up adds nothing


def test_pages_ask_as_often_for_a_month_as_for_a_year(client):
    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert asked(LEDGER) <= asked("/outreach/ledger/?zone=jz&period=2022-03") + 2  # names are looked up in portions
    assert asked("/r/visits/") == asked("/r/visits/?q=0012")
