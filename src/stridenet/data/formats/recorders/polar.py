"""Polar's straps and bands, as Polar Sensor Logger writes them: a file a sensor, two clocks in each."""

import re
from dataclasses import replace

import numpy as np
import polars as pl

from stridenet.data.formats.recorders.manner import (
    ALONE,
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    axes,
    columns_of,
    folder,
    stem,
    told,
)
from stridenet.data.sheet import Known, Sheet

FORM = "Polar"
_XYZ = {
    "acc": ("acc", WITH_GRAVITY, "mg"),
    "gyro": ("gyro", ROTATION, "deg/s"),
    "mag": ("mag", FIELD, "gauss"),
    "magnetometer": ("mag", FIELD, "gauss"),
}
_ONE = {"ecg": ("ecg", "the heart's voltage"), "hr": ("heart_rate", "the heart's rate")}
_NAME = re.compile(r"(.*?)(?:(?<=[_\d])(\d{5})\d)?[_-]([A-Za-z]+)")
"""What is recorded, the time but for its last digit, which the files of one moment may differ in, and the sensor."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``Phone timestamp`` as the first column."""
    columns = columns_of(sheet)
    if not sheet.frame.height or next(iter(columns), "") != "phone timestamp":
        return None
    name = _NAME.fullmatch(stem(sheet))
    sensor = name[3].lower() if name else ""
    channel, what, unit = _XYZ.get(sensor, ("", WITH_GRAVITY, ""))
    known = axes(columns, "xyz", channel, what) if channel else {}
    units = dict.fromkeys(known, unit)
    for word, (called, meaning) in _ONE.items():
        if word in columns:
            known[columns[word]] = Known("channel", meaning, called)
            what = meaning
    phone = columns["phone timestamp"]
    clock = columns.get("sensor timestamp")
    for word in ("timestamp", "hrv", "breathing interval"):
        if word in columns:
            known[columns[word]] = Known("left out", "a further clock, or computed from others")
    known[phone] = Known("time", "the phone's clock")
    if clock is not None and (dated := _dated(sheet, phone, clock)) is not None:
        sheet = replace(sheet, frame=sheet.frame.with_columns(dated))
        known[phone] = Known("left out", "when the phone received a packet")
        known[clock] = Known("time", "the sensor's clock, with the date of the phone's")
        sheet = replace(sheet, units={**sheet.units, clock: "ns"})
    elif clock is not None:
        known[clock] = Known("left out", "the sensor's clock, which stands still")
    if not name:
        return told(sheet, FORM, known, units=units)
    session = "/".join(part for part in (folder(sheet), f"{name[1]}{name[2] or ''}".strip("_")) if part)
    return told(sheet, FORM, known, units=units, sensor=what if known else sensor, session=session or ALONE)


def _dated(sheet: Sheet, phone: str, clock: str) -> pl.Series | None:
    """The sensor's even nanoseconds, put where the phone's clock was on the whole: nanoseconds since 1970."""
    even = sheet.frame[clock]
    dates = sheet.frame[phone]
    if dates.dtype == pl.String:
        dates = dates.str.to_datetime(time_unit="ns", strict=False)
    if not even.dtype.is_integer() or even.n_unique() < 2 or not dates.dtype.is_temporal() or dates.null_count():
        return None
    nanoseconds = dates.cast(pl.Datetime("ns")).dt.timestamp("ns").to_numpy()
    values = even.to_numpy()
    return pl.Series(clock, values + np.int64(np.median(nanoseconds - values)), dtype=pl.Int64)
