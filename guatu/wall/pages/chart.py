"""The schematic map as shapes: sheets for zones, marks for projects. Drawn from the tree of zones and the codes of
projects, never from coordinates; where something lies says nothing but to whom it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.kernel.choices import LIGHTS
from guatu.projects.choices import RESIDUALS
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import yi
from guatu.projects.queries import StateRow
from guatu.projects.rules.lists import Total
from guatu.wall.pages import svg
from guatu.wall.queries import DayLights, Zone
from guatu.wall.rules import marks as rules
from guatu.wall.rules.treemap import Box, Margins, Node, Sheet, layout

COLOURS = dict(LIGHTS)
#: What an unlit mark looks like, by the list its project stands in; the others have a look of their own name.
LOOKS = {"land_of_earlier_years": "land_acquired", "outside_lists": "signed_registered"}
#: Distances are in units of the drawing, whose width is the first number.
WIDE, HUNG, TALL = (860.0, 540.0), (980.0, 496.0), (400.0, 620.0)
#: Font size of the names of marks.
LABEL = 11.0
#: A sheet has room for its title besides its projects: as much as this many of them, or this share of all.
TITLE_PLACES, TITLE_SHARE = 4.5, 0.02


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    radius: float
    look: str
    light: str
    is_batch: bool  # a batch has a second rim behind it
    url: str
    title: str
    label: str
    label_y: float
    rank: tuple  # whose name goes first

    @property
    def batch_x(self) -> float:
        return round(self.x + self.radius * 0.32, 1)

    @property
    def batch_y(self) -> float:
        return round(self.y - self.radius * 0.32, 1)


@dataclass(frozen=True)
class Shares:
    """A sheet that shows counts: its red and yellow lights, and a bar of the share of its projects that have one."""

    lamps: list[tuple[str, int, str, float, float]]  # colour, count, address of the rows, x of the sign and of the count
    bar: list[tuple[str, float, float]]  # colour, x, width


@dataclass(frozen=True)
class DrawnSheet:
    box: Box
    depth: int
    is_frame: bool
    title: list[str]
    url: str
    count: int
    count_url: str
    hint: str
    marks: list[Mark]
    shares: Shares | None
    title_size: float

    @property
    def title_x(self) -> float:
        return round(self.box.x + self.title_size * 0.6, 1)

    @property
    def title_y(self) -> float:
        return round(self.box.y + self.title_size * 1.3, 1)

    @property
    def count_x(self) -> float:
        return round(self.box.x + self.box.width - self.title_size * 0.6, 1)

    @property
    def share_y(self) -> float:
        return round(self.box.y + self.box.height - self.title_size * 0.9, 1)

    @property
    def lamp_y(self) -> float:
        return round(self.share_y - self.title_size * 0.95, 1)

    @property
    def lamp_text_y(self) -> float:
        return round(self.lamp_y + 4, 1)


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    sheets: list[DrawnSheet]
    pitch: float
    names_shown: bool

    @property
    def shapes(self) -> SafeString:
        return svg.sheets(self.sheets)


@dataclass(frozen=True)
class Material:
    """What a drawing is made of: the zones shown with their frames, the places, and what stands on them on the day."""

    zones: dict[int, Zone]
    frames: dict[int, int | None]
    counts: dict[int, int]
    projects: dict[int, list[int]] | None
    totals: dict[int, Total]
    rows: dict[tuple[int, int], StateRow]  # by zone and project
    lists: dict[int, str]
    lights: DayLights
    address: Asked
    light_url: Callable[..., str]


def draw(material: Material, size: tuple[float, float], shows_marks: bool) -> Drawing:
    """Lays the sheets out and puts on them marks (`shows_marks`) or counts."""
    small = size[0] < 600
    margins = Margins(top=17 if small else 22, side=5 if small else 7, gap=5 if small else 8)
    frame = Box(0, 0, *size)
    sheets = layout(_forest(material), frame, margins)
    title_room = 19 if small else 27
    size_of = 11.5 if small else 14.0
    titles = {sheet.key: _title(material, sheet, size_of) for sheet in sheets if not sheet.is_frame}
    inner = {
        sheet.key: sheet.box.inset(title_room + (len(titles[sheet.key]) - 1) * size_of * 1.15, 5 if small else 8)
        for sheet in sheets if not sheet.is_frame
    }
    places = {str(pk): len(ids) for pk, ids in (material.projects or {}).items()}
    distance = rules.pitch(inner, places, most=40 if small else 76) if shows_marks else 0.0
    names_shown = distance >= 34 and not small
    drawn = []
    for sheet in sheets:
        pk = int(sheet.key)
        marks = []
        if shows_marks and not sheet.is_frame:
            marks = _marks(material, pk, inner[sheet.key], distance, names_shown)
            if not names_shown:
                marks = [replace(mark, label="") for mark in marks]
        shares = None if sheet.is_frame or shows_marks else _shares(material, pk, inner[sheet.key])
        drawn.append(_drawn(material, sheet, None if sheet.is_frame else titles[sheet.key], marks, shares, size_of))
    return Drawing(*size, drawn, distance, names_shown)


def _forest(material: Material) -> list[Node]:
    room = max(TITLE_PLACES, TITLE_SHARE * sum(material.counts.values()))
    below: dict[int | None, list[int]] = {}
    for pk, parent in material.frames.items():
        below.setdefault(parent, []).append(pk)

    def node(pk: int) -> Node:
        children = tuple(node(child) for child in sorted(below.get(pk, [])))
        own = material.counts.get(pk, 0)
        return Node(str(pk), 0 if children and not own else own + room, children)

    tops = [node(pk) for pk in sorted(below.get(None, []))]
    while len(tops) == 1 and tops[0].below:  # a frame around everything says nothing
        only = tops[0]
        tops = [*only.below, *([Node(only.key, only.weight)] if only.weight else [])]
    return tops


def _name(material: Material, sheet: Sheet) -> str:
    zone = material.zones[int(sheet.key)]
    frames_others = any(parent == zone.pk for parent in material.frames.values())
    return _("%(zone)s itself") % {"zone": zone.name} if frames_others and not sheet.is_frame else zone.name


def _title(material: Material, sheet: Sheet, size: float) -> list[str]:
    """The title of a sheet in one line, or in two where it is narrow and high enough."""
    count = material.totals.get(int(sheet.key), Total()).projects
    room = sheet.box.width - size * 1.4 - (len(str(count)) * size * 0.62 if count and not sheet.is_frame else 0)
    lines = rules.wrapped(_name(material, sheet), room, size)
    fits = len(lines) > 1 and not sheet.is_frame and sheet.box.height > 7 * size
    return lines[:2] if fits else [rules.fitted(_name(material, sheet), room, size)]


def _drawn(
    material: Material, sheet: Sheet, title: list[str] | None, marks: list[Mark], shares: Shares | None, size: float
) -> DrawnSheet:
    zone = material.zones[int(sheet.key)]
    total = material.totals.get(zone.pk, Total())
    words = {"n": total.projects, "amount": yi(total.amount)}
    hint = ngettext(
        "%(n)d project, %(amount)s hundred million yuan", "%(n)d projects, %(amount)s hundred million yuan",
        total.projects) % words
    box = Box(*(round(side, 1) for side in (sheet.box.x, sheet.box.y, sheet.box.width, sheet.box.height)))
    return DrawnSheet(
        box, sheet.depth, sheet.is_frame, title or _title(material, sheet, size),
        material.address.query(zone=zone.code), total.projects,
        material.address.link(reverse("wall:rows"), part=zone.code), f"{zone.name}: {hint}", marks, shares, size,
    )


def _marks(material: Material, zone: int, box: Box, distance: float, names_shown: bool) -> list[Mark]:
    ids = (material.projects or {}).get(zone, [])
    if not ids:
        return []
    grid = rules.grid(box, len(ids), distance)
    found = []
    for number, pk in enumerate(ids):
        x, y = grid.place(number)
        row = material.rows.get((zone, pk))
        if row is not None:
            most = 0.46 * min(grid.dx, grid.dy) if names_shown else 0.5 * min(grid.dx, grid.dy)
            found.append(_mark(material, row, x, y - (distance * 0.08 if names_shown else 0), distance, most))
    return _named(found, box, grid.dx, distance) if names_shown else found


def _mark(material: Material, row: StateRow, x: float, y: float, distance: float, most: float) -> Mark:
    light, listed = material.lights.worst.get(row.project_id, ""), material.lists[row.project_id]
    unlit = light not in ("red", "yellow")
    ghost = unlit and listed == "stage_unknown"
    size = rules.radius(rules.investment_class(row.investment_cny))
    radius = min(most, (rules.GHOST_RADIUS if ghost else size) * distance / 10)
    words = [row.name, str(row.stage_label) if not ghost else str(dict(RESIDUALS)["stage_unknown"])]
    if row.investment_cny is not None:
        words.append(_("%(amount)s hundred million yuan") % {"amount": yi(row.investment_cny)})
    if light:
        words.append(str(COLOURS[light]))
    return Mark(
        round(x, 1), round(y, 1), round(radius, 1),
        light if not unlit else "stage_unknown" if ghost else LOOKS.get(listed, listed), light,
        bool(row.declared_count) and not ghost,
        material.address.link(reverse("projects:project", args=[row.project_id])), " · ".join(words),
        row.name, round(y + radius + LABEL, 1), (light != "red", light != "yellow", -radius, row.code),
    )


def _named(marks: list[Mark], box: Box, step: float, distance: float) -> list[Mark]:
    """The marks with names where there is room: first the red, the yellow, then the largest; no two names touch."""
    taken: list[tuple[float, float, float]] = []
    labels: dict[int, str] = {}
    for mark in sorted(marks, key=lambda mark: mark.rank):
        large = mark.radius >= rules.CLASSES[-2][2] * distance / 10
        if mark.look == "stage_unknown" or not (mark.light in ("red", "yellow") or large):
            continue
        for room in (2 * step - 6, step - 4):
            room = min(room, 2 * (mark.x - box.x + 6), 2 * (box.x + box.width + 6 - mark.x))
            text = rules.fitted(mark.label, room, LABEL)
            half = rules.wide(text, LABEL) / 2 + 2
            free = all(
                abs(y - mark.label_y) > LABEL * 1.2 or mark.x + half <= left or mark.x - half >= right
                for left, right, y in taken
            )
            under = any(  # a name must not run over the mark below it
                other is not mark and abs(other.x - mark.x) < half + other.radius
                and mark.label_y - LABEL < other.y + other.radius and mark.label_y > other.y - other.radius
                for other in marks if other.look != "stage_unknown"
            )
            if free and not under and len(text) > 2:
                taken.append((mark.x - half, mark.x + half, mark.label_y))
                labels[id(mark)] = text
                break
    return [replace(mark, label=labels.get(id(mark), "")) for mark in marks]


def _shares(material: Material, zone: int, box: Box) -> Shares:
    counts, lit = material.lights.by_zone.get(zone, {}), material.lights.lit_projects.get(zone, {})
    code = material.zones[zone].code
    total = material.totals.get(zone, Total()).rows
    bar, x = [], box.x
    for colour, number in (("red", lit.get("red", 0)), ("yellow", lit.get("yellow", 0)), ("rest", total)):
        width = box.width * number / total if total and colour != "rest" else max(0.0, box.x + box.width - x)
        bar.append((colour, round(x, 1), round(width, 1)))
        x += width
    lamps, x = [], box.x + 5
    for colour in ("red", "yellow"):
        if counts.get(colour):
            lamps.append((colour, counts[colour], material.light_url(colour=colour, part=code), round(x, 1), round(x + 9, 1)))
            x += 24 + 7 * len(str(counts[colour]))
    return Shares(lamps, bar if total else [])
