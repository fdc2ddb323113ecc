"""Every figure on a page equals the sum or count of the rows it opens (issue 3, line 3).

For five random users and ten random days each page of PAGES is read as that user, every element with `data-figure` is
followed to its address (its own, or that of the link it stands in), and what is opened there is counted from the rows
shown, page by page. A page that shows figures joins by a function in PAGES; a page that shows their rows by one in
OPENERS. `data-kind` says what a figure counts: rows or projects ("count", the usual), yuan ("money"), red among open
("share"); the last word of `data-figure` tells amounts that are not known and units apart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from lxml import html

from guatu.bulletins import actions as bulletins
from guatu.bulletins.queries import asking
from guatu.bulletins.tests.world import DAY, build
from guatu.kernel import actions
from guatu.kernel.models import Membership, Organisation, User
from guatu.kernel.scope import Scope, roles
from guatu.projects.rules.lists import PARTITION, Member, total
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both, pytest.mark.long]

DAYS = 10
MOST_PAGES = 60


@dataclass
class Row:
    """A project as a list shows it; `amount` in yuan."""

    code: str
    amount: Decimal | None
    declared: int | None
    batch: str | None


@dataclass
class Reader:
    """One user's browser: what was opened is read once."""

    client: object
    user: User
    kept: dict[str, list] = field(default_factory=dict)

    def page(self, url: str) -> html.HtmlElement:
        answer = self.client.get(url)
        assert answer.status_code == 200, (self.user, url, answer.status_code, answer.content.decode()[-1500:])
        return html.fromstring(answer.content.decode())

    def rows(self, url: str, read: Callable[[html.HtmlElement], list]) -> list:
        """The rows of a list, all its pages together."""
        if url not in self.kept:
            found, following, pages = [], url, 0
            while following and pages < MOST_PAGES:
                shown = self.page(following)
                found += read(shown)
                onward = shown.xpath("//a[@rel='next' and @href]/@href")
                following = urlsplit(url)._replace(query=onward[0].lstrip("?")).geturl() if onward else ""
                pages += 1
            self.kept[url] = found
        return self.kept[url]


def words_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


# -- pages that show rows ------------------------------------------------------------------------------------------


def _projects(page: html.HtmlElement) -> list[Row]:
    found = []
    for line in page.xpath("//table//tbody/tr[td[contains(@class, 'code')]]"):
        chip = " ".join(line.xpath(".//th//span[@class='chip']/text()"))
        money = "".join(line.xpath("./td[contains(@class, 'num')]/span/text()")).replace(",", "").strip()
        declared, batch = re.search(r"batch of (\d+)", chip), re.search(r"in batch (\S+)", chip)
        found.append(Row(
            line.xpath("./td[contains(@class, 'code')]/text()")[0], Decimal(money) * 10_000 if money else None,
            int(declared[1]) if declared else None, batch[1] if batch else None))
    return found


def _members(rows: list[Row]) -> list[Member]:
    return [Member(row.code, row.amount, row.batch, row.declared) for row in rows]


def opened_list(reader: Reader, url: str) -> dict:
    """Projects, yuan and unknown amounts of a list, by its rows and those of its batches' members elsewhere."""
    name = urlsplit(url).path.split("/")[2]
    everywhere = _members([
        row for other in PARTITION for row in reader.rows(url.replace(f"/lists/{name}/", f"/lists/{other}/"), _projects)
    ])
    found = total(_members(reader.rows(url, _projects)), everywhere)
    return {"projects": found.projects, "amount": found.amount, "unknown": found.unknown}


def opened_lists(reader: Reader, url: str) -> dict:
    """All lists that share nothing, together. Projects and yuan are also the sum over the lists; amounts not known are
    not, because a member whose batch stands in another list lies inside that batch once both are counted together."""
    urls = [url.replace("/lists/", f"/lists/{name}/") for name in PARTITION]
    found = total(_members([row for each in urls for row in reader.rows(each, _projects)]))
    parts = [opened_list(reader, each) for each in urls]
    assert found.projects == sum(part["projects"] for part in parts)
    assert found.amount == sum(part["amount"] for part in parts)
    return {"projects": found.projects, "amount": found.amount, "unknown": found.unknown}


def opened_moves(reader: Reader, url: str) -> dict:
    def moves(page):
        return page.xpath("//table//tbody/tr[td[contains(@class, 'mono')]]")

    return {"rows": len(reader.rows(url, moves))}


def opened_lights(reader: Reader, url: str) -> dict:
    def lamps(page):
        return [
            (re.search(r"light-(\w+)", line.xpath(".//summary//*[contains(@class, 'light-')]/@class")[0])[1],
             line.xpath("string(./td[last()])").strip())
            for line in page.xpath("//table[contains(@class, 'lights')]/tbody/tr")
        ]

    rows = reader.rows(url, lamps)
    open_ = [colour for colour, _unit in rows if colour in ("red", "yellow", "green")]
    return {
        "rows": len(rows), "open": len(open_), "units": len({unit for _colour, unit in rows if unit}),
        "share": Fraction(open_.count("red"), len(open_)) if open_ else None,
    }


#: What stands behind an address, the longest beginning first.
OPENERS: list[tuple[str, Callable[[Reader, str], dict]]] = [
    ("/lists/difference/", opened_moves),
    ("/lists/", lambda reader, url: (opened_list if urlsplit(url).path.count("/") > 2 else opened_lists)(reader, url)),
    ("/lights/", opened_lights),
]


# -- pages that show figures ---------------------------------------------------------------------------------------


