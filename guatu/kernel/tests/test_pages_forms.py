"""Adding, changing, withdrawing, undoing: by hand, with every refusal beside its field and nothing typed lost."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.models import HistoryEntry, Recording, Statement
from guatu.kernel.recording import head
from guatu.kernel.registry import resource, resources
from guatu.kernel.scope import Scope
from guatu.kernel.tests.pages_world import build
from guatu.kernel.web.forms import RecordForm
from guatu.projects.models import Milestone, Project, StageEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return build()


def filled(form: RecordForm, /, **changes) -> dict:
    """What a browser sends when only `changes` were typed into the form."""
    return {name: field.value for name, field in form.fields.items()} | changes


def filled_new(name: str, /, **changes) -> dict:
    return filled(RecordForm(resource(name), Scope.whole()), **changes)


def filled_edit(name: str, row, /, **changes) -> dict:
    return filled(RecordForm(resource(name), Scope.whole(), row), planned_at=str(head().number), **changes)


def test_a_project_is_added_with_money_area_references_and_a_code_given(house, system):
    for name in ("甲公司", "乙公司"):
        actions.create(system, Enterprise, {"name": name})
    client = house.client()
    data = filled_new("projects", name="新项目", zone="north", investment="1.5亿元", land_area_m2="100",
                      investors="甲公司；乙公司; ")
    response = client.post("/r/projects/new/", data)
    project = Project.everything.get()
    assert response["Location"] == f"/r/projects/{project.pk}/"
    assert project.investment == Decimal(150_000_000) and project.land_area_m2 == Decimal("66666.67")
    assert project.code and project.zone == house.north and project.investors.count() == 2
    assert Recording.objects.get(number=project.last_recording).channel == "page"


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(house):
    client = house.client()
    data = filled_new("projects", name="", zone="north", investment="约3亿", jobs="很多", note="留着")
    response = client.post("/r/projects/new/", data)
    page = response.content.decode()
    assert response.status_code == 422 and not Project.everything.exists()
    assert "约3亿" in page and "很多" in page and "留着" in page
    for name in ("investment", "jobs"):
        assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page), name
    assert page.count('class="error"') == 2
    response = client.post("/r/projects/new/", filled_new("projects", name="", zone="north"))
    assert re.search(r'name="name"[^>]*aria-invalid="true"', response.content.decode())


def test_amount_and_currency_that_disagree_are_refused(house):
    data = filled_new("projects", name="外资", zone="north", investment="300万美元", currency="CNY")
    response = house.client().post("/r/projects/new/", data)
    assert response.status_code == 422 and not Project.everything.exists()
    data = filled_new("projects", name="外资", zone="north", investment="300万美元", currency="USD")
    house.client().post("/r/projects/new/", data)
    assert Project.everything.get().investment == Decimal(3_000_000)


def test_saving_an_edit_form_untouched_writes_nothing_for_every_resource(house, system):
    row = actions.create(system, Enterprise, {"name": "甲；公司", "former_names": "旧名一\n旧名二"})
    project = actions.create(system, Project, {
        "name": "项目", "zone": house.north.pk, "investment": Decimal("123456789.12"), "currency": "USD",
        "land_area_m2": Decimal("12345.67"), "investors": [row.pk]})
    event = {"project": project.pk, "event": "signed", "valid_on": date(2022, 6, 30), "precision": "quarter",
             "basis": "history", "source": house.source.pk}
    actions.create(system, StageEvent, event)
    plan = {"project": project.pk, "event": "started", "kind": "planned", "valid_on": date(2099, 6, 30), "precision": "month"}
    actions.create(system, StageEvent, plan)
    client = house.client()
    before = head().number
    tried = 0
    for name, found in resources().items():
        for row in found.rows(Scope.whole()):
            response = client.post(f"/r/{name}/{row.record_number}/edit/", filled_edit(name, row))
            assert response.status_code == 302, (name, response.content.decode()[:3000])
            tried += 1
    assert tried > 10 and head().number == before


def test_a_change_holds_from_today_a_named_day_or_always(house, system):
    row = actions.create(system, Enterprise, {"name": "甲"})
    client = house.client()
    address = f"/r/enterprises/{row.pk}/edit/"
    client.post(address, filled_edit("enterprises", row, short_name="今", holds="from"))
    assert Statement.objects.latest("id").counts_from == timezone.localdate()
    row.refresh_from_db()
    client.post(address, filled_edit("enterprises", row, short_name="早", holds="from", holds_from="2022-06"))
    latest = Statement.objects.latest("id")
    assert latest.counts_from == date(2022, 6, 30) and latest.precision == "month"
    row.refresh_from_db()
    client.post(address, filled_edit("enterprises", row, name="乙", holds="correction", reason="写错了"))
    latest = Statement.objects.latest("id")
    assert latest.counts_from == date(1, 1, 1) and latest.values == {"name": "乙"} and latest.reason == "写错了"
    row.refresh_from_db()
    response = client.post(address, filled_edit("enterprises", row, name="丙", holds="from", holds_from="哪天"))
    assert response.status_code == 422 and "哪天" in response.content.decode()


def test_a_stale_edit_is_a_conflict_and_keeps_what_was_typed(house, system):
    row = actions.create(system, Enterprise, {"name": "甲"})
    client = house.client()
    data = filled_edit("enterprises", row, short_name="我的")
    actions.change(system, Enterprise.everything.get(pk=row.pk), {"short_name": "别人的"})
    response = client.post(f"/r/enterprises/{row.pk}/edit/", data)
    assert response.status_code == 409 and "我的" in response.content.decode()
    assert Enterprise.everything.get(pk=row.pk).short_name == "别人的"


def test_a_likely_duplicate_warns_and_is_saved_all_the_same_when_asked(house, system):
    actions.create(system, Enterprise, {"name": "青岛测试有限公司"})
    client = house.client()
    data = filled_new("enterprises", name="青岛测试有限公司")
    page = client.post("/r/enterprises/new/", data).content.decode()
    assert Enterprise.everything.count() == 1 and 'name="anyway"' in page and "青岛测试有限公司" in page
    client.post("/r/enterprises/new/", data | {"anyway": "1"})
    assert Enterprise.everything.count() == 2


def test_moving_a_due_day_asks_reason_and_approver(house, system):
    project = actions.create(system, Project, {"name": "项目", "zone": house.north.pk})
    values = {"project": project.pk, "title": "交地", "due_on": timezone.localdate() + timedelta(days=30)}
    row = actions.create(system, Milestone, values)
    client = house.client()
    address, day = f"/r/milestones/{row.pk}/edit/", (row.due_on + timedelta(days=60)).isoformat()
    response = client.post(address, filled_edit("milestones", row, due_on=day))
    assert response.status_code == 422 and "needs a reason" in response.content.decode()
    client.post(address, filled_edit("milestones", row, due_on=day, reason="征迁未完", approver="王主任"))
    row.refresh_from_db()
    assert row.due_on.isoformat() == day
    assert "王主任" in client.get(f"/r/milestones/{row.pk}/").content.decode()


def undo_number(page: str) -> int:
    return int(re.search(r'action="/undo/(\d+)/"', page)[1])


def test_undo_writes_the_old_values_back_while_nobody_changed_them_since(house, system):
    row = actions.create(system, Enterprise, {"name": "甲", "short_name": "旧"})
    client = house.client()
    address = f"/r/enterprises/{row.pk}/edit/"
    page = client.post(address, filled_edit("enterprises", row, short_name="新"), follow=True).content.decode()
    client.post(f"/undo/{undo_number(page)}/")
    row.refresh_from_db()
    assert row.short_name == "旧" and HistoryEntry.objects.filter(subject_id=row.pk).count() == 3
    page = client.post(address, filled_edit("enterprises", row, short_name="新"), follow=True).content.decode()
    actions.change(system, Enterprise.everything.get(pk=row.pk), {"note": "别人"})
    answer = client.post(f"/undo/{undo_number(page)}/", follow=True).content.decode()
    assert "was changed again since" in answer and Enterprise.everything.get(pk=row.pk).short_name == "新"


def test_undo_of_an_addition_withdraws_it_and_is_for_its_author_only(house):
    client = house.client()
    page = client.post("/r/enterprises/new/", filled_new("enterprises", name="误加"), follow=True).content.decode()
    number = undo_number(page)
    other = house.client()
    assert "Only the person" in other.post(f"/undo/{number}/", follow=True).content.decode()
    client.post(f"/undo/{number}/")
    assert Enterprise.everything.get().withdrawn


def test_undo_of_a_recorded_event_opens_its_milestone_again(house, system):
    project = actions.create(system, Project, {"name": "项目", "zone": house.north.pk})
    plan = {"project": project.pk, "event": "recognised_major", "kind": "planned", "valid_on": date(2099, 1, 1)}
    actions.create(system, StageEvent, plan)
    client = house.client()
    data = filled_new("stage_events", project=project.code, event="recognised_major",
                      valid_on=timezone.localdate().isoformat())
    page = client.post("/r/stage_events/new/", data, follow=True).content.decode()
    milestone = Milestone.everything.get()
    assert milestone.done_on == timezone.localdate()
    client.post(f"/undo/{undo_number(page)}/")
    milestone.refresh_from_db()
    assert milestone.done_on is None
    assert StageEvent.everything.filter(superseded_by=None, withdrawn=False, kind="actual").count() == 0


def test_withdrawing_needs_a_reason_and_leaves_the_history(house, system):
    row = actions.create(system, Enterprise, {"name": "甲"})
    client = house.client()
    address = f"/r/enterprises/{row.pk}/withdraw/"
    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": "重复"})
    assert client.get(f"/r/enterprises/{row.pk}/").status_code == 404
    assert "重复" in client.get("/history/?verb=withdrawn").content.decode()


def test_who_may_not_write_gets_no_form(house, system):
    row = actions.create(system, Enterprise, {"name": "甲", "zone": house.north.pk})
    leader = house.client("leader")
    page = leader.get(f"/r/enterprises/{row.pk}/").content.decode()
    assert "/edit/" not in page and "/withdraw/" not in page
    for rest in ("new/", f"{row.pk}/edit/", f"{row.pk}/withdraw/", "import/"):
        assert leader.get(f"/r/enterprises/{rest}").status_code == 403, rest
        assert leader.post(f"/r/enterprises/{rest}").status_code == 403, rest
    assert leader.post("/r/enterprises/bulk/", {"record": row.pk}).status_code == 403
    outside = house.client("chain_office", house.south)
    assert outside.get(f"/r/enterprises/{row.pk}/edit/").status_code == 404


def test_a_form_may_be_opened_with_values_given(house, system):
    project = actions.create(system, Project, {"name": "项目", "zone": house.north.pk})
    page = house.client().get(f"/r/stage_events/new/?project={project.code}&event=signed").content.decode()
    assert '<option value="signed" selected>' in page and f'<option value="{project.code}" selected>' in page


def test_references_are_found_while_typing_and_read_back(house, system):
    for place in range(70):
        actions.create(system, Enterprise, {"name": f"第{place}公司"})
    actions.create(system, Enterprise, {"name": "第1公司分公司", "former_names": "第2公司"})
    client = house.client()
    page = client.get("/r/enterprises/pick?q=第1公司").content.decode()
    assert 'data-value="第1公司"' in page and 'data-value="第1公司分公司"' in page
    # A name that somebody else once bore is offered by its code.
    assert 'data-value="第2公司"' not in client.get("/r/enterprises/pick?q=第2公司").content.decode()
    page = client.get("/r/enterprise_roles/new/").content.decode()
    assert 'role="combobox"' in page
