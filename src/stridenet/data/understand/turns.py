"""Tables whose rows take turns between sensors, told by a column of the sensors' names: a table for each sensor."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.data.understand import words as known
from stridenet.data.understand.words import words

_MOST = 20
_BESIDE = frozenset({"linear", "raw", "uncalibrated", "calibrated", "sensor", "android", "type"})


def by_sensor(sheets: Sequence[Sheet], said: Sequence[str]) -> list[Sheet]:
    """The sheets, those with a column of sensors' names as one for each sensor, all of one moment.

    Args:
        sheets: as they were read.
        said: columns of which the user says what they are.
    """
    return [one for sheet in sheets for one in _apart(sheet, said)]


def _apart(sheet: Sheet, said: Sequence[str]) -> list[Sheet]:
    if sheet.kind != "samples" or sheet.sensor or sheet.frame.height < 4:
        return [sheet]
    for name in sheet.frame.columns:
        cells = sheet.frame[name]
        if cells.dtype != pl.String or name in said or name in sheet.known:
            continue
        if cells.head(1000).n_unique() > _MOST or not 2 <= cells.n_unique() <= _MOST:
            continue
        values = [value for value in cells.unique(maintain_order=True) if value is not None]
        if cells.null_count() == 0 and all(_is_sensor(value) for value in values):
            return [_of(sheet, name, value) for value in values]
    return [sheet]


def _is_sensor(value: str) -> bool:
    pieces = words(value)
    return any(piece in known.SENSORS for piece in pieces) and all(
        piece in known.SENSORS or piece in _BESIDE for piece in pieces
    )


def _of(sheet: Sheet, column: str, value: str) -> Sheet:
    """The rows of one sensor, without the columns that it leaves empty."""
    keep = (sheet.frame[column] == value).to_numpy()
    frame = sheet.frame.filter(pl.Series(keep)).drop(column)
    empty = [name for name in frame.columns if frame[name].null_count() == frame.height]
    before = np.concatenate([[0], np.cumsum(keep)])
    sensor = known.sensor_named(words(value))
    return replace(
        sheet,
        name=f"{sheet.name}/{sensor}",
        frame=frame.drop(empty),
        lines=sheet.lines[keep] if len(sheet.lines) else sheet.lines,
        sensor=sensor,
        session=sheet.session or sheet.name,
        breaks=tuple(sorted({int(before[at]) for at in sheet.breaks} - {0, int(before[-1])})),
        notes=(*sheet.notes, f"its rows take turns between sensors, told by column {column!r}, and were set apart"),
    )
