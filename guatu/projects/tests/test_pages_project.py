"""A project's page: what it shows as of a day, which forms it offers, and what they write."""

import html as html_module
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.models import HistoryEntry, Recording
from guatu.projects.models import Milestone, Project, StageEvent
from guatu.projects.tests.test_pages_lists import more
from guatu.projects.tests.world import build, member

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def world(system):
    return build(system, 14)


@pytest.fixture
def office(client, world):
    client.force_login(member(world.actor, "boss", "administrator", world.zones[0].parent))
    return client


def address(project) -> str:
    return f"/r/projects/{project.pk}/"


def text(response) -> str:
    """The page's words, without tags."""
    body = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return html_module.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def track(response) -> list[str]:
    found = re.search(r'<ol class="track.*?</ol>', response.content.decode(), re.S)[0]
    return re.findall(r'<li class="(\w+)"', found)


@pytest.fixture
def fresh(system, world):
    """A project in negotiation since a month ago."""
    project = actions.create(
        system, Project, {"code": "new", "name": "新项目", "zone": world.zones[0].pk, "unit": world.units[0].pk}
    )
    actions.create(
        system, StageEvent, {"project": project.pk, "event": "negotiating", "valid_on": TODAY - timedelta(days=30)}
    )
    return project


def event(**values) -> dict:
    return {"event": "signed", "kind": "actual", "valid_on": TODAY.isoformat(), "basis": "progress", **values}


def test_the_track_follows_the_day_asked_for(office, world):
    project = world.projects[6]  # six events, negotiating to completed, in 2021 and 2022
    days = sorted(StageEvent.everything.filter(project=project, kind="actual").values_list("counts_from", flat=True))
    assert "present" not in track(office.get(f"{address(project)}?as_of={days[0] - timedelta(days=1)}"))
    shown = track(office.get(f"{address(project)}?as_of={days[0]}"))
    assert len(shown) == 9 and shown.count("present") == 1
    places = [track(office.get(f"{address(project)}?as_of={day}")).index("present") for day in days]
    assert places == sorted(places)
    response = office.get(f"{address(project)}?as_of={days[0]}")
    assert f'action="{address(project)}event/"' not in response.content.decode()  # entries are made as of today


def test_what_was_not_known_yet_is_not_shown(office, system, world):
    before = timezone.now()
    project = Project.everything.get(pk=world.projects[4].pk)
    actions.change(system, project, {"name": "改名后", "jobs": 4321}, correction=True)
    known = before.isoformat().replace("+", "%2B")
    assert "4321" in text(office.get(address(project)))
    assert "4321" not in text(office.get(f"{address(project)}?known_at={known}"))


def test_progress_is_refused_with_its_sentence_and_keeps_what_was_typed(office, fresh):
    response = office.post(f"{address(fresh)}event/", event(note="先签了再说"))
    assert response.status_code == 422
    words = text(response)
    assert "signed_agreement" not in words
    assert response.content.decode().count('role="alert"') >= 1
    assert "先签了再说" in response.content.decode()
    assert not StageEvent.everything.filter(project=fresh, event="signed").exists()


def test_the_missing_field_and_document_open_the_gate(office, system, fresh):
    from guatu.enterprises.models import Enterprise

    page = office.get(address(fresh)).content.decode()
    assert f"/r/projects/{fresh.pk}/edit/?next=/r/projects/{fresh.pk}/#f-investors" in page
    assert "?document=signed_agreement#documents" in page
    investor = actions.create(system, Enterprise, {"name": "某企业"})
    actions.change(system, Project.everything.get(pk=fresh.pk), {"investors": [investor.pk]})
    with_kind = office.get(f"{address(fresh)}?document=signed_agreement").content.decode()
    assert '<option value="signed_agreement" selected>' in with_kind
    sent = office.post(
        f"{address(fresh)}documents/",
        {
            "kind": "signed_agreement",
            "title": "协议",
            "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 agreement", "application/pdf"),
        },
    )
    assert sent.status_code == 302
    response = office.post(f"{address(fresh)}event/", event(), follow=True)
    assert response.status_code == 200
    assert track(response)[1] == "present"
    assert "协议" in text(response) and "某企业" in text(response)


def test_a_planned_event_becomes_a_milestone_whose_due_day_moves_with_reason_and_approver(office, fresh):
    due = TODAY + timedelta(days=60)
    office.post(f"{address(fresh)}event/", event(kind="planned", valid_on=due.isoformat()))
    milestone = Milestone.everything.get(project=fresh, event="signed")
    later = (due + timedelta(days=30)).isoformat()
    url = f"{address(fresh)}milestones/{milestone.pk}/move/"
    refused = office.post(url, {"due_on": later, "reason": "", "approver": ""})
    assert refused.status_code == 422 and later in refused.content.decode()
    response = office.post(url, {"due_on": later, "reason": "用地未批", "approver": "张局"}, follow=True)
    assert response.status_code == 200
    milestone.refresh_from_db()
    assert milestone.due_on.isoformat() == later
    words = text(response)
    assert due.isoformat() in words and later in words and "用地未批" in words and "张局" in words


def test_a_light_is_set_by_hand_with_a_reason_and_days(office, fresh):
    office.post(f"{address(fresh)}event/", event(kind="planned", valid_on=(TODAY + timedelta(days=200)).isoformat()))
    milestone = Milestone.everything.get(project=fresh)
    url = f"{address(fresh)}milestones/{milestone.pk}/override/"
    days = {"override_from": TODAY.isoformat(), "override_until": (TODAY + timedelta(days=9)).isoformat()}
    assert office.post(url, {"override_colour": "red", "override_reason": "", **days}).status_code == 422
    response = office.post(url, {"override_colour": "red", "override_reason": "已停摆", **days}, follow=True)
    assert response.status_code == 200
    assert "light-red" in response.content.decode() and "已停摆" in text(response)
    assert "light-red" in office.get("/lights/").content.decode()


