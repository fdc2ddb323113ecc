"""Many enterprises at once: what `Mapper.read` says of each name and scope, by way of columns.

Of texts that were read before (`saying.Said`) only the items in which a term stands are looked at; of others only the texts,
and that, and the plain form of most, is worked out by Polars for a whole column. An enterprise that tells its main business
or products is read by the mapper itself: they are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow.compute as pc

from guatu.chains.rules.graph import Chain
from guatu.chains.rules.mapping import FIELDS, RULES, Found, Mapper, Mapping
from guatu.chains.rules.saying import Said, tells_more, told_of
from guatu.chains.rules.scopes import words
from guatu.chains.rules.scopes.columns import ColumnReader, Reads
from guatu.chains.rules.scopes.forms import LONGER, REGULAR, SPACED, WIDE_WORDS, formed, places_of, without_space
from guatu.chains.rules.scopes.lists import ranges
from guatu.chains.rules.scopes.many import Read
from guatu.chains.rules.scopes.plain import Plain, plain
from guatu.chains.rules.scopes.segments import STRENGTH
from guatu.chains.rules.scopes.tokens import holding_verbs

_WIDE_MARKS = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_NAME = FIELDS.index("name")
_MAKES, _DEVELOPS, _SELLS, _SERVES = map(STRENGTH.index, ("makes", "develops", "sells", "serves"))
_STATED = RULES["confidence"]["stated"]
#: In hundredths, by field and role.
_CONFIDENCE = np.array([[round(100 * _STATED[field].get(role, 0)) for role in STRENGTH] for field in FIELDS])
_AGREED, _MOST = (round(100 * RULES["confidence"][name]) for name in ("agreed", "most"))

#: What is found, a row each: the row of the enterprise, chain and node and term by number, the role by its place in
#: STRENGTH, the field by its place in FIELDS, places in the field as written.
FOUND = ("row", "node", "term", "role", "field", "start", "end", "verb_start", "verb_end")


class ManyMapper:
    """Maps columns of names and scopes. Build it once; it remembers the pieces of texts it has met."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        self._chains = list(chains)
        #: Chain and node by number, in the order of their codes, and the terms as the chains write them.
        self.nodes = sorted((chain.code, node.code) for chain in self._chains for node in chain.nodes)
        self._number_of_node = {node: number for number, node in enumerate(self.nodes)}

    @cached_property
    def mapper(self) -> Mapper:
        return Mapper(self._chains)

    @cached_property
    def _reader(self) -> ColumnReader:
        return ColumnReader({chain: found.terms.values() for chain, found in self.mapper.vocabularies.items()})

    @cached_property
    def terms(self) -> list[str]:
        return sorted({term for found in self.mapper.by_form.values() for _node, term in found.values()})

    @cached_property
    def _number_of_term(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.terms)}

    def read(self, texts: dict[str, pl.Series], said: Said | None = None) -> tuple[pl.DataFrame, dict[int, list[Mapping]]]:
        """The mappings of each row that has any, as columns of FOUND with `confidence` in hundredths, in the order of rows
        and nodes; and those of the rows that tell their main business or products. `texts` are columns of one length by
        their field, texts or null; `said` is what was read of them beforehand."""
        by_mapper = {}
        for row in tells_more(texts).arg_true():
            others = {field: column[row] for field, column in texts.items() if field != "name" and column[row]}
            by_mapper[row] = self.mapper.read(texts["name"][row] or "", others)
        written = told_of(texts)
        found = self._found(written) if said is None else self._found_in(said, written)
        return combined(found), by_mapper

    # -- what was said -------------------------------------------------------------------------------------------------

    def _found_in(self, said: Said, written: pl.DataFrame) -> pl.DataFrame:
        """What texts say that were read before; those that must be read as a whole are."""
        number = _number(written)
        place = np.full(int(number.max(initial=-1)) + 1, -1)
        place[number] = np.arange(len(number))
        whole, by_form = np.zeros((2, len(number)), bool)
        whole[place[_number(said.apart)]] = True
        by_form[place[_number(said.formed)]] = True
        as_written = written["text"]
        plain_forms = written.filter(pl.Series(by_form)).select(without_space(formed(pl.col("text")))).to_series()
        written = written.with_columns(text=as_written.clone().scatter(np.flatnonzero(by_form), plain_forms))
        whole |= written["text"].str.contains_any(self._names_with_verbs, ascii_case_insensitive=True).to_numpy()
        reads = self._reads(place[_number(said.sayings)], said.sayings)
        whole[list(self._may_be_items(reads, written))] = True
        reads = Reads(*(column[~whole[reads.text]] for column in reads))
        texts, at = np.unique(reads.text, return_inverse=True)
        told = written[texts].with_columns(pl.col("text").str.to_lowercase())
        forms = {place: places_of(as_written[int(texts[place])]) for place in np.flatnonzero(by_form[texts]).tolist()}
        found = self._of_reads(reads._replace(text=at), told, _Forms(forms, {}, {}))
        more = [
            (written["row"][at], *self._numbered(each))
            for at in np.flatnonzero(whole).tolist()
            for each in self._whole(FIELDS[written["field"][at]], as_written[at])
        ]
        return pl.concat([found, _as_found(more)])

    def _whole(self, field: str, text: str) -> Iterator[Found]:
        form = plain(text)
        return self._one_by_one(field, self.mapper.reader.name_form_of(form) if field == "name" else form)

    def _reads(self, text: np.ndarray, sayings: pl.DataFrame) -> Reads:
        """The products in what was said; `text` is the place of the text of each saying."""
        known = self._reader.known
        encoded = pc.dictionary_encode(sayings["context"].to_arrow())
        of_context = encoded.indices.to_numpy()
        contexts = pl.Series(encoded.dictionary, dtype=pl.String)
        asked = np.unique(known.items.vocabularies.matches(contexts.to_list()).text)
        item = np.full(len(contexts), -1)
        item[asked] = known.numbers(contexts[asked])
        # Of each saying the products of its item, of which those count that stand in its event.
        count = np.append(np.diff(known.hits.start), 0)[item][of_context]  # the last for -1
        row = np.repeat(np.arange(len(count)), count)
        which = ranges(known.hits.start[item[of_context[count > 0]]], count[count > 0])
        event, start, end, form, owners = (column[which] for column in known.hits.columns)
        here = event == sayings["event"].to_numpy()[row]
        row, start, end, form, owners = (column[here] for column in (row, start, end, form, owners))
        place, role, *verb = (
            sayings[name].to_numpy()[row].astype(np.int64) for name in ("place", "role", "verb_start", "verb_end"))
        return Reads(text[row], form, owners, role, place + start, place + end, *verb)

    @cached_property
    def _names_with_verbs(self) -> list[str]:
        """The terms that are read in another way than their words would be, as they may stand in a regular text."""
        forms = holding_verbs(self._reader.forms)
        return [*forms, *(wide for form in forms if (wide := form.translate(_WIDE_MARKS)) != form)]

    # -- texts ---------------------------------------------------------------------------------------------------------

    def _found(self, written: pl.DataFrame) -> pl.DataFrame:
        """What texts say, told with row and field."""
        texts, forms = self._forms(written)
        named = [at for at in forms.gaps if texts["field"][at] == _NAME]
        read = texts["text"].scatter(named, "") if named else texts["text"]
        reads, apart = self._reader.read(read, {at: gaps for at, gaps in forms.gaps.items() if at not in named})
        items = self._may_be_items(reads, texts)
        reads = Reads(*(column[~np.isin(reads.text, list(items))] for column in reads))
        more = [
            (texts["row"][at], *self._numbered(each))
            for at in sorted({*named, *apart, *items})
            for each in self._one_by_one(FIELDS[texts["field"][at]], forms.at(at) or _same(texts["text"][at]))
        ]
        return pl.concat([self._of_reads(reads, texts, forms), _as_found(more)])

    def _forms(self, written: pl.DataFrame) -> tuple[pl.DataFrame, _Forms]:
        """The plain forms of those texts in which a term may stand; beside them, by their place, those of the texts that
        were not formed character by character."""
        text, named = pl.col("text"), pl.col("field") == _NAME
        holds = text.str.contains_any(self._reader.forms, ascii_case_insensitive=True) | text.str.contains(WIDE_WORDS)
        longer = text.str.contains_any(list(LONGER))
        frame = written.with_columns(regular=text.str.contains(REGULAR), holds=holds)
        # A term may be parted by white space, and written in characters that no table tells.
        parted = without_space(text).str.contains_any(self._reader.forms, ascii_case_insensitive=True)
        odd = frame.filter(~pl.col("regular") & ~pl.col("holds"))
        odd = odd.filter(~text.str.contains(SPACED) | parted)
        frame = pl.concat([frame.filter("holds"), odd]).drop("holds")
        frame = frame.with_columns(pl.col("regular") & ~(named & longer))
        spaced = ~pl.col("regular") & ~named & ~longer & text.str.contains(SPACED)
        frame = frame.with_columns(spaced=spaced, regular=pl.col("regular") | spaced)
        regular = frame.filter("regular")
        written_longer = regular.select("text").with_row_index("at").filter(longer | regular["spaced"])
        gaps = {at: places_of(written).gaps for at, written in regular.select("text").with_row_index("at").filter(regular["spaced"]).rows()}
        regular = regular.with_columns(formed(text))
        regular = regular.with_columns(pl.when("spaced").then(without_space(text)).otherwise(text))
        regular = regular.with_columns(pl.when(named).then(text.str.replace(words.NAME_END, "")).otherwise(text))
        others = frame.filter(~pl.col("regular"))
        odd = [plain(each) for each in others["text"]]
        odd = [
            self.mapper.reader.name_form_of(form) if name else form
            for form, name in zip(odd, others.select(named).to_series(), strict=True)
        ]
        others = others.with_columns(text=pl.Series([form.text for form in odd], dtype=pl.String))
        texts = pl.concat([regular, others]).drop("regular", "spaced")
        return texts, _Forms(dict(enumerate(odd, regular.height)), dict(written_longer.rows()), gaps)

    def _may_be_items(self, reads: Reads, texts: pl.DataFrame) -> set[int]:
        """The names of which the mapper must be asked if the verb behind a product is about it: 汽车内饰和进出口贸易."""
        named = (texts["field"] == _NAME).to_numpy()
        behind = named[reads.text] & np.isin(reads.role, (_SELLS, _SERVES)) & (reads.verb_start >= reads.end)
        places = zip(reads.text[behind].tolist(), reads.end[behind], reads.verb_start[behind], strict=True)
        return {at for at, end, verb in places if any(join in texts["text"][at][end:verb] for join in "、及和与")}

    def _one_by_one(self, field: str, form: Plain) -> Iterator[Found]:
        reads = self._reader.one_by_one.read(form.text, form.gaps)
        if field == "name" and reads:
            yield from self.mapper.text(field, form)
            return
        fabless = self.mapper.reader.is_fabless(form.text)
        for read in reads:
            yield from self._one(read, field, form, fabless)

    # -- findings ------------------------------------------------------------------------------------------------------

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

    def _numbered(self, found: Found) -> tuple[int, ...]:
        return (
            self._number_of_node[found.chain, found.node], self._number_of_term[found.term], STRENGTH.index(found.role),
            FIELDS.index(found.field), found.start, found.end, *found.verb,
        )  # fmt: skip

    def _of_reads(self, reads: Reads, texts: pl.DataFrame, forms: _Forms) -> pl.DataFrame:
        """As `_one` says of each; `forms` has the texts that were not formed character by character."""
        each = reads.form.astype(np.int64) * len(self._reader.known.owners) + reads.owners
        kinds, kind = np.unique(each, return_inverse=True)
        meant = [list(self._meant(*divmod(int(one), len(self._reader.known.owners)))) for one in kinds]
        counts = np.array([len(one) for one in meant], np.int64)
        flat = np.array([pair for one in meant for pair in one], np.int64).reshape(-1, 3)
        row = np.repeat(np.arange(len(kind)), counts[kind])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[kind]) - counts[kind], counts[kind])
        node, term, service = flat[(np.cumsum(counts) - counts)[kind[row]] + within].T
        text, role, start, end, verb_start, verb_end = (
            column[row].astype(np.int64)
            for column in (reads.text, reads.role, reads.start, reads.end, reads.verb_start, reads.verb_end)
        )
        fabless = texts["text"].str.contains(words.FABLESS).to_numpy()[text]
        own_verb = (role == _SERVES) & (verb_start < end) & (verb_end > start) & (service == 0)
        role = np.where((role == _MAKES) & fabless, _DEVELOPS, np.where(own_verb, _MAKES, role))
        for at in np.flatnonzero(np.isin(text, forms.places)):
            form = forms.at(int(text[at]))
            start[at], end[at] = form.original(start[at], end[at])
            verb_start[at], verb_end[at] = form.original(verb_start[at], verb_end[at])
        columns = (texts["row"].to_numpy()[text], node, term, role, texts["field"].to_numpy()[text], start, end, verb_start, verb_end)
        return pl.DataFrame(dict(zip(FOUND, columns, strict=True)), dict.fromkeys(FOUND, pl.Int64))

    def _meant(self, form: int, owners: int) -> Iterator[tuple[int, int, int]]:
        """The nodes a form stands for in the chains that own it, with the term, and 1 for a service."""
        for chain in self._reader.known.owners[owners]:
            if known := self.mapper.by_form[chain].get(self._reader.forms[form]):
                node, term = known
                service = self.mapper.of_work(chain, node) == "serves"
                yield self._number_of_node[chain, node], self._number_of_term[term], int(service)


