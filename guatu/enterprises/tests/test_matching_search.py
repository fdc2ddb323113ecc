"""Names searched among many: codes, blocks, namesakes, short names; and the command over a file."""

import json

import pytest

from guatu.enterprises.matching.names import table_of
from guatu.enterprises.matching.searching import Asked, Searcher
from guatu.enterprises.tests.register_world import code

NAMES = [
    ("a", code(1), "青岛华泰科技有限公司"), ("b", code(2), "青岛华太科技有限公司"), ("c", code(3), "济南华泰科技有限公司"),
    ("d", code(4), "青岛海博电气股份有限公司"), ("e", None, "山东万丰电气设备有限公司"), ("f", code(6), "青岛文安智能设备有限公司"),
    ("g", code(7), "青岛华泰科技有限公司济南分公司"), ("h", code(8), "青岛双生有限公司"), ("i", code(9), "青岛双生有限公司"),
]


@pytest.fixture(scope="module")
def searcher():
    return Searcher([table_of(*map(list, zip(*NAMES, strict=True)))], aliases=[("海博老厂", "d")])


@pytest.mark.parametrize(("name", "given", "key", "status", "reason"), [
    ("青岛华泰科技有限公司", "", "a", "automatic", "name_same"),
    ("山东省青岛市華泰科技有限責任公司", "", "a", "automatic", "name_same_plain"),
    ("青岛华太科技有限公司", "", "b", "automatic", "name_same"),
    ("青岛华钛科技有限公司", "", None, "none", "nobody"),
    ("叫什么都行", code(4), "d", "automatic", "code_same_name_other"),
    ("青岛华泰科技有限公司", code(1), "a", "automatic", "code_same"),
    ("青岛华泰科技有限公司", code(99), None, "none", "code_differs"),
    ("青岛华泰科技有限公司", "91370211MA3C", "a", "automatic", "code_invalid"),
    ("山东万丰电气设备有限公司", code(55), "e", "automatic", "code_unknown"),
    ("*ST海博", "", "d", "doubtful", "form_missing"),
    ("海博老厂", "", "d", "automatic", "alias"),
    ("华泰科技有限公司", "", "a", "doubtful", "several"),
    ("文安智能", "", "f", "doubtful", "place_missing"),  # 文安 is a county too
    ("青岛华泰科技有限公司济南市分公司", "", "g", "automatic", "name_same_plain"),
    ("青岛华泰科技有限公司上海分公司", "", None, "none", "nobody"),
    ("青岛双生有限公司", "", "h", "doubtful", "several"),
    ("", "", None, "none", "empty"),
    ("）（*ST", "", None, "none", "nobody"),
])
def test_whom_a_name_means(searcher, name, given, key, status, reason):
    found = searcher.search([Asked(2, name, given)])[0]
    assert (found.key, found.status) == (key, status), found
    assert reason in {one.code for one in found.reasons}, found


def test_many_lines_are_answered_in_their_order_and_as_each_alone(searcher):
    asked = [Asked(row, name) for row, (_key, _code, name) in enumerate(NAMES * 3, start=2)]
    assert searcher.search(asked) == [searcher.search([one])[0] for one in asked]
    assert searcher.search([]) == []


def test_a_name_that_crowds_bear_tells_nobody():
    rows = [(str(place), None, f"{place}号{place}地华泰科技有限公司") for place in range(3)]
    crowd = [(f"k{place}", None, f"{city}华泰科技有限公司") for place, city in enumerate(
        ["青岛", "济南", "烟台", "潍坊", "北京", "上海", "天津", "重庆", "南京", "苏州", "无锡", "常州"])]
    found = Searcher([table_of(*map(list, zip(*rows, *crowd, strict=True)))]).search([Asked(2, "华泰科技有限公司")])[0]
    assert (found.match, found.status) == (None, "none") and found.reasons[-1].code == "several"


@pytest.mark.both
@pytest.mark.django_db(databases=["default", "progress"])
def test_the_command_answers_for_every_row_of_a_file(system, settings, tmp_path, capsys):
    from guatu.enterprises.models import Enterprise
    from guatu.enterprises.register import loading
    from guatu.enterprises.tests.register_world import csv_text, row, write
    from guatu.kernel import actions
    from guatu.site.cli import main

    settings.GUATU_HOME = tmp_path
    loading.load([write(tmp_path / "r.csv", csv_text([row(1, "青岛华泰科技有限公司"), row(2, "青岛华太科技有限公司")]))])
    actions.create(system, Enterprise, {"name": "青岛海博电气股份有限公司", "short_name": "海博"})
    sheet = tmp_path / "names.csv"
    sheet.write_text("企业,代码\n青島華泰科技有限公司,\n海博,\n\n没有这家公司,\n", encoding="gb18030")

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as done:
            main(["enterprises", "match", str(sheet), *words, "--json"])
        return done.value.code or 0

    assert run("--name", "企业", "--code", "代码") == 0
    data = json.loads(capsys.readouterr().out)
    assert [(one["row"], one["match"], one["status"]) for one in data] == [
        (2, "青岛华泰科技有限公司", "automatic"), (3, "青岛海博电气股份有限公司", "automatic"), (5, None, "none")]
    assert all(set(one) == {"row", "match", "score", "reasons", "status"} and one["reasons"] for one in data)
    assert run("--name", "名称") == 1
