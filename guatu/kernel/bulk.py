"""Many rows in few statements. Django's bulk_create splits by SQLite's parameter limit; executemany does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection, models

COPIED = 20  # rows from which PostgreSQL is faster with COPY
CHUNK = 500  # identities in one IN list; below SQLite's limit of 999 parameters


def chunks(items: Sequence, size: int = CHUNK) -> Iterable[Sequence]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert(rows: Iterable[models.Model]) -> None:
    """Inserts rows whose primary keys are set, grouped by table, in the order of first appearance."""
    by_model: dict[type, list] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, group in by_model.items():
        fields = [field for field in model._meta.concrete_fields if field.attname != "id" or group[0].pk is not None]
        insert_tuples(
            model,
            [field.attname for field in fields],
            prepared(fields, ([getattr(row, field.attname) for field in fields] for row in group)),
        )
        for row in group:
            row._state.adding = False
            row._state.db = "default"


#: Kinds of columns whose values of these very types reach every database as they are.
PLAIN = {
    "BigIntegerField": int,
    "IntegerField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "ForeignKey": int,
}


def prepared(fields: Sequence[models.Field], rows: Iterable[Sequence]) -> list[list]:
    """Database values of rows of Python values; each different day is prepared once."""
    plain = [PLAIN.get(field.get_internal_type()) for field in fields]
    prepare = [field.get_db_prep_save for field in fields]
    days: dict[tuple, object] = {}

    def value_of(place: int, value):
        kind = type(value)
        if kind is plain[place] or value is None:
            return value
        if kind is not date:
            return prepare[place](value, connection)
        key = (place, value)
        if key not in days:
            days[key] = prepare[place](value, connection)
        return days[key]

    places = range(len(fields))
    return [[value_of(place, row[place]) for place in places] for row in rows]


def insert_tuples(model: type[models.Model], attnames: Sequence[str], tuples: Sequence[Sequence]) -> None:
    """Inserts prepared database values; `attnames` gives their columns."""
    if not tuples:
        return
    columns = {field.attname: connection.ops.quote_name(field.column) for field in model._meta.concrete_fields}
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(columns[name] for name in attnames)
    marks = ", ".join(["%s"] * len(attnames))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(tuples) > COPIED:
            # Django does not translate errors of `copy`; a doubled key must be its IntegrityError all the same.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in tuples:
                    copy.write_row(row)
            return
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuples)


def update(model: type[models.Model], attnames: Sequence[str], rows: Iterable[models.Model]) -> None:
    """Writes the named columns of rows by primary key."""
    fields = [model._meta.get_field(name) if name != "pk" else model._meta.pk for name in attnames]
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    key = connection.ops.quote_name(model._meta.pk.column)
    tuples = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    if tuples:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {key} = %s", tuples)


def by_ids(model: type[models.Model], ids: Iterable[int], column: str = "pk") -> Iterable[models.Model]:
    """Rows by identity, in chunks that fit every database's parameter limit."""
    for chunk in chunks(sorted(set(ids))):
        yield from model.everything.filter(**{f"{column}__in": chunk})


def put_back_mark(model: type[models.Model], pk: int, number: int) -> None:
    """Says again that recording `number` touched a row last: for an undoing that leaves it as it stood, to the byte."""
    model.everything.filter(pk=pk).update(last_recording=number)


def put_back_links(field: models.ManyToManyField, pk: int, links: Sequence[Sequence[int]]) -> None:
    """Gives the links of a row (identity, target) the identities they had."""
    through = field.remote_field.through
    own, other = through._meta.get_field(field.m2m_field_name()), through._meta.get_field(field.m2m_reverse_field_name())
    through._base_manager.filter(**{own.attname: pk}).delete()
    insert_tuples(through, ["id", own.attname, other.attname], [[link, pk, target] for link, target in links])
