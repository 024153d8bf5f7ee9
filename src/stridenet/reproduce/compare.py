"""Two samples of scores, ours and a document's: the difference, how sure it is, and what that means in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from stridenet.reproduce.documents import Printed


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours minus the document's, in points, with Welch's 95 % interval.

    Args:
        difference: ours minus theirs.
        low: lower end of the interval.
        high: upper end.
        agrees: whether the interval holds 0.
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


def welch(ours: Sequence[float], printed: Printed) -> Comparison:
    """Welch's interval for a difference of means whose variances differ.

    Both standard deviations are turned from ddof 0 to ddof 1; the degrees of freedom are Welch and Satterthwaite's.

    Args:
        ours: our scores in percent, at least two.
        printed: the document's mean and standard deviation (ddof 0) over its repeats.

    Source: B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
    involved", Biometrika 1947.

    >>> welch([90.0, 91.0, 92.0], Printed(91.0, 1.0, 10)).agrees
    True
    """
    n, m = len(ours), printed.repeats
    ours_part = float(np.var(ours, ddof=1)) / n
    their_part = printed.sd**2 / (m - 1)  # sd² · m / (m - 1) / m
    freedom = (ours_part + their_part) ** 2 / (ours_part**2 / (n - 1) + their_part**2 / (m - 1))
    reach = float(student.ppf(0.975, freedom)) * (ours_part + their_part) ** 0.5
    difference = float(np.mean(ours)) - printed.mean
    return Comparison(difference, difference - reach, difference + reach)
