"""Two samples of scores, ours and a document's: the difference, how sure it is, and what that means in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import f_oneway, kruskal
from scipy.stats import t as student


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as a document prints it: percent, mean and standard deviation (ddof 0) over repeats.

    A figure of one training has ``repeats=1`` and no deviation. ``scores`` are those of each repeat, where printed.
    """

    mean: float
    sd: float = 0.0
    repeats: int = 10
    scores: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours minus the document's, in points, with Welch's 95 % interval.

    Args:
        difference: ours minus theirs.
        low: lower end of the interval.
        high: upper end.
    """

    difference: float
    low: float
    high: float

    @property
    def agrees(self) -> bool:
        """Whether chance alone explains the difference at the 95 % level."""
        return self.low <= 0 <= self.high

    @property
    def verdict(self) -> str:
        """In words."""
        if self.agrees:
            return "agrees"
        return f"differs: ours is {'higher' if self.difference > 0 else 'lower'}"


def of(scores: Sequence[float]) -> Printed:
    """Our own scores in percent, as a figure to be compared with.

    >>> of([90.0, 92.0]).sd
    1.0
    """
    return Printed(float(np.mean(scores)), float(np.std(scores)), len(scores))


def pool(figures: Sequence[Printed]) -> Printed:
    """Several figures of the same setting, as one over all their repeats.

    >>> pool([Printed(90.0, 0.0, 10), Printed(92.0, 0.0, 10)]).sd
    1.0
    """
    n = np.array([figure.repeats for figure in figures])
    mean = np.average([figure.mean for figure in figures], weights=n)
    squares = [figure.sd**2 + (figure.mean - mean) ** 2 for figure in figures]
    return Printed(float(mean), float(np.average(squares, weights=n)) ** 0.5, int(n.sum()))


def welch(ours: Sequence[float], printed: Printed) -> Comparison:
    """The difference of the means, with Welch's interval, which lets the variances differ.

    Both standard deviations are turned from ddof 0 to ddof 1; the degrees of freedom are Welch and Satterthwaite's.
    Where the document prints a single training, the interval is the one that a further training of ours would fall
    into: its own spread is not known and taken to be ours.

    Args:
        ours: our scores in percent, at least two.
        printed: the document's mean and standard deviation (ddof 0) over its repeats.

    Source: B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
    involved", Biometrika 1947.

    >>> welch([90.0, 91.0, 92.0], Printed(91.0, 1.0, 10)).agrees
    True
    """
    n, m = len(ours), printed.repeats
    spread = float(np.var(ours, ddof=1))
    ours_part = spread / n
    if m == 1:
        variance, freedom = ours_part + spread, n - 1.0
    else:
        their_part = printed.sd**2 / (m - 1)  # sd² · m / (m - 1) / m
        variance = ours_part + their_part
        freedom = variance**2 / (ours_part**2 / (n - 1) + their_part**2 / (m - 1)) if variance else 1.0
    reach = float(student.ppf(0.975, freedom)) * variance**0.5
    difference = float(np.mean(ours)) - printed.mean
    return Comparison(difference, difference - reach, difference + reach)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely differences as large as these are when all settings are equally good.

    Args:
        anova: p of a one-way analysis of variance.
        ranks: p of Kruskal and Wallis' test, which needs no normal scores; None where only summaries are known.
    """

    anova: float
    ranks: float | None = None


def chance(samples: Sequence[Sequence[float]]) -> Chance | None:
    """Of several samples of scores; None when a sample is too small or all scores are the same.

    >>> chance([[90.0, 91.0, 92.0], [90.5, 91.0, 91.5]]).anova
    1.0
    """
    if len(samples) < 2 or min(map(len, samples)) < 2 or all(np.ptp(sample) == 0 for sample in samples):
        return None
    return Chance(float(f_oneway(*samples).pvalue), float(kruskal(*samples).pvalue))


def chance_printed(figures: Sequence[Printed]) -> Chance:
    """The same analysis of variance, from means and deviations (ddof 0) alone."""
    n = np.array([figure.repeats for figure in figures])
    mean = np.array([figure.mean for figure in figures])
    within = float(np.sum(n * np.array([figure.sd for figure in figures]) ** 2) / (n.sum() - len(n)))
    between = float(np.sum(n * (mean - np.average(mean, weights=n)) ** 2) / (len(n) - 1))
    return Chance(float(fisher.sf(between / within, len(n) - 1, n.sum() - len(n))))
