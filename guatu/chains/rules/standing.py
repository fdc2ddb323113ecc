"""What stands on a chain in a zone: the answers of panorama, status and gaps, each figure with the terms it is made of.

    Panorama        a chain in a zone on a day: coverage, nodes, gaps
    NodeStanding    one node: who is there in which role, figures of its makers, its status and why
    Gap             one node that is worth filling: a score that is the sum of its terms, each with its sentence

Places nest: `here` is the zone's territory, `near` the rest of its cities (or of a radius), `province` and `nation` are
whole and hold the smaller ones. Money is yuan. A figure that cannot be told is None, and a reason stands beside it.
A count of enterprises opens its list: `queries.node_enterprises(chain, node, …)` is as long as the count says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guatu.chains.rules.standing_words import SENTENCES

MISSING, WEAK, PRESENT, STRONG = "missing", "weak", "present", "strong"
STATUSES = (MISSING, WEAK, PRESENT, STRONG)
#: A status that nobody can tell: no register is mapped, or the node is newer than the edition by which it was mapped.
UNKNOWN = "unknown"

#: Strongest first. A mapping holds the strongest role that the texts show.
ROLES = ("makes", "develops", "sells", "serves")

#: Where an enterprise may be looked for.
PLACES = ("here", "near", "province", "nation")


@dataclass(frozen=True)
class Told:
    """A sentence about a figure: its code, and what fills the sentence (plain values only)."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """In the reader's language."""
        return translate(SENTENCES[self.code]) % dict(self.params)


@dataclass(frozen=True)
class Counts:
    """Enterprises by place; see the module for how places nest."""

    here: int = 0
    near: int = 0
    province: int = 0
    nation: int = 0


@dataclass(frozen=True)
class Sum:
    """A sum over the makers here that `known` of them state; None where nobody does."""

    value: Decimal | None
    known: int
    unknown: int


@dataclass(frozen=True)
class Ratio:
    """A computed figure, or None and the reason why it is undefined."""

    value: Decimal | None
    undefined: Told | None = None


@dataclass(frozen=True)
class Cluster:
    """A city in which makers of a node sit: code of 4 digits, how many, and their share of all in the nation (0-1)."""

    city_code: str
    makers: int
    share: Decimal


@dataclass(frozen=True)
class Criticality:
    """What hangs on a node: of all paths from a first to a last node of the chain, those that run through it; and the
    nodes with makers here that it supplies, in one step and in any number of steps."""

    paths: int
    all_paths: int
    share: Decimal  # 0-1
    direct: tuple[str, ...]  # codes of nodes with makers here
    transitive: tuple[str, ...]  # these and those further on


@dataclass(frozen=True)
class Users:
    """Makers here of the nodes that a node supplies, each enterprise once, at its shortest distance in the graph."""

    by_distance: Mapping[int, int]
    weighted: Decimal  # each counts 1 at distance 1, and less further on
    total: int

    @property
    def direct(self) -> int:
        return self.by_distance.get(1, 0)


@dataclass(frozen=True)
class NodeStanding:
    """One node as it stands. `makers` to `servers` count enterprises by their strongest role. `clusters` are the cities
    with most makers in the nation. `terms` say why it has its status; `aside` why it is never ranked as a gap."""

    code: str
    name: str
    tier: str
    why: str
    makers: Counts
    developers: Counts
    sellers: Counts
    servers: Counts
    capital_cny: Sum
    revenue_cny: Sum
    employees: Sum
    location_quotient: Ratio
    capital_hhi: Ratio  # of registered capital among makers here, 0-10,000
    national_capital_hhi: Ratio
    city_hhi: Ratio  # of the nation's makers over cities, 0-10,000
    clusters: tuple[Cluster, ...]
    criticality: Criticality
    users: Users
    status: str
    terms: tuple[Told, ...]
    aside: Told | None = None
    choke_point: bool = False

    def counts(self, role: str) -> Counts:
        """Of the enterprises in a role of ROLES."""
        return {"makes": self.makers, "develops": self.developers, "sells": self.sellers, "serves": self.servers}[role]


