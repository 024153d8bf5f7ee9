"""Enough repeats? The smallest difference that people and repeats could have shown, and how many would show one."""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from scipy.special import nctdtrinc, stdtrit

from stridenet.evaluation.scores import Floats

_MOST = 10_000  # people or repeats that anyone could think of having


@dataclass(frozen=True, slots=True)
class Enough:
    """What so many people and repeats can show, in the unit of the differences.

    Args:
        smallest: the smallest true difference that they would have shown, with the power asked for.
        wanted: the difference asked for.
        people: so many people, with as many repeats as now, would show it; None where 10,000 would not.
        repeats: so many repeats, with the people of now, would show it; None where 10,000 would not, or where a
            single repeat does not tell how repeats differ.
    """

    smallest: float
    wanted: float
    people: int | None
    repeats: int | None


class _Parts(NamedTuple):
    """Variances: between people, between repeats, and of what is left."""

    people: float
    repeats: float
    rest: float


def enough(differences: Floats, *, wanted: float = 0.01, power: float = 0.8, level: float = 0.95) -> Enough:
    """What these people and repeats could have shown, and how many would show a difference of one point.

    People and repeats both make differences vary; how much each does is told from the differences themselves.

    Args:
        differences: shape (person, repeat), the first result's score on a person minus the second's; two people at
            least.
        wanted: the difference to be shown, in their unit.
        power: how likely a true difference of that size is to be shown.
        level: of the interval that must leave out zero.

    >>> import numpy as np
    >>> found = enough(np.array([[0.01, 0.03], [0.05, 0.05], [-0.02, 0.00], [0.01, 0.01], [0.03, 0.02]]))
    >>> round(found.smallest, 3), found.people, found.repeats
    (0.037, 40, None)
    """
    n, r = differences.shape
    parts = _parts(differences)
    now = _smallest(parts, n, r, power, level)
    more_people = _first(2, lambda count: _smallest(parts, count, r, power, level) <= wanted)
    more_repeats = _first(1, lambda count: _smallest(parts, n, count, power, level) <= wanted) if r > 1 else None
    return Enough(now, wanted, more_people, more_repeats)


def _parts(differences: Floats) -> _Parts:
    """Of a table without repetition, by the mean squares of its rows, its columns and the rest."""
    n, r = differences.shape
    rows, columns, mean = differences.mean(axis=1), differences.mean(axis=0), differences.mean()
    of_rows = r * float(((rows - mean) ** 2).sum()) / (n - 1)
    if r == 1:
        return _Parts(of_rows, 0.0, 0.0)
    of_columns = n * float(((columns - mean) ** 2).sum()) / (r - 1)
    left = float(((differences - rows[:, None] - columns + mean) ** 2).sum()) / ((n - 1) * (r - 1))
    return _Parts(max(0.0, (of_rows - left) / r), max(0.0, (of_columns - left) / n), left)


def _smallest(parts: _Parts, n: int, r: int, power: float, level: float) -> float:
    """The true difference whose interval leaves out zero as often as the power says."""
    error = math.sqrt(parts.people / n + parts.repeats / r + parts.rest / (n * r))
    return float(nctdtrinc(n - 1, 1 - power, stdtrit(n - 1, (1 + level) / 2))) * error


def _first(least: int, shows: Callable[[int], bool]) -> int | None:
    counts = range(least, _MOST + 1)
    at = bisect_left(counts, True, key=shows)
    return counts[at] if at < len(counts) else None
