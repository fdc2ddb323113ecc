"""What a person types into a section, read back into paragraphs; and the numbers in it that no figure backs.

A figure stands in the text as {name=value}. The value is there for the eye: another one than the computed is refused,
so that nobody overwrites a figure by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from guatu.bulletins.rules.content import Content, Paragraph, Ref, paragraph

MARK = re.compile(r"\{([^{}=\n]{1,120})(=[^{}\n]*)?\}")
#: Digits that are no figures: days, numbers of bulletins, tables and articles, ordinals.
NO_FIGURES = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?|\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}[日号]|\d{4}-\d{2}(?:-\d{2})?|"
    r"\d{4}(?:Q[1-4]|H[12])|第\d+[期号条]|[表图]\d+|附件\d+|"
    r"\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?|"
    r"(?:No\. ?|Table |Annex )\d+|\b\d+(?:st|nd|rd|th)\b"
)
NUMBER = re.compile(
    r"\d[\d,]*(?:\.\d+)?%?[个项家名处起条件次天万亿元]*|[一二三四五六七八九十百千两]+(?:[个项家名处起次]|亿元|万元|亿|万)"
)


class EditFault(ValueError):
    """What cannot be read: `code` is figure_differs or no_figure, `params` say which."""

    def __init__(self, code: str, **params: str):
        super().__init__(code)
        self.code = code
        self.params = params


def written(paragraphs: Iterable[Paragraph], content: Content) -> str:
    """The text for the field in which a person edits a section."""
    return "\n".join(
        "".join(f"{{{_shown(run, content)}}}" if isinstance(run, Ref) else run for run in runs) for runs in paragraphs
    )


def _shown(run: Ref, content: Content) -> str:
    figure = content.figures[run.key]
    return f"{figure.name}={figure.text}"


def parse(text: str, content: Content) -> tuple[Paragraph, ...]:
    """One paragraph a line. Raises EditFault for a figure that is not there or is given another value."""
    keys = {shown.name: key for key, shown in content.figures.items()}
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    return tuple(_read(line, content, keys) for line in lines if line)


def _read(line: str, content: Content, keys: dict[str, str]) -> Paragraph:
    pieces, end = [], 0
    for found in MARK.finditer(line):
        name, typed = found[1].strip(), found[2]
        if name not in keys:
            if typed is None:
                continue  # braces of the person's own
            raise EditFault("no_figure", name=name, near=_near(name, list(keys)))
        figure = content.figures[keys[name]]
        if typed is not None and typed[1:].strip() not in ("", figure.text):
            raise EditFault("figure_differs", name=name, typed=typed[1:].strip(), computed=figure.text)
        pieces += [line[end : found.start()], Ref(keys[name])]
        end = found.end()
    return paragraph(pieces, line[end:])


def _near(name: str, names: list[str]) -> str:
    beginning = [known for known in names if known.startswith(name)]
    return next(iter(beginning or get_close_matches(name, names, 1, 0.5)), "")


def unbacked(paragraphs: Iterable[Paragraph], content: Content) -> list[str]:
    """Numbers typed by hand, in their order: digits with their unit, and Chinese numerals before a measure word.

    Days, table numbers and the names of the bulletin's own projects, units and milestones are left out.
    """
    names = sorted((unicodedata.normalize("NFKC", name) for name in content.names), key=len, reverse=True)
    found = []
    for runs in paragraphs:
        text = unicodedata.normalize("NFKC", "".join("\0" if isinstance(run, Ref) else run for run in runs))
        for name in names:
            text = text.replace(name, "\0")
        found += [number.rstrip(",") for number in NUMBER.findall(NO_FIGURES.sub("\0", text))]
    return found
