"""What the columns of a table mean, and their cells as arrays: the convention of ``formats/tables.py``."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.errors import DataError

CONVENTION = (
    "a table has one row per sample, columns of numbers for the channels and, where known, columns named person, "
    "label and time"
)
PERSON = ("person", "group", "subject", "user", "participant", "id")
LABEL = ("label", "activity", "class", "target", "y")
TIME = re.compile(r"(?:time|timestamp|datetime|t)(?:[ _]?[\[(]?(s|sec|seconds|ms|us|µs|ns)[\])]?)?")
SECONDS = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
UNIT = re.compile(r"(.*\S)\s*[\[(]([^\])]*)[\])]")
MISSING = ("", "na", "n/a", "nan", "null", "none")


def roles(columns: Sequence[str], where: str) -> tuple[str | None, str | None, str | None]:
    """The columns that hold the person, the label and the time."""
    plain = {column: column.lower() for column in columns}
    axes = {"x", "z"} & set(plain.values())
    found = {
        "the person": [c for c, name in plain.items() if name in PERSON],
        "the label": [c for c, name in plain.items() if name in LABEL and not (name == "y" and axes)],
        "the time": [c for c, name in plain.items() if TIME.fullmatch(name)],
    }
    for what, names in found.items():
        if len(names) > 1:
            raise DataError(f"{where}: columns {names[0]!r} and {names[1]!r} could both be {what}; rename one of them.")
    person, label, time = (names[0] if names else None for names in found.values())
    return person, label, time


def numbers(cells: pl.Series, where: str, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.float64] | None:
    """A column as numbers, None if it is text, or an error that shows the first cell that is neither."""
    is_text = cells.dtype == pl.String
    if not is_text and not cells.dtype.is_numeric() and cells.dtype != pl.Null:
        return None
    values = cells.cast(pl.Float64, strict=False)
    if is_text and values.null_count() > cells.null_count():
        cells = cells.str.strip_chars()
        values = cells.cast(pl.Float64, strict=False)
        odd = values.is_null() & ~cells.str.to_lowercase().is_in(MISSING).fill_null(True)
        if odd.any():
            if values.is_not_null().sum() == 0:
                return None
            row = int(odd.arg_max() or 0)
            raise DataError(
                f"{where}, column {cells.name!r}, line {lines[row]}: {cells[row]!r} is not a number; "
                "a column must hold numbers only, or no number at all."
            )
    array = values.fill_null(float("nan")).to_numpy()
    if not np.isfinite(np.sum(array)) or np.abs(array).max() > np.finfo(np.float32).max:
        bad = ~(np.abs(array) <= np.finfo(np.float32).max)
        if bad.any():
            raise DataError(
                f"{where}, column {cells.name!r}: {int(bad.sum())} of {len(bad)} values are missing, NaN or infinite "
                f"(first in line {lines[bad.argmax()]}); fill them, cut them out, or take the column out of the file."
            )
    return array


def seconds(cells: pl.Series, where: str, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Seconds since the first row, from numbers in the unit that the name says, or from dates."""
    found = TIME.fullmatch(cells.name.lower())
    unit = found[1] if found else None
    if cells.dtype == pl.String:
        whole = cells.cast(pl.Int64, strict=False)  # exact for nanoseconds, which a float cannot hold
        if whole.null_count() == 0:
            cells = whole
        elif cells.str.contains(r"^\s*\d{4}-\d\d-\d\d").any():
            dates = cells.str.strip_chars().str.to_datetime(time_unit="ns", strict=False)
            if dates.null_count():
                row = int(dates.is_null().arg_max() or 0)
                raise DataError(
                    f"{where}, column {cells.name!r}, line {lines[row]}: {cells[row]!r} is not a date like the others; "
                    "write all as 2024-05-31 12:00:00.020, or as seconds."
                )
            cells = dates
    if isinstance(cells.dtype, pl.Datetime | pl.Duration):
        cells, unit = (cells.dt.timestamp("ns") if cells.dtype == pl.Datetime else cells.dt.total_nanoseconds()), "ns"
    if cells.dtype.is_integer() and cells.null_count() == 0:
        whole_numbers: npt.NDArray[np.int64] = cells.cast(pl.Int64).to_numpy()
        values = (whole_numbers - whole_numbers[0]).astype(np.float64)
    else:
        found_numbers = numbers(cells, where, lines)
        if found_numbers is None:
            raise DataError(
                f"{where}, column {cells.name!r}, line {lines[0]}: {cells[0]!r} is neither a number nor a date; "
                "write the time in seconds, or rename the column."
            )
        values = found_numbers - found_numbers[0]
    if unit is None and len(values) > 1 and (step := float(np.median(np.diff(values)))) > 1:
        raise DataError(
            f"{where}, column {cells.name!r}: the usual step is {step:g}, more than a second, if these are seconds; "
            "say the unit in the column's name: time_s, time_ms, time_us or time_ns."
        )
    since: npt.NDArray[np.float64] = values * SECONDS[unit or "s"]
    return since


def people(cells: pl.Series, where: str, lines: npt.NDArray[np.int64]) -> pl.Series:
    """The person of each row, as text."""
    missing = cells.is_null() if cells.dtype != pl.String else cells.is_null() | (cells.str.strip_chars() == "")
    if missing.any():
        raise DataError(
            f"{where}, column {cells.name!r}: {missing.sum()} of {len(cells)} rows name no person (first in line "
            f"{lines[missing.arg_max() or 0]}); fill the column or remove it."
        )
    return cells.str.strip_chars() if cells.dtype == pl.String else tidy(cells)


def tidy(cells: pl.Series) -> pl.Series:
    """Cells as text without spaces around it, whole numbers without a point, None where there is nothing."""
    text = cells.cast(pl.String).str.strip_chars()
    unique = text.unique().drop_nulls()
    values = unique.cast(pl.Float64, strict=False)
    tidy = {
        old: str(int(value)) if value is not None and float(value).is_integer() else old or None
        for old, value in zip(unique, values, strict=True)
    }
    return text.replace_strict(tidy, default=None, return_dtype=pl.String)
