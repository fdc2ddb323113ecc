"""Copies the generated zone from its SQLite file into PostgreSQL, so that both hold the same rows.

    DATABASE_URL=postgresql://… python -m benchmarks.transfer FOLDER/guatu.sqlite3      (into an empty database)
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import call_command


def converters(model) -> list[Callable | None]:
    """For each column what SQLite's form needs to be before PostgreSQL takes it; None where nothing."""
    from django.db import models

    def of(field):
        if isinstance(field, models.BooleanField):
            return bool
        if isinstance(field, models.DecimalField):
            places = field.decimal_places
            return lambda value: f"{value:.{places}f}"
        if isinstance(field, models.DateTimeField):
            return lambda value: value + "+00"
        return None

    return [of(field) for field in model._meta.concrete_fields]


def transfer(path: Path) -> int:
    """Fills every table; returns how many rows. Foreign keys are not asked again: they held in the source."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = {row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    total = 0
    with connection.cursor() as cursor:
        tables &= set(connection.introspection.table_names(cursor))
        filled = [
            model for model in apps.get_models(include_auto_created=True)
            if not model._meta.proxy and model._meta.db_table in tables
            and not model._meta.db_table.startswith("django_")
        ]
        cursor.execute("SET session_replication_role = replica")
        every = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in filled)
        cursor.execute(f"TRUNCATE {every} CASCADE")
        for model in filled:
            quoted = connection.ops.quote_name(model._meta.db_table)
            names = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
            adapt = converters(model)
            with cursor.copy(f"COPY {quoted} ({names}) FROM STDIN") as copy:
                for row in source.execute(f"SELECT {names} FROM {quoted}"):
                    copy.write_row([
                        value if value is None or change is None else change(value)
                        for value, change in zip(row, adapt, strict=True)
                    ])
                    total += 1
        for sentence in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(sentence)
        cursor.execute("SET session_replication_role = DEFAULT")
        # What autovacuum does by itself within minutes.
        cursor.execute("VACUUM ANALYZE")
    return total


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", database="progress", verbosity=0)
    print(transfer(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
