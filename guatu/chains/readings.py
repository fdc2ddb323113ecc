"""The dataset `readings`: what the names and scopes of the register say, read once and asked by every edition of the chains.

One row an enterprise, with what a mapping needs of the register. A reading holds for one snapshot of the register and one
state of the rules by which texts are read: another of either makes it anew.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pyarrow as pa

from guatu.chains.mappings import KEPT
from guatu.chains.rules import saying, scopes
from guatu.chains.rules.mapping import FIELDS
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel.warehouse import Dataset, Engine, Snapshot
from guatu.kernel.warehouse.derived import derived
from guatu.kernel.warehouse.engines import Told

#: Which verb governs an event of an item: places of item and verb in the text, see `rules.scopes.sayings`.
SAYING = pa.struct([
    ("field", pa.int8()),  # by its place in rules.mapping.FIELDS
    ("context", pa.string()),
    ("place", pa.int32()),
    ("event", pa.int32()),
    ("role", pa.int8()),  # by its place in segments.STRENGTH
    ("verb_start", pa.int32()),
    ("verb_end", pa.int32()),
])  # fmt: skip

#: The columns of the register that are read.
TEXTS = ("scope", "main_business", "products")

SCHEMA = pa.schema(
    [
        *(REGISTER.schema.field(name) for name in (*KEPT, *TEXTS)),
        ("said", pa.list_(SAYING)),  # by name and scope
        ("apart", pa.list_(pa.int8())),  # the fields that must be read as a whole
        ("formed", pa.list_(pa.int8())),  # the fields of which places are those of the plain form
    ]
)

READINGS = Dataset("readings", SCHEMA)


def fresh(register: Snapshot, engine: Engine, told: Told | None = None) -> Snapshot:
    """The readings of a register as it stands, made now where there are none."""
    from guatu.chains.reading_kernel import COLUMNS, ReadingKernel

    facts = {"register": register.number, "rules": rules_mark()}
    return derived(READINGS, register, ReadingKernel(), COLUMNS, facts, engine, told)


@cache
def rules_mark() -> str:
    """Names the rules by which texts are read and how that is kept: another word, another line of program or another column
    gives another mark."""
    digest = hashlib.sha256(f"{FIELDS}{SCHEMA}".encode())
    for path in rule_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def rule_files() -> list[Path]:
    """Where it stands how texts are read."""
    folder = Path(scopes.__file__).parent
    return [Path(saying.__file__), *sorted([*folder.glob("*.py"), *folder.glob("*.yaml")])]
