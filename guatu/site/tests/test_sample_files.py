"""The delivered files of the sample are carried as they were, and the overlays name what is there."""

import csv
import hashlib

import pytest

from guatu.site.sample.load import HERE, read

DELIVERED = {
    "chains.csv": "f09f4202faeada7370dbc6ee6be6a110cedfa54aadf40114bf948f1111d93a9b",
    "enterprises.csv": "40bcb897331c9edfb9c047405f4abeb5dfbd0804d799f87757ccea09af99505d",
    "indicators.csv": "4d65810b6f3561becad6ca6be83c927affa91e9ca19aa9f430f609914940b3f9",
    "parks.csv": "e104ad4409bdba186ff34eeb117e6d5f7bfa8e398f4bdd0ec922f8fe3aeed321",
    "projects.csv": "04c7df661240f1cc429d076b510df5012754f9285b7e54ace3e61d36447b3d89",
    "stage_events.csv": "d2d19000a330a964fc2bb9d3f3725a0ca88dbb0e11629701e2f6242fc27d9f8e",
    "zones.csv": "e71b0a6ee716b1d29c7a8be8c475cf6e00e1bceb08aa7f6ff26377aa88558fd9",
}


@pytest.mark.parametrize("file", sorted(DELIVERED))
def test_a_delivered_file_is_byte_equal(file):
    assert hashlib.sha256((HERE / file).read_bytes()).hexdigest() == DELIVERED[file]


def test_overlays_name_rows_that_are_there():
    projects = {row["code"]: row for row in read("projects.csv")}
    events = {(row["project"], row["event"]) for row in read("stage_events.csv") if row["kind"] == "actual"}
    for row in read("batches.csv"):
        assert row["project"] in projects and (not row["batch"] or row["batch"] in projects)
        assert not row["declared_count"] or f"{row['declared_count']}个" in projects[row["project"]]["note"]
    for row in read("not_later_than.csv"):
        assert (row["project"], row["event"]) in events and row["why"]


def test_every_source_named_is_listed():
    known = {row["code"] for row in read("sources.csv")}
    for file in DELIVERED:
        with (HERE / file).open(encoding="utf-8", newline="") as stream:
            assert {row["source"] for row in csv.DictReader(stream)} <= known
