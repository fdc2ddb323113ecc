"""A backup taken while others write restores into an empty machine, on either database, to the same answers."""

import fcntl
import json
import os
import random
import shutil
import signal
import time
import zipfile

import pytest

from guatu.kernel.backup import cells, tables
from tests.guests.installation import Installation, postgresql_server

pytestmark = pytest.mark.long

ON_POSTGRESQL = "DATABASE_URL" in os.environ
DAYS = ("2022-05-31", "2022-06-30", "2022-12-31", "2023-02-20")


@pytest.fixture(scope="module")
def server():
    return postgresql_server()


@pytest.fixture
def empty(tmp_path, server):
    """Makes empty installations; without a word on the database of this run, else on the one named."""
    made = []

    def make(postgresql: bool = ON_POSTGRESQL) -> Installation:
        made.append(Installation(tmp_path / f"home{len(made)}", server if postgresql else None))
        return made[-1]

    return make


@pytest.fixture(scope="module")
def restless(tmp_path_factory, server):
    """The sample zone, backed up while another process wrote: (installation, file, what `guatu backup` said)."""
    source = Installation(tmp_path_factory.mktemp("source"), server if ON_POSTGRESQL else None)
    source.answer("demo", "--no-serve")
    file = source.home.parent / "under-load.zip"
    writer = source.start("-m", "tests.guests.restless")
    try:
        before = [int(writer.stdout.readline()) for _ in range(5)][-1]
        made = source.answer("backup", "--out", str(file))
        behind = 0
        while behind <= made["head"]["number"]:
            behind = int(writer.stdout.readline())
    finally:
        writer.kill()
    assert before <= made["head"]["number"] < behind, writer.stderr.read()[-2000:]
    return source, file, made


@pytest.fixture(scope="module")
def restored(restless, tmp_path_factory, server):
    """An empty machine into which that backup was restored, and what `guatu restore` said."""
    machine = Installation(tmp_path_factory.mktemp("restored"), server if ON_POSTGRESQL else None)
    return machine, machine.answer("restore", str(restless[1]))


def lists(installation, **at) -> list:
    """What `guatu lists` says of some days, of every zone and of one."""
    known = [part for pair in at.items() for part in pair]
    asked = [["lists", *zone, "--as-of", day, *known, "--json"] for zone in ([], ["--zone", "qda"]) for day in DAYS]
    done = installation.python("-c", f"from guatu.site.cli import run\nfor words in {asked!r}: run(words); print('-----')")
    answers = [json.loads(text) for text in done.stdout.split("-----\n") if text]
    assert len(answers) == len(asked), done.stderr[-2000:]
    return answers


@pytest.mark.both
def test_restored_lists_are_those_of_the_moment_of_the_backup(restless, restored):
    source, _file, made = restless
    machine, done = restored
    assert done["head"] == made["head"] and done["rows"] == made["rows"] and done["audit"]["ok"]
    assert done["documents"] == made["documents"] >= 5 and not done["missing_documents"]
    assert machine.guatu("audit", "verify").returncode == 0
    then = lists(source, **{"--known-at": made["head"]["instant"]})
    assert lists(machine) == then and any(answer["totals"]["rows"] for answer in then)
    rebuilt = machine.answer("rebuild")
    assert not any(result["missing"] or result["wrong"] for result in rebuilt.values())


@pytest.mark.both
def test_every_document_of_the_backup_can_be_read(restless, restored):
    made = restless[2]
    read = restored[0].python("-c", "import django; django.setup()\n"
                          "from guatu.kernel.models import Document; from guatu.kernel.documents import content\n"
                          "from guatu.kernel.backup.making import is_whole\n"
                          "print(sum(is_whole(content(row), row.sha256) for row in Document.everything.all()))")
    assert read.stdout.strip() == str(made["documents"]) == str(made["rows"]["kernel_document"]), read.stderr


@pytest.mark.both
def test_writing_goes_on_after_a_restore(restless, restored):
    """Identities go on from where the backup ended, on both databases."""
    machine = restored[0]
    writer = machine.start("-m", "tests.guests.restless")
    try:
        assert int(writer.stdout.readline()) > restless[2]["head"]["number"], writer.stderr.read()[-2000:]
    finally:
        writer.kill()
    assert machine.guatu("audit", "verify").returncode == 0


