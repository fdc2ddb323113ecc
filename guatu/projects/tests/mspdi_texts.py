"""Small files in Microsoft Project's XML, written for the tests."""

WORKDAY = """<WeekDay><DayType>{day}</DayType><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>
<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"""
IDLE = "<WeekDay><DayType>{day}</DayType><DayWorking>0</DayWorking></WeekDay>"
WEEK = "".join((IDLE if day in (1, 7) else WORKDAY).format(day=day) for day in range(1, 8))
#: The National Day of 2025, and Sun 28 September worked at the same hours.
EXCEPTIONS = """<Exceptions>
<Exception><EnteredByOccurrences>0</EnteredByOccurrences><TimePeriod><FromDate>2025-10-01T00:00:00</FromDate>
<ToDate>2025-10-08T23:59:00</ToDate></TimePeriod><Occurrences>8</Occurrences><Name>国庆节、中秋节</Name><Type>1</Type>
<DayWorking>0</DayWorking></Exception>
<Exception><TimePeriod><FromDate>2025-09-28T00:00:00</FromDate><ToDate>2025-09-28T23:59:00</ToDate></TimePeriod>
<Name>调休上班</Name><Type>1</Type><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>
<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></Exception>
</Exceptions>"""
MORNINGS = """<Calendar><UID>3</UID><Name>上午班</Name><IsBaseCalendar>0</IsBaseCalendar>
<BaseCalendarUID>1</BaseCalendarUID><WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>
</Calendar>"""
CALENDARS = f"""<Calendars><Calendar><UID>1</UID><Name>标准</Name><IsBaseCalendar>1</IsBaseCalendar>
<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{WEEK}</WeekDays>{EXCEPTIONS}</Calendar>{MORNINGS}</Calendars>"""

ROWS = {
    1: "<Name>桩基</Name><OutlineLevel>1</OutlineLevel><Duration>PT40H0M0S</Duration><DurationFormat>7</DurationFormat>"
       "<Baseline><Number>0</Number><Start>2025-09-24T08:00:00</Start><Finish>2025-09-29T17:00:00</Finish>"
       "<Duration>PT40H0M0S</Duration><Work>PT0H0M0S</Work><Cost>120000.50</Cost></Baseline>"
       "<Notes>先做试桩 &amp; 检测\nthen the rest</Notes>",
    2: "<Name>主体</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary>",
    3: "<Name>承台</Name><OutlineLevel>2</OutlineLevel><Duration>PT16H0M0S</Duration><DurationFormat>7</DurationFormat>"
       "<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type><LinkLag>4800</LinkLag><LagFormat>7</LagFormat>"
       "</PredecessorLink>",
    4: "<Name>养护</Name><OutlineLevel>2</OutlineLevel><Duration>PT72H0M0S</Duration><DurationFormat>8</DurationFormat>"
       "<PredecessorLink><PredecessorUID>3</PredecessorUID><Type>1</Type></PredecessorLink>",
    5: "<Name>验收</Name><OutlineLevel>1</OutlineLevel><Duration>PT0H0M0S</Duration><Milestone>1</Milestone>"
       "<ConstraintType>7</ConstraintType><ConstraintDate>2025-10-31T17:00:00</ConstraintDate>"
       "<Deadline>2025-10-30T17:00:00</Deadline>"
       "<PredecessorLink><PredecessorUID>4</PredecessorUID><Type>1</Type></PredecessorLink>"
       "<PredecessorLink><PredecessorUID>6</PredecessorUID><Type>0</Type><LinkLag>50</LinkLag><LagFormat>19</LagFormat>"
       "</PredecessorLink>",
    6: "<Name>资料</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration><CalendarUID>3</CalendarUID>"
       "<PercentComplete>50</PercentComplete><ActualStart>2025-09-25T08:00:00</ActualStart>",
}


def task(uid: int, fields: str) -> str:
    return f"<Task><UID>{uid}</UID><ID>{uid}</ID>{fields}</Task>"


def project(*tasks: str, start: str = "2025-09-25T08:00:00", rest: str = "") -> bytes:
    """A whole file; without tasks, the one of ROWS."""
    tasks = tasks or tuple(task(uid, fields) for uid, fields in ROWS.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">'
        f"<Name>厂房</Name><StartDate>{start}</StartDate><CalendarUID>1</CalendarUID>"
        f"<MinutesPerDay>480</MinutesPerDay>{CALENDARS}<Tasks>{''.join(tasks)}</Tasks>{rest}</Project>"
    ).encode()
