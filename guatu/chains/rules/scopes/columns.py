"""A column of texts read at once: the same reading as `reading.Reader`, with nothing worked out twice.

The texts of a register repeat each other in their pieces, not as a whole. So they are taken apart as columns: at 。 and ；
into stretches, of which only those with a term in them are looked at; these at 、 and ， into items; an item is lexed once
for each different one, and which verb governs what is asked once for each different row of shapes. What is known of items
and shapes is joined back to the rows as columns of numbers. White space in a list is told beside its item. The few texts
for which that is not enough (numbered clauses, work done by others) are read by `many.ManyReader`.
`guatu/chains/tests/test_scopes_columns.py` holds all readings against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow.compute as pc

from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.clearing import SIGN_WORDS, clear_column, clear_stretch
from guatu.chains.rules.scopes.items import GOODS
from guatu.chains.rules.scopes.known import KnownItems, with_gaps
from guatu.chains.rules.scopes.many import BORDER, NUMBERED, ManyReader
from guatu.chains.rules.scopes.parts import Hits, Rows, governed_hits
from guatu.chains.rules.scopes.reaching import reached_hits

#: What one text may hold before it, without a verb, and with a colon: a heading that carries nothing on.
_HEADING = r"^(?:一般|许可|前置许可|后置许可)(?:经营)?项目:"
#: The end of an item with 、 behind it that would be read in another way with ，: see `words.STOCK`.
_BEFORE_COMMA = "(?:线|体系|矩阵)、$"
_KEPT_LIST, _KEPT_COMMA, _CUT = "\x01", "\x02", "\x03"  # marks that number something, and where a text is cut


class Reads(NamedTuple):
    """Columns of one length, a row a term: the text's place in the column read, the number of the term among the plain
    forms, of the vocabularies that own it, the role by its place in `segments.STRENGTH`, and where term and verb stand in
    the plain text."""

    text: np.ndarray
    form: np.ndarray
    owners: np.ndarray
    role: np.ndarray
    start: np.ndarray
    end: np.ndarray
    verb_start: np.ndarray
    verb_end: np.ndarray


_NO_HITS = Hits(*(np.zeros(0, np.int64) for _ in Hits._fields))


class Columns:
    """Takes columns of plain texts apart into items, and says what governs what is known of these. Build it once; it
    remembers what it has met."""

    def __init__(self, known: KnownItems) -> None:
        self.known = known
        unnamed = f"[\\x{{4e00}}-\\x{{9fff}}&&[^{''.join(sorted(known.items.named()))}]]"
        self._goods_first = f"^[^、,]*{unnamed}"

    def holds(self) -> pl.Expr:
        """Which stretches are looked at (column `stretch`)."""
        return pl.lit(True)

    def governed(
        self, texts: pl.Series, gaps: Mapping[int, Sequence[int]] = MappingProxyType({})
    ) -> tuple[pl.DataFrame, Hits, pl.Series]:
        """The items of plain texts with the place of their text (`text`), their own in it (`place`) and their `context`; what
        is known of them with its role, by the row of its item; and the places of the texts that must be read one by one.
        `gaps` are those of the texts that have any, by their place."""
        if texts.is_empty():
            return pl.DataFrame(), _NO_HITS, pl.Series([], dtype=pl.Int64)
        whole = clear_column(texts)
        stretches = self._stretches(whole)
        stretches = stretches.with_columns(reached=self._reached(stretches)).filter(pl.col("holds") | pl.col("reached"))
        stretches = stretches.with_columns(stretch=_cleared(stretches["stretch"]))
        odd = texts.str.contains(words.ACROSS).to_numpy(writable=True)
        odd[stretches["text"].filter(stretches["stretch"].str.contains(NUMBERED)).to_numpy()] = True
        stretches = stretches.filter(~pl.Series(odd).gather(stretches["text"]))
        apart = pl.Series(np.flatnonzero(odd))
        if stretches.is_empty():
            return pl.DataFrame(), _NO_HITS, apart
        items = _items(stretches)
        if gaps:
            items = items.with_columns(context=_gapped(items, gaps))
        items = items.with_columns(item=self._numbers(items["context"]))
        found = [_NO_HITS]
        for reached, hits_of in ((False, governed_hits), (True, reached_hits)):
            rows = (items["reached"] == reached).arg_true()
            if len(rows):
                hits = hits_of(self.known, Rows(*(items[name].gather(rows).to_numpy() for name in Rows._fields)))
                found.append(hits._replace(row=rows.to_numpy()[hits.row]))
        return items, Hits(*map(np.concatenate, zip(*found, strict=True))), apart

    def _stretches(self, whole: pl.Series) -> pl.DataFrame:
        """The stretches of each text: where they stand, the number of their sentence, and whether a term stands in them."""
        frame = pl.DataFrame({"stretch": whole.str.replace_many(["。", ";"], ["。" + _CUT, ";" + _CUT]).str.split(_CUT)})
        frame = frame.with_row_index("text").explode("stretch")
        text, lengths = frame["text"].to_numpy(), frame["stretch"].str.len_chars().to_numpy()
        semi = frame["stretch"].str.ends_with(";").to_numpy()
        return frame.with_columns(
            place=pl.Series(_within(text, lengths)),
            sentence=pl.Series(np.cumsum(np.append(False, ~semi[:-1] | (text[1:] != text[:-1])))),
            stretch=pl.col("stretch").str.strip_chars_end("。;"),
            holds=self.holds(),
        )

    def _reached(self, stretches: pl.DataFrame) -> pl.Series:
        """The stretches of those sentences in which a verb may govern into a stretch with terms. Only a colon carries it
        across ；, or a text that begins with a verb alone."""
        sentence, holds = stretches["sentence"].to_numpy(), stretches["holds"].to_numpy()
        after = np.append(False, sentence[1:] == sentence[:-1])
        colon = stretches["stretch"].str.contains(":", literal=True) & stretches["stretch"].str.replace(
            _HEADING, "").str.contains(":", literal=True)
        before = _within(sentence, colon.to_numpy().astype(np.int64)) > 0
        reached = np.zeros(int(sentence[-1]) + 1, bool)
        reached[sentence[holds & before]] = True
        asked = np.zeros(len(reached), bool)
        asked[sentence[holds & after]] = True
        heads = stretches.filter(pl.Series((stretches["place"].to_numpy() == 0) & asked[sentence]))
        # Where nothing is taken out, most heads show at once that they hold goods.
        told = pl.col("stretch").str.contains(self._goods_first) & ~pl.col("stretch").str.contains_any(SIGN_WORDS)
        heads = heads.filter(~told)
        reached[heads["sentence"].to_numpy()] |= self._are_headings(heads["stretch"])
        return pl.Series(reached[sentence])

    def _are_headings(self, stretches: pl.Series) -> np.ndarray:
        """Which stretches begin with an item without goods; see `ManyReader.is_without_goods`."""
        if stretches.is_empty():
            return np.zeros(0, bool)
        borders = map(BORDER.search, stretches)
        heads = [stretch[: border.start()] if border else stretch for stretch, border in zip(stretches, borders, strict=True)]
        items = self._numbers(_bare("," + _cleared(pl.Series(heads, dtype=pl.String)) + ","))
        without = np.array([GOODS not in events for events in self.known.items.events])
        return without[self.known.shape[items]]

    def _numbers(self, contexts: pl.Series) -> np.ndarray:
        """The numbers of items in their contexts, in which a mark that numbers something may stand as a sign."""
        encoded = pc.dictionary_encode(contexts.to_arrow())
        different = as_known(pl.Series(encoded.dictionary, dtype=pl.String))
        return self.known.numbers(different)[encoded.indices.to_numpy()]


class ColumnReader(Columns):
    """Reads columns of plain texts for several vocabularies; only stretches with a term in them are looked at."""

    def __init__(self, vocabularies: Mapping[str, Iterable[str]]) -> None:
        self.one_by_one = ManyReader(vocabularies)
        super().__init__(KnownItems(self.one_by_one.items))
        self.forms = self.known.forms

    def holds(self) -> pl.Expr:
        return pl.col("stretch").str.contains_any(self.forms)

    def read(self, texts: pl.Series, gaps: Mapping[int, Sequence[int]] = MappingProxyType({})) -> tuple[Reads, pl.Series]:
        """The products of plain texts and their roles, and the places of the texts that must be read one by one; see
        `governed`. A firm without works of its own (`fabless`) is not told apart."""
        items, hits, apart = self.governed(texts, gaps)
        text = items["text"].to_numpy()[hits.row] if len(hits.row) else hits.row
        return Reads(text, *hits[1:]), apart


def as_known(contexts: pl.Series) -> pl.Series:
    """Contexts as `KnownItems` is told them, without the signs of marks that number something."""
    return contexts.str.replace_many([_KEPT_LIST, _KEPT_COMMA], ["、", ","])


def _cleared(stretches: pl.Series) -> pl.Series:
    """Stretches without what states nothing."""
    signs = stretches.str.contains_any(SIGN_WORDS)
    signed = stretches.filter(signs)
    encoded = pc.dictionary_encode(signed.to_arrow())
    cleared = pl.Series([clear_stretch(each) for each in encoded.dictionary.to_pylist()], dtype=pl.String)
    return stretches.scatter(signs.arg_true(), cleared.gather(encoded.indices.to_numpy()))


def _items(stretches: pl.DataFrame) -> pl.DataFrame:
    """The items of stretches in their contexts, a row each: the text, the stretch by number, the place in the text, and
    whether the mark behind is 、. The ends of a stretch are as good as ，."""
    column = stretches["stretch"]
    numbered = column.str.contains(r"\d[、,]|[、,]\d")
    kept = column.filter(numbered).str.replace_all(r"(\d)、", "${1}" + _KEPT_LIST).str.replace_all(r"、(\d)", _KEPT_LIST + "${1}")
    kept = kept.str.replace_all(r"(\d),", "${1}" + _KEPT_COMMA).str.replace_all(r",(\d)", _KEPT_COMMA + "${1}")
    column = column.scatter(numbered.arg_true(), kept)
    cut = column.str.replace_many(["、", ","], ["、" + _CUT, "," + _CUT]).str.split(_CUT)
    frame = stretches.with_columns(stretch=pl.int_range(pl.len()), item=cut).explode("item")
    stretch = frame["stretch"].to_numpy()
    last = np.append(stretch[1:] != stretch[:-1], True)[: len(stretch)]
    listed = frame["item"].str.ends_with("、").to_numpy() & ~last
    place = frame["place"].to_numpy() + _within(stretch, frame["item"].str.len_chars().to_numpy())
    # Before a word 、 and ， are as good as each other, and behind all but a few.
    behind = pl.when(pl.col("item").str.contains(_BEFORE_COMMA)).then(pl.lit("、")).otherwise(pl.lit(","))
    context = pl.concat_str(pl.lit(","), pl.col("item").str.strip_chars_end("、,"), behind)
    frame = frame.select(
        "text", "stretch", "sentence", "reached", begins=pl.col("place") == 0, place=pl.Series(place),
        listed=pl.Series(listed), context=context,
    )  # fmt: skip
    return frame.with_columns(context=_bare(frame["context"]), length=frame["context"].str.len_chars())


def _bare(contexts: pl.Series) -> pl.Series:
    """How much was taken out at the end of an item is nothing to the rest."""
    return contexts.str.replace("\\x00+(.)$", "\0${1}")


def _gapped(items: pl.DataFrame, gaps: Mapping[int, Sequence[int]]) -> pl.Series:
    """The contexts of items, those with white space in them or at one of their ends with where it stands."""
    text, place = items["text"].to_numpy().astype(np.int64), items["place"].to_numpy()
    length = items["length"].to_numpy() - 2  # without the marks
    at = np.repeat(np.array(list(gaps), np.int64), [len(each) for each in gaps.values()])
    gap = np.array([place for each in gaps.values() for place in each], np.int64)
    row = np.searchsorted(text << 32 | place, at << 32 | gap, side="right") - 1
    inside = (row >= 0) & (text[row] == at) & (gap - place[row] <= length[row])
    within: dict[int, list[int]] = {}
    for number, where in zip(row[inside].tolist(), (gap - place[row])[inside].tolist(), strict=True):
        within.setdefault(number, []).append(where)
    contexts = items["context"]
    told = [with_gaps(contexts[number], where) for number, where in within.items()]
    return contexts.scatter(list(within), told) if within else contexts


def _within(group: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """For each row the sum of the lengths before it in its group; rows of a group stand together."""
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = ends - lengths
    begins = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    return starts - np.repeat(starts[begins], np.diff(np.append(begins, len(group))))
