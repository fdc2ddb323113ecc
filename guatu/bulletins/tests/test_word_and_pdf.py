"""The Word file from the house's and a zone's own template, broken and hostile templates, and the PDF."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as WordDocument

from guatu.bulletins import pdf, word
from guatu.bulletins.default_template import build as build_template
from guatu.bulletins.printing import printed
from guatu.bulletins.rules import drafting
from guatu.bulletins.rules.layout import lay_out
from guatu.bulletins.tests.situations import empty, usual

KNOWN = datetime(2022, 7, 1, 1, 0, tzinfo=UTC)


def context(situation, language="zh-hans", title="", **more):
    content = drafting.draft(situation, language)
    asked = SimpleNamespace(as_of=date(2022, 6, 30), since=date(2022, 6, 23), known_at=KNOWN, unit=None,
                            zone=SimpleNamespace(name="青岛经济技术开发区"))
    options = {"issuer": "新区督查室", "number": "2022年第12期", "issued_on": date(2022, 7, 1), "state": "issued", **more}
    return printed(lay_out(content, {}, title), asked, **options)


def words_of(body: bytes) -> tuple[list[str], list[list[list[str]]]]:
    document = WordDocument(io.BytesIO(body))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraph.text for paragraph in document.paragraphs], tables


def test_the_house_template_carries_text_tables_dates_and_page_numbers():
    body = word.word_file(context(usual()), None)
    lines, tables = words_of(body)
    for line in ("督查通报", "2022年第12期", "新区督查室\t2022年7月1日", "关于青岛经济技术开发区重点项目推进情况的通报", "一、项目清单",
                 "表3 责任单位红黄绿灯", "截至2022年6月30日，按 2022-07-01 09:00 所知数据"):
        assert line in lines, line
    assert any("红灯率20%" in line for line in lines)
    assert ["1", "投资促进部", "2", "1", "1", "4", "50%"] in tables[2]
    assert ["光电显示", "竣工", "投资促进部", "2022-05-31", "21", "2"] in tables[3]
    assert len(tables) == 5 and not any("{" in line for line in lines)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        footers = [package.read(name).decode() for name in package.namelist() if "footer" in name]
    assert any("PAGE" in footer for footer in footers)


def test_nothing_to_tell_makes_a_word_file_too():
    lines, tables = words_of(word.word_file(context(empty(), "en", state="draft", number=""), None))
    assert "There is no promised milestone." in lines and len(tables) == 1
    assert any("(draft, not issued)" in line for line in lines)


def test_names_are_words_in_word_and_pdf(tmp_path):
    """Nothing in a name is taken for a tag of Word, of Jinja or of typst."""
    from dataclasses import replace

    name = '<w:p>&{{ 7*7 }} #eval("1") $x$ *粗* \\ @ref [a](b) "—"'
    situation = replace(usual(), zone=name, overdue=(replace(usual().overdue[0], project=name),))
    lines, tables = words_of(word.word_file(context(situation), None))
    assert any(name in line for line in lines)
    assert name in [row[0] for table in tables for row in table]
    data = context(situation)
    assert pdf.pdf_file(data, KNOWN).startswith(b"%PDF-")
    found = json.loads(typst.query(
        pdf._source().replace(b"#set document", b"#metadata(data.title) <said>\n#set document"), "<said>", field="value",
        one=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}))
    assert found == data["title"] and name in found


# -- templates -----------------------------------------------------------------------------------------------------


def template(tmp_path, *lines: str, name="t.docx"):
    document = WordDocument()
    for line in lines:
        document.add_paragraph(line)
    path = tmp_path / name
    document.save(str(path))
    return path


def test_the_house_template_passes_its_own_check(tmp_path):
    path = tmp_path / "own.docx"
    build_template(path)
    assert word.template_fault(path, "own.docx") is None


def test_a_zone_template_of_its_own(tmp_path):
    path = template(tmp_path, "{{ issuer }}：红灯{{ figures.lights_red }}个", "{%p for section in sections %}",
                    "{{ section.heading }}", "{%p endfor %}")
    assert word.template_fault(path, "t.docx") is None
    lines, _tables = words_of(word.word_file(context(usual()), path))
    assert lines[0] == "新区督查室：红灯3个" and "三、红黄绿灯" in lines


@pytest.mark.parametrize("line, said", [
    ("{{ titel }}", "titel"),
    ("{{ title", "unexpected"),
    ("{% for a in sections %}开头", "endfor"),
    ("{{ figures.lights_blue }}", "lights_blue"),
    ("{{ ''.__class__.__mro__ }}", "__class__"),
    ("{{ title.__init__.__globals__ }}", "__init__"),
    ("{{ sections.append(1) }}", "append"),
    ("{{ cycler.__init__ }}", "__init__"), ("{{ cycler }}", "cycler"),
    ("{{ range(10)|list }}", "range"),
    ("{{ 'a' * 9999999999 }}", ""),
    ("{{ '%1000000000d'|format(1) }}", ""),
])
def test_a_broken_or_hostile_template_is_refused_with_a_sentence(tmp_path, line, said):
    fault = word.template_fault(template(tmp_path, line), "模板.docx")
    assert fault is not None and fault.code == "template_broken"
    assert "“模板.docx”" in str(fault) and said in str(fault)
    assert "Traceback" not in str(fault)


def test_the_place_of_a_fault_is_named(tmp_path):
    fault = word.template_fault(template(tmp_path, "第一行", "{% if title %}没有结束"), "t.docx")
    assert "没有结束" in str(fault) or "第一行" in str(fault), str(fault)


def test_a_template_that_would_run_for_ever_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(word, "SECONDS", 4)
    loops = "".join(f"{{% for a{n} in sections %}}" for n in range(12)) + "x" + "{% endfor %}" * 12
    fault = word.template_fault(template(tmp_path, loops), "t.docx")
    assert fault is not None


def test_what_is_no_word_file_is_refused(tmp_path):
    path = tmp_path / "x.docx"
    path.write_bytes(b"PK\x03\x04 nothing")
    assert word.template_fault(path, "x.docx") is not None
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (90 << 20))
    assert "解压后过大" in str(word.template_fault(path, "x.docx"))
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    assert "XML" in str(word.template_fault(path, "x.docx"))


@pytest.mark.django_db(databases=["default", "progress"])
@pytest.mark.both
def test_a_template_is_kept_only_when_it_works_and_only_by_the_office(system, tmp_path):
    from guatu.bulletins import queries
    from guatu.bulletins.choices import TEMPLATE_KIND
    from guatu.kernel import documents
    from guatu.kernel.errors import Refused
    from guatu.kernel.scope import Actor
    from guatu.projects.tests.world import build, member

    world = build(system, 3)
    office = Actor.of(member(system, "sup", "supervision", world.zones[0]), "page")
    officer = Actor.of(member(system, "off", "project_officer", world.zones[0]), "page")

    def upload(actor, *lines, row=world.zones[0]):
        body = template(tmp_path, *lines).read_bytes()
        return documents.attach(actor, row, SimpleUploadedFile("模板.docx", body), "", TEMPLATE_KIND)[0]

    with pytest.raises(Refused) as fault:
        upload(office, "{{ titel }}")
    assert fault.value.code == "template_broken"
    with pytest.raises(Refused) as fault:
        upload(officer, "{{ title }}")
    assert fault.value.code == "may_not_template"
    kept = upload(office, "{{ title }}")
    assert queries.template_of(world.zones[0]).pk == kept.pk
    assert queries.template_of(world.zones[1]) is None
    newer = upload(office, "{{ title }} 二")
    assert queries.template_of(world.zones[0]).pk == newer.pk


# -- PDF -----------------------------------------------------------------------------------------------------------


def test_the_same_words_make_the_same_bytes():
    data = context(usual())
    first = pdf.pdf_file(data, KNOWN)
    assert first.startswith(b"%PDF-") and first == pdf.pdf_file(data, KNOWN)
    assert first != pdf.pdf_file(context(usual(), title="另一个"), KNOWN)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_long_bulletin_is_set_on_several_pages(language):
    from dataclasses import replace

    many = replace(usual(), overdue=tuple(
        replace(usual().overdue[0], project=f"项目{n}" + "很长的名字" * 6) for n in range(60)))
    pages = pdf.page_images(context(many, language), KNOWN)
    assert len(pages) >= 3 and all(page.startswith(b"\x89PNG") for page in pages)
