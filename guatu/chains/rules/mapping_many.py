"""Many enterprises at once: what `Mapper.read` says of each name and scope, by way of `ManyReader`.

Only texts in which a term stands are looked at; that, and the plain form of most texts, is worked out by Polars for a
whole column. An enterprise that tells its main business or products is read by the mapper itself: they are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import polars as pl

from guatu.chains.rules.graph import Chain
from guatu.chains.rules.mapping import RULES, Found, Mapper, Mapping, combine
from guatu.chains.rules.scopes.many import ManyReader, Read
from guatu.chains.rules.scopes.plain import Plain, plain

# Characters whose plain form is one character that a table tells; a text of others only is formed one by one.
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F)))
_HALF = [chr(ord(char) - 0xFEE0).lower() for char in _WIDE]
_REGULAR = r"^[\x21-\x7e\x{4e00}-\x{9fff}\x{ff01}-\x{ff5e}。、“”‘’《》【】—·]*$"
# A term may be written in these where plain forms are not compared yet.
_WIDE_WORDS = r"[\x{ff0d}\x{ff0f}-\x{ff19}\x{ff21}-\x{ff3a}\x{ff41}-\x{ff5a}]"


class ManyMapper:
    """Maps columns of names and scopes. Build it once; it remembers the pieces of texts it has met."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        self._chains = list(chains)

    @cached_property
    def mapper(self) -> Mapper:
        return Mapper(self._chains)

    @cached_property
    def _reader(self) -> ManyReader:
        return ManyReader({chain: found.terms.values() for chain, found in self.mapper.vocabularies.items()})

    @cached_property
    def _terms(self) -> list[str]:
        return list(self._reader.vocabularies.forms)

    def read(
        self, names: pl.Series, scopes: pl.Series, businesses: pl.Series, products: pl.Series
    ) -> Iterator[tuple[int, list[Mapping]]]:
        """The mappings of each row that has any, with its place; the columns are of one length, texts or null."""
        told = (businesses.fill_null("").str.len_bytes() > 0) | (products.fill_null("").str.len_bytes() > 0)
        found: dict[int, list[Found]] = {}
        for field, column in (("scope", scopes), ("name", names)):
            for row, form in self._forms(column.set(told, None), field):
                for each in self._founds(field, form):
                    found.setdefault(row, []).append(each)
        for row, founds in found.items():
            yield row, combine(founds)
        for row in told.arg_true():
            texts = {"scope": scopes[row], "main_business": businesses[row], "products": products[row]}
            mappings = self.mapper.read(names[row] or "", {field: text for field, text in texts.items() if text})
            if mappings:
                yield row, mappings

    # -- forms ---------------------------------------------------------------------------------------------------------

    def _forms(self, column: pl.Series, field: str) -> Iterator[tuple[int, Plain]]:
        """The plain forms of those texts of a column in which a term may stand, each with its row."""
        rows = pl.DataFrame({"text": column}).with_row_index("row").drop_nulls("text")
        text = pl.col("text")
        regular = text.str.contains(_REGULAR)
        holds = text.str.contains_any(self._terms, ascii_case_insensitive=True) | text.str.contains(_WIDE_WORDS)
        rows = rows.with_columns(regular=regular).filter(~pl.col("regular") | holds)
        form = text.str.to_lowercase().str.replace_many(list(_WIDE), _HALF)
        regulars = rows.filter("regular").select("row", form)
        for row, whole in zip(regulars["row"], regulars["text"], strict=True):
            yield row, self._of_field(field, Plain(whole, range(len(whole)), ()))
        odd = rows.filter(~pl.col("regular"))
        for row, written in zip(odd["row"], odd["text"], strict=True):
            yield row, self._of_field(field, plain(written))

    def _of_field(self, field: str, form: Plain) -> Plain:
        return self.mapper.reader.name_form_of(form) if field == "name" else form

    # -- findings ------------------------------------------------------------------------------------------------------

    def _founds(self, field: str, form: Plain) -> Sequence[Found]:
        reads = list(self._reader.read(form.text, form.gaps))
        if not reads:
            return ()
        if field == "name" and any(self._may_be_an_item(each, form.text) for each in reads):
            return list(self.mapper.text(field, form))
        fabless = self.mapper.reader.is_fabless(form.text)
        return [one for each in reads for one in self._one(each, field, form, fabless)]

    def _one(self, read: Read, field: str, form: Plain, fabless: bool) -> Iterator[Found]:
        start, end = form.original(read.start, read.end)
        verb = form.original(*read.verb)
        for chain in read.vocabularies:
            known = self.mapper.by_form[chain].get(read.form)
            if known is None:
                continue  # a word in which the chain's terms do not count
            node, term = known
            role = read.role
            if role == "makes" and fabless:
                role = "develops"
            elif role == "serves" and read.verb[0] < read.end and read.verb[1] > read.start:
                role = self.mapper.of_work(chain, node)
            yield Found(chain, node, role, field, start, end, verb, term)

    @staticmethod
    def _may_be_an_item(read: Read, text: str) -> bool:
        """Whether the mapper must be asked if the verb behind a product is about it: 汽车内饰和进出口贸易."""
        return (
            read.role in ("sells", "serves")
            and "name" in RULES["default_fields"]
            and read.verb[0] >= read.end
            and any(join in text[read.end : read.verb[0]] for join in "、及和与")
        )
