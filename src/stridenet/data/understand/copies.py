"""Files that hold the same: each recording is read once, and the copies are named."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.errors import short

_FEWEST = 3
_SHOWN = 3
_COPY = re.compile(
    r"\s*\(\d+\)$|[\s_-]*(?:copy|kopie|copie|copia|kopia)(?:\s*\(?\d+\)?)?$"
    r"|^(?:copy of|kopie von|copie de|copia de)\s+",
    re.IGNORECASE,
)
_ENOUGH = 100
"""Rows that must agree where one file goes on longer, or has more columns."""


def without_copies(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[tuple[str, str]], list[str]]:
    """Each table once.

    Two files hold the same where every column that both have is equal, those of numbers up to single precision. They
    are copies where their names do not tell them apart: ``p0.csv``, ``p0 (1).csv`` and ``p0.parquet`` are one, and so
    are an export with times and one without. Equal files whose names differ are both read, and that is told.

    Returns:
        The sheets that are left, the fuller of two; the names of the others, each with why; and what to tell.
    """
    kept: list[Sheet] = []
    skipped: list[tuple[str, str]] = []
    notes: list[str] = []
    by_begin: dict[tuple[float, ...], list[int]] = {}
    for sheet in sheets:
        alike = by_begin.setdefault(_begin(sheet), [])
        equal = [i for i in alike if _is_copy(kept[i], sheet)]
        same = next((i for i in equal if _one_name(kept[i], sheet)), None)
        if same is None:
            if equal:
                first = kept[equal[0]].name
                notes.append(f"{short(sheet.name, 100)} holds the same rows as {short(first, 100)}; it may be a copy")
            alike.append(len(kept))
            kept.append(sheet)
            continue
        one, other = kept[same], sheet
        if _fuller(sheet) > _fuller(one):
            one, other = sheet, one
            kept[same] = one
        more = other.frame.height - one.frame.height
        lost = f", and {more} more at its end, which were not read" if more > 0 else ""
        skipped.append((other.name, f"it holds the same rows as {short(one.name, 100)}{lost}"))
    if len(notes) > _SHOWN:
        notes = [*notes[:_SHOWN], f"{len(notes) - _SHOWN} more files hold the same rows as others"]
    return kept, skipped, notes


def _fuller(sheet: Sheet) -> tuple[int, int, bool, int]:
    return sheet.frame.width, sheet.frame.height, _plain_stem(sheet.name) == _stem(sheet.name), -len(sheet.name)


def _one_name(one: Sheet, other: Sheet) -> bool:
    """Whether names do not tell two equal files apart."""
    if (PurePosixPath(one.name).parent, _plain_stem(one.name)) == (
        PurePosixPath(other.name).parent,
        _plain_stem(other.name),
    ):
        return True
    beside = PurePosixPath(one.name).parent == PurePosixPath(other.name).parent
    numbers = [re.findall(r"\d+", _stem(sheet.name)) for sheet in (one, other)]
    whole = one.frame.shape == other.frame.shape
    return beside and not whole and numbers[0] == numbers[1]


def _stem(name: str) -> str:
    return PurePosixPath(name.removesuffix(".gz")).stem


def _plain_stem(name: str) -> str:
    """The file's name without what file managers and browsers add to a copy."""
    return _COPY.sub("", _stem(name)).strip(" _-").lower()


def _begin(sheet: Sheet) -> tuple[float, ...]:
    """A number of the first rows that copies share, whatever columns they have: the cheap way to find them."""
    numbers = [sheet.frame[name] for name in sheet.frame.columns if sheet.frame[name].dtype.is_numeric()]
    return tuple(round(float(series.cast(pl.Float64)[0] or 0), 3) for series in numbers[-1:] if len(series))


def _is_copy(one: Sheet, other: Sheet) -> bool:
    if min(one.frame.height, other.frame.height) < _FEWEST or one.sensor != other.sensor:
        return False
    common = [name for name in one.frame.columns if name in other.frame.columns]
    fewer = min(one.frame.width, other.frame.width)
    numbers = [name for name in common if one.frame[name].dtype.is_numeric()]
    if len(common) < fewer or not numbers:
        return False
    n = min(one.frame.height, other.frame.height)
    whole = one.frame.height == other.frame.height and one.frame.width == other.frame.width
    if not whole and (n < _ENOUGH or sum(_varies(one.frame[name].head(n)) for name in numbers) < _FEWEST):
        return False
    return all(_equal(one.frame[name].head(n), other.frame[name].head(n)) for name in common)


def _varies(cells: pl.Series) -> bool:
    return cells.n_unique() > 10


def _equal(one: pl.Series, other: pl.Series) -> bool:
    if one.dtype.is_numeric() and other.dtype.is_numeric():
        head = [series.head(8).cast(pl.Float64).to_numpy() for series in (one, other)]
        if not np.allclose(head[0], head[1], rtol=1e-6, equal_nan=True):  # the cheap way to know
            return False
        whole = [series.cast(pl.Float64).to_numpy() for series in (one, other)]
        return bool(np.allclose(whole[0], whole[1], rtol=1e-6, equal_nan=True))
    if one.dtype != other.dtype:
        one, other = one.cast(pl.String, strict=False), other.cast(pl.String, strict=False)
    return bool(one.equals(other))
