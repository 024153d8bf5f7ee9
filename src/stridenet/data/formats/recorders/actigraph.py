"""ActiGraph's CSV (ActiLife): ten lines of text with rate and start, then names, with or without times."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from stridenet.data.formats.recorders.manner import FIELD, ROTATION, WITH_GRAVITY, axes, columns_of, told
from stridenet.data.sheet import Known, Sheet

FORM = "ActiGraph"
_SENSORS = {
    "accelerometer": ("acc", WITH_GRAVITY, "g"),
    "gyroscope": ("gyro", ROTATION, "deg/s"),
    "magnetometer": ("mag", FIELD, "uT"),
}
_RATE = re.compile(r"at (\d+(?:\.\d+)?) Hz")
_FORM = re.compile(r"date format ([dMy]+[/.-][dMy]+[/.-][dMy]+)")
_DAY = re.compile(r"Start Date (\d+[/.-]\d+[/.-]\d+)")
_TIME = re.compile(r"Start Time (\d+:\d\d:\d\d)")


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by its first line, or by ``Accelerometer X`` beside ``Timestamp``."""
    columns = columns_of(sheet)
    head = "\n".join(sheet.head)
    if "ActiGraph" not in head and not {"timestamp", "accelerometer x"} <= set(columns):
        return None
    known: dict[str, Known] = {}
    units: dict[str, str] = {}
    for word, (channel, what, unit) in _SENSORS.items():
        found = axes(columns, (f"{word} x", f"{word} y", f"{word} z"), channel, what)
        known |= found
        units |= dict.fromkeys(found, unit)
    if not known:
        return None
    if "temperature" in columns:
        known[columns["temperature"]] = Known("left out", "the device's temperature, no movement")
    pattern = _pattern(head)
    clock = columns.get("timestamp")
    if clock is not None:
        known[clock] = Known("time", "ActiGraph's time stamp")
        sheet = _with_dates(sheet, clock, pattern)
    rate = _RATE.search(head)
    return told(
        sheet,
        FORM,
        known,
        units=units,
        rate_hz=float(rate[1]) if rate else None,
        start_s=_start(head, pattern) if clock is None else None,
    )


def _pattern(head: str) -> str:
    """How a date is written, as the first line says."""
    said = _FORM.search(head)
    letters = re.sub(r"(.)\1*", r"\1", said[1]) if said else "M/d/y"
    return letters.replace("M", "%m").replace("d", "%d").replace("y", "%Y")


def _with_dates(sheet: Sheet, clock: str, pattern: str) -> Sheet:
    """The time stamps as dates: their order of day and month stands in the file's first line alone."""
    if sheet.frame[clock].dtype != pl.String:
        return sheet
    for form in (f"{pattern} %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"):
        dates = sheet.frame[clock].str.to_datetime(form, time_unit="ns", strict=False)
        if dates.null_count() == sheet.frame[clock].null_count():
            return replace(sheet, frame=sheet.frame.with_columns(dates))
    return sheet


def _start(head: str, pattern: str) -> float | None:
    day, time = _DAY.search(head), _TIME.search(head)
    if not day or not time:
        return None
    try:
        moment = datetime.strptime(f"{day[1]} {time[1]}", f"{pattern} %H:%M:%S")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC).timestamp()
