"""Xsens (Movella) DOT and MTw: a file a sensor and place, to be joined by the sensors' own clock."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl

from stridenet.data.formats.recorders.manner import (
    ALONE,
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    WITHOUT_GRAVITY,
    axes,
    bare,
    columns_of,
    folder,
    kept_rows,
    nothing,
    of_role,
    stem,
    told,
)
from stridenet.data.sheet import Known, Sheet

_SENSORS = {
    "acc": ("acc", WITH_GRAVITY, "m/s^2"),
    "freeacc": ("linear_acc", f"{WITHOUT_GRAVITY}, along the earth's axes", "m/s^2"),
    "gyr": ("gyro", ROTATION, "deg/s"),
    "mag": ("mag", FIELD, ""),
    "quat": ("quat", "orientation as a quaternion", ""),
    "euler": ("euler", "orientation", "deg"),
}
_LEFT_OUT = {
    "packetcounter": "a counter of packets",
    "status": "the sensor's state",
    "clipcountacc": "a counter",
    "clipcountgyr": "a counter",
    "utc_nano": "a date in parts",
    "utc_year": "a date in parts",
    "utc_month": "a date in parts",
    "utc_day": "a date in parts",
    "utc_hour": "a date in parts",
    "utc_minute": "a date in parts",
    "utc_second": "a date in parts",
    "utc_valid": "a date in parts",
    "year": "a date in parts",
    "month": "a date in parts",
    "day": "a date in parts",
    "hour": "a date in parts",
    "minute": "a date in parts",
    "second": "a date in parts",
}
_STAMP = re.compile(r"[_-]?(?P<stamp>(?:19|20)\d{6}[_-]?\d{5})\d(?:[_-]\d{1,3})?")
"""Date and time in a file's name; the last digit of the seconds may differ between the files of one moment."""
_DEVICE = re.compile(r"(.+?)[_-]([0-9A-F]{8})")
"""The number of an MTw at the end of a file's name."""
_RATE = re.compile(r"(?:output|update) ?rate\W*(\d+(?:\.\d+)?)\s*hz", re.IGNORECASE)
_START = re.compile(r"StartTime\W*(\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d)_(\d{3}) GMT([+-]\d+(?::?\d\d)?)")


_TENTHS = 2000
"""Steps below that are of 0.1 ms: in µs they would be more than 500 Hz, which no DOT gives."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``SampleTimeFine``."""
    columns = columns_of(sheet)
    clock = columns.get("sampletimefine")
    if clock is None:
        return None
    head = "\n".join(sheet.head)
    kind = "MTw" if "//" in head else "DOT"
    form = f"Xsens {kind}"
    sheet = _without_empty(sheet, clock)
    if sheet.frame.height == 0:
        return nothing(sheet, form, "it holds no samples")
    known = of_role(columns, "left out", _LEFT_OUT)
    units: dict[str, str] = {}
    for word, (channel, what, unit) in _SENSORS.items():
        found = axes(columns, (f"{word}_x", f"{word}_y", f"{word}_z"), channel, what)
        if f"{word}_w" in columns:
            found[columns[f"{word}_w"]] = Known("channel", what, f"{channel}_w")
        if kind == "MTw" and word == "gyr":
            unit = "rad/s"
        known |= found
        units |= dict.fromkeys(found, unit) if unit else {}
    if sheet.frame[clock].null_count() == sheet.frame.height:
        known[clock] = Known("left out", "the sensor's clock, which is empty here")
    else:
        sheet = _risen(sheet, clock, tenths="packetcounter" not in columns)
        known[clock] = Known("time", "the sensor's own clock")
        units[clock] = "us"
    rate = _RATE.search(head)
    place, session = _moment(sheet)
    return told(
        sheet,
        form,
        known,
        units=units,
        place=place,
        session=session,
        rate_hz=float(rate[1]) if rate else None,
        start_s=_start(head),
    )


def _moment(sheet: Sheet) -> tuple[str, str]:
    """Place and session by the file's name; without a date or a device in it the file may be alone."""
    name = stem(sheet)
    if at := _STAMP.search(name):
        place, moment = (name[: at.start()] + name[at.end() :]).strip("_- "), at["stamp"]
    elif device := _DEVICE.fullmatch(name):
        place, moment = device[2], device[1]
    else:
        return "", ""
    return place, "/".join(part for part in (folder(sheet), moment) if part) or ALONE


def _without_empty(sheet: Sheet, clock: str) -> Sheet:
    """Without the last rows that hold a time alone, which a PC's logger writes."""
    values = [name for name in sheet.frame.columns if name != clock and bare(name) != "packetcounter"]
    if not values or not sheet.frame.height:
        return sheet
    empty = sheet.frame.select(pl.all_horizontal(pl.col(values).is_null())).to_series().to_numpy()
    return kept_rows(sheet, ~empty, f"{int(empty.sum())} rows hold a time and no values")


def _risen(sheet: Sheet, clock: str, *, tenths: bool) -> Sheet:
    """The clock in µs, rising over the places where its 32 bits begin again."""
    ticks = sheet.frame[clock].cast(pl.Int64, strict=False)
    if ticks.null_count():
        return sheet
    values = ticks.to_numpy()
    wraps = np.concatenate([[0], np.cumsum(np.diff(values) < -(2**31))])
    notes = [f"the sensor's clock began again {wraps[-1]} times, after 2^32"] if wraps[-1] else []
    values = values + wraps * 2**32
    steps = np.diff(values)
    if tenths and len(steps) and 0 < np.median(steps) < _TENTHS:
        values = values * 100
        notes.append("the clock counts in 0.1 ms, as a PC's logger writes it; it was put into µs")
    frame = sheet.frame.with_columns(pl.Series(clock, values))
    return replace(sheet, frame=frame, notes=(*sheet.notes, *notes))


def _start(head: str) -> float | None:
    found = _START.search(head)
    if not found:
        return None
    text, thousandths, zone = found.groups()
    hours, _, minutes = zone.partition(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0) * (-1 if zone.startswith("-") else 1))
    if abs(offset) >= timedelta(days=1):
        return None
    try:
        moment = datetime.strptime(text, "%Y-%m-%d_%H:%M:%S").replace(tzinfo=timezone(offset))
    except ValueError:
        return None
    return moment.timestamp() + int(thousandths) / 1000
