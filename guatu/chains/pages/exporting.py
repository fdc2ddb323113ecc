"""A chain as a file: the drawing and its tables as PDF, the drawing as PNG, the tables as Excel."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import typst
import xlsxwriter
from django.http import FileResponse, HttpResponse
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guatu.chains.pages import words
from guatu.chains.pages.chain import legend
from guatu.chains.pages.drawing import drawn, svg
from guatu.chains.pages.reading import Look, look
from guatu.chains.pages.rows import COLUMNS, table
from guatu.chains.templatetags.chains import figure
from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.sheets import guarded_in_workbook
from guatu.kernel.web.doors import paced

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATES = Path(__file__).parents[1] / "templates" / "chains" / "paper"
#: Dots to the inch: about 4,900 dots across an A3 sheet.
DOTS = 300.0
PLACES = {"quotient": 2, "critical": 1, "hhi": 0, "capital": 0, "revenue": 0}


@paced("export")
@require_safe
def chain_export(request, code: str, kind: str):
    """The chain asked for as pdf, png or xlsx."""
    seen = look(request, code, "export")
    seen.scope.require("chains", "export")
    name = f"chain-{code}-{seen.address.as_of:%Y%m%d}.{kind}"
    if kind == "xlsx":
        return FileResponse(_workbook(seen), as_attachment=True, filename=name, content_type=XLSX)
    if kind not in ("pdf", "png"):
        raise NotFound("no_format", _("A chain is exported as pdf, png or xlsx, not as “%s”.") % kind[:20])
    response = HttpResponse(_paper(seen, kind), content_type="application/pdf" if kind == "pdf" else "image/png")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def heading(seen: Look) -> str:
    """Chain, zone and day in a line."""
    if seen.zone is None:
        return _("%(chain)s, as of %(day)s") % {"chain": seen.chain.name, "day": seen.address.as_of.isoformat()}
    return _("%(chain)s, seen from %(zone)s, as of %(day)s") % {
        "chain": seen.chain.name, "zone": seen.zone.name, "day": seen.address.as_of.isoformat()}


def notes(seen: Look) -> list[str]:
    """What must stand beside the figures: coverage, edition, source."""
    lines = []
    if seen.panorama:
        covered = seen.panorama.coverage
        lines.append(_(
            "“Missing” means: no maker found among the %(here)s enterprises that the register knows here. The register holds "
            "%(rows)s enterprises, registered up to %(day)s.") % {
                "here": f"{covered.here:,}", "rows": f"{covered.register_rows:,}",
                "day": covered.last_registered_on.isoformat() if covered.last_registered_on else "—"})
    else:
        lines.append(seen.why)
    lines.append(_("Edition of the chain: %(day)s. Source: %(source)s") % {
        "day": seen.chain.edition.isoformat(), "source": seen.chain.source})
    return lines


# -- paper -----------------------------------------------------------------------------------------------------------


def _paper(seen: Look, kind: str) -> bytes:
    drawing = drawn(seen.chain, seen.panorama, lambda node: "", shape=1.5)
    nodes = [column for column in COLUMNS if column.usual]
    data = {
        "title": heading(seen), "notes": notes(seen), "drawing": svg(drawing, links=False), "chinese": _chinese(),
        "legend": [[status, label, n, words_of_colour(status)] for status, label, n in legend(seen)],
        "choke": str(words.CHOKE) if seen.panorama else "", "tables": [] if kind == "png" else [
            *([_gaps(seen)] if seen.panorama else []),
            {"title": _("All nodes"), "head": [_headed(column) for column in nodes],
             "rows": [[_cell(row, column) for column in nodes] for row in table(_plain(seen)).rows],
             "widths": [3.0 if column.name == "name" else 1.0 for column in nodes]},
        ],
    }
    as_of = seen.address.as_of
    try:
        made = typst.compile(
            _source(), format=kind, ppi=DOTS, sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp()))
    except typst.TypstError as fault:
        raise Refused("print_failed", _(
            "The sheet could not be set: %s. Print the page from the browser, and tell the administrator.") % str(fault)[:200]) from None
    return made[0] if isinstance(made, list) else made


@cache
def _source() -> bytes:
    return (TEMPLATES / "chain.typ").read_bytes()


def words_of_colour(status: str) -> str:
    """The shape of a status on paper: triangle, diamond, ring, disc."""
    return {"missing": "▲", "weak": "◆", "present": "○", "strong": "●"}.get(status, "◌")


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _plain(seen: Look) -> Look:
    """The same without what the address filters and sorts by: a file holds every node."""
    given = {name: value for name, value in seen.address.given.items() if name not in ("q", "tier", "status", "sort")}
    return replace(seen, address=replace(seen.address, given=given))


def _headed(column) -> str:
    label = str(column.label)
    label = label[:1].upper() + label[1:]
    return f"{label}（{column.unit}）" if column.unit else label


def _cell(row, column) -> str:
    if column.name == "name":
        return row.name
    if column.name == "tier":
        return row.tier_label
    if column.name == "status":
        return f"{words_of_colour(row.status)} {row.status_label}" + (f" ◎ {words.CHOKE}" if row.choke else "")
    return figure(row.values.get(column.name), PLACES.get(column.name))


def _gaps(seen: Look) -> dict:
    return {
        "title": _("Gaps, the most pressing first"), "widths": [0.4, 2.2, 0.8, 7.0],
        "head": [pgettext("column", "No."), _("Node"), _("Score"), _("Why")],
        "rows": [[
            str(gap.rank), gap.name + (f" ◎ {words.CHOKE}" if gap.choke_point else ""), figure(gap.score, 1),
            " ".join(f"{label} {figure(gap.terms[code].points, 1)}: {gap.terms[code].told.sentence(gettext)}"
                     for code, label in words.GAP_TERMS.items() if code in gap.terms),
        ] for gap in seen.panorama.gaps],
    }


# -- Excel -----------------------------------------------------------------------------------------------------------


def _workbook(seen: Look):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold, exact = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.##"})
    names = {node.code: node.name for node in seen.chain.nodes}
    sheets = [(_("Nodes"), [[_headed(column) for column in COLUMNS], *(
        [_raw(row, column) for column in COLUMNS] for row in table(_plain(seen)).rows)])]
    if seen.panorama:
        codes = list(words.GAP_TERMS)
        sheets.append((_("Gaps"), [
            [pgettext("column", "No."), _("Node"), _("Status"), _("Choke point"), _("Score"), *(
                f"{words.GAP_TERMS[code]}" for code in codes), _("Why")],
            *([gap.rank, gap.name, words.status(gap.status), str(words.CHOKE) if gap.choke_point else "", gap.score, *(
                gap.terms[code].points if code in gap.terms else None for code in codes), " ".join(
                gap.terms[code].told.sentence(gettext) for code in codes if code in gap.terms)] for gap in seen.panorama.gaps),
        ]))
    sheets.append((_("Supply edges"), [[_("From"), _("To"), _("Kind")], *(
        [names[edge.source], names[edge.target], str(words.KINDS[edge.kind])] for edge in seen.chain.edges)]))
    for name, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 20, 14)
        sheet.freeze_panes(2 + len(notes(seen)), 1)
        for place, line in enumerate((heading(seen), *notes(seen))):
            sheet.write_string(place, 0, guarded_in_workbook(line), bold if place == 0 else None)
        for place, row in enumerate(rows, start=1 + len(notes(seen))):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, guarded_in_workbook(cell), bold if row is rows[0] else None)
                elif cell is not None:
                    sheet.write_number(place, column, cell, exact if isinstance(cell, Decimal) else None)
    book.close()
    file.seek(0)
    return file


def _raw(row, column):
    if column.name == "name":
        return row.name
    if column.name == "tier":
        return row.tier_label
    if column.name == "status":
        return row.status_label + (_("; ") + str(words.CHOKE) if row.choke else "")
    return row.values.get(column.name)
