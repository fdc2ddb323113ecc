"""What the tests of plans share: the State Council's notice of 2025, a shift calendar, and small plans."""

from datetime import date

from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.projects.rules.plans.shifts import ShiftCalendar, ShiftException

STATE, SHIFT = "state", "shift"


def _days(*spans: tuple[int, int, int]) -> frozenset[date]:
    return frozenset(date(2025, month, day) for month, first, last in spans for day in range(first, last + 1))


#: 国务院办公厅关于2025年部分节假日安排的通知
NOTICE_2025 = YearNotice(
    2025,
    _days((1, 1, 1), (1, 28, 31), (2, 1, 4), (4, 4, 6), (5, 1, 5), (5, 31, 31), (6, 1, 2), (10, 1, 8)),
    _days((1, 26, 26), (2, 8, 8), (4, 27, 27), (9, 28, 28), (10, 11, 11)),
)
OFFICE = ((480, 720), (780, 1020))  # 08:00 to 12:00 and 13:00 to 17:00

CALENDARS = {
    STATE: WorkCalendar({2025: NOTICE_2025}),
    SHIFT: ShiftCalendar((OFFICE,) * 5 + ((), ()), (ShiftException(date(2025, 10, 1), date(2025, 10, 8)),)),
    "office": ShiftCalendar(base=STATE, times=OFFICE),
    "night": ShiftCalendar(week=(((1380, 1440),), *((((0, 180), (240, 480), (1380, 1440)),) * 4), ((0, 180), (240, 480)), ())),
}
