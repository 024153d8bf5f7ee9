"""Names of columns: without their unit, each once, with what the lines below them say."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stridenet.data.formats.cells import is_number
from stridenet.data.formats.text import known_unit
from stridenet.errors import DataError, short

KINDS = {"raw": "raw", "cal": "cal", "calibrated": "cal", "uncal": "uncal", "uncalibrated": "uncal"}
_UNITLESS = ("hh:mm:ss.mmm", "hh:mm:ss", "txt", "date", "n/a", "-", "")
_BRACKETS = re.compile(r"(.*\S)\s*(?:\[([^\]]*)\]|\(([^()]*(?:\([^()]*\)[^()]*)?)\)\*?)\s*")
_INDEX = re.compile(r"Unnamed: \d+(?:_level_\d+)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: the names and units of those that are kept, by place; and how many cells a row has."""

    names: dict[int, str]
    units: dict[str, str]
    width: int


def of(
    row: list[str] | None,
    below: Sequence[list[str]],
    rows: Sequence[list[str]],
    width: int,
    where: str,
    groups: list[str] | None = None,
) -> Columns:
    """The columns from the row of names and the rows below it.

    Args:
        row: the names as written; None where the file has none.
        below: rows of units or kinds (``RAW``, ``CAL``).
        rows: the first rows of the table.
        width: cells that most rows have.
        where: the file, for messages.
        groups: the row above the names, which may say what those that come twice belong to.

    Raises:
        DataError: two columns of one name.
    """
    given = [name.strip().strip('"').strip() for name in row] if row else []
    while len(given) > width and not given[-1]:
        given.pop()
    if row is not None and rows and len(given) == width - 1 and any(r[width - 1 : width] > [""] for r in rows):
        if not _name_rows([r[0] for r in rows if r]):
            raise DataError(
                f"{where} has {width} cells in a row, but {len(given)} names of columns; write a name, or nothing "
                "between two separators, for each column."
            )
        given.insert(0, "")  # R names no rows' names
    width = max(width, len(given))
    empty = {i for i in range(width) if all(len(r) <= i or not r[i] for r in rows)}
    given += [""] * (width - len(given))
    if row is None:
        kept = {i: f"column_{i + 1}" for i in range(width) if i not in empty or i < width - 1 or not rows}
        return Columns(kept, {}, width)
    kept = {i: name or f"column_{i + 1}" for i, name in enumerate(given) if name or i not in empty}
    kinds, units = _below(below, kept)
    if not kinds and repeat(list(kept.values())) and groups and len(groups) == width:
        kept = _grouped(kept, groups)
    plain, found = plain_names(kept, where, kinds)
    units = found | units
    return Columns(plain, {plain[i]: unit for i, unit in units.items() if unit}, width)


def plain_names(
    written: Mapping[int, str], where: str, kinds: Mapping[int, str] | None = None
) -> tuple[dict[int, str], dict[int, str]]:
    """Names without their units, and the units; both by place.

    Args:
        written: the names as written.
        where: the file, for messages.
        kinds: what the columns are, for names that come twice: ``"raw"``, ``"cal"``.

    Raises:
        DataError: two columns of one name.

    >>> plain_names({0: "t (ms)", 1: "x [g]", 2: "x [m]"}, "file 'a.csv'")
    ({0: 't', 1: 'x [g]', 2: 'x [m]'}, {0: 'ms', 1: 'g', 2: 'm'})
    """
    both = {i: without_unit(name) for i, name in written.items()}
    plain = {i: name for i, (name, _) in both.items()}
    plain = _once(plain, {i: f"{name} {(kinds or {}).get(i, '')}".strip() for i, name in plain.items()})
    plain = _once(plain, written)
    count = Counter(plain.values())
    if twice := [name for name, n in count.items() if n > 1]:
        raise DataError(f"{where} has {count[twice[0]]} columns named {short(twice[0])}; rename all but one.")
    return plain, {i: unit for i, (_, unit) in both.items() if unit}


