"""How much too good a leaky figure is: its gap to the honest one, and how sure that is."""

from dataclasses import dataclass

import numpy as np

from stridenet.evaluation.comparing import compare
from stridenet.evaluation.intervals import DRAWS, Interval, of_score
from stridenet.evaluation.result import Result
from stridenet.evaluation.scores import Tally


@dataclass(frozen=True, slots=True)
class Gap:
    """A leaky score minus the honest one.

    Args:
        difference: of the scores, repeats averaged.
        low: lower end of its 95 % interval.
        high: upper end.
        paired: whether both were tested on the same windows of the same people.
        p: Wilcoxon's over people, where paired.
        n_people: of the honest one.
    """

    difference: float
    low: float
    high: float
    paired: bool
    p: float | None
    n_people: int


def gap(leaky: Result, honest: Result, score: str = "accuracy", *, draws: int = DRAWS) -> Gap:
    """The gap, paired by person and seed where the same windows were tested; else from the two intervals.

    Two intervals around a and b give, by their ends, a - b - √((a - low a)² + (high b - b)²) and, above, the same with
    the other ends. Source: Zou and Donner, "Construction of confidence limits about effect measures", Statistics in
    Medicine 2008.

    Args:
        leaky: a result that knew the test.
        honest: one that did not.
        score: which score.
        draws: how many draws each interval is made of.
    """
    a, b, n = leaky.tally, honest.tally, len(honest.tally.people)
    if _same(a, b):
        found = compare(a, b, score, repeats_drawn=leaky.seeds == honest.seeds, draws=draws)
        sure = found.interval
        return Gap(found.difference, sure.low, sure.high, True, found.ranks.p, n)
    mean_a, mean_b = float(a.score(score).mean()), float(b.score(score).mean())
    sure_a, sure_b = of_score(a, score, draws=draws), of_score(b, score, draws=draws)
    return Gap(mean_a - mean_b, *_between(mean_a, sure_a, mean_b, sure_b), False, None, n)


def _same(a: Tally, b: Tally) -> bool:
    """Whether the same people have as many windows of each class in both."""
    if set(a.people) != set(b.people):
        return False
    return bool(np.array_equal(a.true, b.true[[b.people.index(person) for person in a.people]]))


def _between(a: float, sure_a: Interval, b: float, sure_b: Interval) -> tuple[float, float]:
    below = float(np.hypot(a - sure_a.low, sure_b.high - b))
    above = float(np.hypot(sure_a.high - a, b - sure_b.low))
    return a - b - below, a - b + above
