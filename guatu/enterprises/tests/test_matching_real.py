"""How often matching is right on names that others have paired: listed companies' full and short names, brands and legal
names. Prints the bands (`-s`); what is taken for one without asking must be right in 995 of 1,000."""

import csv
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from guatu.enterprises.matching.names import table_of
from guatu.enterprises.matching.searching import Asked, Searcher
from guatu.enterprises.rules.names import plain_name

SHARED = Path(os.environ.get("GUATU_SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
LISTED = SHARED / "matching" / "listed_company_full_short.csv"
BRANDS = SHARED / "matching" / "brand_vs_legal_name_10k.csv"
REGISTER = SHARED / "register" / "enterprises.parquet"

pytestmark = [
    pytest.mark.thirdparty,
    pytest.mark.skipif(not LISTED.exists() or not REGISTER.exists(), reason=f"needs the pairs of names at {LISTED.parent}"),
]


def pairs() -> dict[str, list[tuple[str, str, str]]]:
    """By kind: name as asked, legal name, credit code or ""."""
    with LISTED.open(encoding="utf-8-sig", newline="") as stream:
        listed = [(row["short_name"], row["full_name"], "") for row in csv.DictReader(stream)]
    with BRANDS.open(encoding="utf-8-sig", newline="") as stream:
        brands = [(row["brand_name"], row["legal_name"], row["uscc"]) for row in csv.DictReader(stream)]
    return {
        "listed, short names": listed,
        "listed, full names written otherwise": [(otherwise(full), full, "") for _short, full, _code in listed],
        "brands": brands,
        "brands, with the credit code": [row for row in brands if row[2]],
        "legal names of brands written otherwise": [(otherwise(legal), legal, "") for _brand, legal, _code in brands],
    }


def otherwise(name: str) -> str:
    """A legal name as another office may write it: other brackets, another word for the form, full width."""
    swapped = name.translate(str.maketrans("（）()", "()（）"))
    if swapped.endswith("有限公司") and not swapped.endswith("股份有限公司"):
        swapped = swapped[:-4] + "有限责任公司"
    return f"{swapped[:2]}\u3000{swapped[2:]}"


@pytest.fixture(scope="module")
def world():
    """The legal names of the pairs among those of the register; and the same with every third of them missing."""
    import pyarrow.parquet as pq

    register = pq.read_table(REGISTER, columns=["name", "uscc"]).slice(0, 300_000)
    legal: dict[str, tuple[str, str]] = {}
    for rows in pairs().values():
        for _asked, name, code in rows:
            if code or plain_name(name) not in legal:
                legal[plain_name(name)] = (name, code)
    others = [(name, code) for name, code in zip(register["name"].to_pylist(), register["uscc"].to_pylist(), strict=True)
              if name and plain_name(name) not in legal]

    def searcher(rows):
        rows = [*rows, *others]
        return Searcher([table_of([str(place) for place in range(len(rows))], [code or None for _name, code in rows],
                                  [name for name, _code in rows])])

    known = list(legal.values())
    return searcher(known), searcher([row for place, row in enumerate(known) if place % 3])


@pytest.mark.slow
def test_precision_and_recall_by_band(world):
    for title, searcher in zip(("all are there", "every third is missing"), world, strict=True):
        automatic = Counter()
        for kind, rows in pairs().items():
            asked = [Asked(place, name, code if "code" in kind else "") for place, (name, _legal, code) in enumerate(rows)]
            bands: dict[str, Counter] = defaultdict(Counter)
            for found, (_name, legal, _code) in zip(searcher.search(asked), rows, strict=True):
                right = found.match is not None and plain_name(found.match) == plain_name(legal)
                if found.match is not None:
                    bands[f"{int(found.score * 20 + 1e-9) / 20:.2f}"][right] += 1
                if found.status == "automatic":
                    automatic[right] += 1
            print(f"\n{title} · {kind}: {len(rows)}")
            sofar = 0
            for band, counts in sorted(bands.items(), reverse=True):
                sofar += counts[True]
                print(f"  {band}  right {counts[True]:5}  wrong {counts[False]:4}  precision {counts[True] / counts.total():.4f}"
                      f"  recall so far {sofar / len(rows):.4f}")
        print(f"{title}: automatic {automatic[True]} right, {automatic[False]} wrong")
        assert automatic[True] / automatic.total() >= 0.995
