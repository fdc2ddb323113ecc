"""Checks that every change passes, whatever the resource: column rules and uniqueness."""

from __future__ import annotations

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty
from guatu.kernel.models.facts import Fact
from guatu.kernel.models.history import limit
from guatu.kernel.registry import resource_of_subject


def values(batch: Batch) -> None:
    """Each value must fit its column: present where required, of a known choice, not too long, in range."""
    for change in batch.changes:
        if change.op == "withdraw":
            continue
        for field in change.model.value_fields():
            if change.op == "change" and field.name not in change.values:
                continue
            value = change.values.get(field.name, field.get_default() if not field.many_to_many else [])
            if isinstance(value, Change) or field.many_to_many:
                continue
            if message := fault_of(field, value):
                batch.refuse(change, Faulty("faulty", message, field.name))


def references(batch: Batch) -> None:
    """A reference that is limited to some rows (a zone, not any organisation) names one of them."""
    limited: dict[tuple[type, models.ForeignKey], list[Change]] = defaultdict(list)
    for change in batch.changes:
        for name, value in change.values.items() if change.op != "withdraw" else ():
            field = change.model._meta.get_field(name)
            if isinstance(field, models.ForeignKey) and field.get_limit_choices_to() and isinstance(value, int):
                limited[change.model, field].append(change)
    for (_model, field), changes in limited.items():
        rows = field.related_model.everything.complex_filter(field.get_limit_choices_to())
        allowed: set[int] = set()
        for chunk in chunks(sorted({change.values[field.name] for change in changes})):
            allowed.update(rows.filter(pk__in=chunk).values_list("pk", flat=True))
        for change in changes:
            if change.values[field.name] not in allowed:
                named = field.related_model.everything.filter(pk=change.values[field.name]).first()
                batch.refuse(change, Faulty("wrong_kind", _(
                    "“%(named)s” cannot stand in “%(label)s”: it is not of a kind that belongs there. Choose another."
                ) % {"named": named or change.values[field.name], "label": field.verbose_name}, field.name))


def fault_of(field: models.Field, value) -> str | None:
    label = field.verbose_name
    if value is None:
        return None if field.null else _("“%s” is missing. Give a value.") % label
    if value == "" and not field.blank:
        return _("“%s” is missing. Give a value.") % label
    if isinstance(field, models.ForeignKey):
        return None
    if field.choices and value != "":
        codes = {code for code, _label in field.flatchoices}
        if value not in codes:
            return _("“%(value)s” is not a value of “%(label)s”. Use one of: %(codes)s.") % {
                "value": value,
                "label": label,
                "codes": "、".join(str(text) for _code, text in field.flatchoices),
            }
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        return _("“%s” contains a character that cannot be stored. Type the value again.") % label
    if getattr(field, "max_length", None) and isinstance(value, str) and len(value) > field.max_length:
        return _("“%(label)s” has %(length)d characters, but at most %(most)d are kept. Shorten it.") % {
            "label": label,
            "length": len(value),
            "most": field.max_length,
        }
    if isinstance(field, models.DecimalField) and abs(value) >= 10 ** (field.max_digits - field.decimal_places):
        return _("“%(label)s” is %(value)s, which is too large to be true. Check the unit.") % {
            "label": label,
            "value": value,
        }
    try:
        field.run_validators(value)
    except ValidationError as fault:
        return f"{label}: " + "; ".join(fault.messages)
    return None


def keys_of(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Sets of columns no two standing rows may share."""
    single = [(field.name,) for field in model.value_fields() if field.unique and field.name != "id"]
    together = [
        tuple(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    return single + together


def uniqueness(batch: Batch, since: int | None = None) -> None:
    """No two rows with the same key, neither within the batch nor against what stands.

    With `since`, a recording's number, only against rows written after it.
    """
    by_model: dict[type, list[Change]] = defaultdict(list)
    for change in batch.changes:
        if change.op != "withdraw":
            by_model[change.model].append(change)
    for model, changes in by_model.items():
        gone = {
            change.row.pk
            for change in batch.changes
            if change.row is not None and change.model is model and issubclass(model, Fact)
        }
        for key in keys_of(model):
            rekeyed = {
                change.row.pk for change in changes if change.row is not None and set(key) & change.values.keys()
            }
            _unique(batch, model, key, changes, gone | rekeyed, since)


def _unique(
    batch: Batch, model, key: tuple[str, ...], changes: list[Change], leaving: set[int], since: int | None
) -> None:
    wanted: dict[tuple, Change] = {}
    for change in changes:
        if change.op == "change" and not set(key) & change.values.keys():
            continue
        value = tuple(change.after(name) for name in key)
        if value == ("",) or any(part is None or isinstance(part, Change) for part in value):
            continue
        if value in wanted:
            batch.refuse(change, Faulty("duplicate", _duplicate_sentence(model, key, value), key[0]))
        wanted[value] = change
    first = key[0]
    attnames = [model._meta.get_field(name).attname for name in key]
    rows = model.everything.all()
    rows = rows.filter(superseded_by=None, withdrawn=False) if issubclass(model, Fact) else rows
    if not model._meta.get_field(first).unique:
        rows = rows.filter(withdrawn=False)
    if since is not None:
        recent = {"id__gte": limit(since)} if issubclass(model, Fact) else {"last_recording__gt": since}
        parts = [rows.filter(**recent)] if wanted else []
    else:
        parts = [rows.filter(**{f"{first}__in": chunk}) for chunk in chunks(list({value[0] for value in wanted}))]
    for part in parts:
        for pk, *stored in part.values_list("pk", *attnames):
            change = wanted.get(tuple(stored))
            if change is not None and pk not in leaving:
                sentence = _duplicate_sentence if is_shown(batch, model, pk) else _hidden_sentence
                batch.refuse(change, Faulty("duplicate", sentence(model, key, tuple(stored)), first))


def is_shown(batch: Batch, model, pk: int) -> bool:
    """Whether the writer may see that row; a refusal says nothing of one that they may not."""
    scope = batch.actor.scope
    resource = resource_of_subject(model._meta.label_lower)
    return scope.everything or resource is None or resource.rows(scope).filter(pk=pk).exists()


def _hidden_sentence(model, key, value) -> str:
    return _(
        "The %(labels)s “%(value)s” is taken by a row of “%(model)s” that you may not see. Give another value, or ask an "
        "administrator whose row it is."
    ) % _words(model, key, value)


def _duplicate_sentence(model, key, value) -> str:
    return _(
        "There is already a row of “%(model)s” with %(labels)s “%(value)s”. Change that row, or give another value."
    ) % _words(model, key, value)


def _words(model, key, value) -> dict[str, str]:
    labels = "、".join(str(model._meta.get_field(name).verbose_name) for name in key)
    return {"model": model._meta.verbose_name, "labels": labels, "value": " · ".join(str(part) for part in value)}
