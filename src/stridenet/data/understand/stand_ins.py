"""Numbers that recorders write where nothing was measured, such as -9999: no sensor's values, and refused."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from stridenet.data.sheet import line_of
from stridenet.data.understand.columns import typed
from stridenet.data.understand.streams import Stream
from stridenet.errors import DataError, short

_NINES = [float(f"{'9' * n}{tail}") for n in (3, 4, 5, 6) for tail in ("", ".9", ".99")]
_KNOWN = np.array([sign * one for one in _NINES for sign in (1, -1)] + [-(2.0**15), -(2.0**31)], np.float32)
_FAR = 10.0
"""Times the largest other value that a number must lie away from 0: as a value it would be next to the others."""
_FEWEST = 20
_BLOCK = 1 << 18
"""Rows at once: of a large source they lie on the disk."""


def refuse_stand_ins(streams: Sequence[Stream]) -> None:
    """Refuses a channel in which such a number stands far from all others.

    Raises:
        DataError: there is one.
    """
    for stream in streams:
        ends = [end for block in _blocks(stream.data) for end in _ends(block)]
        for column in np.flatnonzero(np.isin(np.array(ends), _KNOWN).any(axis=0)) if ends else ():
            values = np.array(stream.data[:, column])
            marks = np.isin(values, _KNOWN)
            others = np.abs(values[~marks & np.isfinite(values)])
            if len(others) >= _FEWEST and (far := marks & (np.abs(values) > _FAR * others.max())).any():
                raise _refusal(stream, int(column), values, far)


def _blocks(data: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
    return (data[i : i + _BLOCK] for i in range(0, len(data), _BLOCK))


def _ends(block: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The smallest and the largest of each channel that are no holes."""
    return np.fmin.reduce(block), np.fmax.reduce(block)


def _refusal(stream: Stream, column: int, values: npt.NDArray[np.float32], far: npt.NDArray[np.bool_]) -> DataError:
    row, name = int(far.argmax()), stream.channels[column]
    line = line_of(stream.lines, row)
    return DataError(
        f"{stream.where}, column {short(name)}: {int((values == values[row]).sum())} of {len(values)} values are "
        f"{values[row]:.8g} (first in {line}), as recorders write where nothing was measured, far from all others; "
        f"empty these cells, or leave the column out (--drop {typed(name)})."
    )
