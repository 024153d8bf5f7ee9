"""What `stridenet inspect` tells about data, first as plain numbers, then as tables for the terminal."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.signals.places import joined
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.windows import Windows, by_number
from stridenet.system.mapped import forget

_Index = npt.NDArray[np.int64]
_Samples = npt.NDArray[np.floating[Any]]
_AT_ONCE = 1 << 20
"""Samples that are looked at at a time: memory may not hold a channel."""


def overview(windows: Windows, recordings: Sequence[Recording] | None = None) -> dict[str, Any]:
    """Counts people, activities, windows and gaps, and describes each channel.

    Channel figures count every sample once, however much the windows overlap, and whether it has a label or not.
    ``saturated`` is the share of samples at the channel's smallest or largest value, ``constant`` the share in
    stretches of more than 1 s that do not change at all. Both hint at a sensor at its limit, or one that hung.

    Args:
        windows: the windows.
        recordings: what they were cut from. Without them seconds are those that the windows hold, and time that
            no window holds is known only between windows.

    Returns:
        Numbers, strings, lists and dictionaries only: JSON can hold it. Figures of no samples are None.
    """
    runs = contiguous(windows)
    pieces: list[_Samples] = [r.data for r in recordings] if recordings else [join(windows, run) for run in runs]
    pieces = [piece for piece in pieces if len(piece)]
    n_samples = max(1, sum(map(len, pieces)))
    channels, stretches = {}, list[int]()
    for c, name in enumerate(windows.channels):
        values = [piece[:, c] for piece in pieces]
        still = [n for piece in values for n in _constant(piece, windows.rate_hz)]
        channels[name] = {"unit": windows.units[c], **_describe(values), "constant": float(sum(still)) / n_samples}
        stretches += still
    step = _step(windows)
    n_recordings = _per_person(windows, recordings)
    people = by_number({*n_recordings, *windows.people})
    counts = {
        person: np.bincount(windows.y[windows.group == person], minlength=len(windows.classes)) for person in people
    }
    seconds = _activity_seconds(windows, recordings)
    return {
        "source": windows.source,
        "n_people": len(people),
        "n_recordings": sum(n_recordings.values()),
        "n_windows": len(windows),
        "rate_hz": float(windows.rate_hz),
        "window": {
            "length": windows.length,
            "length_s": windows.length_s,
            "step": step,
            "step_s": None if step is None else step / windows.rate_hz,
        },
        "duration_s": {
            "windows": sum(map(len, windows.pieces())) / windows.rate_hz,
            "recordings": sum(r.duration_s for r in recordings) if recordings else None,
        },
        "people": {
            person: {
                "windows": int(count.sum()),
                "recordings": n_recordings.get(person, 0),
                "test": person in windows.test_groups,
            }
            for person, count in counts.items()
        },
        "activities": {
            name: {"windows": int((windows.y == c).sum()), "seconds": float(seconds[c])}
            for c, name in enumerate(windows.classes)
        },
        "people_activities": {
            person: dict(zip(windows.classes, map(int, count), strict=True)) for person, count in counts.items()
        },
        "test_people": [person for person in people if person in windows.test_groups],
        "dropped": {reason: int(count) for reason, count in windows.dropped.items()},
        "channels": channels,
        "gaps": {
            "recordings_per_person": {
                "fewest": min(n_recordings.values(), default=0),
                "median": float(statistics.median(n_recordings.values())) if n_recordings else 0.0,
                "most": max(n_recordings.values(), default=0),
            },
            "unlabelled_s": (
                float(sum((r.labels == UNLABELLED).sum() / r.rate_hz for r in recordings)) if recordings else None
            ),
            "samples_between_windows": _between(windows),
            "constant_stretches": len(stretches),
            "longest_constant_s": max(stretches, default=0) / windows.rate_hz,
        },
    }


def contiguous(windows: Windows, *, by_class: bool = False) -> list[_Index]:
    """Runs of windows of one recording without a sample missing between them, each as window numbers in time.

    Args:
        windows: in any order.
        by_class: whether another activity also ends a run.
    """
    if not len(windows):
        return []
    order = np.lexsort((windows.start, windows.recording))
    breaks = (np.diff(windows.recording[order]) != 0) | (np.diff(windows.start[order]) > windows.length)
    if by_class:
        breaks |= np.diff(windows.y[order]) != 0
    return np.split(order, np.flatnonzero(breaks) + 1)


def join(windows: Windows, run: _Index) -> npt.NDArray[np.float32]:
    """The samples of one run of windows, each once: shape (sample, channel)."""
    fresh = np.diff(windows.start[run], prepend=windows.start[run[0]] - windows.length)
    return joined(windows.places.pieces(run, fresh), len(windows.channels))


def _blocks(pieces: Sequence[npt.NDArray[Any]]) -> Iterator[npt.NDArray[Any]]:
    """All samples, as many at a time as memory always holds; few of them at once."""
    if sum(map(len, pieces)) <= _AT_ONCE:
        yield np.concatenate(pieces)
        return
    for piece in pieces:
        for first in range(0, len(piece), _AT_ONCE):
            yield piece[first : first + _AT_ONCE]
            forget(piece)


def _describe(pieces: Sequence[_Samples]) -> dict[str, float | None]:
    """The figures of one channel."""
    n = sum(map(len, pieces))
    if not n:
        return dict.fromkeys(("mean", "sd", "min", "max", "saturated"))
    low, high = min(block.min() for block in _blocks(pieces)), max(block.max() for block in _blocks(pieces))
    mean = sum(float(block.sum(dtype=np.float64)) for block in _blocks(pieces)) / n
    square = sum(float(((block.astype(np.float64) - mean) ** 2).sum()) for block in _blocks(pieces)) / n
    return {
        "mean": mean,
        "sd": float(np.sqrt(square)),
        "min": float(low),
        "max": float(high),
        "saturated": sum(np.count_nonzero((block == low) | (block == high)) for block in _blocks(pieces)) / n,
    }


def _constant(piece: _Samples, rate_hz: float) -> list[int]:
    """Samples of every stretch of more than a second in which a channel does not change."""
    found: list[int] = []
    last = 0  # where the value came that still holds
    for first in range(0, len(piece), _AT_ONCE):
        block = piece[max(0, first - 1) : first + _AT_ONCE]
        changes = np.flatnonzero(np.diff(block) != 0) + max(1, first)
        lengths = np.diff(changes, prepend=last)
        found += lengths[lengths > rate_hz].tolist()
        last = int(changes[-1]) if len(changes) else last
        forget(block)
    return [*found, len(piece) - last] if len(piece) - last > rate_hz else found


def _strides(windows: Windows) -> _Index:
    """Samples from each window's start to the next one's in the same recording."""
    order = np.lexsort((windows.start, windows.recording))
    strides: _Index = np.diff(windows.start[order])[np.diff(windows.recording[order]) == 0]
    return strides


def _step(windows: Windows) -> int | None:
    """The commonest stride; unknown when no recording holds two windows."""
    strides = _strides(windows)
    return int(np.bincount(strides).argmax()) if len(strides) else None


def _between(windows: Windows) -> int:
    """Samples between windows of one recording that no window holds."""
    return int(np.maximum(_strides(windows) - windows.length, 0).sum())


def _per_person(windows: Windows, recordings: Sequence[Recording] | None) -> dict[str, int]:
    if recordings:
        groups: Iterable[str] = (r.group for r in recordings)
    else:
        _, first = np.unique(windows.recording, return_index=True)
        groups = map(str, windows.group[first])
    counts: dict[str, int] = {}
    for group in groups:
        counts[group] = counts.get(group, 0) + 1
    return counts


def _activity_seconds(windows: Windows, recordings: Sequence[Recording] | None) -> npt.NDArray[np.float64]:
    """Seconds of each activity: what is labelled so or, without recordings, what windows of this label hold."""
    seconds = np.zeros(len(windows.classes))
    if recordings:
        for recording in recordings:
            blocks = _blocks([recording.labels])
            seconds += (
                sum(np.bincount(some[some != UNLABELLED], minlength=len(seconds)) for some in blocks)
                / recording.rate_hz
            )
        return seconds
    for run in contiguous(windows, by_class=True):
        seconds[windows.y[run[0]]] += (
            windows.start[run[-1]] - windows.start[run[0]] + windows.length
        ) / windows.rate_hz
    return seconds
