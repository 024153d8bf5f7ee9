"""Rows whose times cannot be mended: in no order, all written twice, or standing still while samples go on."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from stridenet.data.sheet import line_of
from stridenet.data.understand.streams import Stream
from stridenet.errors import DataError

_Floats = npt.NDArray[np.float64]

_BLOCK = 1 << 18
"""Rows at once: of a large source they lie on the disk."""
_FEWEST = 20
_BOTH_WAYS = 0.3
"""Of the steps, forward and back each, where rows are mixed up; packets that come late go back a little only."""
_FAR = 0.1
"""Of all the time, by which half of the steps back go back then."""
_COPIES, _ALL = 0.1, 0.95
"""Of the rows that copies are; of them that are equal throughout, and of the others that are not."""
_LONG = 10
"""Usual runs of one stamp, beyond which a run is a clock that stood still; unless the time around it makes it good."""


def refuse_disorder(stream: Stream) -> None:
    """Refuses what no order of rows and no grid makes good.

    Raises:
        DataError: the rows are in no order of time, come twice, or the time stands still.
    """
    if stream.seconds is None or len(stream.seconds) < _FEWEST:
        return
    begin = np.asarray(stream.seconds[:_BLOCK])
    _refuse_mixed(stream, begin)
    _refuse_twice(stream, begin)
    for first, block, ends in _blocks(stream.seconds):
        if (run := _still(block, ends=ends)) is not None:
            row, n = first + run[0], run[1]
            line = line_of(stream.lines, row)
            raise DataError(
                f"{stream.where}: its time stands still for {n} samples (from {line} on), though samples go on; "
                "correct the times, take these rows out, or leave the column out and give the rate (--drop NAME "
                "--rate-hz 50)."
            )


def _refuse_mixed(stream: Stream, seconds: _Floats) -> None:
    steps = np.diff(seconds)
    back = -steps[steps < 0]
    both = min(len(back), int(np.count_nonzero(steps > 0))) > _BOTH_WAYS * len(steps)
    if both and float(np.median(back)) > _FAR * float(np.ptp(seconds)):
        raise DataError(
            f"{stream.where}: its rows are in no order of time: {len(back)} of {len(steps)} steps go back; sort them "
            "by it, or name the column of the time (--time NAME)."
        )


def _refuse_twice(stream: Stream, seconds: _Floats) -> None:
    """Refuses copies of rows, which would double the rate: where a stamp repeats, so does every value."""
    again = np.diff(seconds) == 0
    if again.mean() < _COPIES:
        return
    data = np.nan_to_num(stream.data[: len(seconds)])
    equal = (data[1:] == data[:-1]).all(axis=1)
    if equal[again].mean() > _ALL and (again.all() or equal[~again].mean() < 1 - _ALL):
        row = int((equal & again).argmax()) + 1
        line = line_of(stream.lines, row)
        raise DataError(
            f"{stream.where}: {int((equal & again).sum())} of {len(seconds)} rows have the time and all values of the "
            f"row before (first in {line}), so they are copies; take them out, as drop_duplicates and spreadsheets do."
        )


def _blocks(seconds: _Floats) -> Iterator[tuple[int, _Floats, bool]]:
    """Each block's first row, its stamps, and whether it is the last."""
    for first in range(0, len(seconds), _BLOCK):
        yield first, np.asarray(seconds[first : first + _BLOCK]), first + _BLOCK >= len(seconds)


def _still(seconds: _Floats, *, ends: bool) -> tuple[int, int] | None:
    """The first row and the length of a run of one stamp that is much too long; None where there is none.

    >>> _still(np.concatenate([np.arange(60), np.full(40, 60), np.arange(61, 90)]) / 50, ends=True)
    (60, 40)
    >>> _still(np.concatenate([np.arange(60), np.full(40, 100), np.arange(101, 130)]) / 50, ends=True) is None
    True
    """
    begins = np.concatenate([[0], np.flatnonzero(np.diff(seconds)) + 1])
    if len(begins) < 3:
        return None
    lengths = np.diff(np.append(begins, len(seconds)))
    steps = np.diff(seconds[begins])
    steps *= np.sign(np.median(steps))  # newest rows first
    usual = float(np.median(lengths))
    step = float(np.median(steps)) / usual
    around = np.maximum(np.append(steps, 0), np.insert(steps, 0, 0))
    found = (lengths > max(_FEWEST, _LONG * usual)) & (around < 0.5 * lengths * step)
    if not ends:
        found[-1] = False  # it goes on in the next block
    return (int(begins[found][0]), int(lengths[found][0])) if found.any() else None
