"""A project's line of time: what lies on it and where, what of it was known when, and that it is read in pages."""

import re
import struct
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guatu.kernel import actions
from guatu.kernel.models import Document, Organisation
from guatu.projects.models import Milestone, MonthlyInvestment, Project, ProjectProgress, StageEvent
from guatu.projects.queries import project_page
from guatu.projects.queries.timeline import PAGE, page_of
from guatu.projects.tests.test_pages_project import address, text
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
TODAY = timezone.localdate()


def png(shade: int) -> bytes:
    """A whole picture of one point."""
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes([0, shade]))) + part(b"IEND", b"")



@pytest.fixture
def world(system):
    return build(system, 14)


@pytest.fixture
def project(world):
    """Six events from negotiating to completed, in 2021 and 2022."""
    return Project.everything.get(pk=world.projects[6].pk)


@pytest.fixture
def office(client, world):
    client.force_login(member(world.actor, "boss", "administrator", world.zones[0].parent))
    return client


def line(project, as_of=TODAY, known_at=None):
    return project_page(project, as_of, known_at).line


def told(response) -> list[str]:
    """Titles on the line, the first on the page first."""
    found = re.findall(r'<li class="told.*?</li>', response.content.decode(), re.S)
    return [re.sub(r"<[^>]+>|\s+", " ", re.search(r'<p class="title">(.*?)</p>', one, re.S)[1]).strip() for one in found]


def test_the_newest_lies_first_and_no_two_entries_share_a_place(project):
    places = [entry.place for entry in line(project)]
    assert places == sorted(places, reverse=True) and len(set(places)) == len(places)
    stages = [entry for entry in line(project) if entry.kind == "stage"]
    assert {entry.row.event for entry in stages} == {
        "completed", "started", "land_acquired", "registered", "signed", "negotiating",
    }
    assert [entry.day for entry in stages] == sorted((entry.row.valid_on for entry in stages), reverse=True)


def test_a_value_says_from_what_to_what_and_lies_on_the_day_it_holds(system, project):
    actions.change(system, project, {"jobs": 300}, valid_on=date(2023, 5, 1))
    actions.change(system, Project.everything.get(pk=project.pk), {"jobs": 450}, valid_on=date(2024, 5, 1))
    # Recorded last, holding first: the line is by the day, not by the recording.
    actions.change(system, Project.everything.get(pk=project.pk), {"jobs": 100}, valid_on=date(2022, 5, 1))
    changes = [(entry.day.year, entry.differences) for entry in line(project) if entry.kind == "value"]
    assert changes[1:] == [
        (2024, (("jobs", 300, 450),)),
        (2023, (("jobs", 100, 300),)),
        (2022, (("jobs", None, 100),)),
    ]
    assert changes[0][0] == TODAY.year  # put on record


def test_as_of_a_day_the_line_ends_there_but_for_what_was_promised(system, project):
    actions.create(system, Milestone, {"project": project.pk, "title": "通电", "due_on": date(2023, 6, 30)})
    entries = line(project, date(2022, 1, 31))
    ahead = [entry for entry in entries if entry.day > date(2022, 1, 31)]
    assert {entry.what for entry in ahead} == {"due"}
    assert {entry.row.state.title or entry.row.state.code for entry in ahead} == {"通电", "in_statistics"}
    past = [entry for entry in entries if entry.day <= date(2022, 1, 31)]
    assert past and all(entry.kind == "stage" for entry in past)


def test_what_was_not_known_then_is_not_on_the_line(system, project):
    before = timezone.now()
    entries = [entry.key for entry in line(project, TODAY, before)]
    actions.change(system, project, {"jobs": 5})
    event = StageEvent.everything.filter(project=project, event="signed").get()
    actions.change(system, event, {"valid_on": event.valid_on + timedelta(days=1)})
    actions.withdraw(system, StageEvent.everything.get(project=project, event="completed"), "误录")
    assert [entry.key for entry in line(project, TODAY, before)] == entries
    now = {entry.row.event: entry for entry in line(project) if entry.kind == "stage"}
    assert "completed" not in now
    assert [former.valid_on for former in now["signed"].earlier] == [event.valid_on]


