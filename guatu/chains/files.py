"""Files of chains: YAML in UTF-8, read with nothing in it taken on trust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from guatu.chains.rules.editions import as_data
from guatu.chains.rules.graph import Chain, read_chain
from guatu.chains.rules.problems import BadChain, Problem, shown
from guatu.kernel.rules.refusals import printable

_MOST_MB = 1


class _KeyTwice(yaml.YAMLError):
    def __init__(self, key: Any, line: int):
        super().__init__(key)
        self.key, self.line = key, line


class _PlainValues:
    """Of a safe loader. Plain values only. A field given twice is refused, since YAML would keep the last one and say nothing; days stay
    text, so that an impossible one is refused by the rules, with its chain and field."""

    yaml_implicit_resolvers = {
        sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _KeyTwice(key.value, key.start_mark.line + 1)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Loader(_PlainValues, yaml.SafeLoader):
    """For files of strangers."""


class _OwnLoader(_PlainValues, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Ten times as fast; but lists within lists without end would exhaust the stack of its parser, and the process with it."""


def read_file(path: Path, own: bool = False) -> Chain:
    """The chain in a file; `own` says that it came with the program. Raises BadChain with every problem of the file."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_MB * 2**20 + 1)
    except (OSError, ValueError):  # ValueError: a zero byte in the path
        raise _bad("file_unreadable", path.name) from None
    return read_content(content, path.name, own)


def read_content(content: bytes, name: str, own: bool = False) -> Chain:
    """The chain in what a file called `name` holds; `own` as in `read_file`. Raises BadChain with every problem of it."""
    if len(content) > _MOST_MB * 2**20:
        raise _bad("file_large", name, most=_MOST_MB)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad("file_encoding", name) from None
    return read_chain(_data(name, text, _OwnLoader if own else _Loader), name)


def as_yaml(chain: Chain) -> str:
    """The chain as a file that `read_file` reads again; lists of words in one line, as people write them."""
    return yaml.dump(as_data(chain), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class _Dumper(yaml.SafeDumper):
    """Lists of plain words, and edges, stand in one line; what could be taken for a number or a day stands in quotes."""

    def represent_sequence(self, tag, sequence, flow_style=None):
        return super().represent_sequence(tag, sequence, all(isinstance(one, str) for one in sequence))

    def represent_mapping(self, tag, mapping, flow_style=None):
        return super().represent_mapping(tag, mapping, set(mapping) == {"to", "kind"})


def _data(name: str, text: str, loader: type) -> Any:
    try:
        return yaml.load(text, loader)  # a safe loader
    except _KeyTwice as twice:
        raise _bad("key_twice", name, text=shown(twice.key), line=twice.line) from None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise _bad("file_faulty", name, line=mark.line + 1 if mark else 1, fault=fault.problem or "?") from None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        # a sign that YAML forbids, a number of thousands of digits, lists within lists without end
        line = text.count("\n", 0, getattr(fault, "position", 0)) + 1
        raise _bad("file_faulty", name, line=line, fault=type(fault).__name__) from None


def _bad(code: str, name: str, **params) -> BadChain:
    return BadChain([Problem(code, printable(name), params=params)])
