"""A person confirms or rejects what the texts say of an enterprise; the answer offers to undo it."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guatu.chains import actions
from guatu.chains.pages.reading import Look, chain_named
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.web.asked import asked
from guatu.kernel.web.pages.editing import say_done
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import actor_of, scope_of


def may_judge(seen: Look) -> bool:
    """A verdict counts as now known, so a page that shows what was known earlier offers none."""
    return seen.scope.may("mapping_verdicts", "add") and seen.address.known_at is None


@require_POST
def judge(request, code: str, node: str):
    """Writes a verdict and goes back to the list from which it came."""
    scope = scope_of(request)
    scope.require("chains", "view")
    chain = chain_named(code, asked(request))
    data = request.POST
    here = next_page(request, reverse("chains:enterprises", args=[chain.code, node]))
    try:
        verdict = actions.judge_mapping(
            actor_of(request), data.get("key", ""), chain.code, data.get("node", "") or node, data.get("verdict", ""),
            data.get("reason", ""))
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(here)
    words = {"name": verdict.name or verdict.key}
    sentence = (
        _("“%(name)s” was rejected and does not count at this node any more.") if verdict.verdict == "reject"
        else _("“%(name)s” was confirmed at this node.")) % words
    say_done(request, sentence, verdict.recording_number, scope.may("mapping_verdicts", "withdraw"))
    return redirect(here)
