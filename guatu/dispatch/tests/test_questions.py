"""One question more for one month: asked, answered, and out as a sheet."""

import io

import pytest

from guatu.dispatch import actions as dispatch
from guatu.dispatch.models import ExtraAnswer
from guatu.dispatch.tests.test_pages import browser, phone, text
from guatu.dispatch.tests.world import OWING, fresh, hand_in, report_of
from guatu.kernel import actions
from guatu.kernel.models import Notification

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def ask(system, world, **values):
    return dispatch.ask(system, {"zone": world.zones[0].parent_id, "month": "2026-11", "text": "本月用工人数", "kind": "number",
                                 "unit": "人", "required": True, **values})


def test_a_question_is_asked_answered_and_comes_out_as_a_sheet(system, world):
    from python_calamine import CalamineWorkbook

    question = ask(system, world)
    other = ask(system, world, text="是否使用绿色建材", kind="yes_no", unit="", required=False, zone=world.zones[1].pk)
    assert Notification.objects.filter(code="question_asked").count() == 3  # both officers, then one
    officer = browser(world, "project_officer", world.zones[1])
    row = report_of("p05")
    body = officer.get(f"/dispatch/report/{row.pk}/").content.decode()
    assert f'name="question-{question.pk}"' in body and f'name="question-{other.pk}"' in body
    missing = officer.post(f"/dispatch/report/{row.pk}/", phone())
    assert missing.status_code == 422 and "must be answered" in text(missing)
    wrong = officer.post(f"/dispatch/report/{row.pk}/", {**phone(), f"question-{question.pk}": "很多"})
    assert wrong.status_code == 422 and fresh(row).state == "owed" and not ExtraAnswer.everything.exists()
    sent = officer.post(f"/dispatch/report/{row.pk}/", {
        **phone(), f"question-{question.pk}": "1,250", f"question-{other.pk}": "yes"}, follow=True)
    assert "was handed in" in text(sent)
    officer.post(f"/dispatch/report/{row.pk}/", {**phone(), f"question-{question.pk}": "1300", f"question-{other.pk}": "yes"})
    standing = ExtraAnswer.everything.filter(superseded_by=None, question=question)
    assert [answer.value for answer in standing] == ["1300"] and ExtraAnswer.everything.filter(question=question).count() == 2
    north = browser(world, "project_officer", world.zones[0])
    assert f'question-{other.pk}' not in north.get(f"/dispatch/report/{report_of('p02').pk}/").content.decode()
    office = browser(world, "supervision")
    page = text(office.get("/dispatch/questions/?month=2026-11"))
    assert "本月用工人数" in page
    answer = office.get("/dispatch/answers/xlsx/?month=2026-11")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert sheet[1][-2:] == ["本月用工人数（人）", "是否使用绿色建材"] and len(sheet) == 2 + len(OWING)
    by_code = {row[0]: row for row in sheet[2:]}
    assert by_code["p05"][-2:] == [1300, "yes"]
    assert by_code["p02"][-2:] == ["not answered", "not asked"] and by_code["p03"][-2:] == ["not answered", "not answered"]
    own = office.get(f"/dispatch/answers/csv/?month=2026-11&question={other.pk}")
    lines = b"".join(own.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2 + 4  # the four projects of z2 alone


def test_a_question_once_answered_keeps_its_words(system, world):
    question = ask(system, world, kind="choice", options="甲\n乙", unit="")
    row = report_of("p05")
    hand_in(system, row, answers={question.pk: "甲"})
    with pytest.raises(Exception) as caught:
        actions.change(system, question, {"options": "甲\n丙"})
    assert caught.value.code == "answered"
    actions.change(system, type(question).everything.get(pk=question.pk), {"required": False})
    with pytest.raises(Exception) as caught:
        ask(system, world, kind="choice", options="只有一个", text="另问")
    assert caught.value.code == "options"
