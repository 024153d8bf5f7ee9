"""activPAL: no names, days of a spreadsheet, raw counts of one byte."""

from dataclasses import replace

import polars as pl

from stridenet.data.formats.recorders.manner import axes, is_nameless, told
from stridenet.data.sheet import Known, Sheet

FORM = "activPAL"
_DAYS_TO_1970 = 25569
_SECONDS_A_DAY = 86400
_DAYS = (36526.0, 73051.0)
"""From 2000 to 2100, since 1899-12-30."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by four columns without names: days with a fraction, then three bytes."""
    if not is_nameless(sheet) or sheet.frame.width != 4 or not sheet.frame.height:
        return None
    day, *xyz = sheet.frame.columns
    days = sheet.frame[day]
    if days.dtype != pl.Float64 or days.null_count() or not days.is_between(*_DAYS).all() or days.n_unique() < 2:
        return None
    if not all(sheet.frame[axis].dtype == pl.Int64 and sheet.frame[axis].is_between(0, 255).all() for axis in xyz):
        return None
    seconds = (days - _DAYS_TO_1970) * _SECONDS_A_DAY
    sheet = replace(sheet, frame=sheet.frame.with_columns(seconds.alias(day)))
    known = {day: Known("time", "days since 1899-12-30, put into seconds since 1970")}
    known |= axes(dict(zip("xyz", xyz, strict=True)), "xyz", "acc", "acceleration with gravity, as raw counts")
    return told(
        sheet,
        FORM,
        known,
        units={day: "s"} | dict.fromkeys(xyz, "counts"),
        notes=("the acceleration is in raw counts from 0 to 255, not in g",),
    )
