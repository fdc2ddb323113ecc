"""A small zone whose month is open."""

from __future__ import annotations

import struct
import zlib
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from unittest.mock import patch

from django.utils import timezone

from guatu.dispatch import actions as dispatch
from guatu.dispatch.models import ProgressReport
from guatu.dispatch.rules.months import parse_month
from guatu.kernel import actions
from guatu.projects.tests.world import World, build
from guatu.reference import calendars

#: Of the first twelve projects of `build`, those that stand on a list whose projects owe a report.
OWING = ["p02", "p03", "p04", "p05", "p09", "p10", "p11"]


@contextmanager
def on(day: str):
    """The house's clock stands at noon of a day in Shanghai."""
    instant = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=4)
    with patch.object(timezone, "now", lambda: instant):
        yield


def opened(actor, month: str = "2026-11", day: str = "2026-11-02", projects: int = 12) -> World:
    """The world of the tests of projects, with published calendars, and one month opened on a day."""
    calendars.load_published(actor)
    world = build(actor, projects)
    with on(day):
        dispatch.open_month(actor, parse_month(month))
    return world


def report_of(code: str, month: str = "2026-11") -> ProgressReport:
    return ProgressReport.everything.select_related("project", "period").get(project__code=code, month=month)


def says(**values) -> dict:
    return {"progress": "normal", "invested_cny": Decimal(12_000_000), "problem": "", "next_step": "做下一步", **values}


def hand_in(actor, report: ProgressReport, answers: dict | None = None, **values) -> ProgressReport:
    actions.write(actor, dispatch.reporting(report, says(**values), answers or {}, True))
    return ProgressReport.everything.select_related("project", "period").get(pk=report.pk)


def fresh(report: ProgressReport) -> ProgressReport:
    return ProgressReport.everything.select_related("project", "period").get(pk=report.pk)


def png(shade: int = 0) -> bytes:
    """A picture of one dot."""
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes([0, shade]))) + part(b"IEND", b"")
