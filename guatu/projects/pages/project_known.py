"""What is known of a project, in words: its values with their days and sources, the people, the money, the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from guatu.enterprises.models import Enterprise
from guatu.kernel.documents import SHOWN_TYPES
from guatu.kernel.models import Document, Statement, User
from guatu.kernel.models.history import recording_number
from guatu.kernel.registry import resource
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.scope import Scope
from guatu.projects.choices import CATEGORIES
from guatu.projects.gates import DOCUMENT_KINDS
from guatu.projects.models import Project
from guatu.projects.pages.figures import mu, wan, wan_of, yi
from guatu.projects.pages.project_line import photo_url
from guatu.projects.pages.project_words import Mark, Words
from guatu.projects.queries.dossier import Dossier
from guatu.projects.queries.facts import ProjectFacts

#: Months of investment shown before the rest is unfolded.
MONTHS = 12


@dataclass(frozen=True)
class Known:
    """One value: its words with addresses, the day from which it holds, its source, and who recorded it when."""

    name: str
    label: str
    values: list[tuple[str, str]]
    since: str = ""
    source: Mark | None = None
    recorded: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody (or some unit) with a part in the project; phone and e-mail where the reader may see people."""

    role: str
    name: str
    url: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Amount:
    """The investment as it was stated from a day on."""

    amount: str
    since: str
    until: str
    source: Mark | None
    recorded: str
    is_present: bool


@dataclass(frozen=True)
class File:
    """A document or photo that lies with the project."""

    document: Document
    kind: str
    day: date
    who: str
    url: str
    photo: str


def since_of(statement: Statement, since: date | None) -> str:
    return format_day(since, Precision(statement.precision)) if since is not None else ""


def recorded_of(statement: Statement, file: Dossier, words: Words) -> str:
    """Who recorded it and on which day."""
    who = words.who(file.recordings.get(recording_number(statement.pk)))
    return f"{file.recorded_on(statement.pk):%Y-%m-%d} · {who}"


def money_in_yuan(facts: ProjectFacts) -> str:
    """The investment as a headline: in 亿元 from one 亿元 on, else in 万元; in its own currency when foreign."""
    if facts["investment"] is None:
        return ""
    if (facts["currency"] or "CNY") != "CNY":
        return wan_of(facts["investment"], facts["currency"])
    if facts["investment"] >= 100_000_000:
        return _("%(amount)s × 100m yuan") % {"amount": yi(facts["investment"])}
    return wan_of(facts["investment"], "CNY")


def converted(facts: ProjectFacts) -> str:
    """The same in the other measure: 万元 beside 亿元, yuan beside a foreign currency; "" when there is none."""
    if facts["investment"] is None:
        return ""
    if (facts["currency"] or "CNY") != "CNY":
        return f"= {wan_of(facts.investment_cny, 'CNY')}" if facts.investment_cny else _("no exchange rate known")
    return f"= {wan_of(facts['investment'], 'CNY')}" if facts["investment"] >= 100_000_000 else ""


def known(facts: ProjectFacts, file: Dossier, words: Words) -> list[Known]:
    """Every value of the project apart from its name, code, people and note. An unknown one has no words."""
    headers = {column.name: column.header for column in resource("projects").all_columns()}

    def reference(name: str) -> list[tuple[str, str]]:
        found = words.reference(name, facts[name])
        return [found] if found else []

    def plain(text) -> list[tuple[str, str]]:
        return [(str(text), "")] if text not in (None, "") else []

    investment = plain(wan_of(facts["investment"], facts["currency"] or "CNY"))
    if investment and (facts["currency"] or "CNY") != "CNY":
        investment.append((converted(facts), ""))
    shown = [
        ("category", plain(dict(CATEGORIES).get(facts["category"], ""))),
        ("investment", investment),
        ("zone", reference("zone")),
        ("chain", reference("chain")),
        ("park", reference("park")),
        ("land_area_m2", plain(mu(facts["land_area_m2"]))),
        ("needs_land", plain(_("yes") if facts["needs_land"] else _("no"))),
        ("annual_output_cny", plain(yi(facts["annual_output_cny"]))),
        ("jobs", plain(facts["jobs"])),
        ("note", plain(facts["note"])),
    ]
    labels = headers | {"investment": str(Project._meta.get_field("investment").verbose_name)}
    return [_known(name, labels[name], values, facts, file, words) for name, values in shown]


