"""The register read and mapped onto the chains, beside two baselines that find words and no roles.

    python -m benchmarks.chains [--register FILE] [--times 1 10] [--copied 60] [--baseline-rows 50000] [--engine duckdb|spark]

Without a file the register of ../shared/data is taken, or one is made up of the labelled scopes of the tests. `--times`
repeats it with new keys. `read` is what is done once, when a register is loaded; `map` is what each mapping takes after it,
the first with nothing in memory; both together are what the first mapping of a new register costs. `--copied` repeats what
was read with new keys instead of reading the copies, and maps it. The baselines read the first rows of the same file in one
process: words cut by jieba with the chains' terms as its dictionary, and an Aho-Corasick automaton in plain Python. `ratio`
is rows a second against jieba's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import django

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "register" / "enterprises.parquet"
HEADER = ("work", "rows", "seconds", "rows a second", "ratio", "peak MB", "found")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--register", type=Path, default=SHARED)
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10])
    parser.add_argument("--copied", type=int, nargs="*", default=[60])
    parser.add_argument("--baseline-rows", type=int, default=50_000)
    parser.add_argument("--engine", default="duckdb")
    parser.add_argument("--one", choices=("jieba", "automaton", "read", "map"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.site.settings")
        django.setup()
        print(json.dumps({"jieba": words, "automaton": automaton, "read": read, "map": mapped}[asked.one](asked)))
        return
    with tempfile.TemporaryDirectory() as folder:
        source = asked.register if asked.register.exists() else made_up(Path(folder))
        rows = [run(folder, source, one, asked) for one in ("jieba", "automaton")]
        for times in asked.times:
            home = Path(folder) / f"home{times}"
            fill(home, source, times)
            rows += [run(home, source, one, asked) | {"work": f"{one}, {times} times"} for one in ("read", "map")]
            if times != asked.times[0]:
                shutil.rmtree(home)
        for times in asked.copied:
            home = Path(folder) / f"home{times}"
            fill(home, source, times, Path(folder) / f"home{asked.times[0]}")
            rows.append(run(home, source, "map", asked) | {"work": f"map, {times} times"})
            shutil.rmtree(home)
    slowest = rows[0]["rows"] / rows[0]["seconds"]
    table = [
        (row["work"], f"{row['rows']:,}", f"{row['seconds']:.1f}", f"{row['rows'] / row['seconds']:,.0f}",
         f"{row['rows'] / row['seconds'] / slowest:.1f}", str(row["peak_mb"]), f"{row['found']:,}")
        for row in rows
    ]
    widths = [max(len(line[place]) for line in [HEADER, *table]) for place in range(len(HEADER))]
    for line in [HEADER, *table]:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))


def run(home: Path | str, source: Path, one: str, asked) -> dict:
    """One work in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chains", "--one", one, "--register", str(source),
         "--baseline-rows", str(asked.baseline_rows), "--engine", asked.engine],
        env=os.environ | {"GUATU_HOME": str(home), "GUATU_MODE": "test"}, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


# -- what is measured ----------------------------------------------------------------------------------------------


def read(asked) -> dict:
    from guatu.chains.readings import fresh
    from guatu.enterprises.register.dataset import REGISTER
    from guatu.kernel.warehouse import engine
    from guatu.kernel.warehouse.kernels import peak_mb

    began = time.perf_counter()
    found = fresh(REGISTER.snapshot(), engine(asked.engine))
    return {"work": "read", "rows": found.rows, "seconds": time.perf_counter() - began, "peak_mb": peak_mb(), "found": found.rows}


def mapped(asked) -> dict:
    from guatu.chains.mapping import map_register
    from guatu.kernel.warehouse import engine

    found = map_register(engine(asked.engine))
    return {"work": "map", "rows": found.enterprises, "seconds": found.seconds, "peak_mb": found.peak_mb, "found": found.mappings}


def words(asked) -> dict:
    import jieba

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    terms = known_terms()
    for term in terms:
        jieba.add_word(term)
    return timed("jieba words", asked, lambda text: sum(word in terms for word in jieba.cut(text)))


