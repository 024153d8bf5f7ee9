"""Samples of any times onto even times: one stream, several sensors together, recordings of other rates."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError
from stridenet.signals.recording import Recording
from stridenet.signals.resample import MOST, by_ratio, polyphase
from stridenet.signals.wording import counted

_Floats = npt.NDArray[np.float64]
_Data = npt.NDArray[np.float32] | npt.NDArray[np.float64]

SLOWER = 1.1
"""A stream so many times faster than the grid is low-pass filtered first."""
_SAME = 1e-3  # of a rate: two clocks that are set alike differ by this
_ROUNDING = 1e-6  # of a step
_AROUND = 32  # samples that the filter is given on both sides; it reaches over 10


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One sensor's samples, each with its time.

    Args:
        name: for messages.
        time_s: shape (row,), rising or equal within pieces.
        data: shape (row, channel).
        starts: the row with which each piece begins, as :func:`stridenet.signals.clock.pieces` tells.
    """

    name: str
    time_s: _Floats
    data: _Data
    starts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))


def on_grid(
    time_s: _Floats, data: _Data, rate_hz: float, *, start_s: float | None = None, end_s: float | None = None
) -> _Data:
    """The samples at even times, on the straight lines between them.

    A stream that is faster than the grid is low-pass filtered first, so that nothing folds back. Samples of one stamp
    are spread over the time to the next, as they were before their stamps were rounded.

    Args:
        time_s: shape (row,), rising or equal.
        data: shape (row, channel), finite.
        rate_hz: samples per second of what comes back.
        start_s: the first sample's time; by default the first stamp.
        end_s: no sample is later; by default the last stamp.

    Raises:
        DataError: the grid reaches beyond the stamps; nothing is made up.

    >>> on_grid(np.array([0, 0.9, 2.1, 3.0]), np.array([[0.0], [9], [21], [30]]), 2).ravel().round(6).tolist()
    [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]
    """
    start, end = _ends(time_s, start_s, end_s)
    stamps = spread(time_s)
    seconds = float(stamps[-1] - stamps[0])
    own_hz = (len(stamps) - 1) / seconds if seconds else 0.0
    times = even_times(start, end, rate_hz)
    if own_hz <= SLOWER * rate_hz:
        return _between(stamps, data, times)
    finer = int(np.ceil(own_hz / rate_hz))
    # the filter sees what lies around the part that is kept
    before = min(_AROUND, int((start - float(time_s[0])) * rate_hz + _ROUNDING))
    fine = even_times(start - before / rate_hz, min(float(time_s[-1]), end + _AROUND / rate_hz), rate_hz * finer)
    return polyphase(_between(stamps, data, fine), 1, finer)[before : before + len(times)]


def labels_on_grid(
    time_s: _Floats,
    labels: npt.NDArray[np.integer],
    rate_hz: float,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
) -> npt.NDArray[np.integer]:
    """The label of the sample that is nearest in time, the later one of two; for the rest see :func:`on_grid`.

    >>> labels_on_grid(np.array([0, 1.0, 2.0]), np.array([7, 8, 9]), 2).tolist()
    [7, 8, 8, 9, 9]
    """
    times = even_times(*_ends(time_s, start_s, end_s), rate_hz)
    stamps = spread(time_s)
    near = np.searchsorted((stamps[1:] + stamps[:-1]) / 2, times * (1 + 1e-12), "right")
    return labels[near]


def even_times(start_s: float, end_s: float, rate_hz: float) -> _Floats:
    """Times from the start to the end, both included, one step apart."""
    return start_s + np.arange(n_even(start_s, end_s, rate_hz)) / rate_hz


def n_even(start_s: float, end_s: float, rate_hz: float) -> int:
    """How many times there are from the start to the end, both included, one step apart."""
    return int((end_s - start_s) * rate_hz + _ROUNDING) + 1


