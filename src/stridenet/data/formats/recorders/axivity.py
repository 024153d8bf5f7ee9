"""Axivity's CSV: no names, the seconds since 1970 or a date, then x, y and z in steps of a g's binary parts."""

import numpy as np
import polars as pl

from stridenet.data.formats.recorders.manner import WITH_GRAVITY, axes, is_nameless, since_1970, told
from stridenet.data.sheet import Known, Sheet

FORM = "Axivity"
_STEPS = 4096.0
"""Parts of a g, of which every value is a whole number."""
_LARGEST_G = 16.0


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by four columns without names, of which three are whole parts of a g."""
    if not is_nameless(sheet) or sheet.frame.width != 4 or not sheet.frame.height:
        return None
    time, *xyz = sheet.frame.columns
    is_date = sheet.frame[time].dtype in (pl.String, pl.Datetime)
    if not is_date and since_1970(sheet.frame[time]) != "s":
        return None
    if any(sheet.frame[axis].dtype != pl.Float64 for axis in xyz):
        return None
    values = sheet.frame.select(xyz).drop_nulls().to_numpy()
    steps = values * _STEPS
    if not len(values) or np.abs(values).max() > _LARGEST_G or np.abs(steps - np.round(steps)).max() > 0.01:
        return None
    known = {time: Known("time", "Axivity's first column")}
    known |= axes(dict(zip("xyz", xyz, strict=True)), "xyz", "acc", WITH_GRAVITY)
    units = dict.fromkeys(xyz, "g") | ({} if is_date else {time: "s"})
    return told(sheet, FORM, known, units=units)
