"""Graphs in files, the command that reads them, and proposals accepted into a draft or turned down, on pages too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guatu.chains import draft_actions, proposal_actions
from guatu.chains.graph_files import read_graph
from guatu.chains.models import ChainProposal
from guatu.chains.queries.editions import draft_of
from guatu.chains.queries.proposals import meant, page_of
from guatu.chains.rules import editing
from guatu.chains.rules.graph import inspected
from guatu.chains.rules.proposals import Relation
from guatu.kernel import actions
from guatu.kernel.errors import Faulty, Forbidden, NotFound
from guatu.kernel.models import Organisation
from guatu.kernel.scope import Actor
from guatu.projects.tests.world import member
from guatu.site import cli

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]
SHARED = Path(os.environ.get("GUATU_SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data") / "chainkg"

#: For the display chain: a term of polarisers, a node that goes into modules, an edge, and one against the tiers.
RELATIONS = """from_product,to_product,relation
偏光片,宽视角复合膜,subtype
偏光片,宽视角复合膜,subtype
显示模组,碳纳米导热垫,upstream_material
液晶电视,偏光片,upstream_material
偏光片,液晶电视,upstream_material
蛋糕,面粉,upstream_material
偏光片,柔性偏光片,subtype
甲,乙,friend_of
"""
SELLERS = "company_code,product,revenue_share\n600001,宽视角复合膜,0.5\n600002,宽视角复合膜,0.1\n"


@pytest.fixture
def office(system, settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    city = actions.create(system, Organisation, {"code": "c", "name": "市", "kind": "city"})
    return Actor.of(member(system, "office", "chain_office", city), "page")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "relations.csv").write_text(RELATIONS, encoding="utf-8")
    (tmp_path / "sellers.csv").write_text(SELLERS, encoding="gb18030")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return [tmp_path / name for name in ("relations.csv", "sellers.csv", "other.csv")]


def words(**asked) -> list[str]:
    return [row.word for row in page_of("nd", **asked).rows]


def rows_of(*asked: str) -> list[ChainProposal]:
    return [row for row in meant("nd", "open", "", "", None) if row.word in asked]


# -- files -------------------------------------------------------------------------------------------------------------


def test_tables_are_known_by_their_columns(files, tmp_path):
    graph = read_graph(files)
    assert graph.relations[0] == Relation("subtype", "偏光片", "宽视角复合膜", "relations.csv:2") and len(graph.relations) == 7
    assert (graph.sellers, graph.unused, graph.strange) == ({"宽视角复合膜": {"600001", "600002"}}, ["other.csv"], 1)
    assert graph.read == {"relations.csv": 8, "sellers.csv": 2}
    table = pa.table({"relation": ["subtype", None], "from_product": ["偏光片", "x"], "to_product": ["甲膜", "y"], "z": [1, 2]})
    pq.write_table(table, tmp_path / "g.parquet")
    (tmp_path / "industries.csv").write_text("industry,upstream_industry\n面板,玻璃\n", encoding="utf-8")
    graph = read_graph([tmp_path / "g.parquet", tmp_path / "industries.csv"])
    assert graph.relations == [Relation("subtype", "偏光片", "甲膜", "g.parquet:2"),
                               Relation("upstream_material", "面板", "玻璃", "industries.csv:2")]
    assert graph.strange == 1


@pytest.mark.parametrize(("name", "content"), [
    ("none.csv", b"a,b\n1,2\n"), ("broken.csv", b'from_product,to_product,relation\n"a,b,subtype\n'), ("empty.csv", b""),
    ("short.csv", b"from_product,to_product,relation\na,b\n"), ("broken.parquet", b"PAR1 no"), ("text.parquet", b""),
    ("bytes.csv", b"\xff\xfe\x00\x81"),
])
def test_a_file_that_is_no_graph_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Faulty) as refused:
        read_graph([tmp_path / name])
    assert str(refused.value)


@pytest.mark.parametrize("name", ["absent.csv", "absent.parquet"])
def test_a_file_that_is_not_there_is_said(tmp_path, name):
    with pytest.raises(NotFound):
        read_graph([tmp_path / name])


# -- proposals ---------------------------------------------------------------------------------------------------------


def test_what_a_graph_proposes_is_kept_with_its_evidence(office, files):
    made = proposal_actions.propose(office, "nd", files)
    assert (made.count("term"), made.count("node"), made.count("edge"), made.new) == (1, 1, 2, 4)
    row = page_of("nd", kind="term").rows[0]
    assert (row.word, row.node, row.said, row.sellers, row.body["rows"]) == (
        "宽视角复合膜", "polariser", 2, 2, ["relations.csv:2", "relations.csv:3"])
    again = proposal_actions.propose(office, "nd", files)
    assert again.new == 0 and ChainProposal.objects.count() == 4


def test_what_is_accepted_goes_into_the_draft_and_what_makes_it_worse_does_not(office, files):
    proposal_actions.propose(office, "nd", files)
    done = proposal_actions.accept(office, "nd", meant("nd", "open", "", "", None))
    assert done.accepted == 3
    ((word, why),) = done.refused
    assert word == "智能电视 → 偏光片" and "层级成环" in why
    body = draft_of("nd").body
    chain, problems = inspected(body, "nd")
    assert problems == () and "宽视角复合膜" in chain.node("polariser").terms
    new = next(node for node in chain.nodes if node.name == "碳纳米导热垫")
    assert (new.code, new.tier) == ("new1", "upstream") and draft_of("nd").version == 2
    assert words(state="accepted") and len(words(state="open")) == 1
    made = proposal_actions.propose(office, "nd", files)  # compared with the draft now
    assert made.count("term") == made.count("node") == 0 and made.new == 0


def test_what_is_turned_down_is_not_asked_again_until_it_is_reopened(office, files):
    proposal_actions.propose(office, "nd", files)
    proposal_actions.reject(office, rows_of("宽视角复合膜"))
    made = proposal_actions.propose(office, "nd", files)
    assert made.decided == 1 and "宽视角复合膜" not in words() and words(state="rejected") == ["宽视角复合膜"]
    proposal_actions.reopen(office, meant("nd", "rejected", "", "", None))
    assert "宽视角复合膜" in words() and words(text="复合") == ["宽视角复合膜"]


def test_what_was_accepted_and_thrown_away_is_asked_again(office, files):
    proposal_actions.propose(office, "nd", files)
    proposal_actions.accept(office, "nd", rows_of("宽视角复合膜"))
    assert "宽视角复合膜" not in words()
    draft_actions.discard_draft(office, "nd", draft_of("nd").version)
    proposal_actions.propose(office, "nd", files)
    assert "宽视角复合膜" in words()


def test_a_node_that_left_the_draft_takes_its_proposals_with_it(office, files):
    proposal_actions.propose(office, "nd", files)
    draft = draft_actions.open_draft(office, "nd")
    draft_actions.edit_draft(office, "nd", draft.version, lambda data: editing.remove_node(data, "polariser"))
    done = proposal_actions.accept(office, "nd", meant("nd", "open", "", "", None))
    assert done.accepted == 1 and len(done.refused) == 3


def test_only_those_who_may_publish_decide(system, office, files):
    reader = Actor.of(member(system, "reader", "project_officer", Organisation.everything.get(code="c")), "page")
    for act in (lambda: proposal_actions.propose(reader, "nd", files), lambda: proposal_actions.accept(reader, "nd", []),
                lambda: proposal_actions.reject(reader, []), lambda: proposal_actions.reopen(reader, [])):
        with pytest.raises(Forbidden):
            act()


# -- the command and the page ------------------------------------------------------------------------------------------


def test_the_command(office, files, capsys):
    assert cli.run(["chains", "propose", *map(str, files), "--chain", "nd", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {key: data[key] for key in ("relations", "used", "terms", "nodes", "edges", "new", "strange", "unused")} == {
        "relations": 7, "used": 6, "terms": 1, "nodes": 1, "edges": 2, "new": 4, "strange": 1, "unused": ["other.csv"]}
    assert data["proposals"][0]["told"] == ["偏光片 ⊃ 宽视角复合膜"] * 2
    assert cli.run(["--lang", "en", "chains", "propose", *map(str, files), "--chain", "nd"]) == 0
    out = capsys.readouterr().out
    assert "7 rows read, 6 touch the chain" in out and "宽视角复合膜" in out and "other.csv" in out
    assert cli.run(["--lang", "en", "chains", "propose", str(files[2]), "--chain", "nd"]) == 1
    assert cli.run(["--lang", "en", "chains", "propose", str(files[0]), "--chain", "none"]) == 1
    assert "There is no chain “none”" in capsys.readouterr().err


def test_the_page(office, client):
    client.force_login(office.user)
    client.cookies["django_language"] = "en"
    address = "/chains/nd/draft/proposals/"

    def send(**values):
        answer = client.post(address, values)
        assert answer.status_code == 302, answer.content.decode()[:300]
        return client.get(answer.url).content.decode()

    page = client.post(address, {"do": "propose", "files": [
        SimpleUploadedFile("relations.csv", RELATIONS.encode()), SimpleUploadedFile("sellers.csv", SELLERS.encode())]})
    page = client.get(page.url).content.decode()
    assert "宽视角复合膜" in page and "relations.csv:2" in page and "偏光片 ⊃ 宽视角复合膜" in page
    (term,) = rows_of("宽视角复合膜")
    page = send(do="accept", id=term.pk)
    assert "1 proposal was taken into the draft" in page
    assert "宽视角复合膜" in client.get("/chains/nd/draft/").content.decode()
    (node,) = rows_of("碳纳米导热垫")
    assert "1 proposal was turned down" in send(do="reject", id=node.pk)
    page = client.get(address + "?state=rejected").content.decode()
    assert "碳纳米导热垫" in page
    send(do="reopen", id=node.pk, state="rejected")
    page = send(do="accept", all="1", kind="edge")
    assert "a cycle of tiers" in page  # one of the two leads back, and stays to decide
    assert len(page_of("nd", kind="edge").rows) == 1
    answer = client.post(address, {"do": "propose", "files": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 422 and "None of the files is a table of relations" in answer.content.decode()
    assert client.post(address, {"do": "propose"}).status_code == 422
    assert client.post(address, {"do": "dance"}).status_code == 422
    assert client.get(address + "?page=99&q=%E5%A4%8D").status_code == 200


def test_a_page_of_proposals_asks_the_same_however_many_there_are(office, client, files, tmp_path, django_assert_max_num_queries):
    many = "".join(f"偏光片,第{n}号光学复合膜,subtype\n" for n in range(130))
    (tmp_path / "many.csv").write_text("from_product,to_product,relation\n" + many, encoding="utf-8")
    proposal_actions.propose(office, "nd", [tmp_path / "many.csv"])
    assert (page_of("nd").total, page_of("nd").pages, len(page_of("nd", number=5).rows)) == (130, 5, 10)
    client.force_login(office.user)
    client.get("/chains/nd/draft/proposals/")
    with django_assert_max_num_queries(14):
        client.get("/chains/nd/draft/proposals/")
    assert proposal_actions.accept(office, "nd", meant("nd", "open", "", "", None)).accepted == 130


@pytest.mark.thirdparty
@pytest.mark.skipif(not SHARED.is_dir(), reason=(
    f"The graph of listed companies' products is not in the project: {SHARED} is not there. Set GUATU_SHARED_DATA."))
@pytest.mark.parametrize("code", ["nd", "ic", "auto", "sha"])
def test_the_real_graph_proposes_something_for_a_chain(office, code):
    made = proposal_actions.propose(office, code, sorted(SHARED.glob("*")))
    assert made.found.relations > 100_000 and made.found.used > 100
    assert min(made.count("term"), made.count("node"), made.count("edge")) >= 1
    assert made.found.known_terms > 10 and all(one.rows and one.told for one in made.found.proposed)
    chain = inspected(draft_actions.open_draft(office, code).body, code)[0]
    assert {one.node for one in made.found.proposed} <= {node.code for node in chain.nodes}
    proposal_actions.accept(office, code, meant(code, "open", "term", "", None))
    assert inspected(draft_of(code).body, code)[1] == ()
