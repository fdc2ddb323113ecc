"""The turn of the day: record values whose day has come are put in force, and the house is told."""

from __future__ import annotations

from datetime import date

from django.db import models, transaction

from guatu.kernel.events import DayTurned, publish
from guatu.kernel.models import ChainHead, Record, Statement
from guatu.kernel.queries import fold_now
from guatu.kernel.recording import head
from guatu.kernel.registry import resources
from guatu.kernel.values import read


def turn_of_day(today: date) -> int:
    """Puts in force what statements say from a day that has come; returns how many rows changed.

    Cheap when the day was turned already, so every door may call it. A record's own columns only repeat what its
    statements say, so nothing is recorded.
    """
    if _turned(head(), today):
        return 0
    changed = 0
    with transaction.atomic():
        last = ChainHead.objects.select_for_update().filter(pk=1).first()
        if last is None or _turned(last, today):
            return 0
        due = Statement.objects.filter(counts_from__lte=today)
        if last.turned_on is not None:
            due = due.filter(counts_from__gt=last.turned_on)
            models_by_label = {resource.model._meta.label_lower: resource.model for resource in resources().values()}
            for label, pk in sorted(set(due.values_list("subject_type", "subject_id"))):
                row = models_by_label[label].everything.filter(pk=pk).first()
                if row is not None:
                    _put_in_force(row, today)
                    changed += 1
        publish(DayTurned(today, last.turned_on))
        last.turned_on = today
        last.save(update_fields=["turned_on"])
    return changed


def _turned(last: ChainHead, today: date) -> bool:
    return last.turned_on is not None and last.turned_on >= today


def _put_in_force(row: Record, today: date) -> None:
    columns = {field.name: field for field in type(row).value_fields()}
    for name, value in fold_now(row, today).values.items():
        field = columns.get(name)
        if isinstance(field, models.ManyToManyField):
            getattr(row, name).set(value)
        elif field is not None:
            setattr(row, field.attname, read(field, value))
        elif name == "withdrawn":
            row.withdrawn = value
    row.save()
