"""Empatica's EmbracePlus: a file a sensor, with µs since 1970."""

from stridenet.data.formats.recorders.manner import (
    ROTATION,
    WITH_GRAVITY,
    axes,
    columns_of,
    sensor_in,
    since_1970,
    told,
)
from stridenet.data.sheet import Known, Sheet

FORM = "Empatica EmbracePlus"
_OF_FILE = {"accelerometer": ("acc", WITH_GRAVITY, "g"), "gyroscope": ("gyro", ROTATION, "deg/s")}
_OTHERS = {"eda": ("eda", "uS"), "temperature": ("temperature", "degC"), "bvp": ("bvp", ""), "steps": ("steps", "")}


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``unix_timestamp``."""
    columns = columns_of(sheet)
    clock = columns.get("unix_timestamp")
    if clock is None:
        return None
    unit = since_1970(sheet.frame[clock])
    known = {clock: Known("time", "EmbracePlus' clock since 1970")}
    units = {clock: unit} if unit else {}
    sensor, session = sensor_in(sheet, (*_OF_FILE, *_OTHERS, "acc", "gyro", "temp")) or ("", "")
    what = ""
    if {"x", "y", "z"} <= set(columns):
        of_file = {"acc": "accelerometer", "gyro": "gyroscope", "": "accelerometer"}.get(sensor, sensor)
        if of_file in _OF_FILE:
            channel, what, in_unit = _OF_FILE[of_file]
            found = axes(columns, "xyz", channel, what)
            known |= found
            units |= dict.fromkeys(found, in_unit)
    for name, (channel, in_unit) in _OTHERS.items():
        if name in columns:
            known[columns[name]] = Known("channel", name, channel)
            units |= {columns[name]: in_unit} if in_unit else {}
            what = what or name
    return told(sheet, FORM, known, units=units, sensor=what if session else "", session=session)
