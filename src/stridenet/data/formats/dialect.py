"""What a text table looks like, from its first lines: its separator, its decimals, and where its names stand."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from stridenet.data.formats import names
from stridenet.data.formats.cells import is_date, is_missing, is_number
from stridenet.data.formats.thousands import refuse_thousands
from stridenet.errors import DataError

SAMPLE = 1 << 18
"""Bytes that are looked at."""
_LINES, _FEW = 300, 10
_BLANKS = " "
_SEPARATORS = ("\t", ";", ",", "|", _BLANKS)
_SEP = re.compile(r"""^["']?sep=(.|\\t)["']?[\s,;]*$""", re.IGNORECASE)
_COMMENT = re.compile(r"^(?:#+|//+|%+)\s*")
"""What says to other programs that a line is no row; the line of names often has it."""
_DIGIT = re.compile(r"[-+.]?[0-9]")
Row = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a text table is written.

    Args:
        separator: between the cells; a blank stands for runs of blanks.
        quote: around cells that hold a separator.
        comma: whether decimals have a comma.
        first: lines above the first row.
        width: cells of a row.
        names: of the columns that are kept, by their place.
        units: by name.
        head: the lines above the names.
        named: whether the file has names.
        rows: the first rows' cells.
        tail: what ends every line and is no cell: the ``;`` of ``1,2,3;``.
    """

    separator: str
    quote: str = '"'
    comma: bool = False
    first: int = 0
    width: int = 0
    names: dict[int, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    head: tuple[str, ...] = ()
    named: bool = True
    rows: tuple[Row, ...] = ()
    tail: str = ""


def dialect_of(text: bytes, where: str, separator: str = "") -> Dialect:
    r"""What a table looks like.

    Args:
        text: in UTF-8, lines ended by LF; its first quarter of a megabyte is looked at.
        where: the file, for messages.
        separator: of the cells, where it is known.

    Raises:
        DataError: two columns have one name, or numbers have marks between their thousands.

    >>> found = dialect_of(b"Time (s);a [g]\n0,1;0,2\n0,2;0,3\n", "a.csv")
    >>> found.separator, found.comma, found.names, found.units
    (';', True, {0: 'Time', 1: 'a'}, {'Time': 's', 'a': 'g'})
    """
    lines = _first_lines(text)
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    told = _SEP.match(lines[start].strip(" ")) if start < len(lines) else None
    first = start + 1 if told else start
    body = lines[first:]
    tail = ";" if _ends_in_semicolons(body) else ""
    body = [line.removesuffix(tail) if tail else line for line in body]
    quote = "'" if _single_quoted(body) else '"'
    given = (told[1].replace("\\t", "\t"),) if told else ()
    separator = separator or _separator(body, quote, given)
    table = _split(body, separator, quote)
    layout = _layout(table)
    rows = [row for row in table[layout.first :] if any(row)]
    width = max(layout.width, 1)
    if layout.names is None and layout.first and _are_fewer_names(table[layout.first - 1], rows, separator):
        n = len(table[layout.first - 1])
        commas = "; if its decimals have commas, save it with semicolons between the cells"
        raise DataError(
            f"{where}, line {first + layout.first + 1} has {width} cells for {n} columns; name each column in line "
            f"{first + layout.first}{commas if separator == ',' and width == 2 * n else ''}."
        )
    named = table[layout.names] if layout.names is not None else None
    groups = table[layout.names - 1] if layout.names else None
    found = names.of(named, table[layout.below], rows, width, where, groups)
    comma = _has_commas(rows, separator)
    refuse_thousands(rows, found.names, where, comma=comma)
    return Dialect(
        separator=separator,
        quote=quote,
        comma=comma,
        first=first + layout.first,
        width=found.width,
        names=found.names,
        units=found.units,
        head=tuple(line for line in lines[: first + layout.above] if line.strip()),
        named=layout.names is not None,
        rows=tuple(rows),
        tail=tail,
    )


def _first_lines(text: bytes) -> list[str]:
    end = SAMPLE
    if text.count(b"\n", 0, end) < _FEW:  # long lines
        end = 0
        for _ in range(_FEW):
            end = text.find(b"\n", end) + 1 or len(text)
    lines = text[:end].decode(errors="replace").split("\n")
    return (lines[:-1] if end < len(text) or not lines[-1] else lines)[:_LINES]


def split(line: str, separator: str, quote: str) -> Row:
    """One line's cells, without blanks around them."""
    if separator == _BLANKS and quote not in line:
        return line.split()
    given = line.strip() if separator == _BLANKS else line
    try:
        row = next(csv.reader([given], delimiter=separator, quotechar=quote), [])
    except csv.Error:  # a cell beyond what Python's reader takes
        row = line.split(separator)
    return [cell.strip() for cell in row if cell or separator != _BLANKS]


def _split(lines: Sequence[str], separator: str, quote: str) -> list[Row]:
    rows = [split(line, separator, quote) for line in lines]
    for i, line in enumerate(lines):
        if _COMMENT.match(line) and not _is_only_data(row := split(_COMMENT.sub("", line), separator, quote)):
            rows[i] = row
    return rows


def _ends_in_semicolons(lines: Sequence[str]) -> bool:
    """Whether all lines end in a semicolon though commas separate: the records of some loggers."""
    filled = [line for line in lines if line.strip()]
    return len(filled) > 1 and all(line.endswith(";") and line.count(";") == 1 and "," in line for line in filled)


def _single_quoted(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), "").strip()
    return len(first) > 2 and first[0] == first[-1] == "'" and '"' not in first and first.count("'") % 2 == 0


def _is_data(cell: str) -> bool:
    return is_number(cell, comma=True) or is_date(cell)


