"""A chain as its office's home: who answers for it, what is wrong, the drawing, the gaps, the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.chains.choices import POSTS
from guatu.chains.pages import words
from guatu.chains.pages.drawing import drawn, svg
from guatu.chains.pages.reading import Look, look, zones_of
from guatu.chains.pages.rows import COLUMNS, table
from guatu.chains.queries.editions import behind
from guatu.chains.queries.people import people_of
from guatu.chains.rules.standing import MISSING, STATUSES, WEAK
from guatu.kernel.registry import slot
from guatu.kernel.web.asked import Asked

#: Gaps that the page shows at first.
FIRST_GAPS = 10
#: So many days back from today the slider reaches.
SLIDING_DAYS = 365


@require_safe
def chain_page(request, code: str):
    """A chain from a zone on a day; the table alone when it asks to be sorted or filtered."""
    seen = look(request, code)
    context = {
        "seen": seen, "chain": seen.chain, "address": seen.address, "panorama": seen.panorama, "table": table(seen),
        "columns": columns(seen.address), "tiers": list(words.TIERS.items()),
        "statuses": [(status, label) for status, label in words.STATUSES.items() if status in STATUSES],
        "given": seen.address.given,
    }
    if request.htmx and request.htmx.target == "nodes-table":
        return render(request, "chains/_table.html", context)
    coming = slot("chains.cover", scope=seen.scope, chain=seen.chain, zone=seen.zone, address=seen.address)
    drawing = drawn(seen.chain, seen.panorama, lambda node: seen.link("node", node), coming=coming[0] if coming else None)
    people = people_of(seen.scope, code, seen.address.as_of, seen.address.known_at, seen.zone.pk if seen.zone else None)
    return render(request, "chains/chain.html", context | {
        "drawing": drawing, "graph": drawing.data, "svg": svg(drawing), "people": people, "posts": posts(people),
        "tally": tally(seen), "legend": legend(seen), "gaps": gaps(seen), "term_names": list(words.GAP_TERMS.items()),
        "zones": zones_of(seen.scope), "slider": slider(seen.address), "compare_url": seen.link("compare"),
        "further_url": seen.address.query(gaps="all") + "#gaps" if seen.panorama and len(gaps(seen)) < len(
            seen.panorama.gaps) else "",
        "verdicts_url": f"/r/mapping_verdicts/?q={code}" if seen.scope.may("mapping_verdicts") and seen.panorama and (
            seen.panorama.coverage.confirmed or seen.panorama.coverage.rejected) else "",
        "behind": seen.address.is_present and seen.chain.code in behind(),
        "may_map": seen.scope.may("enterprises", "load_register"), "exports": exports(seen), "entries": entries(seen, people),
        "panels": slot("chains.chain", scope=seen.scope, chain=people.chain, zone=seen.zone, address=seen.address),
    })


@dataclass(frozen=True)
class Slider:
    """The days among which one slides: `number` days after `first` is the day shown, `days` after it the last."""

    first: date
    days: int
    number: int


def slider(address: Asked) -> Slider:
    """The last year up to today, and the day shown where it lies outside."""
    today = timezone.localdate()
    first, last = min(address.as_of, today - timedelta(days=SLIDING_DAYS)), max(address.as_of, today)
    return Slider(first, (last - first).days, (address.as_of - first).days)


def posts(people) -> list[tuple[str, str, list]]:
    """The posts of the chain with who holds them; code, word, rows."""
    if people.posts is None:
        return []
    return [(code, str(label), people.posts[code]) for code, label in POSTS]


def columns(address: Asked) -> list[dict]:
    """The columns of the table with the address that sorts by each."""
    sort = address.given.get("sort", "")
    found = []
    for column in COLUMNS:
        first = f"-{column.name}" if column.numeric and column.name != "rank" else column.name
        other = column.name if first.startswith("-") else f"-{column.name}"
        found.append({
            "column": column, "url": address.query(sort=other if sort == first else first) + "#nodes",
            "sorted": "" if sort.removeprefix("-") != column.name else "descending" if sort.startswith("-") else "ascending",
        })
    return found


def tally(seen: Look) -> list[dict]:
    """The large figures: each opens the rows that it counts."""
    nodes = seen.panorama.nodes if seen.panorama else ()

    def filtered(status: str) -> str:
        return seen.address.query(status=status, tier=None, q=None) + "#nodes"

    counts = [
        ("missing", words.status(MISSING), sum(node.status == MISSING for node in nodes), filtered(MISSING)),
        ("weak", words.status(WEAK), sum(node.status == WEAK for node in nodes), filtered(WEAK)),
        ("choke", str(words.CHOKE), sum(node.choke_point for node in nodes), filtered("choke")),
        ("gaps", _("gaps ranked"), len(seen.panorama.gaps) if seen.panorama else 0, "#gaps"),
    ] if seen.panorama else []
    return [{"name": "nodes", "label": _("nodes of the chain"), "value": len(seen.chain.nodes), "url": seen.address.query(
        status=None, tier=None, q=None) + "#nodes"}] + [
        {"name": name, "label": label, "value": value, "url": url} for name, label, value, url in counts]


def legend(seen: Look) -> list[tuple[str, str, int]]:
    """Status, word and how many nodes have it."""
    if not seen.panorama:
        return [(words.UNKNOWN, words.status(words.UNKNOWN), len(seen.chain.nodes))]
    counts = {status: sum(node.status == status for node in seen.panorama.nodes) for status in (*STATUSES, words.UNKNOWN)}
    return [(status, words.status(status), n) for status, n in counts.items() if n or status in STATUSES]


def gaps(seen: Look) -> list[dict]:
    """The gaps by rank, the first ones unless all are asked for, each with its terms in the order of `words.GAP_TERMS`."""
    if not seen.panorama:
        return []
    return [{
        "gap": gap, "url": seen.link("node", gap.node), "tier": str(words.TIERS[gap.tier]),
        "terms": [(code, str(label), gap.terms[code]) for code, label in words.GAP_TERMS.items() if code in gap.terms],
    } for gap in seen.panorama.gaps[: None if seen.address.given.get("gaps") == "all" else FIRST_GAPS]]


def exports(seen: Look) -> list[tuple[str, str]]:
    """Files of the chain: label and address."""
    if not seen.scope.may("chains", "export"):
        return []
    zone = seen.zone.code if seen.zone else None
    return [(label, seen.link("export", kind, zone=zone)) for kind, label in (
        ("pdf", "PDF"), ("png", "PNG"), ("xlsx", "Excel"))]


def entries(seen: Look, people) -> dict[str, str]:
    """Where the reader may enter what is missing: addresses by what they add."""
    if people.chain is None:
        return {}
    return {
        name: f"/r/{resource}/new/?chain={people.chain.code}"
        for name, resource in (("post", "chain_posts"), ("plan", "chain_plans"), ("firm", "enterprise_roles"))
        if seen.scope.may(resource, "add")
    }