def test_a_value_for_a_coming_day_lies_ahead_once_it_was_known(system, project):
    coming = TODAY + timedelta(days=40)
    actions.change(system, project, {"jobs": 77}, valid_on=coming)
    assert next(entry.day for entry in line(project) if entry.kind == "value") == coming
    assert coming not in [entry.day for entry in line(project, TODAY - timedelta(days=1))]


def test_a_promise_tells_how_it_was_made_moved_set_by_hand_and_kept(system, project):
    made = actions.create(system, Milestone, {"project": project.pk, "title": "通电", "due_on": TODAY})
    made = actions.change(
        system, made, {"due_on": TODAY + timedelta(days=9)}, reason="设备未到", approver="张局"
    )
    made = actions.change(system, made, {
        "override_colour": "red", "override_from": TODAY, "override_until": TODAY + timedelta(days=3),
        "override_reason": "停摆",
    })
    actions.change(system, made, {"done_on": TODAY}, valid_on=TODAY)
    story = [entry for entry in line(project) if entry.kind == "promise" and entry.row == made]
    assert [entry.what for entry in story] == ["done", "light", "moved", "promised"]
    moved = story[2]
    assert ("due_on", TODAY.isoformat(), (TODAY + timedelta(days=9)).isoformat()) in moved.differences
    assert (moved.statement.reason, moved.statement.approver) == ("设备未到", "张局")
    assert not [entry for entry in line(project) if entry.what == "due" and entry.row.state.subject_id == made.pk]


def test_figures_and_progress_of_a_month_are_one_report(system, project, world):
    from guatu.kernel.changes import Change

    month_end = date(2022, 10, 31)
    actions.write(system, [
        Change("create", MonthlyInvestment, {
            "project": project.pk, "valid_on": month_end, "precision": "month", "completed_cny": Decimal(12_000_000),
            "source": world.source.pk,
        }),
        Change("create", ProjectProgress, {
            "project": project.pk, "valid_on": month_end, "status": "slow", "problem": "缺电", "next_step": "会商",
            "source": world.source.pk,
        }),
    ])
    found = [entry for entry in line(project) if entry.kind == "report"]
    assert len(found) == 1 and found[0].row.investment.completed_cny == 12_000_000
    assert found[0].row.progress.problem == "缺电"
    assert not [entry for entry in line(project, date(2022, 10, 30)) if entry.kind == "report"]


def test_the_page_shows_the_months_their_sum_and_the_reported_problem(office, system, project, world):
    for month, amount in ((9, 10_000_000), (10, 25_000_000)):
        actions.create(system, MonthlyInvestment, {
            "project": project.pk, "valid_on": date(2022, month, 28), "precision": "month",
            "completed_cny": Decimal(amount),
        })
    actions.create(system, ProjectProgress, {
        "project": project.pk, "valid_on": date(2022, 10, 31), "status": "blocked", "problem": "用电不足",
    })
    words = text(office.get(f"{address(project)}?as_of=2022-10-31"))
    assert "1,000" in words and "2,500" in words and "3,500" in words
    assert words.count("用电不足") == 2  # in the way, and on the line
    assert "用电不足" not in text(office.get(f"{address(project)}?as_of=2022-10-30"))


