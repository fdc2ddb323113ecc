"""The pages of bulletins: from the view of a day to the issued paper, with every check said."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guatu.bulletins import actions
from guatu.bulletins.models import Bulletin
from guatu.bulletins.tests.world import build
from guatu.kernel import actions as actions_of_kernel
from guatu.projects.models import Project
from guatu.projects.tests.world import member

pytestmark = pytest.mark.django_db(databases=["default", "progress"])

DAY = "2022-06-30"


@pytest.fixture
def world(system):
    return build(system, 12)


@pytest.fixture
def office(client, system, world):
    client.force_login(member(system, "sup", "supervision", world.zones[0].parent))
    return client


def read(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code, answer.content.decode()[-1500:])
    return answer.content.decode()


def drafted(client, **words) -> Bulletin:
    answer = client.post("/bulletins/draft/", {"zone": "city", "as_of": DAY, "language": "zh-hans", **words})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    return Bulletin.everything.get(pk=int(answer["Location"].split("/")[3]))


def test_the_view_of_a_day_keeps_nothing_until_it_is_kept(office):
    html = read(office, f"/bulletins/preview/?as_of={DAY}&zone=city")
    assert "督查通报" in html and not Bulletin.everything.exists()
    assert re.search(r'<td class="num"><a href="/lists/[^"]*" class="counted" data-figure="lists\.', html)
    assert re.search(r'<td class="num"><svg class="lamp light-red".*?</svg> <a href="/lights/', html)
    draft = drafted(office)
    shown = read(office, f"/r/bulletins/{draft.pk}/")
    paper = re.compile(r"<article.*?</article>", re.S)
    tidy = [re.sub(r"known_at=[^&\"]*|\s+", "", paper.search(page)[0]) for page in (html, shown)]
    assert re.sub("截至[^<]*所知数据", "", tidy[0]) == re.sub("截至[^<]*所知数据", "", tidy[1])


def test_a_leader_looks_at_a_day_but_drafts_nothing(client, system, world):
    client.force_login(member(system, "lead", "leader", world.zones[0]))
    html = read(client, f"/bulletins/preview/?as_of={DAY}&zone=z1")
    assert "/bulletins/draft/" not in html
    assert client.post("/bulletins/draft/", {"zone": "z1", "as_of": DAY}).status_code == 403
    assert "lead" in read(client, "/bulletins/")


def test_edited_checked_and_issued(office):
    draft = drafted(office)
    url = f"/r/bulletins/{draft.pk}/"
    html = read(office, f"{url}edit/")
    assert "{红灯数=" in html and 'data-mark="{红灯数=' in html
    fields = {f"{section.key}-text": "" for section in actions.content_of(draft).sections}
    fields |= {"title": "自拟题目", "lights-heading": "亮灯", "lights-text": "红灯{红灯数}个，其中2个已整改。"}
    looked = office.post(f"{url}edit/", {**fields, "look": "1"}).content.decode()
    assert "其中2个已整改" in looked and "<b>2个</b>" in looked
    assert Bulletin.everything.get().edits == {}
    faulty = office.post(f"{url}edit/", {**fields, "lights-text": "红灯{红灯数=77}个"})
    assert faulty.status_code == 422 and "不是 77" in faulty.content.decode()
    assert office.post(f"{url}edit/", fields).status_code == 302

    html = read(office, f"{url}issue/")
    assert "2个" in html and 'name="checked"' in html
    assert office.post(f"{url}issue/", {}).status_code == 422
    assert office.post(f"{url}issue/", {"checked": "on", "issued_on": "2022-01-01"}).status_code == 422
    assert office.post(f"{url}issue/", {"checked": "on", "issued_on": "2022-07-01"}).status_code == 302
    html = read(office, url)
    assert "2022年第1期" in html and "自拟题目" in html and "其中2个已整改" in html and "2022年7月1日" in html
    for door in ("edit", "refresh", "issue"):
        read(office, f"{url}{door}/", 403)
    assert office.post(f"{url}void/", {"reason": ""}).status_code == 422
    assert office.post(f"{url}void/", {"reason": "口径有误"}).status_code == 302
    assert "口径有误" in read(office, url)
    again = office.post(f"{url}correct/")
    assert again.status_code == 302 and "本通报更正" in read(office, again["Location"])


def test_a_section_takes_the_generated_text_again(office):
    draft = drafted(office)
    url = f"/r/bulletins/{draft.pk}/edit/"
    office.post(url, {"title": "", "lights-heading": "红黄绿灯", "lights-text": "甲", "moves-heading": "清单变动",
                      "moves-text": "乙"})
    assert {"lights", "moves"} <= Bulletin.everything.get().edits.keys()
    office.post(url, {"title": "", "generated": "lights", "lights-text": "甲", "moves-heading": "清单变动", "moves-text": "乙"})
    edits = Bulletin.everything.get().edits
    assert "lights" not in edits and "moves" in edits


def test_what_is_known_since_is_said_before_the_issue(office, system):
    from guatu.kernel import actions as write
    from guatu.projects.models import Milestone

    draft = drafted(office)
    write.change(system, Milestone.everything.get(title="节点0"), {"done_on": draft.as_of}, correction=True)
    html = read(office, f"/r/bulletins/{draft.pk}/issue/")
    assert 'data-changed="lights.red"' in html
    html = read(office, f"/r/bulletins/{draft.pk}/refresh/")
    assert 'data-changed="lights.red"' in html
    planned = re.search(r'name="planned_at" value="(\d+)"', html)[1]
    assert office.post(f"/r/bulletins/{draft.pk}/refresh/", {"planned_at": planned}).status_code == 302
    assert 'data-changed' not in read(office, f"/r/bulletins/{draft.pk}/issue/")


def test_the_list_searches_filters_and_says_when_it_is_empty(office):
    assert "/bulletins/preview/" in read(office, "/bulletins/")
    draft = drafted(office)
    assert draft.title in read(office, "/bulletins/")
    assert draft.title in read(office, "/r/bulletins/?q=重点项目")
    assert draft.title not in read(office, "/r/bulletins/?state=issued")


@pytest.mark.parametrize("url, status", [
    (f"/bulletins/preview/?as_of={DAY}&zone=nowhere", 404),
    (f"/bulletins/preview/?as_of={DAY}&zone=city&since={DAY}", 422),
    (f"/bulletins/preview/?as_of={DAY}&zone=city&unit=99999", 404),
    (f"/bulletins/preview/?as_of={DAY}&zone=city&language=fr", 422),
    ("/bulletins/preview/?as_of=yesterday&zone=city", 422),
    ("/bulletins/template/?zone=nowhere", 404),
    ("/r/bulletins/12345/", 404),
    ("/lists/difference/?list=nothing&way=entered", 422),
    ("/lists/negotiating/?unit=x", 422),
])
def test_an_address_that_makes_no_sense_is_refused_with_a_sentence(office, url, status):
    read(office, url, status)


def test_a_unit_of_another_zone_has_no_name_in_an_address(client, system, world):
    client.force_login(member(system, "lead", "leader", world.zones[0]))
    own, others = world.units
    actions_of_kernel.change(system, others, {"name": "别区的局"})
    assert own.name in read(client, f"/bulletins/preview/?as_of={DAY}&zone=z1&unit={own.pk}")
    for unit in (others.pk, world.zones[1].pk):
        html = read(client, f"/bulletins/preview/?as_of={DAY}&zone=z1&unit={unit}", 404)
        assert "别区的局" not in html and world.zones[1].name not in html
    assert not re.findall(r"别区的局", read(client, f"/bulletins/preview/?as_of={DAY}&zone=z1"))
    # Once it answers for a project of the zone, that project's page shows the name, and so may a bulletin.
    actions_of_kernel.change(system, Project.everything.get(code="p00"), {"unit": others.pk})
    assert "别区的局" in read(client, f"/bulletins/preview/?zone=z1&unit={others.pk}")


def test_the_view_costs_a_constant_number_of_queries(office, system, world):
    def queries() -> int:
        read(office, f"/bulletins/preview/?as_of={DAY}&zone=city")
        with CaptureQueriesContext(connection, ) as captured:
            read(office, f"/bulletins/preview/?as_of={DAY}&zone=city")
        return len(captured)

    before = queries()
    build_more(system, world)
    assert queries() <= before + 2


def build_more(system, world):
    from datetime import date
    from decimal import Decimal

    from guatu.kernel import actions as write
    from guatu.kernel.changes import Change
    from guatu.projects.models import Milestone, Project

    projects = [Change("create", Project, {
        "code": f"m{n}", "name": f"增补{n}", "zone": world.zones[0].pk, "unit": world.units[0].pk,
        "investment": Decimal(1_000_000)}) for n in range(40)]
    milestones = [Change("create", Milestone, {"project": row, "title": "节点", "due_on": date(2022, 5, 1)}) for row in projects]
    write.write(system, [*projects, *milestones])
