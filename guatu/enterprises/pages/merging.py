"""Pages of likely duplicates: the list, the preview of a merge, the decision, and the way back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guatu.enterprises import actions
from guatu.enterprises.matching import duplicates
from guatu.enterprises.matching.words import in_words
from guatu.enterprises.merging.plan import Plan, plan
from guatu.enterprises.models import Enterprise, EnterpriseMerge
from guatu.enterprises.rules.merging import BOTH
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.registry import fill, resource
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.panels import Panel
from guatu.kernel.web.session import actor_of, scope_of

PAGE_ROWS = 50
SAMPLES = 5


@require_safe
def duplicates_page(request):
    """Pairs of enterprises that look alike, a page at a time, with what anybody has decided of them."""
    scope = scope_of(request)
    scope.require("enterprises", "view")
    text, judged = request.GET.get("q", "")[:200], request.GET.get("judged", "open")
    judged = judged if judged in ("open", "different", "all") else "open"
    asked = request.GET.get("page", "1")
    found = duplicates.queue(scope, text, judged)
    pages = max(1, -(-len(found) // PAGE_ROWS))
    page = min(max(int(asked) if asked.isdigit() and len(asked) < 9 else 1, 1), pages)
    rows = duplicates.rows_of(scope, found[(page - 1) * PAGE_ROWS:page * PAGE_ROWS])
    return render(request, "enterprises/duplicates.html", {
        "pairs": [_listed(pair) for pair in rows], "total": f"{len(found):,}", "text": text, "judged": judged, "page": page,
        "pages": pages, "may": scope.may("match_verdicts", "add") and scope.may("enterprise_merges", "add"),
        "choices": [("open", _("to decide")), ("different", _("decided: two enterprises")), ("all", _("all"))],
    })


def _listed(pair: duplicates.Pair) -> dict:
    return {
        "left": pair.left, "right": pair.right, "score": f"{100 * pair.likeness.score:.0f}", "verdict": pair.verdict,
        "reasons": _("; ").join(in_words(pair.likeness.reasons)),
    }


@require_POST
def judge(request):
    """Keeps that two enterprises are two, or takes that word back."""
    scope = scope_of(request)
    one, other = (_row(scope, request.POST.get(name, "")) for name in ("left", "right"))
    verdict = "different" if request.POST.get("verdict") == "different" else "same"
    here = next_page(request, reverse("enterprises:duplicates"))
    try:
        actions.judge_likeness(actor_of(request), one, other, verdict, request.POST.get("reason", ""))
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(here)
    if verdict == "same":
        return redirect(f"{reverse('enterprises:merge')}?{urlencode({'kept': one.pk, 'gone': other.pk})}")
    messages.success(request, _("“%(one)s” and “%(other)s” count as two enterprises from now on.") % {
        "one": one.name, "other": other.name})
    return redirect(here)


@require_http_methods(["GET", "POST"])
def merge_page(request):
    """What a merge would do, field by field and table by table; done when it is confirmed."""
    scope = scope_of(request)
    scope.require("enterprise_merges", "add")
    given = request.POST if request.method == "POST" else request.GET
    kept, gone = (_row(scope, given.get(name, "")) for name in ("kept", "gone"))
    chosen = {name.removeprefix("wins_"): value for name, value in given.items() if name.startswith("wins_")}
    reason = given.get("reason", "")[:1000]
    error = ""
    if request.method == "POST":
        try:
            actions.merge(actor_of(request), kept, gone, chosen, reason)
            messages.success(request, _("“%(gone)s” was merged into “%(kept)s”. It can be undone below.") % {
                "gone": gone.name, "kept": kept.name})
            return redirect(f"/r/enterprises/{kept.pk}/")
        except Forbidden:
            raise
        except Refused as refused:
            error = str(refused)
    try:
        found = plan(kept, gone, chosen, reason, timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(reverse("enterprises:duplicates"))
    return render(request, "enterprises/merge.html", {
        "kept": kept, "gone": gone, "error": error, "reason": reason, "differences": _differing(found, chosen),
        "moved": _moved(found, scope), "names": found.values.get("former_names", kept.former_names),
        "turned": f"?{urlencode({'kept': gone.pk, 'gone': kept.pk})}",
    }, status=422 if error else 200)


def _differing(found: Plan, chosen: dict[str, str]) -> list[dict]:
    rows = []
    for one in found.differences:
        field = Enterprise._meta.get_field(one.field)
        both = [_said(row, one.field) for row in (found.kept, found.gone)]
        wins = chosen.get(one.field, one.wins) if one.free else one.wins
        rows.append({"name": one.field, "label": field.verbose_name, "kept": both[0], "gone": both[1], "wins": wins,
                     "free": one.free, "both": one.wins == BOTH})
    return rows


def _said(row: Enterprise, name: str) -> str:
    value = getattr(row, name)
    return "" if value is None else str(value)


def _moved(found: Plan, scope) -> list[dict]:
    return [{
        "label": model._meta.verbose_name_plural, "count": len(rows),
        "samples": [str(row) for row in rows[:SAMPLES]], "more": max(0, len(rows) - SAMPLES),
    } for model, rows in found.moved]


@require_POST
def undo(request, pk: int):
    """Undoes a merge."""
    scope = scope_of(request)
    row = resource("enterprise_merges").find(scope, pk, "withdraw")
    try:
        left = actions.undo_merge(actor_of(request), row)
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"/r/enterprises/{row.kept_id}/")
    messages.success(request, _("The merge was undone: “%s” stands by itself again.") % row.gone.name)
    if left:
        messages.warning(request, _("Changed since the merge, and left as they are: %s.") % "、".join(map(str, left[:10])))
    return redirect(f"/r/enterprises/{row.gone_id}/")


def _row(scope, number: str) -> Enterprise:
    return resource("enterprises").find(scope, int(number) if number.isdigit() and len(number) < 19 else 0)


@fill("enterprises.detail")
def merged_here(row: Enterprise, scope, as_of) -> Panel | None:
    """On the page of an enterprise: what was merged into it, with the way back; and who looks like it."""
    merges = list(EnterpriseMerge.objects.within(scope).filter(kept=row).select_related("gone")) if scope.may(
        "enterprise_merges") else []
    if not merges:
        return None
    return Panel(_("Merged into this enterprise"), "enterprises/_merged.html", {
        "merges": merges, "may_undo": scope.may("enterprise_merges", "withdraw")})
