"""Proposals of a graph for a chain: uploaded, searched, accepted into the draft or turned down, one or many at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guatu.chains import proposal_actions
from guatu.chains.choices import PROPOSAL_KINDS, PROPOSAL_STATES
from guatu.chains.pages import words
from guatu.chains.pages.draft import editing_scope
from guatu.chains.queries.editions import draft_of, on_day
from guatu.chains.queries.proposals import MOST_AT_ONCE, meant, page_of
from guatu.chains.rules.graph import inspected
from guatu.kernel.errors import Faulty, Forbidden, NotFound, Refused
from guatu.kernel.rules.refusals import quote
from guatu.kernel.web.doors import paced
from guatu.kernel.web.session import actor_of

MOST_FILES = 20
#: Refusals told one by one after a decision.
MOST_TOLD = 5


@paced("upload")
@require_http_methods(["GET", "POST"])
def proposals_page(request, code: str):
    """The proposals for a chain; a POST uploads a graph or decides."""
    editing_scope(request)
    if request.method == "GET":
        return _page(request, code, request.GET)
    try:
        if request.POST.get("do") == "propose":
            _propose(request, code)
        else:
            _decide(request, code)
    except Forbidden:
        raise
    except Refused as refused:
        return _page(request, code, request.POST, str(refused), refused.status)
    return redirect(_address(code, request.POST))


def _page(request, code: str, asked, error: str = "", status: int = 200):
    draft = draft_of(code)
    chain = inspected(draft.body, code)[0] if draft is not None else on_day(code, timezone.localdate())[0]
    if chain is None:
        raise NotFound("no_chain", _("There is no chain “%s”. Choose one from the list of chains.") % quote(code[:60]))
    state, kind, text = _filters(asked)
    found = page_of(code, state, kind, text, _whole(asked.get("page", "")))
    names = {node.code: node.name for node in chain.nodes}
    tiers = {node.code: node.tier for node in chain.nodes}
    return render(request, "chains/proposals.html", {
        "code": code, "chain": chain, "has_draft": draft is not None, "found": found, "state": state, "kind": kind, "q": text,
        "rows": [_row(row, names, tiers) for row in found.rows], "error": error, "most": MOST_AT_ONCE,
        "states": [(one, label, sum(n for (other, _kind), n in found.counts.items() if other == one)) for one, label in PROPOSAL_STATES],
        "kinds": [(one, label, found.counts.get((state, one), 0)) for one, label in PROPOSAL_KINDS],
        "before": _address(code, asked, found.number - 1) if found.number > 1 else "",
        "after": _address(code, asked, found.number + 1) if found.number < found.pages else "",
    }, status=status)


def _row(row, names: dict[str, str], tiers: dict[str, str]) -> dict:
    body = row.body
    source, target, kind = body["edge"]
    told = {
        "term": _("term of “%s”") % names.get(row.node, row.node),
        "node": _("new node, %(tier)s: %(source)s → %(target)s (%(kind)s)") % {
            "tier": words.TIERS.get(body["tier"], body["tier"]), "source": names.get(source, source),
            "target": names.get(target, target), "kind": words.KINDS.get(kind, kind)},
        "edge": _("new edge (%s)") % words.KINDS.get(kind, kind),
    }[row.kind]
    return {"row": row, "what": told, "gone": row.node not in names, "fault": body["fault"],
            "evidence": list(zip(body["rows"], body["told"], strict=False)), "further": row.said - len(body["rows"]),
            "tier": tiers.get(row.node, "")}


def _propose(request, code: str) -> None:
    uploads = request.FILES.getlist("files")
    if not uploads:
        raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "files")
    if len(uploads) > MOST_FILES or sum(one.size for one in uploads) > settings.GUATU_UPLOAD_MAX_BYTES:
        raise Faulty("files_many", _("At most %(n)d files of %(mb)d MB together are read. Give fewer.") % {
            "n": MOST_FILES, "mb": settings.GUATU_UPLOAD_MAX_BYTES // 1024 // 1024}, "files")
    with tempfile.TemporaryDirectory(prefix="guatu-graph-") as folder:
        paths = []
        for place, upload in enumerate(uploads):
            own = Path(folder) / str(place)
            own.mkdir()
            name = "".join(sign for sign in Path(upload.name.replace("\\", "/")).name if sign.isprintable())
            path = own / (name[-100:].strip(". ") or "graph")
            with path.open("wb") as file:
                for piece in upload.chunks():
                    file.write(piece)
            paths.append(path)
        made = proposal_actions.propose(actor_of(request), code, paths)
    found = made.found
    messages.success(request, _(
        "%(relations)d rows read, %(used)d touch the chain: %(terms)d terms, %(nodes)d nodes and %(edges)d edges are proposed "
        "(%(new)d of them new), %(known_terms)d words and %(known_edges)d edges are in the chain already.") % {
            "relations": found.relations, "used": found.used, "terms": made.count("term"), "nodes": made.count("node"),
            "edges": made.count("edge"), "new": made.new, "known_terms": found.known_terms, "known_edges": found.known_edges})
    if made.unused:
        messages.info(request, _("Not used, because they are other tables: %s") % ", ".join(made.unused))


def _decide(request, code: str) -> None:
    data, actor = request.POST, actor_of(request)
    state, kind, text = _filters(data)
    numbers = None if data.get("all") else [n for n in map(_whole, data.getlist("id")) if n]
    rows = meant(code, state, kind, text, numbers)
    do = data.get("do", "")
    if do not in ("accept", "reject", "reopen"):
        raise Faulty("do", _("“%s” is no decision on a proposal. Use the buttons of the page.") % quote(do), "do")
    if not rows:
        raise Faulty("nothing_chosen", _("No proposal was chosen. Tick those that are meant, or decide on all."), "id")
    if do == "accept":
        done = proposal_actions.accept(actor, code, rows)
        if done.accepted:
            messages.success(request, ngettext(
                "%(n)d proposal was taken into the draft.", "%(n)d proposals were taken into the draft.", done.accepted) % {
                    "n": done.accepted})
        for word, why in done.refused[:MOST_TOLD]:
            messages.warning(request, _("“%(word)s” was not taken: %(why)s") % {"word": word, "why": why})
        if len(done.refused) > MOST_TOLD:
            messages.warning(request, _("%d others were not taken either; they stay to decide.") % (len(done.refused) - MOST_TOLD))
    elif do == "reject":
        n = proposal_actions.reject(actor, rows)
        messages.success(request, ngettext(
            "%(n)d proposal was turned down.", "%(n)d proposals were turned down.", n) % {"n": n})
    else:
        n = proposal_actions.reopen(actor, rows)
        messages.success(request, ngettext("%(n)d proposal is to decide again.", "%(n)d proposals are to decide again.", n) % {"n": n})


def _filters(asked) -> tuple[str, str, str]:
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return (state if state in dict(PROPOSAL_STATES) else "open", kind if kind in dict(PROPOSAL_KINDS) else "",
            asked.get("q", "").strip()[:100])


def _address(code: str, asked, number: int = 1) -> str:
    state, kind, text = _filters(asked)
    given = {"state": "" if state == "open" else state, "kind": kind, "q": text, "page": number if number > 1 else ""}
    query = urlencode({name: value for name, value in given.items() if value})
    return reverse("chains:proposals", args=[code]) + (f"?{query}" if query else "")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
