"""Text tables as sheets, whatever separates their cells."""

import re
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.cells import WHOLE, column_of, is_code, is_date, is_number, told
from stridenet.data.formats.dialect import Dialect, dialect_of
from stridenet.data.formats.frames import indices
from stridenet.data.formats.lines import cells_of, line_ends, line_start, lines_of, too_short, wrong_line
from stridenet.data.formats.text import Text, text_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import short

_ZEROS = re.compile(r"[-+]?0\d+$")
_SHORTEST = 3
"""Rows that a recording between empty lines has at least, on average."""


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - the last of the readers
    """Any file: what is no text is said when it is read."""
    return True


def read(file: File) -> list[Sheet]:
    """A text table as its file has it.

    Raises:
        DataError: it is no table, or there is no memory for it.
    """
    return [sheet_of_text(text_of(file.read(), file.where), file.name, file.where)]


def sheet_of_text(text: Text, name: str, where: str, *, separator: str = "", form: str = "table") -> Sheet:
    """A text as a sheet.

    Args:
        text: what the file holds.
        name: of the sheet.
        where: the file, for messages.
        separator: of the cells, where it is known.
        form: the format's name, for people.

    Raises:
        DataError: it is no table.
    """
    if not text.data or text.data.isspace():
        return Sheet(name=name, frame=pl.DataFrame(), form=form, kind="nothing", why="it is empty")
    dialect = dialect_of(text.data, where, separator)
    has_data = any(is_number(cell, comma=True) or is_date(cell) for row in dialect.rows for cell in row)
    if not has_data and (dialect.width == 1 or not dialect.named):
        return Sheet(name=name, frame=pl.DataFrame(), form=form, kind="nothing", why="it holds no table")
    sheet = rows_of(text, dialect, name, where, form=form)
    if not dialect.named:
        above = f"; above its rows stands {short(dialect.head[-1])}" if dialect.head else ""
        note = f"it has no line of names, so its columns are named by their place{above}"
        sheet = replace(sheet, notes=(*sheet.notes, note))
    known = indices(sheet.frame) if dialect.named else {}
    empty = "" if sheet.frame.height else "it has column names but no rows"
    return replace(sheet, known=known, kind="nothing" if empty else "samples", why=empty)


def rows_of(text: Text, dialect: Dialect, name: str, where: str, *, form: str = "table", above: int = 0) -> Sheet:
    """The rows of a text, or of a part of it that begins ``above`` lines down, as a sheet.

    Raises:
        DataError: a row has too many cells, or too few.
    """
    frame, lines, breaks, notes = _table(text.data, dialect, where, above)
    start = line_start(text.data, dialect.first)
    if text.encoding in ("windows-1252", "latin-1") and not text.data[start:].isascii():
        notes.append(f"it is not UTF-8, so it is read as {text.encoding}; check the letters of its names and labels")
    if not text.data.endswith(b"\n"):
        notes.append("it does not end with a line end: if its copy was cut off, its last row is not whole")
    return Sheet(
        name=name,
        frame=frame,
        form=form,
        head=dialect.head,
        lines=lines,
        units=dialect.units,
        breaks=breaks,
        notes=tuple(notes),
    )


def _table(
    data: bytes, dialect: Dialect, where: str, above: int
) -> tuple[pl.DataFrame, npt.NDArray[np.int64], tuple[int, ...], list[str]]:
    """The frame; the line of each row; the rows that begin anew after an empty line; notes."""
    data = _plain(data, dialect)
    frame = _cells(data, dialect, where, above)
    lines = lines_of(data, dialect, frame.height) + above
    notes: list[str] = []
    frame, lines, breaks = _without_empty(frame, lines, data, notes, above)
    frame, lines = _checked(frame, lines, data, dialect, where, above, notes)
    columns = []
    for i, name in dialect.names.items():
        column = frame.to_series(i)
        odd = None
        if column.dtype == pl.String:
            column, odd = column_of(column, name, dialect.separator)
        elif column.dtype == pl.Float64:
            column = column.fill_nan(None)
        if odd:
            notes.append(told(odd, name, int(lines[odd.row])))
        columns.append(column.rename(name))
    lost = [i for i in range(frame.width) if i not in dialect.names and frame.to_series(i).null_count() < frame.height]
    notes += [f"its column {i + 1} has no name and is empty in the first rows; it is left out" for i in lost]
    return pl.DataFrame(columns), lines, breaks, notes


def _plain(data: bytes, dialect: Dialect) -> bytes:
    """Bytes that polars can split: one blank for runs of blanks, no mark at the end of lines."""
    if dialect.tail:
        data = data.replace(dialect.tail.encode() + b"\n", b"\n").removesuffix(dialect.tail.encode())
    if dialect.separator == " ":
        data = re.sub(rb"[ \t]+(?=\n|$)|(?<=\n)[ \t]+|^[ \t]+", b"", data)
        data = re.sub(rb"[ \t]+", b" ", data)
    return data


def _cells(data: bytes, dialect: Dialect, where: str, above: int) -> pl.DataFrame:
    """All cells: as numbers where all of a column are plain ones, else as text."""
    guess = _dtypes(dialect, data)
    words: list[type[pl.DataType]] = [pl.String] * dialect.width
    for dtypes in (guess, words):
        try:
            frame = pl.read_csv(
                data,
                has_header=False,
                skip_lines=dialect.first,
                separator=dialect.separator,
                quote_char=dialect.quote,
                schema=dict(zip(_places(dialect), dtypes, strict=True)),
                decimal_comma=dialect.comma,
            )
            return frame.with_columns(pl.col(pl.String).replace("", None)) if b'"' in data else frame
        except pl.exceptions.NoDataError:
            return pl.DataFrame(schema=dict.fromkeys(_places(dialect), pl.String))
        except pl.exceptions.PolarsError as error:
            failed = error
    raise wrong_line(data, dialect, where, above) from failed


def _places(dialect: Dialect) -> list[str]:
    return [f"column_{i}" for i in range(dialect.width)]


def _dtypes(dialect: Dialect, data: bytes) -> list[type[pl.DataType]]:
    """What the columns seem to hold, by the first rows; polars says where that is wrong."""
    dtypes: list[type[pl.DataType]] = []
    mixed = dialect.comma and data.find(b".", line_start(data, dialect.first)) >= 0  # polars takes both for decimals
    for i in range(dialect.width):
        cells = [row[i] for row in dialect.rows if i < len(row) and row[i]]
        text = is_code(dialect.names.get(i, "")) or any(_ZEROS.match(cell) for cell in cells)
        if text or not cells or not all(is_number(cell, comma=dialect.comma) for cell in cells):
            dtypes.append(pl.String)
        elif all(re.match(WHOLE, cell) for cell in cells):
            dtypes.append(pl.Int64)
        else:
            dtypes.append(pl.String if mixed else pl.Float64)
    return dtypes


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
        notes.append(f"{len(at) - len(blank)} of its rows hold nothing and are passed over")
    if len(marks) < 2 or len(marks) * _SHORTEST > (~empty).sum():
        if breaks:
            notes.append(f"{len(breaks)} empty lines between its rows are passed over")
        breaks = []
    elif breaks:
        notes.append(f"{len(breaks)} empty lines divide its rows, and each is taken for the end of a recording")
    return frame.filter(~empty), lines[~empty], tuple(breaks)


def _checked(
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
    notes.append(f"its last {len(short)} rows (from line {lines[short[0]]}) have fewer cells than there are columns")
    return frame, lines
