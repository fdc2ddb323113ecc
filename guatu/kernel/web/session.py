"""The reader behind a request: scope and actor, worked out once a request."""

from __future__ import annotations

from guatu.kernel.scope import Actor, Scope


def scope_of(request) -> Scope:
    if not hasattr(request, "_guatu_scope"):
        request._guatu_scope = Scope.of(request.user)
    return request._guatu_scope


def actor_of(request, channel: str = "page") -> Actor:
    return Actor(request.user, scope_of(request), channel)
