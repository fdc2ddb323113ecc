"""What a visiting book 拜访手册 says: plain values, one page an enterprise, for Word and PDF alike."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.enterprises.pages.words import facts
from guatu.enterprises.register.queries import enterprise
from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.scope import Scope
from guatu.outreach.models import Target, TargetList
from guatu.outreach.queries.targets import Targets, targets
from guatu.outreach.queries.targets_lists import targets_of
from guatu.outreach.targets_words import TERM_LABELS, questions, sentences

#: So much of the register's text about an enterprise stands on its page.
LONGEST_SCOPE = 260
FACTS = 8


def pages_of(scope: Scope, target_list: TargetList, on: date) -> dict:
    """The book of a list on a day; terms are those of the day, beside the rank at which each was chosen."""
    rows = targets_of(scope, target_list)
    found = None
    if target_list.chain:
        try:
            found = targets(scope, target_list.chain, target_list.node, target_list.zone.code, on)
        except Refused:
            found = None
    gap = []
    if target_list.chain:
        node = catalogue.find_node(target_list.chain, target_list.node)
        gap = [_("%(chain)s: %(node)s") % {"chain": catalogue.find(target_list.chain).name, "node": node.name}, node.why]
    return {
        "title": target_list.name, "zone": target_list.zone.name, "on": on.isoformat(), "gap": gap,
        "chinese": not (get_language() or "").startswith("en"), "book": _("Visiting book"),
        "words": {
            "gap": _("The gap it could fill"), "facts": _("What the register says"), "why": _("Why it stands where it stands"),
            "ask": _("What to ask"), "notes": _("Notes of the visit"), "scope": _("Business scope (beginning)"),
            "note": _("The register tells what a firm may do, not what it does; capital is promised, not paid. Kinship is guessed from names."),
        },
        "pages": [_page(row, found) for row in rows],
    }


def _page(row: Target, found: Targets | None) -> dict:
    one = found.rated(row.key) if found else None
    try:
        register = enterprise(row.key)
    except NotFound:
        register = None
    listed = facts(register) if register else []
    stands = []
    if one is not None:
        place = found.rank(row.key)
        stands.append(
            _("No. %(rank)s of %(all)s on %(day)s, with %(score)s points.") % {
                "rank": place, "all": len(found.rows), "day": found.as_of.isoformat(), "score": one.score}
            if place else _("Left out of the ranking on %(day)s: %(why)s") % {
                "day": found.as_of.isoformat(), "why": one.excluded.sentence(_)})
    if row.rank:
        stands.append(_("Put on the list as no. %(rank)s on %(day)s, with %(score)s points.") % {
            "rank": row.rank, "day": row.ranked_on, "score": row.score})
    scope = (register or {}).get("scope") or ""
    return {
        "name": row.name,
        "who": " · ".join(filter(None, (
            row.get_state_display(), row.unit.name if row.unit else "", row.officer.name if row.officer else "",
            row.reason))),
        "facts": [[label, value] for label, value, _remark in listed[:FACTS]],
        "scope": scope[:LONGEST_SCOPE] + ("…" if len(scope) > LONGEST_SCOPE else ""),
        "stands": stands,
        "why": sentences(one) if one is not None else row.reasons.splitlines(),
        "bars": [[str(TERM_LABELS[code]), float(term.value), f"{term.points.normalize():f}/{term.weight.normalize():f}"]
                 for code, term in one.terms.items()] if one is not None else [],
        "ask": questions(found.node.name, one) if one is not None else [],
        "note": row.note,
    }
