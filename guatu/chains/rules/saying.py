"""What the names and scopes of many enterprises say, whatever chains there are; see `scopes.statements`."""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

from guatu.chains.rules.mapping import FIELDS
from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.forms import REGULAR, WIDE_WORDS, formed
from guatu.chains.rules.scopes.statements import STATEMENTS, StatementReader

#: The fields that are read beforehand, each with its place in FIELDS.
FIELDS_SAID = {field: FIELDS.index(field) for field in ("scope", "name")}
#: A statement by its row and field instead of its text.
SAID = ("row", "field", *STATEMENTS[1:])


def tells_more(texts: dict[str, pl.Series]) -> pl.Series:
    """Which rows tell their main business or products: what these say depends on each other."""
    more = (texts[field].fill_null("").str.len_bytes() > 0 for field in texts if field not in FIELDS_SAID)
    return reduce(or_, more, pl.repeat(False, len(texts["name"]), eager=True))


def told_of(texts: dict[str, pl.Series]) -> pl.DataFrame:
    """The texts of the rows that tell no more than name and scope, a row each: `row`, `field`, `text`."""
    asked = ~tells_more(texts)
    rows = pl.int_range(len(asked), eager=True)
    columns = (
        pl.DataFrame({"row": rows, "field": pl.repeat(place, len(rows), eager=True), "text": texts[field]}).filter(asked)
        for field, place in FIELDS_SAID.items()
    )
    return pl.concat(columns).drop_nulls("text")


class Sayings:
    """Reads columns of names and scopes. Build it once; it remembers the pieces of texts it has met."""

    def __init__(self) -> None:
        self._reader = StatementReader()

    def read(self, texts: dict[str, pl.Series]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The statements of the rows that tell no more than name and scope, as columns of SAID in the order of the rows, and
        the texts, by `row` and `field`, that must be read as a whole: those with white space or odd characters in them, in
        which places are not those of the plain form, and those which the reader sets apart. `texts` are columns of one
        length by their field, texts or null."""
        written = told_of(texts).filter(pl.col("text").str.len_bytes() > 0)
        text = pl.col("text")
        regular = written.select(text.str.contains(REGULAR) & ~text.str.contains(WIDE_WORDS)).to_series()
        whole, written = written.filter(~regular), written.filter(regular)
        form = formed(text)
        form = pl.when(pl.col("field") == FIELDS_SAID["name"]).then(form.str.replace(words.NAME_END, "")).otherwise(form)
        said, apart = self._reader.read(written.select(form).to_series())
        told = written.select("row", "field")
        whole = pl.concat([whole.select("row", "field"), told[apart]])
        said = pl.concat([told[said["text"]], said.drop("text")], how="horizontal")
        return said.sort("row", "field", maintain_order=True), whole
