"""A drafted bulletin: paragraphs whose figures are references, tables, and every figure with its value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ref:
    """Stands in a paragraph for the figure of this key."""

    key: str


Run = str | Ref
Paragraph = tuple[Run, ...]


@dataclass(frozen=True)
class Shown:
    """A figure: its exact value as text (a count, yuan, or a fraction), how it reads in a sentence and in a table, and
    its name, by which people keep it in an edited sentence."""

    kind: str  # "count", "money" or "share"
    value: str
    text: str
    cell: str
    name: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: a figure, or a text that may lead to a project or carry a colour."""

    text: str = ""
    figure: str = ""
    project: int | None = None
    colour: str = ""


@dataclass(frozen=True)
class Column:
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Section:
    key: str
    heading: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Content:
    """`names` are the names and days that stand in the text as words, so that digits in them are no figures."""

    language: str
    banner: str
    title: str
    figures: dict[str, Shown]
    sections: tuple[Section, ...]
    names: tuple[str, ...] = field(default=())

    def said(self, paragraph: Paragraph) -> str:
        return "".join(self.figures[run.key].text if isinstance(run, Ref) else run for run in paragraph)

    def cell(self, cell: Cell) -> str:
        return self.figures[cell.figure].cell if cell.figure else cell.text

    def as_json(self) -> dict:
        return {
            "language": self.language,
            "banner": self.banner,
            "title": self.title,
            "figures": {key: vars(shown).copy() for key, shown in self.figures.items()},
            "sections": [
                {
                    "key": section.key,
                    "heading": section.heading,
                    "paragraphs": [runs_as_json(paragraph) for paragraph in section.paragraphs],
                    "tables": [_table_as_json(table) for table in section.tables],
                }
                for section in self.sections
            ],
            "names": list(self.names),
        }

    @classmethod
    def from_json(cls, data: dict) -> Content:
        return cls(
            data["language"],
            data["banner"],
            data["title"],
            {key: Shown(**shown) for key, shown in data["figures"].items()},
            tuple(
                Section(
                    entry["key"],
                    entry["heading"],
                    tuple(runs_from_json(paragraph) for paragraph in entry["paragraphs"]),
                    tuple(_table_from_json(table) for table in entry["tables"]),
                )
                for entry in data["sections"]
            ),
            tuple(data["names"]),
        )


def paragraph(*pieces: str | Ref | Iterable) -> Paragraph:
    """One paragraph of pieces, nested ones flattened, neighbouring words joined, empty ones left out."""
    runs: list[Run] = []
    for piece in _flat(pieces):
        if isinstance(piece, str) and runs and isinstance(runs[-1], str):
            runs[-1] += piece
        elif piece != "":
            runs.append(piece)
    return tuple(runs)


def _flat(pieces: Iterable) -> Iterable[Run]:
    for piece in pieces:
        if isinstance(piece, str | Ref):
            yield piece
        else:
            yield from _flat(piece)


def runs_as_json(runs: Paragraph, figures: dict[str, Shown] | None = None) -> list:
    """With `figures`, each reference also keeps how its figure last read, should the figure be gone one day."""
    return [
        run
        if isinstance(run, str)
        else {"figure": run.key} | ({"last": figures[run.key].text} if figures is not None else {})
        for run in runs
    ]


def runs_from_json(data: list, figures: dict[str, Shown] | None = None) -> Paragraph:
    """With `figures`, a reference to a figure that is gone becomes the words it last read as."""
    return paragraph(
        run
        if isinstance(run, str)
        else Ref(run["figure"])
        if figures is None or run["figure"] in figures
        else run.get("last", "")
        for run in data
    )


def _table_as_json(table: Table) -> dict:
    return {
        "key": table.key,
        "caption": table.caption,
        "columns": [[column.label, column.numeric] for column in table.columns],
        "rows": [[{name: value for name, value in vars(cell).items() if value} for cell in row] for row in table.rows],
        "note": table.note,
    }


def _table_from_json(data: dict) -> Table:
    return Table(
        data["key"],
        data["caption"],
        tuple(Column(label, numeric) for label, numeric in data["columns"]),
        tuple(tuple(Cell(**cell) for cell in row) for row in data["rows"]),
        data["note"],
    )
