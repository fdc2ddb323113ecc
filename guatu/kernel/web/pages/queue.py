"""One's own work: what I owe, what my unit owes, what I asked of others, and what I do for somebody who is away."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guatu.kernel import delegating, delegation, queue, urging
from guatu.kernel.choices import LIGHTS
from guatu.kernel.commitments import kinds
from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.recording import resolve
from guatu.kernel.web.asked import Asked, asked, day, page_number
from guatu.kernel.web.lights import explain
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import actor_of, scope_of

PAGE_ROWS = 50
OPEN = ("red", "yellow", "green")


@require_safe
def queue_page(request):
    """The queue of the tab asked for: `tab` is empty, unit, asked, or for-<person>."""
    scope, address = scope_of(request), asked(request)
    recording, _instant = resolve(address.known_at)
    queues = queue.Queue(scope, address.as_of, recording)
    units = queue.units_of(request.user.pk)
    away = {f"for-{person.pk}": person for person in delegation.principals_of(scope)}
    tab = address.given.get("tab", "")
    sheet = _sheet(queues, tab, request.user.pk, units, away)
    kind, text, colour = (address.given.get(name, "") for name in ("kind", "q", "colour"))
    narrowed = sheet.narrowed(kind if kind in kinds() else "", text[:200])
    colours, by_kind = narrowed.counts()
    colour = colour if colour in OPEN else ""
    count = colours[colour] if colour else colours.total()
    pages = max(1, -(-count // PAGE_ROWS))
    page = min(page_number(request), pages)
    rows = narrowed.rows(colour, (page - 1) * PAGE_ROWS, PAGE_ROWS) if count else []
    may_urge = _urgeable(scope, rows) if tab in ("unit", "asked") and address.is_present else set()
    context = {
        "address": address,
        "tab": tab,
        "away": away.get(tab),
        "tabs": _tabs(address, tab, units, away),
        "tally": [
            (code, colours[code], address.query(colour=None if code == colour else code, page=None), code == colour)
            for code, _label in LIGHTS[:3]
        ],
        "colour": colour,
        "text": text,
        "kind": kind,
        "kinds": sorted(((label, found.name, by_kind[label]) for label, found in kinds().items()), key=lambda row: row[1]),
        "narrowed": bool(kind or text or colour),
        "rows": [_row(row, address, may_urge) for row in rows],
        "done": [_row(row, address, set()) for row in narrowed.recently_done()] if page == 1 else [],
        "recent_days": queue.RECENT_DAYS,
        "count": count,
        "page": page,
        "pages": pages,
        "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": address.query(page=page + 1) if page < pages else "",
        "with_owner": tab in ("unit", "asked"),
        "any_provisional": any(row.lit.light.provisional for row in rows),
    }
    return render(request, "kernel/queue.html", context)


def _sheet(queues: queue.Queue, tab: str, person: int, units: dict, away: dict) -> queue.Sheet:
    if tab == "":
        return queues.of_people([person])
    if tab == "unit":
        return queues.of_units(units)
    if tab == "asked":
        return queues.asked_by(person)
    if tab in away:
        return queues.of_people([away[tab].pk])
    raise NotFound("no_queue", _("You have no such queue. If you stood in for somebody, the delegation has ended."))


def _tabs(address: Asked, tab: str, units: dict, away: dict) -> list[tuple[str, str, bool]]:
    names = [("", _("Mine"))]
    if units:
        names.append(("unit", _("My unit's")))
    names.append(("asked", _("Asked of others")))
    names += [(code, _("Standing in: %s") % person) for code, person in away.items()]
    return [(label, address.query(tab=code or None, page=None, colour=None), code == tab) for code, label in names]


def _row(row: queue.Owed, address: Asked, may_urge: set) -> dict:
    shown_day = None if address.as_of == timezone.localdate() else address.as_of
    return {
        "light": explain(row.lit, row.label),
        "row": row,
        "url": row.about.address(shown_day) if row.about is not None else "",
        "may_urge": (row.state.subject_type, row.state.subject_id) in may_urge,
        "urged_today": row.state.urged_on == timezone.localdate(),
    }


def _urgeable(scope, rows: list[queue.Owed]) -> set[tuple[str, int]]:
    """Those of the rows that the reader may urge."""
    mine = {scope.user_id, *scope.principals}
    found = {(row.state.subject_type, row.state.subject_id) for row in rows if row.state.asked_by_id in mine}
    for label, kind in kinds().items():
        ids = [row.state.subject_id for row in rows if row.state.subject_type == label]
        found |= {(label, pk) for pk in urging.urgeable(scope, kind.model, ids)}
    return found


@require_POST
def urge(request):
    """Reminds those who answer for a commitment."""
    pk = request.POST.get("commitment", "")
    try:
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            raise NotFound("no_commitment", _("There is no commitment at this address."))
        told = urging.urge(actor_of(request), request.POST.get("kind", ""), int(pk), request.POST.get("message", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, ngettext("%d person was urged.", "%d people were urged.", told) % told)
    return redirect(next_page(request, "/my/"))


@require_http_methods(["GET", "POST"])
def away_page(request):
    """Who stands in for me and for whom I stand in, with a form to name a stand-in."""
    scope, error, status = scope_of(request), None, 200
    able = delegation.delegable(request.user.pk)
    given = {name: request.POST.get(name, "").strip() for name in ("delegate", "starts_on", "ends_on", "reason")}
    chosen = [row.pk for row in able if str(row.pk) in request.POST.getlist("membership")]
    people = delegation.colleagues(scope)
    if request.method == "POST":
        try:
            row = delegating.set_own(
                actor_of(request), _person(given["delegate"], people), _day(given, "starts_on"), _day(given, "ends_on"),
                given["reason"], _memberships(chosen, able))
        except Refused as refused:
            error, status = refused, refused.status
        else:
            messages.success(request, _("%(who)s stands in for you from %(start)s through %(end)s, and has been told.") % {
                "who": row.delegate, "start": row.starts_on, "end": row.ends_on})
            return redirect("/my/away/")
    else:
        given["starts_on"], chosen = timezone.localdate().isoformat(), [row.pk for row in able]
    found = delegation.about(request.user.pk)
    context = {
        "given_by_me": [row for row in found if row.principal_id == request.user.pk],
        "held_by_me": [row for row in found if row.delegate_id == request.user.pk],
        "able": [(row, row.pk in chosen) for row in able],
        "people": people,
        "given": given,
        "error": error,
        "today": timezone.localdate(),
    }
    return render(request, "kernel/away.html", context, status=status)


def _person(text: str, people: list) -> int:
    found = next((person for person in people if str(person.pk) == text), None)
    if found is None:
        raise Faulty("delegate", _("Choose from the list who stands in for you."), "delegate")
    return found.pk


def _day(given: dict, name: str):
    found = day(given[name], name)
    if found is None:
        raise Faulty(name, _("Give the first and the last day."), name)
    return found


def _memberships(chosen: list[int], able: list) -> list[int]:
    """Every one ticked means all, also those given later; none ticked is a mistake."""
    if able and not chosen:
        raise Faulty("membership", _("Tick at least one role that your stand-in may use."), "membership")
    return [] if len(chosen) == len(able) else chosen


@require_POST
def end_delegation(request, pk: int):
    row = delegating.end_own(actor_of(request), pk)
    messages.success(request, _("The delegation from %(principal)s to %(delegate)s has ended.") % {
        "principal": row.principal, "delegate": row.delegate})
    return redirect("/my/away/")
