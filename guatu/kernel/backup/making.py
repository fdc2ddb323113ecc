"""Writes a backup: read in one snapshot, streamed to a file beside, and renamed when it is complete."""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu import __version__
from guatu.kernel import documents
from guatu.kernel.backup import nightly, tables
from guatu.kernel.backup.manifest import FORMAT, MANIFEST, VERSION, Manifest, TableSaid, document_part
from guatu.kernel.backup.snapshot import Snapshot, snapshot
from guatu.kernel.errors import Faulty, Misconfigured

#: Higher levels of packing cost minutes and gain little on texts like these.
LEVEL = 3

Say = Callable[[str], None]


def make(path: Path, say: Say = lambda _text: None) -> dict:
    """Writes a backup to `path`, readable by its owner only, and returns {"file", "bytes", "made_at", "head", "rows",
    "documents", "missing_documents"}. Raises Refused and leaves nothing when it cannot be done."""
    path = path.absolute()
    refuse_overwriting(path)
    _refuse_unmigrated()
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            manifest = _write(file, say)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        raise Faulty("backup_file", _(
            "The backup cannot be written to “%(path)s”: %(why)s. Nothing was left there; choose another place."
        ) % {"path": path, "why": fault.strerror or fault}, "out") from None
    finally:
        beside.unlink(missing_ok=True)
    made = {
        "file": str(path),
        "bytes": size,
        "made_at": manifest.made_at,
        "head": manifest.head.model_dump(),
        "rows": {table.name: table.rows for table in manifest.tables},
        "documents": manifest.documents.files,
        "missing_documents": manifest.documents.missing,
    }
    nightly.note(made)
    return made


def refuse_overwriting(path: Path) -> None:
    """A former backup may be written over; nothing else may."""
    if not path.parent.is_dir() or path.is_dir():
        raise Faulty("backup_file", _(
            "There is no folder for “%s”, or it is a folder itself. Name a file in a folder that exists."
        ) % path, "out")
    if path.exists():
        try:
            with zipfile.ZipFile(path) as archive:
                ours = MANIFEST in archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            ours = False
        if not ours:
            raise Faulty("backup_file", _(
                "“%s” is there already and is not a backup, so it is not written over. Choose another name."
            ) % path, "out")


def _refuse_unmigrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Misconfigured("not_migrated", _(
            "The database is older than this program. Run `guatu setup` first, which brings it up to date and loses "
            "nothing; or make the backup with the program of that time."
        ))


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write(file, say: Say) -> Manifest:
    made_at = timezone.now()
    with snapshot() as taken, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        manifest = Manifest(
            format=FORMAT,
            format_version=VERSION,
            guatu=__version__,
            made_at=made_at,
            database=taken.vendor,
            migrations=sorted(taken.rows("SELECT app, name FROM django_migrations")),
            head=_head(taken),
            tables=[_table(archive, taken, table, say) for table in tables.kept()],
            documents=_documents(archive, taken, say),
            left_out=tables.LEFT_OUT,
        )
        with archive.open(_entry(MANIFEST), "w") as part:
            part.write(manifest.model_dump_json(indent=1).encode())
    return manifest


def _entry(name: str, packed: bool = True) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, time.localtime()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry._compresslevel = LEVEL
    entry.external_attr = 0o600 << 16
    return entry


def _head(taken: Snapshot) -> dict:
    found = taken.rows("SELECT number, instant, hash FROM kernel_chainhead WHERE id = 1")
    if not found:
        return {"number": 0, "instant": None, "hash": "0" * 64}
    number, instant, digest = found[0]
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    return {"number": number, "instant": instant, "hash": digest}


def _table(archive: zipfile.ZipFile, taken: Snapshot, table: tables.Table, say: Say) -> TableSaid:
    digest, rows, size = hashlib.sha256(), 0, 0
    said = TableSaid(
        name=table.name, key=table.key, columns=[vars(column) for column in table.columns], rows=0, bytes=0,
        sha256="0" * 64,
    )
    told = time.monotonic()
    with archive.open(_entry(said.part), "w", force_zip64=True) as part:
        for piece in taken.pieces(table):
            part.write(piece)
            digest.update(piece)
            rows += piece.count(b"\n")
            size += len(piece)
            if time.monotonic() - told > 2:
                told = time.monotonic()
                say(_("%(table)s: %(rows)d rows so far…") % {"table": table.name, "rows": rows})
    if rows:
        say(_("%(table)s: %(rows)d rows") % {"table": table.name, "rows": rows})
    return said.model_copy(update={"rows": rows, "bytes": size, "sha256": digest.hexdigest()})


def _documents(archive: zipfile.ZipFile, taken: Snapshot, say: Say) -> dict:
    """Every file of the store is some document's. It is written before the row that names it and never removed, so
    those of the snapshot are there."""
    wanted = {digest for (digest,) in taken.rows("SELECT DISTINCT sha256 FROM kernel_document")}
    files = size = 0
    missing: list[str] = []
    told = time.monotonic()
    for digest in sorted(wanted):
        path = documents.path_of(digest)
        if not is_whole(path, digest):
            missing.append(digest)
            continue
        with archive.open(_entry(document_part(digest), packed=False), "w", force_zip64=True) as part:
            for piece in pieces_of(path):
                part.write(piece)
                size += len(piece)
        files += 1
        if time.monotonic() - told > 2:
            told = time.monotonic()
            say(_("Documents: %(done)d of %(all)d…") % {"done": files, "all": len(wanted)})
    say(_("Documents: %d files") % files)
    kept = wanted.difference(missing)
    return {"files": files, "bytes": size, "sha256": names_digest(kept), "missing": missing}


def names_digest(digests: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def is_whole(path: Path, sha256: str) -> bool:
    """Whether the file is there and has the content its name says."""
    digest = hashlib.sha256()
    try:
        for piece in pieces_of(path):
            digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def pieces_of(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(1 << 20), b"")
