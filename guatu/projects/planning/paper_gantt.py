"""A project's plan on paper: tasks at the left, bars at the right, as many pages as the rows need."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guatu.projects.planning import paper
from guatu.projects.planning.paper import ACCENT, DONE, FAINT, GREY, INK, LINE, RED, SOFT, Scale, Sheet, cut, day_of

#: By paper: margin, letters of the heading, letters of rows, least and greatest height of a row; millimetres.
MEASURES = {"a0": (22.0, 17.0, 5.2, 5.2, 30.0), "a3": (10.0, 7.0, 2.55, 5.0, 11.0), "a4": (8.0, 5.4, 2.05, 4.1, 8.0)}


def pages(gantt: dict, size: str) -> list[str]:
    """The plan (the dict of `queries.gantt`) as one SVG a page."""
    wide, high = paper.SIZES[size]
    margin, heading, letters, least, most = MEASURES[size]
    top = margin + heading * 2.1 + letters * 2
    head = letters * 4.2
    body = high - top - head - margin - letters * 3
    tasks = gantt["tasks"]
    on_page = max(1, int(body // least))
    count = max(1, -(-len(tasks) // on_page))
    on_page = -(-len(tasks) // count) if tasks else 1
    row = min(most, body / on_page)
    letters = max(letters, min(row * 0.36, letters * 1.3))
    tree = letters * 43
    days = [day for task in tasks for name in ("start", "finish", "forecast_finish", "baseline_finish")
            if (day := day_of(task.get(name)))]
    days += [day for name in ("start", "finish", "promised_on") if (day := day_of(gantt["plan"][name]))]
    axis = paper.scale(days, margin + tree, wide - 2 * margin - tree)
    drawn = []
    for number in range(count):
        shown = tasks[number * on_page:(number + 1) * on_page]
        sheet = Sheet(wide, high)
        bottom = top + head + row * len(shown)
        paper.title(sheet, gantt["plan"]["project_name"], _lines(gantt), margin, heading, number + 1, count)
        _Page(sheet, gantt, axis, margin, top, head, row, letters, bottom).draw(shown)
        legend(sheet, margin, high - margin, letters)
        drawn.append(sheet.svg())
    return drawn


def _lines(gantt: dict) -> list[str]:
    plan = gantt["plan"]
    lines = [plan["project"], plan["name"], _("as of %s") % plan["as_of"]]
    if plan["what_if"]:
        lines.append(_("what-if, not in force"))
    if plan["promised_on"]:
        lines.append(_("promised for %s") % plan["promised_on"])
        lines.append(_("held") if plan["holds"] else _("%(n)s working days late, ends on %(day)s") % {
            "n": plan["late_by_workdays"], "day": plan["finish"]})
    return [line for line in lines if line]


class _Page:
    def __init__(self, sheet: Sheet, gantt: dict, axis: Scale, margin: float, top: float, head: float, row: float,
                 letters: float, bottom: float):
        self.sheet, self.gantt, self.axis, self.margin, self.top = sheet, gantt, axis, margin, top
        self.head, self.row, self.letters, self.bottom = head, row, letters, bottom
        self.first = top + head
        width = axis.left - margin
        size = letters
        self.columns = [
            ("number", pgettext("column", "No."), margin + size * 3.2, size * 3.2, "end"),
            ("name", _("Task"), margin + size * 4, width - size * 24.5, "start"),
            ("start", pgettext("column", "Start"), axis.left - size * 13.8, size * 6, "end"),
            ("finish", pgettext("column", "Finish"), axis.left - size * 7.2, size * 6, "end"),
            ("unit", _("Responsible"), axis.left - size * 6.6, size * 6.4, "start"),
        ]

    def draw(self, tasks: list[dict]) -> None:
        sheet, axis = self.sheet, self.axis
        self._idle()
        paper.head(sheet, axis, self.top, self.head, self.bottom, self.letters)
        sheet.rect(self.margin, self.top, axis.left - self.margin, self.head, fill="#f4efe4")
        for _name, label, x, _width, anchor in self.columns:
            sheet.text(x, self.first - self.letters * 0.7, label, self.letters * 0.9, text_anchor=anchor, fill=GREY)
        rows = {task["id"]: self.first + (place + 0.5) * self.row for place, task in enumerate(tasks)}
        for task in tasks:
            y = rows[task["id"]] + self.row / 2
            sheet.line(self.margin, y, axis.left + axis.width, y, FAINT, 0.12)
            self._words(task, rows[task["id"]])
        self._links(rows)
        for task in tasks:
            self._bar(task, rows[task["id"]])
        plan = self.gantt["plan"]
        for name, label, paint, end in (("as_of", _("as of"), ACCENT, False), ("promised_on", _("promised"), INK, True)):
            day = day_of(plan[name])
            if axis.holds(day):
                paper.flag(sheet, axis, day, f"{label} {plan[name][5:]}", self.top, self.bottom, self.letters * 0.95, paint, end)
        sheet.rect(self.margin, self.top, axis.left + axis.width - self.margin, self.bottom - self.top, fill="none", stroke=INK, stroke_width=0.3)
        sheet.line(axis.left, self.top, axis.left, self.bottom, INK, 0.25)

    def _idle(self) -> None:
        if self.axis.per_day < 0.35:
            return
        run = None
        for text in [*self.gantt["calendar"]["idle"], None]:
            day = day_of(text)
            if run and day != run[1] + timedelta(days=1):
                if run[0] >= self.axis.first and run[1] <= self.axis.last:
                    x = self.axis.x(run[0])
                    self.sheet.rect(x, self.first, self.axis.end(run[1]) - x, self.bottom - self.first, fill="#f1ede3")
                run = None
            if day:
                run = (run[0], day) if run else (day, day)

    def _words(self, task: dict, y: float) -> None:
        weight = {"font_weight": "bold"} if task["summary"] else {}
        size, base = self.letters, y + self.letters * 0.36
        for name, _label, x, width, anchor in self.columns:
            text = str(task[name] or "")
            if name in ("start", "finish"):
                text = text[2:]
            indent = task["level"] * size * 0.9 if name == "name" else 0
            if name == "name" and task["light"] in ("red", "yellow"):
                self.sheet.light(task["light"], x + indent + size * 0.4, y, size * 0.85)
                indent += size * 1.2
            paint = GREY if name in ("number", "unit") or task["actual_finish"] else INK
            self.sheet.text(x + indent, base, cut(text, width - indent, size), size, text_anchor=anchor, fill=paint, **weight)

    def _bar(self, task: dict, y: float) -> None:
        start, finish = day_of(task["start"]), day_of(task["finish"])
        if start is None or finish is None:
            return
        sheet, axis, high = self.sheet, self.axis, min(self.row * 0.5, self.letters * 1.5)
        x1, x2 = axis.x(start), axis.end(finish)
        first, last = day_of(task["baseline_start"]), day_of(task["baseline_finish"])
        if last and not task["milestone"] and first:
            sheet.rect(axis.x(first), y + high * 0.62, axis.end(last) - axis.x(first), high * 0.2, fill=LINE)
        late = day_of(task["late_finish"])
        if late and late > finish and not task["summary"] and not task["actual_finish"] and axis.end(late) <= axis.left + axis.width:
            sheet.line(x2, y, axis.end(late), y, ACCENT, 0.2, stroke_dasharray="0.5 0.8")
        forecast = day_of(task.get("forecast_finish"))
        if forecast and forecast > finish and not task["actual_finish"]:
            sheet.line(x2, y + high * 0.72, axis.end(forecast), y + high * 0.72, RED, 0.45)
        if task["milestone"]:
            paint = DONE if task["actual_finish"] else INK if task["critical"] else "#ffffff"
            sheet.path(paper.diamond(x2, y, high * 0.62), fill=paint, stroke=INK, stroke_width=0.25)
            sheet.text(x2 + high, y + self.letters * 0.34, cut(task["name"], axis.left + axis.width - x2 - high, self.letters * 0.9), self.letters * 0.9)
        elif task["summary"]:
            sheet.path(paper.bracket(x1, x2, y, high * 0.5), fill=GREY)
        elif task["critical"]:
            sheet.path(paper.pointed(x1, x2, y, high * 1.1), fill="#4d5f54" if task["actual_finish"] else INK)
        else:
            sheet.rect(x1, y - high / 2, x2 - x1, high, rx=high * 0.2, fill=DONE if task["actual_finish"] else SOFT, stroke=ACCENT, stroke_width=0.2)
        percent = min(100, task["percent"] or 0)
        if percent and not task["actual_finish"] and not task["milestone"] and not task["summary"]:
            sheet.rect(x1, y - high * 0.1, (x2 - x1) * percent / 100, high * 0.2, fill="#ffffff" if task["critical"] else ACCENT)

    def _links(self, rows: dict) -> None:
        """Links both of whose ends stand on this page, as they are drawn on the screen."""
        tasks = {task["id"]: task for task in self.gantt["tasks"]}
        gap = self.letters * 0.8
        for link in self.gantt["links"]:
            if link["pred"] not in rows or link["succ"] not in rows:
                continue
            pred, succ = tasks[link["pred"]], tasks[link["succ"]]
            if not (pred["start"] and pred["finish"] and succ["start"] and succ["finish"]):
                continue
            from_end, to_end = link["kind"][0] == "F", link["kind"][1] == "F"
            x1 = self._edge(pred, from_end)
            x2 = self._edge(succ, to_end)
            y1, y2 = rows[link["pred"]], rows[link["succ"]]
            drives = pred["critical"] and succ["critical"] and link["pred"] in succ["drivers"]
            turn = max(x1, x2) + gap if from_end and to_end else min(x1, x2) - gap if not from_end and not to_end else (
                x2 - gap if from_end else x2 + gap)
            between = y2 + (-self.row / 2 if y2 > y1 else self.row / 2)
            straight = from_end == to_end or (x2 - x1 >= gap if from_end else x1 - x2 >= gap)
            out = x1 + (gap if from_end else -gap)
            way = f"M{x1:.2f} {y1:.2f}H{turn:.2f}V{y2:.2f}H{x2:.2f}" if straight else (
                f"M{x1:.2f} {y1:.2f}H{out:.2f}V{between:.2f}H{turn:.2f}V{y2:.2f}H{x2:.2f}")
            paint = INK if drives else LINE
            self.sheet.path(way, fill="none", stroke=paint, stroke_width=0.3 if drives else 0.18)
            tip = gap * 0.5 * (1 if to_end else -1)
            self.sheet.path(f"M{x2:.2f} {y2:.2f}l{tip:.2f} {-gap * .32:.2f}v{gap * .64:.2f}z", fill=paint)

    def _edge(self, task: dict, end: bool) -> float:
        if task["milestone"]:
            half = min(self.row * 0.5, self.letters * 1.5) * 0.62
            return self.axis.end(day_of(task["finish"])) + (half if end else -half)
        return self.axis.end(day_of(task["finish"])) if end else self.axis.x(day_of(task["start"]))


def legend(sheet: Sheet, x: float, y: float, size: float, left_out: tuple[str, ...] = ()) -> None:
    """What the shapes mean, along the bottom."""
    wide, high = size * 3.2, size * 1.1
    middle = y - size * 0.4
    for kind, label in (
        ("bar", _("task")), ("critical", _("on the critical path")), ("done", pgettext("task", "done")), ("milestone", _("milestone")),
        ("baseline", _("baseline")), ("float", _("float")), ("forecast", _("by what is known today")),
    ):
        if kind in left_out:
            continue
        if kind == "bar":
            sheet.rect(x, middle - high / 2, wide, high, fill=SOFT, stroke=ACCENT, stroke_width=0.2, rx=high * 0.2)
        elif kind == "done":
            sheet.rect(x, middle - high / 2, wide, high, fill=DONE, stroke=ACCENT, stroke_width=0.2, rx=high * 0.2)
        elif kind == "critical":
            sheet.path(paper.pointed(x, x + wide, middle, high * 1.1), fill=INK)
        elif kind == "milestone":
            sheet.path(paper.diamond(x + wide / 2, middle, high * 0.6), fill="#ffffff", stroke=INK, stroke_width=0.25)
        elif kind == "baseline":
            sheet.rect(x, middle - high * 0.1, wide, high * 0.2, fill=LINE)
        elif kind == "float":
            sheet.line(x, middle, x + wide, middle, ACCENT, 0.2, stroke_dasharray="0.5 0.8")
        else:
            sheet.line(x, middle, x + wide, middle, RED, 0.45)
        sheet.text(x + wide + size * 0.6, y, label, size, fill=GREY)
        x += wide + size * 2.4 + paper.room(label) * size
