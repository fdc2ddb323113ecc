"""Endpoints that apps declare in their `api.py`, beyond those that every resource has."""

from __future__ import annotations

from ninja import Router

_routers: dict[str, Router] = {}


def router(prefix: str) -> Router:
    """The router of an app: `/api/<prefix>/…`. Declared once, in the app's `api.py`."""
    if prefix in _routers:
        raise RuntimeError(f"Two apps declare the endpoints /api/{prefix}/.")
    _routers[prefix] = Router(tags=[prefix])
    return _routers[prefix]


def routers() -> dict[str, Router]:
    """Every app's router by prefix."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("api")
    return _routers
