"""Pages over every resource: search, and the history of all that was done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.kernel.errors import Forbidden
from guatu.kernel.models import HistoryEntry, Recording
from guatu.kernel.models.clock import Commitment
from guatu.kernel.models.facts import Fact
from guatu.kernel.models.history import PLACES, limit
from guatu.kernel.registry import resources
from guatu.kernel.resource import Resource
from guatu.kernel.scope import EVERYWHERE
from guatu.kernel.web.history import in_words, verb_words
from guatu.kernel.web.listing import Row, shown_rows
from guatu.kernel.web.session import scope_of

FOUND_EACH = 10
HISTORY_SIZE = 50
DONE = ("created", "changed", "withdrawn")


@dataclass(frozen=True)
class Found:
    resource: Resource
    rows: list[Row]
    total: int


@require_GET
def search(request):
    """The first rows of every resource in which all words occur, with how many there are."""
    scope = scope_of(request)
    text = request.GET.get("q", "").strip()[:200]
    found = []
    for resource in resources().values() if text else ():
        if not scope.may(resource.name) or not resource.search:
            continue
        rows = resource.sorted(resource.searched(resource.rows(scope), text), "")
        total = rows.order_by().count()
        if total:
            columns = [column for column in resource.all_columns() if column.name in (resource.shown or [column.name])]
            found.append(Found(resource, shown_rows(resource, scope, list(rows[:FOUND_EACH]), columns[:4]), total))
    # Things come before what is told about them.
    found.sort(key=lambda group: (issubclass(group.resource.model, Fact | Commitment), -group.total))
    return render(request, "kernel/search.html", {"text": text, "found": found})


@require_GET
def history(request):
    """Who did what, newest first; for those who may see the history of everything."""
    if scope_of(request).reach("*", "history") != EVERYWHERE:
        raise Forbidden(
            "history_of_everything",
            _("The history of everything is for those whose role covers the whole house. "
              "The history of a row stands on its own page."),
        )
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("who", "verb", "subject", "kind", "recording")}
    before = request.GET.get("before", "")
    entries = list(_entries(asked, int(before) if _is_number(before) else None)[: HISTORY_SIZE + 1])
    recordings = Recording.objects.in_bulk({entry.recording_number for entry in entries})
    lines = in_words([(entry, recordings[entry.recording_number]) for entry in entries[:HISTORY_SIZE]])
    context = {
        "lines": lines,
        "asked": asked,
        "before": before,
        "more": lines[-1].entry_id if len(entries) > HISTORY_SIZE else None,
        "verbs": [(code, verb_words(code)) for code in DONE] + [("other", _("other"))],
        "kinds": sorted({(found.model._meta.label_lower, str(found.model._meta.verbose_name_plural))
                         for found in resources().values()}, key=lambda pair: pair[1]),
    }
    return render(request, "kernel/history.html", context)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _entries(asked: dict[str, str], before: int | None):
    rows = HistoryEntry.objects.order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    if asked["subject"]:
        rows = rows.filter(subject_label__icontains=asked["subject"])
    if asked["kind"]:
        rows = rows.filter(subject_type=asked["kind"])
    if asked["verb"] in DONE:
        rows = rows.filter(verb__endswith=f".{asked['verb']}")
    elif asked["verb"] == "other":
        for verb in DONE:
            rows = rows.exclude(verb__endswith=f".{verb}")
    if _is_number(asked["recording"]) and len(asked["recording"]) < 13:
        number = int(asked["recording"])
        rows = rows.filter(id__gte=limit(number - 1), id__lt=limit(number))
    if asked["who"]:
        by = Recording.objects.filter(
            Q(actor_name__icontains=asked["who"]) | Q(actor__name__icontains=asked["who"])
            | Q(on_behalf_name__icontains=asked["who"]) | Q(on_behalf_of__name__icontains=asked["who"]))
        rows = rows.alias(
            recorded_in=ExpressionWrapper(F("id") / PLACES, output_field=BigIntegerField())
        ).filter(recorded_in__in=by.order_by().values("number"))
    return rows
