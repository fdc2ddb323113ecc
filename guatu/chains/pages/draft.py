"""The draft of a chain: what is wrong with it, what it would change, its nodes and edges, and publishing it. Plain forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guatu.chains import draft_actions
from guatu.chains.models import ChainDraft
from guatu.chains.pages import words
from guatu.chains.pages.differing import Block, blocks
from guatu.chains.queries.editions import draft_of, is_published, on_day
from guatu.chains.queries.proposals import page_of
from guatu.chains.rules import editing
from guatu.chains.rules.editions import Difference, difference
from guatu.chains.rules.graph import KINDS, TIERS, Chain, inspected
from guatu.chains.rules.problems import BadChain, Problem
from guatu.kernel.errors import Faulty, Forbidden, NotFound, Refused
from guatu.kernel.rules.refusals import quote
from guatu.kernel.web.asked import day
from guatu.kernel.web.pages.editing import say_done
from guatu.kernel.web.session import actor_of, scope_of

#: Fields of a node that hold one word a line.
LISTS = ("terms", "excludes", "industry_codes")
#: Terms shown of a node in the list; its own page has all.
MOST_TERMS = 6


@dataclass(frozen=True)
class Seen:
    """A draft as its pages show it. `chain` is it as far as it can be read; `moved` what it would change on the day
    `effective_on`, None where no such chain is in force then; `mark` names the edition it is compared with."""

    draft: ChainDraft
    chain: Chain
    problems: tuple[Problem, ...]
    effective_on: date
    against: Chain | None
    mark: str
    moved: Difference | None

    @property
    def may_publish(self) -> bool:
        return not self.problems and (self.moved is None or not self.moved.is_empty)

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """Each problem and the node it is about, where that can be opened."""
        codes = {node.code for node in self.chain.nodes}
        return [(problem.sentence(_), problem.node if problem.node in codes else "") for problem in self.problems]

    @property
    def blocks(self) -> list[Block]:
        return blocks(self.moved, self.against, self.chain) if self.moved is not None else []


def seen(code: str, effective_on: date) -> Seen | None:
    """The draft of a chain compared with what is in force on a day; None where there is no draft."""
    draft = draft_of(code)
    if draft is None:
        return None
    chain, problems = inspected(draft.body, code)
    against, mark = on_day(code, effective_on)
    return Seen(draft, chain, problems, effective_on, against, mark, None if against is None else difference(against, chain))


def editing_scope(request):
    """The reader's scope. Raises Forbidden for those who may not publish editions."""
    scope = scope_of(request)
    scope.require("chain_editions", "add")
    return scope


@require_safe
def draft_page(request, code: str):
    """The draft with its problems, its difference to the edition in force on a day (`from`), and its nodes."""
    editing_scope(request)
    return _page(request, code, _from(request.GET))


def _page(request, code: str, effective_on: date, typed: QueryDict | None = None, error: str = "", at: str = "", status: int = 200):
    found = seen(code, effective_on)
    if found is None:
        messages.info(request, _("There is no draft of this chain at present. Open one below."))
        return redirect("chains:editions", code=code)
    text = request.GET.get("q", "").strip()
    return render(request, "chains/draft.html", {
        "to_decide": page_of(code).total,
        "seen": found, "chain": found.chain, "draft": found.draft, "rows": _rows(found, text), "q": text,
        "tiers": [(tier, words.TIERS[tier]) for tier in TIERS], "kinds": list(words.KINDS.items()),
        "values": typed or {}, "error": error, "at": at,
    }, status=status)


def _rows(found: Seen, text: str) -> list[dict]:
    """The nodes by tier, with what they supply; those that hold `text` in code, name or words."""
    names = {node.code: node.name for node in found.chain.nodes}
    faulty = {problem.node for problem in found.problems}
    changed = {node.code for node in (*found.moved.nodes_changed, *found.moved.nodes_added)} if found.moved else set()
    order = {tier: place for place, tier in enumerate(TIERS)}
    rows = []
    for node in sorted(found.chain.nodes, key=lambda node: order.get(node.tier, len(order))):
        if text and not any(text.lower() in word.lower() for word in (node.code, node.name, *node.terms)):
            continue
        rows.append({
            "node": node, "tier": words.TIERS.get(node.tier, node.tier), "faulty": node.code in faulty,
            "changed": node.code in changed,
            "words": "、".join(node.terms[:MOST_TERMS]), "further": max(len(node.terms) - MOST_TERMS, 0),
            "supplies": [names.get(edge.target, edge.target) for edge in found.chain.edges if edge.source == node.code]})
    return rows


@require_safe
def draft_node_page(request, code: str, node: str):
    """One node of the draft: its fields, and the edges from and to it."""
    editing_scope(request)
    return _node_page(request, code, node)


def _node_page(request, code: str, node: str, typed: dict | None = None, error: str = "", status: int = 200):
    found = seen(code, timezone.localdate())
    if found is None:
        return _page(request, code, timezone.localdate())
    try:
        values = editing.node_of(found.draft.body, node)
    except KeyError:
        raise NotFound("no_node", _("The draft has no node “%s”. It may have been removed; look at the draft.") % quote(node)) from None
    names = {one["code"]: one["name"] for one in found.draft.body["nodes"]}
    edges = [(one["code"], edge["to"], edge["kind"]) for one in found.draft.body["nodes"] for edge in one.get("supplies", [])]
    return render(request, "chains/draft_node.html", {
        "seen": found, "chain": found.chain, "draft": found.draft, "code": node, "name": values["name"],
        "values": typed or {**values, **{field: "\n".join(values.get(field, [])) for field in LISTS}},
        "problems": [problem.sentence(_) for problem in found.problems if problem.node == node], "error": error,
        "tiers": [(tier, words.TIERS[tier]) for tier in TIERS], "kinds": list(words.KINDS.items()),
        "may_recode": not is_published(code, node), "new_code": (typed or {}).get("code", node),
        "others": [(one, name) for one, name in names.items() if one != node],
        "edges": [{"source": source, "target": target, "kind": kind, "word": words.KINDS.get(kind, kind),
                   "is_out": source == node, "other": names.get(target if source == node else source, target)}
                  for source, target, kind in edges if node in (source, target)],
    }, status=status)


