"""Sheets through the pages: export, dry run, import, bulk edit, documents."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.models import Document, Job, Recording
from guatu.kernel.tests.pages_world import build
from guatu.projects.models import Project

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.fixture
def house():
    return build()


def enterprises(system, number, **values):
    actions.write(system, [
        Change("create", Enterprise, {"code": f"e{place:04d}", "name": f"企业{place}", **values})
        for place in range(number)])


def upload(text: str, name: str = "表.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("utf-8-sig"))


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_an_export_of_the_present_filter_comes_in_again_unchanged(house, system):
    enterprises(system, 5)
    client = house.client()
    response = client.get("/r/enterprises/export/csv/?q=企业3")
    assert "attachment" in response["Content-Disposition"]
    text = content(response).decode("utf-8-sig")
    assert text.count("\r\n") == 2 and "e0003" in text
    whole = content(client.get("/r/enterprises/export/xlsx/"))
    page = client.post("/r/enterprises/import/", {"file": SimpleUploadedFile("a.xlsx", whole)}, follow=True)
    assert "what stands already" in page.content.decode()
    assert client.get("/r/enterprises/export/pdf/").status_code == 422


def test_a_sheet_is_checked_agreed_to_written_and_undone(house, system):
    enterprises(system, 2)
    client = house.client()
    sheet = "code,name,note\ne0000,改名,\ne0009,新企业,来自表格\n"
    response = client.post("/r/enterprises/import/", {"file": upload(sheet)}, follow=True)
    page = response.content.decode()
    assert "改名" in page and "Import 2 rows" in page and Enterprise.everything.count() == 2
    job = Job.objects.get()
    page = client.post(f"/jobs/{job.pk}/confirm/", {"note": "按会议纪要"}, follow=True).content.decode()
    assert "1 added, 1 changed, 0 unchanged." in page
    recording = Recording.objects.latest("number")
    assert recording.channel == "import" and "按会议纪要" in recording.note
    assert Enterprise.everything.get(code="e0000").name == "改名"
    client.post(f"/undo/{re.search(r'/undo/([0-9]+)/', page)[1]}/")
    assert Enterprise.everything.get(code="e0000").name == "企业0"
    assert Enterprise.everything.get(code="e0009").withdrawn


def test_a_faulty_sheet_names_row_and_column_and_cannot_be_agreed_to(house, system):
    client = house.client()
    page = client.post("/r/enterprises/import/", {"file": upload("name,zone\n甲,north\n乙,nowhere\n")}, follow=True)
    text = page.content.decode()
    assert "Nothing was imported." in text and "nowhere" in text and ">3<" in text
    job = Job.objects.get()
    assert client.post(f"/jobs/{job.pk}/confirm/").status_code == 409
    assert not Enterprise.everything.exists()
    page = client.post("/r/enterprises/import/", {"file": SimpleUploadedFile("空.csv", b"")}, follow=True).content.decode()
    assert "空.csv" in page and "is empty" in page
    assert client.post("/r/enterprises/import/", {}).status_code == 422


def test_jobs_are_their_owners_own(house, system):
    client = house.client()
    client.post("/r/enterprises/import/", {"file": upload("name\n甲\n")})
    job = Job.objects.get()
    other = house.client("supervision")
    assert other.get(f"/jobs/{job.pk}/").status_code == 404
    assert other.post(f"/jobs/{job.pk}/confirm/").status_code == 404
    assert "表.csv" not in other.get("/jobs/").content.decode()
    administrator = house.client()
    assert administrator.get(f"/jobs/{job.pk}/").status_code == 200
    assert administrator.post(f"/jobs/{job.pk}/confirm/").status_code == 404


def test_the_end_of_a_job_is_notified_and_can_be_marked_read(house, system):
    client = house.client()
    client.post("/r/enterprises/import/", {"file": upload("name\n甲\n")})
    page = client.get("/notifications/").content.decode()
    assert "is finished" in page and 'class="badge-count">1<' in page
    client.post("/notifications/read/")
    assert "badge-count" not in client.get("/notifications/").content.decode()


def test_the_empty_sheet_has_every_column(house):
    response = house.client().get("/r/projects/import/template/")
    assert response.status_code == 200 and content(response).startswith(b"PK")


def test_bulk_edit_shows_first_and_writes_one_recording(house, system):
    enterprises(system, 4)
    rows = list(Enterprise.everything.order_by("code"))
    client = house.client()
    picked = {"record": [row.pk for row in rows[:3]], "column": "zone", "value__zone": "north"}
    page = client.post("/r/enterprises/bulk/", picked).content.decode()
    assert "3 rows would change" in page and not Enterprise.everything.exclude(zone=None).exists()
    before = Recording.objects.count()
    data = {"records": ",".join(str(row.pk) for row in rows[:3]), "column": "zone", "value__zone": "north", "confirm": "1",
            "planned_at": re.search(r'name="planned_at" value="(\d+)"', page)[1], "reason": "划归北区"}
    page = client.post("/r/enterprises/bulk/", data, follow=True).content.decode()
    assert "3 rows were changed." in page and Enterprise.everything.filter(zone=house.north).count() == 3
    assert Recording.objects.count() == before + 1
    assert Recording.objects.latest("number").channel == "bulk"
    page = client.post("/r/enterprises/bulk/", data | {"confirm": ""}).content.decode()
    assert "0 rows would change" in page and "3 have this value already" in page
    everyone = {"all": "1", "filter": "zone=none", "column": "zone", "value__zone": "south"}
    assert "1 row would change" in client.post("/r/enterprises/bulk/", everyone).content.decode()
    assert client.post("/r/enterprises/bulk/", picked | {"value__zone": "nowhere"}).status_code == 422


def test_bulk_edit_of_a_row_changed_meanwhile_is_refused_whole(house, system):
    enterprises(system, 2)
    rows = list(Enterprise.everything.all())
    client = house.client()
    picked = {"record": [row.pk for row in rows], "column": "note", "value__note": "同"}
    page = client.post("/r/enterprises/bulk/", picked).content.decode()
    seen = re.search(r'name="planned_at" value="(\d+)"', page)[1]
    actions.change(system, Enterprise.everything.get(pk=rows[0].pk), {"note": "别人"})
    response = client.post("/r/enterprises/bulk/", picked | {"confirm": "1", "planned_at": seen})
    assert response.status_code == 409
    assert sorted(Enterprise.everything.values_list("note", flat=True)) == ["", "别人"]


@pytest.fixture
def store(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


def test_a_document_is_added_downloaded_and_withdrawn(house, system, store):
    project = actions.create(system, Project, {"name": "项目", "zone": house.north.pk})
    client = house.client()
    file = SimpleUploadedFile("合同.pdf", b"%PDF-1.7 content", content_type="text/html")
    data = {"file": file, "kind": "signed_agreement", "title": "投资合同"}
    page = client.post(f"/r/projects/{project.pk}/documents/", data, follow=True).content.decode()
    assert "投资合同" in page
    document = Document.everything.get()
    assert document.content_type == "application/pdf" and document.zone == house.north
    response = client.get(f"/documents/{document.pk}/")
    assert content(response) == b"%PDF-1.7 content" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert house.client("chain_office", house.south).get(f"/documents/{document.pk}/").status_code == 404
    client.post(f"/documents/{document.pk}/withdraw/", {"reason": "传错"})
    assert client.get(f"/documents/{document.pk}/").status_code == 404


@pytest.mark.parametrize(("name", "body"), [
    ("a.pdf", b"<html>"), ("a.exe", b"MZ"), ("a.txt", b"a\x00b"), ("a.png", b""), ("a", b"text"), ("a.html", b"<script>"),
])
def test_a_file_that_is_not_what_it_says_is_refused(house, system, store, name, body):
    row = actions.create(system, Enterprise, {"name": "甲"})
    data = {"file": SimpleUploadedFile(name, body), "kind": "other"}
    page = house.client().post(f"/r/enterprises/{row.pk}/documents/", data, follow=True).content.decode()
    assert "note-bad" in page and not Document.everything.exists()
    assert not any(path.is_file() for path in store.rglob("*"))
