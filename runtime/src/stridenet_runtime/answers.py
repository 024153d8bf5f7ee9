"""What is said of recordings: windows, samples and events, and how several models vote."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet_runtime.errors import StridenetError
from stridenet_runtime.smoothing import UNKNOWN, smoothed

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

UNKNOWN_NAME = "unknown"
"""What is said of windows with a missing value, and of answers below the model's threshold."""
SMALLEST = 2.0**-23
"""A probability below it counts as it where answers are calibrated, as where the temperature was fitted."""


class InputError(StridenetError, ValueError):
    """Samples or windows are not what the model takes."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a model takes and says.

    Args:
        length: samples in a window.
        step: samples from one window to the next, where nobody asks for another.
        rate_hz: samples per second.
        classes: their names, in the order of the answers.
        channels: of the samples that come in, in order.
        units: of these channels.
        filters: what they go through before windows are cut: ``"none"`` or ``"uci-har"``.
        temperature: by which the answers are calibrated; 1 changes nothing.
        threshold: below this probability an answer is unknown; 0 where none is.
        name: of the model, for messages.
        taught_by: digests of the names of people who trained it; see :func:`person`.
    """

    length: int
    step: int
    rate_hz: float
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    filters: str = "none"
    temperature: float = 1.0
    threshold: float = 0.0
    name: str = "model"
    taught_by: frozenset[str] = frozenset()


def person(name: str) -> str:
    """What stands for a person's name in a model file: it is compared there, and not told.

    >>> person("anna") == person("anna") != person("ben")
    True
    """
    return hashlib.sha256(f"person {name}".encode()).hexdigest()[:12]


class Event(NamedTuple):
    """A stretch of one label.

    Args:
        begin: seconds.
        end: seconds.
        label: a class's name, or ``"unknown"``.
        probability: the mean over its samples of that of the label, or of the likeliest where it is unknown; NaN
            where no window covers any.
    """

    begin: float
    end: float
    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class Answers:
    """What is said of the windows of a recording.

    Args:
        start: shape (window,), the first sample of each.
        probability: shape (window, class); NaN where a window has a missing value.
        n_samples: of the recording.
        task: of the model.
        labels: shape (window,), the classes that are shown, -1 where unknown.
        smoothed: whether these are smoothed; a sample then has the commonest label of the windows that cover it.
    """

    start: Labels
    probability: Floats
    n_samples: int
    task: Task
    labels: Labels
    smoothed: bool = False

    @property
    def n_missing(self) -> int:
        """Windows without an answer, for a value is missing."""
        return int(np.isnan(self.probability[:, 0]).sum()) if len(self.probability) else 0

    @property
    def n_unsure(self) -> int:
        """Windows that are unknown for the model is not sure enough."""
        return int((self.labels == UNKNOWN).sum()) - self.n_missing

    def names(self, labels: npt.NDArray[np.integer[Any]] | None = None) -> list[str]:
        """The names of labels, by default of the windows'."""
        known = [*self.task.classes, UNKNOWN_NAME]
        return [known[label] for label in (self.labels if labels is None else labels).tolist()]

    def samples(self) -> tuple[Labels, Floats]:
        """For each sample the mean probability of the windows that cover it, and the class that it names.

        Returns:
            Labels of shape (sample,), -1 where no window covers it or the model is not sure; and shape (sample, class).
        """
        pieces, labels, scores = self.pieces()
        return np.repeat(labels, pieces), np.repeat(scores, pieces, axis=0)

    def pieces(self) -> tuple[Labels, Labels, Floats]:
        """The same, with each stretch in which the windows are the same once: how many samples, label and scores."""
        heard = np.isfinite(self.probability).all(axis=1)
        said, start = self.probability[heard].astype(np.float64), self.start[heard]
        edges = np.unique(np.concatenate([[0, self.n_samples], start, start + self.task.length]))
        first = np.searchsorted(start, edges[:-1] - self.task.length, side="right")
        behind = np.searchsorted(start, edges[:-1], side="right")
        with np.errstate(invalid="ignore", divide="ignore"):
            scores = np.where(
                (first == behind)[:, None], np.nan, _over(said, first, behind) / (behind - first)[:, None]
            )
        labels = decided(scores, self.task.threshold)
        if self.smoothed:
            votes = np.where(self.labels[heard, None] == np.arange(said.shape[1]), 1.0, 0.0)
            ballot = _over(votes, first, behind) + np.nan_to_num(scores) / 2  # a half never outweighs a vote
            labels = np.where(labels == UNKNOWN, UNKNOWN, ballot.argmax(axis=1))
        return np.diff(edges), labels, scores.astype(np.float32)

    def events(self) -> list[Event]:
        """Stretches of one label, sample by sample, in seconds from the recording's first."""
        pieces, labels, scores = self.pieces()
        if not len(pieces):
            return []
        ends = np.cumsum(pieces)
        runs = np.flatnonzero(np.diff(labels, prepend=-2))
        found = []
        for first, behind in zip(runs.tolist(), [*runs[1:].tolist(), len(labels)], strict=True):
            label, here = int(labels[first]), scores[first:behind]
            sure = (here[:, label] if label != UNKNOWN else here.max(axis=1)).astype(np.float64)
            there = np.isfinite(sure)
            weight = pieces[first:behind][there]
            mean = float((sure[there] * weight).sum() / weight.sum()) if there.any() else float("nan")
            begin = int(ends[first] - pieces[first])
            name = self.task.classes[label] if label != UNKNOWN else UNKNOWN_NAME
            found.append(Event(begin / self.task.rate_hz, int(ends[behind - 1]) / self.task.rate_hz, name, mean))
        return found


