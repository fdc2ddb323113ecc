"""Drafting, editing, issuing, correcting; and that an issued bulletin cannot be changed through any door."""

import json
from datetime import date, timedelta

import pytest

from guatu.bulletins import actions, queries
from guatu.bulletins.models import Bulletin
from guatu.bulletins.tests.world import DAY, build
from guatu.kernel import actions as write
from guatu.kernel import undo
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Faulty, Refused
from guatu.kernel.models import Organisation
from guatu.kernel.recording import head
from guatu.kernel.registry import resources
from guatu.kernel.scope import Actor, Scope
from guatu.projects.tests.world import member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture
def world(system):
    return build(system, 12)


@pytest.fixture
def office(system, world):
    """The supervision office of the first zone."""
    return Actor.of(member(system, "sup", "supervision", world.zones[0]), "page")


def draft(actor, zone="z1", as_of=DAY, **options) -> Bulletin:
    return actions.draft(actor, queries.asking(actor.scope, zone, as_of, **options), issuer="督查室")


def refused(act) -> str:
    with pytest.raises(Refused) as fault:
        act()
    return fault.value.code


def test_a_draft_looks_back_to_the_last_issued_bulletin(office):
    first = draft(office)
    assert (first.state, first.since, first.number) == ("draft", DAY - timedelta(days=7), None)
    actions.issue(office, first, date(2022, 7, 1))
    assert draft(office, as_of=DAY + timedelta(days=10)).since == DAY
    assert draft(office, as_of=DAY + timedelta(days=10), unit=Organisation.everything.get(code="u1").pk).since == (
        DAY + timedelta(days=3)), "a unit's bulletins are a series of their own"


def test_numbers_count_within_the_year_and_the_series(office):
    def issued(on: date, **options):
        bulletin = actions.issue(office, draft(office, **options), on)
        return bulletin.year, bulletin.number

    assert issued(date(2022, 7, 1)) == (2022, 1)
    assert issued(date(2022, 7, 8), as_of=date(2022, 7, 7)) == (2022, 2)
    assert issued(date(2022, 7, 9), unit=Organisation.everything.get(code="u1").pk) == (2022, 1)
    assert issued(date(2023, 1, 2), as_of=date(2023, 1, 1)) == (2023, 1)
    assert actions.number_words(Bulletin.everything.get(year=2023)) == "2023年第1期"


def test_an_issued_bulletin_changes_through_no_door(office, system):
    bulletin = actions.issue(office, draft(office))
    number = head().number
    for values in ({"title": "另一个"}, {"text": "改"}, {"generated": {}}, {"edits": {"lights": {"left_out": True}}},
                   {"issued_on": date(2022, 1, 1)}, {"state": "draft"}, {"state": "withdrawn", "title": "另"}):
        for actor in (office, system, office.through("api"), system.through("import")):
            assert refused(lambda values=values, actor=actor: write.change(
                actor, Bulletin.everything.get(pk=bulletin.pk), dict(values))) == "bulletin_frozen", values
    assert refused(lambda: write.withdraw(office, Bulletin.everything.get(pk=bulletin.pk), "误发")) == "bulletin_frozen"
    with pytest.raises(Refused):
        undo.undo(office, bulletin.last_recording)
    assert head().number == number


def test_a_void_bulletin_keeps_its_text(office):
    bulletin = actions.issue(office, draft(office))
    assert refused(lambda: actions.withdraw_issued(office, bulletin, " ")) == "reason_missing"
    void = actions.withdraw_issued(office, bulletin, "口径有误")
    assert (void.state, void.withdrawal_reason, void.text) == ("withdrawn", "口径有误", bulletin.text)
    assert refused(lambda: write.change(office, void, {"state": "issued"})) == "bulletin_frozen"


def test_a_correction_refers_to_what_it_corrects(office):
    first = draft(office)
    assert refused(lambda: actions.correct(office, first, head().number)) == "corrects_draft"
    issued = actions.issue(office, first, date(2022, 7, 1))
    second = actions.correct(office, issued, head().number)
    assert (second.corrects_id, second.as_of, second.since) == (issued.pk, issued.as_of, issued.since)
    assert actions.text_of(second).split("\n")[2] == (
        "本通报更正《关于区1重点项目推进情况的通报》（2022年第1期），有关情况以本通报为准。")
    assert actions.issue(office, second, date(2022, 7, 2)).number == 2


def test_nothing_but_the_drafted_text_can_be_issued(office):
    bulletin = draft(office)
    values = {"state": "issued", "issued_on": DAY, "year": 2022, "number": 1, "text": "红灯0个。",
              "sha256": actions.digest("红灯0个。")}
    assert refused(lambda: write.change(office, bulletin, values)) == "text_differs"


def test_a_bulletin_cannot_be_entered_by_hand(office, system):
    zone = Organisation.everything.get(code="z1")
    values = {"zone": zone.pk, "title": "自拟", "issuer": "督查室", "as_of": DAY, "since": DAY - timedelta(days=7),
              "known_number": 1, "generated": {}}
    assert refused(lambda: write.create(office, Bulletin, values)) == "bulletin_by_hand"
    assert refused(lambda: write.create(system.through("import"), Bulletin, values)) == "bulletin_by_hand"
    assert refused(lambda: draft(office, as_of=date(2036, 1, 1))) == "as_of_future"
    assert refused(lambda: write.change(office, draft(office), {"as_of": date(2022, 1, 1)})) == "figures_by_hand"
    assert refused(lambda: queries.asking(office.scope, "z1", DAY, since=DAY)) == "since"
    assert refused(lambda: queries.asking(office.scope, "zzz", DAY)) == "no_zone"


