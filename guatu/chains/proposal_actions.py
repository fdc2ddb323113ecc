"""Writes of proposals: what a graph proposes is kept, and a person accepts it into the draft or rejects it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains.draft_actions import edit_draft, open_draft, require_draft
from guatu.chains.graph_files import read_graph
from guatu.chains.models import ChainProposal
from guatu.chains.queries.editions import draft_of, on_day
from guatu.chains.queries.proposals import by_mark
from guatu.chains.rules.graph import inspected
from guatu.chains.rules.proposals import EDGE, NODE, TERM, Found, Proposal, applied, proposals
from guatu.kernel import bulk
from guatu.kernel.errors import NotFound
from guatu.kernel.rules.refusals import quote
from guatu.kernel.scope import Actor


@dataclass(frozen=True)
class Proposed:
    """What came of a graph: `found` by the rules, `new` of its proposals were not there yet, `decided` were turned down."""

    chain: str
    found: Found
    new: int
    decided: int
    read: dict[str, int]
    unused: list[str]
    strange: int

    def count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.found.proposed)

    def as_data(self) -> dict:
        found = self.found
        return {
            "chain": self.chain, "files": self.read, "unused": self.unused, "relations": found.relations, "used": found.used,
            "strange": self.strange, "unfit": found.unfit, "known_terms": found.known_terms, "known_edges": found.known_edges,
            "terms": self.count(TERM), "nodes": self.count(NODE), "edges": self.count(EDGE), "new": self.new,
            "rejected_before": self.decided, "proposals": [{**asdict(one), "mark": one.mark} for one in found.proposed]}


@dataclass(frozen=True)
class Decided:
    """How many were accepted, and those that were not, with the sentence that says why."""

    accepted: int
    refused: list[tuple[str, str]]


def propose(actor: Actor, code: str, paths: list[Path]) -> Proposed:
    """Compares a graph with the draft of a chain, or with what is in force where none is open, and keeps what it proposes.

    What was rejected stays rejected; what was accepted and is not in the chain is asked again. Raises NotFound, Faulty,
    Forbidden; then nothing was written.
    """
    actor.scope.require("chain_editions", "add")
    draft = draft_of(code)
    chain = inspected(draft.body, code)[0] if draft is not None else on_day(code, timezone.localdate())[0]
    if chain is None:
        raise NotFound("no_chain", _("There is no chain “%s”. Choose one from the list of chains.") % quote(code))
    graph = read_graph(paths)
    found = proposals(chain, graph.relations, graph.sellers)
    now = timezone.now()
    there = by_mark(code, [one.mark for one in found.proposed])
    fresh, decided, new = [], 0, 0
    with transaction.atomic():
        for one in found.proposed:
            former = there.get(one.mark)
            if former is not None and former.state == "rejected":
                decided += 1
                continue
            new += former is None
            if former is not None:
                former.delete()
            fresh.append(ChainProposal(
                chain=code, mark=one.mark, kind=one.kind, word=one.word[:500], node=one.node, said=one.said,
                sellers=one.sellers, proposed_at=now, body=asdict(one)))
        bulk.insert(fresh)
    return Proposed(code, found, new, decided, graph.read, graph.unused, graph.strange)


def accept(actor: Actor, code: str, rows: list[ChainProposal]) -> Decided:
    """Puts proposals into the draft, which is opened where there is none. One that would make the draft worse, as by a
    circle, is left to decide, with the sentence that says so. Raises Conflict where somebody else edits the draft."""
    actor.scope.require("chain_editions", "add")
    open_draft(actor, code)
    draft = require_draft(code)
    body, before = draft.body, _problems(draft.body, code)
    taken, refused = [], []
    together = _together(body, rows)
    if together is not None and _problems(together, code) <= before:
        body, taken = together, list(rows)
    else:
        for row in rows:
            try:
                after = applied(body, _proposal(row))
            except KeyError:
                refused.append((row.word, _("Its node has left the draft.")))
                continue
            worse = _problems(after, code) - before
            if worse:
                refused.append((row.word, min(worse)))
            else:
                body = after
                taken.append(row)
    if body != draft.body:
        edit_draft(actor, code, draft.version, lambda _data: body)
    _decide(actor, taken, "accepted")
    return Decided(len(taken), refused)


def reject(actor: Actor, rows: list[ChainProposal]) -> int:
    """Turns proposals down; they are not asked again."""
    actor.scope.require("chain_editions", "add")
    return _decide(actor, rows, "rejected")


def reopen(actor: Actor, rows: list[ChainProposal]) -> int:
    """Asks again for what was decided. What the draft holds of it stays there."""
    actor.scope.require("chain_editions", "add")
    return _decide(actor, rows, "open")


def _decide(actor: Actor, rows: list[ChainProposal], state: str) -> int:
    person, now = (None, None) if state == "open" else (actor.user, timezone.now())
    return ChainProposal.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, decided_by=person, decided_at=now)


def _together(body: dict, rows: list[ChainProposal]) -> dict | None:
    try:
        for row in rows:
            body = applied(body, _proposal(row))
    except KeyError:
        return None
    return body


def _proposal(row: ChainProposal) -> Proposal:
    return Proposal(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.body.items()})


def _problems(body: dict, code: str) -> set[str]:
    return {problem.sentence(_) for problem in inspected(body, code)[1]}
