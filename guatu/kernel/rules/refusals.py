"""Why a rule would not compute: one code and one sentence for each reason.

    Refusal (ValueError)
    ├── BadCell       what is written in a cell cannot be read
    ├── BadSheet      a sheet has no header that can be read
    ├── BadCalendar   a notice contradicts itself, or a count leaves the calendar
    ├── BadTicks      a stopwatch was pressed in an impossible order
    └── BadPromise    a light was asked for with an impossible override or threshold

The sentence is rendered from `TEMPLATES[code] % params`; a caller with a language of its own renders
`gettext(TEMPLATES[code]) % params` instead.
"""

from __future__ import annotations

from typing import Any


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation; makemessages finds it by this function's name."""
    return sentence


#: The closed set of codes, each with its sentence: what is wrong, why, and what to do.
TEMPLATES: dict[str, str] = {
    # days
    "day_blank": gettext_noop(
        "The cell is empty, but a day is needed. Write it as 2022-06-21, or as 2022-06 if only the month is "
        "known."
    ),
    "day_unreadable": gettext_noop(
        "No day can be read from “%(text)s”. Write it like 2022-06-21, 2022年6月21日, 2022-06, "
        "2022年二季度, 2022年上半年 or 2022年."
    ),
    "day_no_year": gettext_noop("“%(text)s” does not say in which year. Write the year too, like 2022年6月."),
    "day_short_year": gettext_noop(
        "“%(text)s” gives the year in two digits, so its century is a guess. Write all four digits, like "
        "2022."
    ),
    "day_impossible": gettext_noop(
        "There is no day “%(text)s”: the days of %(month)s run from 1 to %(last)s. Correct the day."
    ),
    "day_no_such_month": gettext_noop(
        "“%(text)s” names month %(month)s, but months run from 1 to 12. Correct the month."
    ),
    "day_no_such_quarter": gettext_noop(
        "“%(text)s” names quarter %(quarter)s, but quarters run from 1 to 4. Correct the quarter."
    ),
    "day_no_such_half": gettext_noop(
        "“%(text)s” names half-year %(half)s, but a year has halves 1 and 2. Write H1 or H2."
    ),
    "day_third_of_month": gettext_noop(
        "“%(text)s” names a third of a month, which is not kept. Write the day, or the month alone, like "
        "2022年6月."
    ),
    "day_number": gettext_noop(
        "The number %(text)s is not a day. Numbers are read as Excel days from 20000 (1954-10-03) to 80000 "
        "(2119-01-11), counted from 1900; workbooks that count from 1904 are not supported. Write "
        "2022-06-21."
    ),
    "day_decimal_month": gettext_noop(
        "The number %(text)s does not tell month 1 from month 10, since a sheet drops the last zero of a "
        "number. Write the month as text, like 2022-06."
    ),
    "day_out_of_range": gettext_noop(
        "The year of “%(text)s” lies outside %(first)s to %(last)s, so it is taken for a slip. Correct the "
        "year."
    ),
    # numbers
    "cell_excel_error": gettext_noop(
        "The cell holds the spreadsheet's error %(text)s instead of a value. Repair its formula, or write "
        "the value."
    ),
    "number_unreadable": gettext_noop("No number can be read from “%(text)s”. Write digits, like 1234.5."),
    "number_inexact": gettext_noop(
        "“%(text)s” is not exact because of “%(word)s”. State the number itself, and put the rest in the "
        "note."
    ),
    "number_range": gettext_noop(
        "“%(text)s” is a range, but one number is needed. State one number, and put the range in the note."
    ),
    "number_grouping": gettext_noop(
        "The commas in “%(text)s” do not stand at thousands, so a digit may be missing. Write 1,234,567 or "
        "1234567."
    ),
    "number_not_finite": gettext_noop(
        "“%(text)s” is not a number that can be counted with. State the number."
    ),
    "number_too_long": gettext_noop(
        "“%(text)s” has more than %(digits)s digits, more than any figure kept here. Check the number and "
        "its unit."
    ),
    "number_has_unit": gettext_noop(
        "“%(text)s” carries the unit “%(unit)s”, but this column takes a bare number. Leave the unit out."
    ),
    "int_not_whole": gettext_noop(
        "“%(text)s” is not a whole number, but this column counts. Write a whole number."
    ),
    "bool_unreadable": gettext_noop("“%(text)s” is neither yes nor no. Write 是 or 否."),
    # amounts
    "unit_unknown": gettext_noop("“%(unit)s” is not a unit of this column. Use one of: %(known)s."),
    "unit_missing": gettext_noop(
        "“%(text)s” has no unit, and neither has its header. Name it in one of them, for example: "
        "%(known)s."
    ),
    "amount_negative": gettext_noop(
        "“%(text)s” is below zero, which this column cannot be. Correct the number."
    ),
    "money_currencies_differ": gettext_noop(
        "“%(text)s” is in %(currency)s, but its unit is of another currency, %(other)s. Name one currency."
    ),
    # headers
    "header_not_found": gettext_noop(
        "None of the first %(rows)s rows holds a known column name. Put the column names in one row, for "
        "example: %(labels)s."
    ),
    "header_ambiguous": gettext_noop(
        "The column name “%(label)s” stands for both %(one)s and %(other)s. Give each field names of its "
        "own."
    ),
    # calendar
    "calendar_beyond": gettext_noop(
        "Counting working days from %(day)s leaves the years %(first)s to %(last)s that calendars cover. "
        "Check the number of days and the date."
    ),
    "notice_misfiled": gettext_noop(
        "The holiday notice of %(year)s is filed under %(key)s. File each notice under its own year."
    ),
    "notice_day_outside": gettext_noop(
        "The holiday notice of %(year)s names %(day)s. A notice covers its year and at most the December "
        "before and the January after. Correct the day."
    ),
    "notice_day_twice": gettext_noop(
        "The holiday notice of %(year)s names %(day)s both as a holiday and as a working day. Keep it in "
        "one list."
    ),
    # stopwatch
    "ticks_not_started": gettext_noop(
        "The entry of %(at)s pauses, resumes or stops a clock that was never started. Record its start "
        "first."
    ),
    "ticks_started_twice": gettext_noop(
        "The clock is started on %(at)s, but it was started before. Keep one start, or record a resume."
    ),
    "ticks_paused_twice": gettext_noop(
        "The clock is paused on %(at)s, but it is paused already. Record a resume between the two pauses."
    ),
    "ticks_resumed_running": gettext_noop(
        "The clock is resumed on %(at)s, but it is running. Record a pause before it, or drop the resume."
    ),
    "ticks_after_stop": gettext_noop(
        "The entry of %(at)s follows the stop of its clock. Nothing may follow a stop: drop one of the two."
    ),
    "ticks_backwards": gettext_noop(
        "The entry of %(at)s comes after one of %(before)s, so time runs backwards. Correct one of the "
        "times."
    ),
    "ticks_mixed_zones": gettext_noop(
        "Some times name a time zone and some do not, so they cannot be compared. Name it in all or in "
        "none."
    ),
    "ticks_allowance_negative": gettext_noop(
        "%(days)s working days cannot be allowed. Give zero or more working days."
    ),
    # light
    "light_yellow_negative": gettext_noop(
        "A light cannot turn yellow %(days)s working days ahead. Give zero or more working days."
    ),
    "override_colour": gettext_noop(
        "A light cannot be set to “%(colour)s” by hand. Set green, yellow or red; done comes from the "
        "completion day."
    ),
    "override_no_reason": gettext_noop(
        "A light set by hand needs a reason. Say why the computed colour is wrong."
    ),
    "override_ends_early": gettext_noop(
        "The light is set by hand from %(from_day)s, but only until %(expires_on)s. Let it end on or after "
        "its start."
    ),
}

_LONGEST_QUOTE = 60


def quote(value: Any) -> str:
    """The value as a sentence shows it: its text, cut when it would swallow the sentence."""
    try:
        text = str(value)
    except ValueError:  # Python will not write out an integer of thousands of digits
        text = "…"
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def printable(value: Any) -> str:
    """The same with a space for each sign that is not printed, so that nothing in it moves a terminal's cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in quote(value))


class Refusal(ValueError):
    """A rule would not compute. `code` is a key of TEMPLATES, `params` its JSON-able values."""

    def __init__(self, code: str, params: dict[str, Any] | None = None):
        params = params or {}
        # Rendered at once: a sentence that lacks a value must fail where it is raised, not where shown.
        self.message = TEMPLATES[code] % params
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return self.message


class BadCell(Refusal):
    """What is written in a cell cannot be read."""


class BadSheet(Refusal):
    """A sheet has no header row that can be read."""


class BadCalendar(Refusal):
    """A holiday notice contradicts itself, or a count leaves the years calendars cover."""


class BadTicks(Refusal):
    """A stopwatch was pressed in an impossible order."""


class BadPromise(Refusal):
    """A light was asked for with an impossible override or threshold."""
