"""None of these: what is too unsure is called unknown, and what that costs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stridenet.errors import SettingError
from stridenet.evaluation.timeline import UNKNOWN, Timeline
from stridenet.signals.recording import UNLABELLED

_HUNDREDTHS = tuple(i / 100 for i in range(101))


def none_of_these(line: Timeline, threshold: float) -> Timeline:
    """A timeline that is unknown wherever the largest probability is below the threshold; smooth before, not after.

    Args:
        line: what was predicted.
        threshold: from 0 to 1, calibrated on people who are not tested.

    Raises:
        SettingError: a threshold that is no probability.
    """
    _checked(threshold)
    unsure = ~(np.repeat(line.scores.max(axis=1), line.pieces) >= threshold)  # NaN is unsure
    return replace(line, predicted=np.where(unsure, UNKNOWN, line.predicted))


@dataclass(frozen=True, eq=False)
class Coverage:
    """What thresholds cost and what they save; all of shape (threshold,), NaN where there is nothing to count.

    Args:
        threshold: from 0 to 1, rising.
        coverage: the share of the labelled samples that get an answer.
        error: the share of these answers that are wrong.
        unlabelled: the share of the samples without a true label that get an answer: a false one, where they are truly
            none of the classes.
    """

    threshold: npt.NDArray[np.float64]
    coverage: npt.NDArray[np.float64]
    error: npt.NDArray[np.float64]
    unlabelled: npt.NDArray[np.float64]


def coverage(lines: Iterable[Timeline], thresholds: npt.ArrayLike = _HUNDREDTHS) -> Coverage:
    """How many samples are answered, and how many of the answers are wrong, at each threshold.

    It shows what a threshold does; choosing one by the lowest error of test people would be peeking.

    Args:
        lines: timelines, not yet cut by a threshold.
        thresholds: probabilities.

    Raises:
        SettingError: a threshold that is no probability.

    >>> from stridenet.evaluation.timeline import Timeline
    >>> truth, scores, pieces = np.array([0, 0, 1, -1]), np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]]), [1, 1, 2]
    >>> said = np.array([0, 1, 1, 1])
    >>> line = Timeline("r", "anna", truth, said, scores, np.array(pieces), rate_hz=1.0, classes=("a", "b"))
    >>> cost = coverage([line], [0, 0.7, 0.85])
    >>> cost.coverage.round(2).tolist(), cost.error.round(2).tolist(), cost.unlabelled.tolist()
    ([1.0, 0.67, 0.33], [0.33, 0.0, 0.0], [1.0, 1.0, 0.0])
    """
    at = np.unique(np.asarray(thresholds, np.float64))
    for threshold in at:
        _checked(threshold)
    rows = [(line.truth, line.predicted, np.repeat(line.scores.max(axis=1), line.pieces)) for line in lines]
    truth, said, sure = (np.concatenate([np.zeros(0), *(row[i] for row in rows)]) for i in range(3))
    answered, labelled = said != UNKNOWN, truth != UNLABELLED
    right = _reached(sure[answered & labelled & (said == truth)], at)
    given = _reached(sure[answered & labelled], at)
    with np.errstate(invalid="ignore"):
        return Coverage(
            at,
            given / labelled.sum(),
            (given - right) / given,
            _reached(sure[answered & ~labelled], at) / (~labelled).sum(),
        )


def _reached(sure: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """How many are at each threshold or above it."""
    return len(sure) - np.searchsorted(np.sort(sure), at, side="left")


def _checked(threshold: float) -> None:
    if not 0 <= threshold <= 1:
        raise SettingError(f"none of these: the threshold is {threshold:g}; it is a probability, from 0 to 1.")