@require_http_methods(["GET", "POST"])
def edit_draft(request, code: str):
    """One edit of the draft, named by `do`; goes back to the page it came from, with what was typed where it was refused."""
    editing_scope(request)
    if request.method == "GET":  # a reader who logged in again in the middle of an edit
        return redirect("chains:draft", code=code)
    data, do = request.POST, request.POST.get("do", "")
    node = data.get("node", "")
    try:
        draft = draft_actions.edit_draft(actor_of(request), code, _version(data), _edit(do, data))
    except Forbidden:
        raise
    except Refused as refused:
        if do == "change_node" and draft_of(code) is not None:
            return _node_page(request, code, node, data.dict(), str(refused), refused.status)
        if do in ("add_node", "change_chain"):
            return _page(request, code, timezone.localdate(), data, str(refused), do, refused.status)
        messages.error(request, str(refused))
        return redirect(_back(code, node, do))
    problems = inspected(draft.body, code)[1]
    messages.success(request, _("The draft was changed.") if not problems else _(
        "The draft was changed. %d things in it must be mended before it can be published.") % len(problems))
    if do in ("add_node", "change_node"):
        node = data.get("code", "").strip() or node
    return redirect(_back(code, "" if do == "remove_node" else node, do))


def _edit(do: str, data: QueryDict):
    node = data.get("node", "")
    edge = (data.get("source", ""), data.get("target", ""), data.get("kind", ""))
    edits = {
        "add_node": lambda body: editing.add_node(body, {"code": data.get("code", "").strip(), **_fields(data)}),
        "change_node": lambda body: _changed(body, node, data),
        "remove_node": lambda body: editing.remove_node(body, node),
        "add_edge": lambda body: _with_edge(body, edge),
        "remove_edge": lambda body: editing.remove_edge(body, *edge),
        "change_chain": lambda body: body | {"name": data.get("name", "").strip(), "source": data.get("source", "").strip()},
    }
    if do not in edits:
        raise Faulty("do", _("“%s” is no edit of a draft. Go back to the draft and use its forms.") % quote(do), "do")
    return edits[do]


def _changed(body: editing.Data, node: str, data: QueryDict) -> editing.Data:
    """With other fields; with another code too, where no edition has the node yet."""
    code = data.get("code", "").strip() or node
    if code != node and is_published(body["code"], node):
        raise Faulty("code", _("An edition has the node “%s”, and what people judged hangs on its code. The code stays.") % quote(node))
    return editing.recode(editing.change_node(body, node, _fields(data)), node, code)


def _with_edge(body: editing.Data, edge: tuple[str, str, str]) -> editing.Data:
    editing.node_of(body, edge[1])  # the form offers only nodes that are there
    if edge[2] not in KINDS:
        raise Faulty("kind", _("“%s” is not a kind of supply. Choose one of those offered.") % quote(edge[2]), "kind")
    return editing.add_edge(body, *edge)


def _fields(data: QueryDict) -> dict:
    """Fields of a node as typed; words stand one a line."""
    return {
        "name": data.get("name", "").strip(), "tier": data.get("tier", ""), "why": " ".join(data.get("why", "").split()),
        **{field: [line.strip() for line in data.get(field, "").splitlines() if line.strip()] for field in LISTS}}


@require_POST
def discard_draft(request, code: str):
    """Throws the draft away."""
    editing_scope(request)
    draft_actions.discard_draft(actor_of(request), code, _version(request.POST))
    messages.success(request, _("The draft was thrown away. What is in force has not changed."))
    return redirect("chains:editions", code=code)


@require_POST
def publish_draft(request, code: str):
    """Publishes the draft from a day on; what is refused comes back with the draft."""
    scope = editing_scope(request)
    data = request.POST
    try:
        effective_on = day(data.get("from", "").strip(), "from")
        if effective_on is None:
            raise Faulty("from", _("Say from which day the edition counts, like 2026-01-01."), "from")
        made = draft_actions.publish_draft(
            actor_of(request), code, _version(data), effective_on, data.get("note", ""), data.get("against", ""))
    except BadChain as bad:
        return _page(request, code, timezone.localdate(), data, " ".join(one.sentence(_) for one in bad.problems[:3]), "publish", 422)
    except Forbidden:
        raise
    except Refused as refused:
        shown = effective_on if refused.code in ("edition_overtaken", "nothing_differs", "note_missing") else timezone.localdate()
        return _page(request, code, shown, data, str(refused), "publish", refused.status)
    say_published(request, made, scope)
    return redirect("chains:editions", code=code)


def say_published(request, made, scope) -> None:
    say_done(request, _("Published: this edition counts from %s. Texts are read by its words after the register was mapped anew.")
             % made.valid_on.isoformat(), made.recording_number, scope.may("chain_editions", "withdraw"))


def _version(data: QueryDict) -> int:
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _from(data: QueryDict) -> date:
    return day(data.get("from", "").strip(), "from") or timezone.localdate()


def _back(code: str, node: str, do: str) -> str:
    if node and do != "change_chain":
        return reverse("chains:draft_node", args=[code, node])
    return reverse("chains:draft", args=[code])
