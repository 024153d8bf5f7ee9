"""Lines as they come, from standard input or a file that grows, made to samples; what cannot be read is told."""

import json
import os
import stat
import time as clock
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.cells import is_float
from stridenet.data.formats.names import are_units
from stridenet.errors import DataError, StridenetError, plain, short
from stridenet.prediction.heading import Heading, check_rate, check_units, heading
from stridenet_runtime.answers import Task

_AT_ONCE = 1 << 16  # bytes
_WAIT_S = 0.05
_LONGEST = 1 << 20  # bytes of a line: what is longer is none of ours

Samples = npt.NDArray[np.float64]


@contextmanager
def opened(source: str, *, follow: bool = False) -> Iterator[Iterator[list[str]]]:
    """The lines of a file or of standard input (``-``), those that are there together.

    Args:
        source: a path, or ``-``.
        follow: whether to wait at the file's end; a file that was cut short is read from its beginning.

    Raises:
        DataError: there is no such file.
    """
    if source == "-":
        yield _lines(0, follow=False)
        return
    try:
        number = os.open(Path(source).expanduser(), os.O_RDONLY)
    except OSError as error:
        raise DataError(f"{plain(source)}: {error.strerror}; check the path.") from None
    try:
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise DataError(f"{plain(source)} is a folder, and a stream is one file; stridenet predict takes folders.")
        yield _lines(number, follow=follow)
    finally:
        os.close(number)


def _lines(number: int, *, follow: bool) -> Iterator[list[str]]:
    rest = b""
    while True:
        block = os.read(number, _AT_ONCE)
        if not block and follow:
            if os.fstat(number).st_size < os.lseek(number, 0, os.SEEK_CUR):
                os.lseek(number, 0, os.SEEK_SET)
                rest = b""
            clock.sleep(_WAIT_S)
            continue
        *whole, rest = (rest + block).split(b"\n")
        if not block or len(rest) > _LONGEST:
            whole, rest = [*whole, rest], b""
        if whole:
            yield [line.decode("utf-8-sig", errors="replace").strip() for line in whole]
        if not block:
            return


