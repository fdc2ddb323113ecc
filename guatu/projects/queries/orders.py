"""In which order a list's rows can be read, and the names of what they refer to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Coalesce

from guatu.chains.models import Chain
from guatu.kernel.bulk import chunks
from guatu.kernel.models import Organisation
from guatu.projects.queries.moment import Moment
from guatu.projects.rules.stages import ORDER

#: Words by which a list can be sorted; a minus before the word turns the order round.
SORTS = ("code", "name", "zone", "stage", "since", "investment")


def order_of(sort: str, when: Moment) -> tuple:
    """Order expressions for `FiveLists.rows`; an unknown word sorts by code, each batch before its members."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    batch_first = (F("batch_id").asc(nulls_first=True), F("code").asc())
    if name not in SORTS or name == "code":
        family = Coalesce("batch__code", "code")
        return (family.desc() if descending else family.asc(), *batch_first)
    key = {
        "name": F("name"),
        "zone": F("zone__code"),
        "stage": Case(
            *(When(signature__stage=stage, then=Value(place)) for stage, place in ORDER.items()),
            default=Value(-1),
            output_field=IntegerField(),
        ),
        "since": F("since"),
        "investment": when.cny_fen(),
    }[name]
    return (key.desc(nulls_last=True) if descending else key.asc(nulls_last=True), F("code").asc())


def names_of(dimension: str, keys: Iterable[int | None]) -> dict[int, str]:
    """Present names of zones, units or chains that rows within the reader's scope refer to; one query a chunk."""
    model = Chain if dimension == "chain" else Organisation
    wanted = sorted({key for key in keys if key is not None})
    return {
        pk: name
        for chunk in chunks(wanted)
        for pk, name in model.everything.filter(pk__in=chunk).values_list("pk", "name")
    }
