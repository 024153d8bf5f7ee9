"""The clock of one stream of samples: where it must be cut, how fast it goes, and whether it is even."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError
from stridenet.signals.evenness import DRIFT, STRAY_STEPS, between_ticks, even_pieces, n_lost, usual_step

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.int64]

GAP_S = 1.0
"""Seconds without a sample that end a recording, where nothing else is said and four usual steps are not longer."""
_NO_TIME = 1e-9  # seconds: what no clock here tells apart


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Clock:
    """What the time stamps of one stream say.

    Args:
        order: what puts the rows into the order of time, as an index: ``data[clock.order]``.
        starts: the row, in that order, with which each piece begins; the first is 0.
        rate_hz: samples per second outside of gaps, those counted in that are missing; NaN where time stands still.
        rates_hz: the same for each piece; NaN for a piece of one sample.
        one_rate: no piece's rate is further than 2 % from the whole stream's, or a step where it is short.
        gap_s: a longer step began a new piece.
        jitter: standard deviation of the steps within pieces, in usual steps.
        longest_step_s: the longest step within a piece.
        longest_gap_s: the longest step that began a new piece; 0 where there is none.
        n_gaps: steps longer than ``gap_s``.
        n_restarts: places where the time jumps back and goes on from there.
        n_reversed: stamps that came after a later one, and were put before it.
        n_repeated: stamps equal to the one before.
        n_missing: samples that long steps within pieces stand for.
        newest_first: the rows came from the last to the first.
        even: the stamps follow an even clock, but for rounding, lateness that the next steps make good and single
            repeated stamps: the samples can be taken as they are. Otherwise they must go through a grid.
    """

    order: _Rows | slice
    starts: _Rows
    rate_hz: float
    rates_hz: _Floats
    one_rate: bool = True
    gap_s: float
    jitter: float = 0.0
    longest_step_s: float = 0.0
    longest_gap_s: float = 0.0
    n_gaps: int = 0
    n_restarts: int = 0
    n_reversed: int = 0
    n_repeated: int = 0
    n_missing: int = 0
    newest_first: bool = False
    even: bool = True


def pieces(time_s: npt.NDArray[np.floating], *, gap_s: float | None = None, rate_hz: float | None = None) -> Clock:
    """Finds where a stream must be cut, and how even its clock is.

    The default gap is one second, or four usual steps where those are longer. A gap that is asked for is never taken
    as less than one and a half usual steps, which would cut everywhere.

    Args:
        time_s: shape (row,), seconds in the order of the file; only differences count.
        gap_s: a step longer than this begins a new piece.
        rate_hz: samples per second, where something says so; tells lost samples from a slow clock.

    Raises:
        DataError: a stamp that is no finite number.

    >>> clock = pieces(np.array([0, 0.1, 0.2, 0.3, 0.4, 9, 9.1, 9.2]))
    >>> clock.starts.tolist(), round(clock.rate_hz, 6), clock.n_gaps, clock.even
    ([0, 5], 10.0, 1, True)
    """
    return _pieces(np.asarray(time_s, np.float64), gap_s, rate_hz)


def _pieces(time_s: _Floats, gap_s: float | None, rate_hz: float | None) -> Clock:
    if not np.isfinite(time_s).all():
        row = int(np.argmin(np.isfinite(time_s)))
        raise DataError(
            f"time: sample {row + 1} of {len(time_s)} has no time; fill it, or name another column: --time."
        )
    steps = np.diff(time_s)
    newest_first = bool(np.count_nonzero(steps < -_NO_TIME) > np.count_nonzero(steps > _NO_TIME))
    if newest_first:
        time_s, steps = time_s[::-1], -steps[::-1]
    rising = steps[steps > _NO_TIME]
    if not len(rising):
        return _still(len(time_s), gap_s or GAP_S, rate_hz)
    tick = float(np.median(rising))
    # where most stamps repeat, as those rounded to seconds, the median step is 0 and a tick holds many samples
    gap = max(gap_s, 1.5 * tick) if gap_s else max(GAP_S, 4 * float(np.median(steps)), 2.5 * tick)
    rises, order, restarts, n_reversed = _unfold(time_s, steps, gap)
    steps = np.diff(rises)
    cuts = np.flatnonzero(steps > gap)
    gaps = steps[np.setdiff1d(cuts, restarts)]
    starts = np.concatenate([[0], cuts + 1])
    steps[cuts] = 0
    within = len(steps) - len(cuts)
    if not within:  # each row is a piece of its own
        alone = replace(_still(len(time_s), gap, rate_hz), starts=starts, rates_hz=np.full(len(starts), np.nan))
        return replace(alone, n_repeated=0, n_gaps=len(gaps), n_restarts=len(restarts))
    lengths = np.diff(np.append(starts, len(rises))) - 1
    seconds = np.add.reduceat(np.append(steps, 0), starts)
    mean = float(steps.sum()) / within
    n_repeated = int(np.count_nonzero(steps == 0)) - len(cuts)
    tick = tick if n_repeated > 0.1 * within else 0.0
    rows, seconds = between_ticks(rises, starts, lengths, seconds) if tick else (lengths, seconds)
    own = np.where(seconds > _NO_TIME, seconds / np.maximum(1, rows), mean)
    even = even_pieces(rises, starts, own, tick)
    if not even.all():
        own[~even] = 1 / rate_hz if rate_hz else usual_step(steps[np.repeat(~even, lengths + 1)[:-1]])
    missing = n_lost(rises, starts, own, tick)
    rates = (rows + missing) / np.where(seconds > _NO_TIME, seconds, np.nan)
    rate = float((rows + missing).sum()) / float(seconds.sum())
    with np.errstate(invalid="ignore"):
        apart = np.abs(seconds * rate - (rows + missing)) > DRIFT * rows + STRAY_STEPS * max(1, tick * rate)
    return Clock(
        order=_backwards(order, len(rises)) if newest_first else order,
        starts=starts,
        rate_hz=rate,
        rates_hz=rates,
        one_rate=not apart.any(),
        gap_s=gap,
        jitter=float(np.sqrt(max(0.0, float(steps @ steps) / within - mean**2))) * rate,
        longest_step_s=float(steps.max()),
        longest_gap_s=float(gaps.max(initial=0)),
        n_gaps=len(gaps),
        n_restarts=len(restarts),
        n_reversed=n_reversed,
        n_repeated=n_repeated,
        n_missing=int(missing.sum()),
        newest_first=newest_first,
        even=bool(even.all() and missing.max() <= 1 and not apart.any()),
    )


def _backwards(order: _Rows | slice, n: int) -> _Rows | slice:
    return slice(None, None, -1) if isinstance(order, slice) else n - 1 - order


def _still(n: int, gap_s: float, rate_hz: float | None) -> Clock:
    """The clock of stamps that never rise."""
    rate = float("nan") if rate_hz is None else rate_hz
    starts = np.zeros(min(1, n), np.int64)
    return Clock(
        order=slice(None),
        starts=starts,
        rate_hz=rate,
        rates_hz=np.full(len(starts), np.nan),
        gap_s=gap_s,
        n_repeated=max(0, n - 1),
        even=n < 2,
    )


def _unfold(time_s: _Floats, steps: _Floats, gap: float) -> tuple[_Floats, _Rows | slice, _Rows, int]:
    """Stamps that never fall: later pieces lifted behind the earlier ones, single stamps put in their place.

    Returns:
        The stamps, the order of the rows, the rows after which the time starts again, and how many came late.
    """
    restarts = np.flatnonzero(steps < -gap)
    rises = _lifted(time_s, restarts, gap)
    back = np.flatnonzero(np.diff(rises) < 0) if len(restarts) else np.flatnonzero(steps < 0)
    if not len(back):
        return rises, slice(None), restarts, 0
    step = float(np.mean(steps[(steps >= 0) & (steps <= gap)]))
    near = back[_goes_on_from_there(rises, back, step, np.maximum.accumulate(rises))]
    if len(near):
        restarts = np.union1d(restarts, near)
        rises = _lifted(time_s, restarts, gap)
    order = np.argsort(rises, kind="stable")
    n_reversed = int(np.count_nonzero(np.diff(rises) < 0))
    return rises[order], order if n_reversed else slice(None), restarts, n_reversed


def _lifted(time_s: _Floats, restarts: _Rows, gap: float) -> _Floats:
    """Each piece that starts again lifted to two gaps after the one before."""
    if not len(restarts):
        return time_s
    starts = np.append(0, restarts + 1)
    lowest, highest = np.minimum.reduceat(time_s, starts), np.maximum.reduceat(time_s, starts)
    lift = np.append(0, np.cumsum(highest[:-1] - lowest[1:] + 2 * gap))
    rises: _Floats = time_s + np.repeat(lift, np.diff(np.append(starts, len(time_s))))
    return rises


def _goes_on_from_there(rises: _Floats, back: _Rows, step: float, highest: _Floats) -> npt.NDArray[np.bool_]:
    """Which steps back begin a new piece: what they go back over was recorded already, and the next rows follow them.

    A packet that comes late falls into a hole instead, and a single stamp is followed by one where the time was.
    """
    before, after = rises[back], rises[back + 1]
    covered = back - np.searchsorted(highest, after)
    follows = np.ones(len(back), bool)
    for ahead in (2, 3):
        follows &= rises[np.minimum(back + ahead, len(rises) - 1)] <= before
    return (before - after > 2.5 * step) & (covered * step >= 0.5 * (before - after)) & follows