class Lines:
    """Samples of a model's channels from lines: a table whose first line names its columns, or JSON objects.

    What columns are is settled by :func:`stridenet.prediction.heading.heading`. An empty cell or null is a missing
    value. The first samples are looked at before they are given: their times must tell of the model's rate, and their
    size must not speak against a unit that nobody said.

    Args:
        texts: lines, some at a time.
        task: of the model.
        time: the name of the column of the time, by default the one that is called so.
        units: by channel, sensor or clock, as the user says them.

    >>> task = Task(2, 1, 50.0, ("a",), ("x", "y"), ("g", "g"))
    >>> lines = Lines(iter([["t,y [g],x [mg]", "0.1,2,1000", "oops"]]), task)
    >>> [(samples.tolist(), times.tolist()) for samples, times in lines], lines.faults()
    ([([[1.0, 2.0]], [0.1])], ["line 3: 1 cell, but the first line names 3; 'oops'."])
    """

    def __init__(
        self,
        texts: Iterator[list[str]],
        task: Task,
        time: str | None = None,
        units: Mapping[str, str] | None = None,
    ) -> None:
        self._texts, self._task, self._time, self._units = texts, task, time, units or {}
        self._number = 0
        self._faults: list[str] = []
        self._told: list[str] = []
        self._names: list[str] | None = None
        self._separator: str | None = None
        self._heading: Heading | None = None
        self._first: list[list[float]] | None = []

    def __iter__(self) -> Iterator[tuple[Samples, Samples | None]]:
        for texts in self._texts:
            rows: list[list[float]] = []
            for text in texts:
                self._number += 1
                try:
                    row = self._row(text) if text else None
                except StridenetError:
                    raise
                except ValueError as error:
                    self._faults.append(f"line {self._number}: {error}; {short(text, 40)}.")
                    yield self._table(rows)  # what came before it is answered first
                    rows = []
                else:
                    rows += [row] if row is not None else []
            if rows:
                yield self._table(rows)

    def _table(self, rows: list[list[float]]) -> tuple[Samples, Samples | None]:
        table = np.array(rows, np.float64).reshape(len(rows), len(self._task.channels) + 1)
        timed = self._heading is not None and self._heading.clock is not None
        self._look_at(rows)
        return table[:, 1:], table[:, 0] if timed else None

    def _look_at(self, rows: list[list[float]]) -> None:
        """Refuses what the first samples tell to be another rate or unit."""
        if self._first is None or self._heading is None:
            return
        enough = max(self._task.length, _FEWEST)
        self._first += rows[: enough - len(self._first)]
        if len(self._first) == enough:
            table, self._first = np.array(self._first), None
            check_rate(self._heading, table[:, 0], self._task)
            check_units(self._heading, table[:, 1:], self._task)

    def faults(self) -> list[str]:
        """What could not be read since this was asked last, each a sentence."""
        found, self._faults = self._faults, []
        return found

    def told(self) -> list[str]:
        """What a user should know of how the columns were taken, since this was asked last, each a sentence."""
        found, self._told = self._told, []
        return found

    def _row(self, text: str) -> list[float] | None:
        """Time and channels; None of a line that names them, or their units."""
        if text.startswith("{"):
            cells = _object(text)
            if self._names is None:
                self._names = list(cells)
            return self._values([cells.get(name, _ABSENT) for name in self._names])
        if self._names is None:
            self._separator = max(",;\t", key=text.count)
            self._names = [cell.strip().strip('"') for cell in text.split(self._separator)]
            if sum(is_float(name) for name in self._names) > len(self._names) / 2:
                raise DataError(
                    f"the first line must name the columns, but it holds numbers: {short(','.join(self._names), 60)}."
                )
            return None
        if self._separator is None:
            raise ValueError("it is no JSON object")
        values = [cell.strip().strip('"') for cell in text.split(self._separator)]
        if len(values) != len(self._names):
            many = f"{len(values)} cell{'s' if len(values) != 1 else ''}"
            raise ValueError(f"{many}, but the first line names {len(self._names)}")
        if self._heading is None and are_units(values):
            self._begin(values)
            return None
        return self._values([cell.replace(",", ".") for cell in values] if self._separator == ";" else values)

    def _begin(self, below: Sequence[str] = ()) -> Heading:
        """Finds the channels among the names."""
        assert self._names is not None
        found = heading(self._names, below, self._task, time=self._time, said=self._units)
        self._told += found.told
        self._heading = found
        return found

    def _values(self, cells: list[Any]) -> list[float]:
        found, names = self._heading or self._begin(), self._names or []
        at = 0.0 if found.clock is None else _time(cells[found.clock], names[found.clock]) / found.second
        return [at, *(_number(cells[p], names[p]) * by for p, by in zip(found.places, found.factors, strict=True))]


_FEWEST = 20
"""Samples by which a stream is judged, at least."""
_ABSENT = object()


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON object") from None
    return dict(found)


def _time(cell: Any, name: str) -> float:
    """A number, or a date and time, which become seconds since 1970."""
    if isinstance(cell, str) and not is_float(cell):
        try:
            found = datetime.fromisoformat(cell)
        except ValueError:
            raise ValueError(f"{short(name, 30)} is neither a number nor a date as 2026-11-30T12:00:00.02") from None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return _number(cell, name)


def _number(cell: Any, name: str) -> float:
    if cell is None or cell == "":
        return float("nan")
    if cell is _ABSENT or isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise ValueError(f"{short(name, 30)} is no number" if cell is not _ABSENT else f"it lacks {short(name, 30)}")
    try:
        return float(cell)
    except (ValueError, OverflowError):
        raise ValueError(f"{short(name, 30)} is no number") from None
