"""SQLite is told how many rows share a value, once and when the file has grown; PostgreSQL counts by itself."""

import pytest
from django.db import connection

from guatu.kernel import actions, housekeeping
from guatu.kernel.models import Organisation

pytestmark = pytest.mark.django_db


def test_rows_are_counted_once_and_again_when_the_file_has_grown(system, monkeypatch):
    monkeypatch.setattr(housekeeping, "_counted_bytes", 0)
    if connection.vendor != "sqlite":
        housekeeping.count_for_planner()
        assert housekeeping._counted_bytes == 0
        return

    def counted() -> list:
        with connection.cursor() as cursor:
            return cursor.execute(
                "SELECT stat FROM sqlite_stat1 WHERE tbl = 'kernel_organisation' AND idx LIKE '%parent%'").fetchall()

    city = actions.create(system, Organisation, {"code": "c", "name": "市", "kind": "city"})
    for number in range(9):
        actions.create(system, Organisation, {"code": f"z{number}", "name": f"区{number}", "kind": "district", "parent": city.pk})
    housekeeping.count_for_planner()
    before = counted()
    assert before and before[0][0].split()[0] == "10"
    actions.create(system, Organisation, {"code": "z9", "name": "区", "kind": "district", "parent": city.pk})
    housekeeping.count_for_planner()
    assert counted() == before  # not for one row
    monkeypatch.setattr(housekeeping, "_counted_bytes", 1)
    housekeeping.count_for_planner()
    assert counted()[0][0].split()[0] == "11"
