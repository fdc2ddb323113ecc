"""Complexity of locations and of what they do, from who has what: a matrix of truth values, locations by activities.

Every measure leaves NaN where it cannot be told: a location without an activity, an activity that is nowhere. Sources:
Hidalgo and Hausmann, PNAS 106 (2009), 10570-10575; Hausmann, Hidalgo et al., The Atlas of Economic Complexity (2011),
Technical Boxes 2.1 and 5.4; Tacchella et al., Scientific Reports 2 (2012), 723.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from guatu.chains.rules.relatedness_problems import Note

#: Eigenvalues lie between 0 and 1. Nearer to each other, to 0 or to 1 than this, they are taken for equal.
SAME = 1e-9
#: Fitness has come to rest when no value moves by more than this in one step; the mean of the values is 1.
REST = 1e-8
MOST_STEPS = 1000


@dataclass(frozen=True, eq=False)
class Fitness:
    """`fitness` of locations and `quality` of activities, each with mean 1; after how many steps, and whether at rest."""

    fitness: np.ndarray
    quality: np.ndarray
    iterations: int
    converged: bool


@dataclass(frozen=True, eq=False)
class Complexity:
    """Measures of each location (`diversity`, `eci`) and each activity (`ubiquity`, `pci`), fitness, and what could not be
    told. `eigenvalue` is the second one, NaN where there is none; the nearer to 1, the nearer to falling into parts."""

    diversity: np.ndarray
    ubiquity: np.ndarray
    eci: np.ndarray
    pci: np.ndarray
    eigenvalue: float
    fitness: Fitness
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class Reflections:
    """k_c,N of locations and k_p,N of activities."""

    locations: np.ndarray
    activities: np.ndarray


@dataclass(frozen=True, eq=False)
class Outlook:
    """`index` of each location: the complexity of what it lacks, weighted by how near that is. `gain` of each location and
    absent activity: by how much the index would move if the location took it up; NaN where it has it already."""

    index: np.ndarray
    gain: np.ndarray


def fixed(array: np.ndarray) -> np.ndarray:
    """The array, which cannot be written to any more."""
    array.flags.writeable = False
    return array


def complexity(present: np.ndarray, most: int = MOST_STEPS) -> Complexity:
    """Diversity, ubiquity, economic and product complexity, and fitness in at most `most` steps.

    ECI is the second eigenvector of M~ (c, c') = Σ_p M_cp M_c'p / (k_c k_p); PCI of an activity is the mean of that vector
    over the locations that have it. Each is standardised by its own mean and (population) standard deviation. The vector is
    turned so that ECI rises with diversity. Where locations fall into parts that share nothing, the greatest part is told.
    """
    present = np.asarray(present, bool)
    diversity, ubiquity = present.sum(axis=1), present.sum(axis=0)
    eci, pci = np.full(len(diversity), np.nan), np.full(len(ubiquity), np.nan)
    notes: list[Note] = []
    parts = _parts(present)
    rows, columns = max(parts, key=lambda part: (part[0].size, part[1].size), default=(_NONE, _NONE))
    if len(parts) > 1:
        outside = np.setdiff1d(np.flatnonzero(diversity), rows)
        notes.append(Note("eci_parts", {"parts": len(parts), "count": outside.size}, tuple(outside.tolist())))
    vector, eigenvalue, code = _second_vector(present[np.ix_(rows, columns)])
    if code:
        notes.append(Note(code))
    if vector is not None:
        eci[rows] = standard = _standard(vector)
        width = diversity[rows] - diversity[rows].mean()
        if abs(bond := float(width @ standard)) < SAME * len(rows):
            notes.append(Note("eci_sign"))
            bond = next(value for value in standard if abs(value) > SAME)
        if bond < 0:
            eci[rows] = -standard
        inside = present[np.ix_(rows, columns)]
        pci[columns] = _standard(inside.T @ eci[rows] / inside.sum(axis=0))
    found = fitness(present, most)
    if not found.converged and diversity.any():
        notes.append(Note("fitness_restless", {"count": found.iterations}))
    return Complexity(fixed(diversity), fixed(ubiquity), fixed(eci), fixed(pci), eigenvalue, found, tuple(notes))


def fitness(present: np.ndarray, most: int = MOST_STEPS) -> Fitness:
    """Fitness and quality (Tacchella et al., equation 1): fitness sums the quality of what a location has; quality is
    what remains when an activity is weighed by its least fit locations. From 1 everywhere, each step by the values of the
    step before and divided by its mean; until no value moves by more than REST, but at most `most` steps.
    """
    present = np.asarray(present, bool)
    rows, columns = np.flatnonzero(present.any(axis=1)), np.flatnonzero(present.any(axis=0))
    matrix = present[np.ix_(rows, columns)].astype(float)
    f, q = np.ones(rows.size), np.ones(columns.size)
    least = np.finfo(float).tiny * 1e20  # what has died out must not divide by zero
    iterations, converged = 0, not rows.size
    while iterations < most and not converged:
        new_f = matrix @ q
        new_q = 1 / (matrix.T @ (1 / np.maximum(f, least)))
        new_f /= new_f.mean()
        new_q /= new_q.mean()
        iterations += 1
        converged = max(np.abs(new_f - f).max(), np.abs(new_q - q).max()) <= REST
        f, q = new_f, new_q
    whole_f, whole_q = np.full(present.shape[0], np.nan), np.full(present.shape[1], np.nan)
    whole_f[rows], whole_q[columns] = f, q
    return Fitness(fixed(whole_f), fixed(whole_q), iterations, bool(converged))


def reflections(present: np.ndarray, steps: int) -> Reflections:
    """The method of reflections (Hidalgo and Hausmann 2009, equations 1 to 3) after `steps` steps.

    Step 0 is diversity and ubiquity; each further step is the mean of the other side's former step over what a location
    has, or over who has an activity. Never standardised; it narrows down to one number as steps go on.
    """
    matrix = np.asarray(present, bool).astype(float)
    diversity, ubiquity = matrix.sum(axis=1), matrix.sum(axis=0)
    k_c, k_p = diversity, ubiquity
    with np.errstate(invalid="ignore", divide="ignore"):
        for _step in range(steps):
            # what is nowhere is weighed with 0, and must not make its neighbours unknown
            k_c, k_p = matrix @ np.nan_to_num(k_p) / diversity, matrix.T @ np.nan_to_num(k_c) / ubiquity
    return Reflections(fixed(k_c), fixed(k_p))


def outlook(present: np.ndarray, proximity: np.ndarray, density: np.ndarray, pci: np.ndarray) -> Outlook:
    """Complexity outlook index and gain (the Atlas's opportunity value and gain, Technical Box 5.4).

    index_c = Σ_p (1 - M_cp) density_cp PCI_p; gain_cp = Σ_p' (1 - M_cp') φ_pp' PCI_p' / Σ_p" φ_p"p' - density_cp PCI_p.
    With a self-proximity of zero the gain is exactly what the index rises by. Activities without a PCI count as nothing;
    all is NaN where no activity has one.
    """
    absent = ~np.asarray(present, bool)
    told = ~np.isnan(pci)
    if not told.any():
        return Outlook(fixed(np.full(absent.shape[0], np.nan)), fixed(np.full(absent.shape, np.nan)))
    weight = np.where(told, pci, 0.0)
    around = proximity.sum(axis=1)
    index = (absent * density) @ weight
    share = np.divide(weight, around, out=np.zeros_like(weight), where=around > 0)
    gain = (absent * share) @ proximity - density * weight
    gain[~(absent & told)] = np.nan
    return Outlook(fixed(index), fixed(gain))


_NONE = np.array([], int)


def _standard(vector: np.ndarray) -> np.ndarray:
    return (vector - vector.mean()) / vector.std()


def _second_vector(matrix: np.ndarray) -> tuple[np.ndarray | None, float, str]:
    """The second eigenvector of locations in a part that hangs together, its eigenvalue, and why there is none.

    M~ is similar to N Nᵀ with N = M_cp / √(k_c k_p), which is symmetric; Nᵀ N has the same eigenvalues, so that the
    smaller of both is solved.
    """
    locations, activities = matrix.shape
    if locations < 2:
        return None, np.nan, "eci_few"
    by_location, by_activity = matrix.sum(axis=1), matrix.sum(axis=0)
    normed = matrix / np.sqrt(by_location)[:, None] / np.sqrt(by_activity)
    gram = normed @ normed.T if locations <= activities else normed.T @ normed
    values, vectors = np.linalg.eigh(gram)
    second = values[-2] if len(values) > 1 else 0.0
    third = values[-3] if len(values) > 2 else 0.0
    if second < SAME:
        return None, float(second), "eci_same"
    if second - third < SAME:
        return None, float(second), "eci_tie"
    vector = vectors[:, -2]
    if locations > activities:
        vector = normed @ vector
    return vector / np.sqrt(by_location), float(second), ""


def _parts(present: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The parts that share nothing, as rows and columns; rows and columns with nothing are in none."""
    left = present.any(axis=1)
    parts = []
    while left.any():
        rows = np.zeros(len(left), bool)
        rows[left.argmax()] = True
        columns = present[rows].any(axis=0)
        while True:
            reached = present[:, columns].any(axis=1)
            if (reached == rows).all():
                break
            rows, columns = reached, present[reached].any(axis=0)
        parts.append((np.flatnonzero(rows), np.flatnonzero(columns)))
        left &= ~rows
    return parts
