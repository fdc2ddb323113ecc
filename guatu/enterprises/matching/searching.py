"""Columns of names searched for among all enterprises: by blocks of equal keys, so that the work grows with the names.

A name is looked for by its credit code, then letter by letter, and only where neither finds anybody by its parts: core,
trade, branch and place together, or, for short names, core and place. A block of too many rows is never compared pair by
pair: a name that so many bear tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from guatu.enterprises.matching.names import PARTS, SCHEMA, as_name, cells
from guatu.enterprises.matching.places import places
from guatu.enterprises.rules.credit_codes import checked_codes, clean_code
from guatu.enterprises.rules.matching import Factors, Likeness, Reason, Thresholds, compare
from guatu.enterprises.rules.names import SHARES, Name, Places, parse_name, short_name

#: Enterprises of one block that are compared with a name; where there are more, the name tells nobody.
MOST_IN_BLOCK = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a table: `row` as in the file, the name as written, the credit code as written or ""."""

    row: int
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a line was matched with: the enterprise's key and legal name, or None and None."""

    row: int
    key: str | None
    uscc: str | None
    match: str | None
    score: float
    reasons: tuple[Reason, ...]
    status: str


@dataclass(frozen=True)
class Several:
    """How the score falls where several enterprises fit equally well, and above how many the name tells nobody."""

    factor: float = 0.9
    most: int = 5


def parse_asked(text: str, known: Places | None = None) -> Name:
    """The parts of a name as people write it: legal names as they are, short names without an exchange's marks."""
    known = known or places()
    name = parse_name(text, known)
    if name.is_short and (bare := short_name(text)) != text:
        return parse_name(bare, known)
    return name


