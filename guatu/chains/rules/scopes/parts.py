"""The products of many rows of items, with the verbs that govern them, as columns of numbers.

Rows of items are parted where `parting` proves that nothing governs across; parts without a product are left out, and
what governs in the others is asked once for each different row of shapes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from guatu.chains.rules.scopes.known import KnownItems
from guatu.chains.rules.scopes.lists import ranges
from guatu.chains.rules.scopes.parting import BEGINS_GOODS, BEGINS_VERB, ENDS_GOODS, ENDS_VERB
from guatu.chains.rules.scopes.rulings import Shapes

_NONE, _COMMA, _LIST = 0, 1, 2  # the marks as numbers
_MARKS = ("", ",", "、")
_FIRST_CODE = 0x20  # of a part's key; what stands below ends it


class Hits(NamedTuple):
    """A row a product: the row of its item, the number of its plain form, of its owners, its role, and where it and its verb stand."""

    row: np.ndarray
    form: np.ndarray
    owners: np.ndarray
    role: np.ndarray
    start: np.ndarray
    end: np.ndarray
    verb_start: np.ndarray
    verb_end: np.ndarray


class Rows(NamedTuple):
    """A row an item, in the order of the texts: its number, its stretch and sentence by number, whether the stretch begins
    the text, whether the mark behind the item is 、, and where it stands in the text."""

    item: np.ndarray
    stretch: np.ndarray
    sentence: np.ndarray
    begins: np.ndarray
    listed: np.ndarray
    place: np.ndarray


def governed_hits(known: KnownItems, rows: Rows) -> Hits:
    """Of items of stretches into which nothing reaches."""
    item, stretch, listed, place = rows.item, rows.stretch, rows.listed, rows.place
    hits_start = known.hits.start
    hits_of = np.diff(hits_start)
    part = _parts(known, item, stretch, listed)
    held = np.zeros(int(part[-1]) + 1 if len(part) else 0, bool)
    held[part[hits_of[item] > 0]] = True
    kept = np.flatnonzero(held[part])
    item, part, place = item[kept], part[kept], place[kept]
    shape = known.shape[item]
    opens = _starts(part)  # of its part
    closes = np.append(opens[1:], True)[: len(part)]
    first_mark = _mark_before(stretch, listed)[kept]
    mark = np.where(closes, _NONE, np.where(listed[kept], _LIST, _COMMA))
    # Goods listed one after the other are governed alike, so they take one place together.
    goods = shape == known.items.goods
    joined = np.zeros(len(part), bool)
    joined[1:] = goods[1:] & goods[:-1] & (mark[1:] == mark[:-1]) & ~opens[1:]
    events = np.diff(known.spans.start)[item] + (mark != _NONE)
    events[joined] = 0
    events_before = np.where(opens, first_mark != _NONE, 0)
    ends = np.cumsum(events + events_before)
    # Events are counted through all parts; a joined item has the place of the one it is joined to.
    first = ends - events
    first = first[np.maximum.accumulate(np.where(joined, 0, np.arange(len(part))))]
    base = (first - events_before)[opens]
    number = np.cumsum(opens) - 1
    ruling = known.rulings(*_keys(known, shape, mark, first_mark, opens, joined))

    # Each product of each kept item.
    count = hits_of[item]
    row = np.repeat(np.arange(len(item)), count)
    which = ranges(hits_start[item], count)
    event, start, end, form, owners = (column[which] for column in known.hits.columns)
    at = known.roles.start[ruling[number[row]]] + first[row] + event - base[number[row]]
    roles, verbs = known.roles.columns
    governed = roles[at] >= 0
    row, at, start, end, form, owners = (column[governed] for column in (row, at, start, end, form, owners))
    verb = base[number[row]] + verbs[at]
    # The last row that begins at or before the verb's event holds it.
    verb_row = np.searchsorted(first, verb, side="right") - 1
    span = known.spans.start[item[verb_row]] + verb - first[verb_row]
    span_start, span_end = known.spans.columns
    here, there = place[row], place[verb_row]
    return Hits(
        kept[row], form, owners, roles[at], here + start, here + end, there + span_start[span], there + span_end[span])


def _parts(known: KnownItems, item: np.ndarray, stretch: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """The number of each item's part."""
    sides = np.array(known.items.sides, np.int8).reshape(-1, 2)[known.shape[item]]
    begin, end_before = sides[1:, 0], sides[:-1, 1]
    comma = ~listed[:-1]
    parted = (begin == BEGINS_VERB) & ((end_before == ENDS_GOODS) | ((end_before == ENDS_VERB) & comma))
    parted |= (begin == BEGINS_GOODS) & (end_before == ENDS_VERB)
    return np.cumsum(np.append(False, parted | (stretch[1:] != stretch[:-1]))[: len(item)])


def _mark_before(stretch: np.ndarray, listed: np.ndarray) -> np.ndarray:
    before = np.full(len(stretch), _NONE)
    before[1:] = np.where(stretch[1:] == stretch[:-1], np.where(listed[:-1], _LIST, _COMMA), _NONE)
    return before


def _keys(known, shape, mark, first_mark, opens, joined):
    """Each part as a string of shapes with their marks, and how it is spelt out."""
    kept = ~joined
    codes = _character(shape * 3 + mark)[kept]
    begins = np.flatnonzero(opens[kept])
    whole = np.insert(codes, np.repeat(begins, 2), np.column_stack((np.full(len(begins), 0x0A), first_mark[opens] + 1)).ravel())
    keys = whole.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass").split("\n")[1:]
    return keys, _spelt


def _character(code: np.ndarray) -> np.ndarray:
    code = code + _FIRST_CODE
    return np.where(code >= 0xD800, code + 0x800, code)


def _spelt(key: str) -> Shapes:
    shapes: list[int | str] = [_MARKS[ord(key[0]) - 1]]
    for char in key[1:]:
        code = ord(char) - _FIRST_CODE - (0x800 if ord(char) >= 0xE000 else 0)
        shapes += (code // 3, _MARKS[code % 3])
    return tuple(shapes)


def _starts(group: np.ndarray) -> np.ndarray:
    return np.append(True, group[1:] != group[:-1])[: len(group)]
