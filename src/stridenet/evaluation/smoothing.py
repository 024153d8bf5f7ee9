"""Smoothing of timelines, by name: each takes the labels of a stretch and gives as many.

Smoothing is another predictor, whose figures are told apart from the network's own. What is *causal* uses nothing that
comes after a sample, beyond the windows that cover it, and can be had live.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError, short, unknown_name
from stridenet.evaluation.events import events
from stridenet.evaluation.timeline import UNKNOWN, Labels, Scores, Timeline

_TINY = 1e-12  # instead of a probability of 0, whose logarithm is infinite


class Smoother(NamedTuple):
    """A way to smooth by name: what does it, whether it is causal, and what it is in one line."""

    function: Callable[..., Labels]
    causal: bool
    about: str


class Stretch(NamedTuple):
    """What is smoothed: samples in a row that all have a label.

    Args:
        labels: shape (sample,), from 0.
        probability: shape (sample, class).
        rate_hz: samples per second.
    """

    labels: Labels
    probability: Scores
    rate_hz: float


class Transitions(NamedTuple):
    """How often a class followed a class in training labels: ``counts`` of shape (class, class), ``lag`` samples on."""

    counts: Labels
    lag: int


def smooth(name: str, line: Timeline, **settings: Any) -> Timeline:
    """A timeline with other predictions; each stretch without an unknown sample is smoothed apart, unknown stays.

    Args:
        name: one of :data:`SMOOTHERS`.
        line: what was predicted.
        settings: of the function that bears the name, such as ``seconds``.

    Raises:
        UnknownNameError: no such way to smooth, or no such setting of it.
        SettingError: a value that the setting does not allow, or one that has no default and was not given.

    >>> labels, scores, pieces = np.array([0, 0, 1, 0, 0]), np.eye(2)[[0, 0, 1, 0, 0]], np.ones(5, int)
    >>> line = Timeline("r", "anna", labels, labels, scores, pieces, rate_hz=1.0, classes=("sit", "walk"))
    >>> smooth("minimum-duration", line, seconds=2).predicted.tolist()
    [0, 0, 0, 0, 0]
    """
    if name not in SMOOTHERS:
        raise unknown_name("smoothing", name, SMOOTHERS)
    function = SMOOTHERS[name].function
    known = {k: p for k, p in inspect.signature(function).parameters.items() if p.kind is p.KEYWORD_ONLY}
    for given in settings:
        if given not in known:
            raise unknown_name(f"setting of smoothing {name!r}", given, known)
    lacking = [k for k, p in known.items() if p.default is p.empty and k not in settings]
    if lacking:
        raise SettingError(f"smoothing {name!r} needs {', '.join(lacking)}, and has no default for it; give it.")
    smoothed, probability = line.predicted.copy(), line.probability
    for begin, end, label in events(np.minimum(line.predicted, 0)):
        if label == UNKNOWN:
            continue
        smoothed[begin:end] = function(
            Stretch(line.predicted[begin:end], probability[begin:end], line.rate_hz), **settings
        )
    return replace(line, predicted=smoothed)


def majority(stretch: Stretch, *, seconds: float = 2.0) -> Labels:
    """The commonest label in a window around each sample; not causal.

    Args:
        stretch: what is smoothed; of labels equally common the sample's own stays, else the first class wins.
        seconds: of the window, rounded to an odd number of samples; it is shorter at the ends.
    """
    half = _samples(seconds, stretch) // 2
    return _commonest(stretch, half, half)


def majority_past(stretch: Stretch, *, seconds: float = 2.0) -> Labels:
    """The commonest label in a window that ends with each sample; causal, so that changes come late by half of it.

    Args:
        stretch: what is smoothed.
        seconds: of the window.
    """
    return _commonest(stretch, _samples(seconds, stretch) - 1, 0)


def median(stretch: Stretch, *, seconds: float = 2.0) -> Labels:
    """The class with the largest median probability in a window around each sample; not causal.

    Args:
        stretch: what is smoothed.
        seconds: of the window, which reaches no further than from one end to the other.
    """
    from scipy.ndimage import median_filter  # most need none of it

    size = min(2 * (_samples(seconds, stretch) // 2) + 1, 2 * len(stretch.labels) - 1)  # all, from either end
    medians = [median_filter(np.ascontiguousarray(column), size, mode="nearest") for column in stretch.probability.T]
    return np.asarray(np.stack(medians, axis=1).argmax(axis=1), np.int64)


def minimum_duration(stretch: Stretch, *, seconds: float = 2.0) -> Labels:
    """Events shorter than so many seconds take the label of the longer neighbour, the shortest first; not causal.

    Args:
        stretch: what is smoothed.
        seconds: events of this length and longer stay.
    """
    least = _positive("seconds", seconds) * stretch.rate_hz
    found = events(stretch.labels)
    label, size = [event.label for event in found], [event.end - event.begin for event in found]
    while len(size) > 1 and min(size) < least:
        at = size.index(min(size))
        beside = [i for i in (at - 1, at + 1) if 0 <= i < len(size)]
        label[at] = label[max(beside, key=lambda i: size[i])]  # the earlier of equals
        for i in (at + 1, at):  # what is now of one label becomes one event
            if 0 < i < len(size) and label[i] == label[i - 1]:
                size[i - 1] += size.pop(i)
                label.pop(i)
    return np.repeat(np.array(label, np.int64), size)


def hysteresis(stretch: Stretch, *, enter: float = 0.7, leave: float = 0.2) -> Labels:
    """A class stays until the likeliest reaches ``enter``, or its own probability falls below ``leave``; causal.

    Args:
        stretch: what is smoothed; its first sample keeps its label.
        enter: from 0 to 1, not below ``leave``.
        leave: from 0 to 1.
    """
    if not 0 <= leave <= enter <= 1:
        raise SettingError(f"hysteresis: leave is {leave:g} and enter {enter:g}; 0 <= leave <= enter <= 1 is needed.")
    labels, probability = stretch.labels, stretch.probability
    changes = np.flatnonzero((probability[1:] != probability[:-1]).any(axis=1)) + 1
    begins = np.concatenate([[0], changes])
    present, chosen = int(labels[0]), []
    for row, best in zip(probability[begins], probability[begins].argmax(axis=1).tolist(), strict=True):
        if row[best] >= enter or row[present] < leave:
            present = best
        chosen.append(present)
    chosen[0] = int(labels[0])
    return np.repeat(np.array(chosen, np.int64), np.diff([*begins, len(labels)]))


def viterbi(stretch: Stretch, *, transitions: Transitions, pseudo: float = 1.0) -> Labels:
    """The likeliest path of classes, as of a hidden Markov model whose transitions are counted; not causal.

    The stretch is looked at every ``transitions.lag`` samples, for windows that overlap are no new evidence at each
    sample. A probability divided by how common the class was in training stands for how likely the signal is, so the
    probabilities must be calibrated, and of a network that was trained without weights of classes; else it does harm.

    Args:
        stretch: what is smoothed.
        transitions: as :func:`transitions_of` counts them, of training people only; the windows' step is a good lag.
        pseudo: is added to each count, so that what was never seen stays possible.
    """
    labels, probability = stretch.labels, stretch.probability
    counts, lag = transitions.counts + _positive("pseudo", pseudo), transitions.lag
    if counts.shape != (probability.shape[1],) * 2:
        raise SettingError(
            f"viterbi: transitions of shape {counts.shape}, but {probability.shape[1]} classes; both are needed of the "
            "same classes."
        )
    prior = counts.sum(axis=1) / counts.sum()
    step = np.log(counts / counts.sum(axis=1, keepdims=True))
    at = np.minimum(np.arange(0, len(labels), lag) + lag // 2, len(labels) - 1)
    seen = np.log(np.maximum(probability[at], _TINY)) - np.log(prior)
    best, came_from = np.log(prior) + seen[0], []
    for row in seen[1:]:
        ways = best[:, None] + step
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    path = [int(best.argmax())]
    for before in reversed(came_from):
        path.append(int(before[path[-1]]))
    return np.repeat(np.array(path[::-1], np.int64), lag)[: len(labels)]


def transitions_of(labels: Iterable[npt.ArrayLike], n_classes: int, lag: int) -> Transitions:
    """Counts which class follows which, ``lag`` samples on; pairs with a sample of none are not counted.

    Args:
        labels: for each recording of the training people, shape (sample,), -1 where there is none.
        n_classes: how many classes there are.
        lag: samples from one to the next.

    >>> transitions_of([[0, 0, 1, 1], [1, -1, 0]], n_classes=2, lag=1).counts.tolist()
    [[1, 1], [0, 1]]
    """
    if lag < 1:
        raise SettingError(f"transitions: the lag is {lag}; it must be at least 1 sample.")
    counts = np.zeros(n_classes * n_classes, np.int64)
    for given in labels:
        here = np.asarray(given, np.int64)
        if here.size and here.max() >= n_classes:
            raise DataError(f"transitions: a label {here.max()}, but {n_classes} classes; labels count from 0.")
        before, after = here[:-lag], here[lag:]
        both = (before >= 0) & (after >= 0)
        counts += np.bincount(before[both] * n_classes + after[both], minlength=len(counts))
    return Transitions(counts.reshape(n_classes, n_classes), lag)


SMOOTHERS: dict[str, Smoother] = {
    "majority": Smoother(majority, False, "the commonest label in a window around the sample"),
    "majority-past": Smoother(majority_past, True, "the commonest label in a window that ends with the sample"),
    "median": Smoother(median, False, "the largest median probability in a window around the sample"),
    "minimum-duration": Smoother(minimum_duration, False, "short events take the longer neighbour's label"),
    "hysteresis": Smoother(hysteresis, True, "a class stays until another is sure, or it is unlikely itself"),
    "viterbi": Smoother(viterbi, False, "the likeliest path, with transitions counted in training labels"),
}


def _positive(what: str, value: float) -> float:
    if not (np.isfinite(value) and value > 0):
        raise SettingError(f"smoothing: {what} is {short(value)}; it must be above 0.")
    return value


def _samples(seconds: float, stretch: Stretch) -> int:
    return max(1, round(_positive("seconds", seconds) * stretch.rate_hz))


def _commonest(stretch: Stretch, before: int, after: int) -> Labels:
    """The commonest of each sample and so many before and after it."""
    labels, n_classes = stretch.labels, stretch.probability.shape[1]
    n, at = len(labels), np.arange(len(labels))
    one_hot = labels[:, None] == np.arange(n_classes)
    sums = np.concatenate([np.zeros((1, n_classes), np.int64), np.cumsum(one_hot, axis=0, dtype=np.int64)])
    counts = 2 * (sums[np.minimum(at + after + 1, n)] - sums[np.maximum(at - before, 0)])
    counts[at, labels] += 1  # less than one more sample would
    return np.asarray(counts.argmax(axis=1), np.int64)
