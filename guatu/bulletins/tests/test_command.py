"""`guatu bulletin` as people call it, on the sample and without a saved draft."""

import io
import json

import pytest
from docx import Document

from guatu.kernel.scope import Actor
from guatu.site import cli
from guatu.site.sample import load

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


def call(capsys, *words) -> tuple[int, str, str]:
    code = cli.run(["bulletin", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_sample_as_json_word_and_pdf(capsys, tmp_path):
    load.load(Actor.system("setup"))
    out = tmp_path / "x.docx"
    code, answer, _errors = call(capsys, "--zone", "qda", "--as-of", "2022-06-30", "--out", str(out), "--json")
    assert code == 0
    found = json.loads(answer)
    figures = {key: shown["value"] for key, shown in found["figures"].items()}
    assert (figures["total.projects"], figures["lists.signed_registered.projects"]) == ("30", "11")
    assert figures["lights.yellow"] == "1"
    assert found["state"] == "draft" and found["since"] == "2022-06-23" and found["file"] == str(out)
    assert "在册项目30个" in found["text"]
    assert any("在册项目30个" in paragraph.text for paragraph in Document(io.BytesIO(out.read_bytes())).paragraphs)
    pdf = tmp_path / "x.pdf"
    code, answer, _errors = call(capsys, "--zone", "qda", "--as-of", "2022-06-30", "--out", str(pdf), "--lang", "en")
    assert code == 0 and pdf.read_bytes().startswith(b"%PDF-") and str(pdf) in answer
    code, answer, _errors = call(capsys, "--zone", "qda", "--as-of", "2022-06-30", "--lang", "en")
    assert code == 0 and "has 30 projects on record" in answer


def test_the_issued_one_is_printed_as_it_was_issued(capsys):
    from datetime import date

    from guatu.bulletins import actions, queries
    from guatu.kernel.scope import Scope

    system = Actor.system("setup")
    load.load(system)
    draft = actions.draft(system, queries.asking(Scope.whole(), "qda", date(2022, 6, 30)), issuer="督查室")
    issued = actions.issue(system, draft, date(2022, 7, 1))
    code, answer, _errors = call(capsys, "--zone", "qda", "--as-of", "2022-06-30", "--json")
    found = json.loads(answer)
    assert code == 0 and found["sha256"] == issued.sha256 and found["number"] == "2022年第1期"
    code, answer, _errors = call(capsys, "--zone", "qda", "--as-of", "2022-06-30", "--fresh", "--json")
    assert json.loads(answer)["state"] == "draft"


@pytest.mark.parametrize("words, said", [
    (["--zone", "nowhere"], "nowhere"),
    (["--zone", "qda", "--out", "x.txt"], "x.txt"),
    (["--zone", "qda", "--out", "/nonexistent/x.pdf"], "/nonexistent/x.pdf"),
    (["--zone", "qda", "--unit", "nobody"], "nobody"),
    (["--zone", "qda", "--as-of", "2022-06-30", "--since", "2022-07-01"], "2022-07-01"),
])
def test_what_cannot_be_done_is_refused_with_a_sentence(capsys, words, said):
    load.load(Actor.system("setup"))
    code, _answer, errors = call(capsys, *words)
    assert code == 1 and said in errors and "Traceback" not in errors
