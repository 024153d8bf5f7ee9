"""Cells of text as numbers: which words mean none, and which cells are odd."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stridenet.errors import short

if TYPE_CHECKING:
    import polars as pl

MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "?", "#n/a", "#div/0!", "#value!", "#num!", "#ref!", "#null!")
"""In small letters, what means that there is no value: the same for numbers, labels and people."""
_MANTISSA = r"[-+]?(?:[0-9]+\{0}?[0-9]*|\{0}[0-9]+)(?:[eE][-+]?[0-9]+)?"
POINT = "^" + _MANTISSA.format(".") + "$"
COMMA = "^" + _MANTISSA.format(",") + "$"
WHOLE = r"^[-+]?[0-9]+$"
_INFINITE = r"^[-+]?(?:inf|infinity)$"
_THOUSANDS = r"^[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+$"
_DATE = re.compile(
    r"(?:\d{4}|\d{1,2})[-/.](?:\d{1,2}|[A-Za-z]{3})[-/.](?:\d{4}|\d{1,2})(?:[T _].*)?"
    r"|\d{1,2}[:.]\d{2}[:.]\d{2}(?:[.,:]\d+)?(?:\s*[AaPp][Mm])?|\d{1,2}:\d{2}[.,]\d+"
)
_CODES = re.compile(r"person|subject|user|participant|group|id|label|labels|activity|class|target|gt")
_POINT, _COMMA, _INF = re.compile(POINT), re.compile(COMMA), re.compile(_INFINITE, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Odd:
    """What keeps a column of numbers from being one."""

    count: int
    row: int
    cell: str


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value.

    >>> is_missing(" NaN "), is_missing("0")
    (True, False)
    """
    return cell.strip().lower() in MISSING


def is_number(cell: str, *, comma: bool = False) -> bool:
    """Whether a cell is a number, with a decimal comma where that is used.

    >>> is_number("-5.2E0"), is_number("0,5"), is_number("0,5", comma=True), is_number("1_000")
    (True, False, True, False)
    """
    cell = cell.strip()
    return bool(_POINT.match(cell) or (comma and _COMMA.match(cell)) or _INF.match(cell))


def is_date(cell: str) -> bool:
    """Whether a cell looks like a date, or a time of day.

    >>> is_date("6/14/2018 12:08:39.725"), is_date("10:15:00:000"), is_date("walk")
    (True, True, False)
    """
    return _DATE.fullmatch(cell.strip()) is not None


def is_code(name: str) -> bool:
    """Whether a column of this name holds words, though they look like numbers: 01 may be another one than 1.

    >>> is_code("Subject ID"), is_code("acc_x")
    (True, False)
    """
    return any(_CODES.fullmatch(word) for word in re.findall(r"[a-z]+", name.lower()))


def column_of(cells: "pl.Series", name: str, separator: str = "") -> "tuple[pl.Series, Odd | None]":
    """A column as numbers, where that loses nothing; see :func:`typed`."""
    import polars as pl

    numbers, odd = typed(cells, separator)
    if numbers.dtype == pl.String or not is_code(name):
        return numbers, odd
    if not (numbers.cast(pl.String) == cells.str.strip_chars()).all():
        return cells, None
    return numbers, odd


def typed(cells: "pl.Series", separator: str) -> "tuple[pl.Series, Odd | None]":
    """A column of text as numbers, where all its cells are, or mean none; else as it is.

    Args:
        cells: of text.
        separator: of the cells; where it is a comma, ``"1,234"`` may be a thousand and is no number.

    Returns:
        Int64, Float64 with null for what is missing, or the cells as they are; and what is odd in a column most of
        whose cells are numbers.
    """
    import polars as pl

    count = cells.alias("cells").value_counts(name="count")  # each once: labels repeat
    given, times = count.to_series(0).str.strip_chars(), count["count"]
    missing = _says_missing(given)
    given, times = given.filter(~missing), times.filter(~missing)
    if not len(given):
        return cells, None
    whole, point = given.str.contains(WHOLE), given.str.contains(POINT) | given.str.contains(f"(?i){_INFINITE}")
    comma = given.str.contains(COMMA) & ~point
    decimal = times.filter(comma).sum() > times.filter(point & ~whole).sum()
    if separator == "," and given.filter(comma).str.contains(_THOUSANDS).all():
        decimal = False
    number = whole | comma if decimal else point
    if not number.all():
        if not point.any() and not comma.any():
            return cells, None
        n_odd = int(times.filter(~number).sum())
        if 2 * n_odd > times.sum() and not comma.any():
            return cells, None
        row = int(cells.str.strip_chars().is_in(given.filter(~number).implode()).arg_max() or 0)
        return cells, Odd(n_odd, row, cells[row].strip())
    plain = cells.str.strip_chars()
    plain = plain.set(_says_missing(plain), None)
    if whole.all():
        if given.str.contains(r"^[-+]?0[0-9]").any():
            return cells, None  # a code: 01 may be another one than 1
        exact = plain.str.strip_prefix("+").cast(pl.Int64, strict=False)
        if exact.null_count() == plain.null_count():
            return exact, None
    return (plain.str.replace(",", ".", literal=True) if decimal else plain).cast(pl.Float64, strict=False), None


def _says_missing(cells: "pl.Series") -> "pl.Series":
    return cells.str.to_lowercase().is_in(MISSING).fill_null(True)


def told(odd: Odd, column: str, line: int) -> str:
    """A sentence for a column that is left as text."""
    least = f"{odd.count} of its cells are not" if odd.count > 1 else "one of its cells is not"
    return f"column {short(column)} is read as text: it holds numbers, but {least} (line {line}: {short(odd.cell)})"
