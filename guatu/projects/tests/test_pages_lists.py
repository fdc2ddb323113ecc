"""The pages of the five lists: the JSON's numbers, the export's rows, and a constant number of queries."""

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from guatu.kernel.scope import Scope
from guatu.projects.choices import LISTS, RESIDUALS
from guatu.projects.queries import difference, five_lists
from guatu.projects.rules.lists import PARTITION
from guatu.projects.tests.world import build, member

pytestmark = pytest.mark.django_db
DAY = date(2022, 6, 30)
NAMES = [name for name, _label in LISTS + RESIDUALS]


@pytest.fixture
def world(system):
    return build(system, 40)


@pytest.fixture
def whole(client, world):
    """A client of somebody who reads everything."""
    client.force_login(member(world.actor, "boss", "administrator", world.zones[0].parent))
    return client


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def figures(html: str, attribute: str) -> dict[str, int]:
    found = re.findall(rf'{attribute}="([a-z_]+)"[^>]*>(?:<b>)?\s*[+−]?(\d+)', html)
    return {name: int(number) for name, number in found}


def codes(html: str) -> list[str]:
    return re.findall(r'<td[^>]*class="[^"]*\bcode\b[^"]*">([^<]+)</td>', html)


def test_the_numbers_of_the_page_are_those_of_the_json_and_reconcile(whole):
    html = page(whole, f"/lists/?as_of={DAY}")
    totals = five_lists(Scope.whole(), DAY).as_json()["totals"]
    expected = {name: total["projects"] for name, total in {**totals["lists"], **totals["residuals"]}.items()}
    parts = figures(html, "data-part")
    assert parts == {name: expected[name] for name in PARTITION}
    assert sum(parts.values()) == totals["projects"] == figures(html, "data-total")["all"]
    for name, _label in LISTS:
        assert figures(html, "data-total")[name] == expected[name]


@pytest.mark.parametrize("zone", ["", "z1"])
def test_every_list_shows_the_rows_of_the_json(whole, zone):
    answer = five_lists(Scope.whole(), DAY, zone=zone or None).as_json()
    seen = 0
    for name in NAMES:
        rows = (answer["lists"] | answer["residuals"])[name]
        for sort in ("code", "-investment", "stage", "since", "zone", "name"):
            html = page(whole, f"/lists/{name}/?as_of={DAY}&zone={zone}&sort={sort}")
            assert sorted(codes(html)) == sorted(row["code"] for row in rows)
        seen += len(rows)
    assert seen >= 20


def test_members_stand_indented_below_their_batch_where_it_stands_in_the_same_list(whole, world, system):
    from guatu.kernel import actions
    from guatu.projects.models import Project

    # p01 is a batch; p08 reached the same stage, so it stands in its list; p03 and p05 are members elsewhere.
    actions.change(system, Project.everything.get(code="p08"), {"batch": world.projects[1].pk}, correction=True)
    indented = {}
    for name in NAMES:
        html = page(whole, f"/lists/{name}/?as_of=2022-12-31")
        for row in re.findall(r"<tr( class=\"member\")?>(.*?)</tr>", html, re.S):
            for code in codes(row[1]):
                indented[code] = bool(row[0])
        if "p08" in codes(html):
            found = codes(html)
            assert found.index("p08") == found.index("p01") + 1
    assert [code for code, inside in indented.items() if inside] == ["p08"]
    assert five_lists(Scope.whole(), date(2022, 12, 31)).as_json()["totals"]["projects"] == 36 + 7


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_rows_of_the_list_under_a_title_with_the_day(whole, kind):
    answer = five_lists(Scope.whole(), DAY).as_json()
    for name in NAMES:
        response = whole.get(f"/lists/{name}/{kind}/?as_of={DAY}")
        assert response.status_code == 200
        content = b"".join(response.streaming_content)
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        else:
            rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert DAY.isoformat() in rows[0][0]
        expected = (answer["lists"] | answer["residuals"])[name]
        assert sorted(row[0] for row in rows[2:]) == sorted(row["code"] for row in expected)
        amounts = {row[0]: row[6] for row in rows[2:]}
        for row in expected:
            if row["investment_cny"] is None:
                assert amounts[row["code"]] in ("", None)
            else:
                assert float(amounts[row["code"]]) * 10_000 == pytest.approx(float(row["investment_cny"]))


def test_the_difference_page_counts_as_the_json_does(whole):
    start, end = date(2021, 6, 30), date(2022, 12, 31)
    found = difference(Scope.whole(), start, end)[0].as_json()
    html = page(whole, f"/lists/difference/?from={start}&to={end}")
    assert figures(html, "data-entered") == {name: len(moves) for name, moves in found["entered"].items()}
    assert figures(html, "data-left") == {name: len(moves) for name, moves in found["left"].items()}
    for moves in found["entered"].values():
        for move in moves:
            assert move["why"] in html


