"""Windows as places over a signal: they share its samples, and one is copied only when it is asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.system.mapped import InFile, in_file

Array = npt.NDArray[np.float32]
Signal = npt.NDArray[np.floating[Any]]
Index = npt.NDArray[np.int64]
_BLOCK = 4096  # windows that are compared at a time


class Places:
    """Windows that are kept as places over signals: to be read like an array (window, time, channel) of float32.

    An index gives a real array, a copy; so do ``np.asarray`` and an array's methods. Nothing is copied before. Half
    overlap takes no memory, and a window is two numbers. A signal may be a mapped file that no memory holds; another
    process then maps it as well and is not sent it.

    Args:
        signals: shape (sample, channel) each.
        which: shape (window,), the signal of each window.
        first: shape (window,), its first sample there.
        length: samples in a window.

    >>> places = Places([np.arange(6.0)[:, None]], np.zeros(3, np.int64), np.arange(3), 4)
    >>> places.shape, places[1].ravel().tolist(), places[1:].shape
    ((3, 4, 1), [1.0, 2.0, 3.0, 4.0], (2, 4, 1))
    """

    __slots__ = ("first", "length", "signals", "which")
    ndim = 3
    dtype = np.dtype(np.float32)

    def __init__(self, signals: Sequence[Signal], which: Index, first: Index, length: int) -> None:
        self.signals = tuple(signal.view(np.ndarray) for signal in signals)
        self.which, self.first, self.length = which, first, length

    @classmethod
    def of(cls, x: Array, recording: Index, start: Index) -> "Places":
        """Windows that came cut: over one signal where they hold the same samples as the windows before them.

        Args:
            x: shape (window, time, channel).
            recording: shape (window,), which recording they say to come from.
            start: shape (window,), their first sample there. What it says is believed only where the values agree.
        """
        n, length, channels = x.shape
        as_they_are = cls(
            [x.reshape(n * length, channels)], np.zeros(n, np.int64), np.arange(n, dtype=np.int64) * length, length
        )
        order = np.lexsort((start, recording))
        fresh = fresh_samples(recording[order], start[order], length)
        for begin in range(1, n, _BLOCK):
            here = np.arange(begin, min(n, begin + _BLOCK))
            for stride in set(fresh[here].tolist()) - {length}:
                some = here[fresh[here] == stride]
                one, other = x[order[some], : length - stride], x[order[some - 1], stride:]
                fresh[some[(one.view(np.int32) != other.view(np.int32)).any(axis=(1, 2))]] = length
        return as_they_are if (fresh == length).all() else as_they_are._joined(order, fresh)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Windows, samples in each, channels."""
        return len(self.first), self.length, int(self.signals[0].shape[1])

    @property
    def size(self) -> int:
        """Values that all windows hold."""
        n, length, channels = self.shape
        return n * length * channels

    @property
    def nbytes(self) -> int:
        """Bytes that all windows would take, were they gathered; what is held is told by :attr:`held`."""
        return self.size * self.dtype.itemsize

    @property
    def held(self) -> int:
        """Bytes of the signals under these windows, in memory or in a file."""
        return sum(signal.nbytes for signal in self.used())

    @property
    def covered(self) -> int:
        """Samples that these windows hold, each once."""
        order = np.lexsort((self.first, self.which))
        return int(fresh_samples(self.which[order], self.first[order], self.length).sum())

    def used(self) -> list[Signal]:
        """The signals under these windows."""
        return [self.signals[i] for i in np.unique(self.which).tolist()]

    def __len__(self) -> int:
        return len(self.first)

    def __iter__(self) -> Iterator[Array]:
        return (self[i] for i in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        if copy is False:
            raise ValueError("windows are gathered from their signal, which is a copy.")
        return self[:].astype(dtype or self.dtype, copy=False)

    def __getitem__(self, index: Any) -> Array:
        if isinstance(index, tuple):
            first, *rest = index or (slice(None),)
            if any(not isinstance(i, int | slice | np.integer) for i in rest) or first is None or first is Ellipsis:
                whole: Array = np.asarray(self)[index]
                return whole
            some = self[first]
            lead = some.ndim - 2
            part: Array = some[(*[slice(None)] * lead, *rest)]
            return part
        if isinstance(index, slice):
            return self.gather(np.arange(*index.indices(len(self))))
        number = np.arange(len(self))[index]
        return self.gather(number.ravel()).reshape(*number.shape, *self.shape[1:])

    def __getattr__(self, name: str) -> Any:
        # what else an array offers, of the gathered one
        if name.startswith("_") or not hasattr(np.ndarray, name):
            raise AttributeError(f"windows have no {name!r}")
        return getattr(np.asarray(self), name)

    def __repr__(self) -> str:
        return f"<windows {self.shape} over {len(self.signals)} signals>"

    def __reduce__(self) -> tuple[Any, ...]:
        # a mapped file is mapped again by whoever gets this; the rest travels once, in single precision
        signals = [in_file(signal) or signal.astype(np.float32, copy=False) for signal in self.signals]
        return _again, (signals, self.which, self.first, self.length)

    def gather(self, index: npt.NDArray[np.integer[Any]]) -> Array:
        """The windows with these numbers, from 0, in this order: shape (window, time, channel)."""
        length, signals = self.length, self.signals
        if len(signals) == 1 and len(signals[0]) >= length:
            sliding = np.lib.stride_tricks.sliding_window_view(signals[0], length, axis=0).swapaxes(1, 2)
            return np.ascontiguousarray(sliding[self.first[index]], np.float32)
        out = np.empty((len(index), *self.shape[1:]), np.float32)
        for row, which, first in zip(out, self.which[index].tolist(), self.first[index].tolist(), strict=True):
            row[:] = signals[which][first : first + length]
        return out

    def take(self, index: Index) -> "Places":
        """The windows with these numbers, in this order, as places over the same signals."""
        return Places(self.signals, self.which[index], self.first[index], self.length)

    def pieces(self, order: Index, fresh: Index) -> Iterator[Signal]:
        """The last samples of windows, as views onto the signals that are as long as the samples lie in a row.

        Args:
            order: numbers of windows.
            fresh: how many samples of each.
        """
        some = fresh > 0
        which, end = self.which[order][some], self.first[order][some] + self.length
        begin = end - fresh[some]
        breaks = np.flatnonzero((np.diff(which) != 0) | (begin[1:] != end[:-1])) + 1
        heads, tails = np.append(0, breaks), np.append(breaks, len(which)) - 1
        if len(which):
            for i, first, last in zip(which[heads].tolist(), begin[heads].tolist(), end[tails].tolist(), strict=True):
                yield self.signals[i][first:last]

    def compact(self) -> "Places":
        """The same windows over one signal in memory, which holds what they hold, each sample once."""
        order = np.lexsort((self.first, self.which))
        return self._joined(order, fresh_samples(self.which[order], self.first[order], self.length))

    def plus(self, other: "Places") -> "Places":
        """These windows, and then those of the other."""
        return Places(
            [*self.signals, *other.signals],
            np.concatenate([self.which, other.which + len(self.signals)]),
            np.concatenate([self.first, other.first]),
            self.length,
        )

    def _joined(self, order: Index, fresh: Index) -> "Places":
        """Over one signal, in which each window ends where those before it in this order have all their samples."""
        signal = joined(self.pieces(order, fresh), self.shape[2])
        first = np.empty(len(order), np.int64)
        first[order] = np.cumsum(fresh) - self.length
        return Places([signal], np.zeros(len(order), np.int64), first, self.length)


def fresh_samples(which: Index, first: Index, length: int) -> Index:
    """How many samples at each window's end no earlier window reaches; for windows in the order of their places.

    >>> fresh_samples(np.array([0, 0, 0, 1]), np.array([0, 1, 9, 9]), 4).tolist()
    [4, 1, 4, 4]
    """
    fresh = np.full(len(first), length, np.int64)
    fresh[1:] = np.where(np.diff(which) == 0, np.minimum(np.diff(first), length), length)
    return fresh


def joined(pieces: Iterator[Signal], channels: int) -> Array:
    """Pieces of signals end to end, in memory of their own: shape (sample, channel)."""
    return np.concatenate([np.empty((0, channels), np.float32), *pieces], dtype=np.float32, casting="same_kind")


def _again(signals: list[Any], which: Index, first: Index, length: int) -> Places:
    return Places([one.open() if isinstance(one, InFile) else one for one in signals], which, first, length)
