"""Sets an installation up, or brings it up to date: tables, reference data, static files. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.dispatch import actions as dispatch
from guatu.dispatch.rules.months import month_of
from guatu.kernel.scope import Actor
from guatu.kernel.turning import turn_of_day
from guatu.reference import calendars
from guatu.site import demo_leads, demo_users
from guatu.site.sample import load as sample
from guatu.site.sample import trips as sample_trips


def set_up(say: Callable[[str], None]) -> dict:
    """Tables and reference data; returns {"migrated", "calendars"}: migrations applied, notices recorded."""
    migrated = _migrate("default") + _migrate("progress")
    if migrated:
        say(_("Tables are up to date: %d migrations applied.") % migrated)
    actor = Actor.system("setup")
    years = calendars.load_published(actor)
    if years:
        say(_("Working calendars recorded: %d years.") % years)
    turn_of_day(timezone.localdate())
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if settings.GUATU_MODE == "production":
        call_command("collectstatic", interactive=False, verbosity=0)
    return {"migrated": migrated, "calendars": years}


def set_up_demo(say: Callable[[str], None]) -> dict:
    """The set-up with the sample zone and the demo users; returns {…, "sample", "users"}."""
    demo_users.refuse_production()
    done = set_up(say)
    actor = Actor.system("setup")
    recorded = sample.load(actor)
    if recorded:
        say(_("The sample zone is recorded: %d rows.") % recorded)
    trips = sample_trips.load(actor)
    if trips:
        say(_("Demonstration trips are recorded: %d rows.") % trips)
    users = demo_users.make(actor)
    leads = demo_leads.make(actor, timezone.localdate())
    if leads:
        say(_("Demo leads recorded: %d, none of them a fact.") % leads)
    month = month_of(timezone.localdate())
    opened = dispatch.open_month(actor, month)  # a promise, not a fact: what is reported is left to people
    if opened.created:
        say(_("The monthly dispatch of %(month)s is open: %(count)d reports are owed.") % {
            "month": month, "count": opened.created})
    return {**done, "sample": recorded, "users": users}


def _migrate(database: str) -> int:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[database])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", database=database, verbosity=0, interactive=False)
    return len(plan)
