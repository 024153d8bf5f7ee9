"""SensorLog (iOS): up to 74 columns, each sensor with its own clock."""

import re

from stridenet.data.formats.recorders.manner import FIELD, ROTATION, WITH_GRAVITY, WITHOUT_GRAVITY, columns_of, told
from stridenet.data.sheet import Known, Sheet

FORM = "SensorLog"
_SENSORS = {
    "accelerometeracceleration": ("acc", WITH_GRAVITY, "g"),
    "motionuseracceleration": ("linear_acc", WITHOUT_GRAVITY, "g"),
    "motiongravity": ("gravity", "gravity alone", "g"),
    "gyrorotation": ("gyro", ROTATION, "rad/s"),
    "motionrotationrate": ("motion_gyro", f"{ROTATION} without bias", "rad/s"),
    "magnetometer": ("mag", FIELD, "uT"),
    "motionmagneticfield": ("motion_mag", f"calibrated {FIELD}", "uT"),
    "motionquaternion": ("quat", "orientation as a quaternion", ""),
}
_AXIS = re.compile(rf"({'|'.join(_SENSORS)})([wxyz])")
_OTHERS = {
    "motionyaw": ("yaw", "orientation"),
    "motionroll": ("roll", "orientation"),
    "motionpitch": ("pitch", "orientation"),
    "altimeterpressure": ("pressure", "air pressure"),
}
_CLOCKS = (
    "accelerometertimestamp_sincereboot",
    "motiontimestamp_sincereboot",
    "gyrotimestamp_sincereboot",
    "loggingtime",
)
"""From the best to the worst: a sensor's own clock is even, the time of logging is not."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``loggingTime(txt)`` and the clocks since reboot."""
    columns = columns_of(sheet)
    if not any(clock in columns for clock in _CLOCKS):
        return None
    known: dict[str, Known] = {}
    units: dict[str, str] = {}
    for name, column in columns.items():
        if found := _AXIS.fullmatch(name):
            channel, what, unit = _SENSORS[found[1]]
            known[column] = Known("channel", what, f"{channel}_{found[2]}")
            units |= {column: unit} if unit else {}
        elif name in _OTHERS:
            known[column] = Known("channel", _OTHERS[name][1], _OTHERS[name][0])
        elif name == "label":
            known[column] = _label(sheet, column)
        else:
            known[column] = Known("left out", "one of SensorLog's columns that measure no movement")
    clock = next((c for c in _CLOCKS if c in columns and _runs(sheet, columns[c])), None)
    for name in _CLOCKS:
        if name in columns:
            known[columns[name]] = Known("left out", "one of SensorLog's further clocks")
    if clock is not None:
        known[columns[clock]] = Known(
            "time", "the sensor's own clock" if clock != "loggingtime" else "when it was logged"
        )
        units |= {columns[clock]: "s"} if clock != "loggingtime" else {}
    empty = [c for c in sheet.frame.columns if sheet.frame[c].null_count() == sheet.frame.height]
    known |= {column: Known("left out", "it is empty") for column in empty}
    return told(sheet, FORM, known, units=units)


def _runs(sheet: Sheet, column: str) -> bool:
    return sheet.frame.height > 0 and sheet.frame[column].drop_nulls().n_unique() > 1


def _label(sheet: Sheet, column: str) -> Known:
    if sheet.frame[column].drop_nulls().n_unique() > 1:
        return Known("label", "SensorLog's label")
    return Known("left out", "SensorLog's label, which is the same in all rows")
