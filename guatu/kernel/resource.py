"""A Resource: what one listed model looks like from outside.

From a model and these few attributes come list, filter, search, detail with history, form, bulk edit, Excel and
CSV in and out, JSON API with OpenAPI, and permissions:

    @register
    class Chains(Resource):
        model = Chain
        name = "chains"
        columns = ["code", "name", "zone", "tier"]
        search = ["code", "name"]
        filters = ["zone", "tier"]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from guatu.kernel.bulk import chunks
from guatu.kernel.columns import Choice, Column, column_for
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.models.facts import Fact, Stated
from guatu.kernel.registry import resource_for
from guatu.kernel.rules.cells import normalise_text, suggest
from guatu.kernel.scope import Scope

#: The header under which an exported sheet carries the identity of each row.
RECORD_HEADERS = ("record", "记录号", "record number")


@dataclass(frozen=True)
class Computed:
    """A column that the list and detail show but nobody enters. `Resource.compute` gives its values."""

    name: str
    label: Any
    numeric: bool = False


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str = ""


class Resource:
    model: ClassVar[type[Stated]]
    name: ClassVar[str]
    #: Editable columns in order: field names, or (name, options) for `column_for`.
    columns: ClassVar[list] = []
    #: Columns of the list page; default: all columns.
    shown: ClassVar[list[str] | None] = None
    computed: ClassVar[list[Computed]] = []
    search: ClassVar[list[str]] = []
    filters: ClassVar[list[str]] = []
    ordering: ClassVar[list[str] | None] = None
    #: Ways in which a sheet's row without a record number finds its row, tried in order; all fields must be given.
    match: ClassVar[list[tuple[str, ...]]] = [("code",)]
    #: Field by which other sheets refer to a row, and further fields tried when reading a reference.
    reference: ClassVar[str] = "code"
    also_known_by: ClassVar[list[str]] = []
    select: ClassVar[list[str]] = []
    #: Extra sentence under the title of the list page.
    intro: ClassVar[Any] = ""
    #: Field naming a document kind by which rows are told in the navigation; see `site.navigation`.
    template_detail: ClassVar[str | None] = None

    # -- words -----------------------------------------------------------------------------------------------------

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def label_plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @cached_property
    def key_field(self) -> str:
        """The unique field that identifies a row, used in references where a name is shared."""
        unique = [field.name for field in self.model._meta.concrete_fields if field.unique and not field.primary_key]
        return unique[0] if unique else "pk"

    # -- columns ---------------------------------------------------------------------------------------------------

    @cached_property
    def _columns(self) -> dict[str, Column]:
        made = {}
        for entry in self.columns:
            name, options = entry if isinstance(entry, tuple) else (entry, {})
            made[name] = self.make_column(name, dict(options))
        return made

    def make_column(self, name: str, options: dict) -> Column:
        kind = options.pop("kind", None)
        if kind is not None:
            return kind(name, self.model._meta.get_field(name), **options)
        return column_for(self.model, name, **options)

    def column(self, name: str) -> Column:
        return self._columns[name]

    def all_columns(self) -> list[Column]:
        return list(self._columns.values())

    def shown_columns(self) -> list[Column | Computed]:
        """The columns of the list page."""
        computed = {column.name: column for column in self.computed}
        names = self.shown if self.shown is not None else [*self._columns, *computed]
        return [computed[name] if name in computed else self._columns[name] for name in names]

    # -- rows ------------------------------------------------------------------------------------------------------

    def rows(self, scope: Scope, verb: str = "view") -> models.QuerySet:
        """The rows `scope` reaches, ready for showing (related rows joined, so that a page costs constant queries)."""
        rows = self.model.objects.within(scope, verb, self.name) if not self._is_user else self._users(scope, verb)
        many = [field.name for field in self.model._meta.many_to_many if field.name in self._columns]
        return self.narrow(rows).select_related(*self.select).prefetch_related(*many)

    @property
    def _is_user(self) -> bool:
        from guatu.kernel.models import User

        return self.model is User

    def _users(self, scope: Scope, verb: str) -> models.QuerySet:
        rows = self.model.everything.filter(withdrawn=False)
        within = scope.q(self.model.scope_paths, self.name, verb)
        return rows if within is None else rows.filter(within)

    def narrow(self, rows: models.QuerySet) -> models.QuerySet:
        """Restricts the model's rows to this resource's; overridden where several resources share a model."""
        return rows

    def survivors(self, records: Iterable[int] | None = None) -> dict[int, int]:
        """Of rows that were merged into others (of these record numbers, or all): the number of the one that stands for it.
        A former number or key leads to that row for ever."""
        return {}

    def merged_away(self, names: tuple[str, ...], wanted: set[tuple]) -> list[tuple[tuple, int]]:
        """Of keys that no present row has: those of rows merged into others, each with the number of the one that stands."""
        return []

    def find(self, scope: Scope, record: int, verb: str = "view") -> Stated:
        """The row with this record number, or the one it was merged into; NotFound when there is none within reach."""
        key = "lineage" if issubclass(self.model, Fact) else "pk"
        row = self.rows(scope, verb).filter(**{key: record}).first()
        if row is None and (survivor := self.survivors([record]).get(record)):
            row = self.rows(scope, verb).filter(**{key: survivor}).first()
        if row is None:
            raise NotFound(
                "no_row",
                _(
                    "There is no “%(label)s” with record number %(record)s that you may see. "
                    "It may have been withdrawn, or lie outside your organisations."
                )
                % {"label": self.label, "record": record},
            )
        return row

    def searched(self, rows: models.QuerySet, text: str) -> models.QuerySet:
        """Rows in which every word of `text` occurs in some searched field."""
        for word in text.split():
            rows = (
                rows.filter(Q.create([Q(**{f"{name}__icontains": word}) for name in self.search], connector=Q.OR))
                if self.search
                else rows.none()
            )
        return rows

    def filtered(self, rows: models.QuerySet, chosen: dict[str, str]) -> models.QuerySet:
        for name in self.filters:
            value = chosen.get(name, "")
            if value == "":
                continue
            field = self.model._meta.get_field(name)
            if isinstance(field, models.ForeignKey):
                if value == "none":
                    rows = rows.filter(**{f"{name}__isnull": True})
                elif value.isdigit() and len(value) < 19:
                    rows = rows.filter(**{f"{name}_id": int(value)})
                else:
                    rows = rows.none()
            elif isinstance(field, models.BooleanField):
                rows = rows.filter(**{name: value == "yes"})
            else:
                rows = rows.filter(**{name: value})
        return rows

    def sorted(self, rows: models.QuerySet, key: str) -> models.QuerySet:
        """Sorted by a column name, `-name` for descending; the identity breaks ties, so that paging is stable."""
        name = key.removeprefix("-")
        if name in self._columns and not self._columns[name].field.many_to_many:
            return rows.order_by(key, "pk")
        return rows.order_by(*(self.ordering or self.model._meta.ordering or ["pk"]), "pk")

    def filter_options(self, scope: Scope, chosen: dict[str, str]) -> list[Filter]:
        found = []
        for name in self.filters:
            field = self.model._meta.get_field(name)
            if isinstance(field, models.ForeignKey):
                target = resource_for(field.related_model)
                used = target.rows(scope) if scope.may(target.name) else field.related_model.everything.none()
                used = used.complex_filter(field.get_limit_choices_to())
                options = [(str(row.pk), str(row)) for row in used[:500]]
                if field.null:
                    options.append(("none", _("(none)")))
            elif isinstance(field, models.BooleanField):
                options = [("yes", _("yes")), ("no", _("no"))]
            elif isinstance(self._columns.get(name), Choice):
                options = self._columns[name].options()
            else:
                values = self.rows(scope).order_by(name).values_list(name, flat=True).distinct()[:200]
                options = [(str(value), str(value)) for value in values if value not in ("", None)]
            found.append(Filter(name, str(field.verbose_name), options, chosen.get(name, "")))
        return found

    def compute(self, rows: list[Stated], scope: Scope, as_of) -> dict[int, dict[str, Any]]:
        """Values of computed columns by primary key, for one page of rows, in a constant number of queries."""
        return {}

    # -- import ----------------------------------------------------------------------------------------------------

    def prepare(self, values: dict, row: Stated | None, cells: dict[str, Any], lookup: Lookup) -> dict:
        """Last touch on a row read from a sheet or form, before it becomes a Change (defaults, derived values)."""
        return values

    def is_same(self, row: Stated, values: dict) -> bool:
        """Whether a sheet's row without a record number that matched `row` may change it (False: it is another)."""
        return True


