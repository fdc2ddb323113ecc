"""Two rows of one enterprise become one, and two again: to the byte, whatever names them."""

import json
from datetime import date

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.chains.models import Chain, EnterpriseRole
from guatu.enterprises.actions import judge_likeness, merge, undo_merge
from guatu.enterprises.merging.queries import merge_of, references
from guatu.enterprises.models import Enterprise, EnterpriseMerge, MatchVerdict
from guatu.enterprises.tests.register_world import code
from guatu.kernel import actions, audit, imports
from guatu.kernel.errors import Conflict
from guatu.kernel.models import HistoryEntry
from guatu.kernel.models.facts import Fact, Interval, Stated
from guatu.kernel.registry import resource
from guatu.kernel.resource import Lookup
from guatu.outreach.models import Lead, Trip, Visit
from guatu.projects.models import Project

pytestmark = [pytest.mark.both, pytest.mark.django_db(databases=["default", "progress"])]

#: History and recordings; statements and the merges' own facts are history too: nothing recorded is taken away.
HISTORY = {"kernel.historyentry", "kernel.recording", "kernel.chainhead", "kernel.statement", "enterprises.enterprisemerge"}


def tables() -> dict[str, list[tuple]]:
    """Every row of every table but history, recordings and jobs, as the database gives it."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower in HISTORY or model._meta.app_label.startswith("django_tasks"):
            continue
        if model._meta.app_label == "kernel" and "job" in model._meta.model_name:
            continue
        names = [field.column for field in model._meta.concrete_fields]
        with connection.cursor() as cursor:
            if model._meta.db_table not in connection.introspection.table_names(cursor):
                continue
            quoted = ", ".join(connection.ops.quote_name(name) for name in names)
            cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(model._meta.db_table)}")
            rows = [tuple(str(cell) for cell in row) for row in cursor.fetchall()]
        if issubclass(model, Fact):  # a fact that moved and came back stands as a newer version of itself
            apart = {names.index("id"), names.index("superseded_by")}
            in_force = [row for row in rows if row[names.index("superseded_by")] == "None"]
            rows = [tuple(cell for place, cell in enumerate(row) if place not in apart) for row in in_force]
        found[model._meta.label_lower] = sorted(rows)
    return found


def enterprise(system, name: str, **values) -> Enterprise:
    return actions.create(system, Enterprise, {"name": name, **values})


@pytest.fixture
def pair(system):
    kept = enterprise(system, "青岛华泰科技有限公司", short_name="华泰")
    return kept, enterprise(system, "青岛市华泰科技有限责任公司", uscc=code(1), former_names="青岛华泰电子厂")


def test_every_reference_to_an_enterprise_is_found():
    """Whatever app a table belongs to: each of its columns that names an enterprise moves with a merge, or is derived."""
    found = {(reference.model, reference.field.name) for reference in references()}
    for model in apps.get_models():
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            if not field.is_relation or field.related_model is not Enterprise:
                continue
            if model is EnterpriseMerge or field.name == "merged_into" or issubclass(model, Interval):
                continue
            assert issubclass(model, Stated) and (model, field.name) in found, f"{model._meta.label}.{field.name}"
    assert {model.__name__ for model, _name in found} >= {"Project", "EnterpriseRole", "Document"}


def test_merge_moves_what_names_it_and_keeps_its_names(system, pair):
    kept, gone = pair
    role = actions.create(system, EnterpriseRole, {"enterprise": gone.pk, "role": "chain_master"})
    merge(system, kept, gone)
    kept.refresh_from_db()
    role.refresh_from_db()
    assert role.enterprise_id == kept.pk
    assert (kept.name, kept.uscc) == ("青岛华泰科技有限公司", code(1))
    assert kept.former_names == "青岛市华泰科技有限责任公司；青岛华泰电子厂"
    rows = resource("enterprises").rows(system.scope)
    assert kept in rows and gone not in rows


def test_old_ids_resolve_on_pages_in_the_api_and_in_sheets(system, pair, client, tmp_path):
    kept, gone = pair
    last = enterprise(system, "青岛华泰控股有限公司")
    merge(system, kept, gone)
    merge(system, last, Enterprise.everything.get(pk=kept.pk))
    found = resource("enterprises").find(system.scope, gone.record_number)
    assert found.pk == last.pk  # through two merges
    lookup = Lookup(system.scope)
    column = resource("enterprise_roles").column("enterprise")
    for text in (gone.code, gone.name, kept.code):
        assert lookup.find(Enterprise, text, column) == last.pk
    sheet = tmp_path / "e.csv"
    sheet.write_text(f"编码,名称,备注\n{gone.code},{gone.name},来自旧表\n", encoding="utf-8")
    done = imports.run(system, resource("enterprises"), sheet, sheet.name)
    assert (done["ok"], done["created"], done["updated"]) == (True, 0, 1), done["errors"]
    last.refresh_from_db()
    assert (last.note, last.name) == ("来自旧表", "青岛华泰控股有限公司")


def test_history_tells_the_merge_and_its_undoing(system, pair):
    kept, gone = pair
    done = merge(system, kept, gone)
    undo_merge(system, done)
    told = [json.loads(entry.changes) for entry in HistoryEntry.objects.filter(subject_id=gone.pk).order_by("id")]
    assert [entry.get("merged_into") for entry in told[1:]] == [[None, kept.pk], [kept.pk, None]]
    assert all(entry["reason"][1] for entry in told[1:])
    assert audit.verify()["ok"] and merge_of(gone.pk) is None


def test_two_credit_codes_are_two_enterprises(system, pair):
    kept, gone = pair
    actions.change(system, kept, {"uscc": code(2)})
    with pytest.raises(Conflict, match=code(2)):
        merge(system, kept, gone)


def test_what_was_changed_after_the_merge_stays(system, pair):
    kept, gone = pair
    role = actions.create(system, EnterpriseRole, {"enterprise": gone.pk, "role": "chain_master"})
    done = merge(system, kept, gone)
    kept.refresh_from_db()
    actions.change(system, kept, {"former_names": "华泰老厂"})
    left = undo_merge(system, done)
    kept.refresh_from_db()
    role.refresh_from_db()
    gone.refresh_from_db()
    assert kept.former_names == "华泰老厂" and (kept.uscc, gone.uscc) == ("", code(1)) and role.enterprise_id == gone.pk
    assert left == [kept]


def test_a_judgement_is_kept_once_a_pair(system, pair):
    kept, gone = pair
    judge_likeness(system, kept, gone, "different", "两块牌子")
    judge_likeness(system, gone, kept, "same")
    rows = MatchVerdict.everything.filter(superseded_by=None, withdrawn=False)
    assert [(row.left, row.verdict) for row in rows] == [(min(kept.code, gone.code), "same")]


words = st.sampled_from(["", "华泰", "华泰老厂", "华泰；华泰电子"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_merge_and_undo_leave_every_table_as_it_was(system, data):
    """Any values of the two, any rows of any table that name them, any choice of who wins."""
    with transaction.atomic():
        pair = [
            enterprise(system, f"青岛华泰{number}有限公司", short_name=data.draw(words), former_names=data.draw(words),
                       note=data.draw(words), uscc=code(7) if number == coded else "")
            for coded in [data.draw(st.sampled_from([0, 1, None]))] for number in (0, 1)]
        third = enterprise(system, "青岛另一家有限公司")
        zone = _zone(system)
        chain = Chain.everything.first() or actions.create(system, Chain, {"code": "nd", "name": "新型显示"})
        for place in range(data.draw(st.integers(0, 3))):
            chosen = data.draw(st.lists(st.sampled_from([*pair, third]), unique=True))
            actions.create(system, Project, {
                "code": f"p{place}", "name": f"项目{place}", "zone": zone.pk, "investors": [row.pk for row in chosen]})
        for _place in range(data.draw(st.integers(0, 3))):
            role = actions.create(system, EnterpriseRole, {
                "enterprise": data.draw(st.sampled_from(pair)).pk, "chain": chain.pk, "role": "chain_master"})
            if data.draw(st.booleans()):
                actions.change(system, role, {"enterprise": data.draw(st.sampled_from([*pair, third])).pk}, valid_on=date(2022, 1, 1))
        trip = actions.create(system, Trip, {
            "zone": zone.pk, "lead_unit": zone.pk, "leader": "甲", "from_on": date(2022, 3, 1), "to_on": date(2022, 3, 2),
            "places": "深圳"})
        for place in range(data.draw(st.integers(0, 2))):
            met = data.draw(st.sampled_from([*pair, third]))
            actions.create(system, Visit, {"trip": trip.pk, "enterprise": met.pk, "visited_on": date(2022, 3, 1)})
            actions.create(system, Lead, {
                "name": f"深圳来者{place}有限公司", "enterprise": met.pk, "zone": zone.pk, "origin": "trip",
                "first_contact_on": date(2022, 3, 1), "distinct_because": "另一项目"})
        for reference in references():
            assert reference.model.__name__ in FILLED or not isinstance(reference.field, models.ForeignKey), reference
        before = tables()
        choices = {name: data.draw(st.sampled_from(["kept", "gone"])) for name in ("name", "short_name", "note", "zone")}
        done = merge(system, *(Enterprise.everything.get(pk=row.pk) for row in pair), choices)
        assert tables() != before
        undo_merge(system, EnterpriseMerge.everything.get(pk=done.pk))
        after = tables()
        for label in before:
            assert after[label] == before[label], label
        assert audit.verify()["ok"]
        transaction.set_rollback(True)


#: Tables whose rows the property test makes; a new table that names an enterprise is to be made there too.
FILLED = {"EnterpriseRole", "Visit", "Lead"}


def _zone(system):
    from guatu.kernel.models import Organisation

    return Organisation.everything.filter(kind="district").first() or actions.create(
        system, Organisation, {"code": "z", "name": "开发区", "kind": "district"})
