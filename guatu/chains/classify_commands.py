"""The command `guatu chains classify`: what one enterprise, or a table of them, does on each chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.chains.company_tables import field_of, need, read_rows, whole_file
from guatu.chains.rules.graph import Chain
from guatu.chains.rules.mapping import Mapper, Mapping
from guatu.kernel.command_line import Call, command, table
from guatu.kernel.sheets import guarded

HEADER = ("id", "chain", "node", "role", "confidence", "evidence")
TEXT_FIELDS = ("scope", "main_business", "products")


def mapper() -> Mapper:
    """For the chains in force; where no installation was set up, those that come with the program."""
    from guatu.chains import catalogue

    return _mapper(tuple(catalogue.here().values()))


@lru_cache(maxsize=2)
def _mapper(chains: tuple[Chain, ...]) -> Mapper:
    """Compiled once."""
    return Mapper(chains)


def _arguments(parser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE.csv", help=_("a table of enterprises (CSV with a header)"))
    parser.add_argument("--id", metavar="COL", help=_("with a table: the column of the enterprise's number"))
    parser.add_argument("--name", metavar="N", help=_("the enterprise's name; with a table: the column of names"))
    parser.add_argument("--text", metavar="T", help=_(
        "what the enterprise writes of itself; with a table: the columns that hold it, with commas between"))
    parser.add_argument("--field", choices=TEXT_FIELDS, help=_(
        "what the text is (default: scope; with a table: as the header of each column says)"))
    parser.add_argument("--all", action="store_true", help=_(
        "also what a firm makes beside its main business, on chains to which it does not belong"))
    parser.add_argument("--out", dest="target", metavar="OUT.csv", help=_("with a table: where the answer is written"))


@command("chains", "classify", help=gettext_lazy("what enterprises do on the chains, by their own words"),
         arguments=_arguments, ready=False)
def classify(call: Call) -> int:
    if call.file is None:
        return _one(call)
    if None in (call.id, call.name, call.text, call.target):
        call.say(_("A table needs --id, --name and --text with the names of its columns, and --out with the file to "
                   "write."))
        return 2
    return _many(call)


def _one(call: Call) -> int:
    if call.name is None or call.text is None:
        call.say(_("Give --name and --text of an enterprise, or a table of enterprises (CSV)."))
        return 2
    field = call.field or "scope"
    texts = {field: call.text, "name": call.name}
    found = mapper().read(call.name, {field: call.text}, call.all)
    data = [dict(zip(HEADER[1:], _cells(one, texts), strict=True)) for one in found]
    return call.answer(data, _in_words(data))


def _in_words(data: list[dict]) -> Iterable[str]:
    if not data:
        return [_("The text names no node of a chain in a role.")]
    heads = [_("chain"), _("node"), _("role"), _("confidence"), _("evidence")]
    return table(heads, [list(row.values()) for row in data])


def _many(call: Call) -> int:
    path, texts = Path(call.file), list(dict.fromkeys(column.strip() for column in call.text.split(",")))
    fields = {column: call.field or field_of(column) for column in texts}
    read = mapped = mappings = 0
    reader = mapper()
    with whole_file(Path(call.target)) as out:
        out.writerow(HEADER)
        for number, name, written in enterprises(path, call.id, call.name, fields):
            found = reader.read(name, written, call.all)
            rows = (_cells(one, written | {"name": name}) for one in found)
            out.writerows([number, *cells, guarded(evidence)] for *cells, evidence in rows)
            read += 1
            mapped += bool(found)
            mappings += len(found)
    data = {"enterprises": read, "mapped": mapped, "mappings": mappings, "out": call.target}
    return call.answer(data, [_("%(enterprises)d enterprises read, %(mapped)d of them on a chain, with %(mappings)d "
                                "mappings: %(out)s") % data])


def enterprises(path: Path, number: str, name: str, fields: dict[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Number, name and texts by field; columns of one field are read as one text."""
    for row in read_rows(path, [number, name, *fields]):
        texts: dict[str, str] = {}
        for column, field in fields.items():
            if text := row[column].strip():
                texts[field] = f"{texts[field]}。{text}" if field in texts else text
        yield need(row, number, path), row[name].strip(), texts


def _cells(one: Mapping, texts: dict[str, str]) -> list:
    return [one.chain, one.node, one.role, one.confidence, one.evidence(texts[one.field])]
