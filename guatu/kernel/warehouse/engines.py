"""The seam between what is asked and what reads the files: the same query and the same kernel on every engine.

SQL is written in what DuckDB and Spark have in common: named values as `:day`, `count_if`, `date '2022-06-30'`, decimals
for money. Text compares by code point on both. A query that returns rows orders them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from guatu.kernel.errors import Misconfigured
from guatu.kernel.warehouse.store import Draft, Part, Snapshot

NAMES = ("duckdb", "spark")

#: A named value in a query, `:day`.
VALUE = re.compile(r"(?<![:\w]):([a-z_]\w*)")

#: Told how many rows are done, of how many.
Told = Callable[[int, int], None]


class Kernel(Protocol):
    """Work on a batch of rows: pickled once for each process, then called for each batch."""

    schema: pa.Schema

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch: ...


class Engine(Protocol):
    """Whatever reads the warehouse."""

    name: str

    def query(self, sql: str, tables: Mapping[str, Snapshot | pa.Table | Sequence[str]], **values: Any) -> pa.Table:
        """What the query answers. A table is a snapshot, paths of Parquet files, or rows in memory (few)."""

    def map(
        self, source: Snapshot, kernel: Kernel, draft: Draft, columns: Sequence[str], told: Told | None = None
    ) -> list[Part]:
        """The parts a kernel makes of a snapshot's rows, written to a draft. Which row lies in which part is the engine's
        affair."""


def engine(name: str | None = None) -> Engine:
    """The engine of that name, or the one the installation is set to: Spark where `GUATU_SPARK` says where it is.

    Raises Misconfigured.
    """
    chosen = name or ("spark" if settings.GUATU_SPARK else "duckdb")
    if chosen == "duckdb":
        from guatu.kernel.warehouse.duck import Duck

        return Duck()
    if chosen == "spark":
        from guatu.kernel.warehouse.spark import Spark

        return Spark(settings.GUATU_SPARK)
    raise Misconfigured("engine_unknown", _(
        "There is no engine “%(name)s”. Choose one of: %(known)s.") % {"name": name, "known": ", ".join(NAMES)})
