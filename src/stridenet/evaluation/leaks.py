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


@dataclass(frozen=True, slots=True)
class Leaks:
    """What two sides of a split share: people, raw samples, and windows that are equal though their places differ.

    All must be 0 for an honest figure.
    """

    people: int
    samples: int
    equal: int = 0


def leaks(windows: Windows, one: Index, other: Index, *, prints: Sequence[bytes] | None = None) -> Leaks:
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


def prints_of(windows: Windows, index: Index | None = None) -> list[bytes]:
    """A digest of each window's samples; an empty one where nothing in it changes, or of more than can be compared."""
    index = np.arange(len(windows)) if index is None else index
    if len(index) > _MOST_COMPARED:
        return [b""] * len(index)
    return list(_digests(windows, index))


def _equal(windows: Windows, one: Index, other: Index, prints: Sequence[bytes] | None) -> int:
    """How many windows of the other side are there on the first, sample by sample; one that never changes is none."""
    if prints is None and len(one) + len(other) > _MOST_COMPARED:
        return 0
    mine = prints_of(windows, one) if prints is None else [prints[i] for i in one]
    theirs = prints_of(windows, other) if prints is None else [prints[i] for i in other]
    return sum(map((set(mine) - {b""}).__contains__, theirs))


def _digests(windows: Windows, index: Index) -> Iterator[bytes]:
    for first in range(0, len(index), _AT_ONCE):
        for window in np.ascontiguousarray(windows.x[index[first : first + _AT_ONCE]]):
            changes = (window != window[0]).any()
            yield hashlib.blake2b(window.tobytes(), digest_size=12).digest() if changes else b""


def _samples(windows: Windows, index: Index) -> npt.NDArray[np.int64]:
    """A number for every raw sample that these windows cover."""
    reach = int(windows.start.max(initial=0)) + windows.length
    first = np.sort(windows.recording[index] * reach + windows.start[index])
    fresh = np.minimum(np.diff(first, prepend=first[:1] - windows.length), windows.length)
    after = np.cumsum(fresh)  # the samples of all windows up to this one, each once
    numbers: npt.NDArray[np.int64] = np.arange(fresh.sum()) + np.repeat(first + windows.length - after, fresh)
    return numbers
