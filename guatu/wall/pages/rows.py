"""The rows behind a figure of the wall: projects of one stage, chain or zone, list by list, with their sums."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.kernel.errors import NotFound
from guatu.kernel.web.session import scope_of
from guatu.projects.choices import STAGES
from guatu.projects.pages import asked as addresses
from guatu.projects.pages.figures import yi
from guatu.projects.pages.lists import DIMENSION_LABELS, LABELS, ShownRow, column, investment_header, sort_labels
from guatu.projects.queries import SORTS, five_lists, names_of, order_of
from guatu.projects.rules.lists import PARTITION
from guatu.wall import queries

PAGE_ROWS = 50
#: Word of the address → dimension of the totals, and which lists it adds up when none is named.
WORDS = {
    "stage": ("stage", queries.AT_A_STAGE),
    "chain": ("chain", queries.UNDER_WAY),
    "part": ("zone", PARTITION),
}

#: In place of one list: the first four together, which investment is counted over.
UNDER_WAY = "under_way"


@dataclass(frozen=True)
class Asking:
    """Which figure is opened: the word, the key of its value, that value's name, and the lists it adds up."""

    word: str
    key: object
    name: str
    lists: tuple[str, ...]

    @property
    def dimension(self) -> str:
        return WORDS[self.word][0]


@require_safe
def project_rows(request):
    """The figure that `stage=`, `chain=` (a code, or none) or `part=` (a zone without those below it) names.

    `list=` confines it to one list, or with `under_way` to the first four.
    """
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    asking = _asking(scope, address)
    sort = address.given.get("sort", "code")
    sort = sort if sort.removeprefix("-") in SORTS else "code"
    found = five_lists(scope, address.as_of, address.known_at, address.zone or None, asking.dimension)
    total = queries.together(queries.totals_of(found, asking.word, asking.key), asking.lists)
    pages = max(1, -(-total.rows // PAGE_ROWS))
    page = min(addresses.page_number(request), pages)
    parts = queries.parts(
        found, asking.word, asking.key, asking.lists, (page - 1) * PAGE_ROWS, page * PAGE_ROWS,
        order_of(sort, found.when))
    zones = names_of("zone", {row.zone_id for part in parts for row in part.rows})
    question = address.link("")
    return render(request, "wall/rows.html", {
        "address": address,
        "asking": asking,
        "dimension_label": DIMENSION_LABELS[asking.dimension],
        "zones": addresses.zone_options(request),
        "zone_name": found.zone.name if found.zone else _("all zones"),
        "total": total,
        "total_yi": yi(total.amount),
        "parts": [
            {
                "label": LABELS[part.name], "total": part.total, "amount": yi(part.total.amount),
                "url": address.query(list=part.name, page=None) if len(asking.lists) > 1 else "",
                "rows": [
                    ShownRow(row, f"{reverse('projects:project', args=[row.project_id])}{question}",
                             zones.get(row.zone_id, ""), row.batch_id in found.batches_in(part.name))
                    for row in part.rows
                ],
            }
            for part in parts
        ],
        "columns": [column(name, label, sort, address) for name, label in sort_labels().items()],
        "investment_header": investment_header(),
        "indent": sort == "code",
        "page": page,
        "pages": pages,
        "first": (page - 1) * PAGE_ROWS + 1 if total.rows else 0,
        "last": min(page * PAGE_ROWS, total.rows),
        "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": address.query(page=page + 1) if page < pages else "",
        "wall_url": address.link(reverse("wall:wall")),
        "all_url": address.query(list=None, page=None) if address.given.get("list") not in (None, UNDER_WAY) else "",
    })


def _asking(scope, address) -> Asking:
    word = next((word for word in WORDS if address.given.get(word)), None)
    if word is None:
        raise NotFound("no_figure", _("This address names no figure of the wall. Open a figure on the wall to see its rows."))
    text = address.given[word]
    key, name = {"stage": _stage, "chain": _chain, "part": _zone}[word](scope, text)
    listed = address.given.get("list")
    if listed == UNDER_WAY:
        return Asking(word, key, name, queries.UNDER_WAY)
    if listed and listed not in LABELS:
        raise NotFound(
            "no_list",
            _("There is no list “%(name)s”. The lists are: %(all)s.") % {"name": listed[:40], "all": ", ".join(LABELS)})
    return Asking(word, key, name, (listed,) if listed else WORDS[word][1])


def _stage(_scope, text: str) -> tuple[str, str]:
    words = dict(STAGES)
    if text not in words:
        raise NotFound("no_stage", _("There is no stage “%(name)s”. The stages are: %(all)s.")
                       % {"name": text[:40], "all": ", ".join(words)})
    return text, str(words[text])


def _chain(_scope, text: str) -> tuple[int | None, str]:
    if text == "none":
        return None, _("no chain named")
    found = queries.chain_named(text)
    if found is None:
        raise NotFound("no_chain", _("There is no chain with the code “%s”. See the list of chains for the codes.") % text[:60])
    return found.pk, found.name


def _zone(scope, text: str) -> tuple[int, str]:
    found = queries.zone_named(scope, text)
    return found.pk, found.name
