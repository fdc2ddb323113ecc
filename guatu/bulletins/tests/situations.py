"""Situations worked out by hand for the tests of the rules."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from guatu.bulletins.rules.ranking import UnitStanding
from guatu.bulletins.rules.situation import ListStanding, Moved, NamedLight, Situation, Tally

YI = Decimal(100_000_000)


def usual() -> Situation:
    """Thirty projects, three red lights of two units."""
    return Situation(
        zone="青岛经济技术开发区",
        unit="",
        issuer="新区督查室",
        as_of=date(2022, 6, 30),
        since=date(2022, 6, 23),
        lists=(
            ListStanding("negotiating", "在谈", Tally(1, 3 * YI, 0), 1, 0, (Moved(1, "海工装备", "在谈，2022-06-28"),)),
            ListStanding("signed_registered", "签约注册未拿地", Tally(11, 15 * YI, 0), 0, 2, (),
                         (Moved(2, "彩电基地", "开工，2022-06-25"), Moved(3, "新能源", "开工，2022-06-26"))),
            ListStanding("land_acquired", "当年新拿地未开工", Tally()),
            ListStanding("under_construction", "在建", Tally(10, Decimal("2335570000"), 8), 2, 0,
                         (Moved(2, "彩电基地", "开工，2022-06-25"), Moved(3, "新能源", "开工，2022-06-26"))),
            ListStanding("investment_supporting", "固投支撑", Tally()),
        ),
        residuals=(
            ListStanding("completed_or_later", "竣工及以后", Tally(1, Decimal(0), 1)),
            ListStanding("paused", "暂停", Tally()),
            ListStanding("stage_unknown", "阶段不明", Tally(7, Decimal(0), 7)),
        ),
        total=Tally(30, Decimal("4135570000"), 16),
        units=(
            UnitStanding(11, "投资促进部", 2, 1, 1, 3, 1),
            UnitStanding(12, "建设局", 1, 0, 3, 1, 0),
            UnitStanding(13, "商务局", 0, 1, 6, 0, 0),
        ),
        overdue=(
            NamedLight(4, "光电显示", "竣工", "投资促进部", "2022-05-31", "2022-03-31", 21, 2, 61),
            NamedLight(5, "冷链", "开工", "建设局", "2022-06-15", "2022-06-15", 11, 0, 0),
            NamedLight(6, "智谷", "投产", "投资促进部", "2022-06-20", "2022-06-20", 8, 0, 0),
        ),
        moved=(NamedLight(4, "光电显示", "竣工", "投资促进部", "2022-05-31", "2022-03-31", 21, 2, 61),),
        named_most=10,
    )


def empty() -> Situation:
    """A zone without projects and promises."""
    found = usual()
    return replace(
        found,
        lists=tuple(ListStanding(entry.name, entry.label, Tally()) for entry in found.lists),
        residuals=(), total=Tally(), units=(), overdue=(), moved=(),
    )