def test_a_milestone_of_its_own_is_marked_as_done_from_its_day_on(office, system, fresh):
    milestone = actions.create(system, Milestone, {"project": fresh.pk, "title": "道路接通", "due_on": TODAY})
    done = TODAY - timedelta(days=3)
    response = office.post(
        f"{address(fresh)}milestones/{milestone.pk}/done/", {"done_on": done.isoformat()}, follow=True
    )
    assert response.status_code == 200
    assert "light-done" in response.content.decode()
    assert "light-done" not in office.get(f"{address(fresh)}?as_of={done - timedelta(days=1)}").content.decode()


def test_a_stale_form_is_a_conflict(office, system, fresh):
    due = TODAY + timedelta(days=60)
    office.post(f"{address(fresh)}event/", event(kind="planned", valid_on=due.isoformat()))
    milestone = Milestone.everything.get(project=fresh)
    seen = Recording.objects.order_by("-number").first().number
    actions.change(system, milestone, {"due_on": due + timedelta(days=1)}, reason="r", approver="a")
    response = office.post(
        f"{address(fresh)}milestones/{milestone.pk}/move/",
        {"due_on": (due + timedelta(days=9)).isoformat(), "reason": "x", "approver": "y", "planned_at": seen},
    )
    assert response.status_code == 422
    assert Milestone.everything.get(pk=milestone.pk).due_on == due + timedelta(days=1)


def test_sourced_history_may_jump_when_the_right_is_held(client, office, world, system, fresh):
    values = event(event="started", basis="history", source="s", valid_on=(TODAY - timedelta(days=5)).isoformat())
    response = office.post(f"{address(fresh)}event/", values, follow=True)
    assert response.status_code == 200 and track(response)[4] == "present"
    client.force_login(member(system, "officer", "project_officer", world.zones[0]))
    other = Project.everything.get(pk=world.projects[2].pk)
    assert 'name="basis"' not in client.get(address(other)).content.decode()
    client.post(f"{address(other)}event/", values)
    assert not StageEvent.everything.filter(project=other, event="started", basis="history", valid_on=TODAY).exists()


def test_who_may_only_read_is_offered_no_form(client, world, system):
    client.force_login(member(system, "reader", "inspector", world.zones[0]))
    page = client.get(address(world.projects[0])).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert 'method="post"' not in main and "/edit" not in main
    before = HistoryEntry.objects.count()
    assert client.post(f"{address(world.projects[0])}event/", event()).status_code in (403, 422)
    assert HistoryEntry.objects.count() == before


def test_a_project_of_another_zone_is_not_found(client, world, system):
    client.force_login(member(system, "one", "project_officer", world.zones[0]))
    other = world.projects[1]
    assert client.get(address(other)).status_code == 404
    assert client.post(f"{address(other)}event/", event()).status_code == 404
    assert client.get("/r/projects/99999/").status_code == 404


def test_a_batch_shows_its_known_members_within_reach(office, world):
    batch = world.projects[1]
    page = office.get(f"{address(batch)}?as_of=2022-12-31").content.decode()
    assert "p03" in page and "p05" in page


def test_queries_do_not_grow_with_the_projects(office, world, system):
    def count() -> int:
        office.get(address(world.projects[6]))
        with CaptureQueriesContext(connection) as caught:
            assert office.get(address(world.projects[6])).status_code == 200
        return len(caught)

    before = count()
    more(system, 400)
    assert count() == before


def test_queries_do_not_grow_with_events_and_milestones(office, world, system):
    def count() -> int:
        office.get(address(world.projects[6]))
        with CaptureQueriesContext(connection) as caught:
            office.get(address(world.projects[6]))
        return len(caught)

    project = world.projects[6]
    actions.create(system, Milestone, {"project": project.pk, "title": "第一", "due_on": TODAY})
    before = count()
    for place in range(8):
        actions.create(system, Milestone, {"project": project.pk, "title": f"节点{place}", "due_on": TODAY})
        actions.create(
            system,
            StageEvent,
            {
                "project": project.pk,
                "event": "delivered",
                "valid_on": date(2022, 12, 1 + place),
                "basis": "history",
                "source": world.source.pk,
            },
        )
    assert count() == before


def test_a_leader_sets_a_light_by_hand_and_is_offered_nothing_else(client, office, world, system, fresh):
    office.post(f"{address(fresh)}event/", event(kind="planned", valid_on=(TODAY + timedelta(days=200)).isoformat()))
    milestone = Milestone.everything.get(project=fresh)
    client.force_login(member(system, "leader", "leader", world.zones[0]))
    page = client.get(address(fresh)).content.decode()
    assert f"milestones/{milestone.pk}/override/" in page and f"milestones/{milestone.pk}/move/" not in page
    url = f"{address(fresh)}milestones/{milestone.pk}"
    values = {
        "override_colour": "yellow",
        "override_reason": "要紧",
        "override_from": TODAY.isoformat(),
        "override_until": (TODAY + timedelta(days=5)).isoformat(),
    }
    assert client.post(f"{url}/override/", values).status_code == 302
    assert Milestone.everything.get(pk=milestone.pk).override_colour == "yellow"
    moved = client.post(f"{url}/move/", {"due_on": "2099-01-01", "reason": "x", "approver": "y"})
    assert moved.status_code == 404