def _known(name: str, label: str, values: list, facts: ProjectFacts, file: Dossier, words: Words) -> Known:
    statement = facts.origins.get(name)
    if statement is None or not values:
        return Known(name, label, values, wide=name == "note")
    since = statement.counts_from if statement.counts_from.year > 1 else None
    return Known(
        name, label, values, since_of(statement, since), words.source(statement.source_id),
        recorded_of(statement, file, words), name == "note",
    )


def people(facts: ProjectFacts, words: Words, scope: Scope) -> list[Person]:
    """Who answers for the project and who invests in it, by role. A role nobody has is left out."""
    label = {name: str(Project._meta.get_field(name).verbose_name) for name in ("unit", "team", "commander", "officer")}
    found = []
    for name in ("unit", "team"):
        if reference := words.reference(name, facts[name]):
            found.append(Person(label[name], *reference))
    for name in ("officer", "commander"):
        user = words.row(User, facts[name])
        if user is None:
            continue
        may = scope.may("users")
        found.append(Person(
            label[name], str(user), f"/r/users/{user.pk}/" if may else "", user.phone if may else "",
            user.email if may else "",
        ))
    for pk in facts["investors"] or []:
        row = words.row(Enterprise, pk)
        if row is not None:
            url = f"/r/enterprises/{pk}/" if scope.may("enterprises") else ""
            found.append(Person(_("investor"), str(row), url))
    return found


def amounts(facts: ProjectFacts, file: Dossier, words: Words) -> list[Amount]:
    """What the investment was stated as, the newest first."""
    found = []
    for place, valued in enumerate(facts.investments):
        amount, currency = valued.value
        statement = valued.statement
        found.append(Amount(
            wan_of(amount, currency),
            since_of(statement, valued.since),
            valued.until.isoformat() if valued.until else "",
            words.source(statement.source_id),
            recorded_of(statement, file, words),
            place == len(facts.investments) - 1,
        ))
    return found[::-1]


@dataclass(frozen=True)
class MonthShown:
    """The investment completed in a month; `share` is the length of its bar in percent of the longest."""

    month: str
    amount: str
    share: int
    source: Mark | None
    url: str


@dataclass(frozen=True)
class Months:
    total: str
    share_of_plan: str
    rows: list[MonthShown]
    older: list[MonthShown]


def months(file: Dossier, facts: ProjectFacts | None, words: Words) -> Months | None:
    """What was completed month by month, the newest first, with its sum; None where nothing is recorded."""
    if not file.months:
        return None
    total = sum((row.completed_cny for row in file.months), Decimal(0))
    longest = max(row.completed_cny for row in file.months) or Decimal(1)
    may = words.scope.may("monthly_investments")
    rows = [
        MonthShown(
            f"{row.valid_on:%Y-%m}", wan(row.completed_cny), int(100 * row.completed_cny / longest),
            words.source(row.source_id), f"/r/monthly_investments/{row.lineage}/" if may else "",
        )
        for row in reversed(file.months)
    ]
    plan = facts.investment_cny if facts is not None else None
    share = f"{100 * total / plan:.1f}%" if plan else ""
    return Months(wan(total), share, rows[:MONTHS], rows[MONTHS:])


def files(documents: list[Document], file: Dossier, words: Words) -> tuple[list[File], list[File]]:
    """Photos, and other documents: each the newest first."""
    kinds = dict(DOCUMENT_KINDS)
    made = []
    for document in documents:
        is_image = document.content_type in SHOWN_TYPES
        made.append(File(
            document,
            str(kinds.get(document.kind, document.kind or _("other"))),
            file.day_of(document),
            words.who(file.recordings.get(recording_number(document.pk))),
            f"/documents/{document.pk}/",
            photo_url(file.project, document.pk) if is_image else "",
        ))
    return [one for one in made if one.photo], [one for one in made if not one.photo]