class Searcher:
    """Searches one set of enterprises. `tables` have the columns of `SCHEMA`; `aliases` are names that an enterprise
    bears besides, as (name, key)."""

    def __init__(
        self, tables: Iterable[pa.Table | Sequence[str]], aliases: Iterable[tuple[str, str]] = (),
        factors: Factors = Factors(), thresholds: Thresholds = Thresholds(), several: Several = Several(),  # noqa: B008
    ):
        frames = [pl.from_arrow(table) if isinstance(table, pa.Table) else pl.read_parquet(list(table)) for table in tables]
        frames = [frame for frame in frames if frame.height] or [pl.from_arrow(SCHEMA.empty_table())]
        self.rows = pl.concat(frames).with_columns(_block()).with_row_index("at")
        self.factors, self.thresholds, self.several = factors, thresholds, several
        self.aliases = self._aliases(list(aliases))

    def _aliases(self, pairs: list[tuple[str, str]]) -> dict[str, list[int]]:
        if not pairs:
            return {}
        wanted = {key for _name, key in pairs}
        at = dict(self.rows.filter(pl.col("key").is_in(wanted)).select("key", "at").iter_rows())
        found: dict[str, list[int]] = {}
        for name, key in pairs:
            if key in at:
                found.setdefault(parse_asked(name).plain, []).append(at[key])
        return found

    def search(self, asked: Sequence[Asked]) -> list[Found]:
        """What each line matches, in their order."""
        names = [parse_asked(one.name) for one in asked]
        codes, wrong = _codes(asked)
        frame = _frame(range(len(names)), codes, names)
        answers: list[Found | None] = [None] * len(names)
        by_code = self._pairs(frame.filter(pl.col("code") != ""), ["code"], ["uscc"])
        for place, ats in by_code.items():
            answers[place] = self._coded(asked[place], names[place], ats[0])
        left = self._left(frame, answers)
        by_name = self._pairs(left, ["plain"], ["plain"])
        for place, ats in self._aliased(names, answers).items():
            by_name[place] = list(dict.fromkeys([*by_name.get(place, []), *ats]))
        candidates = self._by_parts(left.filter(~pl.col("place").is_in(list(by_name))))
        rows = self._details({at for ats in (*by_name.values(), *candidates.values()) for at in ats})
        again = []
        for place, one in enumerate(asked):
            if answers[place] is None:
                ats = by_name.get(place) or candidates.get(place, [])
                answers[place] = self._best(one, names[place], codes[place], wrong[place], [rows[at] for at in ats])
                if answers[place].status == "none" and names[place].is_short:
                    again.append(place)
        self._read_otherwise(asked, names, codes, wrong, answers, again)
        return answers

    def _read_otherwise(self, asked, names, codes, wrong, answers, again: list[int]) -> None:
        """Short names that nobody was found for, read as if they began with no county."""
        others = {place: name for place in again
                  if (name := parse_asked(asked[place].name, places().sure)).core != names[place].core}
        candidates = self._by_parts(_frame(others, [codes[place] for place in others], list(others.values())))
        rows = self._details({at for ats in candidates.values() for at in ats})
        for place, ats in candidates.items():
            found = self._best(asked[place], others[place], codes[place], wrong[place], [rows[at] for at in ats])
            if found.score > answers[place].score:
                answers[place] = found

    # -- candidates ----------------------------------------------------------------------------------------------------

    def _left(self, frame: pl.DataFrame, answers: list) -> pl.DataFrame:
        return frame.filter(pl.Series([answer is None for answer in answers], dtype=pl.Boolean)) if answers else frame

    def _pairs(
        self, frame: pl.DataFrame, left: list[str], right: list[str], most: int | None = None, rows: pl.DataFrame | None = None,
    ) -> dict[int, list[int]]:
        """Places of rows that agree in some columns, by the place of the line; of blocks larger than `most` none."""
        if frame.is_empty():
            return {}
        rows = self.rows if rows is None else rows
        keys = frame.select(left).unique()
        block = rows.join(keys, left_on=right, right_on=left, how="semi")
        if most is not None:
            small = block.group_by(right).len().filter(pl.col("len") <= most)
            block = block.join(small, on=right, how="semi")
        pairs = frame.select("place", *left).join(block.select("at", *right), left_on=left, right_on=right)
        return {place: ats for place, ats in pairs.group_by("place").agg("at").iter_rows()}

    def _by_parts(self, frame: pl.DataFrame) -> dict[int, list[int]]:
        frame = frame.filter(pl.col("core").str.len_chars() >= 2)
        is_short = pl.col("form").is_in(["", SHARES])
        full, short = frame.filter(~is_short), frame.filter(is_short)
        told, bare = (pl.col("block") != ""), (pl.col("block") == "")
        whole = ["core", "trade", "branch", "group"]
        nameless = self.rows.filter(bare)
        plain_rows = self.rows.filter(pl.col("branch") == "")
        steps = [
            (full.filter(told), [*whole, "block"], MOST_IN_BLOCK, None),
            (full.filter(told), whole, MOST_IN_BLOCK, nameless),
            (full.filter(bare), whole, MOST_IN_BLOCK, None),
            (short.filter(told & (pl.col("branch") == "")), ["core", "block"], MOST_IN_BLOCK, plain_rows),
            (short.filter(bare & (pl.col("branch") == "")), ["core"], MOST_IN_BLOCK, plain_rows),
            (short.filter(pl.col("branch") != ""), ["core", "branch"], MOST_IN_BLOCK, None),
        ]
        found: dict[int, list[int]] = {}
        for lines, keys, most, rows in steps:
            for place, ats in self._pairs(lines, keys, keys, most, rows).items():
                found.setdefault(place, []).extend(ats)
        return found

    def _aliased(self, names: list[Name], answers: list) -> dict[int, list[int]]:
        return {place: self.aliases[name.plain] for place, name in enumerate(names)
                if answers[place] is None and name.plain in self.aliases} if self.aliases else {}

    def _details(self, wanted: set[int]) -> dict[int, tuple]:
        ats = sorted(wanted)
        rows = self.rows[ats].select("at", "key", "uscc", "name", *PARTS)
        return {row[0]: row for row in rows.iter_rows()}

    # -- judging -------------------------------------------------------------------------------------------------------

    def _coded(self, one: Asked, name: Name, at: int) -> Found:
        _at, key, uscc, legal, *parts = self._details({at})[at]
        code = "code_same" if compare(name, as_name(tuple(parts))).score >= self.thresholds.doubtful else "code_same_name_other"
        score = 1.0 if code == "code_same" else max(self.thresholds.automatic, 0.97)
        return Found(one.row, key, uscc, legal, score, (Reason(code),), self.thresholds.status(score))

    def _best(self, one: Asked, name: Name, code: str, wrong: bool, rows: list[tuple]) -> Found:
        judged: list[tuple[Likeness, tuple]] = []
        for row in rows:
            if code and row[2] and row[2] != code:
                judged.append((Likeness(0.0, (Reason("code_differs"),)), row))
                continue
            other = as_name(row[4:])
            likeness = compare(name, other, self.factors)
            if likeness.score < 1 and row[0] in self.aliases.get(name.plain, ()):
                likeness = Likeness(0.98, (Reason("alias"),))
            elif other.plain == name.plain:
                same = one.name.strip() == row[3]
                likeness = Likeness(1.0 if same else 0.99, (Reason("name_same" if same else "name_same_plain"),))
            judged.append((likeness, row))
        if not judged:
            return Found(one.row, None, None, None, 0.0, (Reason("nobody" if one.name.strip() else "empty"),), "none")
        best = max(likeness.score for likeness, _row in judged)
        top = [(likeness, row) for likeness, row in judged if likeness.score >= best - 1e-9]
        likeness, row = min(top, key=lambda pair: (not pair[1][1].startswith("E:"), pair[1][1]))
        score, reasons = best, likeness.reasons
        bearers = _bearers([row for _likeness, row in top])
        if bearers > 1 and score > 0:
            reasons += (Reason("several", (("count", bearers),)),)
            exact = as_name(row[4:]).plain == name.plain
            score *= self.several.factor if bearers <= self.several.most or exact else 1 / bearers
        if wrong:
            reasons += (Reason("code_invalid"),)
        elif code and score > 0:
            reasons += (Reason("code_unknown"),)
        status = self.thresholds.status(round(score, 4))
        if status == "none":
            return Found(one.row, None, None, None, round(score, 4), reasons, status)
        return Found(one.row, row[1], row[2], row[3], round(score, 4), reasons, status)


