"""Several results on the same people: their mean ranks, and which of them do not differ."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.comparing import holm, signed_ranks
from stridenet.evaluation.scores import Floats

GroupsBy = Literal["wilcoxon", "nemenyi"]


@dataclass(frozen=True, slots=True)
class Ranks:
    """Several results, each person's best at rank 1.

    Args:
        names: of the results, the best mean rank first.
        mean: their mean ranks over people.
        critical: how far two mean ranks must lie apart to differ by Nemenyi's test.
        p: of Friedman's test, as Iman and Davenport corrected it: how likely such ranks are when all are equally good.
        groups: names of which no two differ; who is in no group differs from all others.
        groups_by: the test that the groups come from.
        n_people: how many people ranked them.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    critical: float
    p: float
    groups: tuple[tuple[str, ...], ...]
    groups_by: GroupsBy
    n_people: int


def ranks(
    scores: Floats,
    names: Sequence[str],
    *,
    groups_by: GroupsBy = "wilcoxon",
    level: float = 0.95,
) -> Ranks:
    """Ranks several results on each person; equal scores share a rank.

    Args:
        scores: shape (person, result), where more is better; two results at least.
        names: of the results.
        groups_by: who differs: by Wilcoxon's test of each pair with Holm's steps, or by Nemenyi's critical difference.
        level: 0.95 lets one false alarm in twenty happen.

    >>> import numpy as np
    >>> found = ranks(np.array([[0.9, 0.8, 0.7], [0.8, 0.7, 0.6], [0.9, 0.7, 0.8]]), ["cnn", "svm", "tree"])
    >>> found.names, found.groups
    (('cnn', 'svm', 'tree'), (('cnn', 'svm', 'tree'),))
    """
    from scipy.stats import rankdata, studentized_range

    n, k = scores.shape
    each = rankdata(-np.round(scores, 12), axis=1)
    mean = each.mean(axis=0)
    order = np.argsort(mean, kind="stable")
    critical = float(studentized_range.ppf(level, k, np.inf)) * float(np.sqrt(k * (k + 1) / (12 * n)))
    apart = np.abs(mean[:, None] - mean) > critical
    if groups_by == "wilcoxon":
        pairs = [(i, j) for i in range(k) for j in range(i)]
        raised = holm([signed_ranks(scores[:, i] - scores[:, j]).p for i, j in pairs])
        apart = np.zeros((k, k), dtype=bool)
        for (i, j), p in zip(pairs, raised, strict=True):
            apart[i, j] = apart[j, i] = p <= 1 - level
    return Ranks(
        tuple(names[i] for i in order),
        tuple(float(mean[i]) for i in order),
        critical,
        _friedman(each),
        tuple(tuple(names[order[i]] for i in range(a, b)) for a, b in _runs(apart[np.ix_(order, order)])),
        groups_by,
        n,
    )


def _friedman(each: Floats) -> float:
    """The p of Iman and Davenport's F from the ranks (person, result)."""
    from scipy.stats import f as fisher

    n, k = each.shape
    away = each - (k + 1) / 2
    spread = float((away**2).sum()) / (k - 1)  # n k (k + 1) / 12 where nothing is tied
    if not spread:
        return 1.0
    chi2 = n**2 * float((away.mean(axis=0) ** 2).sum()) / spread
    left = n * (k - 1) - chi2
    if left < 1e-9:  # all people agree, and F has no end: one of k! orders, drawn n times
        return float(math.factorial(k) ** (1.0 - n))
    return float(fisher.sf((n - 1) * chi2 / left, k - 1, (k - 1) * (n - 1)))


def _runs(apart: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The longest runs of neighbours, two at least, of which no two are apart: first, and one after the last."""
    k, reached = len(apart), 0
    for a in range(k):
        b = a + 1
        while b < k and not apart[a : b + 1, a : b + 1].any():
            b += 1
        if b > max(reached, a + 1):
            reached = b
            yield a, b
