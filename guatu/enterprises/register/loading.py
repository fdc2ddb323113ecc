"""The import of a register's files: cleaned batch by batch, merged province by province, published at the end.

Killed and started again with the same files and mapping, it goes on behind what is finished. The same files a second time
change nothing.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.enterprises.register.cleaning import Cleaner, Note
from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.register.divisions import divisions
from guatu.enterprises.register.merging import Merged, Merger
from guatu.enterprises.register.rates import capital_rates
from guatu.enterprises.register.reading import batches, columns_for, digest_of
from guatu.enterprises.register.staging import Staging
from guatu.enterprises.rules import register_cells
from guatu.enterprises.rules.register_columns import ColumnMap
from guatu.enterprises.rules.register_notes import NOTED, REJECTED
from guatu.kernel.errors import Conflict
from guatu.kernel.sheets import guarded
from guatu.kernel.warehouse import Draft, Snapshot, engine
from guatu.kernel.warehouse.kernels import peak_mb

#: Told how much is done, of how much, at which stage (reading, writing).
Told = Callable[[int, int, str], None]
#: Changes when the same files would give other rows, so that a draft of an older program is not gone on with.
EDITION = 1
_SENTENCES = REJECTED | NOTED | register_cells.TEMPLATES


@dataclass(frozen=True)
class Loaded:
    """`rows` = `accepted` + `rejected`; `accepted` = added + updated + unchanged. `duplicates` are among the rejected. Of
    the `seconds`, `prepared_seconds` were for what apps above worked out of the register."""

    rows: int
    accepted: int
    rejected: int
    noted: int
    added: int
    updated: int
    unchanged: int
    moved: int
    duplicates: int
    seconds: float
    peak_mb: int
    files: list[dict]
    mapping: dict
    reject_file: str
    reasons: dict[str, int]
    snapshot: int | None
    prepared_seconds: float = 0.0

    def as_data(self) -> dict[str, Any]:
        return dict(vars(self))


def load(
    paths: list[Path], chosen: ColumnMap | None = None, rejects: Path | None = None,
    told: Told = lambda done, total, stage: None, names: list[str] | None = None,
) -> Loaded:
    """Imports files into the register and publishes its next snapshot when anything differs.

    `chosen` is the mapping of columns, guessed from each file's headers when None. `names` are what the files are called
    to people. Raises Faulty when a file cannot be read or has no column of names; then nothing was published.
    """
    began = time.monotonic()
    names = names or [path.name for path in paths]
    columns = [columns_for(path, chosen, name) for path, name in zip(paths, names, strict=True)]
    files = [
        {"file": name, "sha256": digest_of(path), "columns": dict(one.columns)}
        for path, name, one in zip(paths, names, columns, strict=True)]
    base = REGISTER.snapshot()
    mark = json.dumps([EDITION, [(one["sha256"], found.as_data()) for one, found in zip(files, columns, strict=True)],
                       base.number if base else 0], sort_keys=True)
    draft = REGISTER.draft("import-" + hashlib.sha256(mark.encode()).hexdigest()[:16])
    with _alone(draft):
        staging = Staging(draft.folder / "batches")
        _clean(paths, columns, staging, told)
        parts, merged = Merger(draft, staging)(lambda done, total: told(done, total, "writing"))
        path = rejects or _usual_rejects(draft)
        counts, reasons = _write_rejects(path, staging, merged, names, columns)
        for place, one in enumerate(files):
            one |= counts.get(place, {"rows": 0, "accepted": 0, "rejected": 0, "noted": 0})
        result = {name: sum(one[name] for one in files) for name in ("rows", "accepted", "rejected", "noted")} | {
            "added": merged.added, "updated": merged.updated, "unchanged": merged.unchanged, "moved": merged.moved,
            "duplicates": len(merged.again)}
        snapshot = base
        if merged.added or merged.updated or merged.moved:
            facts = {"files": files, **result, **_extent(parts, draft), "imported_at": datetime.now(UTC).isoformat(),
                     "mapping": columns[0].as_data()}
            snapshot = draft.publish(parts, facts)
        _tidy(draft, keep=snapshot is not base)
    return Loaded(
        **result, seconds=round(time.monotonic() - began, 2), peak_mb=peak_mb(), files=files, mapping=columns[0].as_data(),
        reject_file=str(path) if result["rejected"] or result["noted"] else "", reasons=reasons,
        snapshot=None if snapshot is None else snapshot.number)


@contextmanager
def _alone(draft: Draft) -> Iterator[None]:
    """Two imports of the same files at once would write the same batches."""
    with (draft.folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict("import_running", _(
                "These files are being imported by another process already. Wait until it has ended.")) from None
        yield


def _clean(paths: list[Path], columns: list[ColumnMap], staging: Staging, told: Told) -> None:
    sizes = [max(path.stat().st_size, 1) for path in paths]
    total, before = sum(sizes), 0
    rates, today = capital_rates(), timezone.localdate()
    with ThreadPoolExecutor(1) as pool:  # writes a batch while the next is being cleaned
        written: Future | None = None
        for place, (path, found) in enumerate(zip(paths, columns, strict=True)):
            cleaner = Cleaner(found, place, today, rates, divisions())

            def share(part: float, before=before, size=sizes[place]) -> None:
                told(round((before + part * size) / total * 1000), 1000, "reading")

            for number, batch in batches(path, found, share, lambda number, place=place: staging.has(place, number)):
                if batch is None:
                    continue
                cleaned = cleaner(batch)
                if written is not None:
                    written.result()
                written = pool.submit(staging.write, place, number, cleaned)
            before += sizes[place]
            share(1)
        if written is not None:
            written.result()


def _extent(parts, draft: Draft) -> dict:
    """How far the register reaches: rows by province, and the last day of registration."""
    reached = Snapshot(draft.dataset.folder, 0, datetime.now(UTC), tuple(parts))
    table = engine("duckdb").query(
        "select coalesce(province_code, '00') province, count(*) n, max(registered_on) last from r group by 1 order by 1",
        {"r": reached})
    rows = table.to_pylist()
    days = [row["last"] for row in rows if row["last"] is not None]
    return {"total": sum(row["n"] for row in rows), "by_province": {row["province"]: row["n"] for row in rows},
            "last_day": max(days).isoformat() if days else None}


def _tidy(draft: Draft, keep: bool) -> None:
    """Throws away the finished batches, and the whole draft when nothing of it was published."""
    if not keep:
        shutil.rmtree(draft.folder, ignore_errors=True)
        return
    shutil.rmtree(draft.folder / "batches", ignore_errors=True)
    shutil.rmtree(draft.folder / "spill", ignore_errors=True)
    for path in draft.folder.glob("merged-*.json"):
        path.unlink()


# -- what is told of rows ----------------------------------------------------------------------------------------------


def _usual_rejects(draft: Draft) -> Path:
    folder = Path(settings.GUATU_HOME) / "register"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{draft.name}.rejects.csv"


def sentence(note: Note) -> str:
    """What a note says, in the reader's language."""
    return _(_SENTENCES[note.code]) % note.words


