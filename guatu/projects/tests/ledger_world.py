"""A year of one project's money, and what is in its way, written through the one door in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from guatu.kernel import actions
from guatu.kernel.models import Organisation, User
from guatu.kernel.scope import Actor
from guatu.projects.models import (
    ArrivedFunds,
    MonthlyInvestment,
    Obstacle,
    PlannedInvestment,
    Project,
    ReportedInvestment,
    StatisticsEntry,
    YearTarget,
)


def plan(actor: Actor, project: Project, month: str, amount: int, laid_down: date = date(2022, 1, 10)):
    """Plans `amount` ten thousand yuan for a month."""
    return actions.create(actor, PlannedInvestment, {
        "project": project.pk, "month": month, "valid_on": laid_down, "planned_cny": Decimal(amount) * 10_000})


def complete(actor: Actor, project: Project, month: date, amount: int):
    """Completes `amount` ten thousand yuan in a month."""
    return actions.create(actor, MonthlyInvestment, {
        "project": project.pk, "valid_on": month, "completed_cny": Decimal(amount) * 10_000})


def report(actor: Actor, project: Project, month: date, amount: int):
    """Reports `amount` ten thousand yuan of a month to statistics."""
    return actions.create(actor, ReportedInvestment, {
        "project": project.pk, "valid_on": month, "reported_cny": Decimal(amount) * 10_000})


def arrive(
    actor: Actor, project: Project, day: date, amount: int | None, currency: str = "CNY", origin: str = "domestic",
    voucher: str = "",
):
    """Lets `amount` ten thousands of a currency arrive."""
    return actions.create(actor, ArrivedFunds, {
        "project": project.pk, "valid_on": day, "origin": origin, "currency": currency, "voucher": voucher,
        "amount": None if amount is None else Decimal(amount) * 10_000})


def enter(actor: Actor, project: Project, day: date, code: str = "370211-2022-0001"):
    return actions.create(actor, StatisticsEntry, {"project": project.pk, "valid_on": day, "code": code})


def target(actor: Actor, organisation: Organisation, year: int, measure: str, day: date = date(2022, 1, 5), **amount):
    return actions.create(actor, YearTarget, {
        "organisation": organisation.pk, "year": year, "measure": measure, "valid_on": day, **amount})


def raise_obstacle(actor: Actor, project: Project, title: str, owner: User | None, due: date, **values):
    return actions.create(actor, Obstacle, {
        "project": project.pk, "title": title, "raised_on": date(2022, 6, 1), "due_on": due,
        "owner": owner.pk if owner else None, **values})


def fill(actor: Actor, project: Project, zone: Organisation, person: User) -> None:
    """At least one row of every table of the ledger, and an obstacle."""
    plan(actor, project, "2022-07", 5000)
    complete(actor, project, date(2022, 5, 31), 4200)
    arrive(actor, project, date(2022, 5, 20), 500, "USD", "foreign", "验资〔2022〕5号")
    arrive(actor, project, date(2022, 5, 20), None)
    enter(actor, project, date(2022, 5, 25))
    report(actor, project, date(2022, 5, 31), 4000)
    target(actor, zone, 2022, "completed", target_cny=Decimal("6920000000.00"))
    target(actor, zone, 2022, "arrived_foreign", target_usd=Decimal(50_000_000))
    target(actor, zone, 2022, "started_count", target_count=112)
    raise_obstacle(actor, project, "110千伏线路迁改未完成", person, date(2022, 7, 15), raised_by="京东方")
