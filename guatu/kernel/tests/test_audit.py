"""Whatever is altered, removed or slipped in by SQL, `audit.verify` finds it and names it. On both databases."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, models, transaction

from guatu.chains.tests import facts_world
from guatu.dispatch.actions import open_month
from guatu.dispatch.models import ExtraAnswer, ExtraQuestion, ProgressReport
from guatu.dispatch.rules.months import parse_month
from guatu.enterprises.models import Enterprise
from guatu.kernel import actions, audit
from guatu.kernel.models import (
    CalendarNotice,
    ChainHead,
    ExchangeRate,
    HistoryEntry,
    Organisation,
    ParameterValue,
    Recording,
    Source,
    Statement,
    User,
)
from guatu.outreach.tests import lead_world, trips_world
from guatu.projects.models import MonthlyInvestment, Project, ProjectProgress, StageEvent
from guatu.projects.tests import ledger_world
from guatu.reference.models import IndicatorDefinition, IndicatorValue

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def world(system):
    """Rows of every table of facts, one of them corrected, in several recordings."""
    source = actions.create(system, Source, {"code": "s1", "title": "一篇报道", "published_on": date(2022, 5, 12)})
    actions.create(system, Source, {"code": "s2", "title": "又一篇"})
    person = actions.create(system, User, {"username": "li", "name": "李"})
    zone = actions.create(
        system, Organisation, {"code": "z1", "name": "开发区", "kind": "development_zone", "source": source.pk}
    )
    actions.create(system, Organisation, {"code": "z2", "name": "新区", "kind": "new_area"})
    project = actions.create(
        system, Project, {"code": "p1", "name": "甲", "zone": zone.pk, "investment": Decimal(5)}, note="立项"
    )
    other = actions.create(system, Project, {"code": "p2", "name": "乙", "zone": zone.pk})
    actions.change(system, Project.everything.get(pk=project.pk), {"name": "甲二"}, reason="改名")
    for started in (project, other):
        actions.create(system, StageEvent, {
            "project": started.pk, "event": "started", "valid_on": date(2022, 4, 6), "basis": "history",
            "source": source.pk,
        })
    month = {"project": project.pk, "valid_on": date(2022, 5, 1), "precision": "month", "source": source.pk}
    actions.create(system, MonthlyInvestment, month | {"valid_on": date(2021, 5, 1), "completed_cny": Decimal(300_000)})
    ledger_world.fill(system, project, zone, person)
    facts_world.fill(system, zone, person)
    trips_world.fill(system, zone, person)
    lead_world.fill(system, zone, person)
    actions.create(system, ProjectProgress, month | {"status": "blocked", "problem": "主变未到货"})
    actions.create(
        system,
        CalendarNotice,
        {"year": 2027, "title": "通知", "holidays": ["2027-01-01"], "workdays": [], "valid_on": date(2026, 12, 1)},
    )
    rate = actions.create(
        system, ExchangeRate, {"currency": "USD", "cny_per_unit": Decimal("6.7"), "valid_on": date(2022, 6, 30)}
    )
    actions.change(system, rate, {"cny_per_unit": Decimal("6.7114")})
    actions.create(
        system,
        ParameterValue,
        {"key": "projects.lights.yellow_workdays", "organisation": zone.pk, "value": 5, "valid_on": date(2022, 1, 1)},
    )
    definition = actions.create(system, IndicatorDefinition, {"name": "签约数", "unit": "count"})
    actions.create(
        system,
        IndicatorValue,
        {
            "zone": zone.pk,
            "indicator": definition.pk,
            "period": "2022",
            "unit": "count",
            "value": Decimal(7),
            "valid_on": date(2022, 12, 31),
        },
    )
    actions.create(system, IndicatorDefinition, {"name": "开工数", "unit": "count"})
    open_month(system, parse_month("2026-11"))
    question, _unanswered = (
        actions.create(system, ExtraQuestion, {"zone": zone.pk, "month": "2026-11", "text": text})
        for text in ("用工缺口", "用电缺口")
    )
    report = ProgressReport.everything.get(project=project.pk)
    actions.create(system, ExtraAnswer, {
        "question": question.pk, "report": report.pk, "project": project.pk, "value": "无",
        "valid_on": date(2026, 11, 20)})
    assert audit.verify()["ok"]


def run(sql: str, *parameters) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def table(model) -> str:
    return connection.ops.quote_name(model._meta.db_table)


class Undo(Exception):
    pass


def tampered(sql: str, *parameters) -> dict:
    """What `verify` says after one SQL statement, which is then undone."""
    try:
        with transaction.atomic():
            assert run(sql, *parameters) == 1
            found = audit.verify()
            raise Undo
    except Undo:
        return found


def other_value(field: models.Field, value):
    """A value the column may hold, and does not."""
    if isinstance(field, models.ForeignKey):
        return (
            field.related_model._base_manager.exclude(pk=value or 0).values_list("pk", flat=True).order_by("pk").last()
        )
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or datetime(2020, 1, 1)) + timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return (value or date(2020, 1, 1)) + timedelta(days=1)
    if isinstance(field, models.DecimalField):
        return (value or Decimal(0)) + Decimal(1)
    if isinstance(field, models.BigIntegerField):
        return (value or 0) + (1 << 21) + 700
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1
    if isinstance(field, models.JSONField):
        return {"altered": 1}
    text = str(value or "")
    return ("x" + text)[: field.max_length or 10_000] if not text or text[0] != "x" else "y" + text[1:]


HISTORY = [Recording, HistoryEntry]


def test_every_column_of_every_table_of_the_record(world):
    tried = 0
    for model in [*HISTORY, *audit.fact_models().values()]:
        row = model._base_manager.order_by("pk").first()
        assert row is not None, f"the world has no row of {model.__name__}"
        for field in model._meta.concrete_fields:
            value = other_value(field, getattr(row, field.attname))
            if value == getattr(row, field.attname):
                continue
            prepared = field.get_db_prep_save(value, connection)
            found = tampered(
                f"UPDATE {table(model)} SET {connection.ops.quote_name(field.column)} = %s "
                f"WHERE {connection.ops.quote_name(model._meta.pk.column)} = %s",
                prepared,
                row.pk,
            )
            bad = found["first_bad"]
            assert not found["ok"] and bad["message"], f"{model.__name__}.{field.name} was altered unseen"
            if model not in HISTORY and not field.primary_key and field.name not in ("superseded_by", "lineage"):
                assert (bad["table"], bad["id"], bad["wrong"]) == (model._meta.label_lower, row.pk, "altered"), (
                    field.name
                )
                assert bad["subject"]
            tried += 1
    assert tried > 80
    assert audit.verify()["ok"]


def test_the_head(world):
    for field in ("number", "hash", "instant"):
        value = other_value(ChainHead._meta.get_field(field), getattr(ChainHead.objects.get(), field))
        prepared = ChainHead._meta.get_field(field).get_db_prep_save(value, connection)
        assert not tampered(f"UPDATE {table(ChainHead)} SET {field} = %s", prepared)["ok"], field
    future = ChainHead._meta.get_field("turned_on").get_db_prep_save(date.today() + timedelta(days=400), connection)
    assert tampered(f"UPDATE {table(ChainHead)} SET turned_on = %s", future)["first_bad"]["wrong"] == "turned_on"


def test_a_removed_row_is_missed(world):
    for model in [*HISTORY, *audit.fact_models().values()]:
        for row in (model._base_manager.order_by("pk").first(), model._base_manager.order_by("pk").last()):
            key = connection.ops.quote_name(model._meta.pk.column)
            found = tampered(f"DELETE FROM {table(model)} WHERE {key} = %s", row.pk)
            assert not found["ok"], f"a row of {model.__name__} was removed unseen"
            if model not in HISTORY:
                assert (found["first_bad"]["id"], found["first_bad"]["wrong"]) == (row.pk, "missing")


def test_a_slipped_in_row_is_found(world):
    for model in audit.fact_models().values():
        row = model._base_manager.order_by("pk").first()
        columns = [connection.ops.quote_name(field.column) for field in model._meta.concrete_fields]
        # A place of the same recording that nobody has, a recording to come, and one before the first.
        for pk in (row.pk + 77, (1 << 20) * 9000 + 1, 5):
            taken = ", ".join(
                "%s"
                if field.primary_key
                else f"{row.pk + 1_000_000}"
                if field.name == "lineage"
                else "2"
                if field.name in ("year", "period")
                else f"(SELECT max(id) FROM {table(ExtraQuestion)})"
                if field.name == "question"
                else f"(SELECT max(id) FROM {table(Project)})"
                if field.name == "project"
                else f"(SELECT max(id) FROM {table(Enterprise)})"
                if field.name == "gone"
                else "'E-none'"
                if field.name == "left"
                else "'1999-01-01'"
                if field.name == "valid_on"
                else column
                for field, column in zip(model._meta.concrete_fields, columns, strict=True)
            )
            found = tampered(
                f"INSERT INTO {table(model)} ({', '.join(columns)}) SELECT {taken} FROM {table(model)} WHERE id = %s",
                pk,
                row.pk,
            )
            assert not found["ok"], f"a row was slipped into {model.__name__} unseen"
            assert (found["first_bad"]["id"], found["first_bad"]["wrong"]) == (pk, "unnamed")


def test_a_truncated_tail_is_found(world):
    last = Recording.objects.order_by("-number").first().number
    try:
        with transaction.atomic():
            run(f"DELETE FROM {table(Recording)} WHERE number = %s", last)
            run(f"DELETE FROM {table(HistoryEntry)} WHERE id >= %s", last << 20)
            run(f"DELETE FROM {table(Statement)} WHERE id >= %s", last << 20)
            assert audit.verify()["first_bad"]["wrong"] == "head"
            raise Undo
    except Undo:
        assert audit.verify()["ok"]


def test_a_digest_made_to_fit_breaks_the_chain_all_the_same(world):
    """Who alters an entry and its digest has still not altered the recording's hash."""
    from guatu.kernel.recording import entry_digest

    entry = HistoryEntry.objects.order_by("pk").first()
    entry.changes = entry.changes.replace("一篇报道", "假报道")
    found = tampered(
        f"UPDATE {table(HistoryEntry)} SET changes = %s, digest = %s WHERE id = %s",
        entry.changes,
        entry_digest(entry),
        entry.pk,
    )
    assert (found["first_bad"]["table"], found["first_bad"]["wrong"]) == ("kernel.recording", "recording")


def test_bringing_back_a_superseded_value_is_found(world):
    old = ExchangeRate.everything.exclude(superseded_by=None).get()
    found = tampered(
        f"UPDATE {table(ExchangeRate)} SET superseded_by = %s WHERE id = %s", old.superseded_by + 5, old.pk
    )
    assert (found["first_bad"]["id"], found["first_bad"]["wrong"]) == (old.pk, "superseded")
    current = ExchangeRate.everything.get(superseded_by=None)
    found = tampered(f"UPDATE {table(ExchangeRate)} SET superseded_by = %s WHERE id = %s", current.pk + 1, current.pk)
    assert (found["first_bad"]["id"], found["first_bad"]["wrong"]) == (current.pk, "superseded")


def test_progress_is_told(world):
    seen = []
    audit.verify(lambda done, total: seen.append((done, total)))
    assert all(done <= total for done, total in seen)
