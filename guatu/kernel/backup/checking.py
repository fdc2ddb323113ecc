"""Reads a backup and believes nothing in it: names, sizes and hashes are checked before anything is touched."""

from __future__ import annotations

import hashlib
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import ValidationError

from guatu.kernel.backup.making import names_digest
from guatu.kernel.backup.manifest import MANIFEST, MOST_MANIFEST, VERSION, Manifest, document_of, document_part
from guatu.kernel.errors import Faulty

PIECE = 1 << 18
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, OSError, ValueError)


class Backup:
    """An opened backup. `pieces` gives the content of a part and raises Faulty, naming it, when it is not whole."""

    def __init__(self, path: Path, archive: zipfile.ZipFile):
        self.path = path
        self._archive = archive
        self._entries = {entry.filename: entry for entry in archive.infolist()}
        if len(self._entries) != len(archive.infolist()):
            raise self.damaged(_("its directory"), _("a name stands in it twice"))
        self.manifest = self._manifest()
        self.documents = sorted(filter(None, map(document_of, self._entries)))
        self._refuse_strangers()

    def damaged(self, part: str, why: str) -> Faulty:
        return Faulty("backup_damaged", _(
            "The part “%(part)s” of “%(file)s” is damaged: %(why)s. Nothing was changed. Take another copy of the file, "
            "or an earlier backup."
        ) % {"part": part, "file": self.path.name, "why": why}, "file")

    def _manifest(self) -> Manifest:
        if MANIFEST not in self._entries:
            raise not_a_backup(self.path)
        if self._entries[MANIFEST].file_size > MOST_MANIFEST:
            raise self.damaged(MANIFEST, _("it is too large"))
        try:
            text = b"".join(self._read(MANIFEST, self._entries[MANIFEST].file_size))
            said = Manifest.model_validate_json(text)
        except ValidationError as fault:
            first = fault.errors()[0]
            where = ".".join(map(str, first["loc"])) or "JSON"
            raise self.damaged(MANIFEST, f"{where}: {first['msg']}") from None
        if said.format_version > VERSION:
            raise Faulty("backup_newer", _(
                "“%(file)s” was made by a newer program (%(made)s) in a form that this one does not know. Install that "
                "version, then restore."
            ) % {"file": self.path.name, "made": said.guatu}, "file")
        return said

    def _refuse_strangers(self) -> None:
        """Every part is announced, and every announced part is there; no other name is ever used as a path."""
        announced = {table.part: table.bytes for table in self.manifest.tables}
        if len(announced) != len(self.manifest.tables):
            raise self.damaged(MANIFEST, _("it names a table twice"))
        for name in self._entries:
            if name != MANIFEST and name not in announced and document_of(name) is None:
                raise self.damaged(ascii(name)[1:-1][:100], _("no backup has a part of this name"))
        for name, size in announced.items():
            if name not in self._entries:
                raise self.damaged(name, _("it is missing"))
            if self._entries[name].file_size != size:
                raise self.damaged(name, _("its size is not the one it should have"))
        said = self.manifest.documents
        sizes = sum(self._entries[document_part(digest)].file_size for digest in self.documents)
        if (len(self.documents), sizes, names_digest(self.documents)) != (said.files, said.bytes, said.sha256):
            raise self.damaged("documents/", _("there are not the files that should be there"))

    @property
    def bytes(self) -> int:
        """What the parts unpack to."""
        return sum(entry.file_size for entry in self._entries.values())

    def check(self, say: Callable[[str], None]) -> None:
        """Reads every part once and compares it with its hash."""
        told, done = time.monotonic(), 0
        parts = [(table.part, table.sha256) for table in self.manifest.tables]
        parts += [(document_part(digest), digest) for digest in self.documents]
        for part, sha256 in parts:
            for piece in self.pieces(part, sha256):
                done += len(piece)
                if time.monotonic() - told > 2:
                    told = time.monotonic()
                    say(_("Checked: %(done)d of %(all)d MB…") % {"done": done >> 20, "all": self.bytes >> 20})
        say(_("All %d parts of the backup are whole.") % len(parts))

    def pieces(self, part: str, sha256: str) -> Iterator[bytes]:
        """The content of a part; its end raises Faulty unless size and hash are right."""
        digest = hashlib.sha256()
        for piece in self._read(part, self._entries[part].file_size):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != sha256:
            raise self.damaged(part, _("its content is not the one that was backed up"))

    def _read(self, part: str, size: int) -> Iterator[bytes]:
        entry = self._entries[part]
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
            raise self.damaged(part, _("it is packed in another way than backups are"))
        read = 0
        try:
            with self._archive.open(entry) as content:
                while piece := content.read(PIECE):
                    read += len(piece)
                    if read > size:
                        raise EOFError(_("it is longer than it says"))
                    yield piece
            if read != size:
                raise EOFError(_("it is shorter than it says"))
        except _BROKEN as fault:
            raise self.damaged(part, str(fault) or type(fault).__name__) from None


def not_a_backup(path: Path) -> Faulty:
    return Faulty("not_a_backup", _(
        "“%s” is not a backup of Guatu, or its end is missing. Give the file that guatu backup wrote."
    ) % path.name, "file")


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Opens a backup for reading. Raises Faulty when the file is none."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise Faulty("file", _("There is no file “%s” that can be read. Check the name.") % path, "file") from None
    except _BROKEN:
        raise not_a_backup(path) from None
    with archive:
        yield Backup(path, archive)
