"""Leads and projects that are about the same firm: by credit code, else by the name as compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from guatu.enterprises.models import Enterprise
from guatu.enterprises.rules.credit_codes import clean_code
from guatu.kernel.bulk import chunks
from guatu.kernel.scope import Scope
from guatu.outreach.models import Lead
from guatu.outreach.rules.firms import normal_name
from guatu.projects.models import Project

Firm = tuple[str, str]


@dataclass
class Alike:
    """What is known of one firm already: leads that are not lost come first."""

    leads: list[Lead] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)


def firm_of(name: str, code: str) -> Firm:
    """By what a firm is compared: normal name and normal code, "" where one is not known."""
    return normal_name(name or ""), clean_code(code or "")


def alike(firms: Iterable[Firm]) -> dict[Firm, Alike]:
    """What each firm has already. A constant number of queries for each few hundred firms."""
    firms = list(dict.fromkeys(firms))
    found = {firm: Alike() for firm in firms}
    of_name, of_code = defaultdict(list), defaultdict(list)
    for firm in firms:
        of_name[firm[0]].append(firm)
        if firm[1]:
            of_code[firm[1]].append(firm)
    for row in _leads(of_name, of_code):
        for firm in _concerned(row.name_key, row.credit_code, of_name, of_code):
            found[firm].leads.append(row)
    enterprises = {}
    for row in _enterprises(firms, of_code):
        for firm in _concerned(normal_name(row.name), row.uscc, of_name, of_code):
            enterprises.setdefault(row.pk, []).append(firm)
    for chunk in chunks(sorted(enterprises)):
        projects = Project.everything.filter(investors__in=chunk, withdrawn=False).select_related("zone")
        for row in projects.prefetch_related("investors").distinct():
            for investor in row.investors.all():
                for firm in enterprises.get(investor.pk, ()):
                    found[firm].projects.append(row)
    for one in found.values():
        one.leads.sort(key=lambda row: (row.stage == "lost", -row.pk))
    return found


def shown(scope: Scope, found: Alike) -> Alike:
    """What of it a reader may see."""
    leads = set(Lead.objects.within(scope).filter(pk__in=[row.pk for row in found.leads]).values_list("pk", flat=True))
    projects = set(Project.objects.within(scope).filter(
        pk__in=[row.pk for row in found.projects]).values_list("pk", flat=True))
    return Alike([row for row in found.leads if row.pk in leads], [row for row in found.projects if row.pk in projects])


def known_firm(lead: Lead) -> int | None:
    """The firm of a lead among the enterprises: the one it names, one of the same code, or of the very name; None: none."""
    if lead.enterprise_id is not None:
        return lead.enterprise_id
    name, code = firm_of(lead.name, lead.credit_code)
    rows = list(_enterprises([(name, code)], {code: [(name, code)]} if code else {}))
    same = [row for row in rows if code and row.uscc == code] or [
        row for row in rows if normal_name(row.name) == name and not (code and row.uscc)]
    return same[0].pk if same else None


def _concerned(name: str, code: str, of_name: dict, of_code: dict) -> list[Firm]:
    """The firms asked about that a row is about: two known codes decide; else the name does."""
    same = list(of_code.get(code, ())) if code else []
    return same + [firm for firm in of_name.get(name, ()) if firm not in same and not (code and firm[1] and code != firm[1])]


def _leads(of_name: dict, of_code: dict) -> Iterable[Lead]:
    seen = set()
    for column, keys in (("name_key", of_name), ("credit_code", of_code)):
        for chunk in chunks(sorted(key for key in keys if key)):
            rows = Lead.everything.filter(withdrawn=False, **{f"{column}__in": chunk}).select_related("unit", "owner", "zone")
            for row in rows:
                if row.pk not in seen:
                    seen.add(row.pk)
                    yield row


def _enterprises(firms: list[Firm], of_code: dict) -> Iterable[Enterprise]:
    """Enterprises by code, or by name written with either kind of brackets."""
    names = {written for name, _code in firms for written in (
        name, name.upper(), name.replace("(", "（").replace(")", "）"), name.upper().replace("(", "（").replace(")", "）"))}
    seen = set()
    for column, keys in (("name", names), ("uscc", of_code)):
        for chunk in chunks(sorted(key for key in keys if key)):
            for row in Enterprise.everything.filter(withdrawn=False, **{f"{column}__in": chunk}):
                if row.pk not in seen:
                    seen.add(row.pk)
                    yield row
