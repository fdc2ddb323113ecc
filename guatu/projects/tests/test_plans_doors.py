"""Plans through the doors that every resource has: lists, pages, sheets, the API; and the command line."""

from __future__ import annotations

import json
from datetime import date

import pytest

from guatu.kernel import exports, imports
from guatu.kernel import queries as kernel_queries
from guatu.kernel.errors import Forbidden
from guatu.kernel.models import Organisation
from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.projects.models import Plan, PlanTask
from guatu.projects.planning import actions, queries
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]

NAMES = ["plans", "plan_tasks", "plan_links", "plan_resources", "plan_needs", "plan_baselines"]


@pytest.fixture
def plan(system) -> Plan:
    world = build(system, 4)
    made = actions.lay_out(system, world.projects[0], "plant", date(2027, 12, 31))
    actions.baseline(system, made, "批准")
    actions.lay_out(system, world.projects[1], "infrastructure", date(2027, 12, 31))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_table_of_plans_is_listed_shown_and_given_out(system, client, plan, name):
    client.force_login(member(system, "wang", "chain_office", Organisation.everything.get(code="city")))
    rows = resource(name).rows(Scope.whole())
    row, count = rows.first(), rows.count()
    assert count > 0
    page = client.get(f"/r/{name}/")
    assert page.status_code == 200 and page.context["page"].total == count
    assert client.get(f"/r/{name}/", {"q": "项目0"}).context["page"].total == rows.filter(
        **({"project__name": "项目0"} if name == "plans" else {"plan__project__name": "项目0"})).count()
    assert client.get(f"/r/{name}/{row.pk}/").status_code == 200
    assert client.get(f"/r/{name}/{row.pk}/history/").status_code == 200
    told = client.get(f"/api/{name}/?limit=500")
    assert told.status_code == 200 and len(told.json()["items"]) == min(count, 500)
    assert client.get(f"/api/{name}/{row.pk}").status_code == 200
    assert client.get(f"/r/{name}/export/xlsx/").status_code in (200, 202, 302)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "plan_baselines"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_exported_sheet_comes_in_again_unchanged(system, plan, tmp_path, name, format):
    out = tmp_path / f"{name}.{format}"
    exports.write(resource(name), Scope.whole(), format, out)
    before = kernel_queries.newest()
    planned = imports.plan(system, resource(name), out, out.name)
    assert planned.ok, planned.errors[:3]
    imports.apply(system, planned, note="again")
    assert kernel_queries.newest() == before


def test_a_sheet_cannot_make_a_plan_that_contradicts_itself(system, plan, tmp_path):
    """The rule of the whole plan holds for the general import too."""
    task = PlanTask.everything.get(plan=plan, name="主体结构")
    out = tmp_path / "tasks.csv"
    out.write_text(f"record,duration\n{task.pk},10\n", encoding="utf-8")
    before = kernel_queries.newest()
    planned = imports.plan(system, resource("plan_tasks"), out, out.name)
    assert not planned.ok and "主体结构" in planned.errors[0].message
    assert kernel_queries.newest() == before and PlanTask.everything.get(pk=task.pk).duration == 80


# -- the command line ------------------------------------------------------------------------------------------------


def run(capsys, *words) -> tuple[int, str, str]:
    from guatu.site import cli

    code = cli.run([*words, "--lang", "en"])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_command_shows_counts_back_and_rescues(system, plan, capsys):
    code, out, _err = run(capsys, "plan", "p00", "--as-of", "2026-03-02")
    assert code == 0 and "主体结构" in out and "promised for 2027-12-31" in out
    code, out, _err = run(capsys, "plan", "p00", "--as-of", "2026-03-02", "--json")
    assert code == 0 and json.loads(out)["plan"]["promised_on"] == "2027-12-31"
    code, out, _err = run(capsys, "plan", "p00", "--backward-from", "2027-10-29", "--as-of", "2026-03-02", "--json")
    sheet = json.loads(out)
    assert code == 0 and sheet["promised_on"] == "2027-10-29" and len(sheet["rows"]) == 34
    code, out, _err = run(capsys, "plan", "p00", "--rescue", "2026-05-29", "--as-of", "2026-03-02", "--json")
    assert code == 0 and json.loads(out)["holds"] is False and json.loads(out)["blocking"]
    for option in ("--backward-from", "--rescue"):
        code, out, _err = run(capsys, "plan", "p00", option, "2026-05-29", "--as-of", "2026-03-02")
        assert code == 0 and out.strip()


