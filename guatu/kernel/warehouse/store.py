"""Datasets of Parquet files. A snapshot is a list of parts that never change; publishing one is a single rename."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from guatu.kernel.errors import Conflict

#: Rows of one row group: what a kernel is given at once, and what a reader may pass over.
GROUP_ROWS = 65_536


@dataclass(frozen=True)
class Part:
    """One file, by its path in the dataset's folder. `group` is the partition it belongs to, "" for none."""

    path: str
    rows: int
    group: str = ""


@dataclass(frozen=True)
class Snapshot:
    """What a dataset held from `published_at` (an instant in UTC) on. `facts` are what its writer says of it, as JSON."""

    folder: Path
    number: int
    published_at: datetime
    parts: tuple[Part, ...]
    facts: dict = field(default_factory=dict)

    @cached_property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def mark(self) -> str:
        """Names this snapshot among all of this installation."""
        return f"{self.folder.name}:{self.number}"

    def files(self, groups: Iterable[str] | None = None) -> list[str]:
        """Paths of its parts, of all or of some partitions, in a fixed order."""
        wanted = None if groups is None else set(groups)
        return [
            str(self.folder / part.path)
            for part in sorted(self.parts, key=lambda part: (part.group, part.path))
            if part.rows and (wanted is None or part.group in wanted)
        ]


class Dataset:
    """A named dataset with its schema, under `GUATU_HOME/warehouse`."""

    def __init__(self, name: str, schema: pa.Schema):
        self.name = name
        self.schema = schema

    @property
    def folder(self) -> Path:
        return Path(settings.GUATU_HOME) / "warehouse" / self.name

    def snapshot(self, known_at: datetime | None = None) -> Snapshot | None:
        """The last snapshot, or the last that was published by an instant; None when there is none."""
        for number in sorted(self._numbers(), reverse=True):
            found = self._read(number)
            if known_at is None or found.published_at <= known_at:
                return found
        return None

    def empty(self) -> pa.Table:
        return self.schema.empty_table()

    def draft(self, name: str = "") -> Draft:
        """Begins a new snapshot. A draft that was given a name before goes on with the parts it has."""
        current = self.snapshot()
        return Draft(self, name or get_random_string(20).lower(), current)

    def tidy(self, keep_drafts: Iterable[str] = ()) -> int:
        """Removes the parts of drafts that were never published, but for those named; returns how many folders."""
        with self.locked():
            used = {part.path.split("/")[1] for number in self._numbers() for part in self._read(number).parts}
            unused = [path for path in self._parts_folder().glob("*") if path.name not in used | set(keep_drafts)]
            for path in unused:
                shutil.rmtree(path, ignore_errors=True)
            return len(unused)

    def forget(self, but: int) -> None:
        """Removes all but the last snapshots, and the parts that only these named: for what can be made again."""
        with self.locked():
            for number in sorted(self._numbers())[:-but]:
                self._snapshot_file(number).unlink()
        self.tidy()

    @contextmanager
    def locked(self, name: str = "lock") -> Iterator[None]:
        """One process at a time publishes or tidies; another name is another lock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _parts_folder(self) -> Path:
        return self.folder / "parts"

    def _snapshot_file(self, number: int) -> Path:
        return self.folder / "snapshots" / f"{number:06}.json"

    def _numbers(self) -> list[int]:
        return [int(path.stem) for path in (self.folder / "snapshots").glob("[0-9]*.json")]

    def _read(self, number: int) -> Snapshot:
        data = json.loads(self._snapshot_file(number).read_text(encoding="utf-8"))
        return Snapshot(
            self.folder, number, datetime.fromisoformat(data["published_at"]),
            tuple(Part(**part) for part in data["parts"]), data["facts"],
        )


class Draft:
    """A snapshot in the making. Its parts are complete files or not there; nobody sees them before `publish`."""

    def __init__(self, dataset: Dataset, name: str, base: Snapshot | None):
        self.dataset = dataset
        self.name = name
        self.base = base
        self.folder = dataset._parts_folder() / name
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, stem: str) -> Path:
        """Where a part of that name is; a kernel writes its own parts beside it."""
        return self.folder / f"{stem}.parquet"

    def has(self, stem: str) -> bool:
        return self.path(stem).exists()

    def write(self, stem: str, table: pa.Table, group: str = "") -> Part:
        """Writes a part, whole or not at all."""
        unfinished = self.folder / f"{stem}.{os.getpid()}.unfinished"
        pq.write_table(table.cast(self.dataset.schema), unfinished, compression="zstd", row_group_size=GROUP_ROWS)
        unfinished.replace(self.path(stem))
        return Part(f"parts/{self.name}/{stem}.parquet", table.num_rows, group)

    def part(self, stem: str, group: str = "") -> Part:
        """A part that stands in the folder already."""
        rows = pq.read_metadata(self.path(stem)).num_rows
        return Part(f"parts/{self.name}/{stem}.parquet", rows, group)

    def publish(self, parts: Iterable[Part], facts: dict) -> Snapshot:
        """Makes the parts the dataset's next snapshot. Raises Conflict when another was published since this draft began."""
        with self.dataset.locked():
            current = self.dataset.snapshot()
            if (current.number if current else 0) != (self.base.number if self.base else 0):
                raise Conflict("warehouse_moved", _(
                    "Somebody else has renewed “%s” meanwhile, so nothing was written. Start again.") % self.dataset.name)
            number = current.number + 1 if current else 1
            found = Snapshot(self.dataset.folder, number, datetime.now(UTC), tuple(parts), facts)
            self._put(found)
            return found

    def _put(self, snapshot: Snapshot) -> None:
        folder = self.dataset.folder / "snapshots"
        folder.mkdir(exist_ok=True)
        text = json.dumps({
            "published_at": snapshot.published_at.isoformat(),
            "facts": snapshot.facts,
            "parts": [asdict(part) for part in snapshot.parts],
        }, ensure_ascii=False, indent=1)
        unfinished = folder / "next.unfinished"
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / f"{snapshot.number:06}.json")
