"""The clock of a stream that memory may not hold: what :func:`stridenet.signals.clock.pieces` tells, from the disk.

All that has a number for each row lies in files that are mapped; a flag for each row is the most that is held.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError
from stridenet.signals.clock import _NO_TIME, GAP_S, Clock, _goes_on_from_there, _still, pieces
from stridenet.signals.evenness import DRIFT, STRAY_STEPS, between_ticks, even_pieces, n_lost
from stridenet.system.mapped import forget

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.int64]
_Keep = Callable[[_Floats], npt.NDArray[np.bool_]]

AT_ONCE = 1 << 20
"""Rows; shorter streams are looked at in memory."""


def pieces_on_disk(time_s: _Floats, folder: Path, *, gap_s: float | None = None, rate_hz: float | None = None) -> Clock:
    """Finds where a stream must be cut, and how even its clock is.

    Args:
        time_s: shape (row,), seconds in the order of the file, mapped.
        folder: for what is made; nothing is taken away from it.
        gap_s: see :func:`stridenet.signals.clock.pieces`.
        rate_hz: the same.

    Raises:
        DataError: a stamp that is no finite number, or stamps that are too mixed up for it.
    """
    n = len(time_s)
    if n <= AT_ONCE:
        return pieces(time_s, gap_s=gap_s, rate_hz=rate_hz)
    new = _Files(folder)
    if not all(np.isfinite(time_s[a:b]).all() for a, b in _blocks(n, time_s)):
        return pieces(time_s, gap_s=gap_s, rate_hz=rate_hz)  # which says so
    newest_first = _count(time_s, lambda steps: steps < -_NO_TIME) > _count(time_s, lambda steps: steps > _NO_TIME)
    if newest_first:
        time_s = new.array(n, lambda a, b: time_s[::-1][a:b])
    steps = _steps(new, time_s)
    n_rising = _count(time_s, _rising)
    if not n_rising:
        return _still(n, gap_s or GAP_S, rate_hz)
    tick = _median(steps[:-1], _rising, n_rising)
    usual = _median(steps[:-1], _all, n - 1)
    gap = max(gap_s, 1.5 * tick) if gap_s else max(GAP_S, 4 * usual, 2.5 * tick)
    rises, order, restarts, n_reversed = _unfold(new, time_s, steps, gap)
    if rises is not time_s:
        steps = _steps(new, rises)
    forget(time_s, rises)
    cuts = np.flatnonzero(steps[:-1] > gap)
    gaps = steps[np.setdiff1d(cuts, restarts)]
    starts = np.concatenate([[0], cuts + 1])
    steps[cuts] = 0
    within = n - 1 - len(cuts)
    if not within:
        alone = replace(_still(n, gap, rate_hz), starts=starts, rates_hz=np.full(len(starts), np.nan))
        return replace(alone, n_repeated=0, n_gaps=len(gaps), n_restarts=len(restarts))
    lengths = np.diff(np.append(starts, n)) - 1
    seconds = np.add.reduceat(steps, starts)
    mean = float(steps[:-1].sum()) / within
    n_repeated = int(np.count_nonzero(steps[:-1] == 0)) - len(cuts)
    tick = tick if n_repeated > 0.1 * within else 0.0
    rows, seconds = between_ticks(rises, starts, lengths, seconds) if tick else (lengths, seconds)
    own = np.where(seconds > _NO_TIME, seconds / np.maximum(1, rows), mean)
    forget(steps)
    even = even_pieces(rises, starts, own, tick)
    if not even.all():
        own[~even] = 1 / rate_hz if rate_hz else _usual_step(_only(new, steps, np.repeat(~even, lengths + 1)))
    missing = n_lost(rises, starts, own, tick)
    forget(rises)
    rates = (rows + missing) / np.where(seconds > _NO_TIME, seconds, np.nan)
    rate = float((rows + missing).sum()) / float(seconds.sum())
    with np.errstate(invalid="ignore"):
        apart = np.abs(seconds * rate - (rows + missing)) > DRIFT * rows + STRAY_STEPS * max(1, tick * rate)
    if newest_first:
        order = slice(None, None, -1) if isinstance(order, slice) else new.array(n, _backwards(order, n), np.int64)
    return Clock(
        order=order,
        starts=starts,
        rate_hz=rate,
        rates_hz=rates,
        one_rate=not apart.any(),
        gap_s=gap,
        jitter=float(np.sqrt(max(0.0, float(steps @ steps) / within - mean**2))) * rate,
        longest_step_s=float(steps[:-1].max()),
        longest_gap_s=float(gaps.max(initial=0)),
        n_gaps=len(gaps),
        n_restarts=len(restarts),
        n_reversed=n_reversed,
        n_repeated=n_repeated,
        n_missing=int(missing.sum()),
        newest_first=newest_first,
        even=bool(even.all() and missing.max() <= 1 and not apart.any()),
    )


class _Files:
    """Arrays in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._n = folder, 0

    def array(self, n: int, block: Callable[[int, int], npt.NDArray[Any]], dtype: Any = np.float64) -> npt.NDArray[Any]:
        """An array whose values each block gives."""
        self._n += 1
        out: npt.NDArray[Any] = np.memmap(self._folder / f"clock-{self._n}", dtype, "w+", shape=(n,)).view(np.ndarray)
        for a, b in _blocks(n, out):
            out[a:b] = block(a, b)
        return out


