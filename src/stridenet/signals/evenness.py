"""Whether rising time stamps follow an even clock, and where samples are missing."""

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.int64]

DRIFT = 0.02
"""Of a rate, within which clocks are called equal and a clock even."""
STRAY_STEPS = 1.25
"""How far a stamp may be from an even clock."""
_BLOCK = 1024  # samples to which a straight line is fitted: a slow drift is none within it
_STRAY = 0.05  # share of a block's samples that may be further off: they come late, and later ones do not
_AT_ONCE = 1 << 20  # samples: bounds the memory


def even_pieces(time_s: _Floats, starts: _Rows, step_s: _Floats, tick_s: float) -> npt.NDArray[np.bool_]:
    """Which pieces' stamps stay within about one step of an even clock, in each block of samples.

    Args:
        time_s: shape (row,), rising within pieces.
        starts: shape (piece,), the row with which each begins.
        step_s: shape (piece,), seconds from one sample to the next.
        tick_s: how finely the clock tells time, where that is coarser than a step.
    """
    lengths = np.diff(np.append(starts, len(time_s)))
    n_blocks = np.maximum(1, lengths // _BLOCK)
    piece = np.repeat(np.arange(len(starts)), n_blocks)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(n_blocks) - n_blocks, n_blocks)
    bounds = np.append(starts[piece] + number * lengths[piece] // n_blocks[piece], len(time_s))
    even = np.ones(len(starts), bool)
    first = 0
    while first < len(piece):
        last = min(len(piece), max(first + 1, int(np.searchsorted(bounds, bounds[first] + _AT_ONCE))))
        good = _even_blocks(time_s, bounds[first : last + 1], step_s[piece[first:last]], tick_s)
        even[piece[first:last][~good]] = False
        first = last
    return even


def _even_blocks(time_s: _Floats, bounds: _Rows, step_s: _Floats, tick_s: float) -> npt.NDArray[np.bool_]:
    lengths = np.diff(bounds)
    most_s = STRAY_STEPS * np.maximum(step_s, tick_s)
    begin = bounds[:-1] - bounds[0]
    place = np.arange(bounds[-1] - bounds[0]) - np.repeat(begin, lengths)
    late = time_s[bounds[0] : bounds[-1]] - np.repeat(time_s[bounds[:-1]], lengths) - place * np.repeat(step_s, lengths)
    late -= np.repeat(np.add.reduceat(late, begin) / lengths, lengths)
    middle = place - np.repeat((lengths - 1) / 2, lengths)
    slope = np.add.reduceat(late * middle, begin) / np.maximum(1, lengths * (lengths**2.0 - 1) / 12)
    late -= np.repeat(slope, lengths) * middle
    stray = np.add.reduceat((np.abs(late) > np.repeat(most_s, lengths)).astype(np.int64), begin)
    steady: npt.NDArray[np.bool_] = np.abs(slope) * lengths <= DRIFT * step_s * lengths + most_s
    return steady & (stray <= _STRAY * lengths)


def between_ticks(time_s: _Floats, starts: _Rows, rows: _Rows, seconds: _Floats) -> tuple[_Rows, _Floats]:
    """Rows and seconds of each piece from its second stamp to its last one, where one stamp stands for many samples.

    Nothing tells how much of the first and the last tick was recorded, so they would make the rate wrong.

    Args:
        time_s: shape (row,), rising within pieces.
        starts: shape (piece,), the row with which each begins.
        rows: shape (piece,), steps of the whole piece: kept where it has fewer than three stamps.
        seconds: shape (piece,), the same.

    >>> between_ticks(np.array([0.0, 1, 1, 1, 2, 2, 2, 3]), np.array([0]), np.array([7]), np.array([3.0]))
    (array([6]), array([2.]))
    """
    rows, seconds = rows.copy(), seconds.copy()
    for i, (a, b) in enumerate(zip(starts.tolist(), [*starts[1:].tolist(), len(time_s)], strict=True)):
        first = a + int(np.searchsorted(time_s[a:b], time_s[a], "right"))
        last = a + int(np.searchsorted(time_s[a:b], time_s[b - 1], "left"))
        if last > first:
            rows[i], seconds[i] = last - first, time_s[last] - time_s[first]
    return rows, seconds


def usual_step(steps: _Floats) -> float:
    """The step from sample to sample of a clock that is not even; NaN where it comes in bursts.

    Where samples are lost, the steps are multiples of one, or most of the time goes by in usual steps all the same.
    In bursts it goes by between them, and nothing tells how many samples there should be.

    >>> round(usual_step(np.array([0.1, 0.2, 0.2, 0.1, 0.2, 0.5])), 6)
    0.1
    """
    steps = steps[steps > 0]
    if not len(steps):
        return float("nan")
    low = float(np.quantile(steps, 0.1, method="nearest"))
    one = float(steps[(steps > 0.75 * low) & (steps < 1.25 * low)].mean())
    whole = np.abs(steps / one - np.rint(steps / one)) < 0.1
    if whole.mean() > 0.95 and steps.mean() < 5 * one:
        return one
    median = float(np.median(steps))
    near = steps[(steps > 0.5 * median) & (steps < 1.5 * median)]
    return float(near.mean()) if near.sum() > 0.4 * steps.sum() else float("nan")


def n_lost(time_s: _Floats, starts: _Rows, step_s: _Floats, tick_s: float) -> _Rows:
    """How many samples each piece lacks; none where the steps after a long one make it good.

    A late sample is followed by short steps: the clock, as its earliest stamps tell it, is where it was. After
    samples that are lost it is ahead by so many steps for good.

    Args:
        time_s: shape (row,), rising within pieces.
        starts: shape (piece,), the row with which each begins.
        step_s: shape (piece,), seconds from one sample to the next; a piece of NaN lacks nothing that is known.
        tick_s: how finely the clock tells time, where that is coarser than a step.
    """
    found = np.zeros(len(starts), np.int64)
    if not np.isfinite(step_s).any():
        return found
    ends = np.append(starts[1:], len(time_s)) - 1
    rows, lasting = _long_steps(time_s, starts, step_s, tick_s)
    piece = np.searchsorted(starts, rows, "right") - 1
    usual = step_s[piece]
    coarse = np.maximum(usual, tick_s)
    around = np.ceil(lasting / usual) + 8 * np.ceil(coarse / usual)
    while len(rows):  # in rounds of rows that need about as many neighbours
        width = int(2 * around.min())
        now = np.flatnonzero(around <= width)
        for some in np.array_split(now, len(now) * width // _AT_ONCE + 1):
            row, one = rows[some, None], usual[some, None]
            after = np.minimum(row + np.arange(1, width + 1), ends[piece[some], None])
            before = np.maximum(row - np.arange(2), starts[piece[some], None])  # a repeated stamp is early
            ahead = (time_s[after] - after * one).min(axis=1) - (time_s[before] - before * one).max(axis=1)
            missing = np.where(ahead > 0.5 * coarse[some], np.rint(ahead / usual[some]), 0)
            np.add.at(found, piece[some], missing.astype(np.int64))
        rows, piece, usual, coarse, around = (x[around > width] for x in (rows, piece, usual, coarse, around))
    return found


def _long_steps(time_s: _Floats, starts: _Rows, step_s: _Floats, tick_s: float) -> tuple[_Rows, _Floats]:
    """The rows before steps so long that samples may be missing, and these steps; some rows at a time."""
    shortest, noise = float(np.nanmin(step_s)), 0.0
    found: list[_Rows] = [np.zeros(0, np.int64)]
    lasting: list[_Floats] = [np.zeros(0)]
    for first in range(0, max(0, len(time_s) - 1), _AT_ONCE):
        steps = np.diff(time_s[first : first + _AT_ONCE + 1])
        new = starts[np.searchsorted(starts, first + 1) : np.searchsorted(starts, first + len(steps), "right")]
        steps[new - first - 1] = 0
        noise = _noise(steps, shortest) if not first else noise
        rows = np.flatnonzero(steps > 1.5 * shortest)
        usual = step_s[np.searchsorted(starts, rows + first, "right") - 1]
        rows = rows[steps[rows] > np.maximum(usual, tick_s) * (1.5 + 3 * noise)]
        found.append(rows + first)
        lasting.append(steps[rows])
    return np.concatenate(found), np.concatenate(lasting)


def _noise(steps: _Floats, step_s: float) -> float:
    """How far steps are from whole numbers of one step: a robust standard deviation, in steps."""
    many = steps / step_s
    return 1.4826 * float(np.median(np.abs(many - np.rint(many))))
