"""Plans as JSON, in and out: the project's own form. What it cannot hold is refused, never dropped.

    {"name": "...", "start": "2025-09-22", "status_day": null, "deadline": "2025-12-31", "calendar": "state",
     "critical_float": 0,
     "calendars": {"site": {"kind": "shifts", "base": "state", "times": [["08:00", "12:00"], ["13:00", "17:00"]]}},
     "resources": [{"id": "crew", "name": "...", "capacity": 2}],
     "tasks": [{"id": 1, "name": "...", "duration": 5, "unit": "workday", "resources": {"crew": 1}, ...}],
     "links": [{"pred": 1, "succ": 2, "kind": "FS", "lag": 0, "lag_unit": "workday"}]}

Kinds of calendars: `workdays` (years of holidays and make-up days), `shifts`, `combined`. Days are 2025-09-22, instants
2025-09-22T08:00:00. Fields that have their usual value may be left out, and are left out when written. A calendar may
also be named that the reader was given as `known`; the command line knows `state`, the State Council's working days.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from guatu.kernel.rules.calendar import WorkCalendar, YearNotice
from guatu.kernel.rules.refusals import BadCalendar, gettext_noop, quote
from guatu.projects.rules.plans.mspdi_values import clock_of
from guatu.projects.rules.plans.network import (
    Baseline,
    Calendar,
    ConstraintKind,
    LagUnit,
    Link,
    LinkKind,
    Plan,
    Resource,
    Task,
    Unit,
)
from guatu.projects.rules.plans.problems import UnreadablePlan
from guatu.projects.rules.plans.shifts import CombinedCalendar, ShiftCalendar, ShiftException, Times

_MOST_CHARACTERS = 64_000_000


def read_json(text: str, known: Mapping[str, Calendar] | None = None) -> Plan:
    """Raises UnreadablePlan."""
    if len(text) > _MOST_CHARACTERS:
        raise UnreadablePlan("file_large", size=len(text) // 1_000_000, most=_MOST_CHARACTERS // 1_000_000)
    if not text.strip():
        raise UnreadablePlan("file_empty")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        raise UnreadablePlan("json_faulty", fault=fault.msg, line=fault.lineno) from None
    except (RecursionError, ValueError):
        raise UnreadablePlan("json_faulty", fault="nested too deep, or a number too long", line=1) from None
    return plan_of(document, known)


def plan_of(document: Any, known: Mapping[str, Calendar] | None = None) -> Plan:
    """A plan from what JSON held. Raises UnreadablePlan."""
    where = "plan"
    values = _object(document, where, [field.name for field in fields(Plan)])
    calendars = {
        name: _calendar(one, f"calendars.{quote(name)}")
        for name, one in _object(values.get("calendars", {}), "calendars", None).items()
    }
    tasks = tuple(_made(Task, one, f"tasks[{place}]") for place, one in enumerate(_list(values, "tasks", where), 1))
    links = tuple(_made(Link, one, f"links[{place}]") for place, one in enumerate(_list(values, "links", where), 1))
    asked = {values.get("calendar", ""), *(task.calendar for task in tasks), *(link.calendar for link in links)}
    asked |= {calendar.base for calendar in calendars.values() if isinstance(calendar, ShiftCalendar)}
    for name in asked & set(known or {}) - set(calendars):
        calendars[name] = known[name]
    found = {
        "tasks": tasks, "links": links, "calendars": calendars,
        "resources": tuple(_made(Resource, one, f"resources[{place}]")
                           for place, one in enumerate(_list(values, "resources", where), 1)),
    }
    for name in ("calendar", "name", "start", "status_day", "deadline", "critical_float"):
        if name in values:
            found[name] = _READERS[_kind(Plan, name)](values[name], f"plan.{name}")
    if "start" not in found or found["start"] is None:
        raise UnreadablePlan("value_faulty", where="plan.start", text="", wanted=gettext_noop("a day like 2025-09-22"))
    return Plan(**found)


def document_of(plan: Plan) -> dict:
    """The plan as JSON can hold it; `plan_of` gives back an equal plan."""
    document = _written(plan, ("tasks", "links", "resources", "calendars"))
    document["start"] = plan.start.isoformat()
    document["calendars"] = {name: _calendar_out(calendar) for name, calendar in plan.calendars.items()}
    document["resources"] = [_written(one) for one in plan.resources]
    document["tasks"] = [_written(task) for task in plan.tasks]
    document["links"] = [_written(link) for link in plan.links]
    return document


def write_json(plan: Plan) -> str:
    return json.dumps(document_of(plan), ensure_ascii=False, indent=1) + "\n"


# -- reading ---------------------------------------------------------------------------------------------------------


def _faulty(where: str, value, wanted: str):
    return UnreadablePlan("value_faulty", where=where, text=quote(value), wanted=wanted)


def _object(value: Any, where: str, names: list[str] | None) -> dict:
    if not isinstance(value, dict):
        raise _faulty(where, value, gettext_noop("an object of fields"))
    for name in value if names is not None else ():
        if name not in names:
            raise UnreadablePlan("json_unknown", where=where, field=name, known=", ".join(names))
    return value


def _list(values: dict, name: str, where: str) -> list:
    found = values.get(name, [])
    if not isinstance(found, list):
        raise _faulty(f"{where}.{name}", found, gettext_noop("a list"))
    return found


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _faulty(where, value, gettext_noop("text"))
    return value


def _whole(value: Any, where: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**12:
        raise _faulty(where, value, gettext_noop("a whole number"))
    return value


def _number(value: Any, where: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**12:
        raise _faulty(where, value, gettext_noop("a number"))
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _faulty(where, value, gettext_noop("true or false"))
    return value


def _amount(value: Any, where: str) -> int | Decimal:
    """Money: a number, or text where its decimals must stay exact."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        found = Decimal(str(value))
        if not found.is_finite() or abs(found) > 10**15:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise _faulty(where, value, gettext_noop("an amount")) from None
    return int(found) if found == found.to_integral_value() else found


