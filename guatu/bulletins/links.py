"""The address of the rows behind each figure, with day, knowledge, zone and unit of the bulletin."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from guatu.bulletins.queries import Asking

#: The word by which the page of lights shows red, yellow and green together.
OPEN = "open"


class Links:
    def __init__(self, asked: Asking):
        self.asked = asked
        known = {"known_at": asked.known_at.isoformat()} if asked.known_at is not None else {}
        zone = {"zone": asked.zone.code}
        unit = {"unit": asked.unit_id} if asked.unit_id is not None else {}
        self._day = {"as_of": asked.as_of.isoformat(), **known, **zone}
        self._here = {**self._day, **unit}
        # A sheet has a thousand figures, too many to spell out day and page for each of them anew.
        self._lights_page = reverse("projects:lights")
        self._day_words, self._here_words = urlencode(self._day), urlencode(self._here)
        self._project_page = reverse("projects:project", args=[0])
        self._project_words = urlencode({name: value for name, value in self._day.items() if name != "zone"})
        self._span = {"from": asked.since.isoformat(), "to": asked.as_of.isoformat(), **known, **zone, **unit}

    def figure(self, key: str) -> str:
        kind, *rest = key.split(".")
        return getattr(self, f"_{kind}")(*rest)

    def project(self, pk: int) -> str:
        return f"{self._project_page.replace('/0/', f'/{pk}/')}?{self._project_words}"

    def _total(self, _what: str) -> str:
        return f"{reverse('projects:lists')}?{self._here_words}"

    def _lists(self, name: str, _what: str) -> str:
        return f"{reverse('projects:list', args=[name])}?{self._here_words}"

    def _moves(self, name: str, way: str) -> str:
        return f"{reverse('projects:difference')}?{urlencode({**self._span, 'list': name, 'way': way})}"

    def _lights(self, what: str) -> str:
        colour = {"all": "", "share": OPEN, "red_units": "red"}.get(what, what)
        return f"{self._lights_page}?{self._here_words}" + (f"&colour={colour}" if colour else "")

    def _units(self, unit: str, what: str) -> str:
        return f"{self._lights_page}?{self._day_words}&unit={unit}&colour={OPEN if what == 'share' else what}"
