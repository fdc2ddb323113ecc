"""The enterprises behind a count, with the words of the register that put them there."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import pyarrow as pa
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.queries.ground import Ground, ground
from guatu.chains.rules.excerpts import excerpt
from guatu.chains.rules.standing import PLACES, ROLES, Evidence, Listing
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Recording
from guatu.kernel.recording import known
from guatu.kernel.rules.refusals import quote
from guatu.kernel.warehouse import Engine

#: A list of users: makers here of what the node supplies, each once, at its shortest distance.
USES = "uses"
TEXTS = ("name", "scope", "main_business", "products")
LARGEST_PAGE = 500


def node_enterprises(
    chain: str, node: str, zone: str, role: str, as_of: date, cursor: str = "", *, place: str = "here",
    known_at: datetime | None = None, engine: Engine | None = None, radius_km: float | None = None, page_size: int = 50,
) -> Listing:
    """A page of the enterprises that `panorama` counts at a node in a role and a place, largest capital first.

    `role` is one of makes, develops, sells, serves, or `uses` for those that `users` counts (always here); `place` one of
    here, near, province, nation. `cursor` is that of the former page. Raises as `panorama`, NotFound for a node that the
    chain does not have, and Faulty for a role, place or cursor that is none.
    """
    catalogue.find_node(chain, node, as_of, known(known_at))
    found = ground(chain, zone, as_of, known_at, engine, radius_km)
    for name, value, words in (("role", role, (*ROLES, USES)), ("place", place, PLACES)):
        if value not in words:
            raise Faulty(name, _("“%(value)s” is not known here. Choose one of: %(known)s.") % {
                "value": quote(value), "known": ", ".join(words)}, name)
    if role == USES and place != "here":
        raise Faulty("place", _("Users are counted here only. Leave the place out."), "place")
    after_size, after_key = _read(cursor)
    size = max(1, min(page_size, LARGEST_PAGE))
    head = _head(found, role, place)
    rows = found.query(f"""{head}, sorted as (
            select *, coalesce(capital_cny, cast(-1 as decimal(20, 2))) as size, count(*) over () as total from behind)
        select * from sorted
        where size < cast(:after_size as decimal(20, 2)) or (size = cast(:after_size as decimal(20, 2)) and key > :after_key)
        order by size desc, key limit {size + 1}""", node=node, role=role, after_size=str(after_size), after_key=after_key)
    if rows or not cursor:
        total = int(rows[0]["total"]) if rows else 0
    else:  # nobody is left behind the cursor
        total = int(found.query(f"{head} select count(*) as total from behind", node=node, role=role)[0]["total"])
    more, rows = len(rows) > size, rows[:size]
    return Listing(total, _evidence(found, rows), _written(rows[-1]) if more else "")


def _head(found: Ground, role: str, place: str) -> str:
    """`behind`: one row an enterprise."""
    if role != USES:
        return f"{found.live}, behind as (select * from live where node = :node and role = :role and {place} = 1)"
    return f"""{found.live}, takers as (
            select l.*, row_number() over (partition by l.key order by u.distance, l.node) as place
            from live l join uses u on u.chain = l.chain and u.used_by = l.node
            where u.node = :node and l.role = 'makes' and l.here = 1),
        behind as (select * from takers where place = 1)"""


def _evidence(found: Ground, rows: list[dict]) -> tuple[Evidence, ...]:
    texts = _texts(found, rows)
    judged = {row["key"]: found.judged.get((row["key"], row["node"])) for row in rows}
    recordings = Recording.objects.in_bulk({verdict.recording_number for verdict in judged.values() if verdict})
    made = []
    for row in rows:
        verdict = judged[row["key"]]
        text = (texts.get(row["key"]) or {}).get(row["field"] or "") or ""
        cut = excerpt(text, row["begins"], row["ends"], row["verb_start"], row["verb_end"], row["term"] or "")
        made.append(Evidence(
            row["key"], row["name"], row["uscc"], row["role"], row["confidence"], row["registered_on"], row["capital_cny"],
            row["province_code"], row["city_code"], row["county_code"], row["address"], row["field"] or "", row["term"] or "",
            cut.text, cut.start, cut.end, cut.verb_start, cut.verb_end, row["node"],
            verdict.verdict if verdict else "",
            recordings[verdict.recording_number].actor_name if verdict else "",
            verdict.reason if verdict else "",
        ))
    return tuple(made)


def _texts(found: Ground, rows: list[dict]) -> dict[str, dict]:
    """Texts of the register by key, read only where these enterprises lie: texts are most of a register."""
    if not rows:
        return {}
    wanted = pa.table({"key": pa.array(sorted({row["key"] for row in rows}), pa.string())})
    provinces = {row["province_code"] or "" for row in rows}
    by_province = provinces <= {part.group for part in found.register.parts}
    columns = ", ".join(f"r.{name}" for name in TEXTS)
    table = found.engine.query(
        f"select r.key, {columns} from register r join wanted w on w.key = r.key order by r.key",
        {"register": found.register.files(provinces if by_province else None), "wanted": wanted})
    return {row["key"]: row for row in table.to_pylist()}


def _written(row: dict) -> str:
    return urlsafe_b64encode(json.dumps([str(row["size"]), row["key"]]).encode()).decode()


def _read(cursor: str) -> tuple[Decimal, str]:
    if not cursor:
        return Decimal("999999999999999999.99"), ""
    try:
        size, key = json.loads(urlsafe_b64decode(cursor.encode()))
        size = Decimal(size)
        if isinstance(key, str) and size.is_finite() and abs(size) < 10**18:
            return size, key
    except (ValueError, TypeError, InvalidOperation):
        pass
    raise Faulty("cursor", _("The mark of the page cannot be read. Begin again with the first page."), "cursor")
