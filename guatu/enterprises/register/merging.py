"""Staged rows and the former snapshot become the parts of the next one, a province at a time.

The last row of a key counts: later files before earlier ones, later rows of a file before earlier ones, any new row before
the former snapshot. Memory holds `MOST_ROWS` rows at once, but never less than one city.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guatu.enterprises.register.cleaning import FILE, ROW, STAGED
from guatu.enterprises.register.dataset import SCHEMA
from guatu.enterprises.register.staging import NOWHERE, Staging, put_json, read_groups
from guatu.kernel.warehouse import Draft, Part

#: Rows merged at once.
MOST_ROWS = 100_000


@dataclass
class Merged:
    """What became of the rows. `again` are rows that a later row of the same key replaced: (file, row, by file, by row)."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0  # rows of the former snapshot that now stand in another city
    again: list[tuple[int, int, int, int]] = field(default_factory=list)


class Merger:
    def __init__(self, draft: Draft, staging: Staging):
        self.draft = draft
        self.staging = staging
        self.base = draft.base

    def __call__(self, told: Callable[[int, int], None]) -> tuple[list[Part], Merged]:
        """The parts of the next snapshot, and what became of the rows."""
        staged = self.staging.provinces()
        self._movers = self._between_cities()
        touched = sorted(set(staged) | {place[:2] for place in self._left})
        former = {} if self.base is None else self._former_parts()
        parts = [part for province, some in former.items() if province not in touched for part in some]
        total = Merged()
        for done, province in enumerate(touched):
            told(done, len(touched))
            made, counts = self._province(province, staged.get(province, []), former.get(province, []))
            parts += made
            for name in ("added", "updated", "unchanged", "moved"):
                setattr(total, name, getattr(total, name) + getattr(counts, name))
            total.again += counts.again
        told(len(touched), len(touched))
        return parts, total

    def _former_parts(self) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = {}
        for part in self.base.parts:
            found.setdefault(part.group, []).append(part)
        return found

    # -- keys in more than one city ------------------------------------------------------------------------------------

    def _between_cities(self) -> dict[str, tuple[int, int, str]]:
        """Keys whose rows stand in several cities, with the file, row and city of the one that counts. Read on disk where
        memory does not suffice. `_left` are the cities that lose a row of the former snapshot by it."""
        self._left: set[str] = set()
        files = [str(path) for path in self.staging.files()]
        if not files:
            return {}
        with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
            connection.execute("set memory_limit = '400MB'")
            connection.execute("set preserve_insertion_order = false")
            connection.execute(f"set temp_directory = '{str(self.draft.folder / 'spill').replace(chr(39), chr(39) * 2)}'")
            connection.read_parquet(files).create_view("staged")
            rows = (f"select key, province_code || '/' || coalesce(city_code, '') place, {FILE}::bigint file, {ROW} line "
                    "from staged")
            if self.base is not None and self.base.files():
                connection.read_parquet(self.base.files()).create_view("former")
                rows += (" union all select key, province_code || '/' || coalesce(city_code, '') place, -1 file, 0 line "
                         "from former")
            found = connection.sql(
                f"with rows as ({rows}), movers as (select key from rows group by key having min(place) <> max(place)) "
                "select key, place, file, line from rows where key in (select key from movers) order by file, line"
            ).fetchall()
        last: dict[str, tuple[int, int, str]] = {}
        for key, place, file, line in found:
            last[key] = (file, line, place)
        self._left = {place for key, place, file, _line in found if file == -1 and last[key][2] != place}
        return last

    # -- one province --------------------------------------------------------------------------------------------------

    def _province(self, province: str, places, former: list[Part]) -> tuple[list[Part], Merged]:
        marker = self.draft.folder / f"merged-{province}.json"
        if marker.exists():
            data = json.loads(marker.read_text(encoding="utf-8"))
            return [Part(**part) for part in data["parts"]], Merged(**data["counts"])
        counts, parts = Merged(), []
        paths = [str(self.base.folder / part.path) for part in former]
        for number, cities in enumerate(self._portions(places, paths)):
            new = self._staged_rows(places, cities)
            if province == NOWHERE:
                column = new.schema.get_field_index("province_code")
                new = new.set_column(column, "province_code", pa.nulls(len(new), pa.string()))
            old = self._former_rows(paths, cities)
            merged = self._portion(new, old, counts)
            if merged.num_rows:
                parts.append(self.draft.write(f"{province}-{number:03}", merged, province))
            del new, old, merged
            pa.default_memory_pool().release_unused()
        if not (counts.added or counts.updated or counts.moved):
            for part in parts:
                (self.draft.dataset.folder / part.path).unlink()
            parts = former
        put_json(marker, {"parts": [vars(part) for part in parts], "counts": vars(counts)})
        return parts, counts

    def _portions(self, places, paths: list[str]) -> Iterator[set[str | None]]:
        """The cities of a province in order, so many together as memory may hold."""
        sizes: dict[str | None, int] = {}
        tables = [read_groups([place], ["city_code"]) for place in places]
        tables += [pq.read_table(path, columns=["city_code"]) for path in paths]
        for table in tables:
            for one in pc.value_counts(table["city_code"].combine_chunks()).to_pylist():
                sizes[one["values"]] = sizes.get(one["values"], 0) + one["counts"]
        portion, size = set(), 0
        for city in sorted(sizes, key=lambda code: code or ""):
            if portion and size + sizes[city] > MOST_ROWS:
                yield portion
                portion, size = set(), 0
            portion.add(city)
            size += sizes[city]
        if portion:
            yield portion

    def _staged_rows(self, places, cities: set[str | None]) -> pa.Table:
        """The new rows of some cities; the others are let go as soon as they were read."""
        tables = [_in_cities(read_groups([place]), cities) for place in places]
        return pa.concat_tables(tables) if tables else STAGED.empty_table()

    def _former_rows(self, paths: list[str], cities: set[str | None]) -> pa.Table:
        tables = [SCHEMA.empty_table()]
        for path in paths:
            with pq.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    tables.append(_in_cities(file.read_row_group(group).cast(SCHEMA), cities))
        return pa.concat_tables(tables)

    def _portion(self, new: pa.Table, old: pa.Table, counts: Merged) -> pa.Table:
        new = self._last_of_each(new, counts)
        if self._left and old.num_rows:
            keys = pc.is_in(old["key"], pa.array(list(self._movers), pa.string()))
            away = np.zeros(old.num_rows, dtype=bool)
            for place in np.flatnonzero(keys.to_numpy()):
                row = {name: old[name][place].as_py() for name in ("key", "province_code", "city_code")}
                away[place] = self._movers[row["key"]][2] != f"{row['province_code'] or NOWHERE}/{row['city_code'] or ''}"
            counts.moved += int(away.sum())
            old = old.filter(pa.array(~away))
        fresh = new.select(SCHEMA.names)
        where = pc.index_in(fresh["key"], value_set=old["key"].combine_chunks())
        same = _same(fresh, old, where)
        known = pc.is_valid(where).to_numpy()
        here = int(same.sum())
        counts.unchanged += here
        counts.updated += int(known.sum()) - here
        counts.added += len(known) - int(known.sum())
        if old.num_rows:
            kept = old.filter(pc.invert(pc.is_in(old["key"], value_set=fresh["key"].combine_chunks())))
            fresh = pa.concat_tables([kept, fresh])
        del new, old
        order = pc.sort_indices(fresh, sort_keys=[("city_code", "ascending"), ("key", "ascending")])
        return fresh.take(order)

    def _last_of_each(self, new: pa.Table, counts: Merged) -> pa.Table:
        """The rows that count, one a key; the others are told as standing again."""
        if not new.num_rows:
            return new
        new = new.append_column("_place", pa.array(np.arange(new.num_rows)))
        last = new.select(["key", "_place"]).group_by("key").aggregate([("_place", "max")])
        keep = np.zeros(new.num_rows, dtype=bool)
        keep[last["_place_max"].to_numpy()] = True
        if self._movers:
            keys = pc.is_in(new["key"], pa.array(list(self._movers), pa.string())).to_numpy()
            for place in np.flatnonzero(keys & keep):
                file, line, _city = self._movers[new["key"][place].as_py()]
                keep[place] = (new[FILE][place].as_py(), new[ROW][place].as_py()) == (file, line)
        if not keep.all():
            winners = dict(zip(last["key"].to_pylist(), last["_place_max"].to_pylist(), strict=True))
            for place in np.flatnonzero(~keep):
                key = new["key"][place].as_py()
                if key in self._movers:
                    by = self._movers[key][:2]
                else:
                    by = new[FILE][winners[key]].as_py(), new[ROW][winners[key]].as_py()
                counts.again.append((new[FILE][place].as_py(), new[ROW][place].as_py(), *by))
        return new.filter(pa.array(keep)).drop_columns(["_place"])


def _in_cities(table: pa.Table, cities: set[str | None]) -> pa.Table:
    values = pa.array(sorted(city for city in cities if city is not None), pa.string())
    mask = pc.is_in(table["city_code"], value_set=values)
    if None in cities:
        mask = pc.or_(mask, pc.is_null(table["city_code"]))
    return table.filter(mask)


def _same(fresh: pa.Table, old: pa.Table, where: pa.Array) -> np.ndarray:
    """Which new rows say just what the former row of their key says."""
    known = pc.is_valid(where).to_numpy()
    same = known.copy()
    if not known.any():
        return same
    rows = fresh.filter(pa.array(known))
    former = old.take(where.filter(pa.array(known)) if isinstance(where, pa.Array) else where.drop_null())
    equal = np.ones(rows.num_rows, dtype=bool)
    for name in SCHEMA.names:
        both = pc.equal(rows[name], former[name])
        neither = pc.and_(pc.is_null(rows[name]), pc.is_null(former[name]))
        equal &= pc.or_(pc.fill_null(both, False), neither).to_numpy()
    same[known] = equal
    return same

