"""The wall plan on paper: a row for each project, its tasks in lanes, groups as bands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.projects.planning import paper
from guatu.projects.planning.paper import ACCENT, DONE, FAINT, GREY, INK, LINE, RED, SOFT, Scale, Sheet, cut, day_of
from guatu.projects.planning.paper_gantt import legend

#: By paper: margin, letters of the heading, letters of rows, least and greatest height of a row; millimetres.
MEASURES = {"a0": (20.0, 17.0, 2.9, 3.25, 16.0), "a3": (9.0, 7.0, 2.3, 4.4, 9.0), "a4": (7.0, 5.4, 2.0, 3.9, 8.0)}
LANES = 3
#: Task bars narrower than this are still drawn so wide, in millimetres.
THINNEST = 0.5


def pages(portfolio: dict, as_of: date, size: str, heading: str) -> list[str]:
    """The portfolio (the dict of `queries.portfolio`) as one SVG a page; on A0 all of some 220 rows on one."""
    wide, high = paper.SIZES[size]
    margin, title, letters, least, most = MEASURES[size]
    rows = _rows(portfolio)
    top, head = margin + title * 2.1 + letters * 2, letters * 4.2
    body = high - top - head - margin - letters * 3
    on_page = max(1, int(body // least))
    count = max(1, -(-len(rows) // on_page))
    row = min(most, body / max(1, -(-len(rows) // count)))
    on_page = max(1, int(body / row + 1e-6))
    letters = min(row * 0.62, letters * 2.2)
    head = max(head, min(letters, MEASURES[size][2] * 1.6) * 4.2)
    row = min(row, (high - top - head - margin - letters * 2) / on_page)
    tree = max(letters * 30, wide * 0.13)
    days = [day for name in ("from", "to") if (day := day_of(portfolio[name]))] or [as_of]
    axis = paper.scale(days, margin + tree, wide - 2 * margin - tree)
    drawn = []
    for number, shown in enumerate(_broken(rows, on_page)):
        sheet = Sheet(wide, high)
        paper.title(sheet, heading, _lines(portfolio, as_of), margin, title, number + 1, count)
        _Page(sheet, axis, margin, top, head, row, letters).draw(shown, as_of)
        legend(sheet, margin, high - margin, MEASURES[size][2] * 1.15, ("baseline", "float", "forecast"))
        drawn.append(sheet.svg())
    return drawn


def _rows(portfolio: dict) -> list[tuple[str, dict]]:
    return [
        row for group in portfolio["groups"] for row in [("group", group), *(("project", project) for project in group["projects"])]
    ]


def _broken(rows: list, on_page: int) -> list[list]:
    """Rows by page; no page ends with the band of a group whose projects stand on the next."""
    found, place = [], 0
    while place < len(rows):
        end = min(len(rows), place + on_page)
        if end < len(rows) and end - place > 1 and rows[end - 1][0] == "group":
            end -= 1
        found.append(rows[place:end])
        place = end
    return found or [[]]


def _lines(portfolio: dict, as_of: date) -> list[str]:
    projects = [project for group in portfolio["groups"] for project in group["projects"]]
    late = sum(1 for project in projects if (project["late_by"] or 0) > 0)
    tasks = sum(len(project["tasks"]) for project in projects)
    return [
        _("as of %s") % as_of.isoformat(),
        ngettext("%(n)s project, %(tasks)s tasks", "%(n)s projects, %(tasks)s tasks", len(projects)) % {"n": len(projects), "tasks": tasks},
        ngettext("%(n)s will miss its promised day", "%(n)s will miss their promised days", late) % {"n": late},
    ]


def lanes(tasks: list[dict]) -> dict[int, int]:
    """The lane of each task that is no milestone, so that none overlap while there are lanes enough."""
    ends: list[str] = []
    found = {}
    for task in tasks:
        if task["milestone"]:
            continue
        lane = next((place for place, end in enumerate(ends) if end < task["start"]), None)
        if lane is None and len(ends) < LANES:
            ends.append(task["finish"])
            lane = len(ends) - 1
        elif lane is None:
            lane = ends.index(min(ends))
        ends[lane] = max(ends[lane], task["finish"])
        found[task["id"]] = lane
    return found


class _Page:
    def __init__(self, sheet: Sheet, axis: Scale, margin: float, top: float, head: float, row: float, letters: float):
        self.sheet, self.axis, self.margin, self.top, self.head = sheet, axis, margin, top, head
        self.row, self.letters, self.first = row, letters, top + head

    def draw(self, rows: list, as_of: date) -> None:
        sheet, axis = self.sheet, self.axis
        bottom = self.first + self.row * len(rows)
        for place, (kind, _row) in enumerate(rows):
            if kind == "group":
                sheet.rect(self.margin, self.first + place * self.row, axis.left + axis.width - self.margin, self.row, fill="#efe8d8")
        paper.head(sheet, axis, self.top, self.head, bottom, self.head / 4.2)
        sheet.rect(self.margin, self.top, axis.left - self.margin, self.head, fill="#f4efe4")
        for place, (kind, row) in enumerate(rows):
            y = self.first + (place + 0.5) * self.row
            sheet.line(self.margin, y + self.row / 2, axis.left + axis.width, y + self.row / 2, FAINT, 0.12)
            (self._group if kind == "group" else self._project)(row, y)
        if axis.holds(as_of):
            paper.flag(sheet, axis, as_of, f"{_('as of')} {as_of.isoformat()[5:]}", self.top, bottom, self.head / 4.2, ACCENT, False)
        sheet.rect(self.margin, self.top, axis.left + axis.width - self.margin, bottom - self.top, fill="none", stroke=INK, stroke_width=0.3)
        sheet.line(axis.left, self.top, axis.left, bottom, INK, 0.25)

    def _group(self, group: dict, y: float) -> None:
        late = sum(1 for project in group["projects"] if (project["late_by"] or 0) > 0)
        words = f"{group['name']}  {len(group['projects'])}" + (f"  ▲{late}" if late else "")
        size = self.letters * 1.05
        self.sheet.text(self.margin + size * 0.6, y + size * 0.36, cut(words, self.axis.left - self.margin, size), size,
                        font_family=paper.SERIF, font_weight="bold")

    def _project(self, project: dict, y: float) -> None:
        sheet, axis, size = self.sheet, self.axis, self.letters
        base, late = y + size * 0.36, (project["late_by"] or 0) > 0
        if project["light"]:
            sheet.light(project["light"], self.margin + size, y, size * 0.85)
        end = axis.left - size * 0.5
        words = (project["promised_on"] or "")[2:]
        if late:
            words += f" +{project['late_by']}"
        sheet.text(end, base, words, size * 0.9, text_anchor="end", fill=RED if late else GREY, font_weight="bold" if late else "normal")
        width = end - self.margin - size * 2.2 - max(paper.room(words), 8) * size * 0.9
        sheet.text(self.margin + size * 2, base, cut(project["name"], width, size), size)
        start, finish, promised = (day_of(project[name]) for name in ("start", "finish", "promised_on"))
        if start and finish:
            sheet.line(axis.x(start), y, axis.end(finish), y, LINE, 0.15)
        if late and promised and finish and finish > promised:
            sheet.rect(axis.end(promised), y - self.row * 0.38, axis.end(finish) - axis.end(promised), self.row * 0.76,
                       fill=RED, fill_opacity=0.14, stroke=RED, stroke_width=0.15)
        self._tasks(project["tasks"], y)
        if axis.holds(promised):
            x, high = axis.end(promised), self.row * 0.42
            paint = RED if late else INK
            sheet.line(x, y - high, x, y + high, paint, 0.3)
            sheet.path(f"M{x:.2f} {y - high:.2f}h{high * .8:.2f}l{-high * .25:.2f} {high * .35:.2f}l{high * .25:.2f} {high * .35:.2f}h{-high * .8:.2f}z", fill=paint)

    def _tasks(self, tasks: list[dict], y: float) -> None:
        sheet, axis = self.sheet, self.axis
        tasks = [task for task in tasks if task["start"] and task["finish"]]
        placed = lanes(tasks)
        used = max(placed.values(), default=0) + 1
        high = self.row * 0.72 / used
        for task in sorted(tasks, key=lambda task: (task["milestone"], task["critical"])):
            x1, x2 = axis.x(day_of(task["start"])), axis.end(day_of(task["finish"]))
            if task["milestone"]:
                paint = DONE if task["done"] else INK if task["critical"] else "#ffffff"
                sheet.path(paper.diamond(x2, y, self.row * 0.24), fill=paint, stroke=INK, stroke_width=0.18)
                continue
            middle = y - self.row * 0.36 + (placed[task["id"]] + 0.5) * high
            if task["critical"]:
                sheet.path(paper.pointed(x1, max(x2, x1 + THINNEST), middle, high * 0.84), fill="#6f7d72" if task["done"] else INK)
            else:
                sheet.rect(x1, middle - high * 0.36, max(THINNEST, x2 - x1), high * 0.72, fill=DONE if task["done"] else SOFT, stroke=ACCENT, stroke_width=0.12)