def bulletin_of_a_day(reader: Reader, day: date, chance: random.Random) -> Iterator[str]:
    """The view of a zone, sometimes of one unit in it, as of the day."""
    words = {"as_of": day.isoformat(), "zone": chance.choice(["city", "z1", "z2"])}
    unit = Organisation.everything.filter(code=chance.choice(["u1", "u2"])).first()
    if chance.random() < 0.4:
        words["unit"] = unit.pk
    url = f"/bulletins/preview/?{urlencode(words)}"
    if reader.client.get(url).status_code != 404:  # a zone in which the user sees nothing is not there for them
        yield url


def recorded_bulletins(reader: Reader, day: date, chance: random.Random) -> Iterator[str]:
    """Bulletins issued before later corrections, where the user may see any."""
    shown = reader.page("/bulletins/").xpath("//table//tbody//th[@scope='row']/a/@href")
    if shown:
        yield chance.choice(sorted(shown))


PAGES: list[Callable[[Reader, date, random.Random], Iterator[str]]] = [bulletin_of_a_day, recorded_bulletins]


# -- the walk ------------------------------------------------------------------------------------------------------


def expected(name: str, kind: str, found: dict):
    """What the figure of this name should say, by what its address opened."""
    what = name.split(".")[-1]
    if kind == "share":
        return found["share"]
    if kind == "money":
        return found["amount"]
    if what in ("projects", "unknown") and what in found:
        return found[what]
    if what == "red_units":
        return found["units"]
    return found["open"] if what == "open" else found["rows"] if "rows" in found else found["projects"]


def figures(page: html.HtmlElement) -> list[tuple[str, str, str, str]]:
    """Name, kind, value and address of every figure."""
    return [
        (mark.get("data-figure"), mark.get("data-kind", "count"), mark.get("data-value"),
         mark.xpath("ancestor-or-self::a[1]/@href")[0])
        for mark in page.xpath("//*[@data-figure]")
    ]


def walk(reader: Reader, url: str) -> int:
    count = 0
    for name, kind, value, address in figures(reader.page(url)):
        opener = next(open_ for beginning, open_ in OPENERS if urlsplit(address).path.startswith(beginning))
        says = Fraction(value) if kind == "share" else Decimal(value)
        assert says == expected(name, kind, opener(reader, address)), (reader.user, url, name, address)
        count += 1
    return count


def people(system, chance: random.Random) -> list[User]:
    """Five users: one who sees everything, four with one to three random roles at random places."""
    nodes = list(Organisation.everything.all())
    found = [member(system, "all", "supervision", Organisation.everything.get(code="city"))]
    for number in range(4):
        user = actions.create(system, User, {"username": f"random{number}", "name": f"用户{number}"})
        for role, node in {
            (chance.choice(sorted(roles())), chance.choice(nodes).pk) for _time in range(chance.randrange(1, 4))
        }:
            actions.create(system, Membership, {"user": user.pk, "organisation": node, "role": role})
        found.append(User.everything.get(pk=user.pk))
    return found


def issued(system, world) -> None:
    """Bulletins of both zones and a unit, issued; afterwards the rows they counted are corrected."""
    for zone, unit in (("city", None), ("z1", None), ("z2", world.units[1].pk)):
        draft = bulletins.draft(system, asking(Scope.whole(), zone, DAY, unit=unit), issuer="督查室")
        bulletins.issue(system, draft)
    for place, project in enumerate(world.projects[:12]):
        row = type(project).everything.get(pk=project.pk)
        actions.change(system, row, {"investment": Decimal(9_000_000 + place * 100)}, correction=True)
        actions.withdraw(system, row.events.filter(superseded_by=None, withdrawn=False).order_by("-pk").first(), "误录") \
            if row.events.filter(superseded_by=None, withdrawn=False).exists() and place % 3 == 0 else None


def test_every_figure_equals_the_rows_it_opens(system, client):
    """PostgreSQL walks two of the ten days: what it counts differently shows on any day."""
    walk_all(system, client, 20220630, DAYS if connection.vendor == "sqlite" else 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20221130, 20230220])
def test_every_figure_of_other_people_on_ten_days(system, client, seed):
    walk_all(system, client, seed, DAYS)


def walk_all(system, client, seed: int, count: int) -> None:
    chance = random.Random(seed)
    world = build(system)
    issued(system, world)
    days = [date(2021, 3, 1) + timedelta(days=chance.randrange(900)) for _day in range(count)]
    client.cookies["django_language"] = "en"
    walked = dict.fromkeys(PAGES, 0)
    for user in people(system, chance):
        client.force_login(user)
        client.cookies["django_language"] = "en"
        reader = Reader(client, user)
        may_read = all(Scope.of(user).may(name) for name in ("bulletins", "projects", "milestones"))
        for day in days:
            if not may_read:
                assert client.get("/bulletins/preview/?zone=city").status_code == 403
                continue
            for page in PAGES:
                for url in page(reader, day, chance):
                    walked[page] += walk(reader, url)
    assert walked[bulletin_of_a_day] > 100 * count
    assert walked[recorded_bulletins] > 10 * count


def test_the_addresses_of_a_bulletin_keep_day_knowledge_zone_and_unit(system, client):
    world = build(system, 12)
    client.force_login(member(system, "sup", "supervision", Organisation.everything.get(code="city")))
    reader = Reader(client, None)
    found = figures(reader.page(f"/bulletins/preview/?as_of={DAY}&zone=z1&unit={world.units[0].pk}"))
    assert found
    for name, _kind, _value, address in found:
        words = words_of(address)
        assert words["zone"] == "z1" and words["unit"] == str(world.units[0].pk) and "known_at" in words, (name, address)
        assert words.get("as_of", words.get("to")) == DAY.isoformat()