def _write_rejects(
    path: Path, staging: Staging, merged: Merged, names: list[str], columns: list[ColumnMap]
) -> tuple[dict[int, dict[str, int]], dict[str, int]]:
    """Writes every rejected row and every cell left out; returns the counts by file and by reason."""
    counts: dict[int, dict[str, int]] = {}
    reasons: dict[str, int] = {}
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([_("what"), _("file"), _("row"), _("column"), _("value"), _("reason")])

        def tell(what: str, file: str, note: Note) -> None:
            reasons[note.code] = reasons.get(note.code, 0) + 1
            writer.writerow([what, *(guarded(str(cell)) for cell in (file, note.row, note.column, note.value)), sentence(note)])

        for own, rejected, noted in staging.notes():
            file = names[own["file"]]
            mine = counts.setdefault(own["file"], {"rows": 0, "accepted": 0, "rejected": 0, "noted": 0})
            for name in mine:
                mine[name] += own[name]
            for note in rejected:
                tell(_("rejected"), file, note)
            for note in noted:
                tell(_("taken without this cell"), file, note)
        for file, row, by_file, by_row in merged.again:
            counts[file]["accepted"] -= 1
            counts[file]["rejected"] += 1
            header = columns[file].columns.get("uscc", "")
            tell(_("rejected"), names[file], Note(row, header, "", "row_again", {"row": by_row, "file": names[by_file]}))
    unfinished.replace(path)
    return counts, dict(sorted(reasons.items()))
