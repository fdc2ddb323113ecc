"""Editions of chains: which is in force on a day, which there are, and by which the register was mapped."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.mappings import MAPPINGS
from guatu.chains.models import ChainDraft, ChainEdition
from guatu.chains.rules.graph import Chain, read_chain
from guatu.chains.rules.problems import BadChain
from guatu.kernel.errors import Misconfigured, NotFound
from guatu.kernel.kept import once
from guatu.kernel.models import Recording
from guatu.kernel.models.history import limit
from guatu.kernel.queries import versions
from guatu.kernel.recording import Known, known
from guatu.kernel.warehouse import Snapshot

#: Structures of editions by their digest: the same digest is the same chain, whatever database it lies in.
_read: OrderedDict[str, Chain] = OrderedDict()
_MOST_READ = 64
_lock = Lock()


@dataclass(frozen=True)
class InForce:
    """An edition that was published: `number` is its identity, `since` its day, `sha256` the digest of its structure."""

    number: int
    code: str
    since: date
    sha256: str

    @property
    def chain(self) -> Chain:
        """Its structure, read from the table the first time only. Raises Misconfigured where it breaks a later rule."""
        with _lock:
            if self.sha256 in _read:
                _read.move_to_end(self.sha256)
                return _read[self.sha256]
        body = ChainEdition.everything.values_list("body", flat=True).get(pk=self.number)
        try:
            made = read_chain(body, self.code)
        except BadChain as bad:
            first = bad.problems[0]
            raise Misconfigured("chain", first.sentence(_), first.field or None) from None
        with _lock:
            _read[self.sha256] = made
            while len(_read) > _MOST_READ:
                _read.popitem(last=False)
        return made


def published(when: Known | None = None) -> tuple[InForce, ...]:
    """Every edition that stands as known at a recording (None: now), by the day it counts from; without structures.

    One query for a recording that was not asked about before.
    """
    when = when or known(None)
    return once("chain-editions", when.hash, lambda: tuple(
        InForce(*row) for row in versions(ChainEdition, limit(when.number)).order_by("counts_from", "id").values_list(
            "id", "chain", "counts_from", "sha256")))


def in_force(as_of: date | None = None, when: Known | None = None) -> dict[str, InForce]:
    """By the chain's code, the edition in force on a day (None: today); chains whose file counts are left out."""
    day = as_of or timezone.localdate()
    return {one.code: one for one in published(when) if one.since <= day}


@dataclass(frozen=True)
class Told:
    """An edition with who published it and when; `row` is None for the file that comes with the program. `until` is the
    day on which the next one takes its place, and `is_in_force` says whether it counts today."""

    row: ChainEdition | None
    chain: Chain
    author: str
    published_at: datetime | None
    until: date | None
    is_in_force: bool


def editions(code: str) -> list[Told]:
    """The editions of a chain, the latest day first, the file last. Two queries, and one for each structure not yet read."""
    rows = list(versions(ChainEdition, chain=code).defer("body").order_by("counts_from", "id"))
    made = {one.number: one for one in Recording.objects.filter(number__in={row.recording_number for row in rows})}
    today, current = timezone.localdate(), in_force().get(code)
    found, shipped = [], catalogue.shipped().get(code)
    untils = [*(row.counts_from for row in rows), None]
    if shipped is not None:
        found.append(Told(None, shipped, "", None, untils[0], current is None))
    for row, until in zip(rows, untils[1:], strict=True):
        wrote = made.get(row.recording_number)
        chain = InForce(row.pk, row.chain, row.counts_from, row.sha256).chain
        found.append(Told(row, chain, wrote.actor_name if wrote else "", wrote.instant if wrote else None, until,
                          current is not None and current.number == row.pk and row.counts_from <= today))
    return found[::-1]


def edition(code: str, number: int | None) -> ChainEdition | None:
    """An edition of a chain by its identity, also one that was replaced on its day; None for None. Raises NotFound."""
    if number is None:
        return None
    row = ChainEdition.everything.filter(pk=number, chain=code, withdrawn=False).first()
    if row is None:
        raise NotFound("no_edition", _(
            "The chain has no such edition any more. Look at its editions and choose one of them."))
    return row


def structure(code: str, number: int | None) -> Chain | None:
    """What an edition holds (None: the file); None where there is none."""
    if number is None:
        return catalogue.shipped().get(code)
    row = ChainEdition.everything.filter(pk=number, chain=code).values_list("counts_from", "sha256").first()
    return InForce(number, code, *row).chain if row else None


def on_day(code: str, day: date) -> tuple[Chain | None, str]:
    """The chain in force on a day and its mark: the digest of an edition, `file`, or `` where there is no such chain yet."""
    found = in_force(day).get(code)
    if found is not None:
        return found.chain, found.sha256
    shipped = catalogue.shipped().get(code)
    return shipped, "file" if shipped is not None else ""


def is_published(code: str, node: str) -> bool:
    """Whether a node stands in any edition of a chain, the file and those to come too."""
    chains = [catalogue.shipped().get(code), *(one.chain for one in published() if one.code == code)]
    return any(one.code == node for chain in chains if chain is not None for one in chain.nodes)


def draft_of(code: str) -> ChainDraft | None:
    return ChainDraft.objects.select_related("edited_by").filter(chain=code).first()


def drafts() -> dict[str, ChainDraft]:
    """The drafts by their chain's code, without their structures. One query."""
    return {row.chain: row for row in ChainDraft.objects.defer("body")}


def mapped_by(mappings: Snapshot, code: str) -> int | str | None:
    """The identity of the edition by which a snapshot of the mappings was made, None for the file; "" where nobody can say.

    A snapshot made before there were editions names the day of each file only.
    """
    if "editions" in mappings.facts:
        return mappings.facts["editions"].get(code, "")
    shipped, day = catalogue.shipped().get(code), mappings.facts.get("chains", {}).get(code)
    return None if shipped is not None and day == shipped.edition.isoformat() else ""


def behind() -> list[str]:
    """Codes of chains that the last mapping did not read in the edition in force today; empty before the first mapping.

    Where the snapshot does not say by what it was made, only a chain that was published counts.
    """
    mappings = MAPPINGS.snapshot()
    if mappings is None:
        return []
    current, days = in_force(), mappings.facts.get("chains", {})
    found = []
    for code, chain in catalogue.chains().items():
        mapped = mapped_by(mappings, code)
        if code in current:
            is_other = mapped != current[code].number
        else:
            is_other = isinstance(mapped, int) or (code in days and days[code] != chain.edition.isoformat())
        if is_other:
            found.append(code)
    return found