def _frame(at: Iterable[int], codes: Sequence[str], names: Sequence[Name]) -> pl.DataFrame:
    """Lines with the parts of their names, as the searched rows have them."""
    parts = zip(*map(cells, names), strict=True) if names else [[] for _part in PARTS]
    columns = {"place": list(at), "code": list(codes), **{part: list(column) for part, column in zip(PARTS, parts, strict=True)}}
    flags = {"bracketed": pl.Boolean, "group": pl.Boolean, "place": pl.UInt32}
    return pl.DataFrame(columns, schema={name: flags.get(name, pl.String) for name in columns}).with_columns(_block())


def _block() -> pl.Expr:
    """The prefecture of a name's place, or its province where it tells no more; "" for none or the country alone."""
    first = pl.col("places").str.split(";").list.filter(pl.element() != "0").list.first().fill_null("")
    return first.str.slice(0, 4).alias("block")


def _codes(asked: Sequence[Asked]) -> tuple[list[str], list[bool]]:
    """The right credit codes, "" for none; and whether one stood there that is not right."""
    cleaned = [clean_code(one.code) if one.code else "" for one in asked]
    right = checked_codes(np.array([code.encode() for code in cleaned], dtype=object)) if cleaned else []
    return ([code if fine else "" for code, fine in zip(cleaned, right, strict=True)],
            [bool(code) and not fine for code, fine in zip(cleaned, right, strict=True)])


def _bearers(rows: list[tuple]) -> int:
    """How many enterprises some rows are: rows of one credit code are one, and one without a code is whoever else bears its
    very name."""
    coded = {row[2]: row[4] for row in rows if row[2]}
    plain = {row[4] for row in rows if not row[2]} - set(coded.values())
    return len(coded) + len(plain)
