"""A bulletin issued for a day reproduces to the byte of its text after a hundred later corrections."""

import json
from datetime import timedelta

import pytest

from guatu.bulletins import actions, queries
from guatu.bulletins.models import Bulletin
from guatu.bulletins.rules.layout import lay_out, plain
from guatu.bulletins.tests.world import DAY, build
from guatu.kernel.recording import head
from guatu.kernel.scope import Scope
from guatu.projects.tests.test_two_dates import Editor

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


def canonical(content) -> str:
    return json.dumps(content.as_json(), ensure_ascii=False, sort_keys=True)


def recomputed(bulletin: Bulletin):
    """The content made anew from the rows, as of the bulletin's days and as known when it was computed."""
    return queries.compute(Scope.whole(), actions.asking_of(bulletin), bulletin.issuer)


@pytest.mark.parametrize("seed", [4, 20260630])
def test_text_and_figures_come_out_the_same_after_a_hundred_corrections(system, seed):
    world = build(system)
    drafts = [
        actions.draft(system, queries.asking(Scope.whole(), zone, DAY, unit=unit, language=language), issuer="督查室")
        for zone, unit, language in (
            ("city", None, "zh-hans"), ("z1", None, "en"), ("z1", world.units[0].pk, "zh-hans"))
    ]
    name = actions.content_of(drafts[0]).figures["lights.red"].name
    drafts[0] = actions.edit(
        system, drafts[0], "督查通报（编辑）",
        {"lights": {"heading": "亮灯", "text": f"红灯{{{name}}}个，请重视。\n第二段。"}, "demands": {
            "heading": "工作要求", "text": "", "left_out": True}},
        head().number)
    issued = [actions.issue(system, draft, DAY + timedelta(days=1)) for draft in drafts]
    texts = [bulletin.text.encode() for bulletin in issued]
    contents = [canonical(actions.content_of(bulletin)) for bulletin in issued]
    assert "亮灯" in issued[0].text and "工作要求" not in issued[0].text

    editor = Editor(world, seed)
    accepted = 0
    while accepted < 100:
        accepted += editor.edit()

    for bulletin, text, content in zip(issued, texts, contents, strict=True):
        stored = Bulletin.everything.get(pk=bulletin.pk)
        again = recomputed(stored)
        assert canonical(again) == content, bulletin.title
        assert plain(lay_out(again, stored.edits, stored.title)).encode() == text == stored.text.encode()
        assert actions.digest(stored.text) == stored.sha256
        assert actions.text_of(stored).encode() == text
        present = queries.compute(Scope.whole(), actions.asking_of(stored).at(head().number), stored.issuer)
        found = queries.differences(
            Scope.whole(), again, actions.asking_of(stored), head().number, stored.issuer, "")
        assert canonical(found.now) == canonical(present)
        changed = {
            key for key in again.figures.keys() | present.figures.keys()
            if getattr(again.figures.get(key), "value", None) != getattr(present.figures.get(key), "value", None)
        }
        assert {change.key for change in found.figures} == changed
    assert changed or found.rows, "the test would be worthless if a hundred corrections changed nothing"


def test_differences_name_the_rows_that_came_and_went(system):
    from decimal import Decimal

    from guatu.kernel import actions as write
    from guatu.projects.models import Milestone, Project, StageEvent

    world = build(system)
    bulletin = actions.issue(system, actions.draft(system, queries.asking(Scope.whole(), "city", DAY), issuer="督查室"))
    content, asked = actions.content_of(bulletin), actions.asking_of(bulletin)
    assert queries.differences(Scope.whole(), content, asked, head().number, "督查室", "").is_same

    red = Milestone.everything.filter(title="节点0").get()
    write.change(system, red, {"done_on": DAY - timedelta(days=30)}, correction=True)
    write.change(system, Project.everything.get(code="p06"), {"investment": Decimal(77_000_000)}, correction=True)
    gone = Project.everything.get(code="p08")
    write.withdraw(system, StageEvent.everything.filter(project=gone, superseded_by=None).order_by("pk").last(), "误录")

    found = queries.differences(Scope.whole(), content, asked, head().number, "督查室", "")
    keys = {change.key: (change.then, change.now) for change in found.figures}
    assert keys["lights.red"] == ("5", "4")
    assert "total.amount" in keys
    rows = {row.code: row for row in found.rows}
    assert rows["p06"].amount_changed and rows["p06"].then == rows["p06"].now
    assert rows["p08"].then != rows["p08"].now
    assert [(light.milestone, light.then, light.now) for light in found.lights] == [("节点0", "red", "done")]
    assert world.projects
