"""The nodes of a chain as rows of a table: filtered, sorted, totalled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from guatu.chains.pages import words
from guatu.chains.pages.reading import Look
from guatu.chains.rules.graph import TIERS
from guatu.chains.rules.standing import MISSING, PRESENT, STRONG, WEAK, NodeStanding

WAN = Decimal(10_000)


@dataclass(frozen=True)
class Column:
    """`unit` stands in the header; `least` columns stand in the table until a reader takes them away."""

    name: str
    label: Any
    unit: Any = ""
    numeric: bool = True
    usual: bool = True
    total: bool = False


COLUMNS = [
    Column("name", gettext_lazy("node"), numeric=False),
    Column("tier", pgettext_lazy("of a node", "tier"), numeric=False),
    Column("status", gettext_lazy("status"), numeric=False),
    Column("makers", gettext_lazy("makers here"), total=True),
    Column("developers", gettext_lazy("developers here"), total=True),
    Column("sellers", gettext_lazy("sellers here"), total=True),
    Column("servers", gettext_lazy("service providers here"), usual=False, total=True),
    Column("near", gettext_lazy("makers nearby"), usual=False, total=True),
    Column("province", gettext_lazy("makers in the province"), usual=False, total=True),
    Column("nation", gettext_lazy("makers in the nation"), total=True),
    Column("users", gettext_lazy("users here"), usual=False),
    Column("capital", gettext_lazy("registered capital"), "万元"),
    Column("revenue", gettext_lazy("listed revenue"), "万元", usual=False, total=True),
    Column("employees", gettext_lazy("employees"), usual=False, total=True),
    Column("quotient", gettext_lazy("location quotient")),
    Column("hhi", gettext_lazy("concentration of capital (HHI)"), usual=False),
    Column("critical", gettext_lazy("paths through it"), "%", usual=False),
    Column("rank", gettext_lazy("rank of the gap")),
]
_ORDER = {MISSING: 0, WEAK: 1, PRESENT: 2, STRONG: 3, words.UNKNOWN: 4}


@dataclass(frozen=True)
class Row:
    """A node: its values by column, and the addresses behind those that open something."""

    code: str
    name: str
    tier: str
    tier_label: str
    status: str
    status_label: str
    choke: bool
    url: str
    values: dict[str, Any]
    links: dict[str, str]


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    total: dict[str, Any]
    count: int
    sort: str


def values_of(standing: NodeStanding | None, rank: int | None) -> dict[str, Any]:
    """Plain numbers by column; None where nothing is known."""
    if standing is None:
        return {}
    return {
        "makers": standing.makers.here, "developers": standing.developers.here, "sellers": standing.sellers.here,
        "servers": standing.servers.here, "near": standing.makers.near, "province": standing.makers.province,
        "nation": standing.makers.nation, "users": standing.users.total,
        "capital": None if standing.capital_cny.value is None else standing.capital_cny.value / WAN,
        "revenue": None if standing.revenue_cny.value is None else standing.revenue_cny.value / WAN,
        "employees": None if standing.employees.value is None else int(standing.employees.value),
        "quotient": standing.location_quotient.value, "hhi": standing.capital_hhi.value,
        "critical": standing.criticality.share * 100, "rank": rank,
    }


def table(seen: Look) -> Table:
    """Rows as the address asks for them: words `q`, `tier`, `status` (or `choke`), `sort` by a column."""
    given = seen.address.given
    ranks = {gap.node: gap.rank for gap in seen.panorama.gaps} if seen.panorama else {}
    rows = [_row(seen, node, ranks.get(node.code)) for node in seen.chain.nodes]
    asked = given.get("q", "").casefold().split()
    wanted = given.get("status", "")
    kept = [
        row for row, node in zip(rows, seen.chain.nodes, strict=True)
        if all(any(word in text.casefold() for text in (node.name, node.code, node.why, *node.terms)) for word in asked)
        and given.get("tier", row.tier) == row.tier
        and (not wanted or (row.choke if wanted == "choke" else row.status == wanted))
    ]
    sort = given.get("sort", "")
    column = sort.removeprefix("-")
    if column in {one.name for one in COLUMNS}:
        # What is not known stands last, whichever way the rest is sorted.
        known = [row for row in kept if _key(row, column) is not None]
        known.sort(key=lambda row: _key(row, column), reverse=sort.startswith("-"))
        kept = known + [row for row in kept if _key(row, column) is None]
    total = {
        one.name: sum((value for row in kept if (value := row.values.get(one.name)) is not None), 0)
        for one in COLUMNS if one.total and any(row.values.get(one.name) is not None for row in kept)
    }
    return Table(kept, total, len(rows), sort)


def _key(row: Row, column: str):
    if column == "tier":
        return TIERS.index(row.tier)
    if column == "status":
        return (_ORDER[row.status], not row.choke)
    return row.name if column == "name" else row.values.get(column)


def _row(seen: Look, node, rank: int | None) -> Row:
    standing = seen.standing(node.code)
    status = standing.status if standing else words.UNKNOWN

    def behind(role: str, place: str = "here") -> str:
        return seen.link("enterprises", node.code, role=role, place=place)

    links = {} if standing is None else {
        "makers": behind("makes"), "developers": behind("develops"), "sellers": behind("sells"), "servers": behind("serves"),
        "near": behind("makes", "near"), "province": behind("makes", "province"), "nation": behind("makes", "nation"),
    }
    return Row(
        node.code, node.name, node.tier, str(words.TIERS[node.tier]), status, words.status(status),
        bool(standing and standing.choke_point), seen.link("node", node.code), values_of(standing, rank), links)
