"""JSON tables: an object a line, a list of objects, or an object of lists; what lies deeper becomes ``acc.x``."""

import io
import json
import re

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.frames import sheet_of
from stridenet.data.formats.text import text_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, short

SUFFIXES = (".json", ".jsonl", ".ndjson")
_LIST = re.compile(rb"\s*\[\s*\{")


def matches(file: File, head: bytes) -> bool:
    """Whether the file is JSON, by its name, or by the object in its first line."""
    return file.suffix in SUFFIXES or (head.lstrip().startswith(b"{") and _is_object(head.lstrip().split(b"\n", 1)[0]))


def read(file: File) -> list[Sheet]:
    """A table out of objects.

    Raises:
        DataError: it is no JSON, or damaged.
    """
    data = text_of(file.read(), file.where).data
    first = data.lstrip().split(b"\n", 1)[0]
    lines: npt.NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()
    if _LIST.match(data):
        frame = _listed(data, file.where)
    elif _is_object(first) and (b"\n" in data.strip() or file.suffix != ".json"):
        frame, lines, notes = _in_lines(data, file.where)
    elif (columns := _columns(data)) is not None:
        frame, notes = columns
    else:
        return [_nothing(file, data)]
    return [sheet_of(_flat(frame), file.name, file.where, form="JSON", lines=lines, notes=notes)]


def _listed(data: bytes, where: str) -> pl.DataFrame:
    try:
        return pl.read_json(io.BytesIO(data), infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError(
            f"{where} is JSON that is damaged or cut off, or no list of flat objects{_why(data)}."
        ) from error


def _in_lines(data: bytes, where: str) -> tuple[pl.DataFrame, npt.NDArray[np.int64], tuple[str, ...]]:
    """The objects, the line of each, and what became of a last line that is cut off."""
    notes: tuple[str, ...] = ()
    if not data.endswith(b"\n"):
        before, _, last = data.rpartition(b"\n")
        if not _is_object(last):
            n = before.count(b"\n") + 2
            data, notes = before + b"\n", (f"its last row (line {n}) was cut off and is left out",)
    filled = [i for i, line in enumerate(data.split(b"\n"), 1) if line and not line.isspace()]
    try:
        frame = pl.read_ndjson(io.BytesIO(data), infer_schema_length=None)
        if frame.height == len(filled):
            return frame, np.array(filled, np.int64), notes
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        pass
    wrong = next((i for i, line in enumerate(data.split(b"\n"), 1) if line.strip() and not _is_object(line)), None)
    at = f", line {wrong}" if wrong else ""
    raise DataError(f"{where}{at} is no JSON object; write one object of numbers and text per line.")


def _columns(data: bytes) -> tuple[pl.DataFrame, tuple[str, ...]] | None:
    """One object of lists of equal length, a list a column, and what else it holds; None where it is something else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    lists = {name: cells for name, cells in found.items() if isinstance(cells, list)}
    flat = all(not isinstance(cell, dict | list) for cells in lists.values() for cell in cells)
    if len(lists) < 2 or len({len(cells) for cells in lists.values()}) != 1 or not flat:
        return None
    others = ", ".join(short(name)[1:-1] for name in found if name not in lists)
    notes = (f"its other entries are no columns: {others}",) if others else ()
    try:
        return pl.DataFrame({name: pl.Series(cells, strict=True) for name, cells in lists.items()}), notes
    except (pl.exceptions.PolarsError, TypeError, OverflowError):
        return None


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _why(data: bytes) -> str:
    try:
        json.loads(data)
    except ValueError as error:
        return f" ({error})"
    except RecursionError:
        return " (it is nested too deeply)"
    return ""


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Objects within objects as columns of their own."""
    for column in frame:
        if column.dtype == pl.Struct:
            parts = column.struct.unnest()
            parts = parts.rename({name: f"{column.name}.{name}" for name in parts.columns})
            at = frame.columns.index(column.name)
            frame = pl.DataFrame([*frame[:, :at], *parts, *frame[:, at + 1 :]])
    return frame


def _nothing(file: File, data: bytes) -> Sheet:
    if why := _why(data):
        raise DataError(f"{file.where} is JSON that is damaged or cut off{why}; copy it again.")
    begin = data.lstrip()[:20].decode(errors="replace")
    why = f"JSON of no form that is known (it begins with {short(begin)}); a list of objects is, one per sample"
    return Sheet(name=file.name, frame=pl.DataFrame(), form="JSON", kind="nothing", why=why)
