"""Files that hold the same: each recording is read once, and the copies are named."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.errors import short

_FEWEST = 3


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
    by_height: dict[int, list[int]] = {}
    for sheet in sheets:
        same = next((i for i in by_height.get(sheet.frame.height, ()) if _is_copy(kept[i], sheet)), None)
        if same is None:
            by_height.setdefault(sheet.frame.height, []).append(len(kept))
            kept.append(sheet)
            continue
        one, other = kept[same], sheet
        if (sheet.frame.width, -len(sheet.name)) > (one.frame.width, -len(one.name)):
            one, other = replace(sheet), one
            kept[same] = one
        skipped.append((other.name, f"it holds the same rows as {short(one.name, 100)}"))
    return kept, skipped


def _is_copy(one: Sheet, other: Sheet) -> bool:
    if one.frame.height < _FEWEST or one.sensor != other.sensor:
        return False
    common = [name for name in one.frame.columns if name in other.frame.columns]
    fewer = min(one.frame.width, other.frame.width)
    numbers = [name for name in common if one.frame[name].dtype.is_numeric()]
    if (
        len(common) < fewer
        or not numbers
        or (fewer < max(one.frame.width, other.frame.width) and len(numbers) < _FEWEST)
    ):
        return False
    return all(_equal(one.frame[name], other.frame[name]) for name in common)


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