def spread(time_s: _Floats) -> _Floats:
    """Stamps of which several are equal, spread evenly over the time to the next one; the last over a usual step.

    >>> spread(np.array([0, 0, 1, 2, 2.0])).tolist()
    [0.0, 0.5, 1.0, 2.0, 2.5]
    """
    fresh = np.append(True, np.diff(time_s) > 0)[: len(time_s)]
    if fresh.all():
        return time_s
    first = np.flatnonzero(fresh)
    n = np.diff(np.append(first, len(time_s)))
    room = np.diff(time_s[first])
    room = np.append(room, float(np.median(room)) if len(room) else 0.0)
    place = np.arange(len(time_s)) - np.repeat(first, n)
    spread_s: _Floats = time_s + place * np.repeat(room / n, n)
    return spread_s


def join(streams: Sequence[Stream], rate_hz: float) -> list[tuple[float, _Data]]:
    """Several sensors of one moment on one even grid, over the time that all of them cover.

    Each sensor has its own times, rate, begin and end. A gap of any of them ends a stretch; nothing is made up.

    Args:
        streams: at least one; the channels come back in this order.
        rate_hz: samples per second of what comes back.

    Returns:
        For each stretch its start in seconds and its data of (time, channel).

    Raises:
        DataError: there is no time that all cover, or a stream covers a time twice.

    >>> acc = Stream("acc", np.arange(0, 9.1, 0.5), np.zeros((19, 3)))
    >>> gyro = Stream("gyro", np.arange(2.2, 12, 0.25), np.ones((40, 3)))
    >>> [(start, data.shape) for start, data in join([acc, gyro], 4)]
    [(2.2, (28, 6))]
    """
    stretches = _covered(streams[0])
    for stream in streams[1:]:
        stretches = _common(stretches, _covered(stream))
    stretches = [(start, end) for start, end in stretches if (end - start) * rate_hz >= 1]
    if not stretches:
        spans = [
            f"{s.name} {float(s.time_s.min(initial=np.inf)):.2f} to {float(s.time_s.max(initial=-np.inf)):.2f} s"
            for s in streams
        ]
        raise DataError(
            f"there is no time that all of {counted(len(streams), 'sensor')} cover ({'; '.join(spans)}), so they "
            "cannot be joined; leave a sensor out, or read their files apart."
        )
    parts = [_parts(stream, stretches, rate_hz) for stream in streams]
    joined: list[_Data] = [np.hstack(together) for together in zip(*parts, strict=True)]
    return [(start, data) for (start, _), data in zip(stretches, joined, strict=True)]


def even(recordings: Sequence[Recording], rate_hz: float) -> list[Recording]:
    """All recordings at one rate, whatever theirs is; what ``--even`` means.

    A rate within 0.1 % of the one that is asked for is taken for it: the samples stay. Others go through the filter
    of :func:`stridenet.signals.resample.resample`, by the nearest ratio that drifts less than half a sample over the
    recording, or through a grid where there is none.

    Raises:
        SettingError: the rate is not above 0.
    """
    if not (np.isfinite(rate_hz) and rate_hz > 0):
        raise SettingError(f"--even: the rate is {rate_hz} Hz; it must be above 0.")
    return [_even(recording, float(rate_hz)) for recording in recordings]


def _even(recording: Recording, rate_hz: float) -> Recording:
    exact = rate_hz / recording.rate_hz
    if not recording.n_samples or abs(exact - 1) < _SAME:
        return replace(recording, rate_hz=rate_hz)
    ratio = Fraction(exact).limit_denominator(MOST)
    if 0 < ratio.numerator <= MOST and abs(float(ratio) / exact - 1) * recording.n_samples < 0.5:
        return by_ratio(recording, ratio, rate_hz)
    time = np.arange(recording.n_samples) / recording.rate_hz
    data, labels = on_grid(time, recording.data, rate_hz), labels_on_grid(time, recording.labels, rate_hz)
    return replace(recording, data=data, labels=labels, rate_hz=rate_hz)