def _blocks(n: int, *read: npt.NDArray[Any]) -> Iterator[tuple[int, int]]:
    for a in range(0, n, AT_ONCE):
        yield a, min(n, a + AT_ONCE)
        forget(*read)  # else all pages that were read count as our memory


def _all(steps: _Floats) -> npt.NDArray[np.bool_]:
    return np.ones(len(steps), bool)


def _rising(steps: _Floats) -> npt.NDArray[np.bool_]:
    return steps > _NO_TIME


def _count(time_s: _Floats, keep: _Keep) -> int:
    return sum(int(np.count_nonzero(keep(np.diff(time_s[a : b + 1])))) for a, b in _blocks(len(time_s), time_s))


def _steps(new: _Files, time_s: _Floats) -> _Floats:
    """From each row to the next; 0 for the last one."""
    n = len(time_s)
    return new.array(n, lambda a, b: np.append(np.diff(time_s[a : b + 1]), [0.0] if b == n else []))


def _backwards(order: _Rows, n: int) -> Callable[[int, int], _Rows]:
    return lambda a, b: n - 1 - order[a:b]


def _median(values: _Floats, keep: _Keep, n: int) -> float:
    low = _smallest(values, keep, (n - 1) // 2)
    return low if n % 2 else float(np.mean([low, _smallest(values, keep, n // 2)]))


def _smallest(values: _Floats, keep: _Keep, k: int) -> float:
    """The value that stands at place ``k`` of those that are kept, were they sorted: sixteen of its bits at a time."""
    found = np.uint64(0)
    for shift in (48, 32, 16, 0):
        counts = np.zeros(1 << 16, np.int64)
        for a, b in _blocks(len(values), values):
            block = values[a:b]
            bits = _ordered(block[keep(block)])
            if shift < 48:
                bits = bits[bits >> np.uint64(shift + 16) == found]
            digit = (bits >> np.uint64(shift)) & np.uint64(0xFFFF)
            counts += np.bincount(digit.astype(np.int64), minlength=1 << 16)
        below = np.cumsum(counts)
        digit_found = int(np.searchsorted(below, k, "right"))
        k -= int(below[digit_found - 1]) if digit_found else 0
        found = (found << np.uint64(16)) | np.uint64(digit_found)
    bits = np.array([found], np.uint64)
    top = np.uint64(1 << 63)
    return float(np.where(bits & top, bits ^ top, ~bits).view(np.float64)[0])


def _ordered(values: _Floats) -> npt.NDArray[np.uint64]:
    """Whole numbers in the order of the values."""
    bits = (values + 0.0).view(np.uint64)  # no negative zero
    top = np.uint64(1 << 63)
    return np.where(bits & top, ~bits, bits | top)


def _unfold(new: _Files, time_s: _Floats, steps: _Floats, gap: float) -> tuple[_Floats, _Rows | slice, _Rows, int]:
    """See :func:`stridenet.signals.clock._unfold`."""
    restarts = np.flatnonzero(steps < -gap)
    rises = _lifted(new, time_s, restarts, gap)
    back = np.flatnonzero(_steps(new, rises) < 0) if len(restarts) else np.flatnonzero(steps < 0)
    if not len(back):
        return rises, slice(None), restarts, 0
    total, n = 0.0, 0
    for a, b in _blocks(len(steps) - 1, steps):
        usual = steps[a:b][(steps[a:b] >= 0) & (steps[a:b] <= gap)]
        total, n = total + float(usual.sum()), n + len(usual)
    highest = _highest(new, rises)
    near = back[_goes_on_from_there(rises, back, total / max(1, n), highest)]
    if len(near):
        restarts = np.union1d(restarts, near)
        rises = _lifted(new, time_s, restarts, gap)
        highest = _highest(new, rises)
    n_reversed = _count(rises, lambda found: found < 0)
    if not n_reversed:
        return rises, slice(None), restarts, 0
    order = _sorted(new, rises, highest)
    return new.array(len(rises), lambda a, b: rises[order[a:b]]), order, restarts, n_reversed


def _highest(new: _Files, rises: _Floats) -> _Floats:
    last = -np.inf

    def block(a: int, b: int) -> _Floats:
        nonlocal last
        found: _Floats = np.maximum(np.maximum.accumulate(rises[a:b]), last)
        last = float(found[-1])
        return found

    return new.array(len(rises), block)


def _lifted(new: _Files, time_s: _Floats, restarts: _Rows, gap: float) -> _Floats:
    if not len(restarts):
        return time_s
    starts = np.append(0, restarts + 1)
    lowest, highest = np.minimum.reduceat(time_s, starts), np.maximum.reduceat(time_s, starts)
    lift = np.append(0, np.cumsum(highest[:-1] - lowest[1:] + 2 * gap))

    def block(a: int, b: int) -> _Floats:
        rises: _Floats = time_s[a:b] + lift[np.searchsorted(starts, np.arange(a, b), "right") - 1]
        return rises

    return new.array(len(time_s), block)


def _sorted(new: _Files, rises: _Floats, highest: _Floats) -> _Rows:
    """What puts the rows in order, stretch by stretch: up to rows that all before are not later than all after."""
    n = len(rises)
    edges = [0]
    lowest = np.inf
    for a, b in reversed(list(_blocks(n))):
        after = np.minimum(np.minimum.accumulate(rises[a:b][::-1])[::-1], lowest)
        before = highest[a - 1 : b - 1] if a else np.append(-np.inf, highest[: b - 1])
        whole = np.flatnonzero(before <= after)
        if len(whole):
            edges.append(a + int(whole[0]))
        lowest = float(after[0])
    bounds = np.unique([*edges, n])
    if np.diff(bounds).max() > 16 * AT_ONCE:
        raise DataError(
            f"time: more than {16 * AT_ONCE:,} samples are mixed up in time, too many to be put in order at once; sort "
            "the file by its time, or cut it into one file for each person and recording."
        )
    order = new.array(n, lambda a, b: np.zeros(b - a), np.int64)
    for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        order[a:b] = np.argsort(rises[a:b], kind="stable") + a
    return order


def _only(new: _Files, steps: _Floats, wanted: npt.NDArray[np.bool_]) -> _Floats:
    return steps if wanted.all() else new.array(len(steps), lambda a, b: np.where(wanted[a:b], steps[a:b], 0))


def _usual_step(steps: _Floats) -> float:
    """See :func:`stridenet.signals.evenness.usual_step`."""

    def total(low: float, high: float, of: Callable[[_Floats], _Floats] = lambda some: some) -> tuple[float, int]:
        found, n = 0.0, 0
        for a, b in _blocks(len(steps), steps):
            some = steps[a:b][(steps[a:b] > max(low, 0.0)) & (steps[a:b] < high)]
            found, n = found + float(of(some).sum()), n + len(some)
        return found, n

    whole_s, n = total(0, np.inf)
    if not n:
        return float("nan")
    low = _smallest(steps, lambda some: some > 0, round(0.1 * (n - 1)))
    one_s, n_one = total(0.75 * low, 1.25 * low)
    one = one_s / n_one
    whole, _ = total(0, np.inf, lambda some: (np.abs(some / one - np.rint(some / one)) < 0.1).astype(np.float64))
    if whole / n > 0.95 and whole_s / n < 5 * one:
        return one
    median = _median(steps, lambda some: some > 0, n)
    near_s, n_near = total(0.5 * median, 1.5 * median)
    return near_s / n_near if near_s > 0.4 * whole_s else float("nan")
