"""Puts a backup in place: checked before anything is touched, built out of sight, verified, and only then shown."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DataError, IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from guatu.kernel import audit, documents, uploads
from guatu.kernel.backup import checking, targets
from guatu.kernel.backup.manifest import document_part
from guatu.kernel.errors import Conflict, Faulty
from guatu.kernel.recording import head

Say = Callable[[str], None]
#: Room asked for beyond what the parts unpack to: indexes take about as much again.
ROOM = 2.5


def restore(path: Path, replace: str = "", say: Say = lambda _text: None) -> dict:
    """Puts the backup `path` in place of an empty installation, or of the present one when `replace` holds the words
    that the refusal asks for. Returns what was done. Raises Refused and changes nothing when it cannot be done."""
    with checking.opened(path) as backup:
        _refuse_newer(backup)
        was = _refuse_standing(replace)
        _refuse_served()
        _refuse_cramped(backup)
        backup.check(say)
        with targets.target(was) as target, _documents_beside(backup, say) as put_documents:
            rows = _fill(backup, target, say)
            call_command("migrate", database="default", verbosity=0, interactive=False)
            target.migrated()
            verified = _verify(backup, say)
            put_documents()
        call_command("migrate", database="progress", verbosity=0, interactive=False)
        said = backup.manifest
    return {
        "file": str(path),
        "made_at": said.made_at,
        "made_by": said.guatu,
        "made_on": said.database,
        "head": said.head.model_dump(),
        "rows": rows,
        "documents": said.documents.files,
        "missing_documents": said.documents.missing,
        "audit": verified,
        "kept": target.kept,
    }


# -- refusals ------------------------------------------------------------------------------------------------------


def _refuse_newer(backup: checking.Backup) -> None:
    """The program knows every migration that the backup's tables went through."""
    known = set(MigrationExecutor(connection=None).loader.disk_migrations)
    strange = sorted(set(backup.manifest.migrations) - known)
    if strange and not any(app == strange[0][0] for app, _name in known):
        raise Faulty("backup_of_more", _(
            "“%(file)s” holds tables of “%(app)s”, which is not switched on in this installation. Set the environment as "
            "it was there (for instance GUATU_OIDC_ISSUER), then restore."
        ) % {"file": backup.path.name, "app": strange[0][0]}, "file")
    if strange:
        raise Faulty("backup_newer", _(
            "“%(file)s” was made by a newer program (%(made)s): this one does not know its migration %(migration)s. "
            "Install that version, then restore."
        ) % {"file": backup.path.name, "made": backup.manifest.guatu, "migration": ".".join(strange[0])}, "file")


def _refuse_standing(replace: str) -> targets.Standing:
    was = targets.standing()
    if was.empty or replace.strip() == was.words:
        return was
    if was.damaged:
        raise Conflict("not_empty", _(
            "There is a database in %(home)s that cannot be read. A restore would put it aside; if that is meant, "
            "repeat it with --replace \"%(words)s\"."
        ) % {"home": settings.GUATU_HOME, "words": was.words})
    raise Conflict("not_empty", _(
        "This installation is not empty: it holds %(number)d recordings. A restore goes into an empty one, so set "
        "GUATU_HOME (and DATABASE_URL) to a new place. If these recordings shall be put aside for the backup, repeat it "
        "with --replace \"%(words)s\"."
    ) % {"number": was.recordings, "words": was.words})


def _refuse_served() -> None:
    if uploads.worker_is_running():
        raise Conflict("being_served", _(
            "This installation is being served. End guatu serve first, then restore, then serve again."
        ))


def _refuse_cramped(backup: checking.Backup) -> None:
    Path(settings.GUATU_HOME).mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(settings.GUATU_HOME).free, int(backup.bytes * ROOM)
    if needed > free:
        raise Faulty("no_room", _(
            "The backup needs about %(needed)d MB, but only %(free)d MB are free where %(home)s lies. Make room, or "
            "restore elsewhere."
        ) % {"needed": needed >> 20, "free": free >> 20, "home": settings.GUATU_HOME}, "file")


# -- records -------------------------------------------------------------------------------------------------------


def _fill(backup: checking.Backup, target: targets.Target, say: Say) -> dict[str, int]:
    """Makes the tables as they were at the backup and fills them; returns the rows of each."""
    _migrate_to(backup)
    rows = {}
    for said in backup.manifest.tables:
        if not {column.name for column in said.columns} <= targets.columns_there(said.name):
            raise backup.damaged(said.part, _("the tables of that time had no such columns"))
        try:
            rows[said.name] = target.load(said.table, backup.pieces(said.part, said.sha256))
        except (ValueError, OverflowError, DataError, IntegrityError) as fault:
            raise backup.damaged(said.part, str(fault).strip().splitlines()[0]) from None
        if rows[said.name] != said.rows:
            raise backup.damaged(said.part, _("it has %(there)d rows, not %(said)d") % {
                "there": rows[said.name], "said": said.rows})
        if rows[said.name]:
            say(_("%(table)s: %(rows)d rows") % {"table": said.name, "rows": rows[said.name]})
    try:
        target.loaded()
    except IntegrityError as fault:
        raise backup.damaged("tables/", str(fault).strip().splitlines()[0]) from None
    return rows


def _migrate_to(backup: checking.Backup) -> None:
    """Applies the migrations that the backup's tables had gone through, and no others."""
    executor = MigrationExecutor(connection)
    wanted = {key for key in backup.manifest.migrations if key in executor.loader.graph.nodes}
    newest = [key for key in wanted
              if not any(child.key in wanted for child in executor.loader.graph.node_map[key].children
                         if child.key[0] == key[0])]
    executor.migrate(sorted(newest))


def _verify(backup: checking.Backup, say: Say) -> dict:
    say(_("Verifying the history…"))
    stands, said = head(), backup.manifest.head
    if (stands.number, stands.hash, stands.instant) != (said.number, said.hash, said.instant):
        raise backup.damaged("tables/kernel_chainhead.copy", _("it is not the head that the backup names"))
    verified = audit.verify()
    if not verified["ok"]:
        raise Faulty("backup_altered", _(
            "The history in “%(file)s” has been altered: %(what)s Nothing was restored. Take an earlier backup."
        ) % {"file": backup.path.name, "what": audit.sentence(verified["first_bad"])}, "file")
    return verified


# -- documents -----------------------------------------------------------------------------------------------------


@contextmanager
def _documents_beside(backup: checking.Backup, say: Say) -> Iterator[Callable[[], None]]:
    """Unpacks the documents into a folder beside; calling what it gives moves them to where documents lie."""
    place = Path(settings.MEDIA_ROOT)
    beside = place.with_name(f"{place.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    try:
        for digest in backup.documents:
            _unpack(backup, digest, beside)
        if backup.documents:
            say(_("Documents: %d files") % len(backup.documents))
        yield lambda: _move(backup.documents, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _unpack(backup: checking.Backup, digest: str, beside: Path) -> None:
    folder = beside / digest[:2]
    folder.mkdir(exist_ok=True)
    with (folder / digest).open("xb") as file:
        for piece in backup.pieces(document_part(digest), digest):
            file.write(piece)


def _move(digests: list[str], beside: Path) -> None:
    """Every file is on the disk before the rows that name it."""
    os.sync()
    for digest in digests:
        path = documents.path_of(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        (beside / digest[:2] / digest).replace(path)
    os.sync()
