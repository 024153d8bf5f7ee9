"""Streams on the disk as unbroken stretches: what ``understand/pieces.py`` does, some rows at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.data.large.tables import NotInPartsError
from stridenet.data.understand.pieces import Cut, Piece, cut_streams, missing
from stridenet.data.understand.streams import Stream
from stridenet.errors import plain, short
from stridenet.signals.clock import Clock
from stridenet.signals.grid import SLOWER, n_even, on_grid, spread
from stridenet.signals.long_clock import pieces_on_disk
from stridenet.signals.recording import UNLABELLED
from stridenet.spec import ReadSpec
from stridenet.system.mapped import forget

ROWS = 1 << 18
"""Rows that are looked at at a time."""
_MOST_MISSING = 1 << 22

Codes = npt.NDArray[np.integer[Any]]
_Floats = npt.NDArray[np.float64]


@dataclass(eq=False)
class Disk:
    """Arrays that are written in blocks and then mapped.

    Args:
        folder: where they lie.
    """

    folder: Path
    _n: int = 0

    def look(self, seconds: _Floats, **said: float | None) -> Clock:
        """A stream's clock."""
        folder = self.folder / f"clock-{self._n}"
        self._n += 1
        folder.mkdir()
        return pieces_on_disk(seconds, folder, **said)

    def array(self, blocks: Iterator[npt.NDArray[Any]], width: tuple[int, ...], dtype: Any) -> npt.NDArray[Any]:
        """An array of all blocks end to end."""
        self._n += 1
        path, n = self.folder / f"array-{self._n}", 0
        with path.open("wb") as file:
            for block in blocks:
                file.write(np.ascontiguousarray(block, dtype).data)
                n += len(block)
        return np.memmap(path, dtype, "r", shape=(n, *width)).view(np.ndarray) if n else np.empty((0, *width), dtype)


