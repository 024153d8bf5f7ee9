"""Text tables as sheets, whatever separates their cells."""

import re
from dataclasses import replace

import polars as pl

from stridenet.data.formats.cells import WHOLE, Column, column_of, is_code, is_date, is_number, told
from stridenet.data.formats.dialect import Dialect, dialect_of
from stridenet.data.formats.frames import indices
from stridenet.data.formats.heads import divided, rate_in, without_heads_again
from stridenet.data.formats.lines import line_start, wrong_line
from stridenet.data.formats.rows import rows_in
from stridenet.data.formats.serial import with_names_above, with_stamps_apart, with_times
from stridenet.data.formats.text import Text, text_of
from stridenet.data.sheet import Kind, Sheet
from stridenet.data.source import File
from stridenet.errors import short

_ZEROS = re.compile(r"[-+]?0\d+$")


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
    text, times = with_stamps_apart(text)
    text = with_names_above(text)
    dialect = dialect_of(text.data, where, separator)
    has_data = any(is_number(cell, comma=True) or is_date(cell) for row in dialect.rows for cell in row)
    if not has_data and dialect.width == 1 and any(" " in cell for row in dialect.rows for cell in row):
        return Sheet(name=name, frame=pl.DataFrame(), form=form, kind="nothing", why="it holds no table")
    text, again = without_heads_again(text, dialect)
    sheet = with_times(divided(rows_of(text, dialect, name, where, form=form), again), times)
    if not dialect.named:
        above = f"; above its rows stands {short(dialect.head[-1])}" if dialect.head else ""
        note = f"it has no line of names, so its columns are named by their place{above}"
        sheet = replace(sheet, notes=(*sheet.notes, note))
    known = indices(sheet.frame) if dialect.named else {}
    empty = "" if sheet.frame.height else "it has column names but no rows"
    kind: Kind = "nothing" if empty else "samples"
    rate = rate_in(dialect.head)
    notes = (f"a line above its rows says {rate:g} samples per second",) if rate else ()
    return replace(sheet, known=known, kind=kind, why=empty, rate_hz=rate, notes=(*sheet.notes, *notes))


def rows_of(text: Text, dialect: Dialect, sheet: str, where: str, *, form: str = "table", above: int = 0) -> Sheet:
    """The rows of a text, or of a part of it that begins ``above`` lines down, as a sheet.

    Raises:
        DataError: a row has too many cells, or too few.
    """
    data = _plain(text.data, dialect)
    rows = rows_in(_cells(data, dialect, where, above), data, dialect, where, above)
    notes, columns, units = [*rows.notes], [], {}
    for i, name in dialect.names.items():
        cells = rows.frame.to_series(i)
        found = column_of(cells, name, dialect.separator) if cells.dtype == pl.String else Column(cells.fill_nan(None))
        if found.odd:
            notes.append(told(found.odd, name, int(rows.lines[found.odd.row])))
        if found.unit:
            units[name] = found.unit
        columns.append(found.values.rename(name))
    lost = [
        i for i in range(rows.frame.width) if i not in dialect.names and rows.frame.to_series(i).is_not_null().any()
    ]
    notes += [f"its column {i + 1} has no name and is empty in the first rows; it is left out" for i in lost]
    start = line_start(data, dialect.first)
    if text.encoding in ("windows-1252", "latin-1") and not data[start:].isascii():
        notes.append(f"it is not UTF-8, so it is read as {text.encoding}; check the letters of its names and labels")
    if not data.endswith(b"\n"):
        notes.append("it does not end with a line end: if its copy was cut off, its last row is not whole")
    return Sheet(
        name=sheet,
        frame=pl.DataFrame(columns),
        form=form,
        head=dialect.head,
        lines=rows.lines,
        units=units | dialect.units,
        breaks=rows.breaks,
        notes=tuple(notes),
    )


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
    if line_start(data, dialect.first) == len(data):
        return pl.DataFrame(schema=dict.fromkeys(_places(dialect), pl.String))
    guess = _dtypes(dialect, data)
    words: list[type[pl.DataType]] = [pl.String] * dialect.width
    alone = data.endswith(dialect.quote.encode())  # polars panics where the last number is half a quotation
    for dtypes in (words,) if alone else (guess, words):
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
