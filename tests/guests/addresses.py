"""Every address of the house, walked from the URL conf and the API's description, with numbers put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from guatu.kernel.registry import resources
from guatu.kernel.web.api import api

#: Words for the parameters of addresses that are no numbers; a parameter not named here is tried with these.
WORDS = {
    "name": None,  # every resource, and the lists
    "format": ["csv", "xlsx"],
    "kind": ["csv", "xlsx"],
    "form_name": ["due", "done", "light", "move", "override"],
}
OTHER_WORDS = ["x", "csv", "2022-06"]
#: Addresses that leave the house or end the session of the one who walks.
LEFT_OUT = ("logout/", "static/", "media/")


@dataclass(frozen=True)
class Address:
    route: str
    numbers: tuple[str, ...]
    words: tuple[str, ...]

    def with_words(self) -> Iterator[str]:
        """The route with its words put in, its numbers still open as {name}."""
        for chosen in product(*(words_for(self.route, word) for word in self.words)):
            route = self.route
            for word, value in zip(self.words, chosen, strict=True):
                route = route.replace("{" + word + "}", value)
            yield route


def words_for(route: str, word: str) -> list[str]:
    if word == "name":
        return sorted(resources()) if route.startswith("/r/") else ["negotiating", "under_construction", "nowhere"]
    return WORDS.get(word) or OTHER_WORDS


@cache
def pages() -> list[Address]:
    """Every page's address; the API's are in `operations`."""
    return [address for address in _walk(get_resolver().url_patterns, "/", {})
            if not address.route.startswith("/api/") and not address.route[1:].startswith(LEFT_OUT)]


def _walk(patterns, before: str, converters: dict) -> Iterator[Address]:
    for entry in patterns:
        route = before + _readable(str(entry.pattern))
        known = converters | entry.pattern.converters
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route, known)
        elif isinstance(entry, URLPattern):
            numbers = tuple(name for name, kind in known.items() if isinstance(kind, IntConverter))
            yield Address(route, numbers, tuple(name for name in known if name not in numbers))


def _readable(pattern: str) -> str:
    """`<int:record>/` as `{record}/`."""
    text = pattern.lstrip("^").rstrip("$")
    out, rest = "", text
    while "<" in rest:
        head, rest = rest.split("<", 1)
        name, rest = rest.split(">", 1)
        out += head + "{" + name.split(":")[-1] + "}"
    return out + rest


@cache
def operations() -> list[tuple[str, str]]:
    """(method, path) of every operation of the API."""
    return [
        (method.upper(), path)
        for path, described in api.get_openapi_schema(path_prefix="/api/")["paths"].items()
        for method in described
        if method in ("get", "post", "put", "patch", "delete")
    ]
