"""Where every app's resources, guards, projections and slots are gathered. Filled in `AppConfig.ready`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guatu.kernel.errors import NotFound

if TYPE_CHECKING:
    from guatu.kernel.resource import Resource

_resources: dict[str, Resource] = {}
_by_model: dict[type, Resource] = {}
_guards: dict[type, list[Callable]] = defaultdict(list)
_effects: dict[type, list[Callable]] = defaultdict(list)
_aftermaths: dict[type, list[Callable]] = defaultdict(list)
_projections: list = []
_slots: dict[str, list[Callable]] = defaultdict(list)


def register(resource_class: type[Resource]) -> type[Resource]:
    """Class decorator: makes a Resource known to pages, API, imports, exports and the command line."""
    resource = resource_class()
    if resource.name in _resources:
        raise RuntimeError(f"Two resources are called {resource.name!r}.")
    _resources[resource.name] = resource
    _by_model.setdefault(resource.model, resource)
    return resource_class


def resources() -> dict[str, Resource]:
    return _resources


def resource(name: str) -> Resource:
    from guatu.kernel.rules.cells import suggest

    if name not in _resources:
        near = suggest(name, list(_resources))
        hint = _(" Did you mean “%s”?") % near if near else ""
        raise NotFound(
            "no_resource",
            _("There is no resource “%(name)s”. The resources are: %(all)s.")
            % {"name": name, "all": ", ".join(sorted(_resources))}
            + hint,
        )
    return _resources[name]


def resource_for(model: type) -> Resource:
    return _by_model[model]


def resource_of_subject(subject_type: str) -> Resource | None:
    return next((found for found in _resources.values() if found.model._meta.label_lower == subject_type), None)


def guard(*models: type):
    """Decorator: `fn(batch)` is asked before anything is written to these models, whatever the door."""

    def keep(function):
        for model in models:
            _guards[model].append(function)
        return function

    return keep


def guards_of(model: type) -> list[Callable]:
    return _guards[model]


def effect(*models: type):
    """Decorator: `fn(batch)` returns further changes that follow from accepted changes to these models."""

    def keep(function):
        for model in models:
            _effects[model].append(function)
        return function

    return keep


def effects_of(model: type) -> list[Callable]:
    return _effects[model]


def aftermath(*models: type):
    """Decorator: `fn(changes)` is told of written changes to these models, inside their transaction.

    For publishing events and writing notifications; a fault in it undoes the write.
    """

    def keep(function):
        for model in models:
            _aftermaths[model].append(function)
        return function

    return keep


def aftermaths_of(model: type) -> list[Callable]:
    return _aftermaths[model]


def projection(cls):
    """Class decorator: keeps interval rows in step with the records and facts they are derived from."""
    _projections.append(cls())
    return cls


def projections() -> list:
    return _projections


def fill(slot: str):
    """Decorator: an upper app offers content for a place that a lower app's page leaves open."""

    def keep(function):
        _slots[slot].append(function)
        return function

    return keep


def slot(name: str, **context) -> list:
    """Everything offered for a slot, in order of registration; providers that return None are left out."""
    return [offer for provider in _slots[name] if (offer := provider(**context)) is not None]
