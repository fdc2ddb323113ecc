"""COPY text: what PostgreSQL's own COPY prints for the same value (its documentation, COPY, "Text Format", and the
output of date and time types), written down by hand."""

from __future__ import annotations

import pytest

from guatu.kernel.backup import cells
from guatu.kernel.backup.tables import Column

INSTANTS = (
    # as Django writes it on SQLite      as PostgreSQL prints it with TimeZone UTC
    ("2026-11-21 11:43:37.544150", "2026-11-21 11:43:37.54415+00"),
    ("2026-11-21 11:43:37.500000", "2026-11-21 11:43:37.5+00"),
    ("2026-11-21 11:43:37.000001", "2026-11-21 11:43:37.000001+00"),
    ("2026-11-21 11:43:30", "2026-11-21 11:43:30+00"),
)


@pytest.mark.parametrize(("stored", "copied"), INSTANTS)
def test_an_instant_reads_the_same_from_both_databases(stored, copied):
    assert cells.from_sqlite(Column("at", "instant"))(stored) == copied
    assert cells.TO_SQLITE["instant"](copied) == stored
