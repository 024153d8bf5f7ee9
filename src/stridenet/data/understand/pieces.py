"""Streams as recordings: cut at gaps, put on one even rate where they must be, told what that cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.data.sheet import line_of
from stridenet.data.understand.disorder import refuse_disorder
from stridenet.data.understand.streams import Stream
from stridenet.errors import DataError, plain, short
from stridenet.signals.clock import Clock, pieces
from stridenet.signals.grid import on_grid
from stridenet.spec import ReadSpec

TOLERANCE = 0.02
"""Of a rate, within which recordings are called of one rate."""
_UNEVEN = 0.1
_SLOWEST_HZ = 1e-6
"""The same for clocks whose samples are put on a grid anyway."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An unbroken stretch of one stream.

    Args:
        stream: where it is from.
        number: from 0, within the stream.
        data: shape (time, channel).
        labels: shape (time,), the row of the stream whose label each sample has.
        rate_hz: samples per second.
        start_s: where it begins, in seconds from the stream's beginning.
        clock_s: what the recorder's clock said then; None where there is none.
    """

    stream: Stream
    number: int
    data: npt.NDArray[np.float32]
    labels: npt.NDArray[np.integer[Any]]
    rate_hz: float
    start_s: float = 0.0
    clock_s: float | None = None


@dataclass
class Cut:
    """All pieces, and what there is to tell.

    Args:
        pieces: in the order of the streams.
        clocks: rate, jitter and gaps, a table a stream.
        notes: sentences without a stop.
    """

    pieces: list[Piece] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


Look = Callable[..., Clock]
"""As :func:`stridenet.signals.clock.pieces`."""
Parts = Callable[[Stream, Clock | None, float, ReadSpec, Cut], list[Piece]]
"""The pieces of a stream with this clock at this rate; what there is to tell goes into the cut."""


def cut_streams(streams: Sequence[Stream], said: ReadSpec, look: Look = pieces, parts: Parts | None = None) -> Cut:
    """Cuts streams where their clocks say so, and gives all one rate.

    Args:
        streams: of all files.
        said: what the user says.
        look: finds a clock.
        parts: cuts one stream; by default in memory.

    Raises:
        DataError: no rate to be had, rates that differ, values that are missing.
    """
    done, parts = Cut(), parts or _pieces_of
    clocks = [_clock(stream, said, look) for stream in streams]
    rate = said.even or _one_rate(streams, clocks, said)
    bridged, skipped, uneven = 0, 0, []
    for stream, clock in zip(streams, clocks, strict=True):
        done.pieces += parts(stream, clock, rate, said, done)
        if clock is not None:
            done.clocks.append(_told(stream, clock))
            if not clock.even or said.even:
                bridged += clock.n_missing
            else:
                skipped += clock.n_missing
            if not clock.even and not stream.on_grid:
                uneven.append((stream, clock))
    _tell(done, uneven, bridged, rate, clocks)
    if skipped:
        done.notes.append(f"{skipped} samples are missing, at most one in a piece: the others were taken as they are")
    return done


def _clock(stream: Stream, said: ReadSpec, look: Look = pieces) -> Clock | None:
    """A stream's clock; None where it has no times.

    Args:
        stream: of one recorder.
        said: what the user says.
        look: finds the clock: :func:`stridenet.signals.clock.pieces`, or what does the same in less memory.

    Raises:
        DataError: no times, and no rate; or times in no order.
    """
    if stream.seconds is None:
        if (said.rate_hz or stream.rate_hz) is None:
            raise DataError(
                f"{stream.where} has no time column; give the samples per second (--rate-hz 50), or name the column of "
                f"the time (--time NAME); its columns are {', '.join(plain(name, 40) for name in stream.channels[:8])}."
            )
        return None
    refuse_disorder(stream)
    return look(stream.seconds, gap_s=said.gap or (said.fill_gaps and max(said.fill_gaps, 1.0)), rate_hz=said.rate_hz)


def _one_rate(streams: Sequence[Stream], clocks: Sequence[Clock | None], said: ReadSpec) -> float:
    """The rate of all: that of the clocks outside gaps, to four digits, or as said."""
    rates = [
        (clock.rate_hz if clock else float(said.rate_hz or stream.rate_hz or 0), len(stream), stream, clock)
        for stream, clock in zip(streams, clocks, strict=True)
    ]
    known = [one for one in rates if np.isfinite(one[0]) and one[0] > 0]
    if not known:
        if said.rate_hz:
            return said.rate_hz
        raise DataError(
            f"{streams[0].where}: no two rows follow each other, so there is no rate; give it (--rate-hz 50)."
        )
    n, seconds = sum(one[1] for one in known), sum(one[1] / one[0] for one in known)
    common = said.rate_hz or float(f"{n / seconds:.4g}")
    if common < _SLOWEST_HZ:
        raise DataError(
            f"{streams[0].where}: its times say one row in {1 / common / 86_400:,.0f} days, which no sensor does; name "
            "the column of the time (--time NAME) or its unit (--unit time=ms), or give the rate (--rate-hz 50)."
        )
    largest = max(known, key=lambda one: one[1])
    reference = said.rate_hz or largest[0]
    for rate, _, stream, clock in known:
        allowed = TOLERANCE if clock is None or clock.even else _UNEVEN
        if abs(rate / reference - 1) > allowed:
            who = "" if not stream.person else f", person {short(stream.person, 40)},"
            other = "the rate that was given" if said.rate_hz else f"{largest[2].where}{_who(largest[2])}"
            raise DataError(
                f"{stream.where}{who} has {rate:.4g} samples per second, but {other} says {reference:.4g}; all must "
                "have "
                f"one rate: have them resampled (--even {_round(min(rate, reference)):g}), or read them apart."
            )
    return common


def _who(stream: Stream) -> str:
    return f", person {short(stream.person, 40)}," if stream.person else ""


def _round(rate: float) -> float:
    return round(rate) if rate >= 2 else round(rate, 1)


def _pieces_of(stream: Stream, clock: Clock | None, rate: float, said: ReadSpec, done: Cut) -> list[Piece]:
    """The stretches of one stream, missing cells filled or refused."""
    order: Any = clock.order if clock else slice(None)
    rows = np.arange(len(stream))[order]
    data = stream.data[rows]
    seconds = stream.seconds[rows] if stream.seconds is not None else None
    own = clock.rate_hz if clock and np.isfinite(clock.rate_hz) else (said.rate_hz or stream.rate_hz or rate)
    begins = np.zeros(len(rows) + 1, bool)
    begins[[0, -1]] = True
    if clock is not None:
        begins[clock.starts] = True
    broken = np.zeros(len(stream), bool)
    broken[list(stream.breaks)] = True
    begins[:-1] |= broken[rows]
    data, kept = _without_missing(stream, data, own, said, done)
    bounds = np.flatnonzero(begins)
    found: list[Piece] = []
    for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        for c, d in _runs(kept[a:b]):
            part = slice(a + c, a + d)
            values, index = data[part], rows[part]
            at = float(seconds[a + c]) if seconds is not None else (a + c) / own
            start = at - float(seconds[0]) if seconds is not None else at
            if clock is not None and seconds is not None and (not clock.even or said.even) and len(values) > 1:
                values, index = _even(seconds[part], values, index, rate)
            elif said.even and clock is None and own != rate:
                values, index = _even(np.arange(len(values)) / own, values, index, rate)
            found.append(Piece(stream, len(found), values, index, rate, start, stream.clock_s(at)))
    return found


def _even(
    seconds: npt.NDArray[np.float64], data: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], rate: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    values = np.asarray(on_grid(seconds, data, rate), np.float32)
    at = seconds[0] + np.arange(len(values)) / rate
    right = np.clip(np.searchsorted(seconds, at), 0, len(seconds) - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.where(np.abs(at - seconds[left]) < np.abs(seconds[right] - at), left, right)
    return values, rows[nearest]


def _without_missing(
    stream: Stream, data: npt.NDArray[np.float32], rate: float, said: ReadSpec, done: Cut
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """The data with short holes filled where that was asked for, and which rows can be used."""
    bad = ~np.isfinite(data)
    if not bad.any():
        return data, np.ones(len(data), bool)
    if np.isinf(data).any() or said.refuses_missing:
        column = int(bad.any(axis=0).argmax())
        row, n = int(bad[:, column].argmax()), int(bad[:, column].sum())
        raise missing(stream, column, row, n, infinite=bool(np.isinf(data).any()))
    most = max(1, round(said.fill_gaps * rate)) if said.fill_gaps else 0
    data = data.copy()
    kept = np.ones(len(data), bool)
    n_filled = 0
    for column in range(data.shape[1]):
        holes = bad[:, column]
        for a, b in _runs(holes):
            if b - a <= most and a > 0 and b < len(data):
                data[a:b, column] = np.interp(np.arange(a, b), [a - 1, b], data[[a - 1, b], column])
                n_filled += b - a
            else:
                kept[a:b] = False
    lost = int((~kept).sum())
    done.notes.append(
        f"{short(stream.name, 100)}: {n_filled} missing values were filled by straight lines"
        + (f", and {lost} rows with longer holes were cut out" if lost else "")
    )
    return data, kept


def missing(stream: Stream, column: int, row: int, n: int, *, infinite: bool) -> DataError:
    """What is said of values that are missing.

    Args:
        stream: that lacks them.
        column: of the channel.
        row: the first one.
        n: how many.
        infinite: whether some are too large instead.
    """
    line = line_of(stream.lines, row)
    if stream.on_grid and stream.seconds is not None:
        line = f"its second {stream.seconds[row]:.2f}"
    large = ", infinite or too large for single precision" if infinite else ""
    name = stream.channels[column]
    remedy = (
        "correct them in the file"
        if large
        else f"fill short gaps (--fill-gaps 0.2), or leave the column out (--drop {plain(name, 40)})"
    )
    return DataError(
        f"{stream.where}, column {short(name)}: {n} of {len(stream)} values are missing{large} (first in {line}); "
        f"{remedy}."
    )


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where flags are set: begin and end of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _told(stream: Stream, clock: Clock) -> dict[str, Any]:
    """A clock as the description keeps it."""
    return {
        "recording": stream.name,
        "person": stream.person or stream.file.person,
        "rate_hz": float(f"{clock.rate_hz:.5g}") if np.isfinite(clock.rate_hz) else 0.0,
        "jitter": round(clock.jitter, 4),
        "longest_step_s": float(f"{clock.longest_step_s:.4g}"),
        "gaps": clock.n_gaps,
        "restarts": clock.n_restarts,
        "reversed": clock.n_reversed,
        "repeated": clock.n_repeated,
        "missing": clock.n_missing,
        "even": clock.even or stream.on_grid,
    }


def _tell(
    done: Cut, uneven: list[tuple[Stream, Clock]], bridged: int, rate: float, clocks: Sequence[Clock | None]
) -> None:
    """What the clocks of all streams give to tell."""
    for what, words in (
        ("n_gaps", "gaps, after each of which a new recording begins"),
        ("n_restarts", "places where the time starts again, at each of which a new recording begins"),
        ("n_reversed", "time stamps that came late and were put in their place"),
        ("n_repeated", "repeated time stamps, whose samples were kept"),
    ):
        if n := sum(getattr(clock, what) for clock in clocks if clock):
            done.notes.append(f"{n} {words}")
    if any(clock.newest_first for clock in clocks if clock):
        done.notes.append("rows that came newest first were turned round")
    if uneven:
        stream, clock = max(uneven, key=lambda one: one[1].jitter)
        done.notes.append(
            f"{len(uneven)} of {len(clocks)} clocks are uneven (steps with a spread of {clock.jitter:.0%} in "
            f"{short(stream.name, 60)}, the longest {clock.longest_step_s:.3g} s): put on an even grid of {rate:g} Hz "
            "by "
            "their stamps"
        )
    if bridged:
        done.notes.append(f"{bridged} samples are missing in steps shorter than a gap; straight lines go over them")
