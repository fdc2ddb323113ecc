"""The whole of a bulletin made from a situation: figures, sections in their order, tables."""

from __future__ import annotations

from guatu.bulletins.rules import chinese, english
from guatu.bulletins.rules.content import Cell, Content, Section, Shown, Table
from guatu.bulletins.rules.figures import Value, percent, values
from guatu.bulletins.rules.situation import OPEN, NamedLight, Situation

LANGUAGES = {words.LANGUAGE: words for words in (chinese, english)}
SECTIONS = ("opening", "lists", "moves", "lights", "units", "named", "demands")
#: Signs that mark a figure in an edited text and so cannot stand in a figure's name.
MARKS = str.maketrans("", "", "{}=\n")


def draft(situation: Situation, language: str) -> Content:
    """`language` is one of LANGUAGES; the labels inside the situation are in it already."""
    words = LANGUAGES[language]
    tables = _tables(situation, words)
    return Content(
        language,
        words.BANNER,
        words.title(situation),
        _figures(situation, words),
        tuple(
            Section(key, words.HEADINGS[key], tuple(getattr(words, key)(situation)), tables.get(key, ()))
            for key in SECTIONS
            # One unit has no rank.
            if key != "units" or not situation.unit
        ),
        _names(situation),
    )


def _figures(situation: Situation, words) -> dict[str, Shown]:
    found: dict[str, Shown] = {}
    taken: set[str] = set()
    for value in values(situation):
        name = words.name_of(value.what, value.about, value.key.startswith("total.")).translate(MARKS)
        if name in taken:
            name = f"{name}（{value.key}）"
        taken.add(name)
        found[value.key] = Shown(value.kind, str(value.exact), *_read(value, words), name)
    return found


def _read(value: Value, words) -> tuple[str, str]:
    """How a figure reads in a sentence and in a table."""
    if value.kind == "money":
        return words.money(value.exact), words.money_cell(value.exact)
    text = percent(value.exact) if value.kind == "share" else str(value.exact)
    return text, text


def _names(situation: Situation) -> tuple[str, ...]:
    lights = (*situation.overdue, *situation.moved)
    found = [situation.zone, situation.unit, situation.issuer, situation.corrects]
    found += [unit.name for unit in situation.named_units]
    found += [name for light in lights for name in (light.project, light.milestone, light.unit, light.due, light.first_due)]
    found += [move.name for entry in situation.lists for move in (*entry.entered_named, *entry.left_named)]
    return tuple(dict.fromkeys(name for name in found if name))


def _tables(situation: Situation, words) -> dict[str, tuple[Table, ...]]:
    made = {
        "lists": _lists(situation, words),
        "moved_projects": _moved(situation, words),
        "units": _units(situation),
        "overdue": [_overdue(light, words) for light in situation.overdue],
        "moved_days": [_moved_day(light, words) for light in situation.moved],
    }
    cut = {
        "moved_projects": any(
            entry.entered > len(entry.entered_named) or entry.left > len(entry.left_named) for entry in situation.lists),
        "units": len([unit for unit in situation.named_units if unit.open]) > situation.units_most,
        "overdue": situation.count("red") > len(situation.overdue),
        "moved_days": len(situation.moved) >= situation.named_most,
    }

    def table(key: str) -> tuple[Table, ...]:
        count = situation.units_most if key == "units" else situation.named_most
        note = words.most(count, key) if cut.get(key) else ""
        rows = tuple(made[key])
        return (Table(key, words.CAPTIONS[key], words.COLUMNS[key], rows, note),) if rows else ()

    return {
        "lists": table("lists"),
        "moves": table("moved_projects"),
        "units": table("units"),
        "named": (*table("overdue"), *table("moved_days")),
    }


def _lists(situation: Situation, words) -> list[tuple[Cell, ...]]:
    def tally(prefix: str) -> list[Cell]:
        return [Cell(figure=f"{prefix}.{what}") for what in ("projects", "amount", "unknown")]

    def movement(name: str) -> list[Cell]:
        return [Cell(figure=f"moves.{name}.{what}") for what in ("entered", "left")]

    *own, fifth = situation.lists
    nothing = [Cell(), Cell()]
    rows = [(Cell(entry.label), *tally(f"lists.{entry.name}"), *movement(entry.name)) for entry in own]
    rows += [
        (Cell(entry.label), *tally(f"lists.{entry.name}"), *nothing)
        for entry in situation.residuals
        if entry.tally.projects
    ]
    rows.append((Cell(words.TOTAL), *tally("total"), *nothing))
    rows.append((Cell(words.across(fifth.label)), *tally(f"lists.{fifth.name}"), *movement(fifth.name)))
    return rows


def _moved(situation: Situation, words) -> list[tuple[Cell, ...]]:
    return [
        (Cell(entry.label), Cell(way), Cell(move.name, project=move.project_id), Cell(move.why))
        for entry in situation.lists
        for way, moved in ((words.ENTERED, entry.entered_named), (words.LEFT, entry.left_named))
        for move in moved
    ]


def _units(situation: Situation) -> list[tuple[Cell, ...]]:
    return [
        (
            Cell(str(rank)),
            Cell(unit.name),
            *(Cell(figure=f"units.{unit.unit_id}.{colour}", colour=colour) for colour in OPEN),
            Cell(figure=f"units.{unit.unit_id}.open"),
            Cell(figure=f"units.{unit.unit_id}.share"),
        )
        for rank, unit in situation.ranking
    ]


def _overdue(light: NamedLight, words) -> tuple[Cell, ...]:
    return (
        Cell(light.project, project=light.project_id), Cell(light.milestone), Cell(light.unit or words.NOBODY), Cell(light.due),
        Cell(str(light.overdue_workdays)), Cell(str(light.moves)),
    )


def _moved_day(light: NamedLight, words) -> tuple[Cell, ...]:
    return (
        Cell(light.project, project=light.project_id), Cell(light.milestone), Cell(light.unit or words.NOBODY), Cell(light.first_due),
        Cell(light.due), Cell(str(light.moves)), Cell(str(light.slip_days)),
    )
