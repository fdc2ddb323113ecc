"""Names matched with the register: how fast, and how often right.

    python -m benchmarks.matching [--register FILE] [--names 100000] [--seed 20221122] [--absent 0.2] [--home FOLDER]

Names are drawn from the register and spoilt in ways told in the table; a part of the enterprises (`--absent`) is taken out of
what is searched, so that whoever is found for their names is found wrongly. `cold` is a first search, which takes the names
of the whole register apart; `warm` any later one. Right is who has the same key.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import django

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "register" / "enterprises.parquet"
BANDS = ("1.00", "0.95", "0.90", "0.80", "0.70", "0.60", "0.50", "less")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--register", type=Path, default=SHARED)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20221122)
    parser.add_argument("--absent", type=float, default=0.2)
    parser.add_argument("--home", type=Path, help="an installation with a register, instead of loading the file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GUATU_HOME"] = str(asked.home or folder)
        os.environ.setdefault("GUATU_MODE", "test")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.site.settings")
        django.setup()
        if asked.home is None:
            if not asked.register.exists():
                sys.exit(f"There is no register at {asked.register}. Give one with --register, or --home.")
            from guatu.enterprises.register import loading
            from guatu.site.setup import set_up

            set_up(lambda said: None)
            loading.load([asked.register])
        measure(asked)


def measure(asked) -> None:
    import polars as pl

    from guatu.enterprises.matching.names import NAMES, names_of_register
    from guatu.enterprises.matching.searching import Asked, Searcher

    NAMES.tidy()
    known = NAMES.snapshot()
    began = time.perf_counter()
    found = names_of_register()
    took = time.perf_counter() - began
    print(f"names of the register taken apart: {found.rows:,} in {took:.1f} s" + (" (kept from before)" if known else ""))
    rows = pl.read_parquet(found.files(), columns=["key", "name"])
    draw = random.Random(asked.seed)
    lines = [(*row, *spoilt(row[1], draw)) for row in draw.sample(list(rows.iter_rows()), min(asked.names, rows.height))]
    # the whole register: this is what is timed
    began = time.perf_counter()
    searcher = Searcher([found.files()])
    loaded = time.perf_counter() - began
    answers = searcher.search([Asked(place, line[2]) for place, line in enumerate(lines)])
    took = time.perf_counter() - began
    print(f"{len(lines):,} names against {rows.height:,}: {took:.1f} s, of which {loaded:.1f} s for reading the register's names")
    print(f"seed {asked.seed}\n\nall enterprises are there")
    told(lines, answers, set())
    absent = {line[0] for line in lines if draw.random() < asked.absent}
    searcher.rows = searcher.rows.filter(~pl.col("key").is_in(list(absent)))
    searcher.rows = searcher.rows.drop("at").with_row_index("at")
    print(f"\n{len(absent):,} of the enterprises are taken out")
    told(lines, searcher.search([Asked(place, line[2]) for place, line in enumerate(lines)]), absent)


def told(lines: list, answers: list, absent: set[str]) -> None:
    """Prints bands of the score, then the ways of spoiling."""
    bands: dict[str, Counter] = defaultdict(Counter)
    ways: dict[str, Counter] = defaultdict(Counter)
    for (key, _name, _text, way), found in zip(lines, answers, strict=True):
        right = found.key == key
        if found.key is not None:
            bands[band(found.score)]["right" if right else "wrong"] += 1
        ways[way]["all"] += key not in absent
        ways[way][found.status if right else f"wrong {found.status}"] += 1
    total, sofar = sum(way["all"] for way in ways.values()), 0
    print("score    right   wrong  precision  recall so far")
    for name in BANDS:
        right, wrong = bands[name]["right"], bands[name]["wrong"]
        sofar += right
        if right + wrong:
            print(f"{name:<5} {right:8,} {wrong:7,}  {right / (right + wrong):9.4f}  {sofar / total:13.4f}")
    print("way                       names there  automatic  doubtful  wrong automatic  wrong doubtful")
    for way, counts in sorted(ways.items()):
        print(f"{way:<26}{counts['all']:11,}{counts['automatic']:11,}{counts['doubtful']:10,}{counts['wrong automatic']:17,}"
              f"{counts['wrong doubtful']:16,}")


def band(score: float) -> str:
    return next((name for name in BANDS[:-1] if score >= float(name)), "less")


def spoilt(name: str, draw: random.Random) -> tuple[str, str]:
    """The name with one accident, and what it was called."""
    return draw.choice(WAYS)(name, draw)


def _same(name, draw):
    return name, "as it is"


def _brackets(name, draw):
    plain = name.translate(str.maketrans("（）", "()"))
    return (plain if plain != name else name.translate(str.maketrans("()", "（）"))), "brackets"


def _wide(name, draw):
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in name)
    at = draw.randrange(1, len(wide)) if len(wide) > 1 else 0
    return f"{wide[:at]}\u3000{wide[at:]}", "full width and a space"


def _placeless(name, draw):
    from guatu.enterprises.matching.places import places

    text = name
    while (found := places().at_start(text)) and len(text) - len(found[0]) > 5:
        text = text[len(found[0]):]
    return text, "place left out" if text != name else "as it is"


def _province(name, draw):
    from guatu.enterprises.matching.places import places

    found = places().at_start(name)
    if found is None or not found[1][:2].isdigit() or len(found[1]) == 2:
        return name, "as it is"
    province = next((word for word, code in places().words.items() if code == found[1][:2] and word[-1] == "省"), "")
    return (province + name, "province put before") if province else (name, "as it is")


def _city(name, draw):
    from guatu.enterprises.matching.places import places

    found = places().at_start(name)
    if found is None or found[0][-1] in "市县省区" or f"{found[0]}市" not in places().words:
        return name, "as it is"
    return f"{found[0]}市{name[len(found[0]):]}", "市 put in"


def _traditional(name, draw):
    from guatu.enterprises.rules.trades import SIMPLIFIED

    table: dict[str, list[str]] = defaultdict(list)
    for sign, simple in SIMPLIFIED.items():
        table[simple].append(chr(sign))
    text = "".join(draw.choice(table[sign]) if sign in table else sign for sign in name)
    return text, "traditional" if text != name else "as it is"


def _form(name, draw):
    if name.endswith("有限责任公司"):
        return name[:-6] + "有限公司", "有限责任公司 for 有限公司"
    if name.endswith("有限公司") and not name.endswith("股份有限公司"):
        return name[:-4] + "有限责任公司", "有限责任公司 for 有限公司"
    return name, "as it is"


def _short(name, draw):
    for form in ("股份有限公司", "有限责任公司", "有限公司"):
        if name.endswith(form) and len(name) > len(form) + 3:
            return name[: -len(form)], "form left out"
    return name, "as it is"


def _typo(name, draw):
    if len(name) < 8:
        return name, "as it is"
    at = draw.randrange(2, len(name) - 4)
    kind = draw.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1:], "typo: a sign left out"
    if kind == 1:
        return name[:at] + name[at + 1] + name[at] + name[at + 2:], "typo: two signs turned"
    return name[:at] + draw.choice("华泰新达源天成金海东") + name[at + 1:], "typo: another sign"


WAYS = (_same, _brackets, _wide, _placeless, _province, _city, _traditional, _form, _short, _typo)


if __name__ == "__main__":
    main()
