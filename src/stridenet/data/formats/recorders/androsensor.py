"""AndroSensor: all sensors of a phone in one table, usually twice a second."""

import re

from stridenet.data.formats.recorders.manner import FIELD, ROTATION, WITH_GRAVITY, WITHOUT_GRAVITY, columns_of, told
from stridenet.data.sheet import Known, Sheet

FORM = "AndroSensor"
_SENSORS = {
    "accelerometer": ("acc", WITH_GRAVITY, "m/s^2"),
    "linear acceleration": ("linear_acc", WITHOUT_GRAVITY, "m/s^2"),
    "gravity": ("gravity", "gravity alone", "m/s^2"),
    "gyroscope": ("gyro", ROTATION, "rad/s"),
    "magnetic field": ("mag", FIELD, "uT"),
    "orientation": ("orientation", "orientation", "deg"),
}
_AXIS = re.compile(rf"({'|'.join(_SENSORS)}) ([xyz])\b.*")
_NO_MOTION = {
    "location": "a position on the earth",
    "satellites": "a count of satellites",
    "proximity": "whether something is near, no movement",
    "sound level": "the loudness, no movement",
    "light": "the light, no movement",
    "temperature": "a temperature, no movement",
    "relative humidity": "the humidity, no movement",
    "battery": "the battery's state",
}
_CLOCK = "time since start in ms"


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``Time since start in ms`` or by names like ``ACCELEROMETER X``."""
    columns = columns_of(sheet)
    if _CLOCK not in columns and not any(column.startswith("ACCELEROMETER X") for column in columns.values()):
        return None
    known: dict[str, Known] = {}
    units: dict[str, str] = {}
    for name, column in columns.items():
        if found := _AXIS.fullmatch(name):
            channel, what, unit = _SENSORS[found[1]]
            known[column] = Known("channel", what, f"{channel}_{found[2]}")
            units[column] = unit
        elif name == _CLOCK:
            known[column] = Known("time", "AndroSensor's ms since the start")
            units[column] = "ms"
        elif name.startswith("yyyy-mo-dd"):
            known[column] = Known("left out", "AndroSensor's second clock, a date")
        elif name.startswith("atmospheric pressure"):
            known[column] = Known("channel", "air pressure", "pressure")
        elif why := next((why for word, why in _NO_MOTION.items() if name.startswith(word)), None):
            known[column] = Known("left out", why)
    if _CLOCK not in columns:
        known |= {c: Known("time", "AndroSensor's date") for n, c in columns.items() if n.startswith("yyyy-mo-dd")}
    return told(sheet, FORM, known, units=units)