def content_of(file) -> dict:
    """Every part of a backup, JSON cells read, so that only what they mean is compared.

    Left out is the day turned last: a day may turn between two backups.
    """
    with zipfile.ZipFile(file) as archive:
        said = json.loads(archive.read("manifest.json"))
        found = {name: archive.read(name) for name in archive.namelist() if name.startswith("documents/")}
        for table in said["tables"]:
            text = archive.read(f"tables/{table['name']}.copy").decode().splitlines()
            json_places = [n for n, column in enumerate(table["columns"]) if column["kind"] == "json"]
            rows = [line.split("\t") for line in text]
            for row in rows:
                for place in json_places:
                    if row[place] != r"\N":
                        row[place] = json.loads(cells.unescaped(row[place]))
            kept = [n for n, column in enumerate(table["columns"]) if column["name"] != "turned_on"]
            found[table["name"]] = [[row[n] for n in kept] for row in rows]
    return found


@pytest.mark.both
def test_from_one_database_into_the_other_and_back(restless, empty):
    _source, file, made = restless
    other, back = empty(not ON_POSTGRESQL), empty(ON_POSTGRESQL)
    other.answer("restore", str(file))
    assert other.guatu("audit", "verify").returncode == 0
    there = other.home.parent / "there.zip"
    assert other.answer("backup", "--out", str(there))["head"] == made["head"]
    back.answer("restore", str(there))
    again = back.home.parent / "again.zip"
    back.answer("backup", "--out", str(again))
    first, second, third = content_of(file), content_of(there), content_of(again)
    for name in first:
        assert first[name] == second[name] == third[name], name
    assert lists(other) == lists(back)
    writer = other.start("-m", "tests.guests.restless")
    assert int(writer.stdout.readline()) > made["head"]["number"]
    writer.kill()


# -- refusals ------------------------------------------------------------------------------------------------------


def is_empty(installation) -> bool:
    documents = installation.home / "documents"
    assert "has not been set up" in installation.refused("lists")
    return not (list(installation.home.glob("*restoring*")) or list(documents.glob("**/*")))


def test_a_damaged_file_is_refused_and_nothing_is_there_afterwards(restless, empty, tmp_path):
    file = tmp_path / "damaged.zip"
    shutil.copyfile(restless[1], file)
    with zipfile.ZipFile(file) as archive:
        entry = archive.getinfo("tables/kernel_statement.copy")
    with file.open("r+b") as out:
        out.seek(entry.header_offset + 30 + len(entry.filename) + 400)
        byte = out.read(1)
        out.seek(-1, os.SEEK_CUR)
        out.write(bytes([byte[0] ^ 1]))
    machine = empty()
    assert "tables/kernel_statement.copy" in machine.refused("restore", str(file))
    assert is_empty(machine)


def test_an_altered_history_is_refused_though_every_hash_fits(restless, empty, tmp_path):
    """Somebody changes a fact, and the manifest's hash with it; the chain tells."""
    import hashlib

    file = tmp_path / "altered.zip"
    part = "tables/projects_stageevent.copy"
    with zipfile.ZipFile(restless[1]) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        said = json.loads(old.read("manifest.json"))
        altered = old.read(part).replace(b"2022-0", b"2021-0", 1)
        for table in said["tables"]:
            if table["name"] == "projects_stageevent":
                table["sha256"] = hashlib.sha256(altered).hexdigest()
        for name in old.namelist():
            new.writestr(name, {part: altered, "manifest.json": json.dumps(said)}.get(name) or old.read(name))
    machine = empty()
    assert "has been altered" in machine.refused("restore", str(file))
    assert is_empty(machine)


