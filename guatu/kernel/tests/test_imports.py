"""Reading sheets into changes: headers, units, days, finding rows, and naming each faulty cell."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guatu.kernel import actions, imports
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.models import HistoryEntry, Organisation, Recording, Source, User
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor
from guatu.kernel.tests.test_imports_files import workbook
from guatu.projects.models import Project, StageEvent
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def world(system):
    return build(system, 4)


@pytest.fixture
def sheet(tmp_path):
    def put(rows, name="表.csv", encoding="utf-8"):
        path = tmp_path / name
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        else:
            text = rows if isinstance(rows, str) else "\n".join(",".join(row) for row in rows)
            path.write_bytes(text.encode(encoding))
        return path, name
    return put


def run(actor, name, file, **options):
    return imports.run(actor, resource(name), *file, **options)


def where(result):
    return [(fault["row"], fault["column"]) for fault in result["errors"]]


def test_titles_units_and_days_as_offices_write_them(system, world, sheet):
    planned = imports.plan(system, resource("projects"), *sheet(workbook(
        [[], ["单位：万元"], ["code", "name", "zone", "investment（亿元）", "land_mu(亩)", "jobs（万人）", "annual_output_cny"],
         ["a1", "甲", "z1", 81.7, 15, 0.3, 8], ["a2", "乙", "区2", "5000万美元", "1公顷", 12.5, ""], [],
         ["合计", "", "", 100, "", "", ""], ["注：数据截至6月底"]],
        merges=[(0, 0, 0, 6, "2022年重点项目台账")],
    ), "b.xlsx"))
    assert planned.errors == []
    assert planned.header_row == 3
    assert [(fault.row, fault.column) for fault in planned.warnings] == [(7, ""), (8, "")]
    imports.apply(system, planned)
    one, two = Project.everything.get(code="a1"), Project.everything.get(code="a2")
    assert (one.investment, one.currency, one.land_area_m2, one.jobs) == (8_170_000_000, "CNY", 10_000, 3000)
    assert one.annual_output_cny == 80_000  # the line 单位：万元 above the table speaks for columns without a unit
    assert (two.investment, two.currency, two.land_area_m2, two.zone) == (50_000_000, "USD", 10_000, world.zones[1])


def test_days_in_every_way_of_writing(system, world, sheet):
    file = sheet(workbook([
        ["project", "event", "date", "kind", "basis", "source"],
        ["p00", "structure_topped", "2022年6月", "actual", "history", "s"],
        ["p00", "first_line_lit", "2022/6/21", "actual", "history", "s"],
        ["p00", "first_product_lit", 44733, "actual", "history", "s"],
        ["p00", "delivered", "2022年二季度", "actual", "history", "s"],
        ["p00", "recognised_major", "二〇二二年上半年", "actual", "history", "s"],
    ]), "a.xlsx")
    result = run(system, "stage_events", file)
    assert result["errors"] == []
    read = {row.event: (row.valid_on, row.precision) for row in StageEvent.everything.filter(project=world.projects[0])}
    assert read | {"in_statistics": None} == {
        "structure_topped": (date(2022, 6, 30), "month"), "first_line_lit": (date(2022, 6, 21), "day"),
        "first_product_lit": (date(2022, 6, 21), "day"), "delivered": (date(2022, 6, 30), "quarter"),
        "recognised_major": (date(2022, 6, 30), "half"), "in_statistics": None,
    }


def test_gb18030_and_unknown_columns(system, world, sheet):
    result = run(system, "projects", sheet("code,name,zone,联系电话\nn1,新项目,区1,123\n", encoding="gb18030"))
    assert (result["ok"], result["created"], result["ignored_columns"]) == (True, 1, ["联系电话"])
    assert Project.everything.get(code="n1").name == "新项目"


def test_every_faulty_cell_is_named_and_nothing_is_written(system, world, sheet):
    before = Recording.objects.count()
    result = run(system, "projects", sheet([
        ["code", "name", "zone", "investment（万元）", "category", "jobs"],
        ["n1", "好", "z1", "100", "industry", "5"],
        ["n2", "", "z9", "约100", "工业园", "2.5"],
        ["n3", "负", "z1", "-5", "industry", ""],
        ["n1", "重", "z1", "5", "industry", ""],
        ["n4", "多", "z1", "5", "industry", "", "", "逗号"],
    ]))
    assert where(result) == [
        (3, "name"), (3, "zone"), (3, "investment（万元）"), (3, "category"), (3, "jobs"), (4, "investment（万元）"),
        (5, "code"), (6, ""),
    ]
    assert all(fault["message"].strip().endswith((".", "?", "。", "？")) for fault in result["errors"])
    assert (result["ok"], result["created"], result["updated"]) == (False, 0, 0)
    assert Recording.objects.count() == before and not Project.everything.filter(code__startswith="n").exists()


def test_guards_of_the_app_speak_at_their_cell(system, world, sheet):
    result = run(system, "stage_events", sheet([
        ["project", "event", "date", "source"], ["p00", "completed", "2022-06-01", ""], ["p00", "negotiating", "2099-01-01", "s"],
    ]))
    assert where(result) == [(2, "event"), (3, "date")]


def test_rows_refer_to_rows_further_down(system, world, sheet):
    result = run(system, "organisations", sheet([
        ["code", "name", "kind", "parent"], ["d1", "处", "department", "新局"], ["t1", "组", "team", "d1"],
        ["d0", "新局", "department", "city"],
    ]))
    assert (result["errors"], result["created"]) == ([], 3)
    assert Organisation.everything.get(code="t1").parent.parent.name == "新局"
    again = run(system, "projects", sheet([
        ["code", "name", "zone", "batch", "declared_count"], ["m1", "成员", "z1", "b1", ""], ["b1", "打包", "z1", "", "3"]]))
    assert again["errors"] == []
    assert Project.everything.get(code="m1").batch.code == "b1"


def test_new_rows_in_a_circle_are_an_error(system, world, sheet):
    result = run(system, "organisations", sheet([
        ["code", "name", "kind", "parent"], ["x", "甲", "team", "y"], ["y", "乙", "team", "x"]]))
    assert not result["ok"] and len(result["errors"]) == 1
    assert result["errors"][0]["column"] == "parent"


def test_two_rows_of_the_file_that_mean_one_row_are_an_error(system, world, sheet):
    result = run(system, "projects", sheet([["code", "name"], ["p01", "甲"], ["p01", "乙"]]))
    assert where(result) == [(3, "code")] and "2" in result["errors"][0]["message"]


def test_several_matches_are_an_error_and_the_record_number_settles_it(system, world, sheet):
    for code in ("q1", "q2"):
        actions.create(system, Project, {"code": code, "name": "同名", "zone": world.zones[0].pk})
    vague = run(system, "projects", sheet([["zone", "name", "jobs"], ["z1", "同名", "5"]]))
    assert where(vague) == [(2, "zone")]
    second = Project.everything.get(code="q2")
    result = run(system, "projects", sheet([["记录号", "jobs"], [str(second.record_number), "5"]]))
    assert (result["errors"], result["updated"]) == ([], 1)
    assert Project.everything.get(code="q2").jobs == 5 and Project.everything.get(code="q1").jobs is None


def test_a_blank_cell_clears_and_a_missing_column_keeps(system, world, sheet):
    row = world.projects[1]
    result = run(system, "projects", sheet([["code", "chain", "unit"], ["p01", "", "u2"]]))
    assert (result["errors"], result["updated"]) == ([], 1)
    row.refresh_from_db()
    assert row.chain is None and row.officer is not None and row.unit == world.units[1]
    assert where(run(system, "projects", sheet([["code", "zone"], ["p01", ""]]))) == [(2, "zone")]


def test_the_key_of_a_row_is_not_changed_through_a_sheet(system, world, sheet):
    record = str(world.projects[1].record_number)
    assert where(run(system, "projects", sheet([["record", "code", "name"], [record, "p99", "项目1"]]))) == [(2, "code")]
    assert where(run(system, "projects", sheet([["record", "code", "name"], ["", "p01", "项目1"]]))) == [(2, "code")]
    assert where(run(system, "projects", sheet([["record", "code", "name"], ["99", "p01", "项目1"]]))) == [(2, "record")]


def test_reason_approver_and_day_come_from_the_sheet_or_the_call(system, world, sheet):
    made = run(system, "projects", sheet([
        ["code", "jobs", "原因", "批准人", "生效日"], ["p01", "7", "扩产", "王主任", "2022-03-01"], ["p02", "8", "", "", ""]]),
        valid_on=date(2022, 5, 1), reason="更正报表")
    assert made["errors"] == []
    entries = {entry.subject_label: entry.changes for entry in HistoryEntry.objects.order_by("-id")[:2]}
    assert "扩产" in entries["项目1"] and "王主任" in entries["项目1"] and "更正报表" in entries["项目2"]
    from guatu.kernel.models import Statement

    days = list(Statement.objects.order_by("-id").values_list("counts_from", flat=True)[:2])
    assert days == [date(2022, 5, 1), date(2022, 3, 1)]


def test_a_currency_named_twice_must_agree(system, world, sheet):
    result = run(system, "projects", sheet([
        ["code", "name", "zone", "investment", "currency"], ["n1", "甲", "z1", "5000万美元", "CNY"],
        ["n2", "乙", "z1", "5000万美元", "USD"], ["n3", "丙", "z1", "5000", "USD"]]))
    assert where(result) == [(2, "currency")]


def test_the_preview_says_old_and_new(system, world, sheet):
    planned = imports.plan(system, resource("projects"), *sheet([
        ["code", "name", "zone", "jobs", "chain"], ["p01", "项目1", "z2", "12", "c1"], ["n1", "新", "z1", "", ""]]))
    changed, created = planned.previews
    assert (changed.row, changed.op, changed.label) == (2, "change", "p01 · 项目1")
    assert [(old, new) for _label, old, new in changed.changes] == [("c2", "c1"), ("", "12")]
    assert created.op == "create" and ("新" in [new for _label, _old, new in created.changes])
    assert planned.as_json().keys() == {"ok", "created", "updated", "unchanged", "errors", "warnings", "ignored_columns"}


def test_a_file_without_header_is_refused(system, world, sheet):
    with pytest.raises(Refused) as refused:
        run(system, "projects", sheet("甲,乙\n1,2\n"))
    assert refused.value.code == "header_not_found"


def test_a_row_changed_since_the_plan_is_a_conflict(system, world, sheet):
    planned = imports.plan(system, resource("projects"), *sheet([["code", "jobs"], ["p01", "12"]]))
    actions.change(system, Project.everything.get(code="p01"), {"jobs": 99})
    with pytest.raises(Refused):
        imports.apply(system, planned)
    assert Project.everything.get(code="p01").jobs == 99


def test_rights_are_the_same_as_everywhere(system, world, sheet):
    file = sheet([["code", "jobs"], ["p00", "12"], ["p01", "12"]])
    leader = Actor.of(member(system, "leader1", "leader", world.zones[0]), "page")
    with pytest.raises(Forbidden):
        run(leader, "projects", file)
    office = Actor.of(member(system, "office1", "chain_office", world.zones[0]), "page")
    result = run(office, "projects", file)
    # p01 lies in the other zone: not seen, so it would be new, and its code is taken.
    assert not result["ok"] and {row for row, _column in where(result)} == {3}


def test_a_named_note_and_the_files_digest_stand_in_the_history(system, world, sheet):
    run(system, "sources", sheet("code,title\nx1,材料\n"), note="季度更新")
    newest = Recording.objects.order_by("-number").first()
    assert newest.channel == "import" and "季度更新" in newest.note and "sha256:" in newest.note and "表.csv" in newest.note


def test_users_and_enterprises_come_in_by_their_own_keys(system, world, sheet):
    assert run(system, "users", sheet("username,name\nwang,王五\n"))["created"] == 1
    assert run(system, "users", sheet("username,name\nwang,王六\n"))["updated"] == 1
    assert User.everything.get(username="wang").name == "王六"
    assert run(system, "enterprises", sheet("name,short_name\n海信集团,海信\n"))["created"] == 1
    again = run(system, "enterprises", sheet("name,short_name\n海信集团,海信\n"))
    assert (again["created"], again["unchanged"]) == (0, 1)
    assert Source.everything.count() == 1


def queries_of(system, sheet, rows: int) -> int:
    body = "\n".join(
        f"k{rows}-{n},批量{n},z{n % 2 + 1},{n}.5,c{n % 2 + 1},u{n % 2 + 1},officer{n % 2 + 1},s" for n in range(rows))
    file = sheet("code,name,zone,investment（亿元）,chain,unit,officer,source\n" + body)
    with CaptureQueriesContext(connection) as counted:
        result = run(system, "projects", file)
    assert result["created"] == rows, result["errors"][:2]
    with CaptureQueriesContext(connection) as again:
        assert run(system, "projects", file)["unchanged"] == rows
    return len(counted) + len(again)


def test_the_number_of_queries_does_not_grow_with_the_rows(system, world, sheet):
    few = queries_of(system, sheet, 20)
    assert queries_of(system, sheet, 200) <= few


def test_one_bad_cell_among_ten_thousand_rows(system, world, sheet):
    rows = [["code", "name", "zone", "investment（亿元）"], *(
        [f"r{n}", f"行{n}", "z1", "1.5"] for n in range(10_000))]
    rows[7_654][3] = "十几亿"
    before = Recording.objects.count()
    result = run(system, "projects", sheet(rows))
    assert where(result) == [(7655, "investment（亿元）")]
    assert (result["ok"], result["created"], Recording.objects.count()) == (False, 0, before)
    assert not Project.everything.filter(code__startswith="r").exists()
