"""The form for visits on the road: a page that opens without a connection, and the addresses that it talks to."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guatu.kernel.errors import Faulty, Forbidden, Refused
from guatu.kernel.registry import resource
from guatu.kernel.web.session import actor_of, scope_of
from guatu.kernel.web.storable import refuse_unstorable
from guatu.outreach import trip_actions
from guatu.outreach.lead_choices import LEAD_STAGE_LABELS
from guatu.outreach.models import Visit
from guatu.outreach.queries.visit_device import TEXTS, state_of
from guatu.outreach.rules.leads import OPEN
from guatu.outreach.trip_actions import Received, Sent
from guatu.outreach.trip_choices import VISIT_OUTCOMES

WORKER = Path(__file__).resolve().parents[1] / "static" / "outreach" / "visit" / "worker.js"
FIELDS = ("trip", "company", "visited_on", "units", *TEXTS)
MOST_LEADS = 20
#: Stages to which a visit may bring a lead.
STAGES = OPEN[1:]


@require_safe
def visit_page(request):
    """The page without anybody's data, so that a device may keep it; what is personal comes from `visit_state`."""
    scope_of(request).require("visits", "add")
    label = {name: str(Visit._meta.get_field(name).verbose_name) for name in FIELDS if name != "company"}
    label["company"] = str(Visit._meta.get_field("enterprise").verbose_name)
    return render(request, "outreach/visit.html", {
        "outcomes": VISIT_OUTCOMES, "labels": label, "words": _words(),
        "stages": [(code, str(LEAD_STAGE_LABELS[code])) for code in STAGES]})


def _words() -> dict[str, str]:
    """Everything the page says by script."""
    return {
        "choose": _("choose a trip"), "otherTrip": _("another trip"), "fresh": _("New visit"), "editing": _("Visit"),
        "notKept": _("This device would not keep what you typed. Copy it elsewhere before you close the page."),
        "noStore": _("This browser keeps nothing, so this page cannot work without a connection. Leave its private mode."),
        "keptHere": _("Kept on this device. It is sent as soon as there is a connection."),
        "draft": _("being typed"), "waiting": _("waiting to be sent"), "file": _("its picture waits to be sent"),
        "sent": _("sent"), "conflict": _("changed by both sides"), "refused": _("not accepted"),
        "waitingCount": _("waiting to be sent:"), "noName": _("(no enterprise yet)"), "hide": _("Take off this device"),
        "discard": _("Discard"), "sure": _("Discard what was typed here?"),
        "sureAll": _("Discard everything on this device, what was not sent too?"), "allUnits": _("all units of the trip"),
        "clash": _("Somebody at the office changed the same fields meanwhile. Choose for each of them what is right."),
        "mine": _("Yours:"), "theirs": _("At the office:"), "sendChoice": _("Send what I chose"),
        "pickAll": _("Choose for every field first."), "sending": _("looking for the office …"), "online": _("connected"),
        "offline": _("no connection"), "asBefore": _("as before"), "itIsNow": _("It is now"), "visited": _("visited already"),
    }


@require_safe
def worker(request):
    """The service worker, from an address above which it may stand."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_safe
def visit_state(request):
    scope = scope_of(request)
    scope.require("visits", "add")
    return JsonResponse({
        "user": {"id": request.user.pk, "name": str(request.user)}, "csrf": get_token(request),
        "today": timezone.localdate().isoformat(), **state_of(scope, timezone.localdate()),
    }, json_dumps_params={"ensure_ascii": False})


@require_POST
def send(request):
    """One visit of a device. Answers 200 when it is kept here, 409 with the clashes, or the status of the refusal."""
    try:
        received = trip_actions.receive(actor_of(request), _sent(request))
    except Refused as refused:
        return JsonResponse({"state": "refused", "message": str(refused), "field": refused.field}, status=refused.status,
                            json_dumps_params={"ensure_ascii": False})
    return JsonResponse(_told(received), status=409 if received.clashes else 200, json_dumps_params={"ensure_ascii": False})


@require_POST
def send_file(request, record: int):
    """A file for a visit that is kept here already."""
    scope = scope_of(request)
    scope.require("documents", "add")
    try:
        upload = request.FILES.get("file")
        if upload is None:
            raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "file")
        document = trip_actions.attach_once(actor_of(request), resource("visits").find(scope, record), upload)
    except Refused as refused:
        return JsonResponse({"state": "refused", "message": str(refused)}, status=refused.status,
                            json_dumps_params={"ensure_ascii": False})
    return JsonResponse({"state": "kept", "document": document.pk})


def _told(received: Received) -> dict:
    return {
        "state": received.state, "told": received.told, "visit": received.visit.pk, "code": received.visit.code, "values": received.values,
        "clashes": [{"field": clash.field, "base": clash.base, "mine": clash.mine, "theirs": clash.theirs}
                    for clash in received.clashes],
    }


def _sent(request) -> Sent:
    try:
        body = json.loads(request.body)
        refuse_unstorable(body, "visit")
        if body["user"] != request.user.pk:
            raise Forbidden("other_person", _(
                "This visit was written on this device by somebody else, who has to log in to send it."))
        leads = body.get("leads") or []
        sent = Sent(str(body["client_id"]), _number(body.get("visit")), _values(body.get("base") or {}),
                    _values(body["values"]), tuple(str(lead)[:200] for lead in leads[:MOST_LEADS]),
                    tuple(_moved(one) for one in (body.get("moved") or [])[:MOST_LEADS]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Faulty("unreadable", _("What the device sent cannot be read. Open the page again and repeat.")) from fault
    return sent


def _moved(given: dict) -> tuple[int, str]:
    """A lead and the stage it came to. Raises ValueError."""
    lead, stage = _number(given["lead"]), given.get("stage") or ""
    if lead is None or stage not in ("", *STAGES):
        raise ValueError(given)
    return lead, stage


def _number(value) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 62):
        raise ValueError(value)
    return value


def _values(given: dict) -> dict:
    """Values of known fields, each of its kind; a day must be one. Raises ValueError or Faulty."""
    found = {}
    for name in FIELDS:
        if name not in given:
            continue
        value = given[name]
        if name == "units":
            found[name] = sorted({_number(unit) for unit in value} - {None})
        elif name == "trip":
            if value in (None, ""):
                raise Faulty("trip", _("Choose the trip on which this visit was paid."), "trip")
            found[name] = _number(value)
        elif name == "visited_on":
            if not value:
                raise Faulty("visited_on", _("Say on which day the visit was."), "visited_on")
            found[name] = date.fromisoformat(value).isoformat()
        else:
            found[name] = str(value or "")
    return found
