"""Timelines: what windows say, back on the recording, as one label per sample beside the true one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, unknown_name
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.wording import counted

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Vote = Literal["mean", "majority", "last"]

UNKNOWN = -1
"""The label of a sample that no window covers, or for which none of the classes is said."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """A recording's true and predicted label, sample by sample.

    Args:
        name: the recording's.
        group: the person.
        truth: shape (sample,), the true class, -1 where there is none.
        predicted: shape (sample,), the predicted class, -1 where it is unknown.
        scores: shape (piece, class), the mean probability of the windows over a stretch in which they are the same;
            NaN where there are none.
        pieces: shape (piece,), the samples of each stretch; together all samples.
        rate_hz: samples per second.
        classes: the classes' names.
    """

    name: str
    group: str
    truth: Labels
    predicted: Labels
    scores: Scores
    pieces: Labels
    rate_hz: float
    classes: tuple[str, ...]

    @property
    def probability(self) -> Scores:
        """Shape (sample, class): ``scores`` for every sample."""
        return np.repeat(self.scores, self.pieces, axis=0)

    @cached_property
    def accuracy(self) -> float:
        """The share of labelled samples whose class was named; unknown is never right; NaN where none is labelled."""
        labelled = self.truth != UNLABELLED
        return float(np.mean(self.predicted[labelled] == self.truth[labelled])) if labelled.any() else float("nan")

    @property
    def covered(self) -> float:
        """The share of samples that a window covers, from 0 to 1."""
        there = ~np.isnan(self.scores).any(axis=1)
        return float(self.pieces[there].sum() / max(1, self.pieces.sum()))


def timelines(
    probability: npt.ArrayLike,
    recording: npt.ArrayLike,
    start: npt.ArrayLike,
    length: int,
    recordings: Sequence[Recording],
    *,
    vote: Vote = "mean",
) -> list[Timeline]:
    """Puts what windows say back on their recordings.

    Give the windows of the *whole* recording. Where :func:`stridenet.cut` left out those that hold several activities,
    the samples that are hard to name are covered by few windows or none, and the timeline looks too good.

    A sample's label is settled when the last window over it has ended, up to a window's length later. A window whose
    probabilities are not all finite has no vote.

    Args:
        probability: shape (window, class).
        recording: shape (window,), an index into ``recordings``.
        start: shape (window,), each window's first sample in its recording.
        length: samples in a window.
        recordings: what the windows were cut from, with the true labels.
        vote: how windows that overlap agree. ``"mean"``: the largest mean probability; ``"majority"``: the commonest
            of their classes, the larger mean among equals; ``"last"``: the latest window that covers the sample.

    Returns:
        A timeline for each recording that has windows, in the order of ``recordings``.

    Raises:
        UnknownNameError: a vote that does not exist.
        DataError: shapes that do not fit together, or a window that reaches beyond its recording.

    >>> r = Recording("r", "anna", np.zeros((7, 1)), ("x",), ("g",), 1.0, np.array([0, 0, 0, 1, 1, 1, 1]), ("a", "b"))
    >>> line = timelines([[0.9, 0.1], [0.2, 0.8]], [0, 0], [0, 2], 4, [r])[0]
    >>> line.predicted.tolist(), line.scores.round(2).tolist()[1], round(line.covered, 2)
    ([0, 0, 0, 0, 1, 1, -1], [0.55, 0.45], 0.86)
    """
    if vote not in get_args(Vote):
        raise unknown_name("vote", vote, get_args(Vote))
    said, where, starts = np.asarray(probability, np.float64), np.asarray(recording), np.asarray(start, np.int64)
    if said.ndim != 2 or where.shape != (len(said),) or starts.shape != (len(said),):
        raise DataError(
            f"timeline: probabilities of shape {said.shape}, recordings of {where.shape} and starts of {starts.shape}; "
            "needed are (window, class), (window,) and (window,)."
        )
    if length < 1:
        raise DataError(f"timeline: a window of {counted(length, 'sample')}; it must have at least one.")
    lines = []
    for index in np.unique(where):
        if not 0 <= index < len(recordings):
            raise DataError(f"timeline: a window is of recording {index}, but there are {len(recordings)}, from 0.")
        mine = np.flatnonzero(where == index)
        mine = mine[np.argsort(starts[mine], kind="stable")]
        lines.append(_line(said[mine], starts[mine], length, recordings[index], vote))
    return lines


def _line(said: Scores, start: Labels, length: int, source: Recording, vote: Vote) -> Timeline:
    n = source.n_samples
    if said.shape[1] != len(source.classes):
        raise DataError(
            f"recording {source.name!r}: {counted(said.shape[1], 'probability', 'probabilities')} a window, but "
            f"{counted(len(source.classes), 'class', 'classes')}; give one of each class."
        )
    if start[0] < 0 or start[-1] + length > n:
        raise DataError(
            f"recording {source.name!r}: windows cover samples {start[0]} to {start[-1] + length}, but it has {n}; "
            "give the recordings that the windows were cut from."
        )
    heard = np.isfinite(said).all(axis=1)
    said, start = said[heard], start[heard]
    edges = np.unique(np.concatenate([[0, n], start, start + length]))
    first = np.searchsorted(start, edges[:-1] - length, side="right")  # of the windows over each piece
    behind = np.searchsorted(start, edges[:-1], side="right")
    scores = _over(said, first, behind) / np.maximum(1, behind - first)[:, None]
    if vote == "last":
        scores = np.concatenate([said, np.zeros((1, said.shape[1]))])[behind - 1]
    ballot = scores
    if vote == "majority":
        votes = np.eye(said.shape[1])[said.argmax(axis=1)]
        ballot = _over(votes, first, behind) + scores / 2  # a half never outweighs a vote
    empty = first == behind
    label = np.where(empty, UNKNOWN, ballot.argmax(axis=1))
    scores[empty] = np.nan
    pieces = np.diff(edges)
    return Timeline(
        source.name,
        source.group,
        source.labels.astype(np.int64),
        np.repeat(label, pieces).astype(np.int64),
        scores,
        pieces,
        source.rate_hz,
        source.classes,
    )


def _over(values: Scores, first: Labels, behind: Labels) -> Scores:
    """Sums of rows ``first`` to ``behind``, the latter not among them."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]))])
    sums = np.add.reduceat(padded, np.stack([first, behind], axis=1).ravel(), axis=0)[::2]
    sums[first == behind] = 0  # reduceat gives the row itself
    return sums


def typical_and_worst(lines: Sequence[Timeline]) -> list[tuple[str, Timeline]]:
    """Which timelines to show, by a rule: the median by accuracy (the lower of two), and the worst.

    Args:
        lines: any; those without a labelled sample are not ranked.

    Returns:
        What each is, and it; the first one alone where none has labels.
    """
    labelled = [line for line in lines if not np.isnan(line.accuracy)]
    ranked = sorted(labelled, key=lambda line: (line.accuracy, line.name))
    if len(ranked) < 2:
        return [("the only one with labels", line) for line in ranked] or [("the first", line) for line in lines[:1]]
    middle, of = (len(ranked) - 1) // 2, f"of {len(ranked)} by accuracy"
    chosen = [(f"worst {of}", ranked[0])]
    return [(f"median {of}", ranked[middle]), *chosen] if middle else [*chosen, (f"best {of}", ranked[1])]