class Lookup:
    """Resolves references for one reader: by key or name to identities, and identities to texts, each table once."""

    #: Looking for a near word reads the whole table, so only the first unknown words of a sheet get one.
    MOST_SUGGESTIONS = 20
    #: Above this many rows a name is not looked at for being nobody else's; the key is written instead.
    MOST_NAMES = 20_000

    def __init__(self, scope: Scope):
        self.scope = scope
        self._ids: dict[type, dict[str, set[int]]] = {}
        self._texts: dict[type, dict[int, str]] = {}
        self._keys: dict[type, dict[int, str]] = defaultdict(dict)
        self._by_key: dict[type, bool] = {}
        self._suggested = 0

    def _load(self, model: type) -> None:
        if model in self._texts:
            return
        resource = resource_for(model)
        names = [resource.reference, *resource.also_known_by]
        rows = model.everything.filter(withdrawn=False, **({"superseded_by": None} if issubclass(model, Fact) else {}))
        rows = self.scope.cut(rows, resource.name)
        survivors = resource.survivors()
        by_key: dict[str, set[int]] = defaultdict(set)
        by_name: dict[str, set[int]] = defaultdict(set)
        texts: dict[int, tuple[str, str]] = {}
        for pk, key, *values in rows.values_list("pk", resource.key_field, *names):
            standing = survivors.get(pk, pk)
            by_key[normalise_text(str(key))].add(standing)
            texts[pk] = (str(values[0]), str(key))
            for value in values:
                for text in _names(value):
                    by_name[normalise_text(text)].add(standing)
        self._ids[model] = known = {**by_name, **by_key}
        self._texts[model] = {
            pk: name if known.get(normalise_text(name)) == {pk} and not set(";；、") & set(name) else key
            for pk, (name, key) in texts.items()
        }

    def find(self, model: type, text: str, column: Column) -> int:
        self._load(model)
        found = self._ids[model].get(text, set())
        if len(found) == 1:
            return next(iter(found))
        resource = resource_for(model)
        if found:
            raise Faulty("ambiguous", _("“%(text)s” in “%(label)s” is the name of %(count)d rows of “%(resource)s”. "
                                        "Give the code instead.")
                         % {"text": text, "label": column.label, "count": len(found),
                            "resource": resource.label_plural}, column.name)
        self._suggested += 1
        near = suggest(text, list(self._ids[model])) if self._suggested <= self.MOST_SUGGESTIONS else None
        raise Faulty("unknown_reference",
                     _("“%(text)s” in “%(label)s” is not known among “%(resource)s”. Add it there first, or correct "
                       "it.")
                     % {"text": text, "label": column.label, "resource": resource.label_plural}
                     + (_(" Did you mean “%s”?") % near if near else ""), column.name)

    def text(self, model: type, pk: int | None) -> str:
        """What a sheet writes for a reference: the key, or the name where the name is nobody else's."""
        if pk is None:
            return ""
        if self._writes_key(model):
            if pk not in self._keys[model]:
                self.prime(model, [pk])
            return self._keys[model].get(pk, str(pk))
        self._load(model)
        if pk not in self._texts[model] and pk not in self._keys[model]:
            self.prime(model, [pk])
        return self._texts[model].get(pk) or self._keys[model].get(pk, str(pk))

    def prime(self, model: type, ids) -> None:
        """Fetches the keys of many rows at once, so that `text` asks the database no more."""
        keys = self._keys[model]
        if len(keys) > 200_000:
            keys.clear()
        for chunk in chunks(sorted({pk for pk in ids if pk is not None} - keys.keys())):
            keys.update((pk, str(key)) for pk, key in model.everything.filter(pk__in=chunk).values_list(
                "pk", resource_for(model).key_field))

    def _writes_key(self, model: type) -> bool:
        if model not in self._by_key:
            resource = resource_for(model)
            self._by_key[model] = resource.reference == resource.key_field or (
                model not in self._texts and model.everything.count() > self.MOST_NAMES)
        return self._by_key[model]


def _names(value) -> list[str]:
    """A name field may hold several names, one a line or separated by semicolons."""
    return [part.strip() for part in str(value or "").replace("；", ";").replace("\n", ";").split(";") if part.strip()]
