"""The command `guatu enterprises match`: whom the names of a table mean."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, table


def _arguments(parser) -> None:
    parser.add_argument("file", metavar="FILE.csv", help=_("a table with a column of enterprise names (CSV with a header)"))
    parser.add_argument("--name", required=True, metavar="COL", help=_("the column of names"))
    parser.add_argument("--code", metavar="COL", help=_("the column of unified social credit codes"))


@command("enterprises", "match", help=gettext_lazy("find out whom the names of a table mean"), arguments=_arguments)
def match(call: Call) -> int:
    from guatu.enterprises.matching.everybody import searcher
    from guatu.enterprises.matching.files import read_asked
    from guatu.enterprises.matching.words import STATUSES, in_words

    scope = call.actor.scope
    scope.require("enterprises", "view")
    asked = read_asked(Path(call.file), call.name, call.code)
    found = searcher(scope).search(asked)
    data = [{
        "row": one.row, "match": one.match, "score": one.score, "reasons": in_words(one.reasons), "status": one.status,
    } for one in found]
    if call.arguments.json:
        return call.answer(data)
    counts = Counter(one.status for one in found)
    rows = [[line.row, line.name, row["match"], str(line.code or ""), f"{row['score']:.2f}", str(STATUSES[row["status"]]),
             "; ".join(row["reasons"])] for line, row in zip(asked, data, strict=True)]
    return call.answer(data, [
        *table([_("row"), _("name"), _("enterprise"), _("credit code"), _("score"), _("verdict"), _("reasons")], rows), "",
        _("%(rows)d names: %(automatic)d are known, %(doubtful)d are doubtful, %(none)d are nobody here.") % {
            "rows": len(found), "automatic": counts["automatic"], "doubtful": counts["doubtful"], "none": counts["none"]}])
