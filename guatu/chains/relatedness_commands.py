"""The command `guatu chains relatedness`."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guatu.kernel.command_line import Call, command, table

#: So many problems of a table are told; a column taken for another would have one in every row.
_MOST_PROBLEMS = 1000
#: Told as passed over; the other notes say what was done or cannot be told.
_SKIPPED = ("blank_rows", "location_empty", "activity_empty")


def _arguments(parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("table to read: CSV or a workbook, with a header"))
    parser.add_argument("--location", metavar="C", required=True, help=_("column of the locations, such as cities"))
    parser.add_argument("--activity", metavar="C", required=True, help=_("column of the activities, such as nodes of chains"))
    parser.add_argument("--value", metavar="C", required=True, help=_("column of the values, zero or more, such as makers"))
    parser.add_argument("--out", metavar="DIR", required=True, help=_("folder to write; a former answer is written over"))
    parser.add_argument("--threshold", metavar="T", type=float, default=1.0, help=_(
        "an activity counts as present from this comparative advantage on (default: 1)"))


@command("chains", "relatedness", help=gettext_lazy("which activities go together, and what is nearest to each location"),
         arguments=_arguments, ready=False)
def relatedness(call: Call) -> int:
    from guatu.chains import relatedness_files as files
    from guatu.chains.rules.relatedness import relatedness as measured
    from guatu.chains.rules.relatedness_problems import BadTable, Note

    begun = time.monotonic()
    out = Path(call.arguments.out)  # `call.out` is where answers are printed
    files.refuse_strangers(out)
    try:
        read = files.read_table(Path(call.file), files.Columns(call.location, call.activity, call.value))
        found = measured(read.table, threshold=call.threshold)
    except BadTable as bad:
        return _refused(call, bad)
    written = files.write_set(found, out)
    notes = list(found.notes)
    if read.blank_rows:
        notes.insert(0, Note("blank_rows", {"count": read.blank_rows}))
    fitness = found.complexity.fitness
    data = {
        "ok": True,
        "rows": found.table.rows,
        "locations": len(found.table.locations),
        "activities": len(found.table.activities),
        "threshold": found.threshold,
        "summed": found.table.repeated,
        "skipped": [{"what": note.code, **_told(note)} for note in notes if note.code in _SKIPPED],
        "notes": [{"code": note.code, **_told(note)} for note in notes if note.code not in _SKIPPED],
        "fitness": {"iterations": fitness.iterations, "converged": fitness.converged},
        "files": [{"file": str(path), "rows": count} for path, count in written.items()],
        "seconds": round(time.monotonic() - begun, 3),
    }
    return call.answer(data, _in_words(data))


def _told(note) -> dict:
    return {"count": note.params.get("count", 0), "names": list(note.names), "why": note.sentence(_)}


def _refused(call: Call, bad) -> int:
    more = len(bad.problems) - _MOST_PROBLEMS
    problems = [{"row": one.row, "column": one.column, "message": one.sentence(_)} for one in bad.problems[:_MOST_PROBLEMS]]
    lines = [one["message"] for one in problems]
    if more > 0:
        lines.append(ngettext("%(count)d more problem.", "%(count)d more problems.", more) % {"count": more})
    return call.answer({"ok": False, "problems": problems, "more": max(more, 0)}, lines, code=1)


def _in_words(data: dict) -> Iterable[str]:
    yield _("%(rows)d rows: %(locations)d locations and %(activities)d activities.") % data
    for note in data["skipped"] + data["notes"]:
        yield note["why"]
    yield ""
    yield from table([_("file"), _("rows")], [[one["file"], one["rows"]] for one in data["files"]])
