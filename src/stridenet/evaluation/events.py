"""Event errors of timelines: what was inserted, deleted, torn apart, run together, and what began late.

Source: J. A. Ward, P. Lukowicz, H. W. Gellersen, "Performance Metrics for Activity Recognition", ACM Transactions on
Intelligent Systems and Technology 2 (1), Article 6 (2011). Each class is held against all others. Between all
boundaries of truth and prediction lie *segments*. A segment that was missed is a fragment where the right answer is on
both sides of it, underfill where it is on one side, and a deletion where it is on neither; a segment that was named and
is not so is a merge, overfill or an insertion in the same way. Exchanging truth and prediction exchanges them.

A pair of errors, one of the true class and one of the named class, makes one error where each sample is counted once
(after J. A. Ward, P. Lukowicz, G. Tröster, "Evaluating Performance in Continuous Context Recognition Using
Event-Driven Error Characterisation", LoCA 2006): a boundary between two activities that moved is *timing*, any other
pair a *substitution*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, unknown_name

Labels = npt.NDArray[np.int64]
Unlabelled = Literal["ignore", "none"]

CLASS_FRAMES = (
    "true_positive", "true_negative", "deletion", "underfill", "fragment", "insertion", "overfill", "merge",
)  # fmt: skip
"""What a sample can be for one class."""
FRAMES = (
    "correct", "deletion", "underfill", "fragment", "insertion", "overfill", "merge", "timing", "substitution",
)  # fmt: skip
"""What a sample can be when all classes are looked at together."""
TRUE_EVENTS = ("correct", "deleted", "fragmented", "merged", "fragmented_and_merged")
"""What can become of a true event."""
NAMED_EVENTS = ("correct", "inserted", "merging", "fragmenting", "fragmenting_and_merging")
"""What a predicted event can be: what its true event would be if truth and prediction were exchanged."""

_MISSED, _NAMED = CLASS_FRAMES.index("deletion"), CLASS_FRAMES.index("insertion")


class Event(NamedTuple):
    """A stretch of one label, in samples; the sample ``end`` is not in it."""

    begin: int
    end: int
    label: int

    def seconds(self, rate_hz: float) -> tuple[float, float]:
        """Where it begins and ends, in seconds."""
        return self.begin / rate_hz, self.end / rate_hz


def events(labels: npt.ArrayLike) -> list[Event]:
    """Runs of labels, those of -1 among them, one after the other.

    >>> events([0, 0, -1, 2])
    [Event(begin=0, end=2, label=0), Event(begin=2, end=3, label=-1), Event(begin=3, end=4, label=2)]
    """
    values = np.asarray(labels)
    begin, end = _runs(values)
    return [Event(*row) for row in zip(begin.tolist(), end.tolist(), values[begin].tolist(), strict=True)]


@dataclass(frozen=True, eq=False)
class EventErrors:
    """How well events were found, over some recordings.

    Args:
        samples: how many were looked at.
        frames: shape (class, kind of :data:`CLASS_FRAMES`), samples; each row sums to ``samples``.
        together: shape (kind of :data:`FRAMES`,), samples; sums to ``samples``.
        true_events: shape (class, kind of :data:`TRUE_EVENTS`); each row sums to the class's true events.
        named_events: shape (class, kind of :data:`NAMED_EVENTS`); each row sums to its predicted events.
        onset_s: for each class, how late each correct event began, in seconds; below zero is early.
        offset_s: for each class, how late each correct event ended.
    """

    samples: int
    frames: Labels
    together: Labels
    true_events: Labels
    named_events: Labels
    onset_s: tuple[npt.NDArray[np.float64], ...]
    offset_s: tuple[npt.NDArray[np.float64], ...]

    def plain(self, classes: Sequence[str]) -> dict[str, Any]:
        """Everything as numbers under names; delays as :func:`spread` tells them.

        Args:
            classes: the classes' names.
        """
        return {
            "samples": self.samples,
            "together": dict(zip(FRAMES, self.together.tolist(), strict=True)),
            "classes": {
                name: {
                    "frames": dict(zip(CLASS_FRAMES, self.frames[c].tolist(), strict=True)),
                    "true_events": dict(zip(TRUE_EVENTS, self.true_events[c].tolist(), strict=True)),
                    "named_events": dict(zip(NAMED_EVENTS, self.named_events[c].tolist(), strict=True)),
                    "onset_s": spread(self.onset_s[c]),
                    "offset_s": spread(self.offset_s[c]),
                }
                for c, name in enumerate(classes)
            },
        }


def spread(delays: npt.NDArray[np.float64]) -> dict[str, float | int | None]:
    """Median, quartiles and number of some delays; None where there are none.

    >>> spread(np.array([0.0, 1.0, 5.0]))
    {'median': 1.0, 'low': 0.5, 'high': 3.0, 'count': 3}
    """
    low, median, high = np.percentile(delays, [25, 50, 75]).tolist() if len(delays) else (None, None, None)
    return {"median": median, "low": low, "high": high, "count": len(delays)}


def event_errors(
    truth: Iterable[npt.ArrayLike],
    predicted: Iterable[npt.ArrayLike],
    n_classes: int,
    rate_hz: float,
    *,
    unlabelled: Unlabelled = "ignore",
) -> EventErrors:
    """Counts the event errors of some recordings.

    A true event is *correct* where one predicted event alone meets it, which meets no other; how much of it is met does
    not matter, so look at the delays and frames too. A delay is told of correct events, where the label on the other
    side of the true boundary was looked at: not at the ends of a recording or beside what is ignored.

    Args:
        truth: for each recording, shape (sample,), the true classes, -1 where there is none.
        predicted: for each recording, shape (sample,), the predicted classes, -1 where unknown.
        n_classes: how many classes there are.
        rate_hz: samples per second.
        unlabelled: what a sample without a true label is. ``"ignore"``: nobody knows; it is not looked at, and an event
            that reaches across it is told once on each side. ``"none"``: truly none of the classes, so that naming one
            is an error.

    Raises:
        UnknownNameError: another ``unlabelled``.
        DataError: recordings that do not fit together, or a class that does not exist.

    >>> errors = event_errors([[1, 1, 1, 0, 0, 0]], [[0, 1, 1, 1, 0, 0]], n_classes=2, rate_hz=1.0)
    >>> told = errors.plain(["sit", "walk"])
    >>> told["together"]["timing"], told["together"]["substitution"], told["classes"]["sit"]["named_events"]["inserted"]
    (1, 1, 1)
    >>> told["classes"]["walk"]["offset_s"]
    {'median': 1.0, 'low': 1.0, 'high': 1.0, 'count': 1}
    """
    if unlabelled not in get_args(Unlabelled):
        raise unknown_name("way with unlabelled samples", unlabelled, get_args(Unlabelled))
    true, said, seen = _in_a_row([np.asarray(t) for t in truth], [np.asarray(p) for p in predicted], n_classes)
    if unlabelled == "ignore":
        seen &= true >= 0
        said = np.where(seen, said, -1)
    found = [_one_class(true == c, said == c, seen, rate_hz) for c in range(n_classes)]
    kinds = np.stack([one.kinds for one in found]) if found else np.zeros((0, len(true)), np.int64)
    return EventErrors(
        int(seen.sum()),
        np.array([np.bincount(row[seen], minlength=len(CLASS_FRAMES)) for row in kinds]),
        _together(true, said, kinds, seen),
        np.array([one.true_events for one in found]),
        np.array([one.named_events for one in found]),
        tuple(one.onset_s for one in found),
        tuple(one.offset_s for one in found),
    )


def _runs(values: npt.NDArray[Any]) -> tuple[Labels, Labels]:
    """Where runs of equal values begin and end."""
    edges = np.unique([0, *(np.flatnonzero(values[1:] != values[:-1]) + 1), len(values)]).astype(np.int64)
    return edges[:-1], edges[1:]


def _spans(inside: npt.NDArray[np.bool_]) -> tuple[Labels, Labels]:
    """Where runs of true begin and end."""
    begin, end = _runs(inside)
    return begin[inside[begin]], end[inside[begin]]


def _in_a_row(
    truth: Sequence[npt.NDArray[Any]], predicted: Sequence[npt.NDArray[Any]], n_classes: int
) -> tuple[Labels, Labels, npt.NDArray[np.bool_]]:
    """All recordings in a row, with a sample before, between and behind them that nobody looks at."""
    if len(truth) != len(predicted):
        raise DataError(f"events: {len(truth)} recordings are true, but {len(predicted)} predicted; give as many.")
    for i, (true, said) in enumerate(zip(truth, predicted, strict=True)):
        if true.ndim != 1 or true.shape != said.shape:
            raise DataError(f"events, recording {i}: {true.shape} true but {said.shape} predicted; one per sample.")
        for what, labels in (("true", true), ("predicted", said)):
            if labels.size and (labels.min() < -1 or labels.max() >= n_classes):
                raise DataError(
                    f"events, recording {i}: {what} labels from {labels.min()} to {labels.max()}, but {n_classes} "
                    "classes; labels count from 0, and -1 means none."
                )
    apart = [np.array([-1])]

    def row(parts: Sequence[npt.NDArray[Any]]) -> Labels:
        return np.concatenate(apart + [piece for part in parts for piece in (part, *apart)]).astype(np.int64)

    seen = row([np.zeros(len(true)) for true in truth]) == 0
    return row(truth), row(predicted), seen


class _OfClass(NamedTuple):
    kinds: Labels
    true_events: Labels
    named_events: Labels
    onset_s: npt.NDArray[np.float64]
    offset_s: npt.NDArray[np.float64]


def _one_class(
    true: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_], seen: npt.NDArray[np.bool_], rate_hz: float
) -> _OfClass:
    begin, end = _runs(2 * true + said)
    is_true, is_said = true[begin], said[begin]
    met = is_true & is_said
    beside = np.zeros(len(met), np.int64)  # sides on which the right answer is
    beside[1:] += met[:-1]
    beside[:-1] += met[1:]
    kind = np.select([met, is_true, is_said], [0, _MISSED + beside, _NAMED + beside], 1)

    true_begin, true_end = _spans(true)
    said_begin, said_end = _spans(said)
    of_true = np.searchsorted(true_begin, begin[met], side="right") - 1
    of_said = np.searchsorted(said_begin, begin[met], side="right") - 1
    true_events, alone = _fates(of_true, of_said, len(true_begin), len(said_begin))
    named_events, _ = _fates(of_said, of_true, len(said_begin), len(true_begin))
    i, j = of_true[alone], of_said[alone]
    onset, offset = said_begin[j] - true_begin[i], said_end[j] - true_end[i]
    return _OfClass(
        np.repeat(kind, end - begin),
        true_events,
        named_events,
        onset[seen[true_begin[i] - 1]] / rate_hz,
        offset[seen[true_end[i]]] / rate_hz,
    )


def _fates(mine: Labels, other: Labels, n_mine: int, n_other: int) -> tuple[Labels, npt.NDArray[np.bool_]]:
    """What became of each event, counted, from the pairs that meet; and which pairs are alone with each other."""
    met, met_other = np.bincount(mine, minlength=n_mine), np.bincount(other, minlength=n_other)
    shared = np.bincount(mine, weights=met_other[other] > 1, minlength=n_mine) > 0
    fate = np.where(met == 0, 1, 2 * (met > 1) + 3 * shared)
    fate[fate == 5] = 4
    return np.bincount(fate, minlength=5), (met[mine] == 1) & (met_other[other] == 1)


def _together(true: Labels, said: Labels, kinds: Labels, seen: npt.NDArray[np.bool_]) -> Labels:
    """Each sample once: an error of one class where the other side is none, else of the pair."""
    at = np.flatnonzero(seen & (true != said))
    missed = np.where(true[at] >= 0, kinds[true[at], at], -1)
    named = np.where(said[at] >= 0, kinds[said[at], at], -1)
    moved = (missed == CLASS_FRAMES.index("underfill")) & (named == CLASS_FRAMES.index("overfill"))
    both = np.where(moved, FRAMES.index("timing"), FRAMES.index("substitution"))
    alone = np.where(missed >= 0, missed, named) - 1  # FRAMES has one kind less before these
    counts = np.bincount(np.where((missed >= 0) & (named >= 0), both, alone), minlength=len(FRAMES))
    counts[0] += int(seen.sum()) - len(at)
    return counts
