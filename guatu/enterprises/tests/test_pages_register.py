"""The register's pages: who may, what is shown, a file from upload to result."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guatu.enterprises.jobs import KIND
from guatu.enterprises.models import Enterprise
from guatu.enterprises.register import loading
from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.tests.register_world import HEADERS, code, csv_text, row, write
from guatu.kernel import actions
from guatu.kernel.models import Job, Organisation
from guatu.projects.tests.world import member

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    return tmp_path


@pytest.fixture
def city(system):
    return actions.create(system, Organisation, {"code": "city", "name": "市", "kind": "city"})


@pytest.fixture
def office(system, city, client):
    user = member(system, "office", "chain_office", city)
    client.force_login(user)
    return user


def upload(text: str, name: str = "登记.csv", encoding: str = "gb18030"):
    return SimpleUploadedFile(name, text.encode(encoding))


def page(answer) -> str:
    return answer.content.decode()


def test_a_file_from_upload_to_the_search(client, office):
    assert "尚未载入" in page(client.get("/register/"))
    sent = client.post("/register/load/", {"file": upload(csv_text([row(1), row(2, 企业名称=""), row(3)]))})
    assert sent.status_code == 200
    shown = page(sent)
    assert '<option value="企业名称" selected>' in shown and "测试1有限公司" in shown
    mark = re.search(r'name="upload" value="([^"]+)"', shown)[1]
    chosen = {f"column_{field}": header for field, header in zip(
        ("name", "uscc", "registered_on", "capital", "scope", "province", "city", "address"), HEADERS, strict=True)}
    started = client.post("/register/load/", {"upload": mark, **chosen})
    job = Job.objects.get(kind=KIND)  # the mapping onto the chains follows as a job of its own
    assert started.status_code == 302 and started["Location"] == f"/jobs/{job.pk}/"
    assert (job.state, job.result["rows"], job.result["accepted"], job.result["rejected"]) == ("done", 3, 2, 1)
    told = page(client.get(f"/jobs/{job.pk}/"))
    assert f"/register/rejects/{job.pk}/" in told
    rejects = b"".join(client.get(f"/register/rejects/{job.pk}/").streaming_content).decode("utf-8-sig")
    assert "登记.csv" in rejects and len(rejects.splitlines()) == 2
    found = page(client.get("/register/", {"q": "测试3", "region": "3702"}))
    assert f"/register/{code(3)}/" in found and code(1) not in found
    one = page(client.get(f"/register/{code(3)}/"))
    assert "显示器件制造" in one and "青岛市" in one and "100" in one


def test_a_mapping_without_a_name_comes_back(client, office):
    sent = client.post("/register/load/", {"file": upload("甲,乙\n一,二\n")})
    assert sent.status_code == 200
    mark = re.search(r'name="upload" value="([^"]+)"', page(sent))[1]
    answer = client.post("/register/load/", {"upload": mark, "column_uscc": "乙"})
    assert answer.status_code == 422 and not Job.objects.exists()
    assert client.post("/register/load/", {"upload": mark, "column_name": "甲"}).status_code == 302
    assert REGISTER.snapshot().rows == 1


@pytest.mark.parametrize("content", [b"", b"PAR1xx", b"PK\x03\x04xx"])
def test_hostile_files_are_refused_in_words(client, office, content):
    answer = client.post("/register/load/", {"file": SimpleUploadedFile("x.parquet", content)})
    assert answer.status_code in (200, 422) and not Job.objects.exists()
    if content:
        assert "x.parquet" in page(answer)


def test_texts_of_the_register_are_no_markup(client, office, home):
    bad = "<script>alert(1)</script>"
    loading.load([write(home / "a.csv", csv_text([row(1, f"公司{bad}", 经营范围=bad)]))])
    for url in ("/register/?q=公司", f"/register/{code(1)}/"):
        assert bad not in page(client.get(url)) and "&lt;script&gt;" in page(client.get(url))


def test_pages_of_many(client, office, home):
    loading.load([write(home / "a.csv", csv_text([row(number) for number in range(120)]))])
    seen, url = [], "/register/?q=测试"
    while url:
        shown = page(client.get(url))
        seen += re.findall(r'href="/register/(91\w{16})/"', shown)
        following = re.search(r'href="(/register/\?[^"]*after=9[^"]*)"', shown)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(("role", "reads", "loads"), [
    ("administrator", 200, 200), ("chain_office", 200, 200), ("leader", 200, 403), ("investment_officer", 200, 403),
    ("project_officer", 200, 403), ("park_manager", 200, 403), ("inspector", 200, 403), ("department_handler", 403, 403),
])
def test_who_may(system, client, city, home, role, reads, loads):
    loading.load([write(home / "a.csv", csv_text([row(1)]))])
    client.force_login(member(system, "someone", role, city))
    assert client.get("/register/").status_code == reads
    assert client.get(f"/register/{code(1)}/").status_code == reads
    assert client.get("/register/load/").status_code == loads
    assert client.post("/register/load/", {"file": upload(csv_text([row(2)]))}).status_code == loads
    assert ("/register/load/" in page(client.get("/register/"))) == (loads == 200)


def test_strangers_are_asked_to_log_in(client):
    for url in ("/register/", "/register/load/", "/register/x/", "/register/rejects/1/"):
        assert client.get(url)["Location"].startswith("/login/")


def test_another_persons_upload_and_rejects_are_not_at_hand(system, client, office, city, home):
    shown = page(client.post("/register/load/", {"file": upload(csv_text([row(1, 企业名称="")]))}))
    mark = re.search(r'name="upload" value="([^"]+)"', shown)[1]
    client.post("/register/load/", {"upload": mark, "column_name": "企业名称"})
    job = Job.objects.get(kind=KIND)  # the mapping onto the chains follows as a job of its own
    client.force_login(member(system, "other", "chain_office", city))
    assert client.get(f"/register/rejects/{job.pk}/").status_code == 404
    assert client.post("/register/load/", {"upload": mark, "column_name": "企业名称"}).status_code == 409
    assert client.post("/register/load/", {"upload": "forged", "column_name": "企业名称"}).status_code == 409


def test_the_zones_own_enterprise_and_its_row_find_one_another(system, client, office, city, home):
    own = actions.create(system, Enterprise, {"name": "测试甲", "uscc": code(1), "zone": city.pk})
    loading.load([write(home / "a.csv", csv_text([row(1), row(2)]))])
    assert f"/r/enterprises/{own.pk}/" in page(client.get(f"/register/{code(1)}/"))
    assert f"/register/{code(1)}/" in page(client.get(f"/r/enterprises/{own.pk}/"))
    assert "/r/enterprises/" not in page(client.get(f"/register/{code(2)}/")).split("<main")[1]
