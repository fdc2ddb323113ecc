"""One permission rule: what a person sees is the same through every door (issue 2, line 9)."""

import csv
import io
import random

import pytest

from guatu.kernel import actions
from guatu.kernel.models import Membership, Organisation, User
from guatu.kernel.registry import resources
from guatu.kernel.scope import Scope, roles
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both, pytest.mark.long]


def people(system, world, seed: int) -> list[User]:
    """Random users: one to three roles at random nodes, one of them without any role."""
    chance = random.Random(seed)
    nodes = list(Organisation.everything.all())
    found = []
    for n in range(6):
        user = actions.create(system, User, {"username": f"user{seed}-{n}", "name": f"用户{n}"})
        for role, node in {(chance.choice(sorted(roles())), chance.choice(nodes).pk) for _ in range(n % 4)}:
            actions.create(system, Membership, {"user": user.pk, "organisation": node, "role": role})
        found.append(User.everything.get(pk=user.pk))
    return found


@pytest.mark.parametrize("seed", [3, pytest.param(8, marks=pytest.mark.slow)])
def test_list_search_count_export_and_api_show_the_same_rows(system, client, seed, tmp_path):
    from guatu.kernel import exports

    world = build(system, 10)
    chance, words = random.Random(seed), ["项目", "1", "z1", "链", "officer", "区", "没有的词"]
    for user in people(system, world, seed):
        scope = Scope.of(user)
        client.force_login(user)
        for name, resource in resources().items():
            expected = {row.record_number for row in resource.rows(scope)}
            response = client.get(f"/api/{name}/?limit=500")
            if not scope.may(name):
                assert expected == set()
                assert response.status_code == 403, (name, response.status_code)
                assert client.get(f"/r/{name}/").status_code == 403
                continue
            assert response.status_code == 200, (name, response.content[:300])
            by_api = {int(row["record"]) for row in response.json()["items"]}
            assert by_api == expected, (name, user)
            page = client.get(f"/r/{name}/")
            assert page.status_code == 200
            assert page.context["page"].total == len(expected), (name, user)
            for word in chance.sample(words, 2):
                found = {row.record_number for row in resource.searched(resource.rows(scope), word)}
                answered = client.get(f"/api/{name}/", {"limit": 500, "q": word}).json()["items"]
                assert {int(row["record"]) for row in answered} == found <= expected
                assert client.get(f"/r/{name}/", {"q": word}).context["page"].total == len(found)
            if scope.may(name, "export"):
                out = tmp_path / "out.csv"
                exports.write(resource, scope, "csv", out)
                rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
                assert {int(row[0].lstrip("'")) for row in rows[1:]} == expected, (name, user)


def test_no_membership_shows_nothing(system, client):
    build(system, 4)
    user = actions.create(system, User, {"username": "nobody", "name": "无角色"})
    scope = Scope.of(User.everything.get(pk=user.pk))
    for resource in resources().values():
        assert not resource.rows(scope).exists()


def test_a_role_reaches_its_subtree_and_nothing_beside_it(system):
    world = build(system, 10)
    user = member(system, "zhang", "project_officer", world.zones[0])
    rows = resources()["projects"].rows(Scope.of(user))
    assert {row.zone_id for row in rows} == {world.zones[0].pk}
    assert rows.count() == 5
