"""Reading PSPLIB's single-mode files (`.sm`): jobs, precedence, renewable resources.

The jobs keep the file's numbers, the two dummies included. Times are whole numbers from 0; the plan counts them as
calendar days from `EPOCH`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from guatu.kernel.rules.refusals import gettext_noop
from guatu.projects.rules.plans.network import Link, Plan, Resource, Task, Unit
from guatu.projects.rules.plans.problems import UnreadablePlan

EPOCH = date(2000, 1, 1)
_LONGEST = 5_000_000  # characters
_PARTS = ("PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES")


@dataclass(frozen=True)
class SmFile:
    """A read file. `mpm_time` is the length without regard to resources that the file states, or None."""

    plan: Plan
    horizon: int
    mpm_time: int | None


def read_sm(text: str, name: str = "") -> SmFile:
    """Raises UnreadablePlan."""
    if len(text) > _LONGEST:
        raise UnreadablePlan("file_large", size=len(text) // 1_000_000, most=_LONGEST // 1_000_000)
    if not text.strip():
        raise UnreadablePlan("file_empty")
    parts = _parts(text)
    head = parts[""]
    for part in _PARTS:
        if part not in parts:
            raise UnreadablePlan("sm_part", part=part)
    for _number, line in head:
        kind = re.match(r"\s*-\s*(nonrenewable|doubly constrained)\s*:\s*(\d+)", line)
        if kind and int(kind[2]):
            raise UnreadablePlan("sm_nonrenewable")
    rows = _rows(parts["PRECEDENCE RELATIONS"])
    links = []
    for number, line, row in rows:
        if len(row) < 3 or len(row) != 3 + row[2]:
            raise UnreadablePlan("line_faulty", line=number, text=line, wanted=gettext_noop("job, modes, successors and their numbers"))
        if row[1] != 1:
            raise UnreadablePlan("sm_modes", job=row[0], modes=row[1])
        links.extend(Link(row[0], succ) for succ in row[3:])
    capacities = [row for _number, _line, row in _rows(parts["RESOURCEAVAILABILITIES"])]
    if len(capacities) != 1:
        raise UnreadablePlan("sm_part", part="RESOURCEAVAILABILITIES")
    resources = tuple(Resource(f"R{place}", f"R {place}", many) for place, many in enumerate(capacities[0], 1))
    tasks = []
    for number, line, row in _rows(parts["REQUESTS/DURATIONS"]):
        if len(row) != 3 + len(resources):
            raise UnreadablePlan("line_faulty", line=number, text=line, wanted=gettext_noop("job, mode, duration and each request"))
        if row[1] != 1:
            raise UnreadablePlan("sm_modes", job=row[0], modes=row[1])
        needs = {resource.id: amount for resource, amount in zip(resources, row[3:], strict=True) if amount}
        tasks.append(Task(row[0], duration=row[2], unit=Unit.DAY, resources=needs))
    if not tasks:
        raise UnreadablePlan("sm_part", part="REQUESTS/DURATIONS")
    plan = Plan(tuple(tasks), tuple(links), start=EPOCH, resources=resources, name=name)
    return SmFile(plan, _horizon(head), _mpm_time(parts))


Lines = list[tuple[int, str]]


def _parts(text: str) -> dict[str, Lines]:
    """The numbered lines under each heading; those before the first stand under ""."""
    parts: dict[str, Lines] = {"": []}
    current = parts[""]
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or set(bare) <= set("*-"):
            continue
        if bare.endswith(":") and bare[:-1].isupper():
            current = parts.setdefault(bare[:-1], [])
            continue
        current.append((number, bare))
    return parts


def _rows(lines: Lines) -> list[tuple[int, str, list[int]]]:
    """The lines of numbers, without the headings of their columns."""
    rows = []
    for number, line in lines:
        words = line.split()
        if all(re.fullmatch(r"\d{1,9}", word) for word in words):
            rows.append((number, line, [int(word) for word in words]))
        elif not re.match(r"[A-Za-z]", line):
            raise UnreadablePlan("line_faulty", line=number, text=line, wanted=gettext_noop("whole numbers"))
    return rows


def _horizon(head: Lines) -> int:
    for _number, line in head:
        found = re.match(r"horizon\s*:\s*(\d+)", line)
        if found:
            return int(found[1])
    return 0


def _mpm_time(parts: dict[str, Lines]) -> int | None:
    rows = _rows(parts.get("PROJECT INFORMATION", []))
    return rows[0][2][-1] if len(rows) == 1 and len(rows[0][2]) == 6 else None
