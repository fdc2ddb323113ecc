"""The editions of a chain: which counts when, what each changed, and from which a draft is opened. Files in and out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guatu.chains import draft_actions, jobs
from guatu.chains.files import as_yaml
from guatu.chains.pages.differing import blocks, figures
from guatu.chains.pages.draft import editing_scope, say_published
from guatu.chains.queries.editions import behind, draft_of, editions, structure
from guatu.chains.rules.editions import difference
from guatu.chains.rules.graph import inspected
from guatu.chains.rules.problems import BadChain
from guatu.kernel import jobs as work
from guatu.kernel.errors import Faulty, Forbidden, NotFound, Refused
from guatu.kernel.rules.refusals import quote
from guatu.kernel.web.asked import day
from guatu.kernel.web.doors import paced
from guatu.kernel.web.session import actor_of, scope_of

#: A file of a chain is read to this size; the rules refuse beyond 1 MB.
MOST_UPLOAD = 2**20 + 1


@require_safe
def editions_page(request, code: str):
    """Every edition of a chain with what it changed; the draft, if one is open."""
    return _page(request, code)


def _page(request, code: str, error: str = "", problems: list[str] | None = None, typed: dict | None = None, status: int = 200):
    scope = scope_of(request)
    scope.require("chains", "view")
    found = editions(code)
    draft = draft_of(code)
    if not found and draft is None:
        raise NotFound("no_chain", _("There is no chain “%s”. Choose one from the list of chains.") % quote(code[:60]))
    rows = [{"told": told, "figures": figures(moved) if moved else [], "blocks": blocks(moved, older.chain, told.chain) if moved else [],
             "number": told.row.pk if told.row is not None else "file", "terms": sum(len(node.terms) for node in told.chain.nodes)}
            for told, older in pairwise([*found, None])
            for moved in [difference(older.chain, told.chain) if older else None]]
    return render(request, "chains/editions.html", {
        "code": code, "name": found[0].chain.name if found else draft.body["name"], "rows": rows, "draft": draft, "error": error,
        "problems": problems or [], "typed": typed or {}, "day": (typed or {}).get("from") or timezone.localdate().isoformat(),
        "may_edit": scope.may("chain_editions", "add"), "may_export": scope.may("chain_editions", "export"),
        "behind": code in behind(), "may_map": scope.may("enterprises", "load_register"),
    }, status=status)


@require_http_methods(["GET", "POST"])
def open_draft(request, code: str):
    """Opens a draft from the edition in force, or from the one named."""
    editing_scope(request)
    if request.method == "GET":
        return redirect("chains:editions", code=code)
    number = request.POST.get("edition", "")
    draft_actions.open_draft(
        actor_of(request), code, _number(number), latest=not number)
    return redirect("chains:draft", code=code)


@require_POST
def publish_again(request, code: str):
    """Puts an earlier edition in force again."""
    scope = editing_scope(request)
    data = request.POST
    try:
        effective_on = _day(data.get("from", ""))
        made = draft_actions.publish_again(actor_of(request), code, _number(data.get("edition", "")), effective_on, data.get("note", ""))
    except Forbidden:
        raise
    except Refused as refused:
        return _page(request, code, str(refused), typed=data.dict(), status=refused.status)
    say_published(request, made, scope)
    return redirect("chains:editions", code=code)


@paced("upload")
@require_POST
def upload_draft(request, code: str):
    """A YAML file as the draft of the chain."""
    editing_scope(request)
    return _uploaded(request, code, lambda **said: _page(request, code, **said))


@paced("upload")
@require_http_methods(["GET", "POST"])
def new_chain(request):
    """A YAML file of any chain as its draft: how a chain that is not there yet comes in."""
    editing_scope(request)

    def again(**said):
        return render(request, "chains/new_chain.html", said, status=said.get("status", 200))

    return again() if request.method == "GET" else _uploaded(request, None, again)


def _uploaded(request, code: str | None, again):
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Faulty("file_missing", _("No file was chosen. Choose one and send it again."), "file")
        draft = draft_actions.upload_draft(actor_of(request), file.read(MOST_UPLOAD), file.name, code)
    except BadChain as bad:
        return again(error=_("The file was not taken as a draft:"), problems=[one.sentence(_) for one in bad.problems], status=422)
    except Forbidden:
        raise
    except Refused as refused:
        return again(error=str(refused), status=refused.status)
    messages.success(request, _("The file “%s” is the draft now. Nothing is in force by it before it is published.") % quote(file.name))
    return redirect("chains:draft", code=draft.chain)


@paced("export")
@require_safe
def edition_file(request, code: str, which: str):
    """An edition, the file, or the draft as YAML."""
    scope = scope_of(request)
    scope.require("chain_editions", "export")
    chain = None
    if which == "draft":
        scope.require("chain_editions", "add")
        draft = draft_of(code)
        if draft is not None:
            chain, problems = inspected(draft.body, code)
            if problems:
                raise Faulty("draft_faulty", _("The draft has faults, so its file could not be read again. Mend them first."))
    elif which == "file" or _is_number(which):
        chain = structure(code, _number(which))
    if chain is None:
        raise NotFound("no_edition", _("The chain has no such edition any more. Look at its editions and choose one of them."))
    answer = HttpResponse(as_yaml(chain), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{chain.code}-{chain.edition.isoformat()}.yaml"'
    return answer


@require_POST
def map_anew(request):
    """Starts the mapping of the register onto the chains in force."""
    scope_of(request).require("enterprises", "load_register")
    job = work.start(jobs.KIND, jobs.title(), request.user, {})
    if settings.GUATU_MODE == "test":
        work.run_job.call(job.pk)
    return redirect(f"/jobs/{job.pk}/")


def _day(text: str) -> date:
    found = day(text.strip(), "from")
    if found is None:
        raise Faulty("from", _("Say from which day the edition counts, like 2026-01-01."), "from")
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _number(text: str) -> int | None:
    return int(text) if _is_number(text) else None
