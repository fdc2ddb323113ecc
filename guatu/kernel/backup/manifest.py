"""What a backup says of itself; and the names its parts may have."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from guatu.kernel.backup.tables import Column, Table

FORMAT = "guatu-backup"
#: Raised when an older program could not read the file any more.
VERSION = 1
MANIFEST = "manifest.json"
#: A manifest names tables, not rows; a larger one is not ours.
MOST_MANIFEST = 8 << 20

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0, lt=1 << 50)]
Kind = Literal["int", "text", "bool", "decimal", "float", "date", "instant", "time", "uuid", "json", "bytes"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ColumnSaid(_Part):
    name: Name
    kind: Kind
    places: Annotated[int, Field(ge=0, le=40)] = 0


class TableSaid(_Part):
    """One table: its columns in order, how many rows, and the bytes and SHA-256 of its part."""

    name: Name
    key: Name
    columns: Annotated[list[ColumnSaid], Field(min_length=1, max_length=500)]
    rows: Size
    bytes: Size
    sha256: Digest

    @property
    def part(self) -> str:
        return table_part(self.name)

    @property
    def table(self) -> Table:
        return Table(self.name, self.key, tuple(Column(it.name, it.kind, it.places) for it in self.columns))


class HeadSaid(_Part):
    """The newest recording of the chain."""

    number: Size
    instant: datetime | None
    hash: Digest


class DocumentsSaid(_Part):
    """The files of documents; `sha256` is over their sorted names. `missing` were gone or altered already."""

    files: Size
    bytes: Size
    sha256: Digest
    missing: list[Digest] = []


class Manifest(_Part):
    format: Literal["guatu-backup"]
    format_version: int
    guatu: str
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    migrations: list[tuple[Name, Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z_]{1,200}$")]]]
    head: HeadSaid
    tables: list[TableSaid]
    documents: DocumentsSaid
    left_out: dict[str, str]


def table_part(name: str) -> str:
    return f"tables/{name}.copy"


def document_part(sha256: str) -> str:
    return f"documents/{sha256[:2]}/{sha256}"


_DOCUMENT = re.compile(r"documents/([0-9a-f]{2})/(\1[0-9a-f]{62})")


def document_of(part: str) -> str | None:
    """The SHA-256 of the document that a part holds; None for any other name."""
    found = _DOCUMENT.fullmatch(part)
    return found[2] if found else None