def fill(time_s: _Floats, data: _Data, seconds: float) -> tuple[_Data, int]:
    """Values that are missing (NaN) on the straight line between their neighbours; what ``--fill-gaps`` means.

    Rows that are missing need nothing of it: steps that are no gap are filled by the grid.

    Args:
        time_s: shape (row,), rising or equal.
        data: shape (row, channel).
        seconds: from the last value before to the first one after, at most; what is missing for longer, or at an end,
            stays missing.

    Returns:
        The data, and how many values were filled.

    >>> time, data = np.arange(6.0), np.array([[np.nan], [1], [np.nan], [3], [np.nan], [np.nan]])
    >>> filled, n = fill(time, data, 2.0)
    >>> filled.ravel().tolist(), n
    ([nan, 1.0, 2.0, 3.0, nan, nan], 1)
    """
    missing = np.isnan(data)
    n_filled = 0
    for channel in np.flatnonzero(missing.any(axis=0)):
        known = np.flatnonzero(~missing[:, channel])
        lacking = np.flatnonzero(missing[:, channel])
        after = np.searchsorted(known, lacking)
        lacking, after = lacking[(after > 0) & (after < len(known))], after[(after > 0) & (after < len(known))]
        length = time_s[known[after]] - time_s[known[after - 1]]
        lacking = lacking[length <= seconds * (1 + _ROUNDING)]
        if not len(lacking):
            continue
        data = data if n_filled else data.copy()
        data[lacking, channel] = np.interp(time_s[lacking], time_s[known], data[known, channel])
        n_filled += len(lacking)
    return data, n_filled


def _ends(time_s: _Floats, start_s: float | None, end_s: float | None) -> tuple[float, float]:
    if not len(time_s):
        raise DataError("a stream without samples cannot be put on a grid; leave it out.")
    first, last = float(time_s[0]), float(time_s[-1])
    start, end = first if start_s is None else start_s, last if end_s is None else end_s
    if not first <= start <= end <= last:
        raise DataError(
            f"a grid from {start:.3f} to {end:.3f} s reaches beyond the samples, which go from {first:.3f} to "
            f"{last:.3f} s; nothing is made up, choose a shorter one."
        )
    return start, end


def _between(time_s: _Floats, data: _Data, times: _Floats) -> _Data:
    out = np.empty((len(times), data.shape[1]), data.dtype)
    for channel in range(data.shape[1]):
        out[:, channel] = np.interp(times, time_s, data[:, channel])
    return out


def _covered(stream: Stream) -> list[tuple[float, float]]:
    """From when to when each piece goes, in the order of time."""
    ends = np.append(stream.starts[1:], len(stream.time_s)) - 1
    spans = sorted(zip(stream.time_s[stream.starts].tolist(), stream.time_s[ends].tolist(), strict=True))
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise DataError(
                f"{stream.name}: its time starts again, so that {start:.2f} to {end:.2f} s is covered twice, and it "
                "cannot be joined with other sensors by time; put its recordings into files of their own."
            )
    return spans


def _common(some: list[tuple[float, float]], others: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What both cover; each is in the order of time and without overlap."""
    common, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if start < end:
            common.append((start, end))
        i, j = (i + 1, j) if some[i][1] < others[j][1] else (i, j + 1)
    return common


def _parts(stream: Stream, stretches: list[tuple[float, float]], rate_hz: float) -> list[_Data]:
    ends = np.append(stream.starts[1:], len(stream.time_s))
    firsts = stream.time_s[stream.starts]
    order = np.lexsort((stream.time_s[ends - 1], firsts))
    pieces = order[np.searchsorted(firsts[order], [start for start, _ in stretches], "right") - 1]
    rows = [slice(a, b) for a, b in zip(stream.starts[pieces].tolist(), ends[pieces].tolist(), strict=True)]
    return [
        on_grid(stream.time_s[row], stream.data[row], rate_hz, start_s=start, end_s=end)
        for row, (start, end) in zip(rows, stretches, strict=True)
    ]
