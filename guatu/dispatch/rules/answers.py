"""Answers to an extra question, read and kept as text by the question's kind."""

from __future__ import annotations

from guatu.kernel.rules.cells import normalise_text, parse_bool, parse_number
from guatu.kernel.rules.days import Precision, parse_day
from guatu.kernel.rules.refusals import BadCell, quote


class NotOffered(Exception):
    """An answer that is none of the answers offered; `offered` lists them."""

    def __init__(self, text: str, offered: list[str]):
        super().__init__(text)
        self.text, self.offered = text, offered


def options_of(text: str) -> list[str]:
    """The answers offered: one a line, or separated by semicolons."""
    parts = text.replace("；", ";").replace("\n", ";").split(";")
    return list(dict.fromkeys(part for part in map(normalise_text, parts) if part))


def read_answer(kind: str, written: str, options: list[str]) -> str:
    """The text kept for an answer: a plain number, an ISO day, `yes` or `no`, one of `options`, or the text itself.
    Empty stays empty. Raises BadCell or NotOffered.
    """
    text = normalise_text(written) if kind != "text" else written.replace("\r\n", "\n").strip()
    if text == "":
        return ""
    if kind == "number":
        number = parse_number(text)
        return "" if number is None else f"{number.normalize():f}"
    if kind == "day":
        day = parse_day(text)
        if day.precision != Precision.DAY:
            raise BadCell("day_unreadable", {"text": quote(written)})
        return day.day.isoformat()
    if kind == "yes_no":
        return "yes" if parse_bool(text) else "no"
    if kind == "choice" and text not in options:
        raise NotOffered(text, options)
    return text
