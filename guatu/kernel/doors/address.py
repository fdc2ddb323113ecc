"""Where a request comes from. A forwarded address is believed only when a proxy named in the settings sent it."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from django.conf import settings

#: One customer of an IPv6 provider owns a whole network of this length, so its addresses count as one.
IPV6_NETWORK = 64


def client_address(request) -> str | None:
    """The address of the person or program that asks, as text; None when it cannot be told.

    With trusted proxies the last address of X-Forwarded-For that is no trusted proxy's: what stands left of it was
    written by the client itself and proves nothing.
    """
    nearest = parsed(request.META.get("REMOTE_ADDR", ""))
    if nearest is None:
        return None
    found = nearest
    if is_trusted(nearest):
        for text in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            further = parsed(text)
            if further is None:
                break
            found = further
            if not is_trusted(further):
                break
    return str(found)


def counted_address(request) -> str | None:
    """The address under which tries are counted: of IPv6 the first address of the client's network."""
    found = parsed(client_address(request) or "")
    if found is not None and found.version == 6:
        return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False).network_address)
    return str(found) if found is not None else None


def is_forwarded_by_stranger(request) -> bool:
    """Whether the request claims to be forwarded, but not by a proxy that the settings name."""
    nearest = parsed(request.META.get("REMOTE_ADDR", ""))
    return bool(request.META.get("HTTP_X_FORWARDED_FOR")) and (nearest is None or not is_trusted(nearest))


def is_trusted(address) -> bool:
    return any(address in network for network in _networks(tuple(settings.GUATU_TRUSTED_PROXIES))
               if network.version == address.version)


@lru_cache(maxsize=4)
def _networks(texts: tuple[str, ...]) -> tuple:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def parsed(text: str):
    """An address from text with or without a port or brackets; an IPv4 address written as IPv6 is IPv4. None: none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if found.version == 6 else found