def _identity(value: Any, where: str) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise _faulty(where, value, gettext_noop("a whole number or text"))
    return value


def _moment(value: Any, where: str) -> date | datetime:
    try:
        text = _text(value, where)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            found: date = date.fromisoformat(text)
        else:
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None:
                raise ValueError
            found = found.replace(second=0, microsecond=0)
        if not 1900 <= found.year <= 2200:
            raise ValueError
        return found
    except ValueError as fault:
        if isinstance(fault, UnreadablePlan):
            raise
        raise _faulty(where, value, gettext_noop("a day like 2025-09-22 or an instant like 2025-09-22T08:00:00")) from None


def _needs(value: Any, where: str) -> dict[str, int]:
    return {name: _whole(amount, f"{where}.{quote(name)}") for name, amount in _object(value, where, None).items()}


def _baselines(value: Any, where: str) -> tuple[Baseline, ...]:
    if not isinstance(value, list):
        raise _faulty(where, value, gettext_noop("a list"))
    return tuple(_made(Baseline, one, where) for one in value)


def _one_of(choices: type[StrEnum]):
    def read(value: Any, where: str):
        try:
            return choices(value)
        except ValueError:
            raise _faulty(where, value, " | ".join(choices)) from None

    return read


def _or_none(read):
    return lambda value, where: None if value is None else read(value, where)


#: By the type written in the dataclass.
_READERS = {
    "str": _text, "int": _whole, "bool": _flag, "int | float": _number, "int | None": _or_none(_whole),
    "Moment": _moment, "Moment | None": _or_none(_moment), "TaskId": _identity, "TaskId | None": _or_none(_identity),
    "int | Decimal | None": _or_none(_amount), "Mapping[str, int]": _needs, "tuple[Baseline, ...]": _baselines,
    "Decimal | None": _or_none(lambda value, where: Decimal(_amount(value, where))),
    "Unit": _one_of(Unit), "LagUnit": _one_of(LagUnit), "LinkKind": _one_of(LinkKind),
    "ConstraintKind": _one_of(ConstraintKind),
}


def _kind(of: type, name: str) -> str:
    return next(str(field.type) for field in fields(of) if field.name == name)


