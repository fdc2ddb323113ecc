"""The whole record database as of one instant, read while others go on writing.

SQLite: a read transaction in WAL mode sees what was committed when it began; writers append to the log meanwhile.
PostgreSQL: one REPEATABLE READ, READ ONLY transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection

from guatu.kernel.backup import cells
from guatu.kernel.backup.tables import Table

PIECE = 1 << 18


class Snapshot:
    """`rows` for small answers, `pieces` for the COPY text of a whole table."""

    vendor: str

    def rows(self, sql: str) -> list[tuple]:
        raise NotImplementedError

    def pieces(self, table: Table) -> Iterator[bytes]:
        raise NotImplementedError

    @staticmethod
    def _select(table: Table) -> str:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        return f'SELECT {names} FROM "{table.name}" ORDER BY "{table.key}"'


class _Sqlite(Snapshot):
    vendor = "sqlite"

    def __init__(self, link: sqlite3.Connection):
        self.link = link

    def rows(self, sql: str) -> list[tuple]:
        return self.link.execute(sql).fetchall()

    def pieces(self, table: Table) -> Iterator[bytes]:
        held, size = [], 0
        with closing(self.link.execute(self._select(table))) as cursor:
            for line in cells.lines(table.columns, cursor):
                held.append(line)
                size += len(line)
                if size >= PIECE:
                    yield "".join(held).encode()
                    held, size = [], 0
        if held:
            yield "".join(held).encode()


class _Postgresql(Snapshot):
    vendor = "postgresql"

    def __init__(self, link):
        self.link = link

    def rows(self, sql: str) -> list[tuple]:
        with self.link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def pieces(self, table: Table) -> Iterator[bytes]:
        held, size = [], 0
        with self.link.cursor() as cursor, cursor.copy(f"COPY ({self._select(table)}) TO STDOUT") as copy:
            for row in copy:
                held.append(bytes(row))
                size += len(row)
                if size >= PIECE:
                    yield b"".join(held)
                    held, size = [], 0
        if held:
            yield b"".join(held)


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Opens a connection of its own and holds the instant until the end of the block."""
    with connection.wrap_database_errors, _opened() as taken:
        yield taken


@contextmanager
def _opened() -> Iterator[Snapshot]:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(name, timeout=30, isolation_level=None, uri=name.startswith("file:"))) as link:
            link.execute("PRAGMA query_only=1")
            link.execute("BEGIN")
            link.execute("SELECT 1 FROM django_migrations LIMIT 1").fetchall()  # the first read fixes the instant
            yield _Sqlite(link)
        return
    own = connection.copy()
    try:
        own.connect()
        for setting in ("TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "extra_float_digits = 1", "bytea_output = 'hex'",
                        "statement_timeout = 0", "idle_in_transaction_session_timeout = 0"):
            own.connection.execute(f"SET {setting}")
        own.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        own.connection.execute("SELECT 1 FROM django_migrations LIMIT 1")
        yield _Postgresql(own.connection)
    finally:
        own.close()
