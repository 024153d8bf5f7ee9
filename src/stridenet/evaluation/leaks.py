"""What two sides of a split share: counted on the windows themselves, never assumed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stridenet.signals.windows import Windows

Index = npt.NDArray[np.int64]
_MOST_COMPARED = 100_000
_AT_ONCE = 4096
_FEWEST = 16
"""Different samples in half a window; with fewer, as of coarse sensors, two people's may be equal by chance."""
Print = tuple[bytes, bytes]
"""Digests of a whole window, and of a part of it that its samples choose; empty where nothing is to be compared."""


@dataclass(frozen=True, slots=True)
class Leaks:
    """What two sides of a split share: people, raw samples, and windows that are equal though their places differ.

    Equal are two windows of the same samples, and mostly two of which one begins up to half a window later: of a
    recording that is there twice, cut to another beginning, about half of the windows are found.

    All must be 0 for an honest figure.
    """

    people: int
    samples: int
    equal: int = 0


def leaks(windows: Windows, one: Index, other: Index, *, prints: Sequence[Print] | None = None) -> Leaks:
    """Counts the people and the raw samples that two sides of a split share.

    Args:
        windows: all windows.
        one: shape (window of a side,), indices.
        other: shape (window of another side,), indices.
        prints: what :func:`prints_of` gives for these windows, where several splits are counted.

    >>> import numpy as np
    >>> from stridenet.signals.recording import Recording
    >>> from stridenet.signals.windows import cut
    >>> r = Recording("r", "anna", np.zeros((8, 1)), ("x",), ("g",), 1.0, np.zeros(8, int), ("a",))
    >>> w = cut([r], length=4, step=2)
    >>> leaks(w, np.array([0, 1]), np.array([2]))
    Leaks(people=1, samples=2, equal=0)
    """
    people = np.intersect1d(windows.group[one], windows.group[other])
    both = np.intersect1d(windows.recording[one], windows.recording[other])  # samples of others cannot be shared
    ours, theirs = (_samples(windows, side[np.isin(windows.recording[side], both)]) for side in (one, other))
    shared = len(np.intersect1d(ours, theirs, assume_unique=True))
    return Leaks(len(people), shared, 0 if shared else _equal(windows, one, other, prints))


def touching(windows: Windows, one: Index, other: Index) -> npt.NDArray[np.bool_]:
    """Shape (window of the first side,): whether it shares a raw sample with any window of the other side."""
    reach = int(windows.start.max(initial=0)) + 2 * windows.length
    ours, theirs = (windows.recording[side] * reach + windows.start[side] for side in (one, other))
    theirs = np.sort(theirs)
    after = np.searchsorted(theirs, ours - windows.length, side="right")
    before = np.searchsorted(theirs, ours + windows.length, side="left")
    found: npt.NDArray[np.bool_] = before > after
    return found


def prints_of(windows: Windows, index: Index | None = None) -> list[Print]:
    """The print of each window; an empty one where nothing in it changes, or of more than can be compared."""
    index = np.arange(len(windows)) if index is None else index
    if len(index) > _MOST_COMPARED:
        return [(b"", b"")] * len(index)
    blocks = (index[first : first + _AT_ONCE] for first in range(0, len(index), _AT_ONCE))
    return [one for block in blocks for one in _prints(np.ascontiguousarray(windows.x[block], np.float32))]


def _equal(windows: Windows, one: Index, other: Index, prints: Sequence[Print] | None) -> int:
    """How many windows of the other side are there on the first, whole or half; one that never changes is none."""
    if prints is None and len(one) + len(other) > _MOST_COMPARED:
        return 0
    mine = prints_of(windows, one) if prints is None else [prints[i] for i in one]
    theirs = prints_of(windows, other) if prints is None else [prints[i] for i in other]
    held = {part for print_ in mine for part in print_} - {b""}
    return sum(not held.isdisjoint(print_) for print_ in theirs)


def _prints(x: npt.NDArray[np.float32]) -> Iterator[Print]:
    """Of windows (window, time, channel). The part begins at the sample whose number is the smallest of the first half.

    A window that begins a little later has mostly the same one, as in Schleimer, Wilkerson and Aiken, "Winnowing: local
    algorithms for document fingerprinting" (SIGMOD 2003).
    """
    numbers = _numbers(x)
    half = x.shape[1] // 2
    begins = numbers[:, : half + 1].argmin(axis=1)
    for window, own, begin in zip(x, numbers, begins.tolist(), strict=True):
        if (window == window[0]).all():
            yield b"", b""
            continue
        varied = len(np.unique(own[begin : begin + half])) >= _FEWEST
        yield _digest(window), _digest(window[begin : begin + half]) if varied else b""


def _numbers(x: npt.NDArray[np.float32]) -> npt.NDArray[np.uint32]:
    """A number for each sample (window, time), by all its channels; which is smaller says nothing of their sizes."""
    found = np.zeros(x.shape[:2], np.uint32)
    for channel in range(x.shape[2]):
        found = (found ^ (x[:, :, channel] + np.float32(0)).view(np.uint32)) * np.uint32(2654435761)
        found ^= found >> np.uint32(15)
    return found


def _digest(samples: npt.NDArray[np.float32]) -> bytes:
    return hashlib.blake2b(samples.tobytes(), digest_size=12).digest()


def _samples(windows: Windows, index: Index) -> npt.NDArray[np.int64]:
    """A number for every raw sample that these windows cover."""
    reach = int(windows.start.max(initial=0)) + windows.length
    first = np.sort(windows.recording[index] * reach + windows.start[index])
    fresh = np.minimum(np.diff(first, prepend=first[:1] - windows.length), windows.length)
    after = np.cumsum(fresh)  # the samples of all windows up to this one, each once
    numbers: npt.NDArray[np.int64] = np.arange(fresh.sum()) + np.repeat(first + windows.length - after, fresh)
    return numbers
