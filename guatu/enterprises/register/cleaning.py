"""A batch of texts becomes rows of the register, column by column; only texts not met before in it go through Python."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guatu.enterprises.register.dataset import SCHEMA
from guatu.enterprises.register.reading import Batch
from guatu.enterprises.rules.capital import Capital, Rates, parse_capital, to_cny
from guatu.enterprises.rules.credit_codes import checked_codes, clean_code
from guatu.enterprises.rules.divisions import Divisions
from guatu.enterprises.rules.register_cells import NOTHING, BadDay, legal_name, parse_register_day, parse_status
from guatu.enterprises.rules.register_columns import ColumnMap

NAME_MOST = 200
#: Longer texts are cut: nobody reads them, and a scope of a million characters is an accident or an attack.
MOST = {"scope": 100_000, "main_business": 100_000, "products": 100_000, "address": 500, "kind": 200, "capital_text": 200}
#: The columns of the file and row that a register's row came from, kept until it is merged.
FILE, ROW = "_file", "_row"
STAGED = pa.schema([*SCHEMA, (FILE, pa.int32()), (ROW, pa.int64())])
MONEY = pa.decimal128(20, 2)
_FEN = Decimal("0.01")
#: Texts of capital and of days repeat over the batches of a file; so many are remembered.
_REMEMBERED = 200_000


@dataclass(frozen=True)
class Note:
    """Something told of one row: `code` of `rules.register_notes` or of a day, with its words."""

    row: int
    column: str
    value: str
    code: str
    words: dict[str, Any] = field(default_factory=dict)


@dataclass
class Cleaned:
    rows: pa.Table  # of STAGED
    rejected: list[Note]
    noted: list[Note]


class Cleaner:
    """Cleans the batches of one file. `today` bounds its days; `rates` turn foreign capital into yuan."""

    def __init__(self, columns: ColumnMap, file: int, today: date, rates: Rates, divisions: Divisions):
        self.columns = columns
        self.file = file
        self.rates = rates
        self.divisions = divisions
        self.capital = lru_cache(_REMEMBERED)(parse_capital)
        self.day = lru_cache(_REMEMBERED)(lambda text: parse_register_day(text, today))

    def __call__(self, batch: Batch) -> Cleaned:
        work = _Work(self, batch)
        return Cleaned(work.table(), work.rejected, work.noted)


class _Work:
    def __init__(self, cleaner: Cleaner, batch: Batch):
        self.own = cleaner
        self.rejected = [
            Note(row.row, "", row.text, "row_cells", {"cells": row.cells, "wanted": row.wanted}) for row in batch.misfits]
        self.noted: list[Note] = []
        self.texts = {name: _plain(batch.texts[name]) for name in batch.texts.column_names}
        self.rows = batch.rows
        self._leave_nameless()

    def header(self, name: str) -> str:
        return self.own.columns.columns.get(name, "")

    def note(self, place: int, name: str, value: str, code: str, **words) -> None:
        self.noted.append(Note(self.rows[place].as_py(), self.header(name), value[:200], code, words))

    def text(self, name: str) -> pa.Array:
        return self.texts[name] if name in self.texts else pa.nulls(len(self.rows), pa.string())

    def _leave_nameless(self) -> None:
        names = self.text("name")
        keep = pc.less_equal(pc.fill_null(pc.utf8_length(names), NAME_MOST + 1), NAME_MOST)
        if pc.all(keep).as_py() is not False:
            return
        for place in np.flatnonzero(~keep.to_numpy(zero_copy_only=False)):
            name = names[place].as_py() or ""
            code = "name_long" if name else "name_missing"
            self.rejected.append(Note(self.rows[place].as_py(), self.header("name"), name[:200], code, {"length": len(name)}))
        self.rows = self.rows.filter(keep)
        self.texts = {name: column.filter(keep) for name, column in self.texts.items()}

    def table(self) -> pa.Table:
        uscc, authority = self._codes()
        province, city, county = self._regions(authority)
        registered = self._days("registered_on")
        capital, basis, currency = self._capital(registered)
        rows = len(self.rows)
        made = {
            "key": self._keys(uscc, city, province), "uscc": uscc, "name": self.text("name"),
            "registered_on": registered, "deregistered_on": self._days("deregistered_on"), "status": self._states(),
            "kind": self._cut("kind"), "capital_cny": capital, "capital_text": self._cut("capital", "capital_text"),
            "scope": self._cut("scope"), "main_business": self._cut("main_business"), "products": self._cut("products"),
            "province_code": province, "city_code": city, "county_code": county, "address": self._cut("address"),
            "longitude": self._degrees("longitude", 180), "latitude": self._degrees("latitude", 90),
            "industry_code": self._industry(), "revenue_cny": self._revenue(), "employees": self._employees(),
            "capital_currency": currency, "capital_basis": basis,
            FILE: pa.array(np.full(rows, self.own.file, dtype=np.int32)), ROW: self.rows,
        }
        return pa.table({name: made[name] for name in STAGED.names}, schema=STAGED)

    # -- columns -------------------------------------------------------------------------------------------------------

    def _codes(self) -> tuple[pa.Array, list[str]]:
        """Right codes, null for others; and digits 3 to 8 of each, the authority of registration."""
        texts = self.text("uscc")
        codes = np.array([b"" if text is None else text.encode() for text in texts.to_pylist()], dtype=object)
        right = checked_codes(codes) if len(codes) else np.zeros(0, dtype=bool)
        again = [place for place in np.flatnonzero(~right) if codes[place]]
        if again:
            cleaned = np.array([clean_code(codes[place].decode()).encode() for place in again], dtype=object)
            for place, code, fine in zip(again, cleaned, checked_codes(cleaned), strict=True):
                if fine:
                    codes[place], right[place] = code, True
                else:
                    text = codes[place].decode()
                    self.note(int(place), "uscc", text, "code_wrong", text=text[:40])
        found = [code.decode() if fine else None for code, fine in zip(codes.tolist(), right.tolist(), strict=True)]
        return pa.array(found, pa.string()), ["" if code is None else code[2:8] for code in found]

    def _regions(self, authority: list[str]) -> tuple[pa.Array, pa.Array, pa.Array]:
        region = self.own.divisions.region
        empty = [""] * len(self.rows)
        columns = [
            pc.fill_null(self.texts[name], "").to_pylist() if name in self.texts else empty
            for name in ("province", "city", "district", "address")]
        found = list(map(region, authority, *columns))
        for place, one in enumerate(found):
            if one[0] is None:
                self.note(place, "province", columns[0][place], "region_unclear")
        return tuple(pa.array([one[depth] for one in found], pa.string()) for depth in range(3))

    def _keys(self, uscc: pa.Array, city: pa.Array, province: pa.Array) -> pa.Array:
        missing = np.flatnonzero(pc.is_null(uscc).to_numpy(zero_copy_only=False))
        if not len(missing):
            return uscc
        keys = uscc.to_pylist()
        names = self.text("name")
        for place in missing.tolist():
            where = city[place].as_py() or province[place].as_py() or ""
            mark = f"{legal_name(names[place].as_py())}|{where}"
            keys[place] = "~" + hashlib.sha256(mark.encode()).hexdigest()[:24]
        return pa.array(keys, pa.string())

    def _each(self, name: str, read: Callable[[str], Any], type: pa.DataType) -> pa.Array:
        """The column with each different text read once; `read` gives a value, or a Note's code and words to be told of
        every row that has the text, whose value is then null."""
        if name not in self.texts:
            return pa.nulls(len(self.rows), type)
        encoded = self.texts[name].dictionary_encode()
        values = []
        for number, text in enumerate(encoded.dictionary.to_pylist()):
            value = read(text)
            if isinstance(value, _Fault):
                for place in np.flatnonzero(pc.equal(encoded.indices, number).to_numpy(zero_copy_only=False)):
                    self.note(int(place), name, text, value.code, **value.words)
                value = value.instead
            values.append(value)
        return pa.array(values, type).take(encoded.indices)

    def _days(self, name: str) -> pa.Array:
        def read(text: str):
            try:
                return self.own.day(text)
            except BadDay as bad:
                return _Fault(bad.code, {"text": bad.text})

        return self._each(name, read, pa.date32())

    def _states(self) -> pa.Array:
        def read(text: str):
            found = parse_status(text)
            return _Fault("status_unclear", {"text": text[:40]}, "unknown") if found == "unknown" else found

        if "status" not in self.texts:
            return pa.array(["unknown"] * len(self.rows), pa.string())
        return pc.fill_null(self._each("status", read, pa.string()), "unknown")

    def _capital(self, registered: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Capital in yuan, on what basis it was read, and its currency."""
        rows = len(self.rows)
        if "capital" not in self.texts:
            return pa.nulls(rows, MONEY), pa.nulls(rows, pa.string()), pa.nulls(rows, pa.string())
        unit = self.own.columns.units.get("capital", "")
        encoded = self.texts["capital"].dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        read: list[Capital | None] = [self.own.capital(text, unit) for text in texts]
        yuan = pa.array(
            [None if one is None or one.currency != "CNY" else one.amount.quantize(_FEN) for one in read], MONEY)
        amounts = yuan.take(encoded.indices)
        unusual = [number for number, one in enumerate(read) if one is None or one.currency != "CNY"]
        mask = pc.is_in(encoded.indices, pa.array(unusual, pa.int32()))
        numbers = encoded.indices.filter(mask).to_pylist()
        if numbers:
            places = np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist()
            days = registered.filter(mask).to_pylist()
            found = [
                self._unusual(place, texts[number], read[number], day)
                for place, number, day in zip(places, numbers, days, strict=True)]
            amounts = pc.replace_with_mask(amounts, mask, pa.array(found, MONEY))
        basis = pa.array([one and one.basis for one in read], pa.string()).take(encoded.indices)
        currency = pa.array([one and one.currency for one in read], pa.string()).take(encoded.indices)
        return amounts, basis, currency

    def _unusual(self, place: int, text: str, capital: Capital | None, day: date | None) -> Decimal | None:
        """Yuan of a capital in a foreign currency; None, with a note, where that or the amount cannot be told."""
        if capital is None:
            self.note(place, "capital", text, "capital_unclear", text=text[:40])
            return None
        amount = to_cny(capital, day, self.own.rates)
        if amount is None:
            self.note(place, "capital", text, "capital_no_rate", currency=capital.currency)
        return amount

    def _revenue(self) -> pa.Array:
        unit = self.own.columns.units.get("revenue", "元")

        def read(text: str):
            below = text.lstrip().startswith(("-", "－"))
            found = parse_capital(text.lstrip(" -－") if below else text, unit)
            if found is None or found.currency != "CNY":
                return _Fault("number_unclear", {"text": text[:40]})
            return (-found.amount if below else found.amount).quantize(_FEN)

        return self._each("revenue", read, MONEY)

    def _employees(self) -> pa.Array:
        def read(text: str):
            plain = text.replace(",", "").removesuffix("人").removesuffix(".0")
            if plain.isascii() and plain.isdigit() and len(plain) < 9:
                return int(plain)
            return _Fault("number_unclear", {"text": text[:40]})

        return self._each("employees", read, pa.int64())

    def _degrees(self, name: str, most: int) -> pa.Array:
        def read(text: str):
            try:
                value = float(text)
            except ValueError:
                value = float("nan")
            return value if abs(value) <= most else _Fault("number_unclear", {"text": text[:40]})

        return self._each(name, read, pa.float64())

    def _industry(self) -> pa.Array:
        def read(text: str):
            plain = text.upper().removesuffix(".0")
            digits = plain[1:] if plain[:1].isalpha() and len(plain) > 1 else plain
            fits = (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 4) or plain in "ABCDEFGHIJKLMNOPQRST"
            return digits if fits else _Fault("industry_unclear", {"text": text[:40]})

        return self._each("industry_code", read, pa.string())

    def _cut(self, name: str, limit: str = "") -> pa.Array:
        texts, most = self.text(name), MOST[limit or name]
        long = pc.greater(pc.fill_null(pc.utf8_length(texts), 0), most)
        if not pc.any(long).as_py():
            return texts
        for place in np.flatnonzero(long.to_numpy(zero_copy_only=False)).tolist():
            text = texts[place].as_py()
            self.note(place, name, text, "text_cut", length=len(text), most=most)
        return pc.utf8_slice_codeunits(texts, 0, most)


@dataclass(frozen=True)
class _Fault:
    code: str
    words: dict[str, Any]
    instead: Any = None


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """The texts without spaces around them, null where they say nothing."""
    texts = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(texts, pa.ChunkedArray):
        texts = pa.concat_arrays(texts.chunks) if texts.num_chunks else pa.array([], pa.string())
    texts = pc.utf8_trim_whitespace(texts)
    short = pc.less_equal(pc.utf8_length(texts), 4)
    if not pc.any(short).as_py():
        return texts
    nothing = pc.and_kleene(short, pc.is_in(pc.utf8_lower(texts), pa.array(sorted(NOTHING))))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), texts)
