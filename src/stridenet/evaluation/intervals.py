"""How sure: where a score of all people would lie, told from the people that were tested. The unit is the person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri, stdtrit

from stridenet.evaluation.scores import RANGES, Floats, Range, Tally

Score = Callable[[Floats], Floats]
"""From how often each person counts, shape (draw, person), to scores of shape (draw, repeat)."""
Method = Literal["bootstrap-t", "percentile", "bca", "t"]

FEW_PEOPLE = 5
"""Below so many people an interval says little, whatever its method."""
DRAWS = 10_000
_AT_ONCE = 1_000  # draws; more of them would only need more memory
_NOTHING = 1e-12  # a deviation that is rounding alone


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the score of all people like these lies.

    Args:
        low: its lower end.
        high: its upper end.
        level: the share of such intervals that hold the true score, such as 0.95.
        n_people: how many people it was told from.
        method: how it was computed.
    """

    low: float
    high: float
    level: float
    n_people: int
    method: Method

    @property
    def doubt(self) -> str:
        """Why it says little, in words; empty where it does not."""
        if self.n_people == 1:
            return "one person only: nothing tells how another would score"
        if self.low == self.high:
            return "all people score alike: nothing tells how far others would differ"
        return f"only {self.n_people} people: it says little" if self.n_people < FEW_PEOPLE else ""


