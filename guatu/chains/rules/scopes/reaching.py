"""The products of sentences in which a verb may govern across ；: stretch by stretch, each with what reached into it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np

from guatu.chains.rules.scopes.known import KnownItems
from guatu.chains.rules.scopes.parts import Hits, Rows
from guatu.chains.rules.scopes.rulings import Reach, joined
from guatu.chains.rules.scopes.segments import STRENGTH


def reached_hits(known: KnownItems, rows: Rows) -> Hits:
    """Of items of whole sentences."""
    spans, hits = known.spans, known.hits
    shape = known.shape[rows.item].tolist()
    span_of, hit_of = spans.start[rows.item].tolist(), hits.start[rows.item].tolist()
    events, products = (np.diff(lists.start)[rows.item].tolist() for lists in (spans, hits))
    place, listed = rows.place.tolist(), rows.listed.tolist()
    opens = np.flatnonzero(np.append(True, rows.stretch[1:] != rows.stretch[:-1])).tolist()
    bounds = [*opens, len(shape)]
    found: list[tuple[int, ...]] = []
    sentence, reach = -1, None
    for first_row, after in pairwise(bounds):
        if rows.sentence[first_row] != sentence:
            sentence, reach = rows.sentence[first_row], None
        part = slice(first_row, after)
        marks = ["、" if each else "," for each in listed[part]]
        marks[-1] = ""
        shapes, firsts = joined(known.items.goods, shape[part], events[part], marks)
        ruling = known.reached(shapes, reach, bool(rows.begins[first_row]))

        def span(event: int, first_row=first_row, firsts=firsts) -> tuple[int, int]:
            at = bisect_right(firsts, event) - 1
            which = span_of[first_row + at] + event - firsts[at]
            return tuple(place[first_row + at] + int(column[which]) for column in spans.columns)

        for row in range(first_row, after):
            for each in range(hit_of[row], hit_of[row] + products[row]):
                event, start, end, form, owners = (int(column[each]) for column in hits.columns)
                governed_by = ruling.roles[firsts[row - first_row] + event]
                if governed_by is None:
                    continue
                role, verb = governed_by
                verb_span = reach.verb if verb < 0 else span(verb)
                found.append((row, form, owners, STRENGTH.index(role), place[row] + start, place[row] + end, *verb_span))
        if ruling.onward is None:
            reach = None
        elif ruling.onward[0] >= 0:
            verb, role, yields, of = ruling.onward
            reach = Reach(role, yields, of, span(verb))
    return Hits(*np.array(found, np.int64).reshape(-1, len(Hits._fields)).T)
