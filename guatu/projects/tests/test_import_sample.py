"""The sample's own sheets go in; every export comes in again unchanged, and each changed cell is one update or one error."""

import csv
import io
from datetime import date

import pytest
from django.utils.translation import override

from guatu.bulletins import actions as bulletins
from guatu.bulletins.queries import asking
from guatu.chains.tests import facts_world
from guatu.dispatch import actions as dispatch
from guatu.dispatch.models import ExtraQuestion, ProgressReport
from guatu.dispatch.rules.months import parse_month
from guatu.dispatch.tests.world import hand_in
from guatu.kernel import actions, audit, exports, imports
from guatu.kernel.columns import Choice, Day, Flag, Json, Number, Reference, References, Whole
from guatu.kernel.models import Delegation, Organisation, Recording, User
from guatu.kernel.registry import resource, resources
from guatu.outreach.models import Target, TargetList
from guatu.outreach.tests import lead_world, trips_world
from guatu.projects.models import Project, StageEvent
from guatu.projects.planning import actions as planning
from guatu.projects.tests import imported, ledger_world

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NAMES = [
    "calendars", "chains", "enterprise_roles", "enterprises", "exchange_rates", "indicator_definitions", "indicators",
    "memberships", "milestones", "organisations", "parameter_values", "parks", "projects", "sources", "stage_events",
    "users", "zones",
]


@pytest.fixture
def said(system):
    return imported.load(system)


def test_the_samples_sheets_are_read_as_they_are(said):
    assert {name: (result["ok"], result["errors"]) for name, result in said.items()} == {name: (True, []) for name in said}
    assert {name: result["created"] for name, result in said.items()} == {
        "zones": 12, "parks": 26, "chains": 14, "enterprises": 42, "enterprise_roles": 42, "projects": 69,
        "stage_events": 75, "indicators": 98,
    }
    assert said["enterprises"]["ignored_columns"] == ["role", "chain"]
    boe, bekaert = Project.everything.get(code="boe1"), Project.everything.get(code="bekaert")
    assert (boe.investment, boe.currency, boe.park.code, boe.chain.code) == (8_170_000_000, "CNY", "xxs", "nd")
    assert (bekaert.investment, bekaert.currency) == (50_000_000, "USD")
    assert [row.name for row in Project.everything.get(code="nuohao").investors.order_by("name")] == ["双星", "诺浩"]
    assert Project.everything.get(code="nuclear").land_area_m2.quantize(1) == 666_667
    first_product = StageEvent.everything.get(project=boe, event="first_product_lit")
    assert (first_product.kind, first_product.precision, first_product.counts_from) == ("planned", "month", date(2022, 11, 30))
    assert audit.verify()["ok"]


def test_the_same_sheets_again_change_nothing(system, said):
    before = Recording.objects.count()
    for name, file in imported.SHEETS:
        again = imports.run(system, resource(name), imported.SAMPLE / file, file)
        assert (again["ok"], again["created"], again["updated"]) == (True, 0, 0), (name, again["errors"][:3])
        assert again["unchanged"] == said[name]["created"]
    assert Recording.objects.count() == before


#: Tables that only work in the office fills.
LATER = {
    "bulletins", "delegations", "dispatch_periods", "extra_answers", "extra_questions", "monthly_investments",
    "progress_reports", "project_progress", "report_corrections",
    *("plan_baselines", "plan_links", "plan_needs", "plan_resources", "plan_tasks", "plans"),
    *("trip_costs", "trips", "visit_leads", "visits"),
    *("chain_editions", "chain_plans", "chain_posts", "mapping_verdicts", "territories", "enterprise_merges", "match_verdicts"),
    *("leads", "lead_contacts", "claims", "admission_sheets", "admission_opinions", "admission_decisions"),
    *("target_lists", "targets"),
    *("arrived_funds", "obstacles", "planned_investments", "reported_investments", "statistics_entries", "year_targets"),
}


