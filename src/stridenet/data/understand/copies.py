"""Files that hold the same: each recording is read once, and the copies are named."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.errors import short

_FEWEST = 3
_ENOUGH = 100
"""Rows that must agree where one file goes on longer, or has more columns."""


def without_copies(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[tuple[str, str]]]:
    """Each table once.

    Two files hold the same where they have as many rows, and every column that both have is equal, those of numbers
    up to single precision: so ``p0.csv``, ``p0 (1).csv`` and ``p0.parquet`` are one, and so are an export with times
    and one without.

    Returns:
        The sheets that are left, the fuller of two; and the names of the others, each with why.
    """
    kept: list[Sheet] = []
    skipped: list[tuple[str, str]] = []
    by_begin: dict[tuple[float, ...], list[int]] = {}
    for sheet in sheets:
        alike = by_begin.setdefault(_begin(sheet), [])
        same = next((i for i in alike if _is_copy(kept[i], sheet)), None)
        if same is None:
            alike.append(len(kept))
            kept.append(sheet)
            continue
        one, other = kept[same], sheet
        if (sheet.frame.width, sheet.frame.height, -len(sheet.name)) > (
            one.frame.width,
            one.frame.height,
            -len(one.name),
        ):
            one, other = sheet, one
            kept[same] = one
        more = other.frame.height - one.frame.height
        lost = f", and {more} more at its end, which were not read" if more > 0 else ""
        skipped.append((other.name, f"it holds the same rows as {short(one.name, 100)}{lost}"))
    return kept, skipped


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
        if not np.allclose(*head, rtol=1e-6, equal_nan=True):  # the cheap way to know
            return False
        whole = [series.cast(pl.Float64).to_numpy() for series in (one, other)]
        return bool(np.allclose(*whole, rtol=1e-6, equal_nan=True))
    if one.dtype != other.dtype:
        one, other = one.cast(pl.String, strict=False), other.cast(pl.String, strict=False)
    return bool(one.equals(other))
