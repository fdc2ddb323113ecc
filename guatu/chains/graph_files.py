"""Files of graphs of products: CSV or Parquet tables, known by their columns, read row by row with nothing taken on trust.

    from_product, to_product, relation      relation is upstream_material, subtype or downstream_product
    industry, upstream_industry             as upstream_material
    company_code, product                   which firms report a product

Other tables are left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from guatu.chains.company_tables import read_rows
from guatu.chains.rules.proposals import RELATIONS, UPSTREAM, Relation
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.rules.refusals import printable

PRODUCTS = ("from_product", "to_product", "relation")
INDUSTRIES = ("industry", "upstream_industry")
SELLERS = ("company_code", "product")
#: Rows of all files together; a graph mined from all listed companies has about 110,000.
MOST_ROWS = 2_000_000


@dataclass
class Graph:
    """What the files hold. `read` counts rows by file, `unused` names files of other tables, `strange` counts rows whose
    relation is not known."""

    relations: list[Relation] = field(default_factory=list)
    sellers: dict[str, set[str]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    strange: int = 0


def read_graph(paths: list[Path]) -> Graph:
    """The graph in some files. Raises Faulty where none of them is a table of relations, where a file is broken or where
    there are too many rows; NotFound without a file."""
    graph = Graph()
    total = 0
    for path in paths:
        columns = next((wanted for wanted in (PRODUCTS, INDUSTRIES, SELLERS) if set(wanted) <= set(_header(path))), None)
        if columns is None:
            graph.unused.append(path.name)
            continue
        for number, cells in _rows(path, columns):
            total += 1
            if total > MOST_ROWS:
                raise Faulty("graph_large", _("The files have more than %d rows together, more than are read. Give fewer.") % MOST_ROWS)
            graph.read[path.name] = graph.read.get(path.name, 0) + 1
            _take(graph, columns, cells, f"{path.name}:{number}")
    if not graph.relations and not graph.strange:
        raise Faulty("no_graph", _(
            "None of the files is a table of relations. One is needed with the columns %(products)s, or %(industries)s.") % {
                "products": ", ".join(PRODUCTS), "industries": ", ".join(INDUSTRIES)}, "files")
    return graph


def _take(graph: Graph, columns: tuple[str, ...], cells: tuple[str, ...], where: str) -> None:
    if columns == SELLERS:
        graph.sellers.setdefault(cells[1], set()).add(cells[0])
    elif columns == INDUSTRIES:
        graph.relations.append(Relation(UPSTREAM, cells[0], cells[1], where))
    elif cells[2] in RELATIONS:
        graph.relations.append(Relation(cells[2], cells[0], cells[1], where))
    else:
        graph.strange += 1


def _header(path: Path) -> list[str]:
    if _is_parquet(path):
        with _parquet(path) as file:
            return file.schema_arrow.names
    first = next(read_rows(path, ()), None)
    return [] if first is None else list(first)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Number and cells of each row; the header is row 1."""
    if not _is_parquet(path):
        for row in read_rows(path, columns):
            yield row[""], tuple(row[name].strip() for name in columns)
        return
    number = 1
    with _parquet(path) as file:
        try:
            for batch in file.iter_batches(columns=list(columns)):
                for cells in zip(*(column.cast(pa.string()).to_pylist() for column in
                                   (batch.column(name) for name in columns)), strict=True):
                    number += 1
                    yield str(number), tuple((cell or "").strip() for cell in cells)
        except (pa.ArrowException, OSError):
            raise _broken(path) from None


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() == ".parquet"


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except pa.ArrowInvalid:
        raise _broken(path) from None
    except (FileNotFoundError, IsADirectoryError, PermissionError, ValueError):
        raise NotFound("no_file", _("“%s” cannot be read: there is no such file, or it may not be opened. Check the path.")
                       % printable(path.name)) from None
    except (pa.ArrowException, OSError):
        raise _broken(path) from None


def _broken(path: Path) -> Faulty:
    return Faulty("parquet_broken", _("“%s” cannot be read as Parquet. Write the file anew, or give it as CSV.") % printable(path.name))
