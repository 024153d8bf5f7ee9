"""Arduino Nano 33 BLE Sense: six columns without a time, an empty line after each gesture."""

from dataclasses import replace

import numpy as np

from stridenet.data.formats.recorders.manner import ROTATION, WITH_GRAVITY, axes, columns_of, told
from stridenet.data.sheet import Sheet

FORM = "Arduino Nano 33"
_COLUMNS = {"ax", "ay", "az", "gx", "gy", "gz"}


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``aX,aY,aZ,gX,gY,gZ`` and nothing else."""
    columns = columns_of(sheet)
    if set(columns) != _COLUMNS or "aX" not in sheet.frame.columns:
        return None
    known = axes(columns, ("ax", "ay", "az"), "acc", WITH_GRAVITY)
    known |= axes(columns, ("gx", "gy", "gz"), "gyro", ROTATION)
    units = {column: "g" if name.startswith("a") else "deg/s" for name, column in columns.items()}
    note = "no time is in the file; the board's own sketch samples at 119 Hz, which must be said with --rate-hz"
    return told(_broken(sheet), FORM, known, units=units, notes=(note,))


def _broken(sheet: Sheet) -> Sheet:
    """A new recording after each empty line."""
    if sheet.breaks or len(sheet.lines) < 2:
        return sheet
    return replace(sheet, breaks=tuple((np.flatnonzero(np.diff(sheet.lines) > 1) + 1).tolist()))
