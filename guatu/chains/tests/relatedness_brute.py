"""The same measures in plain loops, as the formulas are printed: what the vectorised ones are judged by."""

from __future__ import annotations

from fractions import Fraction

import numpy as np


def matrix(rows):
    locations, activities = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    cells = {}
    for location, activity, value in rows:
        cells[location, activity] = cells.get((location, activity), Fraction(0)) + Fraction(value)
    return locations, activities, [[cells.get((c, p), Fraction(0)) for p in activities] for c in locations]


def rca(values):
    """The share of the activity in the location by its share in all: Balassa's index, and the location quotient."""
    everything = sum(sum(row) for row in values)
    found = []
    for row in values:
        line = []
        for place, value in enumerate(row):
            here, there = sum(row), sum(other[place] for other in values)
            line.append(Fraction(value) / here / (Fraction(there) / everything) if here and there else Fraction(0))
        found.append(line)
    return found


def proximity(present):
    width = len(present[0])
    phi = [[0.0] * width for _ in range(width)]
    for i in range(width):
        for j in range(width):
            have_i, have_j = sum(row[i] for row in present), sum(row[j] for row in present)
            both = sum(1 for row in present if row[i] and row[j])
            if i != j and have_i and have_j:
                phi[i][j] = min(both / have_i, both / have_j)
    return phi


def density(present, phi):
    found = []
    for row in present:
        line = []
        for i in range(len(row)):
            around = sum(phi[i])
            line.append(sum(phi[i][j] for j in range(len(row)) if row[j]) / around if around else 0.0)
        found.append(line)
    return found


def standard(values):
    mean = sum(values) / len(values)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    return [(value - mean) / spread for value in values]


def transitions(present):
    """M~ of locations: the sum over activities of M_cp M_c'p by k_c k_p."""
    found = np.zeros((len(present), len(present)))
    for c, one in enumerate(present):
        for other, another in enumerate(present):
            for p in range(len(one)):
                if one[p] and another[p]:
                    found[c, other] += 1 / (sum(one) * sum(row[p] for row in present))
    return found


def second_vector(present):
    """(the eigenvalues from the greatest, the vector of the second) by the general solver; needs every row filled."""
    values, vectors = np.linalg.eig(transitions(present))
    order = np.argsort(-values.real)
    vector = vectors[:, order[1]].real if len(present) > 1 else np.zeros(1)
    return values.real[order], vector


def fitness(present, steps):
    """Tacchella et al. (2012), equation (1), as often as asked for; needs every row and column filled."""
    f, q = [1.0] * len(present), [1.0] * len(present[0])
    for _ in range(steps):
        new_f = [sum(q[p] for p in range(len(q)) if row[p]) for row in present]
        new_q = [1 / sum(1 / f[c] for c in range(len(f)) if present[c][p]) for p in range(len(q))]
        f = [value / (sum(new_f) / len(new_f)) for value in new_f]
        q = [value / (sum(new_q) / len(new_q)) for value in new_q]
    return f, q


def outlook(present, phi, pci):
    """The sum over absent activities of density by complexity, for one row of presence after the other."""
    near = density(present, phi)
    return [sum(near[c][p] * pci[p] for p in range(len(row)) if not row[p]) for c, row in enumerate(present)]
