"""The wall itself, and the strip of its day slider."""

from __future__ import annotations

from datetime import date, timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url, replace_url

from guatu.kernel.web.session import scope_of
from guatu.projects.pages import asked as addresses
from guatu.projects.queries import moment
from guatu.wall import queries
from guatu.wall.pages.board import Board, since_of
from guatu.wall.rules import periods

MOODS = {"paper": "light", "dark": "dark"}
PERIOD_LABELS = {
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}
#: Steps of the buttons beside the slider and of playing: unit and number.
STEPS = [("month", -1), ("week", -1), ("day", -1), ("day", 1), ("week", 1), ("month", 1)]
STROKE = 30.0


@require_safe
@vary_on_headers("HX-Request")
def wall_page(request):
    """The wall as of a day; only the board of that day when the slider asks."""
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    period, since = since_of(address)
    board = Board(scope, address, since)
    context = {
        "address": address,
        "board": board,
        "since": since,
        "period": period,
        "periods": [
            (code, str(label), address.query(period=code, since=None), code == period)
            for code, label in PERIOD_LABELS.items()
        ],
        "hangs": address.given.get("hang") == "1",
    }
    if request.htmx and request.htmx.target == "board":
        return _remembered(request, render(request, "wall/_board.html", context))
    mood = MOODS.get(address.given.get("mood", ""))
    if mood:
        context |= {"theme": mood, "theme_is_auto": False}
    context |= {
        "zones": addresses.zone_options(request),
        "days_url": address.link(reverse("wall:days")),
        "today": timezone.localdate(),
        "steps": [(unit, number) for unit, number in STEPS],
        "hang_url": address.query(hang=None if context["hangs"] else 1),
        "follows_today": "as_of" not in address.given and address.known_at is None,
    }
    return render(request, "wall/hung.html" if context["hangs"] else "wall/wall.html", context)


def _remembered(request, response):
    """Tells the browser to keep this day among its addresses: a new one, or in place of the last."""
    keep = {"push": push_url, "replace": replace_url}.get(request.headers.get("X-Wall-History", ""))
    return keep(response, request.get_full_path()) if keep else response


@require_safe
def days(request):
    """The strip of the slider: its ends, years and months, and a stroke for each week in which something moved."""
    scope = scope_of(request)
    scope.require("projects", "view")
    address = addresses.asked(request)
    when = moment(address.as_of, address.known_at)
    zone = queries.zone_named(scope, address.zone) if address.zone else None
    moved = queries.moving_days(scope, when, zone.pk if zone else None)
    today = timezone.localdate()
    strip = periods.strip(min(moved) if moved else None, today, address.as_of)
    weeks = sorted(week for week in moved if strip.first - timedelta(days=7) < week <= strip.last)
    lengths = periods.heights([moved[week] for week in weeks], STROKE)
    return render(request, "wall/_strip.html", {
        "strip": strip,
        "value": (address.as_of - date(1970, 1, 1)).days,
        "least": (strip.first - date(1970, 1, 1)).days,
        "most": (strip.last - date(1970, 1, 1)).days,
        "as_of": address.as_of,
        "today_share": strip.share(today),
        "strokes": [
            (round(strip.share(week + timedelta(days=3)) * 10, 2), round(STROKE - length, 2), STROKE)
            for week, length in zip(weeks, lengths, strict=True)
        ],
        "years": strip.years(),
        "year_lines": [(year, round(place * 10, 2)) for year, place in strip.years()],
        "months": [round(place * 10, 2) for place in strip.months()],
        "shows_months": strip.days < 366 * 12,
        "words": _("The day the wall shows"),
    })
