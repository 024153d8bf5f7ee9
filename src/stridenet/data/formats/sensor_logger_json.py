"""Sensor Logger's JSON: one array of the samples of all sensors, every value as text."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from stridenet.data.formats.json_text import parsed
from stridenet.data.formats.recorders import sensor_logger
from stridenet.data.formats.recorders.manner import nothing
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


def matches(file: File, head: bytes) -> bool:
    """Known by ``sensor`` and ``seconds_elapsed``."""
    return file.suffix == ".json" and b'"sensor"' in head and b'"seconds_elapsed"' in head


def read(file: File) -> list[Sheet]:
    """A sheet for each sensor, as if each had a file; all are one session.

    Raises:
        DataError: it is damaged, or a sample names no sensor.
    """
    entries = parsed(file)
    if not isinstance(entries, list):
        raise DataError(f"{file.where} is not one array of samples; export it from Sensor Logger again.")
    by_sensor: dict[str, list[Mapping[str, Any]]] = {}
    for i, entry in enumerate(entries, start=1):
        sensor = entry.get("sensor") if isinstance(entry, dict) else None
        if not isinstance(sensor, str):
            raise DataError(f"{file.where}, entry {i} does not say which sensor it is of; export it again.")
        by_sensor.setdefault(sensor, []).append(entry)
    return [one for sensor, samples in by_sensor.items() for one in _sheets(file, sensor, samples)]


def _sheets(file: File, sensor: str, samples: list[Mapping[str, Any]]) -> list[Sheet]:
    names = list(dict.fromkeys(name for sample in samples for name in sample if name != "sensor"))
    frame = pl.DataFrame({name: _column([sample.get(name) for sample in samples]) for name in names})
    sheet = Sheet(name=f"{file.name}/{sensor.replace('/', ' ')}", frame=frame)
    if sensor == "Metadata":
        return nothing(sheet, "Sensor Logger", "it describes the recording and holds no samples")
    return sensor_logger.refine(sheet) or [sheet]


def _column(cells: list[object]) -> pl.Series:
    """Text that is a number throughout, as numbers."""
    text = pl.Series([None if cell in (None, "", "null") else str(cell) for cell in cells], dtype=pl.String)
    for dtype in (pl.Int64, pl.Float64):
        values = text.cast(dtype, strict=False)
        if values.null_count() == text.null_count() < len(text):
            return values
    return text
