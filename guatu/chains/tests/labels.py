"""The hand-labelled scope sentences of `labelled/`: reads them, decides nothing (docs/labels.md)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "labelled"
ROLES = ("makes", "develops", "sells", "serves")  # the strongest first


@dataclass(frozen=True)
class Case:
    """One sentence and the roles it states: `expect` maps a term to its role, `excluded` gives nothing."""

    id: str
    theme: str
    name: str
    text: str
    expect: dict[str, str]
    excluded: frozenset[str]
    why: str

    @property
    def judged(self) -> frozenset[str]:
        """The terms about which the case says something."""
        return self.excluded | self.expect.keys()


def plain(text: str) -> str:
    """The form in which terms are compared: NFKC, without white space, letters in small."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def spans(term: str, text: str) -> list[tuple[int, int]]:
    """Where `term` stands in `text`, both in plain form; a term of letters does not begin or end inside a word."""
    found = []
    for match in re.finditer(f"(?={re.escape(term)})", text):
        start, end = match.start(), match.start() + len(term)
        outside = text[start - 1 : start] + text[end : end + 1]
        if not (term.isascii() and re.search("[a-z]", outside)):
            found.append((start, end))
    return found


def rows() -> list[tuple[str, dict]]:
    """Every entry of every file as it is written, with the theme its file is named after."""
    return [
        (path.stem, row)
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@cache
def cases() -> tuple[Case, ...]:
    """All labelled cases, by file and in the order in which they stand there."""
    return tuple(
        Case(
            id=row["id"],
            theme=theme,
            name=row.get("name", ""),
            text=row["text"],
            expect={each["term"]: each["role"] for each in row["expect"]},
            excluded=frozenset(row.get("not", ())),
            why=row["why"],
        )
        for theme, row in rows()
    )
