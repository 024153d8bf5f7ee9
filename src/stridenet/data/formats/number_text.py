"""Numbers out of text, fast and exactly: as ``float()`` would read each of them, but for Python's own 1_000."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, short
from stridenet.signals.recording import LARGEST

_Floats = npt.NDArray[Any]
_WIDTH = 16  # bytes a value: "  1.0128170e+000"
_BLOCK = 24576  # values at once: few enough to stay in the second-level cache, many enough to repay NumPy's calls
_SMALL = 1 << 16  # bytes of a text that Python reads before polars would be loaded


def read_floats(data: bytes, n_columns: int, where: str, dtype: type[np.floating[Any]] = np.float64) -> _Floats:
    r"""A table of numbers that are finite in single precision, apart by blanks.

    Args:
        data: the file's content; lines end in LF or CRLF.
        n_columns: what every line must hold.
        where: the file, for messages.
        dtype: of the result.

    Returns:
        Shape (line, column); every value is the double nearest to its decimal, rounded once more where ``dtype`` is
        narrower.

    Raises:
        DataError: a line with another number of values, or a value that is no finite number or too large for single
            precision; names the line.

    >>> read_floats(b"1 2e-1\r\n3 4\r\n", 2, "a.txt").tolist()
    [[1.0, 0.2], [3.0, 4.0]]
    """
    table = _fixed_width(data, n_columns, dtype)
    if table is None and len(data) > _SMALL:
        table = _single_blank(data, n_columns)
    if table is None:
        table = _any_blanks(data, n_columns, where)
    return table.astype(dtype, copy=False)


def read_integers(data: bytes, n_columns: int, where: str) -> npt.NDArray[np.int64]:
    r"""A table of whole numbers, apart by blanks; see :func:`read_floats`.

    >>> read_integers(b"1 5\n2 6\n", 2, "labels.txt").tolist()
    [[1, 5], [2, 6]]
    """
    table = read_floats(data, n_columns, where)
    whole = np.clip(table, -(2**53), 2**53).astype(np.int64)  # what a float counts exactly
    wrong = np.argwhere(whole != table)
    if len(wrong):
        line, column = wrong[0]
        raise DataError(
            f"{where}, line {line + 1}, column {column + 1}: {table[line, column]:g} is not a whole number, "
            "as the numbers of people, activities and samples must be."
        )
    return whole


_ACTIVITIES = (
    *("walking", "walking_upstairs", "walking_downstairs", "sitting", "standing", "laying"),
    *("stand_to_sit", "sit_to_stand", "sit_to_lie", "lie_to_sit", "stand_to_lie", "lie_to_stand"),
)
"""Of HAPT, and the first six of UCI HAR: another name is a damaged one."""


def read_classes(data: bytes, where: str) -> tuple[str, ...]:
    r"""The names of the classes from lines of number and name, in lower case.

    Raises:
        DataError: the numbers are not 1, 2, 3 and so on.

    >>> read_classes(b"1 WALKING\n2 SITTING\n", "activity_labels.txt")
    ('walking', 'sitting')
    """
    names: list[str] = []
    for number, line in enumerate(data.decode("utf-8", errors="replace").split("\n"), 1):
        cells = line.split()
        fits = len(cells) == 2 and cells[0] == str(len(names) + 1) and cells[1].lower() in _ACTIVITIES
        if cells and not fits:
            raise DataError(
                f"{where}, line {number}: expected the number {len(names) + 1} and an activity of the authors', found "
                f"{short(line.strip())}; the file is damaged, copy it again."
            )
        names += [cells[1].lower()] if cells else []
    if not names:
        raise DataError(f"{where}: the file is empty; a number and a name per line are needed.")
    return tuple(names)


# A value as two 64-bit words, each byte XORed with what stands there in "  0.0000000e+000": then digits are 0 to 9, a
# minus is 0x0D before the digits and 0x06 in the exponent, and everything else must be 0.
_FIRST = np.frombuffer(b"  0.0000", "<u8")[0]
_SECOND = np.frombuffer(b"000e+000", "<u8")[0]
# Adding 6 to a digit's byte sets its high half when it is no digit; the masks tell which bits must be zero then.
_FIRST_SIX, _FIRST_ZERO = np.uint64(0x0606060600060000), np.uint64(0xF0F0F0F0FFF0F2FF)
_SECOND_SIX, _SECOND_ZERO = np.uint64(0x0600000000060606), np.uint64(0xF0FFFFF9FFF0F0F0)


def _divisors() -> _Floats:
    """What to divide the eight digits by, at the bits of sign and exponent; NaN for what would not be exact."""
    table = np.full(1 << 12, np.nan)
    exponent = np.arange(10)
    table[:8] = 10.0 ** (7 - exponent[:8])
    table[0x30:0x3A] = 10.0 ** (7 + exponent)
    table[0xD00:0xD40] = -table[:0x40]
    return table


def _fixed_width(data: bytes, n_columns: int, dtype: type[np.floating[Any]] = np.float64) -> _Floats | None:
    """Values of 16 bytes, ``[ ][-| ]d.ddddddde[+|-]00d``; None when a single byte is otherwise.

    Both the eight digits and the power of ten are exact as doubles, so their quotient is the double nearest to the
    decimal. Eight digits at a time are joined in pairs, fours and eights within one 64-bit word.
    """
    text_width = _WIDTH * n_columns
    end = b"\r\n" if data[text_width : text_width + 2] == b"\r\n" else b"\n"
    if not data or len(data) % (text_width + len(end)):
        return None
    lines = np.frombuffer(data, np.uint8).reshape(-1, text_width + len(end))
    if not (lines[:, text_width:] == np.frombuffer(end, np.uint8)).all():
        return None
    out = np.empty((len(lines), n_columns), dtype)
    divisors = _divisors()
    u64 = np.uint64
    block = max(1, _BLOCK // n_columns)
    for i in range(0, len(lines), block):
        words = np.ascontiguousarray(lines[i : i + block, :text_width]).view("<u8").reshape(-1, 2)
        first, second = words[:, 0] ^ _FIRST, words[:, 1] ^ _SECOND
        wrong = ((first + _FIRST_SIX) | first) & _FIRST_ZERO
        wrong |= ((second + _SECOND_SIX) | second) & _SECOND_ZERO
        if wrong.any():
            return None
        value = (first >> u64(16) & u64(0xFF)) | (first >> u64(32) << u64(8)) | (second << u64(40))
        value = (value * u64(10 << 8 | 1)) >> u64(8) & u64(0x00FF00FF00FF00FF)
        value = (value * u64(100 << 16 | 1)) >> u64(16) & u64(0x0000FFFF0000FFFF)
        value = (value * u64(10000 << 32 | 1)) >> u64(32)
        which = (second >> u64(56)) | (second >> u64(29) & u64(0x30)) | (first & u64(0xF00))
        here = out[i : i + block].reshape(-1)
        np.divide(value.view(np.int64), divisors[which.view(np.int64)], out=here, casting="same_kind")
        if np.isnan(here.sum()):
            return None
    return out


def _single_blank(data: bytes, n_columns: int) -> _Floats | None:
    """Values with one blank between them, by polars; None when it finds anything else."""
    import polars as pl  # only a first read needs it

    schema: dict[str, Any] = {f"c{i}": pl.Float64 for i in range(n_columns)}
    try:
        frame = pl.read_csv(io.BytesIO(data), has_header=False, separator=" ", schema=schema, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    n_lines = data.count(b"\n") + (not data.endswith(b"\n"))
    table = frame.to_numpy(order="c")
    if frame.height != n_lines or any(frame.null_count().row(0)) or not (np.abs(table) <= LARGEST).all():
        return None
    return table


def _any_blanks(data: bytes, n_columns: int, where: str) -> _Floats:
    """The slow way, which knows the line that is wrong."""
    rows: list[list[float]] = []
    lines = data.decode("utf-8", errors="replace").splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise DataError(f"{where}: the file is empty; {n_columns} values per line are needed.")
    for number, line in enumerate(lines, 1):
        cells = line.split()
        if len(cells) != n_columns:
            raise DataError(
                f"{where}, line {number}: {len(cells)} values instead of {n_columns}; the file is damaged or "
                "of another data set, copy it again."
            )
        rows.append([_number(cell, where, number, i) for i, cell in enumerate(cells, 1)])
    return np.array(rows)


def _number(cell: str, where: str, line: int, column: int) -> float:
    place = f"{where}, line {line}, column {column}"
    try:
        value = float(cell) if cell.isascii() and "_" not in cell else None
    except ValueError:
        value = None
    if value is None:
        raise DataError(f"{place}: {short(cell)} is not a number; the file is damaged, copy it again.")
    if not abs(value) <= LARGEST:
        raise DataError(
            f"{place}: {short(cell)} is not a finite number in single precision; the file is damaged, copy it again."
        )
    return value
