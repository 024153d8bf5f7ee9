"""CSV and TSV files as frames, and which line is wrong where there is no frame to be had."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from stridenet.data.formats.columns import CONVENTION, roles
from stridenet.errors import DataError, short
from stridenet.system.machine import free_memory

_LONGEST_CELL = 2**31 - 1
_TIMES = 3
"""Bytes of memory for each byte of a file, at least: the text, and what it becomes."""


def read_text(file: Path, where: str) -> tuple[pl.DataFrame, bool]:
    """A CSV or TSV file; person and label as text, and all as text where a cell is not what it must be.

    Returns:
        The frame, and whether the file ends with a line end, as a whole one does.

    Raises:
        DataError: it is no table, or there is no memory for it.
    """
    raw = _content(file, where)
    try:
        end = raw.find(b"\n")
        head = raw[: end if end >= 0 else len(raw)].decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError as error:
        raise _no_text(where) from error
    separator = "\t" if file.suffix.lower() == ".tsv" else max(",;\t", key=head.count)
    with _long_cells(where):
        given = next(csv.reader(head.splitlines()[:1], delimiter=separator), [])
    names = [cell.strip() for cell in given]
    _check_names(names, where)
    text = {given[names.index(role)]: pl.String for role in roles(names, where)[:2] if role}
    try:
        try:
            frame = pl.read_csv(raw, separator=separator, infer_schema_length=1000, schema_overrides=text)
        except pl.exceptions.ComputeError:
            frame = pl.read_csv(raw, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _first_wrong_line(raw, separator, len(names), where) from error
    if frame.width != len(names):
        raise DataError(f"{where}: its first line is not {frame.width} column names; write them on one line.")
    unnamed = [column for column, cell in zip(frame.columns, names, strict=True) if not cell]
    frame = frame.rename({c: n for c, n in zip(frame.columns, names, strict=True) if n}).drop(unnamed)
    return frame, raw.endswith((b"\n", b"\r"))


def _content(file: Path, where: str) -> bytes:
    size, free = file.stat().st_size, free_memory()
    if size * _TIMES > free:
        raise DataError(
            f"{where} has {size / 1e9:.1f} GB and needs {_TIMES} times that to be read, but {free / 1e9:.1f} GB of "
            "memory are free; cut it into several files, one for each recording, and read some of them."
        )
    with file.open("rb") as opened:
        if b"\0" in opened.read(4096):
            raise _no_text(where)
        opened.seek(0)
        return opened.read()


def _no_text(where: str) -> DataError:
    return DataError(f"{where} is not text in UTF-8, so not a table that can be read; {CONVENTION}.")


def _check_names(names: list[str], where: str) -> None:
    digits = [cell for cell in names if re.fullmatch(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", cell)]
    if not any(names):
        raise DataError(f"{where} is empty; {CONVENTION}.")
    if digits and digits != [str(i) for i in range(len(digits))]:  # a plain 0, 1, 2 is how data frames name columns
        raise DataError(
            f"{where} begins with {short(digits[0])}, not with column names; add a first line that names them."
        )
    twice = [cell for cell, count in Counter(names).items() if cell and count > 1]
    if twice:
        raise DataError(f"{where} has {names.count(twice[0])} columns named {short(twice[0])}; rename all but one.")


def _first_wrong_line(raw: bytes, separator: str, n_columns: int, where: str) -> DataError:
    """What keeps a file from being a table."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return DataError(f"{where}, line {line} is not text in UTF-8; save the file as UTF-8.")
    with _long_cells(where):
        for line, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if len(row) > n_columns:
                return DataError(
                    f"{where}, line {line} has {len(row)} cells for {n_columns} columns; remove what is too much or "
                    "name its column."
                )
    for line, row_text in enumerate(text.split("\n"), start=1):
        if row_text.count('"') % 2:
            return DataError(
                f"{where}, line {line} has a quotation mark without its other half; leave it out, or write the cell "
                'within quotation marks and those of its own twice, as in "5"" step".'
            )
    return DataError(f"{where} cannot be read as a table; {CONVENTION}.")


@contextmanager
def _long_cells(where: str) -> Iterator[None]:
    """Python's reader takes cells of any length inside; what it refuses is said."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    except csv.Error as error:
        raise DataError(f"{where} cannot be read as a table ({error}); {CONVENTION}.") from error
    finally:
        csv.field_size_limit(before)
