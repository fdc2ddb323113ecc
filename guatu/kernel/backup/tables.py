"""Which tables a backup holds: every table of the record database, but for those named here."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import models, router

#: Models (or whole apps) that are not in a backup, and why. Jobs and their queue lie in another database and are not
#: either: work under way cannot be taken up on another machine.
LEFT_OUT = {
    "kernel.loginsession": "everybody logs in again after a restore",
    "sessions": "everybody logs in again after a restore",
    "axes": "lock-outs after wrong passwords hold for minutes only",
    "contenttypes": "made anew by the program",
    "auth": "made anew by the program; rights are memberships",
    "socialaccount.socialapp": "holds a secret; the installation's environment gives it",
    "socialaccount.socialtoken": "holds a secret",
}

#: Kind of a column in the backup by Django's type of field.
KINDS = {
    "AutoField": "int", "BigAutoField": "int", "SmallAutoField": "int",
    "BigIntegerField": "int", "IntegerField": "int", "SmallIntegerField": "int",
    "PositiveBigIntegerField": "int", "PositiveIntegerField": "int", "PositiveSmallIntegerField": "int",
    "CharField": "text", "TextField": "text", "SlugField": "text", "FileField": "text", "FilePathField": "text",
    "UUIDField": "uuid", "GenericIPAddressField": "text", "IPAddressField": "text",
    "BooleanField": "bool", "DecimalField": "decimal", "FloatField": "float",
    "DateField": "date", "DateTimeField": "instant", "TimeField": "time", "JSONField": "json", "BinaryField": "bytes",
}


@dataclass(frozen=True)
class Column:
    """One column of a table; `places` are the decimal places of a decimal."""

    name: str
    kind: str
    places: int = 0


@dataclass(frozen=True)
class Table:
    name: str
    key: str
    columns: tuple[Column, ...]


def record_models() -> list[type[models.Model]]:
    """Every model with a table in the record database, tables of many-to-many references too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and router.allow_migrate_model("default", model)
    ]


def left_out(model: type[models.Model]) -> bool:
    return model._meta.label_lower in LEFT_OUT or model._meta.app_label in LEFT_OUT


def kept() -> list[Table]:
    """The tables of a backup, by name."""
    found = [
        Table(
            model._meta.db_table,
            model._meta.pk.column,
            tuple(_column(field) for field in model._meta.concrete_fields),
        )
        for model in record_models()
        if not left_out(model)
    ]
    return sorted(found, key=lambda table: table.name)


def _column(field: models.Field) -> Column:
    plain = field
    while isinstance(plain, models.ForeignKey):
        plain = plain.target_field
    kind = plain.get_internal_type()
    if kind not in KINDS:
        raise TypeError(f"A backup cannot hold {field}: say in {__name__} how a {kind} is written.")
    return Column(field.column, KINDS[kind], getattr(plain, "decimal_places", None) or 0)
