"""Where a restore builds: whole and verified out of sight, then put in place in one step.

SQLite: a database file beside the real one, renamed at the end. PostgreSQL: one transaction, whose migrations, rows and
verification are seen by nobody before it is committed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from guatu.kernel.backup import cells, tables
from guatu.kernel.backup.making import sync_folder
from guatu.kernel.backup.tables import Table

ROWS_AT_ONCE = 5000


@dataclass(frozen=True)
class Standing:
    """What the installation holds now; `empty` when that is at most what `guatu setup` records by itself."""

    recordings: int = 0
    empty: bool = True
    damaged: bool = False

    @property
    def words(self) -> str:
        """What somebody types who wants to give all that up."""
        return "discard damaged database" if self.damaged else f"discard {self.recordings} recordings"


def standing() -> Standing:
    try:
        names = set(connection.introspection.table_names())
        if not {"kernel_recording", "kernel_user"} <= names:
            return Standing()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(CASE WHEN channel <> 'setup' THEN 1 END) FROM kernel_recording")
            recordings, others = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM kernel_user")
            (users,) = cursor.fetchone()
    except DatabaseError as fault:
        if connection.vendor == "sqlite" and isinstance(fault.__cause__, sqlite3.DatabaseError):
            return Standing(empty=False, damaged=True)
        raise
    return Standing(recordings, not others and not users)


class Target:
    """A place being filled. `kept` says afterwards where what stood there before was put, if it was kept."""

    kept: str | None = None

    def load(self, table: Table, pieces: Iterator[bytes]) -> int:
        """Fills an empty table; returns how many rows it then has."""
        raise NotImplementedError

    def loaded(self) -> None:
        """Every table is filled: references are checked. Raises IntegrityError when one leads nowhere."""

    def migrated(self) -> None:
        """The tables are those of this program: identities are handed out from where the backup ended."""

    @staticmethod
    def _names(table: Table) -> str:
        return ", ".join(f'"{column.name}"' for column in table.columns)

    @staticmethod
    def _count(table: Table) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table.name}"')
            return cursor.fetchone()[0]


@contextmanager
def target(was: Standing) -> Iterator[Target]:
    """An empty database to fill; put in place when the block ends well, forgotten when it does not."""
    made = _sqlite_file(was) if connection.vendor == "sqlite" else _transaction(was)
    with made as filled:
        yield filled


def aside() -> str:
    return f"before_restore_{datetime.now():%Y%m%d_%H%M%S}"


# -- SQLite --------------------------------------------------------------------------------------------------------


class _SqliteFile(Target):
    def load(self, table: Table, pieces: Iterator[bytes]) -> int:
        marks = ", ".join(["%s"] * len(table.columns))
        found = cells.rows(list(table.columns), pieces)
        connection.disable_constraint_checking()  # migrations turn it on again
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table.name}"')
            while some := list(islice(found, ROWS_AT_ONCE)):
                cursor.executemany(f'INSERT INTO "{table.name}" ({self._names(table)}) VALUES ({marks})', some)
        return self._count(table)

    def loaded(self) -> None:
        connection.enable_constraint_checking()
        connection.check_constraints()


@contextmanager
def _sqlite_file(was: Standing) -> Iterator[Target]:
    place = Path(connection.settings_dict["NAME"])
    for left in place.parent.glob(f"{place.name}.restoring*"):
        left.unlink()  # a restore that was cut; only one runs at a time
    beside = place.with_name(f"{place.name}.restoring")
    filled = _SqliteFile()
    connection.close()
    connection.settings_dict["NAME"] = str(beside)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # the whole file is synced at the end
        yield filled
        connection.close()
        _settle(beside)
        filled.kept = _exchange(beside, place, keep=not was.empty)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(place)
        for left in place.parent.glob(f"{place.name}.restoring*"):
            left.unlink()


def _settle(path: Path) -> None:
    """Brings all that was written into the one file and onto the disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    opened = os.open(path, os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _exchange(fresh: Path, place: Path, keep: bool) -> str | None:
    """Puts the fresh file in place in one step. With `keep` the former one stays beside it under another name."""
    kept = None
    if place.exists():
        try:
            _settle(place)
        except sqlite3.DatabaseError:
            keep = True
        if keep:
            kept = place.with_name(f"{place.stem}.{aside()}{place.suffix}")
            os.link(place, kept)
        for ending in ("-wal", "-shm"):  # what a sound database leaves behind was brought in above
            log = place.with_name(place.name + ending)
            if log.exists() and kept is not None:
                log.replace(kept.with_name(kept.name + ending))
            else:
                log.unlink(missing_ok=True)
    fresh.replace(place)
    sync_folder(place.parent)
    return str(kept) if kept is not None else None


# -- PostgreSQL ----------------------------------------------------------------------------------------------------


class _Transaction(Target):
    def load(self, table: Table, pieces: Iterator[bytes]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table.name}"')
            statement = f'COPY "{table.name}" ({self._names(table)}) FROM STDIN'
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for piece in pieces:
                    copy.write(piece)
        return self._count(table)

    def loaded(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def migrated(self) -> None:
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), tables.record_models()):
                cursor.execute(statement)


@contextmanager
def _transaction(was: Standing) -> Iterator[Target]:
    filled = _Transaction()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TimeZone = 'UTC'")
            cursor.execute("SET LOCAL DateStyle = 'ISO, YMD'")
        standing_tables = _ours()
        if was.empty:
            with connection.cursor() as cursor:
                for name in standing_tables:
                    cursor.execute(f'DROP TABLE "{name}" CASCADE')
        else:
            schema = aside()
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE SCHEMA "{schema}"')
                for name in standing_tables:
                    cursor.execute(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"')
            filled.kept = schema
        yield filled


def _ours() -> list[str]:
    """The program's tables that are there now."""
    ours = {"django_migrations", *(model._meta.db_table for model in tables.record_models())}
    return sorted(ours.intersection(connection.introspection.table_names()))


def columns_there(name: str) -> set[str]:
    """Columns of a table as they are in the database; none when there is no such table."""
    if name not in connection.introspection.table_names():
        return set()
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, name)}