class _Scale(NamedTuple):
    """Where scores have no end, so that an interval around them leaves no range."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


def interval(
    score: Score,
    windows: Floats,
    *,
    kind: Range | Literal["difference"],
    repeats_drawn: bool = False,
    method: Method = "bootstrap-t",
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """An interval by cluster bootstrap: people are drawn with replacement, each with all their windows.

    Repeats are averaged within each draw. ``bootstrap-t`` takes the draws' standard deviation on a scale without ends
    (log odds of a share, Fisher's z of a signed score, the logarithm of a loss), enlarged by √(n / (n - 1)), times
    Student's quantile. Its degrees of freedom are one less than the effective number of people, which is below n where
    some have many windows. ``docs/evaluation.md`` shows why it is the one we use.

    Args:
        score: from how often each person counts to scores.
        windows: shape (person,), how many windows each person has, or how much each counts.
        kind: what values the score can have; a score nearer to an end than half a window is taken to be so far from it.
        repeats_drawn: whether repeats are drawn too, for what other seeds would have given.
        method: ``percentile`` and ``bca`` are too narrow with few people; ``t`` is over people's own scores.
        level: the share of such intervals that are to hold the truth.
        draws: how many draws.
        seed: of the draws.
    """
    n_people, scale = len(windows), _scale(kind, 0.5 / float(windows.sum()))
    point = float(score(np.ones((1, n_people))).mean())
    low: float | Floats
    high: float | Floats
    if n_people == 1:
        low, high = scale.back(np.array([-np.inf, np.inf]))
    elif method == "t":
        own = score(np.identity(n_people)).mean(axis=1)
        width = float(stdtrit(n_people - 1, (1 + level) / 2) * own.std(ddof=1)) / n_people**0.5
        low, high = own.mean() - width, own.mean() + width
    else:
        drawn = _draw(score, n_people, repeats_drawn, draws, np.random.default_rng(seed))
        tail = np.array([(1 - level) / 2, (1 + level) / 2])
        if method == "bootstrap-t":
            low, high = _bootstrap_t(drawn, point, windows, scale, level)
        else:
            low, high = np.quantile(drawn, _corrected(tail, drawn, point, score, n_people) if method == "bca" else tail)
    return Interval(float(low), float(high), level, n_people, method)


def of_score(
    told: Tally,
    name: str,
    *,
    repeats_drawn: bool = False,
    method: Method = "bootstrap-t",
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """The interval of one of a tally's scores.

    >>> import numpy as np
    >>> from stridenet.evaluation.scores import tally
    >>> y = np.zeros(80, dtype=int)
    >>> said = np.where(np.arange(80) % 10 < np.arange(80) // 10 / 4, 1, 0)[None]
    >>> sure = of_score(tally(y, said, (np.arange(80) // 10).astype(str), ["sit", "walk"]), "accuracy")
    >>> round(sure.low, 2), round(sure.high, 2), sure.n_people
    (0.8, 0.92, 8)
    """
    return interval(
        lambda weights: told.score(name, weights),
        told.weight(name),
        kind=RANGES[name],
        repeats_drawn=repeats_drawn,
        method=method,
        level=level,
        draws=draws,
        seed=seed,
    )


def of_scores(
    told: Tally, names: Sequence[str] | None = None, *, level: float = 0.95, draws: int = DRAWS, seed: int = 0
) -> dict[str, Interval]:
    """The intervals of several of a tally's scores, those of :func:`of_score`, from one set of draws.

    Args:
        told: the counts.
        names: which scores; by default all that can be had.
        level: the share of such intervals that are to hold the truth.
        draws: how many draws.
        seed: of the draws.
    """
    names, n_people = told.names if names is None else tuple(names), len(told.people)
    if n_people == 1:
        return {name: of_score(told, name, level=level) for name in names}
    rng, equally = np.random.default_rng(seed), np.full(n_people, 1 / n_people)
    people = rng.multinomial(n_people, equally, draws).astype(np.float64)
    parts = [told.scores(names, people[at : at + _AT_ONCE]) for at in range(0, draws, _AT_ONCE)]
    points = told.scores(names, np.ones((1, n_people)))
    found = {}
    for name in names:
        drawn = np.concatenate([part[name].mean(axis=1) for part in parts])
        windows = told.weight(name)
        scale = _scale(RANGES[name], 0.5 / float(windows.sum()))
        low, high = _bootstrap_t(drawn, float(points[name].mean()), windows, scale, level)
        found[name] = Interval(low, high, level, n_people, "bootstrap-t")
    return found


def of_recall(told: Tally, of_class: int, *, level: float = 0.95, draws: int = 2_000, seed: int = 0) -> Interval | None:
    """The interval of the share of one class that is found, over the people who have it; None where nobody has."""
    there = told.true[:, of_class] > 0
    true, right = told.true[there, of_class], told.right[there, :, of_class]
    if not len(true):
        return None
    return interval(
        lambda weights: (weights @ right) / (weights @ true)[:, None],
        true,
        kind="share",
        level=level,
        draws=draws,
        seed=seed,
    )


def _bootstrap_t(drawn: Floats, point: float, windows: Floats, scale: _Scale, level: float) -> tuple[float, float]:
    """Both ends, from the draws' spread where scores have no end."""
    n_people = len(windows)
    error = float(scale.there(drawn).std()) * (n_people / (n_people - 1)) ** 0.5
    if error <= _NOTHING:
        return point, point
    effective = float(windows.sum() ** 2 / (windows**2).sum())
    reach = float(stdtrit(max(effective - 1, 1.0), (1 + level) / 2))
    low, high = scale.back(scale.there(np.array(point)) + np.array([-reach, reach]) * error)
    return min(float(low), point), max(float(high), point)


def _draw(score: Score, n_people: int, repeats_drawn: bool, draws: int, rng: np.random.Generator) -> Floats:
    """Shape (draw,): the score of every draw, repeats averaged."""
    people = rng.multinomial(n_people, np.full(n_people, 1 / n_people), draws).astype(np.float64)
    scores = np.concatenate([score(people[at : at + _AT_ONCE]) for at in range(0, draws, _AT_ONCE)])
    if not repeats_drawn:
        return np.asarray(scores.mean(axis=1))
    n = scores.shape[1]
    one_less = max(n - 1, 1)  # n of n would differ too little
    return np.asarray((scores * rng.multinomial(one_less, np.full(n, 1 / n), draws)).sum(axis=1) / one_less)


def _corrected(tail: Floats, drawn: Floats, point: float, score: Score, n_people: int) -> Floats:
    """Which quantiles of the draws BCa takes: corrected for bias and for an error that grows with the score."""
    below = (float((drawn < point).mean()) + float((drawn <= point).mean())) / 2
    bias = ndtri(np.clip(below, 1 / len(drawn), 1 - 1 / len(drawn)))
    without = score(1 - np.identity(n_people)).mean(axis=1)
    apart = without.mean() - without
    spread = float((apart**2).sum())
    acceleration = float((apart**3).sum()) / (6 * spread**1.5) if spread else 0.0
    z = bias + ndtri(tail)
    return np.asarray(ndtr(bias + z / (1 - acceleration * z)))


def _scale(kind: Range | Literal["difference"], least: float) -> _Scale:
    def clipped(share: Floats) -> Floats:
        return np.asarray(np.clip(share, least, 1 - least))

    return {
        "share": _Scale(lambda x: logit(clipped(x)), expit),
        "signed": _Scale(lambda x: logit(clipped((x + 1) / 2)), lambda z: 2 * expit(z) - 1),
        "loss": _Scale(lambda x: np.log(np.maximum(x, least)), np.exp),
        "difference": _Scale(lambda x: x, lambda z: z),
    }[kind]
