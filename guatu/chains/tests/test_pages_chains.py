"""Pages of chains on the small register of `standing_world`: list, chain, node, enterprises, comparison, verdict, files."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from guatu.chains import catalogue
from guatu.chains.models import Chain, ChainPlan, ChainPost, EnterpriseRole, MappingVerdict
from guatu.chains.tests import standing_world as world
from guatu.enterprises.models import Enterprise
from guatu.kernel import actions
from guatu.kernel.changes import Refusals
from guatu.kernel.models import Organisation, User
from guatu.kernel.recording import head
from guatu.kernel.warehouse.duck import Duck
from guatu.projects.tests.world import member

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
DAY = "as_of=2019-06-30"
HERE = f"?zone=z&{DAY}"


@pytest.fixture(autouse=True)
def warehouse(tmp_path, settings):
    settings.GUATU_HOME = tmp_path


@pytest.fixture
def zone(system):
    return world.declare_zones(system)


@pytest.fixture
def published(zone):
    world.publish_world()
    return zone


@pytest.fixture
def office(system, client, zone):
    user = member(system, "office", "chain_office", Organisation.everything.get(code="c"))
    client.force_login(user)
    return client


def text(answer) -> str:
    assert answer.status_code == 200, (answer.status_code, answer.content.decode()[:500])
    return answer.content.decode()


# -- without a register ------------------------------------------------------------------------------------------------


def test_without_a_register_chains_can_be_seen_and_the_page_says_what_to_do(office):
    shown = text(office.get("/chains/"))
    assert all(chain.name in shown for chain in catalogue.chains().values()) and "guatu register" in shown
    page = office.get("/chains/nd/")
    shown = text(page)
    assert "guatu register" in shown and page.context["panorama"] is None
    assert all(node.name in shown for node in catalogue.chains()["nd"].nodes)
    assert {mark["status"] for mark in page.context["graph"]["nodes"]} == {"unknown"}
    assert "偏光片" in text(office.get("/chains/nd/nodes/polariser/"))
    assert "guatu register" in text(office.get("/chains/nd/nodes/polariser/enterprises/"))
    assert "guatu register" in text(office.get("/chains/nd/compare/"))


def test_a_zone_without_territory_is_told_to_declare_one(office, published):
    shown = text(office.get(f"/chains/nd/?zone=nowhere&{DAY}"))
    assert "/r/territories/new/?zone=nowhere" in shown


# -- with one ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_every_chain_counted_together(office, published, monkeypatch):
    asked, query = [], Duck.query
    monkeypatch.setattr(Duck, "query", lambda self, sql, *tables, **values: asked.append(sql) or query(self, sql, *tables, **values))
    whole = office.get(f"/chains/{HERE}").context["rows"]
    assert len(whole) == len(catalogue.chains()) and 0 < len(asked) <= 6
    together = len(asked)
    office.get(f"/chains/nd/compare/{HERE}")
    assert len(asked) == together  # counted already
    nd = next(found for found in whole if found["chain"].code == "nd")
    # Of 61 nodes tv and module have makers here.
    assert (nd["nodes"], nd["missing"], nd["mapped"]) == (61, 59, 5)


def test_a_chain_with_its_figures(office, published):
    page = office.get(f"/chains/nd/{HERE}")
    shown = text(page)
    by_code = {row.code: row for row in page.context["table"].rows}
    # k01, k02 and k07 make televisions on that day; k04 and k07 modules.
    assert by_code["tv"].values["makers"] == 3 and by_code["module"].values["makers"] == 2
    assert by_code["polariser"].status == "missing" and by_code["polariser"].values["near"] == 1
    assert page.context["gaps"] and page.context["gaps"][0]["gap"].rank == 1
    assert "/chains/nd/nodes/tv/enterprises/?zone=z&amp;as_of=2019-06-30&amp;role=makes&amp;place=here" in shown
    data = page.context["graph"]
    assert len(data["nodes"]) == 61 and len(data["edges"]) == len(catalogue.chains()["nd"].edges)
    assert json.loads(json.dumps(data)) == data


def test_rows_are_filtered_sorted_and_summed(office, published):
    def codes(words: str) -> list[str]:
        return [row.code for row in office.get(f"/chains/nd/{HERE}&{words}").context["table"].rows]

    assert codes("sort=-makers")[:2] == ["tv", "module"]
    assert codes("q=偏光板") == ["polariser"]
    assert set(codes("status=missing")).isdisjoint({"tv", "module"})
    assert all(row.tier == "service" for row in office.get(f"/chains/nd/{HERE}&tier=service").context["table"].rows)
    assert office.get(f"/chains/nd/{HERE}").context["table"].total["makers"] == 5
    fragment = text(office.get(f"/chains/nd/{HERE}&q=none-such", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="nodes-table"))
    assert fragment.startswith('<div id="nodes-table"') and "没有符合的环节" in fragment


def test_a_count_opens_the_enterprises_with_the_words_that_put_them_there(office, published):
    page = office.get(f"/chains/nd/nodes/tv/enterprises/{HERE}&role=makes&place=here")
    shown = text(page)
    assert 'href="/register/k01/"' in shown
    assert page.context["listing"].total == 3 and "<mark>液晶电视</mark>" in shown
    assert {one["row"].key for one in page.context["rows"]} == {"k01", "k02", "k07"}
    users = office.get(f"/chains/nd/nodes/polariser/enterprises/{HERE}&role=uses")
    assert users.context["listing"].total > 0


def test_the_panel_of_a_node_is_a_fragment(office, published):
    panel = text(office.get(f"/chains/nd/nodes/tv/{HERE}", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="node-side"))
    assert "<html" not in panel and 'data-count="makes:here">3<' in panel and "data-close-side" in panel
    years = {row.year: (row.came, row.went, row.there) for row in office.get(
        f"/chains/nd/nodes/tv/{HERE}").context["years"]["rows"]}
    # k01 and k03 came in 2010, k07 in 2012, k02 in 2015; k03 went in 2018.
    assert years[2010] == (2, 0, 2) and years[2012] == (1, 0, 3) and years[2018] == (0, 1, 3) and years[2019] == (0, 0, 3)


def test_two_days_and_two_zones(office, published):
    days = office.get("/chains/nd/compare/?zone=z&as_of=2011-06-30&day2=2019-06-30")
    rows = {row["code"]: row for row in days.context["rows"]}
    _label, figure = rows["tv"]["figures"][0]
    assert (figure.first, figure.second, figure.change) == (2, 3, "+1") and rows["tv"]["differs"]
    only = office.get("/chains/nd/compare/?zone=z&as_of=2011-06-30&day2=2019-06-30&only=moved").context["rows"]
    assert all(row["differs"] for row in only) and len(only) == days.context["moved"] < 61
    zones = office.get(f"/chains/nd/compare/{HERE}&zone2=y")
    rows = {row["code"]: row for row in zones.context["rows"]}
    assert next(figure.second for _label, figure in rows["polariser"]["figures"]) == 1
    assert zones.context["other_zone"].code == "y" and text(zones)


def test_a_rejection_moves_the_figure_and_can_be_undone(office, published):
    here = f"/chains/nd/nodes/tv/enterprises/{HERE}&role=makes&place=here"
    assert "还没有" not in text(office.get(here))
    answer = office.post("/chains/nd/nodes/tv/judge/", {
        "key": "k02", "node": "tv", "verdict": "reject", "reason": "只卖不产", "next": here}, follow=True)
    shown = text(answer)
    assert answer.context["listing"].total == 2 and "/undo/" in shown
    verdict = MappingVerdict.everything.get()
    assert (verdict.key, verdict.verdict, verdict.reason) == ("k02", "reject", "只卖不产")
    assert office.get(f"/chains/nd/{HERE}").context["panorama"].node("tv").makers.here == 2
    missing = office.post("/chains/nd/nodes/tv/judge/", {"key": "k01", "verdict": "reject", "reason": " ", "next": here}, follow=True)
    assert missing.context["listing"].total == 2 and MappingVerdict.everything.count() == 1
    away = office.post("/chains/nd/nodes/tv/judge/", {
        "key": "k01", "node": "tv", "verdict": "confirm", "reason": "去看过", "next": "https://elsewhere.example/"})
    assert away["Location"].startswith("/chains/nd/")


def test_files(office, published):
    pdf = office.get(f"/chains/nd/export/pdf/{HERE}")
    assert pdf.content.startswith(b"%PDF")
    assert office.get(f"/chains/cold/export/png/{HERE}").content.startswith(b"\x89PNG")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(office.get(f"/chains/nd/export/xlsx/{HERE}").streaming_content)))
    assert len(book.sheet_names) == 3
    names = [row[0] for row in book.get_sheet_by_index(0).to_python()]
    assert "偏光片" in names and len(names) >= 61
    assert office.get(f"/chains/nd/export/exe/{HERE}").status_code == 404


@pytest.mark.parametrize("address", [
    "/chains/none/", "/chains/nd/nodes/none/", "/chains/nd/?zone=none", "/chains/nd/nodes/none/enterprises/",
    "/chains/nd/compare/?zone2=none"])
def test_what_is_not_there_is_not_found(office, published, address):
    assert office.get(address).status_code == 404


@pytest.mark.parametrize("address", [
    "/chains/?as_of=junk", "/chains/nd/?as_of=2022-13-40", "/chains/nd/compare/?day2=junk",
    f"/chains/nd/nodes/tv/enterprises/{HERE}&role=none", f"/chains/nd/nodes/tv/enterprises/{HERE}&cursor=junk"])
def test_what_cannot_be_read_is_refused_in_a_sentence(office, published, address):
    answer = office.get(address)
    assert answer.status_code == 422 and "。" in answer.content.decode()


def test_whoever_sees_no_chain_sees_no_page(system, client, published):
    client.force_login(User.everything.get(pk=actions.create(system, User, {"username": "nobody", "name": "谁"}).pk))
    for address in ("/chains/", "/chains/nd/", "/chains/nd/nodes/tv/", "/chains/nd/nodes/tv/enterprises/",
                    "/chains/nd/compare/", "/chains/nd/export/pdf/", "/api/chains/panorama?chain=nd&zone=z",
                    "/api/chains/enterprises?chain=nd&zone=z&node=tv"):
        assert client.get(address).status_code == 403, address
    assert client.post("/chains/nd/nodes/tv/judge/", {"key": "k01"}).status_code == 403


def test_a_reader_without_the_right_is_offered_no_verdict(system, client, published):
    client.force_login(member(system, "boss", "leader", Organisation.everything.get(code="c")))
    shown = text(client.get(f"/chains/nd/nodes/tv/enterprises/{HERE}&role=makes"))
    assert "液晶电视" in shown and "judge/" not in shown
    assert client.post("/chains/nd/nodes/tv/judge/", {
        "key": "k01", "verdict": "reject", "reason": "x"}).status_code == 403
    assert not MappingVerdict.everything.exists()


def test_another_zone_is_out_of_reach(system, client, published):
    client.force_login(member(system, "own", "chain_office", Organisation.everything.get(code="y")))
    assert client.get(f"/chains/nd/?zone=z&{DAY}").status_code == 404
    assert client.get(f"/api/chains/panorama?chain=nd&zone=z&{DAY}").status_code == 404
    assert client.get(f"/chains/nd/?{DAY}").context["seen"].zone.code == "y"


def test_english(office, published):
    office.cookies["django_language"] = "en"
    shown = text(office.get(f"/chains/nd/{HERE}"))
    assert "missing" in shown and "Gaps, the most pressing first" in shown and "本地生产企业" not in shown


def test_a_bigger_chain_costs_no_more_queries(office, published):
    counts = []
    for code in ("cold", "fchem"):  # 26 and 65 nodes
        office.get(f"/chains/{code}/{HERE}")
        with CaptureQueriesContext(connection) as asked:
            assert office.get(f"/chains/{code}/{HERE}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 40


def test_the_register_shows_where_an_enterprise_stands(office, published):
    shown = text(office.get("/register/k07/"))
    assert "/chains/nd/nodes/tv/" in shown and "/chains/nd/nodes/module/" in shown and "显示模组" in shown


# -- API -----------------------------------------------------------------------------------------------------------------


def test_the_api_answers_as_the_pages_do(office, published):
    found = office.get(f"/api/chains/panorama?chain=nd&zone=z&{DAY}").json()
    nodes = {node["code"]: node for node in found["nodes"]}
    assert nodes["tv"]["makers"]["here"] == 3 and nodes["tv"]["terms"][0]["sentence"]
    assert found["coverage"]["register_rows"] == len(world.ROWS) and found["parameters"]
    gaps = office.get(f"/api/chains/gaps?chain=nd&zone=z&{DAY}").json()["gaps"]
    assert [gap["rank"] for gap in gaps] == list(range(1, len(gaps) + 1))
    assert all(abs(sum(term["points"] for term in gap["terms"]) - gap["score"]) < 0.02 for gap in gaps)
    assert office.get(f"/api/chains/node?chain=nd&zone=z&node=tv&{DAY}").json()["node"] == nodes["tv"]
    rows = office.get(f"/api/chains/enterprises?chain=nd&zone=z&node=tv&{DAY}").json()
    assert rows["total"] == 3 and rows["items"][0]["excerpt"]
    assert office.get(f"/api/chains/node?chain=nd&zone=z&node=none&{DAY}").status_code == 404
    assert office.get("/api/chains/panorama?chain=nd").status_code == 422


# -- people --------------------------------------------------------------------------------------------------------------


def test_people_and_plan_as_of_a_day(system, office, published):
    chain = actions.create(system, Chain, {"code": "nd", "name": "新型显示"})
    post = actions.create(system, ChainPost, {
        "chain": chain.pk, "post": "lead", "name": "甲", "valid_on": date(2018, 1, 1), "until": date(2019, 12, 31)})
    actions.create(system, ChainPost, {"chain": chain.pk, "post": "lead", "name": "乙", "valid_on": date(2020, 1, 1)})
    actions.create(system, ChainPlan, {"chain": chain.pk, "title": "旧方案", "valid_on": date(2018, 1, 1)})
    actions.create(system, ChainPlan, {"chain": chain.pk, "title": "新方案", "valid_on": date(2020, 1, 1)})
    firm = actions.create(system, Enterprise, {"name": "示例龙头", "zone": published.pk})
    actions.create(system, EnterpriseRole, {"enterprise": firm.pk, "chain": chain.pk, "role": "chain_master"},
                   valid_on=date(2018, 1, 1))

    def people(day: str, known: str = ""):
        found = office.get(f"/chains/nd/?zone=z&as_of={day}" + (f"&known_at={known}" if known else "")).context["people"]
        return [row.name for row in found.posts["lead"]], found.plan and found.plan.title, [one.name for one in found.lead_firms]

    assert people("2017-12-31") == ([], None, [])
    assert people("2019-06-30") == (["甲"], "旧方案", ["示例龙头"])
    assert people("2020-06-30") == (["乙"], "新方案", ["示例龙头"])
    known = head().instant.isoformat().replace("+", "%2B")
    actions.change(system, post, {"until": date(2019, 3, 31)})
    assert people("2019-06-30")[0] == [] and people("2019-06-30", known)[0] == ["甲"]
    listed = office.get("/chains/?as_of=2020-06-30").context["rows"]
    assert next(row for row in listed if row["chain"].code == "nd")["leads"] == ["乙"]


def test_a_post_does_not_end_before_it_began(system, zone):
    chain = actions.create(system, Chain, {"code": "nd", "name": "新型显示"})
    with pytest.raises(Refusals, match="2019"):
        actions.create(system, ChainPost, {
            "chain": chain.pk, "post": "lead", "name": "甲", "valid_on": date(2020, 1, 1), "until": date(2019, 1, 1)})
