"""Is a probability what it says? Reliability, temperature, and the threshold below which it is none of the classes.

Temperature and threshold are fitted on validation people alone; nothing here is ever given a test window to fit.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.scores import SMALLEST, Classes, Floats, log_losses

Probabilities = npt.NDArray[np.floating]
By = Literal["width", "mass"]

N_BINS = 15
"""As in most papers since Guo et al. (2017)."""
_TEMPERATURES = (0.01, 100.0)


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers of each confidence are right; bins without an answer are left out.

    Args:
        low: shape (bin,), where each bin begins.
        high: shape (bin,), where it ends.
        confidence: shape (bin,), the mean probability of the class named.
        accuracy: shape (bin,), the share of right answers.
        count: shape (bin,), answers over all repeats.
    """

    low: Floats
    high: Floats
    confidence: Floats
    accuracy: Floats
    count: npt.NDArray[np.int64]

    @property
    def ece(self) -> float:
        """Expected calibration error: how far confidence and accuracy are apart, on average over answers."""
        return float(np.average(np.abs(self.confidence - self.accuracy), weights=self.count))

    @property
    def gap(self) -> float:
        """Mean confidence minus accuracy over all answers: above 0 is too sure."""
        return float(np.average(self.confidence - self.accuracy, weights=self.count))


@dataclass(frozen=True, slots=True)
class Cost:
    """What a threshold does to some people's windows, each person counting the same.

    Args:
        threshold: the confidence below which an answer is *none of these*.
        coverage: the share of windows that keep an answer.
        error: the share of wrong answers among these; 0 where none is left.
        n_people: how many people it was measured on.
    """

    threshold: float
    coverage: float
    error: float
    n_people: int


def reliability(y_true: Classes, probability: Probabilities, *, bins: int = N_BINS, by: By = "width") -> Reliability:
    """Sorts answers by their confidence, and counts how many are right.

    Args:
        y_true: shape (window,), the true class.
        probability: shape (repeat, window, class), or (window, class); windows without an answer are left out.
        bins: how many.
        by: ``width`` makes bins equally wide; ``mass`` puts equally many answers into each.

    >>> import numpy as np
    >>> found = reliability(np.array([0, 0, 1, 1]), np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.8, 0.2]]), bins=2)
    >>> found.accuracy.tolist(), found.confidence.round(2).tolist(), round(found.ece, 2)
    ([0.75], [0.85], 0.1)
    """
    sure, right = _answers(y_true, probability)
    if by == "width":
        edges = np.linspace(0, 1, bins + 1)
        which = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)  # a bin holds its upper end
    else:
        order = np.argsort(sure, kind="stable")
        which = np.empty(len(sure), dtype=np.int64)
        which[order] = np.arange(len(sure)) * bins // max(len(sure), 1)
        first = np.searchsorted(which[order], np.arange(bins))
        edges = np.append(np.append(sure, 1.0)[np.append(order, len(sure))[first]], 1.0)
    count = np.bincount(which, minlength=bins)
    there = count > 0
    mean = [np.bincount(which, weights=one, minlength=bins)[there] / count[there] for one in (sure, right)]
    return Reliability(edges[:-1][there], edges[1:][there], mean[0], mean[1], count[there])


def fit_temperature(y_true: Classes, probability: Probabilities) -> float:
    """The temperature that makes probabilities say what they mean, by the smallest log loss on validation people.

    Above 1 the network was too sure of itself. Where every answer is right nothing tells how sure to be, and it is 1.

    Args:
        y_true: shape (window,), true classes of validation windows.
        probability: shape (window, class), what the network says of them.
    """
    from scipy.optimize import minimize_scalar  # those who only read figures need none of it

    answered = np.isfinite(probability).all(axis=1)
    p, y = probability[answered], y_true[answered]
    if (p.argmax(axis=1) == y).all():
        return 1.0

    def loss(temperature: float) -> float:
        return float(log_losses(at_temperature(p, temperature)[np.arange(len(y)), y]).mean())

    tried = np.geomspace(*_TEMPERATURES, 21)  # below 1 the loss may have several valleys
    best = int(np.argmin([loss(t) for t in tried]))
    around = (float(np.log(tried[max(best - 1, 0)])), float(np.log(tried[min(best + 1, len(tried) - 1)])))
    found = minimize_scalar(lambda log_t: loss(np.exp(log_t)), bounds=around, method="bounded", options={"xatol": 1e-6})
    return min((1.0, float(tried[best]), float(np.exp(found.x))), key=loss)