class _Forms:
    """The plain forms of the texts that were not formed character by character, by their place; those of `written` are
    worked out when they are asked for."""

    def __init__(self, known: dict[int, Plain], written: dict[int, str], gaps: dict[int, tuple[int, ...]]) -> None:
        self._known, self._written = known, written
        self.places = [*known, *written]
        self.gaps = {at: found for at, found in (gaps | {at: form.gaps for at, form in known.items()}).items() if found}

    def at(self, place: int) -> Plain | None:
        if place not in self._known and place in self._written:
            self._known[place] = plain(self._written[place])
        return self._known.get(place)


def _as_found(rows: list[tuple[int, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, dict.fromkeys(FOUND, pl.Int64), orient="row")


def _number(texts: pl.DataFrame) -> np.ndarray:
    """Of texts told by row and field."""
    return texts["row"].to_numpy().astype(np.int64) * len(FIELDS) + texts["field"].to_numpy()


def combined(found: pl.DataFrame) -> pl.DataFrame:
    """As `mapping.combine`: the strongest role of each row and node, with its confidence in hundredths, where a verb states
    every role. The field name of which says the same adds to it."""
    row, node, role, field, start = (found[name].to_numpy() for name in ("row", "node", "role", "field", "start"))
    sure = _CONFIDENCE[field, role]
    order = np.lexsort((start, field, -sure, role, node, row))  # the best of each row and node first
    row, node, role, field, sure = (column[order] for column in (row, node, role, field, sure))
    best = np.append(True, (row[1:] != row[:-1]) | (node[1:] != node[:-1]))[: len(row)]
    group = np.cumsum(best) - 1
    agreed = (role == role[best][group]) & (field != field[best][group])
    added = np.zeros(int(best.sum()), np.int64)
    added[group[agreed]] = _AGREED
    return found[order[best]].with_columns(confidence=pl.Series(np.minimum(sure[best] + added, _MOST)))


def _same(text: str) -> Plain:
    return Plain(text, range(len(text)), ())
