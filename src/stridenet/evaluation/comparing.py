"""Two results on the same windows: the difference and how sure it is; and what several of them do to p."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from stridenet.evaluation.intervals import DRAWS, Interval, interval
from stridenet.evaluation.scores import Floats, Tally

_EXACT_UP_TO = 100  # people; all ways to give signs to so many ranks are counted in no time


@dataclass(frozen=True, slots=True)
class SignedRanks:
    """Wilcoxon's signed ranks: do people's differences lie around zero?

    Args:
        p: how likely ranks as uneven as these are when they do; two-sided.
        better: people with a difference above zero.
        worse: people with one below.
        equal: people without one, who are left out of the ranks.
        tied: people whose difference is as large as another's; they share a rank.
        exact: whether p counts all ways, or comes from the normal distribution.
    """

    p: float
    better: int
    worse: int
    equal: int
    tied: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """Nadeau and Bengio's t test of differences over folds, whose trainings share windows.

    Args:
        difference: the mean over folds.
        low: lower end of its interval.
        high: upper end.
        t: the mean over its corrected standard error.
        p: two-sided.
        n: folds times repeats.
    """

    difference: float
    low: float
    high: float
    t: float
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first result minus the second, on the same windows of the same people.

    Args:
        score: which score.
        difference: of the scores of all windows, repeats averaged.
        interval: where the difference of all people like these lies.
        ranks: of the differences of people's own scores.
    """

    score: str
    difference: float
    interval: Interval
    ranks: SignedRanks

    @property
    def differ(self) -> bool:
        """Whether the interval leaves out zero."""
        return not self.interval.low <= 0 <= self.interval.high


def compare(
    first: Tally,
    second: Tally,
    score: str = "accuracy",
    *,
    repeats_drawn: bool = True,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Comparison:
    """Compares two results by a paired bootstrap: each draw takes the same people, and repeats, of both.

    Args:
        first: a result's tally.
        second: another's, of the same windows; its people may stand in another order.
        score: which score.
        repeats_drawn: whether repeats are drawn too, for what other seeds would have given; only where both have as
            many, of the same seeds in the same order.
        level: of the interval.
        draws: how many draws.
        seed: of the draws.

    >>> import numpy as np
    >>> from stridenet.evaluation.scores import tally
    >>> y, person = np.zeros(80, dtype=int), (np.arange(80) // 10).astype(str)
    >>> good = tally(y, (np.arange(80) % 10 < 1)[None].astype(int), person, ["sit", "walk"])
    >>> poor = tally(y, (np.arange(80) % 10 < 2 + np.arange(80) // 40)[None].astype(int), person, ["sit", "walk"])
    >>> found = compare(good, poor)
    >>> round(found.difference, 3), found.differ, found.ranks.p
    (0.15, True, 0.0078125)
    """
    at = [second.people.index(person) for person in first.people]
    paired = first.n_repeats == second.n_repeats

    def difference(weights: Floats) -> Floats:
        there = np.empty_like(weights)
        there[:, at] = weights
        ours, theirs = first.score(score, weights), second.score(score, there)
        return ours - theirs if paired else (ours.mean(axis=1) - theirs.mean(axis=1))[:, None]

    sure = interval(
        difference,
        first.weight(score),
        kind="difference",
        repeats_drawn=repeats_drawn and paired,
        level=level,
        draws=draws,
        seed=seed,
    )
    own = first.per_person(score).mean(axis=1) - second.per_person(score).mean(axis=1)[at]
    return Comparison(score, float(difference(np.ones((1, len(at)))).mean()), sure, signed_ranks(own))


def signed_ranks(differences: Sequence[float] | Floats) -> SignedRanks:
    """Wilcoxon's test of people's differences; exact for up to 100 people, also where differences are tied.

    >>> signed_ranks([1.0, 2.0, 3.0, 4.0, 5.0]).p
    0.0625
    """
    from scipy.stats import rankdata  # the tables of a run need none of it

    found = np.round(np.asarray(differences, dtype=np.float64), 12)  # a sum's last digit makes no rank
    moved = found[found != 0]
    ranks = np.rint(2 * rankdata(np.abs(moved))).astype(np.int64)  # doubled, so that shared ranks are whole
    _, alike = np.unique(np.abs(moved), return_counts=True)
    above, exact = int(ranks[moved > 0].sum()), len(moved) <= _EXACT_UP_TO
    if not len(moved):
        p = 1.0
    elif exact:
        ways = np.ones(1)
        for rank in ranks:  # each rank counts or does not
            ways = (np.pad(ways, (0, rank)) + np.pad(ways, (rank, 0))) / 2
        p = min(1.0, 2 * min(float(ways[: above + 1].sum()), float(ways[above:].sum())))
    else:
        p = 2 * float(ndtr(-abs(above - ranks.sum() / 2) / np.sqrt((ranks.astype(np.float64) ** 2).sum() / 4)))
    tied = int(alike[alike > 1].sum())
    return SignedRanks(p, int((moved > 0).sum()), int((moved < 0).sum()), len(found) - len(moved), tied, exact)


def corrected_t(
    differences: Sequence[float] | Floats, n_train: float, n_test: float, *, level: float = 0.95
) -> Corrected:
    """Compares two results over folds: trainings share windows, so that the plain t test sees too much.

    Args:
        differences: the first result's score minus the second's, for each fold of each repeat; at least two.
        n_train: how many people, or windows, train in a fold.
        n_test: how many are tested in it, in the same unit.
        level: of the interval.

    >>> round(corrected_t([0.01, 0.02, 0.03, 0.02, 0.02], 8, 2).p, 3)
    0.014
    """
    found = np.asarray(differences, dtype=np.float64)
    n, mean = len(found), float(np.mean(found))
    error = float((np.var(found, ddof=1) * (1 / n + n_test / n_train)) ** 0.5)
    t = mean / error if error else float(np.sign(mean) * np.inf if mean else 0.0)
    reach = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return Corrected(mean, mean - reach, mean + reach, t, 2 * float(stdtr(n - 1, -abs(t))), n)


def holm(p: Sequence[float] | Floats) -> list[float]:
    """The p of several comparisons, raised by Holm's steps: any false alarm among all of them is as rare as p says.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    found = np.asarray(p, dtype=np.float64)
    order = np.argsort(found, kind="stable")
    raised = np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1))
    adjusted = np.empty(len(found))
    adjusted[order] = np.minimum(raised, 1)
    return [float(value) for value in adjusted]
