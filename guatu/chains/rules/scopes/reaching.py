"""The products of sentences in which a verb may govern across ；: stretch by stretch, each with what reached into it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np

from guatu.chains.rules.scopes.known import KnownItems
from guatu.chains.rules.scopes.lists import ranges
from guatu.chains.rules.scopes.parts import Hits, Rows
from guatu.chains.rules.scopes.rulings import Reach, joined
from guatu.chains.rules.scopes.segments import STRENGTH


def reached_hits(known: KnownItems, rows: Rows) -> Hits:
    """Of items of whole sentences."""
    spans, hits = known.spans, known.hits
    shape = known.shape[rows.item].tolist()
    events, products = (np.diff(lists.start)[rows.item] for lists in (spans, hits))
    # Of each row where its events stand in the text, and its products.
    span_start, span_end = (
        (column[ranges(spans.start[rows.item], events)] + np.repeat(rows.place, events)).tolist() for column in spans.columns)
    told = list(zip(*(column[ranges(hits.start[rows.item], products)].tolist() for column in hits.columns), strict=True))
    span_of, hit_of = ([0, *np.cumsum(counts).tolist()] for counts in (events, products))
    events, place, listed = events.tolist(), rows.place.tolist(), rows.listed.tolist()
    opens = np.flatnonzero(np.append(True, rows.stretch[1:] != rows.stretch[:-1])).tolist()
    sentences = rows.sentence[opens].tolist()
    begins = rows.begins[opens].tolist()
    # What reaches on behind the last product of a sentence is nothing to anyone.
    last = {rows.sentence[row]: row for row in np.flatnonzero(products).tolist()}
    found: list[tuple[int, ...]] = []
    sentence, reach = -1, None
    for number, (first_row, after) in enumerate(pairwise([*opens, len(shape)])):
        if sentences[number] != sentence:
            sentence, reach = sentences[number], None
        if first_row > last.get(sentence, -1):
            continue
        part = slice(first_row, after)
        marks = ["、" if each else "," for each in listed[part]]
        marks[-1] = ""
        shapes, firsts = joined(known.items.goods, shape[part], events[part], marks)
        ruling = known.reached(shapes, reach, begins[number])

        def span(event: int, first_row=first_row, firsts=firsts) -> tuple[int, int]:
            at = bisect_right(firsts, event) - 1
            which = span_of[first_row + at] + event - firsts[at]
            return span_start[which], span_end[which]

        if hit_of[after] > hit_of[first_row]:
            for row in range(first_row, after):
                for event, start, end, form, owners in told[hit_of[row] : hit_of[row + 1]]:
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
