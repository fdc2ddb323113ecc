"""Spark, for more rows than one machine reads: Spark Connect (also Sail, without Java) or classic.

The workers import `guatu` to run a kernel, and read and write the warehouse's folder under the same path
(docs/scale.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from guatu.kernel.errors import Misconfigured
from guatu.kernel.warehouse.engines import VALUE, Kernel, Told
from guatu.kernel.warehouse.store import Draft, Part, Snapshot

_sessions: dict[str, Any] = {}


class Spark:
    """`where` is sc://host:port for Spark Connect, else a master of classic Spark."""

    name = "spark"

    def __init__(self, where: str):
        if not where:
            raise Misconfigured("spark_unset", _(
                "GUATU_SPARK is not set, so it is not known where Spark is. Set it to sc://host:port, or use DuckDB."))
        self.where = where

    def query(self, sql: str, tables: Mapping[str, Snapshot | pa.Table | Sequence[str]], **values: Any) -> pa.Table:
        session = self._session()
        for name, table in tables.items():
            self._frame(session, table).createOrReplaceTempView(name)
        used = {name: values[name] for name in VALUE.findall(sql)}
        return session.sql(sql, args=used).toArrow()

    def map(
        self, source: Snapshot, kernel: Kernel, draft: Draft, columns: Sequence[str], told: Told | None = None
    ) -> list[Part]:
        from pyspark.sql.pandas.types import from_arrow_schema

        session = self._session()
        files = source.files()
        if not files:
            return []
        frame = session.read.parquet(*files).select(*columns)
        folder = draft.folder / "spark"

        def work(batches):
            for batch in batches:
                yield kernel(batch)

        frame.mapInArrow(work, from_arrow_schema(kernel.schema)).write.mode("overwrite").parquet(str(folder))
        if told:
            told(source.rows, source.rows)
        return [
            Part(f"parts/{draft.name}/spark/{path.name}", pq.read_metadata(path).num_rows)
            for path in sorted(folder.glob("*.parquet"))
        ]

    def _frame(self, session, table):
        if isinstance(table, Snapshot):
            table = table.files()
        return session.createDataFrame(table) if isinstance(table, pa.Table) else session.read.parquet(*table)

    def _session(self):
        """One for each address, for as long as the process lives."""
        if self.where not in _sessions:
            try:
                session = _connected(self.where) if self.where.startswith("sc://") else _classic(self.where)
            except ImportError:
                raise Misconfigured("spark_missing", _(
                    "GUATU_SPARK is set, but PySpark is not installed. Install it beside Guatu: pip install "
                    "'guatu[spark]'.")) from None
            session.conf.set("spark.sql.session.timeZone", "UTC")
            _sessions[self.where] = session
        return _sessions[self.where]


def _connected(where: str):
    from pyspark.sql.connect.session import SparkSession

    return SparkSession.builder.remote(where).create()


def _classic(where: str):
    from pyspark.sql import SparkSession

    return SparkSession.builder.master(where).getOrCreate()
