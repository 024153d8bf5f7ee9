"""The archive format ``.ts`` of time series classification: cases of equal or unequal lengths, with their classes."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.cells import is_float
from stridenet.data.sheet import Cases
from stridenet.data.source import File
from stridenet.errors import DataError, short

FORM = "ts archive format"
_SIDE = re.compile(r"_(train|test)$", re.IGNORECASE)
_TRUE = {"true": True, "false": False}
_MARKS = (b"@problemname", b"@timestamps", b"@univariate", b"@classlabel", b"@data")


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above ``@data``, and the line it stands on."""

    said: dict[str, str]
    data: int

    def flag(self, name: str) -> bool | None:
        return _TRUE.get(self.said.get(name, "").split(" ")[0].lower())

    def number(self, name: str) -> int | None:
        text = self.said.get(name, "")
        return int(text) if text.isdecimal() else None


def matches(file: File, head: bytes) -> bool:
    """Known by its ending and one of its words."""
    return file.suffix == ".ts" and any(mark in head.lower() for mark in _MARKS)


def read(file: File) -> list[Cases]:
    r"""The cases; the file's name says whether they are its authors' training or test cases.

    Raises:
        DataError: it has times, a line is not what the head says, or no line holds a case.

    >>> data = b"@univariate false\n@classLabel true a b\n@data\n1,2,3:4,5,?:a\n1,2:3,4:b\n"
    >>> (cases,) = read(File(name="gun_TEST.ts", size=len(data), open=lambda: data))
    >>> [series.shape for series in cases.series], cases.labels, cases.side
    ([(3, 2), (2, 2)], ('a', 'b'), ('test', 'test'))
    """
    where = file.where
    try:
        lines = file.open().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{where} is not text in UTF-8 (byte {error.start}); fetch it again.") from None
    head = _head(lines, where)
    if head.flag("timestamps"):
        raise DataError(
            f"{where} has a time stamp beside each value (@timestamps true), which is not read; write it without "
            "them (@timestamps false), at one rate."
        )
    classes = head.said.get("classlabel", "").split()
    named = bool(classes) and classes[0].lower() == "true"
    if head.flag("targetlabel"):
        raise DataError(f"{where} has a number to be estimated for each case (@targetLabel true), not a class.")
    series: list[npt.NDArray[np.float64]] = []
    labels: list[str | None] = []
    missing = 0
    for number, line in enumerate(lines[head.data :], start=head.data + 1):
        if not line.strip() or line.lstrip().startswith(("#", "%")):
            continue
        parts = line.split(":")
        label = parts.pop() if named else None
        values = _case(parts, f"{where}, line {number}")
        if series and values.shape[1] != series[0].shape[1]:
            raise DataError(
                f"{where}, line {number} has {values.shape[1]} dimensions, but the first case has "
                f"{series[0].shape[1]}; all cases must have as many."
            )
        _check_label(label, classes[1:], f"{where}, line {number}")
        missing += int(np.isnan(values).sum())
        series.append(values)
        labels.append(None if label is None else label.strip())
    if not series:
        raise DataError(f"{where} holds no case after @data; fetch it again.")
    said = head.number("dimensions")
    if said is not None and said != series[0].shape[1]:
        raise DataError(f"{where} says {said} dimensions, but its cases have {series[0].shape[1]}; fetch it again.")
    length = head.number("serieslength")
    odd = [len(one) for one in series if length is not None and len(one) != length]
    if odd and head.flag("equallength"):
        raise DataError(
            f"{where} says cases of {length} values, but one has {odd[0]}; it may be cut off, fetch it again."
        )
    side = _SIDE.search(file.stem)
    width = series[0].shape[1]
    return [
        Cases(
            name=file.name,
            series=tuple(series),
            labels=tuple(labels),
            side=(side[1].lower(),) * len(series) if side else (),
            channels=tuple(f"dimension_{i}" for i in range(1, width + 1)) if width > 1 else ("value",),
            form=FORM,
            notes=(f"{missing} values are missing",) if missing else (),
        )
    ]


def _head(lines: list[str], where: str) -> _Head:
    said: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        word, _, rest = line.strip().partition(" ")
        if word.lower() == "@data":
            return _Head(said, number)
        if word.startswith("@"):
            said[word[1:].lower()] = rest.strip()
        elif word and not word.startswith(("#", "%")):
            break
    raise DataError(f"{where} has no line @data above its cases; it may be damaged, fetch it again.")


def _case(dimensions: list[str], where: str) -> npt.NDArray[np.float64]:
    """One case, shape (time, dimension); all dimensions have one length."""
    columns = [_values(cells, where) for cells in dimensions]
    lengths = sorted({len(column) for column in columns})
    if len(lengths) != 1:
        if not lengths:
            raise DataError(f"{where} has no values before its class; fetch the file again.")
        raise DataError(
            f"{where} has dimensions of {lengths[0]} and {lengths[-1]} values; those of one case must have one length."
        )
    return np.stack(columns, axis=1)


def _values(cells: str, where: str) -> npt.NDArray[np.float64]:
    texts = [cell.strip() for cell in cells.split(",")]
    try:
        values = np.array([np.nan if text in ("?", "NaN") else float(text) for text in texts])
    except ValueError:
        odd = next(text for text in texts if text not in ("?", "NaN") and not is_float(text))
        raise DataError(f"{where}: {short(odd)} is not a number, nor ? for a missing one.") from None
    if np.isinf(values).any():
        raise DataError(f"{where} holds an infinite value; write ? where a value is missing.")
    return values


def _check_label(label: str | None, classes: list[str], where: str) -> None:
    if label is None:
        return
    if not label.strip():
        raise DataError(f"{where} has no class after its last colon; the line may be cut off, fetch the file again.")
    if classes and label.strip() not in classes:
        raise DataError(f"{where} has the class {short(label.strip())}, which @classLabel does not name.")