def _made(of: type, document: Any, where: str):
    """An object of a dataclass from its fields."""
    values = _object(document, where, [field.name for field in fields(of)])
    found = {}
    for field in fields(of):
        if field.name in values:
            found[field.name] = _READERS[str(field.type)](values[field.name], f"{where}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise UnreadablePlan("json_lacks", where=where, field=field.name)
    return of(**found)


# -- calendars -------------------------------------------------------------------------------------------------------

_CALENDAR_FIELDS = {
    "workdays": ["kind", "years"], "shifts": ["kind", "week", "exceptions", "base", "times"],
    "combined": ["kind", "parts", "every"],
}


def _calendar(document: Any, where: str) -> Calendar:
    kind = _object(document, where, None).get("kind")
    if kind not in _CALENDAR_FIELDS:
        raise _faulty(f"{where}.kind", kind, " | ".join(_CALENDAR_FIELDS))
    values = _object(document, where, _CALENDAR_FIELDS[kind])
    if kind == "workdays":
        return _workdays(values, where)
    if kind == "combined":
        parts = tuple(_text(part, f"{where}.parts") for part in _list(values, "parts", where))
        return CombinedCalendar(parts, _flag(values.get("every", False), f"{where}.every"))
    week = values.get("week", [None] * 7)
    if not isinstance(week, list) or len(week) != 7:
        raise _faulty(f"{where}.week", week, gettext_noop("a list of seven days from Monday"))
    exceptions = []
    for one in _list(values, "exceptions", where):
        given = _object(one, f"{where}.exceptions", ["first", "last", "times", "name"])
        first = _day(given.get("first"), f"{where}.exceptions.first")
        last = _day(given.get("last", given.get("first")), f"{where}.exceptions.last")
        if not first <= last or (last - first).days > 3700:
            raise _faulty(f"{where}.exceptions", f"{first} – {last}", gettext_noop("a spell of up to ten years"))
        name = _text(given.get("name", ""), f"{where}.exceptions.name")
        exceptions.append(ShiftException(first, last, _times(given.get("times", []), where), name))
    return ShiftCalendar(
        tuple(None if times is None else _times(times, where) for times in week), tuple(exceptions),
        _text(values.get("base", ""), f"{where}.base"), _times(values.get("times", []), where),
    )


def _workdays(values: dict, where: str) -> WorkCalendar:
    years = {}
    for year, notice in _object(values.get("years", {}), f"{where}.years", None).items():
        if not re.fullmatch(r"\d{4}", year, re.ASCII):
            raise _faulty(f"{where}.years", year, gettext_noop("a year"))
        given = _object(notice, f"{where}.years.{year}", ["holidays", "workdays", "title"])
        days = [
            frozenset(_day(day, f"{where}.years.{year}.{name}") for day in _list(given, name, where))
            for name in ("holidays", "workdays")
        ]
        try:
            years[int(year)] = YearNotice(int(year), *days, _text(given.get("title", ""), f"{where}.years.{year}.title"))
        except BadCalendar:
            raise _faulty(f"{where}.years", year, gettext_noop("a year whose notice agrees with itself")) from None
    return WorkCalendar(years)


def _day(value: Any, where: str) -> date:
    found = _moment(value, where)
    if isinstance(found, datetime):
        raise _faulty(where, value, gettext_noop("a day like 2025-09-22"))
    return found


def _times(value: Any, where: str) -> Times:
    if not isinstance(value, list) or any(not isinstance(one, list) or len(one) != 2 for one in value):
        raise _faulty(f"{where}.times", value, gettext_noop('a list of pairs like ["08:00", "12:00"]'))
    named = f"{where}.times"
    return tuple((clock_of(_text(a, named), named), clock_of(_text(b, named), named)) for a, b in value)


# -- writing ---------------------------------------------------------------------------------------------------------


def _written(one: Any, but: tuple[str, ...] = ()) -> dict:
    """The fields of a dataclass that differ from their usual value."""
    found = {}
    for field in fields(one):
        value = getattr(one, field.name)
        usual = field.default_factory() if field.default_factory is not MISSING else field.default
        if field.name not in but and (usual is MISSING or value != usual or type(value) is not type(usual)):
            found[field.name] = _plain(value)
    return found


def _plain(value: Any):
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    return value


def _calendar_out(calendar: Calendar) -> dict:
    if isinstance(calendar, WorkCalendar):
        years = {
            str(year): {
                "holidays": [day.isoformat() for day in sorted(notice.holidays)],
                "workdays": [day.isoformat() for day in sorted(notice.workdays)], "title": notice.title,
            }
            for year, notice in sorted(calendar.years.items())
        }
        return {"kind": "workdays", "years": years}
    if isinstance(calendar, CombinedCalendar):
        return {"kind": "combined", "parts": list(calendar.parts), "every": calendar.every}
    exceptions = [
        {"first": one.first.isoformat(), "last": one.last.isoformat(), "times": _clocks(one.times), "name": one.name}
        for one in calendar.exceptions
    ]
    week = [None if times is None else _clocks(times) for times in calendar.week]
    return {"kind": "shifts", "week": week, "exceptions": exceptions, "base": calendar.base,
            "times": _clocks(calendar.times)}


def _clocks(times: Times) -> list[list[str]]:
    return [[f"{minute // 60:02d}:{minute % 60:02d}" for minute in span] for span in times]
