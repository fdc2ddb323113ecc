"""The targets of a gap: the whole register ranked, each term as a bar, who is left out and why; what is chosen goes on a list."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.chains.pages.reading import Look, chain_named, standing_of, zone_of, zones_of
from guatu.kernel.errors import Faulty, Forbidden, Refused
from guatu.kernel.web.asked import asked
from guatu.kernel.web.pages.editing import say_done
from guatu.kernel.web.session import actor_of, scope_of
from guatu.outreach import targets_actions
from guatu.outreach.models import TargetList
from guatu.outreach.queries.targets import Targets, targets
from guatu.outreach.queries.targets_answer import city_of
from guatu.outreach.queries.targets_lists import assignable, lists_of, on_lists
from guatu.outreach.rules.targets import Rated
from guatu.outreach.targets_words import TERM_LABELS

PAGE_ROWS = 25


def look(request, chain: str) -> Look:
    """What the address asks for, as the pages of chains read it. Raises NotFound, Forbidden."""
    scope = scope_of(request)
    scope.require("chains", "view")
    scope.require("enterprises", "view")
    address = asked(request)
    found = chain_named(chain, address)
    zone = zone_of(scope, address.zone)
    panorama, why, todo = standing_of(scope, found, zone, address)
    return Look(scope, address, found, zone, panorama, why, todo)


@require_safe
def gap_page(request, chain: str, node: str):
    """Who could fill the gap at a node."""
    seen = look(request, chain)
    at = seen.node(node)
    context = {
        "seen": seen, "chain": seen.chain, "node": at, "address": seen.address, "zones": zones_of(seen.scope), "zone": seen.zone,
        "standing": seen.standing(node), "node_url": seen.link("node", node), "chain_url": seen.link("chain"),
        "gap": next((one for one in seen.panorama.gaps if one.node == node), None) if seen.panorama else None,
        "found": None, "why": seen.why, "todo": seen.todo,
    }
    if seen.panorama is not None:
        context |= ranking(seen, targets(
            seen.scope, chain, node, seen.zone.code, seen.address.as_of, seen.address.known_at))
    return render(request, "outreach/targets.html", context)


def ranking(seen: Look, found: Targets) -> dict:
    """The rows of the page asked for, with what the reader may do with them."""
    text = seen.address.given.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and int(text[:6]) > 0 else 1
    first = (page - 1) * PAGE_ROWS
    listed = on_lists(seen.scope, seen.zone)
    may_add = seen.scope.may("targets", "add") and seen.address.known_at is None
    units, people = assignable(seen.scope) if may_add else ([], [])
    lists = lists_of(seen.scope, seen.zone, found.chain, found.node.code) if seen.scope.may("target_lists") else []
    return {
        "found": found, "rows": [shown(one, place, listed) for place, one in enumerate(
            found.rows[first:first + PAGE_ROWS], start=first + 1)],
        "left_out": [shown(one, 0, listed) for one in found.excluded[:PAGE_ROWS]], "term_names": [
            (code, str(label), found.weighing.weights[code]) for code, label in TERM_LABELS.items()],
        "next_url": seen.address.query(page=page + 1) if len(found.rows) > first + PAGE_ROWS else "",
        "former_url": seen.address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "lists": lists, "may_add": may_add, "units": units, "people": people,
        "leading": "、".join(found.gap.names[code] for code in found.leading),
        "new_name": _("%(zone)s: targets for %(node)s") % {"zone": found.zone_name, "node": found.node.name},
    }


def shown(one: Rated, place: int, listed: dict) -> dict:
    """A row as the page shows it."""
    candidate = one.candidate
    return {
        "place": place, "one": one, "city": city_of(candidate.city_code, candidate.province_code),
        "terms": [(code, str(label), one.terms[code]) for code, label in TERM_LABELS.items()],
        "on": [(row, reverse("outreach:target_list", args=[row.target_list_id])) for row in listed.get(candidate.key, ())],
        "why_not": one.excluded.sentence(_) if one.excluded else "",
    }


@require_POST
def put_on_list(request, chain: str, node: str):
    """Puts those chosen on a list, a new one where none is named."""
    scope = scope_of(request)
    scope.require("targets", "add")
    request.GET = request.POST
    seen = look(request, chain)
    seen.node(node)
    data = request.POST
    back = seen.address.link(reverse("outreach:targets", args=[chain, node]))
    try:
        if seen.zone is None or seen.panorama is None:
            raise Faulty("no_ranking", seen.why)
        found = targets(scope, chain, node, seen.zone.code, seen.address.as_of)
        actor, keys = actor_of(request), data.getlist("key")
        if not keys:
            raise Faulty("nobody_chosen", _("Nobody was chosen. Tick the enterprises that go on the list."), "key")
        target_list = _list(scope, data.get("list", "")) or targets_actions.make_list(
            actor, data.get("name", "") or _("Targets"), seen.zone, chain, node)
        number, added = targets_actions.put_on_list(
            actor, target_list, found, keys, _number(data.get("unit")), _number(data.get("officer")))
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    say_done(request, _("%(n)s enterprises were put on “%(list)s”.") % {"n": added, "list": target_list.name}, number,
             scope.may("targets", "withdraw"))
    return redirect("outreach:target_list", target_list.pk)


def _list(scope, text: str) -> TargetList | None:
    number = _number(text)
    return TargetList.objects.within(scope, "view", "target_lists").filter(pk=number).first() if number else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
