"""Microsoft Project's XML: read, computed, written and read again; what has no place here is counted."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from guatu.projects.rules.plans.axes import datetime_of
from guatu.projects.rules.plans.mspdi import MspdiFile, read_mspdi
from guatu.projects.rules.plans.mspdi_out import rewrite_mspdi, write_mspdi
from guatu.projects.rules.plans.network import (
    Baseline,
    ConstraintKind,
    LagUnit,
    Link,
    LinkKind,
    Plan,
    Resource,
    Task,
    Unit,
)
from guatu.projects.rules.plans.passes import Schedule, schedule
from guatu.projects.rules.plans.problems import BadPlan, UnreadablePlan
from guatu.projects.rules.plans.xml_tree import MOST_DEPTH, read_tree
from guatu.projects.tests.mspdi_texts import ROWS, project, task
from guatu.projects.tests.planned import CALENDARS, SHIFT, STATE
from guatu.projects.tests.planned_schedules import needed

FS, SS, FF, SF = LinkKind


def at(found: Schedule, uid: int) -> tuple[datetime, datetime]:
    return found.tasks[uid].start_at, found.tasks[uid].finish_at


def by_uid(plan: Plan) -> dict:
    return {one.id: one for one in plan.tasks}


# -- reading ---------------------------------------------------------------------------------------------------------


def test_what_a_file_says():
    read = read_mspdi(project())
    tasks = by_uid(read.plan)
    assert (read.plan.name, read.plan.start, read.plan.calendar) == ("厂房", datetime(2025, 9, 25, 8), "标准")
    assert tasks[1].baselines == (
        Baseline(0, datetime(2025, 9, 24, 8), datetime(2025, 9, 29, 17), 2400, 0, Decimal("120000.50")),
    )
    assert tasks[1].notes == "先做试桩 & 检测\nthen the rest"
    assert (tasks[3].parent, tasks[4].parent, tasks[5].parent) == (2, 2, None)
    assert (tasks[3].duration, tasks[3].unit, tasks[4].duration, tasks[4].unit) == (960, Unit.MINUTE, 4320, Unit.ELAPSED)
    assert (tasks[5].milestone, tasks[5].constraint, tasks[5].constraint_on, tasks[5].deadline) == (
        True, ConstraintKind.FNLT, datetime(2025, 10, 31, 17), datetime(2025, 10, 30, 17))
    assert (tasks[6].calendar, tasks[6].percent_complete, tasks[6].actual_start) == (
        "上午班", 50, datetime(2025, 9, 25, 8))
    assert read.plan.links == (
        Link(1, 3, FS, 480, LagUnit.MINUTE), Link(3, 4, FS, 0, LagUnit.MINUTE), Link(4, 5, FS, 0, LagUnit.MINUTE),
        Link(6, 5, FF, 50, LagUnit.PERCENT),
    )
    assert read.left_out == {}


def test_its_dates_worked_out_by_hand():
    found = schedule(read_mspdi(project()).plan)
    # Piles: Thu 25, Fri 26, Sun 28 (worked), Mon 29, Tue 30. Lag: Thu 9 October. Caps: Fri 10, Mon 13 (Sat 11 is not
    # worked in this file). Curing: 72 hours from 17:00 of the 13th. Papers: eight hours on a Thursday.
    assert at(found, 1) == (datetime(2025, 9, 25, 8), datetime(2025, 9, 30, 17))
    assert at(found, 3) == (datetime(2025, 10, 10, 8), datetime(2025, 10, 13, 17))
    assert at(found, 4) == (datetime(2025, 10, 13, 17), datetime(2025, 10, 16, 17))
    assert at(found, 2) == (datetime(2025, 10, 10, 8), datetime(2025, 10, 16, 17))
    assert at(found, 5) == (datetime(2025, 10, 16, 17), datetime(2025, 10, 16, 17))
    assert at(found, 6) == (datetime(2025, 9, 25, 8), datetime(2025, 9, 25, 17))
    assert found.tasks[1].critical and found.tasks[4].critical and not found.tasks[6].critical


def test_what_has_no_place_is_counted():
    rest = "<ExtendedAttributes><ExtendedAttribute/></ExtendedAttributes><CurrencyCode>CNY</CurrencyCode><Views/>"
    first = task(1, ROWS[1] + "<Priority>500</Priority><HyperlinkAddress>http://example.invalid</HyperlinkAddress>")
    second = task(7, "<Name>二</Name><Duration>PT8H0M0S</Duration><Priority>700</Priority><Cost>0</Cost>")
    gone = task(8, "<Active>0</Active><Name>停用</Name>")
    empty = task(9, "<IsNull>1</IsNull>")
    linked = task(10, "<Name>三</Name><Duration>PT8H0M0S</Duration><PredecessorLink><PredecessorUID>8</PredecessorUID>"
                      "<Type>1</Type></PredecessorLink>")
    read = read_mspdi(project(first, second, gone, empty, linked, rest=rest))
    assert read.left_out == {
        "PredecessorLink to a task that is left out, or of another file": 1,
        "Project/CurrencyCode": 1, "Project/ExtendedAttributes": 1,
        "Task that is an empty row": 1, "Task that is inactive": 1,
        "Task/HyperlinkAddress": 1, "Task/Priority": 2,
    }
    assert [one.id for one in read.plan.tasks] == [1, 7, 10] and read.plan.links == ()


def test_a_recurring_exception_is_counted():
    file = project().replace(b"<Type>1</Type>\n<DayWorking>0</DayWorking>", b"<Type>4</Type><DayWorking>0</DayWorking>")
    assert read_mspdi(file).left_out == {"Calendar/Exception that recurs (Type 4)": 1}


def test_work_is_on_the_calendar_of_its_resources():
    rest = """<Resources>
        <Resource><UID>1</UID><Name>一组</Name><Type>1</Type><MaxUnits>2</MaxUnits><CalendarUID>3</CalendarUID></Resource>
        <Resource><UID>2</UID><Name>混凝土</Name><Type>0</Type></Resource></Resources><Assignments>
        <Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Units>0.5</Units></Assignment>
        <Assignment><UID>2</UID><TaskUID>1</TaskUID><ResourceUID>2</ResourceUID><Units>30</Units></Assignment>
        </Assignments>"""
    read = read_mspdi(project(task(1, "<Duration>PT8H0M0S</Duration>"), rest=rest, start="2025-09-22T08:00:00"))
    assert read.plan.resources == (Resource("1", "一组", 200, "上午班"),)
    assert (read.plan.tasks[0].calendar, dict(read.plan.tasks[0].resources)) == ("上午班", {"1": 50})
    assert at(schedule(read.plan), 1) == (datetime(2025, 9, 22, 8), datetime(2025, 9, 23, 12))  # four hours on Monday
    assert read.left_out == {"Assignment of material or cost": 1, "Resource that is material or cost": 1}


# -- writing ---------------------------------------------------------------------------------------------------------


def stable(read: MspdiFile) -> bytes:
    """Written, read, written again: the same plan and the same bytes."""
    written = rewrite_mspdi(read, schedule(read.plan))
    again = read_mspdi(written)
    assert again.plan == read.plan
    assert again.left_out == {}
    assert rewrite_mspdi(again, schedule(again.plan)) == written
    return written


def test_a_file_written_reads_the_same_and_is_written_the_same():
    stable(read_mspdi(project()))


def test_dates_floats_and_marks_are_written():
    found = by_field(stable(read_mspdi(project())))
    assert found[3]["EarlyStart"] == "2025-10-10T08:00:00"
    assert found[3]["LateFinish"] == "2025-10-13T17:00:00"
    assert (found[3]["TotalSlack"], found[3]["FreeSlack"], found[3]["Critical"]) == ("0", "0", "1")
    assert found[2]["Summary"] == "1"


def by_field(data: bytes) -> dict[int, dict[str, str]]:
    tasks = read_tree(data).one("Tasks").all("Task")
    return {int(one.value("UID")): {child.tag: child.text.strip() for child in one.children} for one in tasks}


def test_a_plan_of_the_house_keeps_its_days():
    """Working days become minutes of a week with exceptions for every holiday: the same days come back."""
    tasks = (
        Task("piles", "桩基 <A>", 5, notes="“引号”&\x0b"), Task("caps", "承台", 3, constraint=ConstraintKind.SNET,
                                                              constraint_on=date(2025, 10, 9)),
        Task("cure", "养护", 7, Unit.DAY), Task("lit", "投产", milestone=True, deadline=date(2025, 10, 31)),
        Task("site", "工地"), Task("hours", "夜班", 12, Unit.HOUR, SHIFT, parent="site"),
    )
    links = (Link("piles", "caps"), Link("caps", "cure", SS, 2), Link("cure", "lit"), Link("piles", "hours", FF, 50,
                                                                                           LagUnit.PERCENT))
    plan = Plan(tasks, links, CALENDARS, STATE, date(2025, 9, 25), name="厂房")
    before = schedule(plan)
    again = read_mspdi(write_mspdi(before)).plan
    assert [one.name for one in again.tasks] == ["桩基 <A>", "承台", "养护", "投产", "工地", "夜班"]
    after = schedule(again)
    for place in (1, 2):
        mine, theirs = before.tasks[tasks[place - 1].id], after.tasks[place]
        assert (theirs.start_day, theirs.finish_day) == (mine.start_day, mine.finish_day)
    assert again.tasks[0].notes == "“引号”&"
    assert again.tasks[5].parent == 5


# -- files that are refused ------------------------------------------------------------------------------------------

BOMB = b"""<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Project><Name>&c;</Name></Project>"""
OUTSIDE = b"""<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project><Name>&x;</Name></Project>"""
REMOTE = b"""<!DOCTYPE Project SYSTEM "http://127.0.0.1:1/evil.dtd"><Project/>"""


@pytest.mark.parametrize(("data", "code"), [
    (b"", "file_empty"),
    (b"   \n", "file_empty"),
    (BOMB, "xml_doctype"),
    (OUTSIDE, "xml_doctype"),
    (REMOTE, "xml_doctype"),
    (b"<!DOCTYPE Project><Project/>", "xml_doctype"),
    (b"<Project><Name>&unknown;</Name></Project>", "xml_faulty"),
    (b"<Project><Tasks></Project>", "xml_faulty"),
    (b"<Project>", "xml_faulty"),
    (b"not xml", "xml_faulty"),
    (b"\xff\xfe<\x00P", "xml_faulty"),
    (b'<?xml version="1.0" encoding="utf-99"?><Project/>', "file_encoding"),
    (b"<Project>\x00</Project>", "xml_faulty"),
    (b"<a>" * (MOST_DEPTH + 1), "xml_deep"),
    (b"<a/>" , "xml_root"),
    (b"<APIBusinessObjects xmlns='x'/>", "xml_root"),
    (b"<Project/>", "value_faulty"),
])
def test_hostile_and_broken_files_are_refused(data, code):
    with pytest.raises(UnreadablePlan) as refused:
        read_mspdi(data)
    assert refused.value.problem.code == code


def test_a_huge_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr("guatu.projects.rules.plans.xml_tree.MOST_BYTES", 1024 * 1024)
    with pytest.raises(UnreadablePlan) as refused:
        read_mspdi(b"<Project>" + b" " * 1024 * 1024)
    assert refused.value.problem.code == "file_large"


@pytest.mark.parametrize("fields", [
    "<Duration>eight hours</Duration>", "<Duration>PT8H</Duration><OutlineLevel>x</OutlineLevel>",
    "<ConstraintType>9</ConstraintType>", "<ActualStart>yesterday</ActualStart>", "<Deadline>1825-01-01T08:00:00</Deadline>",
    "<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>7</Type></PredecessorLink>",
    "<PercentComplete>many</PercentComplete>", "<Baseline><Number>0</Number><Cost>1e9999</Cost></Baseline>",
])
def test_values_that_cannot_be_read(fields):
    with pytest.raises(UnreadablePlan) as refused:
        read_mspdi(project(task(1, fields)))
    assert refused.value.problem.code == "value_faulty"


def test_contradictions_in_a_file_name_the_tasks():
    link = "<PredecessorLink><PredecessorUID>{}</PredecessorUID><Type>1</Type></PredecessorLink>"
    one = task(1, "<Name>甲</Name><Duration>PT8H0M0S</Duration>" + link.format(2))
    two = task(2, "<Name>乙</Name><Duration>PT8H0M0S</Duration>" + link.format(1))
    with pytest.raises(BadPlan) as refused:
        schedule(read_mspdi(project(one, two)).plan)
    assert refused.value.problems[0].code == "cycle" and set(refused.value.problems[0].tasks) == {1, 2}
    with pytest.raises(BadPlan) as refused:
        schedule(read_mspdi(project(task(1, "<Duration>PT8H0M0S</Duration>" + link.format(77)))).plan)
    assert refused.value.problems[0].code == "link_unknown"
    with pytest.raises(BadPlan) as refused:
        schedule(read_mspdi(project(task(1, ""), task(1, ""))).plan)
    assert refused.value.problems[0].code == "task_twice"


# -- files of others -------------------------------------------------------------------------------------------------

SAMPLES = ["sample.xml", "task-dates-project2013-mspdi.xml", "task-links-project2013-mspdi.xml"]


def in_file(element, timing) -> dict[str, tuple[str, str]]:
    """What the file says and what is computed here, by field."""
    dates = {"EarlyStart": timing.early_start, "EarlyFinish": timing.early_finish, "LateStart": timing.late_start,
             "LateFinish": timing.late_finish, "Start": timing.start, "Finish": timing.finish}
    found = {tag: (element.value(tag), datetime_of(instant).isoformat()) for tag, instant in dates.items()}
    found |= {"TotalSlack": (element.value("TotalSlack"), str(10 * timing.total_float)),
              "FreeSlack": (element.value("FreeSlack"), str(10 * timing.free_float)),
              "Critical": (element.value("Critical"), str(int(timing.critical)))}
    return found


@pytest.mark.thirdparty
@pytest.mark.parametrize("name", SAMPLES)
def test_dates_slack_and_critical_marks_equal_those_in_the_file(name):
    data = needed(f"mspdi/{name}").read_bytes()
    found = schedule(read_mspdi(data).plan)
    elements = read_tree(data).one("Tasks").all("Task")
    assert {int(one.value("UID")) for one in elements} == set(found.tasks)
    for element in elements:
        compared = in_file(element, found.tasks[int(element.value("UID"))])
        assert {tag: said for tag, (said, _mine) in compared.items()} == {
            tag: mine for tag, (_said, mine) in compared.items()
        }, element.value("UID")


@pytest.mark.thirdparty
@pytest.mark.parametrize("name", SAMPLES)
def test_files_of_others_are_stable(name):
    read = read_mspdi(needed(f"mspdi/{name}").read_bytes())
    assert read.left_out["Task/Priority"] == len(read.plan.tasks)
    stable(read)


@pytest.mark.thirdparty
def test_the_links_of_the_sample():
    read = read_mspdi(needed("mspdi/task-links-project2013-mspdi.xml").read_bytes())
    assert {link.kind for link in read.plan.links} == set(LinkKind)
    assert any(link.lag for link in read.plan.links)


@pytest.mark.thirdparty
def test_a_plan_of_primavera_is_refused_by_its_name():
    with pytest.raises(UnreadablePlan, match=r"APIBusinessObjects.*Primavera"):
        read_mspdi(needed("mspdi/PredecessorCalendar.xml").read_bytes())