def test_edits_are_kept_and_figures_in_them_follow_when_computed_anew(office, system):
    from guatu.projects.models import Milestone

    bulletin = draft(office)
    red = actions.content_of(bulletin).figures["lights.red"]
    text = f"红灯{{{red.name}={red.text}}}个，其中9个已整改。"
    bulletin = actions.edit(office, bulletin, "", {"lights": {"heading": "红黄绿灯", "text": text}}, head().number)
    assert f"红灯{red.text}个，其中9个已整改。" in actions.text_of(bulletin)
    assert refused(lambda: actions.edit(
        office, bulletin, "", {"lights": {"heading": "", "text": f"{{{red.name}=99}}"}}, head().number)) == "figure_differs"

    row = Milestone.everything.filter(title="节点0").get()
    write.change(system, row, {"done_on": DAY}, correction=True)
    bulletin = Bulletin.everything.get(pk=bulletin.pk)
    kept = actions.refresh(office, bulletin, head().number, frozenset(), head().number)
    assert f"红灯{int(red.text) - 1}个，其中9个已整改。" in actions.text_of(kept)
    dropped = actions.refresh(office, kept, head().number, frozenset({"lights"}), head().number)
    assert "已整改" not in actions.text_of(dropped)


def test_the_same_draft_typed_again_is_no_edit(office):
    from guatu.bulletins.rules.editing import written

    bulletin = draft(office)
    content = actions.content_of(bulletin)
    typed = {section.key: {"heading": section.heading, "text": written(section.paragraphs, content)}
             for section in content.sections}
    assert actions.edit(office, bulletin, bulletin.title, typed, head().number).edits == {}


def test_somebody_elses_edit_is_not_overwritten(office):
    bulletin = draft(office)
    seen = head().number
    actions.edit(office, bulletin, "甲", {}, seen)
    assert refused(lambda: actions.edit(office, bulletin, "乙", {}, seen)) == "conflict"


# -- rights --------------------------------------------------------------------------------------------------------


def test_only_the_office_of_the_zone_drafts_and_issues(system, world, office):
    mine = draft(office)
    for number, (role, place) in enumerate([
        ("leader", world.zones[0]), ("inspector", world.zones[0]), ("chain_office", world.zones[0]),
        ("supervision", world.zones[1]),
    ]):
        other = Actor.of(member(system, f"other{number}", role, place), "page")
        assert refused(lambda other=other: draft(other)) == ("no_zone" if number == 3 else "forbidden")
        assert refused(lambda other=other: actions.issue(other, mine)) == "forbidden"
    assert actions.issue(office, mine).state == "issued"


def test_drafts_are_seen_by_the_office_and_issued_ones_by_everybody_in_reach_through_every_door(
        system, world, office, client):
    first, second = draft(office), draft(office, as_of=DAY + timedelta(days=7))
    actions.issue(office, first)
    resource = resources()["bulletins"]

    def seen(user) -> set[int]:
        scope = Scope.of(user)
        rows = {row.pk for row in resource.rows(scope)}
        client.force_login(user)
        answer = client.get("/api/bulletins/?limit=100")
        assert {int(row["record"]) for row in answer.json()["items"]} == rows
        feed = client.get("/api/bulletins/changes?since=0") if answer.status_code == 200 else None
        if feed is not None and feed.status_code == 200:
            assert {int(row["record"]) for row in feed.json()["items"]} == rows
        exported = client.get("/r/bulletins/export/json/")
        if exported.status_code == 200:
            body = b"".join(exported.streaming_content) if exported.streaming else exported.content
            assert len(json.loads(body)) == len(rows)
        for bulletin in (first, second):
            for door in ("", "file/pdf/", "differences/"):
                status = client.get(f"/r/bulletins/{bulletin.pk}/{door}").status_code
                assert status == (200 if bulletin.pk in rows else 404), (user, door, status)
        return rows

    assert seen(office.user) == {first.pk, second.pk}
    assert seen(member(system, "lead", "leader", world.zones[0])) == {first.pk}
    assert seen(member(system, "insp", "inspector", world.zones[0].parent)) == {first.pk}
    assert seen(member(system, "far", "leader", world.zones[1])) == set()
    assert seen(member(system, "unit", "department_handler", world.units[0])) == set()
    assert seen(member(system, "boss", "administrator", world.zones[0].parent)) == {first.pk, second.pk}


def test_a_units_reader_sees_the_units_bulletins_only(system, world, office):
    actions.issue(office, draft(office))
    of_unit = actions.issue(office, draft(office, unit=world.units[0].pk))
    handler = member(system, "unit", "department_handler", world.units[0])
    assert {row.pk for row in resources()["bulletins"].rows(Scope.of(handler))} == {of_unit.pk}


def test_writing_leaves_the_history_whole(office):
    from guatu.kernel import audit

    bulletin = actions.issue(office, draft(office))
    actions.withdraw_issued(office, bulletin, "口径有误")
    assert audit.verify()["ok"]


def test_a_faulty_edit_names_its_section(office):
    bulletin = draft(office)
    with pytest.raises(Faulty) as fault:
        actions.edit(office, bulletin, "", {"lights": {"heading": "", "text": "{红灯=3}"}}, head().number)
    assert fault.value.field == "lights" and "红灯数" in str(fault.value)


def test_two_issues_at_once_cannot_have_one_number(office):
    first, second = draft(office), draft(office, as_of=DAY + timedelta(days=1))
    actions.issue(office, first, date(2022, 7, 1))
    text = actions.text_of(second)
    values = {"state": "issued", "issued_on": date(2022, 7, 2), "year": 2022, "number": 1, "text": text,
              "sha256": actions.digest(text)}
    with pytest.raises(Refusals) as fault:
        write.write(office, [Change("change", Bulletin, values, row=second)])
    assert fault.value.code == "duplicate"
