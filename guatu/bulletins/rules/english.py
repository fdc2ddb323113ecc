"""The words of a bulletin in English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from guatu.bulletins.rules.content import Column, Paragraph, Ref, paragraph
from guatu.bulletins.rules.figures import MILLION, grouped, rounded
from guatu.bulletins.rules.situation import COLOURS, NamedLight, Situation, Tally

LANGUAGE = "en"
BANNER = "Supervision bulletin"
COMMA = ", "
UNITS_NAMED = 5
RANKS_NAMED = 3
COLOUR_WORDS = {"red": "red", "yellow": "yellow", "green": "green", "done": "done in time", "done_late": "done late"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
HEADINGS = {
    "opening": "", "lists": "Lists of projects", "moves": "Movement", "lights": "Lights", "units": "Responsible units",
    "named": "Named projects", "demands": "What is to be done",
}
CAPTIONS = {
    "lists": "The five lists", "moved_projects": "Projects that entered or left", "units": "Lights by responsible unit",
    "overdue": "Red lights", "moved_days": "Moved due days",
}
COLUMNS = {
    "lists": (Column("List"), Column("Projects", True), Column("Investment (million yuan)", True),
              Column("Amounts not known", True), Column("Entered", True), Column("Left", True)),
    "moved_projects": (Column("List"), Column("Movement"), Column("Project"), Column("Why")),
    "units": (Column("Rank", True), Column("Responsible unit"), Column("Red", True), Column("Yellow", True),
              Column("Green", True), Column("Open", True), Column("Share of red", True)),
    "overdue": (Column("Project"), Column("Milestone"), Column("Responsible unit"), Column("Due day"),
                Column("Working days overdue", True), Column("Moves", True)),
    "moved_days": (Column("Project"), Column("Milestone"), Column("Responsible unit"), Column("First promise"),
                   Column("Due day"), Column("Moves", True), Column("Days later", True)),
}
TOTAL = "Total"
NOBODY = "none named"
ENTERED, LEFT = "entered", "left"
NAMES = {
    "projects": "projects", "amount": "investment", "unknown": "amounts not known", "entered": "entered", "left": "left",
    "all": "milestones", "open": "open", "share": "share of red", "red_units": "units with red",
    "nobody_red": "red of no unit", **COLOUR_WORDS,
}


def across(label: str) -> str:
    return f"{label} (lies across the above)"


def title(situation: Situation) -> str:
    return f"Progress of projects in {situation.zone}" + (f", {situation.unit}" if situation.unit else "")


def name_of(what: str, about: str, is_total: bool) -> str:
    return f"{'total' if is_total else about} {NAMES[what]}".strip()


def heading_number(place: int) -> str:
    return f"{place}. "


def table_number(place: int) -> str:
    return f"Table {place}. "


def money(amount: Decimal) -> str:
    return f"{grouped(rounded(amount, MILLION))} million yuan"


def money_cell(amount: Decimal) -> str:
    return f"{rounded(amount, MILLION):,}"


def day(of: date) -> str:
    return f"{of.day} {MONTHS[of.month - 1]} {of.year}"


def span(since: date, as_of: date) -> str:
    first = since + timedelta(days=1)
    return f"On {day(as_of)}" if first >= as_of else f"From {day(first)} to {day(as_of)}"


def most(count: int, key: str) -> str:
    """The note under a table that names only the first of many."""
    if key == "moved_projects":
        return f"Of each list at most {count} that entered and {count} that left; the rest is in the system."
    return f"The first {count}; the rest is in the system."


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


# -- paragraphs ----------------------------------------------------------------------------------------------------


def opening(situation: Situation) -> list[Paragraph]:
    total, whose = situation.total, f"{situation.unit}, " if situation.unit else ""
    found: list = [f"As of {day(situation.as_of)}, {whose}{situation.zone} has "]
    if not total.projects:
        found.append("no project on record.")
    else:
        found += [Ref("total.projects"), _plural(total.projects, " project", " projects"), " on record, "]
        if not total.unknown:
            found += ["with a total investment of ", Ref("total.amount"), "."]
        elif not total.amount:
            found.append("none of them with a known investment.")
        else:
            found += ["with a known total investment of ", Ref("total.amount"), "; the investment of ", Ref("total.unknown"),
                      _plural(total.unknown, " project is not known yet.", " projects is not known yet.")]
    correcting = [paragraph(f"This bulletin corrects {situation.corrects} and takes its place.")] if situation.corrects else []
    return [*correcting, paragraph(found, " The situation is as follows.")]


def _investment(name: str, tally: Tally) -> list:
    if not tally.unknown:
        return [", ", Ref(f"lists.{name}.amount")]
    if not tally.amount:
        return [", amounts not known"]
    return [", ", Ref(f"lists.{name}.amount"), " known, ", Ref(f"lists.{name}.unknown"),
            _plural(tally.unknown, " amount not known", " amounts not known")]


def _counted(entry) -> list:
    return [f"{entry.label}: ", Ref(f"lists.{entry.name}.projects"),
            _plural(entry.tally.projects, " project", " projects"), _investment(entry.name, entry.tally)]


def lists(situation: Situation) -> list[Paragraph]:
    *own, fifth = situation.lists
    there = [entry for entry in own if entry.tally.projects]
    none = [entry.label for entry in (*own, fifth) if not entry.tally.projects]
    found: list = [["; " if place else "", _counted(entry)] for place, entry in enumerate(there)]
    found += ["."] if there else []
    if len(none) == len(situation.lists):
        found.append("No project stands in any of the five lists.")
    elif none:
        found.append(f"{' ' if there else ''}No project stands in: {COMMA.join(none)}.")
    if fifth.tally.projects:
        found += [" ", _counted(fifth), "; they lie across the lists above."]
    beside = [[COMMA if place else "", f"{entry.label} ", Ref(f"lists.{entry.name}.projects")]
              for place, entry in enumerate(entry for entry in situation.residuals if entry.tally.projects)]
    return [paragraph(found), *([paragraph("Beside the lists: ", beside, ".")] if beside else [])]


def moves(situation: Situation) -> list[Paragraph]:
    when = f"{span(situation.since, situation.as_of)}, "
    moved = [entry for entry in situation.lists if entry.entered or entry.left]
    if not moved:
        return [paragraph(when, "nothing entered and nothing left any list.")]
    found: list = [when]
    for place, entry in enumerate(moved):
        found += ["; " if place else "", f"{entry.label}: "]
        if entry.entered:
            found += [Ref(f"moves.{entry.name}.entered"), " entered"]
        if entry.left:
            found += [COMMA if entry.entered else "", Ref(f"moves.{entry.name}.left"), " left"]
    return [paragraph(found, ".", " Nothing moved in the other lists." if len(moved) < len(situation.lists) else "")]


def lights(situation: Situation) -> list[Paragraph]:
    present = [colour for colour in COLOURS if situation.count(colour)]
    if not present:
        return [paragraph("There is no promised milestone.")]
    one = situation.milestones == 1
    found: list = ["There is " if one else "There are ", Ref("lights.all"),
                   " promised milestone: " if one else " promised milestones: "]
    for place, colour in enumerate(present):
        found += [COMMA if place else "", Ref(f"lights.{colour}"), f" {COLOUR_WORDS[colour]}"]
    if "red" not in present:
        return [paragraph(found, ". There is no red light.")]
    found += [". ", Ref("lights.open"), _plural(situation.open, " is open, of which ", " are open, of which "),
              Ref("lights.share"), " red"]
    count = sum(1 for unit in situation.named_units if unit.red)
    if count:
        found += ["; the red lights lie with ", Ref("lights.red_units"),
                  _plural(count, " responsible unit", " responsible units")]
    if situation.nobody.red:
        found += ["; ", Ref("units.none.red"), _plural(situation.nobody.red, " red light has", " red lights have"),
                  " no responsible unit"]
    return [paragraph(found, ".")]


def ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def units(situation: Situation) -> list[Paragraph]:
    listed = situation.ranking
    if not listed:
        return [paragraph("No responsible unit has an open milestone.")]
    if not any(unit.red for _rank, unit in listed):
        return [paragraph("No responsible unit with open milestones has a red light.")]
    if len(listed) == 1:
        unit = listed[0][1]
        return [paragraph(f"Only {unit.name} has open milestones, ", Ref(f"units.{unit.unit_id}.share"), " of them red.")]
    red = [(rank, unit) for rank, unit in listed if unit.red]
    groups = [(rank, [unit for _rank, unit in group]) for rank, group in groupby(red, key=lambda entry: entry[0])]
    found: list = ["By share of red lights among open milestones, the highest first: "]
    for place, (rank, tied) in enumerate(groups[:RANKS_NAMED]):
        found += [COMMA if place else "", f"{ordinal(rank)} {COMMA.join(unit.name for unit in tied)} (",
                  Ref(f"units.{tied[0].unit_id}.share"), ")"]
    if len(groups) > RANKS_NAMED:
        return [paragraph(found, "; the units after them are in the table.")]
    return [paragraph(found, ".", " The other units have no red light." if len(red) < len(listed) else "")]


def named(situation: Situation) -> list[Paragraph]:
    if not situation.overdue:
        first = "There is no red light."
    elif situation.count("red") == 1:
        only = situation.overdue[0]
        first = f"The one red light is {_node(only)}, due on {only.due}."
    else:
        oldest = situation.overdue[0]
        first = "The red lights are listed below by due day" + (
            f"; the longest overdue is {_node(oldest)}." if oldest.overdue else ".")
    second = (
        f"The due day moved most often is that of {_node(situation.moved[0])}." if situation.moved else "No due day was moved."
    )
    return [paragraph(first), paragraph(second)]


def _node(light: NamedLight) -> str:
    return f"“{light.milestone}” of {light.project}"


def demands(situation: Situation) -> list[Paragraph]:
    found = []
    red = [unit.name for unit in situation.named_units if unit.red]
    yellow = [unit.name for unit in situation.named_units if unit.yellow]
    if red:
        found.append(paragraph(f"{_called(red)}: state the reason, the measures and the day of completion for each red light "
                               f"to {situation.issuer}."))
    if situation.nobody.red:
        found.append(paragraph("The responsible unit of each red light that has none is to be named soon."))
    if yellow:
        found.append(paragraph(f"{_called(yellow)}: settle in advance what the yellow lights need, so that they are done in "
                               "time."))
    return found or [paragraph("All responsible units: keep to the promised due days.")]


def _called(names: Sequence[str]) -> str:
    return COMMA.join(names[:UNITS_NAMED]) + (" and others" if len(names) > UNITS_NAMED else "")