def office_at_work(system) -> None:
    """A month is opened, one project reports and gets it back, a bulletin is drafted, one is planned, somebody stands in."""
    zone, person = Organisation.everything.get(code="qda"), User.everything.get(username="zhang")
    dispatch.open_month(system, parse_month("2026-11"), "qda")
    question = actions.create(system, ExtraQuestion, {"zone": zone.pk, "month": "2026-11", "text": "用工缺口"})
    report = ProgressReport.everything.select_related("project", "period").order_by("pk")[0]
    report = hand_in(system, report, {question.pk: "缺20人"})
    dispatch.send_back(system, report, "请按入库口径填报")
    bulletins.draft(system, asking(system.scope, "qda", date(2022, 6, 30)), issuer="督查室")
    ledger_world.fill(system, Project.everything.get(code="boe1"), zone, person)
    facts_world.fill(system, zone, person)
    trips_world.fill(system, zone, person)
    lead_world.fill(system, zone, person)
    listed = actions.create(system, TargetList, {"name": "偏光片招商目标", "zone": zone.pk, "chain": "nd", "node": "polariser"})
    actions.create(system, Target, {"target_list": listed.pk, "key": "k01", "name": "企业k01", "officer": person.pk})
    plan = planning.lay_out(system, Project.everything.get(code="boe1"), "plant")
    planning.baseline(system, plan)
    other = actions.create(system, User, {"username": "li", "name": "李四"})
    actions.create(system, Delegation, {
        "principal": person.pk, "delegate": other.pk, "organisation": zone.pk, "starts_on": date(2026, 12, 1),
        "ends_on": date(2026, 12, 5), "reason": "外出招商",
    })


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_every_export_comes_in_again_unchanged(system, said, tmp_path, format, language):
    office_at_work(system)
    assert resources().keys() - set(NAMES) - LATER <= {"documents", "zone_geometries"}
    before = Recording.objects.count()
    for name, target in resources().items():
        path = tmp_path / f"{name}.{format}"
        with override(language):
            count = exports.write(target, system.scope, format, path)
            again = imports.run(system, target, path, path.name)
        if name in NAMES or name in LATER:
            assert count > 0, name
        assert (again["ok"], again["created"], again["updated"], again["unchanged"]) == (True, 0, 0, count), (
            name, again["errors"][:3])
        assert again["ignored_columns"] == [], name
    assert Recording.objects.count() == before


def test_changing_any_exported_cell_is_one_update_or_one_error(system, said, tmp_path):
    wrong = [fault for name in NAMES for fault in not_one(system, name, tmp_path, rows=1, most=3)]
    assert not wrong, f"{len(wrong)}: {wrong[:3]}"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_changing_any_cell_of_many_rows_to_anything_is_one_update_or_one_error(system, said, tmp_path, name):
    wrong = not_one(system, name, tmp_path, rows=6, most=1000)
    assert not wrong, f"{len(wrong)}: {wrong[:3]}"


def not_one(system, name: str, tmp_path, rows: int, most: int) -> list[tuple]:
    """Changes of single cells in the `rows` fullest and emptiest rows that were not one update or one error."""
    target = resource(name)
    path = tmp_path / "cells.csv"
    out = io.BytesIO()
    exports.write(target, system.scope, "csv", out)
    header, *lines = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    lines.sort(key=lambda line: -sum(cell != "" for cell in line))
    lines = [*lines[:rows], *lines[rows:][-1:]]
    wrong = []
    for place, line in enumerate(lines[:rows]):
        for index, cell in enumerate(line):
            for other in others(target, index, cell)[:most]:
                changed = [list(line) for line in lines]
                changed[place][index] = other
                write(path, [header, *changed])
                planned = imports.plan(system, target, path, "cells.csv")
                if (planned.created, planned.updated + len(planned.errors)) != (0, 1):
                    wrong.append((name, header[index], cell, other, planned.as_json()))
    return wrong


def others(target, index: int, cell: str) -> list[str]:
    """Other contents for a cell: a fitting one, an unfitting one, and an empty one."""
    if index == 0:
        return ["", str(int(cell) + 1), "x"]
    column = target.all_columns()[index - 1]
    found = {"", "@@"} if not isinstance(column, Json) else {"@@", "[]", "7"}
    if isinstance(column, Choice):
        found |= {label for code, label in column.options() if code}
    elif isinstance(column, Flag):
        found |= {"是" if cell in ("no", "否") else "否"}
    elif isinstance(column, Day):
        found |= {"2022-03-04", "2031年5月6日"}
    elif isinstance(column, Whole | Number):
        found |= {str(float(cell or 0) + 3), "-1", "约5"}
    elif isinstance(column, Reference | References):
        found |= {"qda", "nd", "boe1", "xxs", "001", "zhang", "海信", "不存在"}
    else:
        found |= {cell + "改", "=1+1"}
    return sorted(found - {cell}, key=lambda text: (text not in ("", "@@"), text))


def write(path, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
