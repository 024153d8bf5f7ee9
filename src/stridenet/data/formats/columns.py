"""What the columns of a table mean, and their cells as arrays: the convention of ``formats/tables.py``."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.errors import DataError, short
from stridenet.signals.recording import LARGEST

CONVENTION = (
    "a table has one row per sample, columns of numbers for the channels and, where known, columns named person, "
    "label and time"
)
PERSON = ("person", "group", "subject", "user", "participant", "id")
LABEL = ("label", "activity", "class", "target", "y")
TIME = re.compile(r"(?:time|timestamp|datetime|t)(?:[ _]?[\[(]?(s|sec|seconds|ms|us|µs|ns)[\])]?)?")
SECONDS = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
UNIT = re.compile(r"(.*\S)\s*[\[(]([^\])]*)[\])]")
MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "?")
"""In small letters, what means that there is no value: the same for numbers, labels and people."""
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


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
            raise DataError(
                f"{where}: columns {short(names[0])} and {short(names[1])} could both be {what}; rename one of them."
            )
    person, label, time = (names[0] if names else None for names in found.values())
    return person, label, time


def numbers(cells: pl.Series, where: str, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.float64] | None:
    """A column as numbers, None if it is text, or an error that shows the first cell that is neither."""
    is_text = cells.dtype == pl.String
    if not is_text and not cells.dtype.is_numeric() and cells.dtype != pl.Null:
        return None
    column = f"{where}, column {short(cells.name)}"
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
                f"{column}, line {lines[row]}: {short(cells[row])} is not a number; "
                "a column must hold numbers only, or no number at all."
            )
    array = values.fill_null(float("nan")).to_numpy()
    if not (array.min() >= -LARGEST and array.max() <= LARGEST):
        bad = ~(np.abs(array) <= LARGEST)
        large = ", or beyond single precision," if np.isfinite(array[bad]).any() else ""
        raise DataError(
            f"{column}: {int(bad.sum())} of {len(bad)} values are missing, NaN or infinite{large} (first in line "
            f"{lines[bad.argmax()]}); fill them, cut them out, or take the column out of the file."
        )
    return array


def seconds(cells: pl.Series, where: str, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Seconds since the first row, from numbers in the unit that the name says, or from dates."""
    found = TIME.fullmatch(cells.name.lower())
    unit = found[1] if found else None
    column = f"{where}, column {short(cells.name)}"
    if cells.dtype == pl.String:
        whole = cells.cast(pl.Int64, strict=False)  # exact for nanoseconds, which a float cannot hold
        if whole.null_count() == 0:
            cells = whole
        elif cells.str.contains(r"^\s*\d{4}-\d\d-\d\d").any():
            try:
                dates, others = (
                    cells.str.strip_chars().str.to_datetime(time_unit="ns", strict=False),
                    " like the others",
                )
            except pl.exceptions.PolarsError:  # not even the first has a form that is known
                dates, others = pl.repeat(None, len(cells), dtype=pl.Datetime("ns"), eager=True), ""
            if dates.null_count():
                row = int(dates.is_null().arg_max() or 0)
                raise DataError(
                    f"{column}, line {lines[row]}: {short(cells[row])} is not a date{others}; "
                    "write all as 2024-05-31 12:00:00.020, or as seconds."
                )
            cells = dates
    if isinstance(cells.dtype, pl.Datetime | pl.Duration):
        cells, unit = (cells.dt.timestamp("ns") if cells.dtype == pl.Datetime else cells.dt.total_nanoseconds()), "ns"
    if cells.dtype.is_integer() and cells.cast(pl.Int64, strict=False).null_count() == 0:
        whole_numbers: npt.NDArray[np.int64] = cells.cast(pl.Int64).to_numpy()
        values = (whole_numbers - whole_numbers[0]).astype(np.float64)
    else:
        found_numbers = numbers(cells, where, lines)
        if found_numbers is None:
            raise DataError(
                f"{column}, line {lines[0]}: {short(cells[0])} is neither a number nor a date; "
                "write the time in seconds, or rename the column."
            )
        values = found_numbers - found_numbers[0]
    if unit is None and len(values) > 1 and (step := float(np.median(np.diff(values)))) > 1:
        raise DataError(
            f"{column}: the usual step is {step:g}, more than a second, if these are seconds; "
            "say the unit in the column's name: time_s, time_ms, time_us or time_ns."
        )
    since: npt.NDArray[np.float64] = values * SECONDS[unit or "s"]
    return since


def people(cells: pl.Series, where: str, lines: npt.NDArray[np.int64]) -> pl.Series:
    """The person of each row, as text."""
    text = cells.str.strip_chars() if cells.dtype == pl.String else _tidy(cells, where)
    missing = text.is_null() | text.is_in(_no_words(text))
    if missing.any():
        row = int(missing.arg_max() or 0)
        said = f": {short(cells[row])}" if cells[row] not in (None, "") else ""
        raise DataError(
            f"{where}, column {short(cells.name)}: {missing.sum()} of {len(cells)} rows name no person (first in line "
            f"{lines[row]}{said}); fill the column or remove it."
        )
    return text


def labels(cells: pl.Series, where: str) -> tuple[pl.Series, dict[str, int]]:
    """The label of each row as text, None where there is none; and which words said so, how often."""
    text = _tidy(cells, where)
    words = _no_words(text)
    if not words:
        return text, {}
    said = {word: int((text == word).sum()) for word in words}
    return text.set(text.is_in(words), None), {word: n for word, n in said.items() if word}


def _no_words(text: pl.Series) -> list[str]:
    return [word for word in text.unique().drop_nulls() if word.lower() in MISSING]


def _tidy(cells: pl.Series, where: str) -> pl.Series:
    """Cells as text without spaces around it, whole numbers without a point, None where there is nothing."""
    try:
        text = None if cells.dtype.is_nested() else cells.cast(pl.String).str.strip_chars()
    except pl.exceptions.PolarsError:
        text = None
    if text is None:
        raise DataError(
            f"{where}, column {short(cells.name)} holds {short(str(cells.dtype))}, neither text nor numbers; "
            "rename it, or take it out of the file."
        )
    unique = text.unique().drop_nulls()
    values = unique.cast(pl.Float64, strict=False)
    tidy = {
        old: str(int(value)) if value is not None and abs(value) < 2**53 and float(value).is_integer() else old or None
        for old, value in zip(unique, values, strict=True)
    }
    return text.replace_strict(tidy, default=None, return_dtype=pl.String)
