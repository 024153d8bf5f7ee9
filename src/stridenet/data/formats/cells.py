"""Cells of text as numbers: which words mean none, and which cells are odd."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stridenet.data.formats.text import known_unit
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
_WITH_UNIT = re.compile(r"([-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?)\s*([^0-9.,\s:/-][^0-9\s]*[23]?|[gsmV%°])")
_ZEROS = r"^\s*[-+]?0[0-9]"
"""Numbers with zeros before them are codes, unless each comes once, as in a counter."""
_LOOK, _FEW = 1000, 3
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


def is_float(text: str) -> bool:
    """Whether Python reads a text as a number, which may be NaN.

    >>> is_float("nan"), is_float("1_000"), is_float("0,5")
    (True, True, False)
    """
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_date(cell: str) -> bool:
    """Whether a cell looks like a date, or a time of day.

    >>> is_date("6/14/2018 12:08:39.725"), is_date("10:15:00:000"), is_date("walk")
    (True, True, False)
    """
    return _DATE.fullmatch(cell.strip()) is not None


def is_code(name: str) -> bool:
    """Whether a column of this name holds words, though they may look like numbers.

    >>> is_code("Subject ID"), is_code("acc_x")
    (True, False)
    """
    return any(_CODES.fullmatch(word) for word in re.findall(r"[a-z]+", name.lower()))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column as numbers where it holds such, what is odd in it, and the unit that its cells say."""

    values: "pl.Series"
    odd: Odd | None = None
    unit: str = ""


def column_of(cells: "pl.Series", name: str, separator: str = "") -> Column:
    """A column of text, as numbers where that loses nothing: 1, 1.0 and 01 may be three people.

    Args:
        cells: of text.
        name: of the column.
        separator: of the cells; see :func:`typed`.

    >>> import polars as pl
    >>> column_of(pl.Series(["0.5 g", "1 g", ""]), "acc")
    Column(values=shape: (3,)
    Series: '' [f64]
    [
        0.5
        1.0
        null
    ], odd=None, unit='g')
    """
    import polars as pl

    numbers, odd = typed(cells, separator)
    if numbers.dtype == pl.String:
        return _without_units(cells, separator) if odd is None and not is_code(name) else Column(cells, odd)
    if numbers.dtype == pl.Int64 and (zeros := cells.str.contains(_ZEROS)).any():
        counted = len(cells) > _FEW and cells.n_unique() == len(cells)
        if is_code(name) or not counted:
            row = int(zeros.arg_max() or 0)
            some = not is_code(name) and not zeros.all()
            return Column(cells, Odd(int(zeros.sum()), row, cells[row].strip()) if some else None)
    if (
        is_code(name)
        and numbers.drop_nulls().n_unique() < cells.filter(numbers.is_not_null()).str.strip_chars().n_unique()
    ):
        return Column(cells)
    return Column(numbers)


def _without_units(cells: "pl.Series", separator: str) -> Column:
    """Cells that all say the same unit, as numbers."""
    first = next((cell for cell in cells[:_LOOK] if cell and not is_missing(cell)), "")
    found = _WITH_UNIT.fullmatch(first.strip())
    if not found or not (unit := known_unit(found[2])):
        return Column(cells)
    plain = cells.str.strip_chars()
    ends = plain.str.ends_with(found[2]) | _says_missing(plain)
    numbers, odd = typed(plain.str.strip_suffix(found[2]), separator)
    if not ends.all() or odd or numbers.dtype == cells.dtype:
        return Column(cells)
    return Column(numbers, unit=unit)


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
        exact = plain.str.strip_prefix("+").cast(pl.Int64, strict=False)
        if exact.null_count() == plain.null_count():
            return exact, None
    return (plain.str.replace(",", ".", literal=True) if decimal else plain).cast(pl.Float64, strict=False), None


def _says_missing(cells: "pl.Series") -> "pl.Series":
    return cells.str.to_lowercase().is_in(MISSING).fill_null(True)


def told(odd: Odd, column: str, line: int) -> str:
    """A sentence for a column that is left as text."""
    least = f"{odd.count} of its cells are not" if odd.count > 1 else "one of its cells is not"
    return f"column {short(column)} is read as text: it holds numbers, but {least} one (line {line}: {short(odd.cell)})"