def _separator(lines: Sequence[str], quote: str, given: tuple[str, ...]) -> str:
    """The separator that gives rows of one width whose cells are numbers and dates."""
    filled = [line for line in lines if line.strip()]
    scores = {}
    for separator in given or _SEPARATORS:
        rows = _split(filled, separator, quote)
        share, width = _regularity(rows)
        if width > 1 and (separator != _BLANKS or share > 0.5):
            scores[separator] = share
    best = max(scores, key=lambda s: round(scores[s], 2), default="")  # of equals, the first of the list
    return best or (given[0] if given else ",")


def _regularity(rows: list[Row]) -> tuple[float, int]:
    """How far rows are of one width and of numbers; and that width."""
    widths = Counter(len(row) for row in rows if sum(map(_is_data, row)) * 2 >= len([c for c in row if c]) > 0)
    widths = widths or Counter(len(row) for row in rows)
    if not any(widths):
        return 0.0, 0
    width = max(widths, key=lambda w: (widths[w], w))
    good = [sum(_is_data(cell) or is_missing(cell) for cell in row) / width for row in rows if len(row) == width]
    return (sum(good) + 0.1 * len(good)) / len(rows), width


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which row is what: ``names`` of the names, ``below`` those of units and kinds, ``first`` of the data."""

    above: int
    names: int | None
    below: slice
    first: int
    width: int


def _layout(table: list[Row]) -> _Layout:
    _, width = _regularity([row for row in table if any(row)])
    rows = [(i, row) for i, row in enumerate(table) if any(row)]
    if not rows or not width:
        return _Layout(len(table), None, slice(0, 0), len(table), 0)
    fitting = [row for _, row in rows if len(row) == width]
    strong = _numeric(fitting[-max(1, len(fitting) // 2) :], width)
    data = [i for i, row in rows if _is_row(row, strong, width)]
    first = data[0] if data else None
    if first is None or not strong:  # a table of words: its first full row has the names
        first = next(i for i, row in rows if len(row) == width)
        if fitting.count(table[first]) > 1 or _is_partly_data(table[first]):  # it comes again: a row, not names
            return _Layout(first, None, slice(0, 0), first, width)
        return _Layout(first, first, slice(0, 0), first + 1, width)
    before = [i for i, _ in rows if i < first]
    named = any(_may_be_names(table[i], width) for i in before)
    while before and (_is_partly_data(table[before[-1]]) if named else _is_only_data(table[before[-1]])):
        first = before.pop()  # a row with an odd cell, or one too many, is data still
    if not any(table[i] for i in before) and names.are_counted(table[first], fitting):
        return _Layout(first, first, slice(0, 0), first + 1, width)
    block: list[int] = []
    while before and _may_be_names(table[before[-1]], width):
        block.insert(0, before.pop())
    if not block:
        return _Layout(first, None, slice(0, 0), first, width)
    if 2 * len(strong) > width:  # lines above the names can be as wide
        at = next((i for i in reversed(block) if not names.are_units(table[i])), block[0])
        while len(set(table[at])) == 1 < width and at > block[0]:  # wait,wait,wait
            at -= 1
    else:
        at = next((i for i in block if not names.repeat(table[i])), block[0])
    below = [i for i in block if i > at]
    if below and not all(names.are_units(table[i]) for i in below):
        below = [i for i in below if names.are_units(table[i]) and i == at + 1]
        first = below[-1] + 1 if below else at + 1
    return _Layout(at, at, slice(at + 1, below[-1] + 1) if below else slice(0, 0), first, width)


def _numeric(rows: list[Row], width: int) -> list[int]:
    """The columns of numbers and dates."""
    columns = [[row[i] for row in rows if row[i] and not is_missing(row[i])] for i in range(width)]
    return [i for i, cells in enumerate(columns) if cells and sum(map(_is_data, cells)) >= 0.9 * len(cells)]


def _is_row(row: Row, strong: list[int], width: int) -> bool:
    """Whether a row has numbers where the table has them."""
    if len(row) != width:
        return False
    cells = [row[i] for i in strong]
    return any(cells) and all(_is_data(cell) or is_missing(cell) for cell in cells)


def _is_nearly_data(cell: str) -> bool:
    """Whether a cell is data, though perhaps damaged: names do not begin with digits."""
    return _is_data(cell) or _DIGIT.match(cell) is not None


def _are_fewer_names(row: Row, rows: list[Row], separator: str) -> bool:
    """Whether the line above the rows names columns, though not all of them."""
    if len(row) == 1 and separator == ",":  # a single column of decimal commas
        return row[0].isidentifier() and all(len(r) == 2 and r[1].isdigit() for r in rows)
    words = len(row) > 1 and all(row) and not any(_is_data(cell) or cell.endswith(":") for cell in row)
    return words and not names.repeat(row)


def _is_only_data(row: Row) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and all(map(_is_data, filled))


def _is_partly_data(row: Row) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and 2 * sum(map(_is_nearly_data, filled)) >= len(filled)


def _may_be_names(row: Row, width: int) -> bool:
    """Whether a row can hold the names, or units: nearly as wide as the table, and of words."""
    filled = [cell for cell in row if cell]
    n_data = sum(map(_is_nearly_data, filled))
    fits = abs(len(row) - width) <= 1 and (width == 1 or len(filled) >= max(2, width // 2))
    return fits and 2 * n_data < len(filled) and not (width == 2 and row[0].endswith(":"))


def _has_commas(rows: Sequence[Row], separator: str) -> bool:
    """Whether the decimals have commas; between commas only quoted ones could."""
    cells = [cell for row in rows for cell in row if "," in cell] if separator != "," else []
    return any(is_number(cell, comma=True) for cell in cells)


def without_rows(dialect: Dialect) -> Dialect:
    """The dialect alone, without the rows that it was seen from."""
    return replace(dialect, rows=())
