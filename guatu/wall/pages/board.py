"""The board of a day: every figure of the wall with the address of the rows it counts."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from guatu.kernel.choices import LIGHTS
from guatu.kernel.scope import Scope
from guatu.parks import queries as parks
from guatu.projects.choices import LISTS, RESIDUALS
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.figures import yi
from guatu.projects.pages.light_words import explain
from guatu.projects.queries import ProjectLight, difference, names_of
from guatu.projects.queries.rows import read_rows
from guatu.projects.rules.lists import PARTITION, Total
from guatu.wall import queries
from guatu.wall.pages.bars import Bar, Bars, chain_bars, funnel, page, zone_bars
from guatu.wall.pages.chart import HUNG, TALL, WIDE, Drawing, Material, draw
from guatu.wall.rules import periods
from guatu.wall.rules.marks import URGENCY

UNITS, NAMED_MOVES = 7, 5
LABELS = dict(LISTS + RESIDUALS)
SHORT = {
    "negotiating": pgettext_lazy("short", "Negotiating"),
    "signed_registered": pgettext_lazy("short", "Signed"),
    "land_acquired": pgettext_lazy("short", "Land"),
    "under_construction": pgettext_lazy("short", "Building"),
}
#: Lights in the order of their urgency.
LAMPS = [(code, dict(LIGHTS)[code]) for code in URGENCY]
#: Windows of days ahead that the wall counts what is due in.
AHEAD = (7, 14, 30)
#: Marks are drawn on a phone up to this many; above, counts.
MARKS_ON_A_PHONE = 200


class Board:
    """Everything the wall shows of one day, for one reader."""

    def __init__(self, scope: Scope, address: Asked, since: date):
        self.scope, self.address, self.since = scope, address, since
        self.day = queries.day(scope, address.as_of, address.known_at, address.zone or None)
        self.lists = self.day.by_zone
        self.when = self.lists.when
        self.sees_lights = scope.may("milestones")

    # -- words --------------------------------------------------------------------------------------------------------

    @property
    def zone_name(self) -> str:
        return self.lists.zone.name if self.lists.zone else ""

    @property
    def day_words(self) -> tuple[str, str]:
        """The day, and its day of the week."""
        chinese = (get_language() or "").startswith("zh")
        return date_format(self.address.as_of, "Y年n月j日" if chinese else "j F Y"), date_format(self.address.as_of, "l")

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands at any stage on this day."""
        return not any(self.lists.totals[name].rows for name in PARTITION if name != "stage_unknown")

    @property
    def total(self) -> Total:
        return self.lists.total

    @property
    def plans_url(self) -> str:
        """The wall plan of the same day; "" for those who see no plans."""
        return self.address.link(page("projects:wall_plan"), zone=None) if self.scope.may("plans") else ""

    # -- what is wrong ------------------------------------------------------------------------------------------------

    @cached_property
    def lights(self):
        shown = self.places.projects or {}
        return queries.DayLights(self.day.lights, sorted({pk for found in shown.values() for pk in found}))

    def light_url(self, **filters) -> str:
        """The page of lights with these filters; `part` is one zone without those below it."""
        return self.address.link(page("projects:lights"), **filters)

    @property
    def lamps(self) -> list[dict]:
        return [
            {"code": code, "label": label, "count": self.lights.totals[code], "url": self.light_url(colour=code)}
            for code, label in LAMPS[:2]
        ]

    @cached_property
    def _units(self) -> list[tuple[int | None, Counter]]:
        return sorted(self.lights.by_unit.items(), key=lambda pair: (-pair[1]["red"], -pair[1]["yellow"], pair[0] or 0))

    @cached_property
    def first_units(self) -> list[dict]:
        shown = self._units[:UNITS]
        names = names_of("unit", [key for key, _tally in shown])
        return [
            self._lit(names.get(key) or _("no responsible unit named"), tally, unit=key or "none") | {"nobody": key is None}
            for key, tally in shown
        ]

    def _lit(self, label: str, tally: Counter, **which) -> dict:
        return {
            "label": label, "url": self.light_url(**which),
            "lamps": [(colour, tally[colour], self.light_url(**which, colour=colour)) for colour in ("red", "yellow")],
        }

    @property
    def more_units(self) -> int:
        return max(0, len(self._units) - UNITS)

    @cached_property
    def first_lit_zones(self) -> list[dict]:
        """Zones by their own lights, those of zones below them not counted."""
        wrong = [(self.zones[key], tally) for key, tally in self.lights.by_zone.items() if key in self.zones]
        ordered = sorted(wrong, key=lambda pair: (-pair[1]["red"], -pair[1]["yellow"], pair[0].code))
        return [self._lit(zone.name, tally, part=zone.code) for zone, tally in ordered[:UNITS]]

    @property
    def overdue_url(self) -> str:
        return self.light_url(colour="red")

    @property
    def moved_url(self) -> str:
        return self.light_url(tab="moved")

    @cached_property
    def overdue(self) -> list[dict]:
        return [self._light(row) for row in self.lights.overdue]

    @cached_property
    def postponed(self) -> list[dict]:
        return [self._light(row) for row in self.lights.moved]

    def _light(self, row: ProjectLight) -> dict:
        return {
            "explained": explain(row.lit, row.label),
            "row": row,
            "days_over": (self.address.as_of - row.lit.state.due_on).days,
            "days_left": (row.lit.state.due_on - self.address.as_of).days,
            "url": self.address.link(reverse("projects:project", args=[row.project_id])) + "#milestones",
        }

    # -- what moved ---------------------------------------------------------------------------------------------------

    @cached_property
    def _moves(self):
        return difference(
            self.scope, self.since, self.address.as_of, self.address.known_at, self.address.zone or None, NAMED_MOVES,
            second=self.when,
        )

    def move_url(self, **filters) -> str:
        words = {"from": self.since, "to": self.address.as_of}
        return self.address.link(page("projects:difference"), as_of=None, **words, **filters)

    @property
    def difference_url(self) -> str:
        return self.move_url()

    @property
    def moves(self) -> list[dict]:
        _found, counts = self._moves
        return [
            {
                "name": name, "label": label,
                "entered": counts[name][0], "entered_url": self.move_url(list=name, way="entered"),
                "left": counts[name][1], "left_url": self.move_url(list=name, way="left"),
            }
            for name, label in LISTS
        ]

    @cached_property
    def named_moves(self) -> list[dict]:
        """The first projects that entered a list, the furthest stage first, then those that left the lists."""
        found, _counts = self._moves
        shown, seen = [], set()
        for name in ("under_construction", "land_acquired", "signed_registered", "negotiating"):
            for move in found.entered[name]:
                if move.project_id not in seen:
                    seen.add(move.project_id)
                    shown.append(self._move(move, SHORT[name]))
        for name, _label in LISTS[:4]:
            for move in found.left[name]:
                if move.project_id not in seen:
                    seen.add(move.project_id)
                    shown.append(self._move(move, (LABELS | SHORT).get(move.after, _("not among these projects"))))
        return shown

    def _move(self, move, to) -> dict:
        url = self.address.link(reverse("projects:project", args=[move.project_id]))
        return {"name": move.name, "to": to, "why": move.why, "url": url}

    @property
    def first_moves(self):
        return self.named_moves[:NAMED_MOVES]

    # -- totals -------------------------------------------------------------------------------------------------------

    @property
    def totals(self) -> list[dict]:
        return [
            {"name": name, "label": label, "total": self.lists.totals[name], "amount": yi(self.lists.totals[name].amount),
             "url": self.address.link(reverse("projects:list", args=[name]))}
            for name, label in LISTS
        ]

    @property
    def residuals(self) -> list[dict]:
        return [
            {"name": name, "label": label, "total": self.lists.totals[name],
             "url": self.address.link(reverse("projects:list", args=[name]))}
            for name, label in RESIDUALS if self.lists.totals[name].rows
        ]

    @property
    def total_amount(self) -> str:
        return yi(self.total.amount)

    @property
    def lists_url(self) -> str:
        return self.address.link(page("projects:lists"))

    # -- funnel and bars ----------------------------------------------------------------------------------------------

    @cached_property
    def funnel(self) -> list[Bar]:
        return funnel(queries.by_stage(self.lists), self.address)

    @cached_property
    def chains(self) -> Bars:
        return chain_bars(queries.cut(self.day.by_chain), self.address)

    @cached_property
    def _by_zone(self) -> queries.Cut:
        return queries.cut(self.lists)

    @cached_property
    def zone_bars(self) -> Bars:
        return zone_bars(self._by_zone, self.zones, self.address)

    @property
    def lists_by(self) -> dict[str, str]:
        return {by: self.address.link(page("projects:lists"), by=by) + "#breakdown" for by in ("zone", "chain", "stage")}

    # -- due ----------------------------------------------------------------------------------------------------------

    @property
    def due_windows(self) -> list[dict]:
        day = self.address.as_of
        return [
            {"days": days, "count": sum(n for due, n in self.lights.due.items() if due <= day + timedelta(days=days)),
             "url": self.light_url(due_from=day, due_to=day + timedelta(days=days))}
            for days in AHEAD
        ]

    @cached_property
    def due_days(self) -> list[dict]:
        """One stroke for each of the coming days; its height in percent."""
        most = max(self.lights.due.values(), default=0)
        found = []
        for ahead in range(AHEAD[-1] + 1):
            day = self.address.as_of + timedelta(days=ahead)
            count = self.lights.due.get(day, 0)
            found.append({
                "day": day, "count": count, "height": round(100 * count / most, 1) if most else 0,
                "rest": day.weekday() > 4 if self.when.calendar.is_provisional(day) else not self.when.calendar.is_workday(day),
                "url": self.light_url(due_from=day, due_to=day) if count else "",
            })
        return found

    @cached_property
    def coming(self) -> list[dict]:
        return [self._light(row) for row in self.lights.coming]

    # -- the map ------------------------------------------------------------------------------------------------------

    @cached_property
    def zones(self):
        return queries.zones_as_of(self.when)

    @cached_property
    def places(self):
        return queries.places(self.scope, self.when, self.lists.zone.pk if self.lists.zone else None)

    @cached_property
    def _material(self) -> Material:
        places = self.places
        frames = queries.shown_zones(
            self.scope, self.zones, places.counts, self.lists.zone.pk if self.lists.zone else None)
        rows, listed = {}, {}
        if places.shows_projects:
            for row in read_rows(self.lists.states, self.when):
                rows[row.zone_id, row.project_id] = row
                of = self.lists.placements
                listed[row.project_id] = of.lists_of(of.class_of(row.zone_id), row.signature_id)[0]
        totals = {key: queries.together(cut, PARTITION) for key, cut in self._by_zone.items()}
        return Material(self.zones, frames, places.counts, places.projects, totals, rows, listed, self.lights,
                        self.address, self.light_url)

    @cached_property
    def has_geometry(self) -> bool:
        return parks.has_geometries(self.scope)

    @property
    def shows_real(self) -> bool:
        return self.has_geometry and self.address.given.get("map") == "real"

    @property
    def may_load_geometry(self) -> bool:
        return self.scope.may("zone_geometries", "add")

    @property
    def schematic_url(self) -> str:
        return self.address.query(map=None)

    @property
    def real_url(self) -> str:
        return self.address.query(map="real")

    @property
    def real_data_url(self) -> str:
        return self.address.link(page("wall:geometry_data"))

    @cached_property
    def drawings(self) -> list[tuple[str, Drawing]]:
        """The map for wide windows, and for a phone."""
        shows = self.places.shows_projects
        few = shows and sum(self.places.counts.values()) <= MARKS_ON_A_PHONE
        if not self._material.frames:
            return []
        wide = HUNG if self.address.given.get("hang") == "1" else WIDE
        return [("wide", draw(self._material, wide, shows)), ("tall", draw(self._material, TALL, few))]


def since_of(address: Asked) -> tuple[str, date]:
    """The period asked for ("since" for a day of one's own) and the day at whose end it begins."""
    from guatu.projects.pages.asked import day

    given = day(address.given.get("since"), "since")
    if given is not None:
        return "since", min(given, address.as_of)
    period = address.given.get("period", "month")
    period = period if period in periods.PERIODS else "month"
    return period, periods.since(address.as_of, period)
