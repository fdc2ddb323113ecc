"""The register mapped onto the chains: the kernel run over every row, published as the next snapshot of `mappings`."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.kernel import COLUMNS, MappingKernel
from guatu.chains.mappings import MAPPINGS
from guatu.chains.queries.editions import in_force
from guatu.chains.readings import fresh
from guatu.enterprises.register.dataset import REGISTER
from guatu.kernel.errors import Refused
from guatu.kernel.recording import known
from guatu.kernel.warehouse import Engine, engine
from guatu.kernel.warehouse.engines import Told
from guatu.kernel.warehouse.kernels import peak_mb


@dataclass(frozen=True)
class Mapped:
    """What a run did. `mapped` enterprises stand on at least one node; `peak_mb` is the memory of all processes of this
    machine at their highest."""

    enterprises: int
    mapped: int
    mappings: int
    seconds: float
    rows_per_second: int
    peak_mb: int
    engine: str

    def as_data(self) -> dict:
        return asdict(self)


def map_register(chosen: Engine | None = None, told: Told | None = None) -> Mapped:
    """Maps every enterprise of the register onto the chains. Verdicts of people stand beside the mappings and stay.

    Raises Refused where no register was loaded, Conflict when another run was finished first; then nothing was written.
    """
    chosen = chosen or engine()
    register = REGISTER.snapshot()
    if register is None or not register.files():
        raise Refused("no_register", _(
            "No register of enterprises was loaded yet, so there is nothing to map. Load one: guatu register import FILE."))
    began = time.monotonic()
    when, today = known(None), timezone.localdate()
    chains, editions = catalogue.chains(today, when), in_force(today, when)
    draft = MAPPINGS.draft()
    parts = chosen.map(fresh(register, chosen, told), MappingKernel(chains.values()), draft, COLUMNS, told)
    made = draft.publish(parts, {
        "register": register.number,
        "chains": {chain.code: chain.edition.isoformat() for chain in chains.values()},
        "editions": {code: editions[code].number if code in editions else None for code in chains},
    })
    mapped = sum(map(_enterprises, made.files()))
    seconds = time.monotonic() - began
    return Mapped(
        register.rows, mapped, made.rows, round(seconds, 2), round(register.rows / max(seconds, 0.001)), peak_mb(), chosen.name)


def _enterprises(path: str) -> int:
    """How many enterprises a part tells of: their rows stand together, and none is in two parts."""
    return len(pc.run_end_encode(pq.read_table(path, columns=["key"])["key"].combine_chunks()).values)