def at_temperature(probability: Probabilities, temperature: float | Floats) -> Floats:
    """Probabilities softened (above 1) or sharpened (below 1): log p / T, made to add up to 1 again.

    No answer changes, only how sure it is, and at 1 not even that. Several temperatures broadcast against the
    probabilities; one below what the log loss can tell counts as that.

    >>> import numpy as np
    >>> at_temperature(np.array([[0.9, 0.1]]), 2.0)
    array([[0.75, 0.25]])
    """
    given = np.asarray(probability, dtype=np.float64)
    z = np.log(np.maximum(given, SMALLEST)) / temperature
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.where(np.equal(temperature, 1), given, p / p.sum(axis=-1, keepdims=True))


def threshold_for_coverage(
    y_true: Classes, probability: Probabilities, group: npt.NDArray[np.str_], coverage: float
) -> Cost:
    """The highest threshold at which so many of the validation people's windows keep an answer.

    Where windows without an answer leave too few, all answers are kept.

    Args:
        y_true: shape (window,), the true class; below 0 for a window that is none of the classes.
        probability: shape (window, class), or (repeat, window, class).
        group: shape (window,), the person.
        coverage: the wanted share, from 0 to 1.
    """
    thresholds, covered, _, _ = _curve(y_true, probability, group)
    enough = thresholds[covered >= coverage - 1e-12]
    lowest = thresholds.min(initial=1.0)
    return cost_of(y_true, probability, group, float(enough.max(initial=lowest)))


def threshold_for_error(
    y_true: Classes, probability: Probabilities, group: npt.NDArray[np.str_], error: float
) -> Cost | None:
    """The lowest threshold from which on no more than so many answers on validation people are wrong.

    Args:
        y_true: shape (window,), the true class; below 0 for a window that is none of the classes.
        probability: shape (window, class), or (repeat, window, class).
        group: shape (window,), the person.
        error: the wanted share, from 0 to 1.

    Returns:
        The threshold with its cost; None where even the surest answers are wrong more often.
    """
    thresholds, covered, wrong, n = _curve(y_true, probability, group)
    bad = np.flatnonzero(wrong > error + 1e-12)
    at = int(bad[-1]) + 1 if len(bad) else 0
    return Cost(float(thresholds[at]), float(covered[at]), float(wrong[at]), n) if at < len(thresholds) else None


def cost_of(y_true: Classes, probability: Probabilities, group: npt.NDArray[np.str_], threshold: float) -> Cost:
    """What a threshold that is known already does to these people, such as those of the test.

    >>> import numpy as np
    >>> p = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]])
    >>> cost_of(np.array([0, 1, 1]), p, np.array(["ann", "ann", "bob"]), 0.65)
    Cost(threshold=0.65, coverage=0.75, error=0.0, n_people=2)
    """
    thresholds, covered, wrong, n = _curve(y_true, probability, group)
    at = int(np.searchsorted(thresholds, threshold))
    none = at == len(thresholds)
    return Cost(threshold, 0.0 if none else float(covered[at]), 0.0 if none else float(wrong[at]), n)


def _answers(y_true: Classes, probability: Probabilities) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """How sure each answer is, and whether it is right, over all repeats; without those that are no numbers."""
    p = np.asarray(probability, dtype=np.float64)
    y = np.broadcast_to(y_true, p.shape[:-1])
    answered = np.asarray(np.isfinite(p).all(axis=-1))
    return p.max(axis=-1)[answered], (p.argmax(axis=-1) == y)[answered]


def _curve(
    y_true: Classes, probability: Probabilities, group: npt.NDArray[np.str_]
) -> tuple[Floats, Floats, Floats, int]:
    """Every confidence that occurs, rising, and what it does as a threshold: coverage, error, and how many people."""
    p = np.asarray(probability, dtype=np.float64)
    _, person, windows = np.unique(group, return_inverse=True, return_counts=True)
    n_people, repeats = len(windows), int(np.prod(p.shape[:-2], dtype=np.int64))
    each = np.broadcast_to(1 / (windows * n_people * repeats)[person], p.shape[:-1])  # of every person as much
    answered = np.asarray(np.isfinite(p).all(axis=-1))
    sure, right = _answers(y_true, probability)
    thresholds, which = np.unique(sure, return_inverse=True)

    def from_here_on(weights: Floats) -> Floats:
        at_each = np.bincount(which, weights=weights, minlength=len(thresholds))
        return np.cumsum(at_each[::-1], dtype=np.float64)[::-1]

    kept, wrong = from_here_on(each[answered]), from_here_on(each[answered] * ~right)
    return thresholds, kept, wrong / np.maximum(kept, 1e-300), n_people
