"""The real register, where it lies beside the repository: every row accepted or rejected with a reason."""

import os
from pathlib import Path

import pytest

from guatu.enterprises.register import loading
from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.register.queries import coverage, search

SHARED = Path(os.environ.get("GUATU_SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
FILE = SHARED / "register" / "enterprises.parquet"

pytestmark = [
    pytest.mark.thirdparty, pytest.mark.slow, pytest.mark.django_db(databases=["default", "progress"]),
    pytest.mark.skipif(not FILE.exists(), reason=f"needs the register at {FILE}; set GUATU_SHARED_DATA"),
]

#: Counted in the file by SQL and python-stdnum, not by the program: rows, rows whose enterprise stands again (66 by right
#: codes, one by name), rows whose check character is wrong.
ROWS, AGAIN, WRONG_CODES = 898_701, 67, 68
#: Rows whose column `city` is 青岛.
QINGDAO = 4044


def test_the_real_register(settings, tmp_path):
    settings.GUATU_HOME = tmp_path
    loaded = loading.load([FILE])
    assert loaded.rows == ROWS == loaded.accepted + loaded.rejected
    assert loaded.duplicates == AGAIN and loaded.reasons["code_wrong"] == WRONG_CODES
    assert loaded.accepted == REGISTER.snapshot().rows
    found = coverage()
    assert len(found.provinces) == 31 and "00" not in found.provinces and found.last_day.isoformat() == "2019-05-01"
    qingdao, cursor = 0, ""
    while True:
        page = search("", "3702", 1000, cursor)
        qingdao += len(page.rows)
        cursor = page.cursor
        if not cursor:
            break
    assert qingdao == QINGDAO
    again = loading.load([FILE])
    assert (again.unchanged, again.updated, again.added, again.snapshot) == (loaded.accepted, 0, 0, 1)