@dataclass(frozen=True)
class GapTerm:
    """One part of a score: `points` of at most `most` (substitution takes away: from -most to 0), and why."""

    code: str  # demand, criticality, scarcity_here, scarcity_nation, reach, substitution
    points: Decimal
    most: Decimal
    told: Told


@dataclass(frozen=True)
class Gap:
    """A node with users here and too few makers. `score` is the sum of the terms; `rank` begins at 1."""

    rank: int
    node: str
    name: str
    tier: str
    status: str
    score: Decimal
    choke_point: bool
    terms: Mapping[str, GapTerm]


@dataclass(frozen=True)
class Coverage:
    """What was looked at: enterprises of the register that existed on the day, as far as it says so."""

    here: int
    near: int
    province: int
    nation: int
    register_rows: int  # of the snapshot, whatever the day
    last_registered_on: date | None  # D: the register knows no later registration, up to the day asked about
    undated: int  # rows here without a day of registration: counted
    undated_exits: int  # rows here that are gone, but nobody knows since when: not counted
    mapped_here: int  # enterprises of the chain in any role
    mapped_nation: int
    confirmed: int  # verdicts of people that count
    rejected: int
    register_mark: str = ""
    mappings_mark: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True)
class Parameter:
    """A parameter that was used: its value, the day from which it holds and the document that sets it."""

    key: str
    value: Any
    since: date
    document: str


@dataclass(frozen=True)
class Panorama:
    """A chain in a zone on a day. `nodes` in the chain's order, `gaps` by rank."""

    chain: str
    chain_name: str
    edition: date
    zone: str
    zone_name: str
    as_of: date
    known_at: datetime | None
    coverage: Coverage
    parameters: tuple[Parameter, ...]
    nodes: tuple[NodeStanding, ...]
    gaps: tuple[Gap, ...]

    def node(self, code: str) -> NodeStanding:
        """Raises KeyError."""
        for node in self.nodes:
            if node.code == code:
                return node
        raise KeyError(code)


@dataclass(frozen=True)
class Evidence:
    """An enterprise behind a count, with the words that put it there. `excerpt` is cut from the register's text around
    them: `excerpt[start:end]` is the term, `verb_start` and `verb_end` the word that states the role, where it lies
    inside. A person who confirmed or added it stands in `by`."""

    key: str
    name: str
    uscc: str | None
    role: str
    confidence: Decimal | None
    registered_on: date | None
    capital_cny: Decimal | None
    province_code: str | None
    city_code: str | None
    county_code: str | None
    address: str | None
    field: str
    term: str
    excerpt: str
    start: int
    end: int
    verb_start: int | None = None
    verb_end: int | None = None
    node: str = ""  # the node whose text it is: for users, the node that uses
    verdict: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Listing:
    """A page of the enterprises behind a count. `cursor` fetches the next page; "" when this is the last."""

    total: int
    rows: tuple[Evidence, ...]
    cursor: str


@dataclass(frozen=True)
class NodeChange:
    """A node in two panoramas of one chain: two days or two zones. Differences are second minus first."""

    code: str
    name: str
    status: tuple[str, str]
    makers: tuple[int, int]
    developers: tuple[int, int]
    sellers: tuple[int, int]
    servers: tuple[int, int]
    capital_cny: tuple[Decimal | None, Decimal | None]
    location_quotient: tuple[Decimal | None, Decimal | None]
    rank: tuple[int | None, int | None]

    @property
    def differs(self) -> bool:
        pairs = (self.status, self.makers, self.developers, self.sellers, self.servers, self.capital_cny, self.rank)
        return any(first != second for first, second in pairs)


@dataclass(frozen=True)
class Comparison:
    """Two panoramas of one chain, node by node."""

    first: Panorama
    second: Panorama
    nodes: tuple[NodeChange, ...]
