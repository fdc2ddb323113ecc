"""The dataset `register_names`: every name of the register taken apart, made anew when the register or the rules change."""

from __future__ import annotations

import hashlib
import json
from functools import cache

import pyarrow as pa

from guatu.enterprises.matching.places import places
from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.rules.names import VERSION, Name, parse_name
from guatu.enterprises.rules.trades import SIMPLIFIED, TRADES
from guatu.kernel.warehouse import Dataset, Engine, Snapshot, engine
from guatu.kernel.warehouse.derived import derived
from guatu.kernel.warehouse.engines import Told

#: What is kept of a name, in the order in which `cells` gives it.
PARTS = ("plain", "places", "bracketed", "core", "trade", "form", "group", "branch")
SCHEMA = pa.schema([
    ("key", pa.string()), ("uscc", pa.string()), ("name", pa.string()), ("plain", pa.string()),
    ("places", pa.string()),  # between semicolons
    ("bracketed", pa.bool_()), ("core", pa.string()), ("trade", pa.string()), ("form", pa.string()), ("group", pa.bool_()),
    ("branch", pa.string()),
])
NAMES = Dataset("register_names", SCHEMA)
COLUMNS = ("key", "uscc", "name")


@cache
def rules_mark() -> str:
    """Names the rules by which names are taken apart: others, and the register's names are taken apart anew."""
    told = [VERSION, sorted(TRADES), sorted(SIMPLIFIED.items()), sorted(places().words.items())]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def cells(name: Name) -> tuple:
    """The parts of a name as they are kept."""
    return (name.plain, ";".join(name.places), name.bracketed, name.core, name.trade, name.form, name.group, name.branch)


def as_name(row: tuple) -> Name:
    """The name that `cells` gave."""
    plain, found, *rest = row
    return Name(plain, tuple(found.split(";")) if found else (), *rest)


def table_of(keys: list, codes: list, names: list) -> pa.Table:
    """Names taken apart, as rows of `SCHEMA`."""
    known = places()
    columns = zip(*(cells(parse_name(name or "", known)) for name in names), strict=True) if names else [[] for _part in PARTS]
    return pa.table([keys, codes, names, *map(list, columns)], schema=SCHEMA)


class NameKernel:
    """Takes apart the names of a batch of the register."""

    schema = SCHEMA

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        table = table_of(*(batch.column(name).to_pylist() for name in COLUMNS))
        return table.combine_chunks().to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], SCHEMA)


def names_of_register(chosen: Engine | None = None, told: Told | None = None) -> Snapshot | None:
    """The names of the register's last snapshot, taken apart now where that was not done yet; None without a register.

    What is kept follows from the register and the rules alone, so it needs no right and leaves no trace in the history.
    """
    register = REGISTER.snapshot()
    if register is None or not register.files():
        return None
    facts = {"register": register.number, "rules": rules_mark()}
    return derived(NAMES, register, NameKernel(), COLUMNS, facts, chosen or engine(), told)
