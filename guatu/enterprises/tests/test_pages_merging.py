"""The list of likely duplicates, the preview, the merge and its undoing, on pages."""

import re

import pytest

from guatu.enterprises.matching import duplicates
from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.models import Source
from guatu.kernel.tests.pages_world import build

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]


def test_a_pair_is_found_merged_led_to_and_taken_apart(system):
    house = build()
    client = house.client()
    one, other, third = (
        actions.create(system, Enterprise, {"name": name, "zone": house.north.pk})
        for name in ("青岛华泰科技有限公司", "青岛市华泰科技有限责任公司", "华泰科技有限公司"))
    page = client.get("/enterprises/duplicates/").content.decode()
    assert page.count("/enterprises/merge/?kept=") == 3
    assert client.get("/enterprises/duplicates/?q=zzz").content.decode().count("/enterprises/merge/?kept=") == 0
    client.post("/enterprises/duplicates/judge/", {"left": third.pk, "right": one.pk, "verdict": "different"})
    assert client.get("/enterprises/duplicates/").content.decode().count("/enterprises/merge/?kept=") == 2
    preview = client.get(f"/enterprises/merge/?kept={one.pk}&gone={other.pk}").content.decode()
    assert other.name in preview and Enterprise.everything.get(pk=other.pk).merged_into_id is None
    client.post("/enterprises/merge/", {"kept": one.pk, "gone": other.pk, "reason": "同一家"})
    assert Enterprise.everything.get(pk=other.pk).merged_into_id == one.pk
    led = client.get(f"/r/enterprises/{other.pk}/").content.decode()
    undo = re.search(r"/enterprises/merge/\d+/undo/", led)[0]
    assert one.name in led
    assert client.get(f"/api/enterprises/{other.pk}").json()["record"] == one.pk
    client.post(undo)
    assert Enterprise.everything.get(pk=other.pk).merged_into_id is None


def test_the_list_is_made_anew_when_an_enterprise_was_written_and_then_only(system):
    house = build()
    client = house.client()
    one, other = (
        actions.create(system, Enterprise, {"name": name, "zone": house.north.pk})
        for name in ("青岛华泰科技有限公司", "青岛市华泰科技有限责任公司"))
    before = duplicates.book()
    actions.create(system, Source, {"code": "s9", "title": "另一篇报道", "kind": "article"})
    assert duplicates.book() is before
    client.post("/enterprises/merge/", {"kept": one.pk, "gone": other.pk, "reason": "同一家"})
    merged = duplicates.book()
    assert merged is not before and duplicates.book() is merged
    led = client.get(f"/r/enterprises/{other.pk}/").content.decode()
    client.post(re.search(r"/enterprises/merge/\d+/undo/", led)[0])  # gives the row its former mark back
    assert duplicates.book() not in (before, merged)
    assert client.get("/enterprises/duplicates/").content.decode().count("/enterprises/merge/?kept=") == 1
