"""Lines of a text table: where they begin, which row they are, how many cells they have, and which is wrong."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.dialect import Dialect
from stridenet.errors import DataError

_LONGEST_CELL = 2**31 - 1
_NEVER = "\x01"


def line_start(data: bytes, n: int) -> int:
    r"""Where the line after the first ``n`` begins.

    >>> line_start(b"a\nbc\nd", 2)
    5
    """
    at = 0
    for _ in range(n):
        at = data.find(b"\n", at) + 1 or len(data)
    return at


def line_ends(data: bytes) -> npt.NDArray[np.int64]:
    """Where each line ends, the last one too."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    return ends if data.endswith(b"\n") else np.append(ends, len(data))


def lines_of(data: bytes, dialect: Dialect, height: int) -> npt.NDArray[np.int64]:
    """The line of each row, from 1; a row may be several lines where a cell in quotes is."""
    start = line_start(data, dialect.first)
    n_lines = data.count(b"\n", start) + (start < len(data) and not data.endswith(b"\n"))
    plain = np.arange(dialect.first + 1, dialect.first + 1 + height)
    if n_lines == height:
        return plain
    text = io.StringIO(data[start:].decode(errors="replace"), newline="")
    reader = csv.reader(text, delimiter=dialect.separator, quotechar=dialect.quote)
    found, last = [], 0
    with _long_cells(""):
        for _ in reader:
            found.append(dialect.first + last + 1)
            last = reader.line_num
    return np.array(found, np.int64) if len(found) == height else plain


def cells_of(data: bytes, dialect: Dialect) -> npt.NDArray[np.int64]:
    """How many cells each line below the names has, at most; a separator within quotes counts too."""
    text = pl.read_csv(
        data,
        has_header=False,
        skip_lines=dialect.first,
        separator=_NEVER,
        quote_char=None,
        schema={"line": pl.String},
        truncate_ragged_lines=True,
    )
    counts = text.to_series().str.count_matches(dialect.separator, literal=True).fill_null(0)
    return counts.to_numpy().astype(np.int64) + 1


def wrong_line(data: bytes, dialect: Dialect, where: str, above: int = 0) -> DataError:
    """What keeps a file from being a table."""
    start = line_start(data, dialect.first)
    text = data[start:].decode(errors="replace")
    before = above + dialect.first
    with _long_cells(where):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.separator, quotechar=dialect.quote)
        for line, row in enumerate(reader, start=before + 1):
            if line == before + 1 and len(row) < dialect.width:
                return too_short(len(row), line, dialect, where)
            if len(row) > dialect.width:
                twice = dialect.separator == "," and len(row) == 2 * dialect.width
                comma = "; if its decimals have commas, save it with semicolons between the cells" if twice else ""
                return DataError(
                    f"{where}, line {line} has {len(row)} cells for {dialect.width} columns; remove what is too much "
                    f"or name its column{comma}."
                )
    for line, row_text in enumerate(text.split("\n"), start=before + 1):
        if row_text.count(dialect.quote) % 2:
            return DataError(
                f"{where}, line {line} has a quotation mark without its other half; leave it out, or write the cell "
                'within quotation marks and those of its own twice, as in "5"" step".'
            )
    return DataError(f"{where} cannot be read as a table; a table has a line per sample, and a cell per column.")


def too_short(n_cells: int, line: int, dialect: Dialect, where: str) -> DataError:
    """A line that lacks cells."""
    needed = max(dialect.names, default=0) + 1
    return DataError(
        f"{where}, line {line} has {n_cells} cells for {needed} columns; write an empty cell for each that is missing, "
        "or leave the row out."
    )


@contextmanager
def _long_cells(where: str) -> Iterator[None]:
    """Python's reader takes cells of any length inside; what it refuses is said."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    except csv.Error as error:
        raise DataError(f"{where} cannot be read as a table ({error}); a table has a line per sample.") from error
    finally:
        csv.field_size_limit(before)