def automaton(asked) -> dict:
    """States as dictionaries, with the links of failure and of output worked out beforehand."""
    following: list[dict[str, int]] = [{}]
    ends = [0]
    for term in known_terms():
        state = 0
        for char in term:
            if char not in following[state]:
                following[state][char] = len(following)
                following.append({})
                ends.append(0)
            state = following[state][char]
        ends[state] += 1
    failing = [0] * len(following)
    waiting = deque(following[0].values())
    while waiting:
        state = waiting.popleft()
        for char, target in following[state].items():
            waiting.append(target)
            back = failing[state]
            while back and char not in following[back]:
                back = failing[back]
            failing[target] = following[back].get(char, 0)
            ends[target] += ends[failing[target]]

    def hits(text: str) -> int:
        state = found = 0
        for char in text:
            while state and char not in following[state]:
                state = failing[state]
            state = following[state].get(char, 0)
            found += ends[state]
        return found

    return timed("Aho-Corasick in plain Python", asked, hits)


def timed(work: str, asked, hits) -> dict:
    import pyarrow.parquet as pq

    texts = pq.read_table(asked.register, columns=["scope"])["scope"].slice(0, asked.baseline_rows).to_pylist()
    began = time.perf_counter()
    found = sum(hits(text) for text in texts if text)
    return {"work": work, "rows": len(texts), "seconds": time.perf_counter() - began, "found": found,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def known_terms() -> set[str]:
    from guatu.chains import catalogue

    return {term for chain in catalogue.shipped().values() for node in chain.nodes for term in node.terms}


# -- what is read ----------------------------------------------------------------------------------------------------


def fill(home: Path, source: Path, times: int, read: Path | None = None) -> None:
    """The rows of a file as a register, so many times, each time under new keys; what mapping does not read is left out.
    Beside it the readings of the home `read`, as many times with those keys."""
    home.mkdir()
    code = (
        "import os, sys, django; django.setup()\n"
        "from guatu.site.setup import set_up; set_up(lambda said: None)\n"
        "import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq\n"
        "from guatu.enterprises.register.dataset import REGISTER\n"
        "draft, parts = REGISTER.draft(), []\n"
        "table = pq.read_table(sys.argv[1], columns=['name', 'scope', 'address'])\n"
        "copied = len(sys.argv) > 3\n"
        "for time in range(1 if copied else int(sys.argv[2])):\n"
        "    keys = pa.array([f'{time}-{row}' for row in range(table.num_rows)])\n"
        "    columns = {'key': keys, **{name: table[name] for name in table.column_names}}\n"
        "    rows = pa.table([columns.get(field.name, pa.nulls(table.num_rows, field.type)) for field in REGISTER.schema],\n"
        "                    schema=REGISTER.schema)\n"
        "    parts.append(draft.write(f'part{time}', rows))\n"
        "register = draft.publish(parts * int(sys.argv[2]) if copied else parts, {})\n"  # mapping only counts its rows
        "if copied:\n"
        "    from guatu.chains.readings import READINGS, rules_mark\n"
        "    draft, parts = READINGS.draft(), []\n"
        "    for time in range(int(sys.argv[2])):\n"
        "        for place, path in enumerate(sys.argv[3:]):\n"
        "            rows = pq.read_table(path)\n"
        "            keys = pc.binary_join_element_wise(str(time), rows['key'], '-')\n"
        "            parts.append(draft.write(f'{time}-{place}', rows.set_column(0, 'key', keys)))\n"
        "    draft.publish(parts, {'register': register.number, 'rules': rules_mark()})\n"
    )
    copied = sorted(map(str, read.glob("warehouse/readings/parts/*/*.parquet"))) if read else []
    subprocess.run(
        [sys.executable, "-c", code, str(source), str(times), *copied], check=True,
        env=os.environ | {"GUATU_HOME": str(home), "GUATU_MODE": "test", "DJANGO_SETTINGS_MODULE": "guatu.site.settings"})


def made_up(folder: Path) -> Path:
    """A register of the labelled scopes, each a hundred times in a new company."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from guatu.chains.tests.labels import cases

    texts = [case.text for _time in range(100) for case in cases()]
    names = [f"第{place}号公司" for place in range(len(texts))]
    path = folder / "register.parquet"
    pq.write_table(pa.table({"name": names, "scope": texts, "address": [None] * len(texts)}), path)
    return path


if __name__ == "__main__":
    main()