def test_an_installation_with_records_is_not_written_over(restless, empty, tmp_path):
    machine = empty()
    machine.answer("setup")
    machine.answer("restore", str(restless[1]))  # what set-up records by itself counts as empty
    head = restless[2]["head"]["number"]
    assert f"discard {head} recordings" in machine.refused("restore", str(restless[1]))
    assert "not empty" in machine.refused("restore", str(restless[1]), "--replace", "yes")
    assert machine.guatu("audit", "verify").returncode == 0
    done = machine.answer("restore", str(restless[1]), "--replace", f"discard {head} recordings")
    assert "before_restore" in done["kept"] and machine.guatu("audit", "verify").returncode == 0


@pytest.mark.both
def test_a_restore_cut_at_any_moment_leaves_nothing_half_done(restless, empty):
    chance, machine = random.Random(), empty()
    for _strike in range(3):
        child = machine.start("-m", "guatu", "restore", str(restless[1]))
        time.sleep(chance.uniform(0.3, 3.0))
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
        if "has not been set up" not in machine.guatu("lists").stderr:
            break  # it was done before the strike
    else:
        machine.answer("restore", str(restless[1]))
    assert machine.guatu("audit", "verify").returncode == 0
    assert lists(machine) == lists(restless[0], **{"--known-at": restless[2]["head"]["instant"]})


def test_no_restore_while_serving_and_none_as_a_user(restless, empty):
    machine = empty()
    machine.answer("setup")
    with (machine.home / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "being served" in machine.refused("restore", str(restless[1]))
    assert "Leave --as out" in machine.refused("restore", str(restless[1]), "--as", "administrator")


# -- the file ------------------------------------------------------------------------------------------------------


def test_the_file_is_the_owners_alone_and_holds_no_secret(restless):
    source, file, _made = restless
    assert file.stat().st_mode & 0o777 == 0o600
    assert not [path for path in file.parent.iterdir() if path.suffix == ".part"]
    secret = (source.home / "demo-secret").read_bytes()
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert not any(secret in archive.read(name) for name in names)
    assert names[-1] == "manifest.json" and not any("session" in name for name in names)


def test_what_is_written_over_and_who_may(restless):
    source, file, _made = restless
    database = source.home / "worker.lock"
    database.write_text("")
    assert "is not a backup" in source.refused("backup", "--out", str(database))
    assert "no folder" in source.refused("backup", "--out", str(source.home / "nowhere" / "a.zip"))
    again = file.with_name("again.zip")
    assert source.answer("backup", "--out", str(again)) and source.answer("backup", "--out", str(again))
    assert "administrator of the whole" in source.refused("backup", "--out", str(again), "--as", "project_officer")


def test_a_lost_document_is_named_and_does_not_stop_the_backup(restless, empty):
    _source, file, _made = restless
    machine = empty()
    machine.answer("restore", str(file))
    lost = next(path for path in (machine.home / "documents").glob("*/*"))
    lost.write_bytes(b"%PDF-altered")
    made = machine.answer("backup", "--out", str(file.with_name("lost.zip")))
    assert made["missing_documents"] == [lost.name]
    assert empty().answer("restore", str(file.with_name("lost.zip")))["missing_documents"] == [lost.name]


@pytest.mark.both
def test_the_nightly_backup_is_made_once_and_old_ones_go(restless, empty, tmp_path):
    machine, folder = empty(), tmp_path / "nightly"
    machine.answer("restore", str(restless[1]))
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"guatu-2020010{day}-020000.zip").write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    program = ("import django; django.setup()\nfrom guatu.kernel.backup import last_backup, nightly\nnightly.HOUR = 0\n"
               "print(last_backup())\nnightly.every_minute(); nightly.every_minute()\nprint(last_backup())")
    done = machine.python("-c", program, GUATU_BACKUP_FOLDER=str(folder), GUATU_BACKUPS_KEPT="3")
    before, after = done.stdout.split("\n")[:2]
    assert before == "None" and after.startswith("20"), done.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert names[:2] == ["guatu-20200104-020000.zip", "guatu-20200105-020000.zip"]
    assert names[3:] == ["notes.txt"] and (folder / names[2]).stat().st_mode & 0o777 == 0o600


def test_every_table_is_in_the_backup_or_left_out_by_name():
    kept = {table.name for table in tables.kept()}
    for model in tables.record_models():
        assert (model._meta.db_table in kept) != tables.left_out(model)
