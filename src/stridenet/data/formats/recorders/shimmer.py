"""Shimmer: every measure raw and calibrated, ms since the device was switched on."""

import re

import polars as pl

from stridenet.data.formats.recorders.manner import FIELD, ROTATION, WITH_GRAVITY, bare, told
from stridenet.data.sheet import Known, Sheet

FORM = "Shimmer"
_KIND = re.compile(r"[ _](raw|cal|uncal)(?:_\d+)?$")
_SENSORS = (
    (re.compile(r"(?:low noise|ln)[ _]?accel\w*|accel\w*_ln|accel\w*[ _]low[ _]noise"), "acc", WITH_GRAVITY),
    (re.compile(r"(?:wide range|wr)[ _]?accel\w*|accel\w*_wr|accel\w*[ _]wide[ _]range"), "wide_acc", WITH_GRAVITY),
    (re.compile(r"accel\w*"), "acc", WITH_GRAVITY),
    (re.compile(r"gyro\w*"), "gyro", ROTATION),
    (re.compile(r"mag\w*"), "mag", FIELD),
)
_AXIS = re.compile(r"[ _]([xyz])$")


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by pairs of one measure, raw and calibrated, or by ``Shimmer`` in the names."""
    kinds = {column: found[1] for column in sheet.frame.columns if (found := _KIND.search(bare(column)))}
    by_name = any("shimmer" in column.lower() for column in sheet.frame.columns)
    pairs = set(kinds.values())
    if not ({"raw", "cal"} <= pairs or (by_name and pairs)):
        return None
    known: dict[str, Known] = {}
    for column in sheet.frame.columns:
        name = _KIND.sub("", bare(column))
        if kinds.get(column) in ("raw", "uncal"):
            known[column] = Known("left out", "raw counts; the calibrated values stand beside them")
        elif "timestamp" in name or name == "time":
            known[column] = Known("time", "Shimmer's clock")
        elif axis := _AXIS.search(name):
            words = _AXIS.sub("", name)
            sensor = next(((c, why) for form, c, why in _SENSORS if form.search(words)), None)
            if sensor:
                known[column] = Known("channel", sensor[1], f"{sensor[0]}_{axis[1]}")
        elif "batt" in name:
            known[column] = Known("left out", "the battery's state")
    clocks = [column for column, one in known.items() if one.role == "time"]
    for column in clocks[1:]:
        known[column] = Known("left out", "one of Shimmer's further clocks")
    numbers = [column for column in clocks[:1] if sheet.frame[column].dtype.is_numeric()]
    is_text = any(sheet.frame[column].dtype == pl.String for column in clocks[:1])
    return told(sheet, FORM, known, units={} if is_text else dict.fromkeys(numbers, "ms"))
