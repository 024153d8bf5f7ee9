"""Numbers with a mark between their thousands: 16.384 may be sixteen thousand, which no reader may guess."""

import re
from collections.abc import Mapping, Sequence

from stridenet.data.formats.cells import is_code, is_missing, is_number
from stridenet.errors import DataError, short

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*([.,]\d+)?")
_SHORT = re.compile(r"[-+]?\d{1,3}")
_FEWEST = 3


def refuse_thousands(rows: Sequence[Sequence[str]], names: Mapping[int, str], where: str, *, comma: bool) -> None:
    """Refuses a column whose first cells show that its larger numbers have marks between their thousands.

    Args:
        rows: the first rows' cells.
        names: of the columns, by their place.
        where: the file, for messages.
        comma: whether the table's decimals have a comma.

    Raises:
        DataError: there is such a column.

    >>> refuse_thousands([["980"], ["990"], ["999"], ["1.000"], ["1.010"], ["1.020"]], {0: "ms"}, "a.csv", comma=False)
    Traceback (most recent call last):
        ...
    stridenet.errors.DataError: a.csv, column 'ms': '1.000' has a mark between its thousands; write such numbers ...
    """
    for place, name in names.items():
        cells = {row[place] for row in rows if place < len(row) and not is_missing(row[place])}
        grouped = [cell for cell in cells if _GROUPED.fullmatch(cell)]
        if len(grouped) < _FEWEST or is_code(name) or not _are_thousands(grouped, cells - {*grouped}, comma=comma):
            continue
        first = next(row[place] for row in rows if place < len(row) and row[place] in grouped)
        raise DataError(
            f"{where}, column {short(name)}: {short(first)} has a mark between its thousands; write such numbers "
            "without it (in a spreadsheet: format the cells as numbers without separators of thousands)."
        )


def _are_thousands(grouped: Sequence[str], others: set[str], *, comma: bool) -> bool:
    """Whether cells such as 1.012 are thousands: by their own look, or because all that are below have no mark."""
    found = [match for cell in grouped if (match := _GROUPED.fullmatch(cell))]
    plainly = any(one[1] not in ".," or (one[2] and one[2][0] != one[1]) or one[0].count(one[1]) > 1 for one in found)
    if plainly:
        return all(is_number(cell, comma=True) for cell in others)
    alone = comma and all(one[1] == "." for one in found)
    return all(_SHORT.fullmatch(cell) for cell in others) and (alone or len(others) >= _FEWEST)
