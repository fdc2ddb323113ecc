"""References of a few rows, resolved without reading whole tables; `resource.Lookup` is the one for whole sheets."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.registry import resource_for
from guatu.kernel.resource import Lookup, Resource
from guatu.kernel.rules.cells import normalise_text


class RowLookup(Lookup):
    """Resolves the references of one form, asking only for the rows named; gives the same answers as `Lookup`."""

    #: More rows than this bearing a text somewhere in their names are left to the whole table's reader.
    MOST_CANDIDATES = 50

    def reached(self, model: type[Stated]):
        rows = model.everything.filter(withdrawn=False)
        if issubclass(model, Fact):
            rows = rows.filter(superseded_by=None)
        return self.scope.cut(rows, resource_for(model).name)

    def _bearing(self, model: type[Stated], text: str) -> dict[str, set[int]]:
        """Identities whose key, and whose names, are `text`; None stands for "too many to look at"."""
        resource = resource_for(model)
        names = [resource.reference, *resource.also_known_by]
        # Rows without a code of their own are known by their number, which no other text can be.
        by_number = resource.key_field == "pk" and not (text.isascii() and text.isdigit() and len(text) < 19)
        bearing = Q(pk__in=[]) if by_number else Q(**{resource.key_field: text})
        for name in names:
            bearing |= Q(**{f"{name}__icontains": text})
        found = {"key": set(), "name": set()}
        rows = self.reached(model).filter(bearing).values_list("pk", resource.key_field, *names)
        rows = list(rows[: self.MOST_CANDIDATES + 1])
        if len(rows) > self.MOST_CANDIDATES:
            return {}
        for pk, key, *values in rows:
            if normalise_text(str(key)) == text:
                found["key"].add(pk)
            if any(text in map(normalise_text, _parts(value)) for value in values):
                found["name"].add(pk)
        return found

    def find(self, model, text, column):
        found = self._bearing(model, text)
        wanted = found.get("key") or found.get("name") or set()
        return next(iter(wanted)) if len(wanted) == 1 else super().find(model, text, column)

    def text(self, model, pk):
        if pk is None:
            return ""
        resource = resource_for(model)
        row = model.everything.filter(pk=pk).first()
        return "" if row is None else self.text_of(resource, row)

    def text_of(self, resource: Resource, row: Stated) -> str:
        """What a field holds for `row`: its name where that is nobody else's, else its key."""
        key, name = str(getattr(row, resource.key_field)), normalise_text(str(getattr(row, resource.reference)))
        if resource.reference == resource.key_field or set(";；、") & set(name):
            return key
        found = self._bearing(resource.model, name)
        return name if (found.get("key") or found.get("name")) == {row.pk} else key


def _parts(value) -> Iterable[str]:
    return (part.strip() for part in str(value or "").replace("；", ";").replace("\n", ";").split(";"))