def decided(probability: Floats, threshold: float) -> Labels:
    """The likeliest class of each row; -1 where it has none, or is below the threshold."""
    there = np.isfinite(probability).all(axis=1)
    best = np.where(there, np.nan_to_num(probability).argmax(axis=1), UNKNOWN)
    with np.errstate(invalid="ignore"):
        return np.where(there & (probability.max(axis=1) >= threshold), best, UNKNOWN)


def shown(probability: Floats, threshold: float, smoothing: str = "none", **settings: float) -> Labels:
    """The classes that are shown for windows in a row: smoothed, and then unknown where the model is not sure."""
    labels = decided(probability, 0.0)
    if smoothing != "none":
        labels = smoothed(smoothing, labels, probability, **settings)
    return np.where(decided(probability, threshold) == UNKNOWN, UNKNOWN, labels)


def tempered(probability: npt.NDArray[np.floating[Any]], temperature: float) -> Floats:
    """Probabilities whose logarithms are divided by a temperature.

    >>> bool(np.allclose(tempered(np.array([[0.8, 0.2]]), 2.0), [[2 / 3, 1 / 3]]))
    True
    """
    if temperature == 1.0:
        return np.asarray(probability, np.float32)
    raised = np.power(np.maximum(probability, SMALLEST, dtype=np.float64), 1 / temperature)
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def voted(answers: Sequence[Answers]) -> Answers:
    """One answer of several models, the mean of their probabilities; all say the same classes of the same windows.

    Raises:
        InputError: other classes, or other windows.
    """
    first = answers[0]
    for other in answers[1:]:
        if other.task.classes != first.task.classes:
            raise InputError(
                f"{other.task.name} names {', '.join(other.task.classes)}, but {first.task.name} "
                f"{', '.join(first.task.classes)}; models that vote must have the same classes in the same order."
            )
        if other.task.length != first.task.length or not np.array_equal(other.start, first.start):
            raise InputError(
                f"{other.task.name} has windows of {other.task.length} samples, but {first.task.name} of "
                f"{first.task.length}; models that vote must look at the same windows, so give both one step."
            )
    if len(answers) == 1:
        return first
    mean = np.asarray(np.mean([one.probability for one in answers], axis=0), np.float32)
    task = replace(first.task, threshold=float(np.mean([one.task.threshold for one in answers])), name="the vote")
    return Answers(first.start, mean, first.n_samples, task, shown(mean, task.threshold))


def _over(values: npt.NDArray[np.float64], first: Labels, behind: Labels) -> npt.NDArray[np.float64]:
    """Sums of rows ``first`` to ``behind``, the latter not among them."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]))])
    sums = np.add.reduceat(padded, np.stack([first, behind], axis=1).ravel(), axis=0)[::2]
    sums[first == behind] = 0  # reduceat gives the row itself
    return np.asarray(sums)
