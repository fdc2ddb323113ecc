"""What a page's address asks for: the day and what was known by when, as everywhere, and the zone."""

from __future__ import annotations

from guatu.kernel.registry import resource
from guatu.kernel.web.asked import Asked, asked, day, instant, page_number
from guatu.kernel.web.session import scope_of

__all__ = ["Asked", "asked", "day", "instant", "page_number", "zone_options"]


def zone_options(request) -> list[tuple[str, str]]:
    """Code and name of every zone this reader may choose."""
    scope = scope_of(request)
    if not scope.may("zones"):
        return []
    rows = resource("zones").model.objects.within(scope, "view", "zones")
    return list(resource("zones").narrow(rows).order_by("code").values_list("code", "name"))