@pytest.mark.parametrize("words", [
    ("plan", "nirgends"), ("plan", "p02"), ("plan", "p00", "--backward-from", "bald"), ("plan", "p00", "--rescue", "2027-13-01"),
    ("plan", "lay-out", "p00", "--template", "plant"), ("plan", "lay-out", "p02", "--template", "castle", "--promised", "2028-01-01"),
    ("plan", "import", "p00", "none.xml"), ("plan", "p00", "--as", "nobody"),
])
def test_what_cannot_be_answered_is_refused_in_a_sentence(system, plan, capsys, words):
    code, out, err = run(capsys, *words)
    assert code == 1 and err.strip().endswith(".") and not out, (out, err)


@pytest.mark.parametrize("words", [
    ("plan", "a", "b"), ("plan", "p00", "--rescue", "2027-01-01", "--backward-from", "2027-01-01"), ("plan", "lay-out", "p02"),
    ("plan", "export", "p00"), ("plan", "export", "p00", "--format", "xlsx", "--size", "a3", "--out", "x.xlsx"),
])
def test_wrong_usage_is_told(system, plan, capsys, words):
    code, _out, err = run(capsys, *words)
    assert code == 2 and err.strip()


def test_the_command_lays_out_exports_and_imports(system, plan, capsys, tmp_path):
    code, out, _err = run(capsys, "plan", "lay-out", "p02", "--template", "urban_renewal", "--promised", "2031-12-31", "--json")
    assert code == 0 and json.loads(out)["plan"]["template"] == "urban_renewal"
    for format, name in (("mspdi", "plan.xml"), ("xlsx", "plan.xlsx")):
        file = tmp_path / name
        code, _out, _err = run(capsys, "plan", "export", "p02", "--format", format, "--out", str(file))
        assert code == 0 and file.stat().st_size > 1000
        code, out, _err = run(capsys, "plan", "import", "p03", str(file), "--json")
        assert code == 0 and json.loads(out)["tasks"] == 29
    officer = member(system, "zhao", "inspector", Organisation.everything.get(code="city"))
    code, _out, err = run(capsys, "plan", "import", "p03", str(tmp_path / "plan.xlsx"), "--as", officer.username)
    assert code == 1 and err


def test_a_person_without_a_role_is_told_nothing(system, plan):
    with pytest.raises(Forbidden):
        queries.portfolio(Scope.nothing(), date(2026, 3, 2))
    with pytest.raises(Forbidden):
        queries.gantt(Scope.nothing(), "p00", date(2026, 3, 2))


# -- endpoints ---------------------------------------------------------------------------------------------------------


def test_plans_by_api_are_those_of_the_command(system, client, plan):
    client.force_login(member(system, "wang", "chain_office", Organisation.everything.get(code="city")))
    asked = {"project": plan.project.code, "as_of": "2026-07-01"}
    for call, answer in (
        ("gantt", queries.gantt(Scope.whole(), plan.project.code, date(2026, 7, 1))),
        ("backward", queries.backward(Scope.whole(), plan.project.code, None, date(2026, 7, 1))),
        ("rescue", queries.rescue(Scope.whole(), plan.project.code, None, date(2026, 7, 1))),
    ):
        told = client.get(f"/api/plans/{call}", asked)
        assert told.status_code == 200, told.content
        assert told.json() == json.loads(json.dumps(answer, default=str)), call
    wall = client.get("/api/plans/wall", {"as_of": "2026-07-01", "group": "zone"}).json()
    assert {project["code"] for group in wall["groups"] for project in group["projects"]} == {
        world.project.code for world in Plan.everything.select_related("project")}
    assert client.get("/api/plans/wall", {"group": "colour"}).status_code == 422
    late = client.get("/api/plans/backward", asked | {"day": "2026-07-02"}).json()
    assert not late["holds"] and late["late_by_workdays"] > 0


def test_plans_by_api_refuse_with_a_sentence(system, client, plan):
    for call in ("gantt", "backward", "rescue", "wall"):
        assert client.get(f"/api/plans/{call}", {"project": plan.project.code}).status_code == 401
    client.force_login(member(system, "elsewhere", "project_officer", Organisation.everything.get(code="z2")))
    own = plan.project.zone.code == "z2"
    for call in ("gantt", "backward", "rescue"):
        assert client.get(f"/api/plans/{call}", {"project": plan.project.code}).status_code == (200 if own else 404)
        none = client.get(f"/api/plans/{call}", {"project": "no-such"})
        assert none.status_code == 404 and none.json()["message"]


def test_the_ledger_by_api_is_that_of_the_command(system, client, plan):
    from guatu.projects.queries.ledger_answer import year_answer

    client.force_login(member(system, "wang", "chain_office", Organisation.everything.get(code="city")))
    told = client.get("/api/projects/ledger", {"as_of": "2026-06-30", "year": 2026})
    assert told.status_code == 200, told.content
    assert told.json()["measures"].keys() == year_answer(Scope.whole(), date(2026, 6, 30), None, 2026, None)["measures"].keys()
    assert client.get("/api/projects/ledger", {"year": 12}).status_code == 422
