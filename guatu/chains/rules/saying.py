"""What the names and scopes of many enterprises say, whatever chains there are; see `scopes.sayings`."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import NamedTuple

import polars as pl

from guatu.chains.rules.mapping import FIELDS
from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.forms import REGULAR, SPACED, WIDE_WORDS, formed, places_of, without_space
from guatu.chains.rules.scopes.known import ONE_BY_ONE
from guatu.chains.rules.scopes.sayings import SAYINGS, SayingReader

#: The fields that are read beforehand, each with its place in FIELDS.
FIELDS_SAID = {field: FIELDS.index(field) for field in ("scope", "name")}
#: A saying by its row and field instead of its text.
SAID = ("row", "field", *SAYINGS[1:])


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


class Said(NamedTuple):
    """Of many rows: `sayings` as columns of SAID in the order of the rows; by `row` and `field` the texts `apart`, which must
    be read as a whole, since they hold odd characters; and those `formed`: with white space or wide characters, so that
    places are those of the plain form."""

    sayings: pl.DataFrame
    apart: pl.DataFrame
    formed: pl.DataFrame


class ManySayings:
    """Reads columns of names and scopes. Build it once; it remembers the pieces of texts it has met."""

    def __init__(self) -> None:
        self._reader = SayingReader()

    def read(self, texts: dict[str, pl.Series]) -> Said:
        """Of the rows that tell no more than name and scope. `texts` are columns of one length by their field, texts or null."""
        written = told_of(texts).filter(pl.col("text").str.len_bytes() > 0)
        text, named = pl.col("text"), pl.col("field") == FIELDS_SAID["name"]
        regular = written.select(text.str.contains(REGULAR) & ~text.str.contains(WIDE_WORDS)).to_series()
        told = ~regular & written.select(~named & text.str.contains(SPACED)).to_series()
        taken = regular | told
        whole, written, told = written.filter(~taken), written.filter(taken), told.filter(taken)
        gaps = {at: places_of(written["text"][at]).gaps for at in told.arg_true()}
        form = pl.when(pl.lit(told)).then(without_space(formed(text))).otherwise(formed(text))
        form = pl.when(named).then(form.str.replace(words.NAME_END, "")).otherwise(form)
        forms = written.select(form).to_series()
        # A name that is no list says what a mapper makes of all of it.
        odd = written.select(named).to_series() & forms.str.contains(ONE_BY_ONE)
        whole = pl.concat([whole, written.filter(odd)])
        said = self._reader.read(
            forms.scatter(odd.arg_true(), ""), {at: found for at, found in gaps.items() if found})
        texts = written.select("row", "field")
        sayings = pl.concat([texts[said["text"]], said.drop("text")], how="horizontal")
        return Said(
            sayings.sort("row", "field", maintain_order=True),
            whole.select("row", "field").sort("row", "field"),
            texts.filter(told).sort("row", "field"))
