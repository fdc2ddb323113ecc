"""Where the schedules of others lie that the tests compare with (not part of this repository)."""

import csv
import tarfile
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "schedules"


def needed(path: str) -> Path:
    """A file of that folder; the test is skipped where it is not."""
    found = FOLDER / path
    if not found.exists():
        pytest.skip(f"{found} is not here: the schedules of PSPLIB and MPXJ are kept outside the repository")
    return found


@cache
def instances() -> dict[str, str]:
    """Text of each PSPLIB instance by its name."""
    with tarfile.open(needed("psplib.tar.xz")) as archive:
        return {
            Path(member.name).name: archive.extractfile(member).read().decode("latin-1")
            for member in archive if member.isfile() and member.name.endswith(".sm")
        }


@cache
def best_known() -> dict[str, dict[str, str]]:
    """Rows of optimum.csv by instance."""
    with needed("optimum.csv").open(encoding="utf-8") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}