def test_the_line_is_cut_into_pages_that_together_are_the_whole(system, project):
    for place in range(2 * PAGE + 3):
        actions.create(system, StageEvent, {
            "project": project.pk, "event": "delivered", "valid_on": date(2023, 1, 1) + timedelta(days=place // 2),
            "basis": "history", "source": StageEvent.everything.filter(project=project).first().source_id,
        })
    whole = line(project)
    found, after = [], ""
    while True:
        page = page_of(whole, TODAY, frozenset(), after, all_ahead=True)
        assert len(page.entries) <= PAGE
        found += page.ahead + page.entries
        after = page.next
        if not after:
            break
    assert found == whole
    only = page_of(whole, TODAY, frozenset({"value"}))
    assert {entry.kind for entry in only.entries} == {"value"} and only.counts["stage"] == page.counts["stage"]


def test_show_what_came_before_goes_on_where_the_page_ended(office, system, project):
    for place in range(PAGE):
        actions.create(system, Milestone, {"project": project.pk, "title": f"节点{place}", "due_on": TODAY})
    first = office.get(address(project))
    more = re.search(r'hx-get="([^"]+)"[^>]*hx-target="closest li"', first.content.decode())[1].replace("&amp;", "&")
    fragment = office.get(more)
    assert fragment.status_code == 200 and b"<html" not in fragment.content
    assert told(fragment) and not set(re.findall(r'id="(t-[^"]+)"', first.content.decode())) & set(
        re.findall(r'id="(t-[^"]+)"', fragment.content.decode())
    )
    without_script = office.get(more.replace("timeline/", ""))
    assert told(without_script)[0] == told(fragment)[0]


def test_filters_keep_the_day(office, project):
    response = office.get(f"{address(project)}?as_of=2022-12-31&kinds=stage")
    assert len(told(response)) == 6
    page = response.content.decode()
    assert 'href="?as_of=2022-12-31#time"' in page  # turns the filter off
    assert "?as_of=2022-12-31&amp;kinds=stage%2Cpromise#time" in page


def test_history_as_it_was_recorded_goes_back_page_by_page(office, system, project):
    for jobs in range(1, 26):
        actions.change(system, Project.everything.get(pk=project.pk), {"jobs": jobs})
    response = office.get(f"{address(project)}?order=recorded")
    page = response.content.decode()
    assert page.count('<div class="who">') == 20
    older = re.search(r'href="([^"]*before=[^"]*)#time"', page)[1].replace("&amp;", "&")
    assert office.get(address(project) + older).content.decode().count('<div class="who">') >= 6


def test_the_queries_stay_few_whatever_lies_on_the_line(office, system, project):
    def count() -> int:
        office.get(address(project))
        with CaptureQueriesContext(connection) as caught:
            assert office.get(address(project)).status_code == 200
        return len(caught)

    actions.create(system, Milestone, {"project": project.pk, "title": "第一", "due_on": TODAY})
    actions.change(system, Project.everything.get(pk=project.pk), {"jobs": 1})
    before = count()
    assert before <= 30
    for place in range(12):
        actions.create(system, Milestone, {"project": project.pk, "title": f"节点{place}", "due_on": TODAY})
        actions.change(system, Project.everything.get(pk=project.pk), {"jobs": 10 + place}, valid_on=date(2023, 1, 1 + place))
        actions.create(system, MonthlyInvestment, {
            "project": project.pk, "valid_on": date(2023, 1 + place, 3), "completed_cny": Decimal(place),
        })
    assert count() == before


def test_a_document_lies_on_its_own_day_and_opens_the_gate_only_from_then(office, project):
    assert office.post(f"{address(project)}documents/", {
        "kind": "trial_plan", "title": "试生产方案", "valid_on": "2023-02-01",
        "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 plan", "application/pdf"),
    }).status_code == 302
    entry = next(entry for entry in line(project) if entry.kind == "document")
    assert entry.day == date(2023, 2, 1)

    def missing(day) -> list[str]:
        page = project_page(project, day)
        return [blocker.name for step in page.next_stages for blocker, _words in step.blockers]

    assert "trial_plan" in missing(date(2023, 1, 31))
    assert "trial_plan" not in missing(date(2023, 2, 1))
    refused = office.post(f"{address(project)}documents/", {
        "kind": "photo", "valid_on": (TODAY + timedelta(days=1)).isoformat(),
        "file": SimpleUploadedFile("b.pdf", b"%PDF-1.4 plan", "application/pdf"),
    }, follow=True)
    assert "b.pdf" in text(refused) and Document.everything.count() == 1


