"""The dataset `kin_N`: what names tell of every enterprise of the register's snapshot N, made once by the kernel below.

Which firms are branches or subsidiaries of which is asked of it; see `rules.targets_names`.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.register.divisions import divisions
from guatu.kernel.errors import Conflict
from guatu.kernel.warehouse import Dataset, Draft, Engine, Part, Snapshot
from guatu.kernel.warehouse.store import GROUP_ROWS
from guatu.outreach.rules.targets_names import NameReader

#: Columns of the register that stand beside each name, so that one narrow dataset answers.
KEPT = (
    "key", "name", "registered_on", "deregistered_on", "status", "province_code", "city_code", "county_code", "address")
#: Counts up whenever `NameReader` reads otherwise, so that no older reading is taken for it.
EDITION = 1
SCHEMA = pa.schema([
    ("legal", pa.string()), ("core", pa.string()), ("parent", pa.string()), *(REGISTER.schema.field(name) for name in KEPT)])
NEIGHBOURS = Path(__file__).parent / "data" / "neighbours.yaml"


class NamesKernel:
    """Reads the name of every row of a batch."""

    schema = SCHEMA

    def __init__(self, places: list[str]):
        self.places = places
        self._reader: NameReader | None = None

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self._reader is None:
            self._reader = NameReader(self.places)
        found = [self._reader.read(name or "") for name in batch.column("name").to_pylist()]
        own = [pa.array([getattr(one, name) for one in found], pa.string()) for name in ("legal", "core", "parent")]
        kept = [batch.column(name).cast(SCHEMA.field(name).type) for name in KEPT]
        return pa.RecordBatch.from_arrays([*own, *kept], schema=SCHEMA)


def places() -> list[str]:
    """Names of provinces, prefectures and counties that names of firms begin with."""
    return sorted({name for row in divisions().rows.values() for name in (row.name, row.short_name) if name})


def kin(register: Snapshot, engine: Engine) -> Snapshot:
    """The names of a snapshot of the register; made when nobody asked for them yet (seconds for a million rows)."""
    dataset = Dataset(f"kin_{register.number}_{EDITION}", SCHEMA)
    if found := dataset.snapshot():
        return found
    draft = dataset.draft()
    kernel = NamesKernel(places())
    # So few that starting other processes would take longer than the work.
    parts = engine.map(register, kernel, draft, KEPT) if register.rows > GROUP_ROWS else _here(register, kernel, draft)
    try:
        return draft.publish(parts, {"register": register.number})
    except Conflict:  # somebody else asked at the same moment and was first
        dataset.tidy()
        return dataset.snapshot()


def _here(register: Snapshot, kernel: NamesKernel, draft: Draft) -> list[Part]:
    rows = pa.concat_tables([pq.read_table(path, columns=list(KEPT)) for path in register.files()]).combine_chunks()
    return [draft.write("all", pa.Table.from_batches(map(kernel, rows.to_batches()), SCHEMA))]


def neighbours(provinces: list[str]) -> tuple[str, ...]:
    """Provinces that border on one of those given (codes of two digits), without these."""
    table = yaml.safe_load(NEIGHBOURS.read_text(encoding="utf-8"))["neighbours"]
    return tuple(sorted({str(other) for code in provinces for other in table.get(code, ())} - set(provinces)))
