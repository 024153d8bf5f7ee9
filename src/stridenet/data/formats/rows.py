"""The rows of a text table: those that hold something, which line each is, and whether each has all its cells."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.cells import is_date, is_number
from stridenet.data.formats.dialect import Dialect
from stridenet.data.formats.lines import cells_of, line_ends, lines_of, too_short
from stridenet.errors import short as quoted

_SHORTEST = 3
"""Rows that a recording between empty lines has at least, on average."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows with the line of each, those with which a recording begins, and what became of others."""

    frame: pl.DataFrame
    lines: npt.NDArray[np.int64]
    breaks: tuple[int, ...]
    notes: tuple[str, ...]


def rows_in(cells: pl.DataFrame, data: bytes, dialect: Dialect, where: str, above: int) -> Rows:
    """The rows without those that are empty.

    Args:
        cells: all that polars found, a row for each line or more.
        data: the text that they are from.
        dialect: what it looks like.
        where: the file, for messages.
        above: lines of the file above ``data``.

    Raises:
        DataError: a row has too few cells.
    """
    lines = lines_of(data, dialect, cells.height) + above
    notes: list[str] = []
    frame, lines, breaks = _without_empty(cells, lines, data, notes, above)
    frame, lines = _whole(frame, lines, data, dialect, where, above, notes)
    return Rows(frame, lines, breaks, tuple(notes))


def _without_empty(
    frame: pl.DataFrame, lines: npt.NDArray[np.int64], data: bytes, notes: list[str], above: int
) -> tuple[pl.DataFrame, npt.NDArray[np.int64], tuple[int, ...]]:
    """The rows that hold something; and those that follow an empty line, where such lines recur."""
    empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    if not empty.any():
        return frame, lines, ()
    ends = line_ends(data)
    at = np.flatnonzero(empty)
    of_line = lines[at] - above - 1
    lengths = ends[of_line] - np.where(of_line > 0, ends[of_line - 1], -1) - 1
    blank = at[lengths == 0]
    kept = np.cumsum(~empty) - ~empty  # rows kept before each row
    marks = blank[np.diff(blank, prepend=-2) > 1]
    breaks = sorted({int(kept[i]) for i in marks} - {0, int((~empty).sum())})
    if len(at) > len(blank):
        notes.append(f"{_counted(len(at) - len(blank), 'row')} without any cell passed over")
    if len(marks) < 2 or len(marks) * _SHORTEST > (~empty).sum():
        if breaks:
            notes.append(f"{_counted(len(breaks), 'empty line')} between its rows passed over")
        breaks = []
    elif breaks:
        notes.append(f"its rows are divided at {_counted(len(breaks), 'empty line')}, each the end of a recording")
    return frame.filter(~empty), lines[~empty], tuple(breaks)


def _whole(
    frame: pl.DataFrame, lines: npt.NDArray[np.int64], data: bytes, dialect: Dialect, where: str, above: int,
    notes: list[str],
) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:  # fmt: skip
    """Rows with as many cells as there are columns; those at the end may have fewer."""
    needed = max(dialect.names, default=0) + 1
    if needed == 1 or not frame.height or not frame.to_series(needed - 1).null_count():
        return frame, lines
    suspects = np.flatnonzero(frame.to_series(needed - 1).is_null().to_numpy())
    counts = cells_of(data, dialect)
    of_line = lines[suspects] - above - dialect.first - 1
    short = suspects[counts[np.minimum(of_line, len(counts) - 1)] < needed]
    if not len(short):
        return frame, lines
    if len(short) < frame.height - short[0]:
        n = int(counts[lines[short[0]] - above - dialect.first - 1])
        raise too_short(n, int(lines[short[0]]), dialect, where)
    if len(short) == 1 and not data.endswith(b"\n"):
        notes.append(f"its last row (line {lines[-1]}) was cut off and is left out")
        return frame[:-1], lines[:-1]
    while len(short) and not any(map(_is_data, frame.row(int(short[-1])))):  # words below the table
        line, words = lines[short[-1]], next(cell for cell in frame.row(int(short[-1])) if cell is not None)
        notes.append(f"its last line ({line}: {quoted(str(words))}) is no row and is left out")
        frame, lines, short = frame[:-1], lines[:-1], short[:-1]
    if len(short):
        has = "s have" if len(short) > 1 else " has"
        notes.append(f"its last {len(short)} row{has} fewer cells than there are columns (from line {lines[short[0]]})")
    return frame, lines


def _is_data(cell: object) -> bool:
    return cell is not None and (is_number(str(cell), comma=True) or is_date(str(cell)))


def _counted(n: int, what: str) -> str:
    return f"{n} {what}s" if n > 1 else f"1 {what}"
