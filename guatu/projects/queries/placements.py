"""Which list each signature belongs to at a moment, zone by zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q

from guatu.projects.rules import lists as rules

if TYPE_CHECKING:
    from guatu.projects.queries.moment import Moment

DEFAULT = 0


@lru_cache(maxsize=64)
def decided(_rules: rules.ListRules, _year: int) -> dict[rules.Signature, tuple[str, ...]]:
    """What was decided under these rules for days of this year, by signature: kept for later questions, as it hangs on
    nothing else."""
    return {}


class Placements:
    """Zones with the same list parameters make one class; class 0 holds every zone that follows the installation.

    There are few classes and few signatures, so the rule is applied once to each pair and SQL counts by pair.
    """

    def __init__(self, when: Moment):
        self.when = when
        self._rules: dict[int, rules.ListRules] = {}
        self._class_of: dict[int, int] = {}
        self._decided: dict[int, dict[rules.Signature, tuple[str, ...]]] = {}
        overrides = when.parameters.overrides
        if any(organisation is not None and key.startswith("projects.lists.") for key, organisation in overrides):
            classes = {when.list_rules(None): DEFAULT}
            named = {organisation for _key, organisation in overrides if organisation is not None}
            for zone_id in sorted(named | when.parameters.parents.keys()):
                number = classes.setdefault(when.list_rules(zone_id), len(classes))
                if number != DEFAULT:
                    self._class_of[zone_id] = number
            self._rules = {number: own for own, number in classes.items()}

    def class_of(self, zone_id: int) -> int:
        return self._class_of.get(zone_id, DEFAULT)

    @property
    def special_zones(self) -> set[int]:
        """Zones that do not follow the installation."""
        return set(self._class_of)

    def classes_of(self, zones: np.ndarray) -> np.ndarray:
        """The class of each of these zones."""
        if not self._class_of:
            return np.zeros(len(zones), np.int64)
        different, places = np.unique(zones, return_inverse=True)
        return np.array([self.class_of(zone_id) for zone_id in different.tolist()], np.int64)[places]

    def _zones(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        for zone_id, number in sorted(self._class_of.items()):
            found[number].append(zone_id)
        return found

    def lists_of(self, number: int, signature_id: int) -> tuple[str, ...]:
        """The list or residual of a zone class and signature, and "investment_supporting" behind it where it stands there too."""
        signature = self.when.signatures[signature_id]
        if number not in self._decided:
            self._decided[number] = decided(self._own(number), self.when.as_of.year)
        found = self._decided[number].get(signature)
        if found is None:
            own, year = self._own(number), self.when.as_of.year
            supports = rules.supports_investment(signature, year, own)
            found = (rules.placement(signature, year, own), *(("investment_supporting",) if supports else ()))
            self._decided[number][signature] = found
        return found

    def _own(self, number: int) -> rules.ListRules:
        if number not in self._rules:
            self._rules[number] = self.when.list_rules(None)
        return self._rules[number]

    def which(self, keys: Iterable[tuple[int, int]]) -> Q:
        """The filter of rows whose (class, signature) is among `keys`."""
        signatures: dict[int, set[int]] = defaultdict(set)
        for number, signature_id in keys:
            signatures[number].add(signature_id)
        if not self._class_of:
            return Q(signature_id__in=signatures[DEFAULT])
        found = Q(~Q(zone_id__in=self.special_zones), signature_id__in=signatures[DEFAULT])
        for number, zones in self._zones().items():
            found |= Q(zone_id__in=zones, signature_id__in=signatures[number])
        return found