@pytest.mark.parametrize(
    "address", ["/lists/", "/lists/under_construction/", "/lists/difference/", "/lights/", "/lights/?tab=moved"]
)
def test_somebody_of_one_zone_sees_nothing_of_the_other(client, world, address):
    client.force_login(member(world.actor, "one", "project_officer", world.zones[0]))
    own = {project.code for project in world.projects[::2]}
    html = page(client, address + ("&" if "?" in address else "?") + "as_of=2022-12-31&from=2021-01-01&to=2022-12-31")
    seen = set(re.findall(r"\bp\d\d\b", html))
    assert seen <= own
    assert seen or "moved" in address or "difference" in address


def test_nobody_is_shown_anything_without_logging_in_or_without_a_role(client, world, system):
    from guatu.kernel import actions
    from guatu.kernel.models import User

    for address in ("/lists/", "/lists/negotiating/", "/lists/difference/", "/lights/", "/lists/negotiating/csv/"):
        assert client.get(address).status_code == 302
    client.force_login(User.everything.get(pk=actions.create(system, User, {"username": "nobody", "name": "n"}).pk))
    for address in ("/lists/", "/lists/negotiating/", "/lists/difference/", "/lights/", "/lists/negotiating/csv/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/lists/?as_of=yesterday", 422),
        ("/lists/?as_of=2022-02-30", 422),
        ("/lists/?known_at=then", 422),
        ("/lists/?known_at=2999-01-01", 422),
        ("/lists/?by=colour", 422),
        ("/lists/?zone=nowhere", 404),
        ("/lists/everything/", 404),
        ("/lists/negotiating/pdf/", 404),
        ("/lists/difference/?from=2022-06-30&to=2022-01-01", 422),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_with_a_sentence(whole, address, status):
    html = page(whole, address, status)
    assert "Traceback" not in html


def test_known_at_takes_the_page_back(whole, world, system):
    from django.utils import timezone

    from guatu.kernel import actions
    from guatu.projects.models import Project

    before = timezone.now()
    project = Project.everything.get(pk=world.projects[2].pk)
    actions.change(system, project, {"name": "改名后"}, valid_on=date(2021, 1, 1))
    new, old = f"/lists/?as_of={DAY}", f"/lists/?as_of={DAY}&known_at={before.isoformat().replace('+', '%2B')}"
    assert "改名后" in page(whole, new)
    assert "改名后" not in page(whole, old)


@pytest.mark.parametrize(
    "address",
    [
        "/lists/?as_of=2022-06-30",
        "/lists/?as_of=2022-06-30&by=unit",
        "/lists/under_construction/?as_of=2022-12-31",
        "/lists/difference/?from=2021-06-30&to=2022-12-31",
        "/lights/?as_of=2022-06-30",
    ],
)
def test_queries_do_not_grow_with_the_projects(client, system, address):
    counts = []
    for number in (20, 400):
        world = build(system, number) if not counts else None
        if world is None:
            more(system, number)
        else:
            client.force_login(member(system, "boss", "administrator", world.zones[0].parent))
        page(client, address)
        with CaptureQueriesContext(connection) as caught:
            page(client, address)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def more(actor, number: int) -> None:
    """Adds projects with events like those of the world to its first two zones."""
    from guatu.kernel import actions
    from guatu.kernel.changes import Change
    from guatu.kernel.models import Organisation, Source
    from guatu.projects.models import Project, StageEvent

    zones = list(Organisation.everything.filter(code__in=("z1", "z2")).order_by("code"))
    source = Source.everything.get(code="s").pk
    stages = ["negotiating", "signed", "registered", "land_acquired", "started", "completed"]
    changes = []
    for place in range(number):
        row = Change(
            "create",
            Project,
            {
                "code": f"q{place:03d}",
                "name": f"新{place}",
                "zone": zones[place % 2].pk,
                "declared_count": 3 if place % 40 == 0 else None,
            },
        )
        changes.append(row)
        for step in range(place % 7):
            if step < len(stages):
                changes.append(
                    Change(
                        "create",
                        StageEvent,
                        {
                            "project": row,
                            "event": stages[step],
                            "valid_on": date(2021 + step // 4, 1 + place % 6, 3),
                            "basis": "history",
                            "source": source,
                        },
                    )
                )
        if place % 3 == 0:
            changes.append(
                Change(
                    "create",
                    StageEvent,
                    {
                        "project": row,
                        "event": "delivered",
                        "kind": "planned",
                        "valid_on": date(2022, 7, 1 + place % 28),
                        "basis": "history",
                        "source": source,
                    },
                )
            )
    actions.write(actor, changes)
