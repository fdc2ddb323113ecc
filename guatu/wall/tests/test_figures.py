"""Every figure on the wall equals the rows it opens: five random people, ten random days, each link followed."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from guatu.kernel import actions
from guatu.kernel.models import Membership, Organisation, User
from guatu.kernel.scope import roles
from guatu.wall.tests.world import wall_world

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both, pytest.mark.long]
SEES_PROJECTS = [code for code, role in sorted(roles().items()) if role.allows("projects", "view")]


class Figures(HTMLParser):
    """(what it is, its value, the address of the link around it or of itself) for every figure of a page."""

    def __init__(self):
        super().__init__()
        self.links: list[str] = []
        self.found: list[tuple[str, int, str]] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a":
            self.links.append(given.get("href", ""))
        if "data-figure" in given:
            assert self.links, f"{given['data-figure']} is no link"
            self.found.append((given["data-figure"], int(given["data-value"]), self.links[-1]))

    def handle_endtag(self, tag):
        if tag == "a":
            self.links.pop()


def figures(client, address: str) -> list[tuple[str, int, str]]:
    response = client.get(address)
    assert response.status_code == 200, (address, response.content[:400])
    parser = Figures()
    parser.feed(response.content.decode())
    return parser.found


def rows_behind(client, address: str) -> int:
    """What the rows at an address add up to: lights and moves counted, projects with the number a batch declares."""
    path, count, page = urlsplit(address).path, 0, 1
    while True:
        context = client.get(address, {"page": page} if page > 1 else {}, follow=False).context if page == 1 else client.get(
            f"{address}{'&' if '?' in address else '?'}page={page}").context
        if path == "/lights/":
            count += len(context["rows"])
        elif path == "/lists/difference/":
            way = parse_qs(urlsplit(address).query)["way"][0]
            count += sum(len(found[way]) for found in context["lists"])
        elif path == "/wall/rows/":
            count = sum(part["total"].projects for part in context["parts"])
            shown = sum(len(part["rows"]) for part in context["parts"])
            assert shown <= 50 and sum(part["total"].rows for part in context["parts"]) == context["total"].rows
            if page == 1 and context["pages"] == 1:
                assert shown == context["total"].rows
        elif path == "/lists/":
            return context["total"].projects
        else:
            return context["head"].total.projects
        if page >= context["pages"]:
            return count
        page += 1


def people(system, seed: int) -> list[User]:
    chance = random.Random(seed)
    nodes = list(Organisation.everything.order_by("code"))
    found = []
    for n in range(5):
        user = actions.create(system, User, {"username": f"wall{n}", "name": f"用户{n}"})
        for role, node in {(chance.choice(SEES_PROJECTS), chance.choice(nodes).pk) for _ in range(1 + n % 2)}:
            actions.create(system, Membership, {"user": user.pk, "organisation": node, "role": role})
        found.append(User.everything.get(pk=user.pk))
    return found


def walk(system, client, people_count: int, day_count: int) -> set[str]:
    """Opens every figure of the walls of so many people on so many days; the kinds of figures met."""
    chance = random.Random(11)
    days = [date(2021, 6, 1) + timedelta(days=chance.randrange(800)) for _n in range(day_count)]
    kinds: set[str] = set()
    for user in people(system, 4)[:people_count]:
        client.force_login(user)
        for day in days:
            asked = f"/wall/?as_of={day}&period={chance.choice(['week', 'month', 'quarter', 'year'])}"
            if chance.random() < 0.3 and client.get("/lists/?zone=z1").status_code == 200:
                asked += "&zone=z1"
            known: dict[str, int] = {}
            for name, value, address in figures(client, asked):
                if address not in known:
                    known[address] = rows_behind(client, address)
                assert value == known[address], (user, asked, name, address)
                query = parse_qs(urlsplit(address).query)
                assert query.get("to" if "/difference/" in address else "as_of") == [str(day)], address
                assert ("zone=z1" in asked) == (query.get("zone") == ["z1"]), address
                kinds.add(re.sub(r":.*", "", name))
    return kinds


def test_every_figure_equals_the_rows_it_opens(system, client):
    wall_world(system, 16)
    assert walk(system, client, 2, 3) >= {"light", "list", "all", "stage", "chain", "part", "part-all", "entered"}


@pytest.mark.slow
def test_every_figure_of_five_people_on_ten_days(system, client):
    wall_world(system)
    assert walk(system, client, 5, 10) >= {
        "light", "unit-light", "zone-light", "entered", "due", "list", "all", "stage", "chain", "part", "part-all"}


def test_a_narrow_reader_sees_only_their_own(system, client):
    """What a handler of one zone sees adds up to the lists they see, and names nobody else's project."""
    from guatu.projects.tests.world import member

    world = wall_world(system, 12)
    client.force_login(member(system, "narrow", "department_handler", world.zones[0]))
    page = client.get("/wall/?as_of=2022-06-30").content.decode()
    own = [project for n, project in enumerate(world.projects) if n % 2 == 0]
    foreign = [project for n, project in enumerate(world.projects) if n % 2]
    assert any(project.name in page for project in own)
    assert not any(f">{project.name}<" in page or f"{project.name} ·" in page for project in foreign)
    total = next(value for name, value, _address in figures(client, "/wall/?as_of=2022-06-30") if name == "all")
    assert total == client.get("/lists/?as_of=2022-06-30").context["total"].projects == len(own)