def _once(plain: dict[int, str], longer: Mapping[int, str]) -> dict[int, str]:
    """Longer names for those that come more than once."""
    count = Counter(plain.values())
    return {i: longer[i] if count[name] > 1 else name for i, name in plain.items()}


def without_unit(name: str) -> tuple[str, str]:
    """A column's name and its unit, where the name ends with one in brackets.

    >>> without_unit("acc_x [g]"), without_unit("Time (s) "), without_unit("time (01:00)")
    (('acc_x', 'g'), ('Time', 's'), ('time (01:00)', ''))
    >>> without_unit("Acc (m/(s^2))"), without_unit("Time since start in ms")
    (('Acc', 'm/s^2'), ('Time since start in ms', 'ms'))
    >>> without_unit("LT Thigh Accel X,mG")
    ('LT Thigh Accel X', 'mg')
    """
    name = name.strip()
    if found := _BRACKETS.fullmatch(name):
        square, written = found[2] is not None, found[2] if found[2] is not None else found[3]
        unit = known_unit(written)
        if unit is not None or (square and written and not is_number(written)):
            return found[1], written.strip() if unit is None else unit
    elif (found := re.fullmatch(r".* in (\w+)", name)) and found[1].islower() and len(found[1]) > 1:
        return name, known_unit(found[1]) or ""
    elif (found := re.fullmatch(r"([^,]*\w), ?([^\s,]+)", name)) and (unit := known_unit(found[2])):
        return found[1], unit
    return name, ""


def are_units(row: Sequence[str]) -> bool:
    """Whether a row says what the columns are in, or of which kind they are."""
    filled = [cell for cell in row if cell]
    known = [c for c in filled if c.lower() in KINDS or c.lower() in _UNITLESS or known_unit(c) is not None]
    return len(filled) > 0 and 2 * len(known) > len(filled)


def are_counted(row: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row of numbers is 0, 1, 2: how data frames name columns; from 1 where a word is beside them."""
    numbers = [cell for cell in row if cell.isdigit()]
    words = [(i, cell) for i, cell in enumerate(row) if cell and not is_number(cell)]
    if len(numbers) < 2 or len(numbers) + len(words) < len([cell for cell in row if cell]):
        return False
    if numbers == [str(i) for i in range(len(numbers))]:
        return True
    new = bool(words) and all(cell not in {r[i] for r in rows[1:] if len(r) > i} for i, cell in words)
    return new and numbers == [str(i + 1) for i in range(len(numbers))]


def repeat(row: Sequence[str]) -> bool:
    """Whether a name comes twice."""
    filled = [cell for cell in row if cell]
    return len(set(filled)) < len(filled)


def is_unnamed(name: str) -> bool:
    """Whether a column had no name, or the one that pandas gives such.

    >>> is_unnamed("Unnamed: 0"), is_unnamed("column_1"), is_unnamed("x")
    (True, True, False)
    """
    return bool(_INDEX.fullmatch(name) or re.fullmatch(r"column_\d+", name))


def _name_rows(cells: Sequence[str]) -> bool:
    """Whether a column names the rows: it counts them, or holds words."""
    counts = [str(i) for i in range(len(cells) + 1)]
    return list(cells) in (counts[:-1], counts[1:]) or not any(map(is_number, cells))


def _grouped(kept: dict[int, str], groups: list[str]) -> dict[int, str]:
    """Names with what stands above them, or above one to their left: ``Accelerometer,,,Gyroscope,,``."""
    found, group = {}, ""
    for i, name in kept.items():
        group = groups[i] or group
        found[i] = f"{group} {name}".strip()
    return found


def _below(below: Sequence[list[str]], kept: dict[int, str]) -> tuple[dict[int, str], dict[int, str]]:
    """What the rows below the names say: kinds and units, by place."""
    kinds: dict[int, str] = {}
    units: dict[int, str] = {}
    for row in below:
        for i, cell in enumerate(row):
            if i not in kept or not cell:
                continue
            if cell.lower() in KINDS:
                kinds[i] = KINDS[cell.lower()]
            elif cell.lower() not in _UNITLESS:
                unit = known_unit(cell)
                units[i] = cell.strip() if unit is None else unit
    return kinds, units
