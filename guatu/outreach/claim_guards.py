"""Whose a firm is, asked on every write: one holder at a time, and who may say otherwise."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.enterprises.rules.credit_codes import clean_code
from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Conflict, Faulty, Forbidden
from guatu.kernel.models import Organisation
from guatu.kernel.registry import guard
from guatu.kernel.scope import EVERYWHERE, Scope
from guatu.outreach.lead_guards import right_code
from guatu.outreach.models import Claim, Lead
from guatu.outreach.queries.claims import claim_of, is_held, keys_of, protection, span, standing, taken_sentence
from guatu.outreach.rules.claims import holds, protected_until
from guatu.outreach.rules.firms import normal_name
from guatu.outreach.rules.leads import LOST

HOLDER = frozenset({"unit", "owner", "since", "until", "ended_on"})


@guard(Claim)
def claims(batch: Batch) -> None:
    """A firm that is held passes to another only by a ruling. The row is read anew, so that a claim written meanwhile counts."""
    today = timezone.localdate()
    changes = [change for change in batch.of(Claim) if not change.derived]
    firms = {id(change): (normal_name(change.after("name") or "")[:200], clean_code(change.after("credit_code") or "") or None)
             for change in changes if change.op != "withdraw"}
    present = standing(firms.values())
    rows = {row.pk: row for row in present}
    rows.update((row.pk, row) for row in Claim.everything.filter(
        pk__in=[change.row.pk for change in changes if change.row is not None]).select_related("unit", "owner"))
    for change in changes:
        if change.values.get("credit_code"):
            change.values["credit_code"] = clean_code(change.values["credit_code"])
            right_code(batch, change)
        if change.op == "withdraw":
            batch.refuse(change, Faulty("claim_stays", _(
                "Whose “%s” was stays on file. Give the claim back, or have the investment office rule.") % change.row))
            continue
        name_key, code_key = firms[id(change)]
        _keys(change, name_key, code_key, present)
        if change.row is None and (other := claim_of(present, name_key, code_key)) is not None:
            batch.refuse(change, Conflict("claimed", taken_sentence(other), "name") if is_held(other) else Conflict(
                "claim_known", _("“%s” was claimed before; the claim is free. Claim the firm instead of adding it.") % other.name,
                "name"))
            continue
        _held(batch, change, rows.get(change.row.pk) if change.row is not None else None, today)


def _keys(change: Change, name_key: str, code_key: str | None, present: list[Claim]) -> None:
    """By what the database keeps one row for each firm. Two firms of one name with different codes are two firms."""
    if change.row is not None and not {"name", "credit_code"} & change.values.keys():
        return
    own = change.row.pk if change.row is not None else None
    namesake = any(
        row.pk != own and row.name_key == name_key and row.code_key and code_key and row.code_key != code_key for row in present)
    change.values["name_key"] = f"{name_key}|{code_key}" if namesake else name_key
    change.values["code_key"] = code_key


def _held(batch: Batch, change: Change, row: Claim | None, today: date) -> None:
    """Who may hold it, and until when."""
    ruling = "ruling" in change.values and bool((change.values["ruling"] or "").strip())
    if ruling and not may_rule(batch.actor.scope):
        batch.refuse(change, Forbidden("ruling_forbidden", _(
            "Only the investment office may rule whose “%s” is.") % change.after("name"), "ruling"))
        return
    if change.row is not None and not HOLDER & change.values.keys():
        return
    unit, owner = change.after("unit"), change.after("owner")
    if unit is None and owner is None:
        batch.refuse(change, Faulty("claim_holder", _("A claim names the unit or the person that holds the firm."), "unit"))
        return
    passes = row is None or (unit, owner if unit is None else None) != (
        row.unit_id, row.owner_id if row.unit_id is None else None)
    if row is not None and passes and is_held(row, today) and not ruling:
        batch.refuse(change, Conflict("claimed", taken_sentence(row), "unit"))
        return
    if not ruling and not _own(batch, unit, owner):
        batch.refuse(change, Forbidden("not_own_claim", _(
            "A claim is made, changed and given back for the own unit. Choose a unit within your reach."), "unit"))
        return
    _span(batch, change, row, ruling, passes, today)


def _own(batch: Batch, unit: int | None, owner: int | None) -> bool:
    scope = batch.actor.scope
    reach = frozenset() if scope.everything else scope.reach("claims", "change") or frozenset()
    if scope.everything or reach == EVERYWHERE:
        return True
    return unit in reach if unit is not None else owner == scope.user_id


def _span(batch: Batch, change: Change, row: Claim | None, ruling: bool, passes: bool, today: date) -> None:
    """From today and for as long as the parameter says; another end is set only by a ruling."""
    old = None if row is None or passes else span(row)
    claimed_anew = old is None or not holds(old, today)
    if "ended_on" in change.values and change.values["ended_on"] is not None and not claimed_anew:
        change.values["ended_on"], change.valid_on = today, today
        change.values.pop("until", None)
        change.verb = change.verb or "outreach.claim.given_back"
        return
    whole = batch.actor.scope.everything  # the system operator brings in what was kept elsewhere
    since = change.values.get("since") if whole or not claimed_anew else None
    since = since or (today if claimed_anew else old.since)
    workdays, calendar = protection(change.after("unit"), since)
    usual = protected_until(since, workdays, calendar) if claimed_anew else old.until
    until = change.values.get("until") if whole or ruling else None
    if until is not None and until < since:
        batch.refuse(change, Faulty("until", _("A claim ends on or after the day it begins."), "until"))
    change.values |= {"since": since, "until": until or usual}
    if not whole or claimed_anew:
        change.values.setdefault("ended_on", None)
    if claimed_anew and not ruling and "ruling" not in change.values and row is not None and row.ruling:
        change.values["ruling"] = ""
    change.valid_on, change.precision = (since if claimed_anew else today), "day"
    change.verb = change.verb or ("outreach.claim.ruled" if ruling else "outreach.claim.claimed")


def may_rule(scope: Scope) -> bool:
    """Whether a person rules whose a firm is, for the whole installation or a part of it."""
    return scope.everything or scope.may("claims", "rule")


@guard(Lead)
def not_over_a_claim(batch: Batch) -> None:
    """Nobody registers a lead of a firm that another holds: whose it is says the claim, and a ruling changes it."""
    fresh = [change for change in batch.of(Lead) if change.op == "create" and change.after("stage") != LOST and change.after("name")]
    firms = {id(change): keys_of(change.after("name"), change.after("credit_code") or "") for change in fresh}
    present = [row for row in standing(firms.values()) if is_held(row)] if firms else []
    for change in fresh if present else ():
        row = claim_of(present, *firms[id(change)])
        if row is not None and not _holds(batch, change, row):
            batch.refuse(change, Conflict("claimed", taken_sentence(row), "name"))


def _holds(batch: Batch, change: Change, row: Claim) -> bool:
    """Whether the lead is its holder's: the claim's person follows or registers it, or its unit or one below that unit does."""
    user = batch.actor.user
    if row.owner_id is not None and row.owner_id in (change.after("owner"), user.pk if user is not None else None):
        return True
    unit, above = change.after("unit"), set()
    while isinstance(unit, int) and unit not in above:
        if unit == row.unit_id:
            return True
        above.add(unit)
        unit = Organisation.everything.filter(pk=unit).values_list("parent", flat=True).first()
    return False