def blocks(n: int, *read: npt.NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Begin and end of each block of rows; what was read of mapped arrays no longer counts as memory after each."""
    for a in range(0, n, ROWS):
        yield a, min(n, a + ROWS)
        forget(*read)


def cut_in_blocks(streams: Sequence[Stream], codes: Sequence[Codes | None], said: ReadSpec, disk: Disk) -> Cut:
    """What :func:`stridenet.data.understand.pieces.cut_streams` does.

    Args:
        streams: whose arrays are mapped.
        codes: shape (row,), the code of each row's label; None for a stream without.
        said: what the user says.
        disk: for what is made.

    Returns:
        Pieces whose arrays are mapped; in place of a row of the stream, each sample has the code of its label.

    Raises:
        DataError: no rate to be had, rates that differ, values that are missing.
    """
    of = {id(stream): some for stream, some in zip(streams, codes, strict=True)}

    def parts(stream: Stream, clock: Clock | None, rate: float, said: ReadSpec, done: Cut) -> list[Piece]:
        return _OneStream(stream, stream, of[id(stream)], clock, rate, said, disk, done).pieces()

    return cut_streams(streams, said, disk.look, parts)


@dataclass(eq=False)
class _OneStream:
    whole: Stream
    stream: Stream
    codes: Codes | None
    clock: Clock | None
    rate: float
    said: ReadSpec
    disk: Disk
    done: Cut

    def pieces(self) -> list[Piece]:
        stream, clock = self.stream, self.clock
        n = len(stream)
        breaks = set(stream.breaks)
        order = clock.order if clock else slice(None)
        if not (isinstance(order, slice) and order == slice(None)):
            breaks = self._reorder(np.arange(n)[order] if isinstance(order, slice) else order, breaks)
        data, seconds = self.stream.data, self.stream.seconds
        own = (
            clock.rate_hz
            if clock and np.isfinite(clock.rate_hz)
            else (self.said.rate_hz or stream.rate_hz or self.rate)
        )
        begins = {0, n} | breaks | (set(clock.starts.tolist()) if clock is not None else set())
        data, lost = self._without_missing(data, own)
        begins = begins | {a for a, _ in lost} | {b for _, b in lost}
        gone = {a for a, _ in lost}
        bounds = sorted(begins)
        found: list[Piece] = []
        for a, b in pairwise(bounds):
            if a in gone:
                gone |= {b} if any(c < b < d for c, d in lost) else set()
                continue
            at = float(seconds[a]) if seconds is not None else a / own
            start = at - float(seconds[0]) if seconds is not None else at
            values, codes = data[a:b], None if self.codes is None else self.codes[a:b]
            if clock is not None and seconds is not None and (not clock.even or self.said.even) and b - a > 1:
                values, codes = self._even(seconds[a:b], values, codes)
            elif self.said.even and clock is None and own != self.rate:
                even = self.disk.array((np.arange(c, d) / own for c, d in blocks(b - a)), (), np.float64)
                values, codes = self._even(even, values, codes)
            if len(values):
                none = np.broadcast_to(np.int32(UNLABELLED), len(values))
                of = none if codes is None else codes
                said = stream.clock_s(at)
                found.append(Piece(self.whole, len(found), values, of, self.rate, start, said))
        return found

    def _reorder(self, order: npt.NDArray[np.int64], breaks: set[int]) -> set[int]:
        """Rows in the order of time; which of them now begin a recording."""
        stream, n = self.stream, len(self.stream)

        def moved(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return self.disk.array(
                (array[order[a:b]] for a, b in blocks(n, array, order)), array.shape[1:], array.dtype
            )

        self.stream = replace(
            stream,
            data=moved(stream.data),
            seconds=None if stream.seconds is None else moved(stream.seconds),
            lines=moved(stream.lines) if len(stream.lines) else stream.lines,
        )
        self.codes = None if self.codes is None else moved(self.codes)
        wanted = np.fromiter(breaks, np.int64, len(breaks))
        return {
            a + int(row) for a, b in blocks(n) for row in np.flatnonzero(np.isin(order[a:b], wanted)) if len(wanted)
        }

    def _without_missing(
        self, data: npt.NDArray[np.float32], rate: float
    ) -> tuple[npt.NDArray[np.float32], list[tuple[int, int]]]:
        """The data with short holes filled where that was asked for, and the rows that cannot be used, in runs."""
        stream, n = self.stream, len(data)
        bad: list[list[npt.NDArray[np.int64]]] = [[] for _ in range(data.shape[1])]
        infinite, n_bad = False, 0
        for a, b in blocks(n, data):
            block = data[a:b]
            flags = ~np.isfinite(block)
            if not flags.any():
                continue
            infinite = infinite or bool(np.isinf(block).any())
            for column, found in enumerate(bad):
                found.append(np.flatnonzero(flags[:, column]) + a)
                n_bad += len(found[-1])
            if n_bad > _MOST_MISSING and not (infinite or self.said.refuses_missing):
                raise NotInPartsError(
                    f"{stream.where}: more than {_MOST_MISSING:,} values are missing; leave the emptiest columns out "
                    f"(--drop {plain(stream.channels[0], 40)}), or cut the file into one for each person."
                )
        rows_of = [np.concatenate(rows) if rows else np.zeros(0, np.int64) for rows in bad]
        if not n_bad:
            return data, []
        if infinite or self.said.refuses_missing:
            column = next(i for i, rows in enumerate(rows_of) if len(rows))
            raise missing(stream, column, int(rows_of[column][0]), len(rows_of[column]), infinite=infinite)
        most = max(1, round(self.said.fill_gaps * rate)) if self.said.fill_gaps else 0
        filled: list[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.float64]]] = []
        lost: list[tuple[int, int]] = []
        n_filled = 0
        for column, rows in enumerate(rows_of):
            for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else []:
                a, b = int(run[0]), int(run[-1]) + 1
                if b - a <= most and a > 0 and b < n:
                    filled.append((column, run, np.interp(run, [a - 1, b], data[[a - 1, b], column])))
                    n_filled += b - a
                else:
                    lost.append((a, b))
        lost = _united(lost)
        n_lost = sum(b - a for a, b in lost)
        self.done.notes.append(
            f"{short(stream.name, 100)}: {n_filled} missing values were filled by straight lines"
            + (f", and {n_lost} rows with longer holes were cut out" if n_lost else "")
        )
        whole = self.disk.array((data[a:b] for a, b in blocks(n, data)), data.shape[1:], np.float32)
        whole = _writable(whole)
        for column, run, values in filled:
            whole[run, column] = values
        return whole, lost

    def _even(
        self, seconds: _Floats, data: npt.NDArray[np.float32], codes: Codes | None
    ) -> tuple[npt.NDArray[np.float32], Codes | None]:
        """A stretch on the even grid, as :func:`stridenet.signals.grid.on_grid` puts it there."""
        n, rate = len(seconds), self.rate
        span = float(seconds[-1] - seconds[0])
        if n <= ROWS or (span and (n - 1) / span > SLOWER * rate):
            if n > 16 * ROWS:
                raise NotInPartsError(
                    f"{self.stream.where}: a recording of {n:,} samples is too long to be filtered to {rate:g} Hz at "
                    "once; cut the file into shorter ones, or read it at its own rate (without --even)."
                )
            values = np.asarray(on_grid(seconds, data, rate), np.float32)
            near = _nearest(seconds, seconds[0] + np.arange(len(values)) / rate)
            return self.disk.array(iter([values]), data.shape[1:], np.float32), None if codes is None else codes[near]
        start = float(seconds[0])
        n_out = n_even(start, float(seconds[-1]), rate)

        def values_of() -> Iterator[npt.NDArray[Any]]:
            for a, b in blocks(n_out, seconds, data):
                times = start + np.arange(a, b) / rate
                first, last = _around(seconds, times)
                stamps = spread(seconds[first:last])
                block = data[first:last]
                yield np.stack([np.interp(times, stamps, block[:, c]) for c in range(data.shape[1])], axis=1)

        def codes_of(codes: Codes) -> Iterator[npt.NDArray[Any]]:
            for a, b in blocks(n_out, seconds, codes):
                at = seconds[0] + np.arange(a, b) / rate
                first, last = _around(seconds, at)
                yield codes[first:last][_nearest(seconds[first:last], at)]

        values = self.disk.array(values_of(), data.shape[1:], np.float32)
        return values, None if codes is None else self.disk.array(codes_of(codes), (), np.int32)


def _around(seconds: _Floats, times: _Floats) -> tuple[int, int]:
    """Rows that hold all that lies around these times: whole groups of equal stamps, and two more on each side."""
    first = max(0, int(np.searchsorted(seconds, times[0], "left")) - 2)
    first = int(np.searchsorted(seconds, seconds[first], "left"))
    last = min(len(seconds) - 1, int(np.searchsorted(seconds, times[-1], "right")) + 2)
    last = int(np.searchsorted(seconds, seconds[last], "right"))
    while last < len(seconds) and last - first < 4:
        last += 1
    if last < len(seconds):  # the group after, so that these are spread over the time to it
        last = int(np.searchsorted(seconds, seconds[last], "right"))
    return first, last


def _nearest(seconds: _Floats, at: _Floats) -> npt.NDArray[np.int64]:
    right = np.clip(np.searchsorted(seconds, at), 0, len(seconds) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(np.abs(at - seconds[left]) < np.abs(seconds[right] - at), left, right)


def _united(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for a, b in sorted(runs):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def _writable(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    root: Any = array.base
    return np.memmap(root.filename, root.dtype, "r+", shape=root.shape).view(np.ndarray)
