"""Tools for wrist accelerometers (accelerometer, actipy, Capture-24): dates with their zone's name in brackets."""

from dataclasses import replace

import polars as pl

from stridenet.data.formats.recorders.manner import WITH_GRAVITY, axes, columns_of, told
from stridenet.data.sheet import Known, Sheet

FORM = "biobank accelerometer tools"
_CELL = r"^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d:?\d\d) \[[^\]]+\]$"


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by times like ``2020-01-01 00:00:00.000000+0100 [Europe/London]``."""
    columns = columns_of(sheet)
    clock = columns.get("time")
    if clock is None or sheet.frame[clock].dtype != pl.String:
        return None
    cells = sheet.frame[clock]
    if not cells.str.contains(_CELL).any():
        return None
    plain = cells.str.replace(_CELL, "${1}${2}").str.replace("T", " ", literal=True).str.replace(r":(\d\d)$", "${1}")
    dates = plain.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="ns", time_zone="UTC", strict=False)
    if dates.null_count() == cells.null_count():
        sheet = replace(sheet, frame=sheet.frame.with_columns(dates.alias(clock)))
    known = {clock: Known("time", "dates with their zone")}
    known |= axes(columns, "xyz", "acc", WITH_GRAVITY)
    known |= {columns["annotation"]: Known("label", "its column of annotations")} if "annotation" in columns else {}
    return told(sheet, FORM, known, units={columns[axis]: "g" for axis in "xyz" if axis in columns})
