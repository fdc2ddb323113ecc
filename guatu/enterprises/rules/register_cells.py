"""Cells of a register: days, states of an enterprise, legal names."""

from __future__ import annotations

import re
from datetime import date, timedelta

from guatu.kernel.rules.refusals import gettext_noop
from guatu.kernel.rules.text import fold, normalise_text

#: Texts by which registers say that nothing is known.
NOTHING = frozenset({"", "-", "--", "—", "/", "\\", "n/a", "na", "nan", "null", "none", "nil", "无", "暂无", "未知", "不详", "长期"})
FIRST_DAY = date(1900, 1, 1)
_EXCEL_BEGINNING = date(1899, 12, 30)

TEMPLATES = {
    "day_unreadable": gettext_noop("No day can be read from “%(text)s”. Write it like 2003-05-12."),
    "day_future": gettext_noop("%(text)s has not come yet, so nothing can have been registered then. Correct the day."),
    "day_early": gettext_noop("%(text)s lies before 1900, when no such register was kept. Correct the day."),
}

_DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[T ][0-9:.+Z]*)?")
_DIGITS = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"([0-9]{1,5})(?:\.[0-9]*)?")

#: Words of a status, the first that stands in the text decides; “吊销，已注销” ended as deregistered.
_STATES = (
    ("未注销", "revoked"), ("注销", "deregistered"), ("吊销", "revoked"), ("撤销", "revoked"), ("迁出", "moved_out"),
    ("迁往", "moved_out"), ("已迁", "moved_out"),
    ("存续", "operating"), ("在业", "operating"), ("在营", "operating"), ("开业", "operating"), ("在册", "operating"),
    ("营业", "operating"), ("正常", "operating"), ("登记成立", "operating"), ("迁入", "operating"),
)
STATES = ("operating", "deregistered", "revoked", "moved_out", "unknown")


class BadDay(ValueError):
    """A cell that holds no day of a register; `TEMPLATES[code] % {"text": …}` is the sentence."""

    def __init__(self, code: str, text: str):
        super().__init__(TEMPLATES[code] % {"text": text})
        self.code = code
        self.text = text


def is_nothing(text: str | None) -> bool:
    return text is None or normalise_text(text).lower() in NOTHING


def parse_register_day(text: str | None, today: date) -> date | None:
    """The day in a cell: 2003-05-12 and its like, 20030512, 2003年5月12日, or the serial number of a spreadsheet. None for
    nothing. Raises BadDay for what is no day, lies before 1900 or after `today`."""
    if is_nothing(text):
        return None
    plain = fold(text)
    if plain.startswith("0000"):
        return None
    if found := _DAY.fullmatch(plain):
        parts = found.groups()
    elif _DIGITS.fullmatch(plain):
        parts = plain[:4], plain[4:6], plain[6:]
    elif found := _SERIAL.fullmatch(plain):
        return _bounded(_EXCEL_BEGINNING + timedelta(int(found[1])), today, text)
    else:
        raise BadDay("day_unreadable", _shown(text))
    try:
        return _bounded(date(*map(int, parts)), today, text)
    except ValueError as bad:
        raise bad if isinstance(bad, BadDay) else BadDay("day_unreadable", _shown(text)) from None


def _bounded(day: date, today: date, text: str) -> date:
    if day > today:
        raise BadDay("day_future", _shown(text))
    if day < FIRST_DAY:
        raise BadDay("day_early", _shown(text))
    return day


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def parse_status(text: str | None) -> str:
    """One of `STATES`; unknown where the words say nothing of it."""
    if is_nothing(text):
        return "unknown"
    plain = normalise_text(text)
    if plain.lower() in STATES:
        return plain.lower()
    return next((status for word, status in _STATES if word in plain), "unknown")


def legal_name(text: str) -> str:
    """A legal name in the one form in which names are compared: one width, no spaces, small letters."""
    return re.sub(r"\s", "", fold(text)).casefold()
