"""When it is not sure: a temperature and a threshold for every training, and what they do to the people tested.

Both are fitted on those who validated that training, and on nobody else; see :mod:`stridenet.evaluation.calibration`.
The people tested are only measured.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.calibration import (
    at_temperature,
    fit_temperature,
    reliability,
    threshold_for_coverage,
    threshold_for_error,
)
from stridenet.evaluation.held import Held
from stridenet.evaluation.scores import Floats, tally

ANSWERED = 0.9
"""The share of validation windows that the first threshold answers."""
WRONG = 0.05
"""The share of wrong answers that the second threshold allows on those who validate."""
NEVER = float("inf")
"""The threshold of a training that is wrong too often however sure it is."""


@dataclass(frozen=True, eq=False)
class Withheld:
    """What *none of these* below a threshold costs the people tested; each person counts the same.

    Args:
        wanted: what the threshold was to do on those who validate, in words.
        threshold: shape (repeat, fold), on probabilities at the temperature; :data:`NEVER` where none would do.
        answered: shape (repeat, person), the share of windows that keep an answer.
        right: shape (repeat, person), the share of windows that are answered, and rightly.
        people: the people's names.
    """

    wanted: str
    threshold: Floats
    answered: Floats
    right: Floats
    people: tuple[str, ...]

    @property
    def coverage(self) -> float:
        """The share of windows that keep an answer, over repeats and people."""
        return float(self.answered.mean())

    @property
    def accuracy(self) -> float:
        """The share of right answers among those that are left; NaN where none is."""
        return _share(self.right.mean(), self.answered.mean())

    @cached_property
    def by_person(self) -> dict[str, tuple[float, float]]:
        """The same two of each person."""
        answered, right = self.answered.mean(axis=0), self.right.mean(axis=0)
        return {name: (float(a), _share(r, a)) for name, a, r in zip(self.people, answered, right, strict=True)}

    def plain(self) -> dict[str, Any]:
        """Everything as numbers under names; None stands for no threshold and for no answer."""
        found = np.isfinite(self.threshold)
        return {
            "wanted": self.wanted,
            "thresholds": [[float(t) if np.isfinite(t) else None for t in row] for row in self.threshold],
            "without_threshold": int((~found).sum()),
            "answered": self.coverage,
            "accuracy": _none(self.accuracy),
            "people": {name: {"answered": a, "accuracy": _none(r)} for name, (a, r) in self.by_person.items()},
        }


@dataclass(frozen=True, eq=False)
class Unsure:
    """Temperatures, thresholds and what they do.

    Args:
        n_people: how many people validated, in any fold.
        n_each: the fewest and the most who validated one training.
        temperature: shape (repeat, fold).
        ece: expected calibration error on the people tested, before and after; the mean over repeats.
        log_loss: the same of the log loss.
        accuracy: of the people tested where everything is answered; each person counts the same.
        withheld: what the thresholds cost.
    """

    n_people: int
    n_each: tuple[int, int]
    temperature: Floats
    ece: tuple[float, float]
    log_loss: tuple[float, float]
    accuracy: float
    withheld: tuple[Withheld, ...]

    def plain(self) -> dict[str, Any]:
        """Everything as numbers under names."""
        return {
            "fitted_on_people": self.n_people,
            "fitted_on_people_each": list(self.n_each),
            "temperatures": self.temperature.tolist(),
            "ece": {"before": _none(self.ece[0]), "after": _none(self.ece[1])},
            "log_loss": {"before": self.log_loss[0], "after": self.log_loss[1]},
            "person_accuracy": self.accuracy,
            "none_of_these": [one.plain() for one in self.withheld],
        }


def temperatures(held: Held) -> Floats:
    """Shape (repeat, fold): the temperature of each training, fitted on those who validated it."""
    sides = [held.fold == fold for fold in range(int(held.fold.max()) + 1)]
    return np.array([[fit_temperature(held.y[side], said[side]) for side in sides] for said in held.probability])


def thresholds(held: Held, temperature: Floats) -> tuple[Floats, Floats]:
    """Two thresholds of each training, shape (repeat, fold): for :data:`ANSWERED`, and for :data:`WRONG`.

    Args:
        held: what those who validated were answered.
        temperature: shape (repeat, fold).
    """
    covering, sparing = np.empty_like(temperature), np.empty_like(temperature)
    for (repeat, fold), t in np.ndenumerate(temperature):
        side = held.fold == fold
        said = held.y[side], at_temperature(held.probability[repeat, side], t), held.group[side]
        covering[repeat, fold] = threshold_for_coverage(*said, ANSWERED).threshold
        cost = threshold_for_error(*said, WRONG)
        sparing[repeat, fold] = NEVER if cost is None else cost.threshold
    return covering, sparing


def when_unsure(
    held: Held,
    probability: npt.NDArray[np.floating],
    y: npt.NDArray[np.int64],
    group: npt.NDArray[np.str_],
    fold: npt.NDArray[np.int64],
    classes: tuple[str, ...],
) -> Unsure:
    """Fits on those who validated, and measures on the people tested.

    Args:
        held: what those who validated were answered.
        probability: shape (repeat, window, class), what the people tested were answered.
        y: shape (window,), the true class.
        group: shape (window,), the person.
        fold: shape (window,), the fold in which each window is tested.
        classes: the classes' names.
    """
    temperature = temperatures(held)
    limits = thresholds(held, temperature)
    after = at_temperature(probability, temperature[:, fold][:, :, None])
    before = np.asarray(probability, np.float64)
    wanted = (
        f"answers {100 * ANSWERED:.0f} % of validation windows",
        f"at most {100 * WRONG:.0f} % of validation answers wrong",
    )
    withheld = [
        cost_on(y, after, group, limit[:, fold], words, limit) for words, limit in zip(wanted, limits, strict=True)
    ]
    everything = cost_on(y, after, group, np.zeros(after.shape[:2]), "", limits[0])
    each = [len(np.unique(held.group[held.fold == fold])) for fold in np.unique(held.fold)]
    return Unsure(
        len(np.unique(held.group)),
        (min(each), max(each)),
        temperature,
        (_ece(y, before), _ece(y, after)),
        (_log_loss(y, before, group, classes), _log_loss(y, after, group, classes)),
        float(everything.right.mean()),
        tuple(withheld),
    )


def cost_on(
    y: npt.NDArray[np.int64],
    probability: Floats,
    group: npt.NDArray[np.str_],
    limit: Floats,
    wanted: str,
    threshold: Floats,
) -> Withheld:
    """What a threshold that may differ from window to window does to these people.

    Args:
        y: shape (window,), the true class.
        probability: shape (repeat, window, class); a window without an answer is never answered.
        group: shape (window,), the person.
        limit: shape (repeat, window), the threshold.
        wanted: what the threshold was to do, in words.
        threshold: shape (repeat, fold), the same thresholds, to be told.
    """
    people, person, n = np.unique(group, return_inverse=True, return_counts=True)
    kept = probability.max(axis=2) >= limit
    right = kept & (probability.argmax(axis=2) == y)

    def share(which: npt.NDArray[np.bool_]) -> Floats:
        return np.array([np.bincount(person, weights=row, minlength=len(people)) / n for row in which])

    return Withheld(wanted, threshold, share(kept), share(right), tuple(map(str, people)))


def _ece(y: npt.NDArray[np.int64], probability: Floats) -> float:
    each = [one.ece for one in (reliability(y, p) for p in probability) if len(one.count)]
    return float(np.mean(each)) if each else float("nan")


def _log_loss(
    y: npt.NDArray[np.int64], probability: Floats, group: npt.NDArray[np.str_], classes: tuple[str, ...]
) -> float:
    return float(tally(y, probability.argmax(axis=2), group, classes, probability).score("log_loss").mean())


def _share(right: float, answered: float) -> float:
    return float(right / answered) if answered else float("nan")


def _none(value: float) -> float | None:
    return value if np.isfinite(value) else None
