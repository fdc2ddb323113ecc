"""Files of chains: what is no YAML, or too much, is refused in a sentence."""

from __future__ import annotations

import pytest

from guatu.chains.files import read_file
from guatu.chains.rules.problems import BadChain

SMALL = """code: nd
name: 新型显示
edition: 2023-03-01
source: 行业常识
nodes:
  - {code: glass, name: 玻璃基板, tier: upstream, why: 底座, terms: [玻璃基板], supplies: [{to: panel, kind: material}]}
  - {code: panel, name: 面板, tier: midstream, why: 中心, terms: [显示面板, '(TFT)+']}
"""


def said(tmp_path, content: bytes) -> list[str]:
    path = tmp_path / "nd.yaml"
    path.write_bytes(content)
    with pytest.raises(BadChain) as bad:
        read_file(path)
    return [problem.message for problem in bad.value.problems]


def test_a_sound_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    for head in (b"", b"\xef\xbb\xbf"):
        (tmp_path / "nd.yaml").write_bytes(head + SMALL.encode())
        chain = read_file(tmp_path / "nd.yaml")
        assert (chain.code, chain.edition.isoformat(), len(chain.nodes), len(chain.edges)) == ("nd", "2023-03-01", 2, 1)
        assert chain.node("panel").terms == ("显示面板", "(TFT)+")


@pytest.mark.parametrize(("content", "sentence"), [
    (b"code: [", "Chain nd.yaml is not YAML that can be read; see line 1: "),
    (b"a: b\x00", "Chain nd.yaml is not YAML that can be read; see line 1: ReaderError."),
    (b"a: 1\nb: !!python/object:os.system {}\n", "Chain nd.yaml is not YAML that can be read; see line 2: "),
    (b"a: 1\nb: \n  - c: 1\n    c: 2\n", "Chain nd.yaml has the field “c” twice in one place, in line 4. Keep one of them."),
    (b"[" * 5000, "Chain nd.yaml is not YAML that can be read; see line 1: "),
    (b"a: " + b"9" * 5000, "Chain nd.yaml is not YAML that can be read; see line 1: ValueError."),
    ("name: 新型显示".encode("gb18030"), "Chain nd.yaml is not text in UTF-8. Save it anew as UTF-8."),
    (b"#" * (2**20 + 1), "Chain nd.yaml has more than 1 MB, far more than any chain. It was not read."),
    (b"", "Chain nd.yaml is “None”, but a chain is a set of fields such as code, name, edition and nodes. Write the "
          "fields."),
])
def test_a_file_that_is_no_chain_is_refused(tmp_path, content, sentence):
    told = said(tmp_path, content)
    assert len(told) == 1 and told[0].startswith(sentence)


def test_an_impossible_day_is_refused_at_its_field(tmp_path):
    assert said(tmp_path, SMALL.replace("03-01", "02-30").encode()) == [
        "Chain nd has “2023-02-30” in the field “edition”. Give a day like 2023-03-01."]


def test_references_that_would_grow_without_end_are_refused_at_once(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    told = said(tmp_path, "\n".join([*lines, "nodes: *a11", "code: *a11"]).encode())
    assert "Chain nd.yaml has […] in the field “code”. " in "\n".join(told)


@pytest.mark.parametrize("name", ["absent.yaml", ".", "zero\0byte"])
def test_a_path_that_cannot_be_read_is_said(tmp_path, name):
    with pytest.raises(BadChain) as bad:
        read_file(tmp_path / name)
    assert "cannot be read: there is no such file, or it may not be opened." in bad.value.problems[0].message
