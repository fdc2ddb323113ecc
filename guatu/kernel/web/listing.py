"""One page of a resource's list: which rows, in which order and columns, and what each cell shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from guatu.kernel.columns import Choice, Column, Flag, LongText, Whole
from guatu.kernel.models.facts import Stated
from guatu.kernel.resource import Computed, Filter, Lookup, Resource
from guatu.kernel.rules.light import Light
from guatu.kernel.scope import Scope

PAGE_SIZE = 50
#: What a search finds up to this many is counted by its identities.
COUNTED_AT_ONCE = 1_000


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list."""

    text: str
    chosen: dict[str, str]
    sort: str
    page: int

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or any(self.chosen.values()))


@dataclass(frozen=True)
class Head:
    name: str
    label: str
    unit: str
    numeric: bool
    sortable: bool
    sorted: str  # "ascending", "descending" or ""
    next_sort: str


@dataclass(frozen=True)
class Shown:
    """A cell of the page."""

    text: str
    label: str
    numeric: bool = False
    light: Light | None = None
    long: bool = False


@dataclass(frozen=True)
class Row:
    record: int
    url: str
    cells: list[Shown]
    label: str

    @property
    def headline(self) -> str:
        """What the row is called where it stands as a card: its name, led by its first column where that says more."""
        first = self.cells[0].text if self.cells else ""
        return self.label if first in self.label else f"{first} · {self.label}"


@dataclass(frozen=True)
class ListPage:
    resource: Resource
    asked: Asked
    heads: list[Head]
    rows: list[Row]
    filters: list[Filter]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        return (self.asked.page - 1) * PAGE_SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def previous_page(self) -> int | None:
        return self.asked.page - 1 if self.asked.page > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.asked.page + 1 if self.asked.page < self.pages else None


def asked_of(resource: Resource, parameters) -> Asked:
    """Reads search words, filters, order and page from an address; anything unreadable is left out."""
    page = parameters.get("page", "")
    return Asked(
        text=parameters.get("q", "").strip()[:200],
        chosen={name: parameters.get(name, "") for name in resource.filters},
        sort=parameters.get("sort", ""),
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
    )


def rows_asked(resource: Resource, scope: Scope, asked: Asked, verb: str = "view"):
    """Every row the address asks for, in order: what list, export and bulk edit have in common."""
    rows = resource.searched(resource.rows(scope, verb), asked.text)
    return resource.sorted(resource.filtered(rows, asked.chosen), asked.sort)


def columns_chosen(resource: Resource, names: list[str] | None) -> list[Column | Computed]:
    """The columns to show: those chosen, in the resource's order, else the resource's own choice."""
    if not names:
        return resource.shown_columns()
    return [column for column in all_columns(resource) if column.name in names] or resource.shown_columns()


def all_columns(resource: Resource) -> list[Column | Computed]:
    """Every column that can be shown: the list page's own first, then the rest."""
    shown = resource.shown_columns()
    names = {column.name for column in shown}
    return shown + [
        column for column in [*resource.all_columns(), *resource.computed] if column.name not in names
    ]


def read_list(resource: Resource, scope: Scope, asked: Asked, names: list[str] | None = None) -> ListPage:
    """One page of rows in a constant number of queries."""
    found = rows_asked(resource, scope, asked)
    identities = found.values_list("pk", flat=True)
    # A search reads every text: what it finds is looked for once, not for the count and for the page again.
    few = list(identities[: COUNTED_AT_ONCE + 1]) if asked.text else None
    if few is not None and len(few) > COUNTED_AT_ONCE:
        few = None
    total = found.order_by().count() if few is None else len(few)
    page = min(asked.page, max(1, -(-total // PAGE_SIZE)))
    asked = Asked(asked.text, asked.chosen, asked.sort, page)
    columns = columns_chosen(resource, names)
    start = (page - 1) * PAGE_SIZE
    if few is not None:
        found = found.filter(pk__in=few[start : start + PAGE_SIZE])
    elif start:  # far down only identities are sorted and skipped, not whole rows with what they name
        found = found.filter(pk__in=list(identities[start : start + PAGE_SIZE]))
    rows = list(found[:PAGE_SIZE])
    return ListPage(
        resource, asked, [_head(column, asked) for column in columns], shown_rows(resource, scope, rows, columns),
        resource.filter_options(scope, asked.chosen), total,
    )


def shown_rows(resource: Resource, scope: Scope, rows: list[Stated], columns: list[Column | Computed]) -> list[Row]:
    """What the page shows of `rows`; computed values are asked for only when one of their columns is shown."""
    computed: dict[int, dict[str, Any]] = {}
    if any(isinstance(column, Computed) for column in columns):
        computed = resource.compute(rows, scope, timezone.localdate())
    lookup = Lookup(scope)
    return [
        Row(
            row.record_number,
            f"/r/{resource.name}/{row.record_number}/",
            [_cell(column, row, lookup, computed.get(row.pk, {})) for column in columns],
            str(row),
        )
        for row in rows
    ]


def _head(column: Column | Computed, asked: Asked) -> Head:
    is_column = isinstance(column, Column)
    sortable = is_column and not column.field.many_to_many
    now = asked.sort.lstrip("-") == column.name and sortable
    descending = now and asked.sort.startswith("-")
    return Head(
        column.name, str(column.label), (column.unit or "") if is_column else "", column.numeric, sortable,
        ("descending" if descending else "ascending") if now else "",
        f"-{column.name}" if now and not descending else column.name,
    )


def _cell(column: Column | Computed, row: Stated, lookup: Lookup, computed: dict[str, Any]) -> Shown:
    if isinstance(column, Computed):
        value = computed.get(column.name)
        is_light = isinstance(value, Light)
        return Shown("" if value is None or is_light else str(value), str(column.label), column.numeric,
                     value if is_light else None)
    numeric = column.numeric
    text = column.show(row, lookup)
    if isinstance(column, Whole) and text.isdigit() and len(text) > 4:
        text = f"{int(text):,d}"  # four digits may be a year
    long = isinstance(column, LongText) or (type(column) not in (Choice, Flag) and len(text) > 18)
    return Shown(text, column.label, numeric, None, long and not numeric)
