"""Reads of the register, through the engine of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guatu.enterprises.register.dataset import REGISTER
from guatu.enterprises.rules.credit_codes import clean_code
from guatu.enterprises.rules.register_cells import legal_name
from guatu.enterprises.rules.territory import COLUMNS
from guatu.kernel.errors import Faulty, NotFound
from guatu.kernel.warehouse import Snapshot, engine

#: What a list shows of each enterprise.
LISTED = ("key", "uscc", "name", "registered_on", "status", "capital_cny", "province_code", "city_code", "county_code", "address")
#: One form of names, so that brackets and widths do not count; the same signs as `legal_name`, in SQL.
_PLAIN_NAME = "lower(translate(name, '（）　 ', '()'))"


@dataclass(frozen=True)
class Coverage:
    """How many rows the register holds that were registered by a day, their last day, and rows by province (its code, or
    "00" for those whose province is not known). `snapshot` is None when nothing was loaded yet."""

    rows: int
    last_day: date | None
    provinces: dict[str, int]
    snapshot: int | None


@dataclass(frozen=True)
class Found:
    """A page of enterprises, and the cursor of the next one where there is one."""

    rows: list[dict[str, Any]]
    cursor: str


def coverage(as_of: date | None = None, snapshot: Snapshot | None = None) -> Coverage:
    """What is loaded, of the last snapshot or the one given. Rows without a day count on any day."""
    found = snapshot or REGISTER.snapshot()
    if found is None:
        return Coverage(0, None, {}, None)
    if as_of is None and found.facts.get("by_province"):
        last = found.facts.get("last_day")
        return Coverage(found.rows, date.fromisoformat(last) if last else None, dict(found.facts["by_province"]), found.number)
    until = "where registered_on is null or registered_on <= :day" if as_of else ""
    table = engine().query(
        "select coalesce(province_code, '00') province, count(*) n, max(registered_on) last_day from register "
        f"{until} group by 1 order by 1", {"register": _readable(found)}, day=as_of)
    rows = table.to_pylist()
    days = [row["last_day"] for row in rows if row["last_day"]]
    return Coverage(
        sum(row["n"] for row in rows), max(days, default=None), {row["province"]: row["n"] for row in rows}, found.number)


def enterprise(key: str) -> dict[str, Any]:
    """The row of a key or credit code. Raises NotFound."""
    rows = _where("key = :key or key = :code", key=key, code=clean_code(key))
    if not rows:
        raise NotFound("not_in_register", _("There is no enterprise “%s” in the register that is loaded here.") % key)
    return rows[0]


def called(text: str, most: int = 20) -> list[dict[str, Any]]:
    """The rows of a key, a credit code or a legal name, at most so many. Raises NotFound when there is none."""
    rows = _where("key = :key or key = :code", key=text, code=clean_code(text))
    if not rows:
        rows = _where(f"{_PLAIN_NAME} = :name order by key limit {int(most)}", name=legal_name(text))
    if not rows:
        raise NotFound("not_in_register", _("There is no enterprise “%s” in the register that is loaded here.") % text)
    return rows


def search(text: str = "", region: str = "", limit: int = 50, cursor: str = "") -> Found:
    """Enterprises whose name holds every word of a text, or whose credit code it is, in a region (2, 4 or 6 digits; empty:
    anywhere), in the order of their keys behind `cursor`. Raises Faulty for what is no region code."""
    found = REGISTER.snapshot()
    if found is None:
        return Found([], "")
    conditions, values = ["true"], {}
    if region:
        if len(region) not in COLUMNS or not (region.isascii() and region.isdigit()):
            raise Faulty("region", _("“%s” is not a region code. Write 2, 4 or 6 digits, such as 3702.") % region[:20], "region")
        conditions.append(f"{COLUMNS[len(region)]} = :region")
        values["region"] = region
    words = [legal_name(word) for word in text.split()][:8]
    if words:
        named = " and ".join(f"contains({_PLAIN_NAME}, :word_{place})" for place in range(len(words)))
        conditions.append(f"(key = :code or ({named}))")
        values |= {f"word_{place}": word for place, word in enumerate(words)} | {"code": clean_code(text)}
    if cursor:
        conditions.append("key > :cursor")
        values["cursor"] = cursor
    files = found.files([region[:2]]) if region else _readable(found)
    if not files:
        return Found([], "")
    most = max(1, min(int(limit), 1000))
    rows = engine().query(
        f"select {', '.join(LISTED)} from register where {' and '.join(conditions)} order by key limit {most + 1}",
        {"register": files}, **values).to_pylist()
    return Found(rows[:most], rows[most - 1]["key"] if len(rows) > most else "")


def _where(condition: str, **values) -> list[dict[str, Any]]:
    found = REGISTER.snapshot()
    if found is None:
        return []
    return engine().query(f"select * from register where {condition}", {"register": _readable(found)}, **values).to_pylist()


def _readable(snapshot: Snapshot):
    """The snapshot's files, or rows of none where it has no files."""
    return snapshot.files() or REGISTER.empty()
