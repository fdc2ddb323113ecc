"""Working calendars as loaded: the notices of 2004 to 2026, and years to come."""

import json
from datetime import date, timedelta

import pytest

from guatu.kernel.errors import Faulty
from guatu.kernel.models import CalendarNotice, HistoryEntry
from guatu.kernel.queries import calendar
from guatu.reference import calendars

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_every_day_of_23_years_is_what_the_package_says(system):
    from chinese_calendar import is_workday

    assert calendars.load_published(system) == 23
    assert calendars.load_published(system) == 0
    loaded, day = calendar(), date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert loaded.is_workday(day) == is_workday(day), day
        assert not loaded.is_provisional(day)
        day += timedelta(days=1)
    assert loaded.is_provisional(date(2027, 1, 4))
    assert loaded.add_workdays(date(2025, 9, 26), 5).day == date(2025, 10, 10)
    assert loaded.subtract_workdays(date(2025, 10, 10), 5).day == date(2025, 9, 26)


def test_december_days_stand_in_the_notice_that_names_them(system):
    calendars.load_published(system)
    assert "2018-12-29" in CalendarNotice.everything.get(year=2019).workdays
    assert "2018-12-29" not in CalendarNotice.everything.get(year=2018).workdays


def test_loading_a_year_ends_its_being_provisional_and_can_be_corrected(system, tmp_path):
    calendars.load_published(system)
    path = tmp_path / "2027.json"
    notice = {"year": 2027, "holidays": ["2027-01-01"], "workdays": ["2027年1月3日"]}
    path.write_text(json.dumps(notice), encoding="utf-8")
    assert calendars.load_notice(system, path) == {"year": 2027, "created": True, "changed": False}
    assert calendars.load_notice(system, path) == {"year": 2027, "created": False, "changed": False}
    assert not calendar().is_provisional(date(2027, 5, 1)) and calendar().is_workday(date(2027, 1, 3))
    path.write_text(json.dumps(notice | {"workdays": []}), encoding="utf-8")
    assert calendars.load_notice(system, path)["changed"]
    assert not calendar().is_workday(date(2027, 1, 3))
    verbs = list(
        HistoryEntry.objects.filter(subject_label__contains="2027").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == ["kernel.calendarnotice.created", "kernel.calendarnotice.changed"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"year": "2027"}', '{"year": 2027, "holidays": 5}', '{"year": 2027, "holidays": [5]}']
)
def test_a_file_that_is_no_notice_is_refused(system, tmp_path, text):
    path = tmp_path / "notice.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Faulty):
        calendars.load_notice(system, path)
    with pytest.raises(Faulty):
        calendars.load_notice(system, tmp_path / "absent.json")