def test_blockers_are_those_of_the_day_shown(system, project):
    actions.change(system, project, {"annual_output_cny": Decimal(5)}, valid_on=date(2024, 1, 1))
    # What the project's row says today must not answer for an earlier day.
    assert project_page(project, date(2023, 12, 31)).facts["annual_output_cny"] is None
    assert project_page(project, date(2024, 1, 1)).facts["annual_output_cny"] == 5


def photo_of(project, name="p.png", kind="photo") -> Document:
    from guatu.kernel import documents
    from guatu.kernel.scope import Actor

    document, _number = documents.attach(
        Actor.system("setup"), project, SimpleUploadedFile(name, png(9), "image/png"), "主体", kind
    )
    return document


def test_a_photo_is_shown_safely_and_sent_once(office, world, project):
    document = photo_of(project)
    url = f"{address(project)}photos/{document.pk}/"
    assert url in office.get(address(project)).content.decode()
    response = office.get(url)
    assert response.status_code == 200 and response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]
    b"".join(response.streaming_content)
    assert office.get(url, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert office.get(f"{address(world.projects[4])}photos/{document.pk}/").status_code == 404


def test_a_photo_of_another_zone_is_not_found(client, world, project, system):
    document = photo_of(project)
    client.force_login(member(system, "other", "project_officer", world.zones[1]))
    url = f"{address(project)}photos/{document.pk}/"
    assert client.get(url).status_code == 404
    assert client.get(url, headers={"If-None-Match": f'"{document.sha256}"'}).status_code == 404
    assert client.get(f"{address(project)}timeline/").status_code == 404


def test_contacts_and_sources_are_links_only_for_those_who_may_open_them(client, office, system, world, project):
    officer = world.officers[0]
    actions.change(system, type(officer).everything.get(pk=officer.pk), {"phone": "0532-1234"})
    assert "tel:0532-1234" in office.get(address(project)).content.decode()
    client.force_login(member(system, "handler", "department_handler", Organisation.everything.get(pk=world.units[0].pk)))
    page = client.get(address(project)).content.decode()
    assert '<li id="source-1"' in page and "/r/sources/" not in page  # the role sees no list of sources
    client.force_login(member(system, "park", "park_manager", world.zones[0]))
    page = client.get(address(project)).content.decode()
    assert "专员1" in page and "tel:0532-1234" not in page and "/r/users/" not in page


def test_the_investment_is_told_with_every_day_it_changed(office, system, project):
    amount = project.investment
    actions.change(system, project, {"investment": amount * 2}, valid_on=date(2023, 3, 1))
    facts = project_page(project, TODAY).facts
    assert [(valued.value[0], valued.since, valued.until) for valued in facts.investments] == [
        (amount, None, date(2023, 3, 1)), (amount * 2, date(2023, 3, 1), None),
    ]
    earlier = project_page(project, date(2023, 2, 28)).facts
    assert earlier["investment"] == amount and len(earlier.investments) == 1


def test_a_bare_day_of_knowledge_means_its_end(office, system, project):
    actions.change(system, project, {"jobs": 987})
    yesterday = TODAY - timedelta(days=1)
    assert "987" in text(office.get(f"{address(project)}?known_at={TODAY.isoformat()}"))
    page = text(office.get(f"{address(project)}?known_at={yesterday.isoformat()}"))
    assert f"{datetime.combine(yesterday, time.max):%Y-%m-%d %H:%M}" in page and "987" not in page


def test_no_link_lies_inside_another(office, system, project):
    actions.create(system, Milestone, {"project": project.pk, "title": "通电", "due_on": TODAY})
    for query in ("", "?as_of=2022-12-31", "?order=recorded"):
        tags = re.findall(r"<a[ >]|</a>", office.get(address(project) + query).content.decode())
        assert tags[::2] == ["<a "] * (len(tags) // 2) and tags[1::2] == ["</a>"] * (len(tags) // 2)
