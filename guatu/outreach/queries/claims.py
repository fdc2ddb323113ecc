"""Whose firms are: claims by firm, with the protection that holds where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.enterprises.rules.credit_codes import clean_code
from guatu.kernel import parameters, queries
from guatu.kernel.account import names_of
from guatu.kernel.bulk import chunks
from guatu.kernel.models import Organisation
from guatu.kernel.models.history import limit
from guatu.kernel.queries import as_of_values
from guatu.kernel.recording import known
from guatu.kernel.rules.calendar import WorkCalendar
from guatu.outreach.models import Claim
from guatu.outreach.rules.claims import Span, holds
from guatu.outreach.rules.firms import normal_name


def keys_of(name: str, code: str) -> tuple[str, str | None]:
    """By what a firm is compared: the normal name, and the credit code where it is known."""
    return normal_name(name), clean_code(code) or None


def standing(firms: Iterable[tuple[str, str | None]]) -> list[Claim]:
    """The claims about firms given by (name key, code key); two queries for each few hundred."""
    names, codes = {name for name, _code in firms if name}, {code for _name, code in firms if code}
    found: dict[int, Claim] = {}
    for column, keys in (("name_key", names), ("code_key", codes)):
        for chunk in chunks(sorted(keys)):
            for row in Claim.everything.filter(**{f"{column}__in": chunk}).select_related("unit", "owner"):
                found[row.pk] = row
    return list(found.values())


def claim_of(claims: Iterable[Claim], name_key: str, code_key: str | None) -> Claim | None:
    """The claim about this firm among some: by code, else by name where the codes do not differ."""
    by_name = None
    for row in claims:
        if code_key and row.code_key == code_key:
            return row
        if row.name_key == name_key and not (code_key and row.code_key):
            by_name = row
    return by_name


def span(row: Claim) -> Span | None:
    """The protection that a claim's row tells; None where nobody ever held the firm."""
    return Span(row.since, row.until, row.ended_on) if row.since and row.until else None


def is_held(row: Claim, day: date | None = None) -> bool:
    """Whether somebody holds the firm on a day, by what the row says at present."""
    found = span(row)
    return found is not None and holds(found, day or timezone.localdate())


def holder_text(row: Claim) -> str:
    """Who holds it, in words."""
    parts = [row.unit.name if row.unit_id else "", row.owner.name if row.owner_id else ""]
    return " · ".join(part for part in parts if part) or _("nobody named")


def taken_sentence(row: Claim) -> str:
    """The sentence of a refusal: whose the firm is, and until when."""
    return _(
        "“%(firm)s” is held by %(holder)s, who claimed it on %(since)s; it is protected until %(until)s. Ask them, or ask the "
        "investment office for a ruling."
    ) % {"firm": row.name, "holder": holder_text(row), "since": row.since, "until": row.until}


def protection(organisation_id: int | None, day: date) -> tuple[int, WorkCalendar]:
    """Working days that a claim protects for a unit, and the calendar they are counted by."""
    book = parameters.book(day, queries.newest())
    return int(book.get("outreach.claims.protection_workdays", organisation_id).value), queries.calendar()


def held_as_of(row: Claim, day: date, known_at: datetime | None = None) -> dict | None:
    """Who held a firm on a day, as known at an instant: {"unit", "owner", "since", "until"} with names; None: nobody."""
    values = as_of_values(Claim, [row.pk], day, limit(known(known_at).number)).get(row.pk)
    if not values or not values.get("since") or not values.get("until"):
        return None
    if not holds(Span(values["since"], values["until"], values.get("ended_on")), day):
        return None
    unit = Organisation.everything.filter(pk=values.get("unit")).values_list("name", flat=True).first()
    owner = names_of([values["owner"]]).get(values["owner"], "") if values.get("owner") else ""
    return {"unit": unit or "", "owner": owner, "since": values["since"], "until": values["until"]}
