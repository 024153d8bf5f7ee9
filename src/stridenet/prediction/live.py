"""Lines as they come, from standard input or a file that grows, made to samples; what cannot be read is told."""

import json
import os
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.cells import is_float
from stridenet.data.formats.names import without_unit
from stridenet.data.formats.text import unit_of
from stridenet.errors import DataError, StridenetError, plain, short
from stridenet.prediction.fitting import located
from stridenet.signals.recording import Recording
from stridenet.signals.units import factor
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

    Names are found as :func:`stridenet.prediction.fitting.fitted` finds them; a unit behind a name is converted, and
    without one values are taken to be in the model's. An empty cell or null is a missing value.

    Args:
        texts: lines, some at a time.
        task: of the model.
        time: the name of the column of seconds, where there is one.

    >>> task = Task(2, 1, 50.0, ("a",), ("x", "y"), ("g", "g"))
    >>> lines = Lines(iter([["t,y,x [mg]", "0.1,2,1000", "oops"]]), task, "t")
    >>> [(samples.tolist(), times.tolist()) for samples, times in lines], lines.faults()
    ([([[1.0, 2.0]], [0.1])], ["line 3: 1 cell, but the first line names 3; 'oops'."])
    """

    def __init__(self, texts: Iterator[list[str]], task: Task, time: str = "time") -> None:
        self._texts, self._task, self._time = texts, task, time
        self._number = 0
        self._faults: list[str] = []
        self._names: list[str] | None = None
        self._clock: int | None = None  # the place of the time among them

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
        return table[:, 1:], None if self._clock is None else table[:, 0]

    def faults(self) -> list[str]:
        """What could not be read since this was asked last, each a sentence."""
        found, self._faults = self._faults, []
        return found

    def _row(self, text: str) -> list[float] | None:
        """Time and channels; None of the line that names them."""
        if text.startswith("{"):
            cells = _object(text)
            if self._names is None:
                self._begin(list(cells), None)
            assert self._names is not None
            return self._values([cells.get(name, _ABSENT) for name in self._names])
        if self._names is None:
            self._separator = max(",;\t", key=text.count)
            self._begin([cell.strip().strip('"') for cell in text.split(self._separator)], self._separator)
            return None
        values = text.split(self._separator)
        if len(values) != len(self._names):
            many = f"{len(values)} cell{'s' if len(values) != 1 else ''}"
            raise ValueError(f"{many}, but the first line names {len(self._names)}")
        return self._values(values)

    def _begin(self, names: list[str], separator: str | None) -> None:
        """Finds the channels among the names.

        Raises:
            DataError: one of them is not there.
        """
        parted = [without_unit(name) for name in names]
        self._names = [name.strip() for name, _ in parted] if separator else names
        self._clock = self._names.index(self._time) if self._time in self._names else None
        own = [name.strip() for name, _ in parted]
        if separator and sum(is_float(name) for name in names) > len(names) / 2:
            raise DataError(
                f"the first line must name the columns, but it holds numbers: {short(','.join(names), 60)}."
            )
        places = [i for i, name in enumerate(own) if name != self._time]
        units = [unit_of(parted[i][1]) if parted[i][1] else "" for i in places]
        channels = tuple(own[i] for i in places)
        empty = np.zeros((0, len(places)), np.float32)
        header = Recording(
            "the stream", "", empty, channels, tuple(units), self._task.rate_hz, np.zeros(0, np.int64), ()
        )
        found, _ = located(header, self._task)
        self._places = [places[i] for i in found]
        self._factors = [
            factor(units[i], unit) if units[i] and unit and units[i] != unit else 1.0
            for i, unit in zip(found, self._task.units, strict=True)
        ]

    def _values(self, cells: list[Any]) -> list[float]:
        names = self._names or []
        at = 0.0 if self._clock is None else _number(cells[self._clock], self._time)
        return [
            at,
            *(_number(cells[p], names[p]) * by for p, by in zip(self._places, self._factors, strict=True)),
        ]


_ABSENT = object()


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON object") from None
    return dict(found)


def _number(cell: Any, name: str) -> float:
    if cell is None or cell == "":
        return float("nan")
    if cell is _ABSENT or isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise ValueError(f"{short(name, 30)} is no number" if cell is not _ABSENT else f"it lacks {short(name, 30)}")
    try:
        return float(cell)
    except (ValueError, OverflowError):
        raise ValueError(f"{short(name, 30)} is no number") from None
