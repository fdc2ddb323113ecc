"""Pages of plans: who may see and change them, what an edit answers, both languages, paper, and how much they read."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guatu.projects.models import Plan, PlanTask, Project
from guatu.projects.planning import actions as planning
from guatu.projects.planning import paper_gantt, paper_wall, queries
from guatu.projects.planning.paper import cut, room
from guatu.projects.tests.world import build, member

pytestmark = pytest.mark.django_db
PROMISED = timezone.localdate() + timedelta(days=900)


@pytest.fixture
def world(system):
    return build(system, 8)


@pytest.fixture
def office(client, world):
    client.force_login(member(world.actor, "boss", "administrator", world.zones[0].parent))
    return client


@pytest.fixture
def fresh(system, world):
    """A project of which nothing is recorded yet."""
    from guatu.kernel import actions

    return actions.create(system, Project, {"code": "new", "name": "新厂", "zone": world.zones[0].pk, "unit": world.units[0].pk})


@pytest.fixture
def planned(system, fresh):
    planning.lay_out(system, fresh, "plant", PROMISED)
    return fresh


def address(project, more: str = "") -> str:
    return f"/r/projects/{project.pk}/plan/{more}"


def embedded(response) -> dict:
    text = response.content.decode()
    start = text.index('id="plan-data"')
    return json.loads(text[text.index(">", start) + 1:text.index("</script>", start)])


def send(client, project, name: str, body: dict):
    return client.post(address(project, f"{name}/"), json.dumps(body), content_type="application/json")


def first_task(gantt: dict) -> dict:
    return next(task for task in gantt["tasks"] if task["critical"] and not task["summary"] and not task["milestone"])


def test_a_plan_is_laid_out_in_one_form(office, fresh):
    assert office.get(address(fresh)).content.decode().count('name="template"') >= 4
    refused = office.post(address(fresh, "lay-out/"), {"template": "plant", "promised_on": ""})
    assert refused.status_code == 422 and not Plan.everything.filter(project=fresh).exists()
    assert office.post(address(fresh, "lay-out/"), {"template": "plant", "promised_on": PROMISED.isoformat()}).status_code == 302
    shown = embedded(office.get(address(fresh)))
    assert shown["plan"]["promised_on"] == PROMISED.isoformat() and len(shown["tasks"]) > 15
    again = office.post(address(fresh, "lay-out/"), {"template": "plant", "promised_on": PROMISED.isoformat()})
    assert again.status_code == 422


def test_an_edit_answers_the_plan_anew_and_is_undone(office, planned):
    before = embedded(office.get(address(planned)))
    task = first_task(before)
    later = (date.fromisoformat(task["start"]) + timedelta(days=60)).isoformat()
    body = {"plan": before["plan"]["id"], "planned_at": before["plan"]["head"], "reason": "雨季", "changes": [
        {"op": "task", "id": task["id"], "constraint": "snet", "constraint_on": later}]}
    answered = send(office, planned, "edit", body)
    assert answered.status_code == 200
    data = answered.json()
    moved = next(one for one in data["gantt"]["tasks"] if one["id"] == task["id"])
    assert moved["start"] >= later and data["gantt"]["plan"]["finish"] > before["plan"]["finish"]
    assert "<table" in data["table"] and data["recording"]
    undone = send(office, planned, "undo", {"recording": data["recording"], "plan": before["plan"]["id"]})
    assert undone.status_code == 200 and undone.json()["gantt"]["plan"]["finish"] == before["plan"]["finish"]


def test_a_circle_of_links_is_refused_with_its_tasks_named(office, planned):
    gantt = embedded(office.get(address(planned)))
    link = gantt["links"][0]
    names = {task["id"]: task["name"] for task in gantt["tasks"]}
    answered = send(office, planned, "edit", {"plan": gantt["plan"]["id"], "changes": [
        {"op": "link", "pred": link["succ"], "succ": link["pred"], "kind": "FS", "lag": 0, "lag_unit": "workday"}]})
    assert answered.status_code == 422
    said = "".join(answered.json()["refused"])
    assert names[link["pred"]] in said and names[link["succ"]] in said


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 3000, '{"changes": []}', '{"changes": [1]}', '{"plan": "x", "changes": [{}]}'])
def test_a_damaged_request_is_refused_in_a_sentence(office, planned, body):
    answered = office.post(address(planned, "edit/"), body, content_type="application/json")
    assert answered.status_code in (404, 422) and answered.json()["refused"][0]


def test_a_what_if_is_kept_or_thrown_away(office, planned):
    plan = Plan.everything.get(project=planned)
    gone = office.post(address(planned, "step/what-if/"), {"plan": plan.pk})
    copy = Plan.everything.exclude(what_if="").get()
    assert f"plan={copy.pk}" in gone.url
    assert "what-if-band" in office.get(gone.url).content.decode()
    office.post(address(planned, "step/drop/"), {"plan": copy.pk})
    assert Plan.everything.filter(withdrawn=False, project=planned).count() == 1
    gone = office.post(address(planned, "step/what-if/"), {"plan": plan.pk})
    copy = Plan.everything.exclude(what_if="").get(withdrawn=False)
    tried = embedded(office.get(gone.url))
    task = first_task(tried)
    longer = task["duration"] + 40
    assert send(office, planned, "edit", {"plan": copy.pk, "changes": [{"op": "task", "id": task["id"], "duration": longer}]}).status_code == 200
    office.post(address(planned, "step/keep/"), {"plan": copy.pk})
    kept = embedded(office.get(address(planned)))
    assert next(one for one in kept["tasks"] if one["number"] == task["number"])["duration"] == longer


def test_whoever_may_only_read_gets_no_forms_and_is_refused(client, planned, world):
    client.force_login(member(world.actor, "inspector", "inspector", world.zones[0].parent))
    page = client.get(address(planned))
    assert page.status_code == 200
    text = page.content.decode()
    assert 'data-editable="0"' in text and "data-add-task" not in text and "step/what-if" not in text
    plan = Plan.everything.get(project=planned)
    task = PlanTask.everything.filter(plan=plan).first()
    refused = send(client, planned, "edit", {"plan": plan.pk, "changes": [{"op": "task", "id": task.pk, "name": "x"}]})
    assert refused.status_code in (403, 404)
    assert client.post(address(planned, "step/baseline/"), {"plan": plan.pk}).status_code in (403, 404)


def test_another_zone_sees_nothing(client, planned, world):
    client.force_login(member(world.actor, "stranger", "project_officer", world.zones[1]))
    for more in ("", "backward/", "rescue/?day=2030-01-01", "print.pdf"):
        assert client.get(address(planned, more)).status_code == 404
    assert planned.name not in client.get("/plans/").content.decode()


def test_a_plan_of_one_project_is_not_changed_through_another(office, planned, world):
    plan = Plan.everything.get(project=planned)
    other = world.projects[0]
    assert send(office, other, "edit", {"plan": plan.pk, "changes": [{"op": "plan", "note": "x"}]}).status_code == 404
    assert office.post(address(other, "step/baseline/"), {"plan": plan.pk}).status_code == 404


@pytest.mark.parametrize("language, word", [("en", "Critical path"), ("zh-hans", "关键线路")])
def test_pages_speak_both_languages(office, planned, language, word):
    office.cookies["django_language"] = language
    assert word in office.get(address(planned)).content.decode()
    assert {"en": "Must begin by", "zh-hans": "最迟开始"}[language] in office.get(address(planned, "backward/")).content.decode()
    assert {"en": "Wall plan", "zh-hans": "挂图作战"}[language] in office.get("/plans/").content.decode()


def test_the_backward_sheet_says_what_must_begin_by_when(office, planned):
    page = office.get(address(planned, f"backward/?day={PROMISED - timedelta(days=700)}")).content.decode()
    assert '<tr class="overdue' in page and 'class="begin-by"' in page
    assert '<tr class="overdue' not in office.get(address(planned, "backward/")).content.decode()
    assert office.get(address(planned, "backward/?day=soon")).status_code == 422


def test_the_rescue_names_cuts_or_the_chain(office, planned):
    gantt = embedded(office.get(address(planned)))
    finish = date.fromisoformat(gantt["plan"]["finish"])
    held = office.get(address(planned, f"rescue/?day={finish + timedelta(days=9)}")).content.decode()
    assert "light-green" in held
    never = office.get(address(planned, f"rescue/?day={timezone.localdate() + timedelta(days=20)}")).content.decode()
    assert 'class="blocking"' in never
    assert "note-bad" in office.get(address(planned, "rescue/")).content.decode()


@pytest.mark.parametrize("size", ["a0", "a3", "a4"])
@pytest.mark.parametrize("sheet", ["gantt", "backward"])
def test_a_plan_is_printed(office, planned, size, sheet):
    made = office.get(address(planned, f"print.pdf?size={size}&sheet={sheet}"))
    assert made.status_code == 200 and made.content.startswith(b"%PDF")
    assert made.content == office.get(address(planned, f"print.pdf?size={size}&sheet={sheet}")).content


def test_images_are_printed_and_unknown_paper_is_refused(office, planned):
    image = office.get(address(planned, "print.png?size=a4"))
    assert image.content.startswith(b"\x89PNG") or zipfile.is_zipfile(io.BytesIO(image.content))
    assert office.get("/plans/print.png?size=a3").status_code == 200
    assert office.get("/plans/print.pdf?size=a0&group=chain").content.startswith(b"%PDF")
    for more in ("print.pdf?size=a9", "print.svg", "print.pdf?sheet=x"):
        assert office.get(address(planned, more)).status_code == 422
    assert office.get("/plans/?group=moon").status_code == 404


def test_the_pages_read_as_much_for_many_as_for_few(office, world, system):
    def queries_of(url: str) -> int:
        office.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert office.get(url).status_code == 200
        return len(seen)

    planning.lay_out(system, world.projects[0], "plant", PROMISED)
    few = queries_of("/plans/")
    for project in world.projects[1:5]:
        planning.lay_out(system, project, "urban_renewal", PROMISED)
    assert queries_of("/plans/") <= few + 1
    assert queries_of(address(world.projects[1])) <= queries_of(address(world.projects[0])) + 2


def test_paper_holds_every_row_once(system, planned):
    gantt = queries.gantt(system.scope, planned, timezone.localdate())
    for size in ("a0", "a3", "a4"):
        drawn = "".join(paper_gantt.pages(gantt, size))
        assert all(f">{task['number']}</text>" in drawn for task in gantt["tasks"])
    wall = queries.portfolio(system.scope, timezone.localdate(), "zone")
    project = wall["groups"][0]["projects"][0]
    wall["groups"] = [{"key": n, "name": f"组{n}", "projects": [project | {"name": f"{n}-{m}"} for m in range(20)]} for n in range(10)]
    on_a0, on_a3 = (paper_wall.pages(wall, timezone.localdate(), size, "挂图作战") for size in ("a0", "a3"))
    assert len(on_a0) == 1 and len(on_a3) > 3
    assert all(sum(f">{n}-{m}<" in page for page in on_a3) == 1 for n in range(10) for m in range(20))


def test_words_are_cut_to_their_room():
    assert cut("青岛", 10, 2) == "青岛"
    short = cut("京东方物联网移动显示端口器件", 10, 2)
    assert short.endswith("…") and room(short) * 2 <= 10


def test_the_project_page_says_beside_its_milestones_whether_the_plan_holds(office, planned):
    page = office.get(f"/r/projects/{planned.pk}/")
    assert page.context["planned"]["promised_on"] == PROMISED.isoformat() and page.context["planned"]["late_by"] == 0
    assert f'<a href="/r/projects/{planned.pk}/plan/">' in page.content.decode()
    told = office.get(f"/r/projects/{planned.pk}/?as_of={PROMISED + timedelta(days=400)}")
    assert told.context["planned"]["late_by"] > 0 and told.context["planned"]["light"] == "red"
    assert PROMISED.isoformat() in told.content.decode()
