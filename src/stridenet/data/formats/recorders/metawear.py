"""MetaWear and MetaMotion (MbientLab): three clocks, and a file a sensor whose rate is in its name."""

import re

from stridenet.data.formats.recorders.manner import (
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    WITHOUT_GRAVITY,
    axes,
    columns_of,
    folder,
    stem,
    told,
)
from stridenet.data.sheet import Known, Sheet

FORM = "MetaWear"
_OF_NAME = {
    "accelerometer": ("acc", WITH_GRAVITY),
    "gyroscope": ("gyro", ROTATION),
    "magnetometer": ("mag", FIELD),
    "linearacceleration": ("linear_acc", WITHOUT_GRAVITY),
    "gravity": ("gravity", "gravity alone"),
    "eulerangles": ("euler", "orientation"),
    "quaternion": ("quat", "orientation as a quaternion"),
}
_OF_UNIT = {"g": "accelerometer", "deg/s": "gyroscope", "T": "magnetometer", "uT": "magnetometer"}
_SENSOR = re.compile(r"_(?P<sensor>[A-Z][A-Za-z ]+)_(?P<rate>\d+(?:\.\d+)?)Hz(?:_[\d.]+)?$")


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``epoch (ms)`` or ``epoc (ms)`` beside ``elapsed (s)``."""
    columns = columns_of(sheet)
    clock = columns.get("epoch", columns.get("epoc"))
    if clock is None or "elapsed" not in columns:
        return None
    known = {clock: Known("time", "MetaWear's ms since 1970")}
    known[columns["elapsed"]] = Known("left out", "MetaWear's second clock")
    known |= {columns[n]: Known("left out", "the same time as a date") for n in ("time", "timestamp") if n in columns}
    units = {clock: "ms", columns["elapsed"]: "s"}
    named = _SENSOR.search(stem(sheet))
    first = columns.get("x-axis", columns.get("x"))
    word = re.sub(r"\W", "", named["sensor"]).lower() if named else _OF_UNIT.get(sheet.units.get(first or "", ""), "")
    channel, what = _OF_NAME.get(word, ("", ""))
    if channel:
        names = ("x-axis", "y-axis", "z-axis") if "x-axis" in columns else ("x", "y", "z")
        known |= axes(columns, names, channel, what)
    return told(
        sheet,
        FORM,
        known,
        units=units,
        sensor=what if named else "",
        session="/".join(part for part in (folder(sheet), stem(sheet)[: named.start()]) if part) if named else "",
        rate_hz=float(named["rate"]) if named else None,
    )
