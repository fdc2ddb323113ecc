"""The command `guatu chains evaluate`: how well a table of firms is put on chains, against their industries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from zlib import crc32

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.chains.classify_commands import enterprises, mapper
from guatu.chains.company_tables import field_of, read_rows, whole_file
from guatu.chains.rules.evaluation import LABELS, Count, counted, label_of, outcome, total
from guatu.chains.rules.mapping import Mapping
from guatu.kernel.command_line import Call, command, table
from guatu.kernel.errors import Faulty
from guatu.kernel.rules.refusals import printable
from guatu.kernel.sheets import guarded

MEMBER_ROLES = ("makes", "develops")
ERRORS = ("id", "name", "chain", "error", "industries", "evidence", "text")


def _arguments(parser) -> None:
    parser.add_argument("--companies", required=True, metavar="FILE.csv", help=_(
        "firms: stockid, name, producttype, mainbusiness"))
    parser.add_argument("--industries", required=True, metavar="FILE.csv", help=_(
        "their industries: company_code, industry_code"))
    parser.add_argument("--truth", required=True, metavar="FILE.csv", help=_(
        "chains and the industries that are core or grey to them: chain, label, industry_codes"))
    parser.add_argument("--errors", metavar="OUT.csv", help=_("where the firms that were judged wrongly are written"))


@command("chains", "evaluate", help=gettext_lazy("how well firms are put on chains, against their industries"),
         arguments=_arguments, ready=False)
def evaluate(call: Call) -> int:
    truth = _truth(Path(call.truth))
    industries: dict[str, set[str]] = {}
    for row in read_rows(Path(call.industries), ["company_code", "industry_code"]):
        industries.setdefault(row["company_code"].strip(), set()).add(row["industry_code"].strip())
    firms = list(_firms(Path(call.companies)))
    predicted = {
        number: {one.chain for one in found if one.role in MEMBER_ROLES} for number, _name, _texts, found in firms}
    if call.errors:
        with whole_file(Path(call.errors)) as out:
            out.writerow(ERRORS)
            out.writerows(_errors(firms, truth, industries, predicted))
    counts = counted(truth, industries, predicted)
    halves = [
        total(counted(truth, industries, {
            number: chains for number, chains in predicted.items() if crc32(number.encode()) % 2 == half}).values())
        for half in (0, 1)
    ]
    data = {
        "companies": len(predicted),
        "without_industry": len(predicted.keys() - industries.keys()),
        "micro": _measures(total(counts.values())),
        "chains": [{"chain": chain, **_measures(count)} for chain, count in counts.items()],
        "halves": [{"half": half, **_measures(count)} for half, count in zip("AB", halves, strict=True)],
    }
    return call.answer(data, _in_words(data))


def _firms(path: Path) -> Iterator[tuple[str, str, dict[str, str], list[Mapping]]]:
    fields = {column: field_of(column) for column in ("producttype", "mainbusiness")}
    reader = mapper()
    for number, name, texts in enterprises(path, "stockid", "name", fields):
        yield number, name, texts, reader.read(name, texts)


def _truth(path: Path) -> dict[str, dict[str, str]]:
    """chain -> industry -> label. Raises Faulty with the row."""
    from guatu.chains import catalogue

    truth: dict[str, dict[str, str]] = {}
    known = catalogue.here()
    for row in read_rows(path, ["chain", "label", "industry_codes"]):
        chain, label = row["chain"].strip(), row["label"].strip()
        words = {"row": row[""], "file": printable(path.name), "label": printable(label), "chain": printable(chain)}
        if label not in LABELS:
            raise Faulty("label_unknown", _("Row %(row)s of “%(file)s” has the label “%(label)s”. Write core or grey.")
                         % words, "label")
        if chain not in known:
            raise Faulty("chain_unknown", _("Row %(row)s of “%(file)s” names the chain “%(chain)s”, which is not known. "
                                            "Correct the code.") % words, "chain")
        for industry in row["industry_codes"].split():
            truth.setdefault(chain, {}).setdefault(industry, label)
    if not any(label == "core" for labels in truth.values() for label in labels.values()):
        raise Faulty("no_core", _("“%s” names no industry as core, so nothing can be judged. Add the rows of chains.")
                     % printable(path.name))
    return truth


def _errors(firms, truth, industries, predicted) -> Iterator[list]:
    for number, name, texts, found in firms:
        for chain, labels in truth.items():
            if not (known := industries.get(number)):
                continue
            error = outcome(label_of(labels, known), chain in predicted[number])
            if error in ("false", "missed"):
                evidence = "；".join(
                    f"{one.node} {one.role} {one.evidence((texts | {'name': name})[one.field])}" for one in found if one.chain == chain)
                cells = [number, name, chain, error, " ".join(sorted(known)), evidence, "｜".join(texts.values())]
                yield [guarded(cell) for cell in cells]


def _measures(count: Count) -> dict:
    rounded = {name: getattr(count, name) for name in ("precision", "recall", "f1")}
    return asdict(count) | {name: None if share is None else round(share, 4) for name, share in rounded.items()}


def _in_words(data: dict) -> Iterable[str]:
    yield _("%(companies)d firms, %(without_industry)d of them without an industry and not judged.") % data
    rows = [
        *((row["chain"], row) for row in data["chains"]),
        (_("all together"), data["micro"]),
        *((_("half %s") % row["half"], row) for row in data["halves"]),
    ]
    heads = [_("chain"), _("hits"), _("false"), _("missed"), _("grey"), _("right of those said"), _("said of those on it"), "F1"]
    names = ("hits", "false", "missed", "grey", "precision", "recall", "f1")
    yield from table(heads, [[name, *(row[key] for key in names)] for name, row in rows])
