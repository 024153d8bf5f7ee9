"""Sensor Logger (Android, iOS, watches): a file a sensor, with two clocks and the axes in any order."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from stridenet.data.formats.recorders.manner import (
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    WITHOUT_GRAVITY,
    axes,
    columns_of,
    kept_rows,
    nothing,
    of_role,
    sensor_in,
    since_1970,
    told,
)
from stridenet.data.sheet import Known, Sheet

FORM = "Sensor Logger"
SENSORS = {
    "accelerometer": ("linear_acc", WITHOUT_GRAVITY, "m/s^2"),
    "totalacceleration": ("total_acc", WITH_GRAVITY, "m/s^2"),
    "accelerometeruncalibrated": ("uncalibrated_acc", f"uncalibrated {WITH_GRAVITY}", None),
    "gravity": ("gravity", "gravity alone", "m/s^2"),
    "gyroscope": ("gyro", ROTATION, "rad/s"),
    "gyroscopeuncalibrated": ("uncalibrated_gyro", f"uncalibrated {ROTATION}", "rad/s"),
    "magnetometer": ("mag", FIELD, "uT"),
    "magnetometeruncalibrated": ("uncalibrated_mag", f"uncalibrated {FIELD}", "uT"),
    "orientation": ("orientation", "orientation", None),
    "barometer": ("barometer", "air pressure", None),
    "heartrate": ("heart_rate", "heart rate", None),
    "compass": ("compass", "compass", None),
    "wristmotion": ("", "movement of a watch", None),
    "headphone": ("", "movement of headphones", None),
}
"""Of a file by its name: the channels' first word, what it measures, the unit of x, y and z where it is always one."""
NO_MOTION = {
    "location": "positions on the earth",
    "pedometer": "a count of steps",
    "activity": "guesses of the phone's own",
    "network": "the network's state",
    "wifi": "networks nearby",
    "bluetooth": "devices nearby",
    "bluetoothmetadata": "devices nearby",
    "battery": "the battery's state",
    "batterytemp": "the battery's temperature",
    "brightness": "the screen's brightness",
    "light": "the light",
    "microphone": "the loudness",
    "proximity": "whether something is near",
    "camera": "pictures",
}
_BODY = {
    "acceleration": ("linear_acc", WITHOUT_GRAVITY),
    "gravity": ("gravity", "gravity alone"),
    "rotationrate": ("gyro", ROTATION),
    "quaternion": ("quat", "orientation as a quaternion"),
}
_CLOCKS = ("time", "time_ns", "timestamp")
"""The app's own name, and what people make of it."""
_STALE_S = -1.0
_AT_LEAST_MS2 = 4.0
"""Between 1, the earth's gravity in g, and 9.8, the same in m/s²: what is larger is in m/s²."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by its clocks ``time`` and ``seconds_elapsed``, and its ``Metadata.csv``."""
    columns = columns_of(sheet)
    if {"version", "platform", "device id"} <= set(columns) or {"recording time", "platform"} <= set(columns):
        return nothing(sheet, FORM, "it describes the recording and holds no samples", _described(sheet, columns))
    named = next((name for name in _CLOCKS if name in columns), None)
    if "seconds_elapsed" not in columns or named is None:
        return None
    columns["time"] = columns[named]
    found = sensor_in(sheet, ("annotation", *SENSORS, *NO_MOTION))
    sensor, session = found or ("", "")
    if "text" in columns and sensor in ("annotation", ""):
        return _annotations(sheet, columns, session)
    if sensor == "annotation":
        return nothing(sheet, FORM, "its annotations have no text")
    if sensor in NO_MOTION:
        return nothing(sheet, FORM, f"it holds {NO_MOTION[sensor]}, which are no samples of a movement")
    sheet = _without_stale(sheet, columns["seconds_elapsed"])
    if sheet.frame.height == 0:
        return nothing(sheet, FORM, "the sensor never fired during the recording")
    clock = columns["time"]
    known = {
        clock: Known("time", "Sensor Logger's clock since 1970"),
        columns["seconds_elapsed"]: Known("left out", "Sensor Logger's second clock"),
    }
    unit = since_1970(sheet.frame[clock])
    seconds = {columns["seconds_elapsed"]: "s"}
    channels, units, notes = _channels(sheet, columns, sensor)
    return told(
        sheet,
        FORM,
        {**known, **channels},
        units={**units, **seconds, **({clock: unit} if unit else {})},
        notes=notes,
        sensor=SENSORS[sensor][1] if sensor else "",
        place=_place(sheet, sensor),
        session=session,
    )


def _channels(
    sheet: Sheet, columns: Mapping[str, str], sensor: str
) -> tuple[dict[str, Known], dict[str, str], tuple[str, ...]]:
    """The channels, their units, and what must be said."""
    named = {f"{word}{axis}" for word in _BODY for axis in "wxyz"} & set(columns)
    if named:
        return _of_body(sheet, columns, sensor)
    if not sensor:
        note = "the file's name does not say which sensor of Sensor Logger it is of, so its unit is not known"
        return {}, {}, () if sheet.units else (note,)
    word, what, unit = SENSORS[sensor]
    if {"x", "y", "z"} <= set(columns):
        known = axes(columns, "xyz", word, what)
        known |= of_role(columns, "left out", {f"bias_{axis}": "the phone's estimate of a bias" for axis in "xyz"})
        if sensor == "accelerometeruncalibrated":
            unit = _unit_of_gravity(sheet.frame.select(columns[axis] for axis in "xyz"))
        return known, dict.fromkeys((columns[axis] for axis in "xyz"), unit) if unit else {}, ()
    others = {
        column: Known("channel", what, name if name.startswith(word) else f"{word}_{name}")
        for name, column in columns.items()
        if name not in (*_CLOCKS, "seconds_elapsed", "label", "activity", "person", "subject")
        and sheet.frame[column].dtype.is_numeric()
    }
    fixed = {"pressure": "hPa" if "watch" not in sheet.name.lower() else "kPa", "relativealtitude": "m", "bpm": "bpm"}
    return others, {columns[name]: u for name, u in fixed.items() if name in columns}, ()


def _of_body(
    sheet: Sheet, columns: Mapping[str, str], sensor: str
) -> tuple[dict[str, Known], dict[str, str], tuple[str, ...]]:
    known: dict[str, Known] = {}
    for word, (channel, what) in _BODY.items():
        known |= axes(columns, (f"{word}x", f"{word}y", f"{word}z"), channel, what)
    known |= {columns[n]: Known("channel", _BODY["quaternion"][1], "quat_w") for n in ("quaternionw",) if n in columns}
    angles = [name for name in ("pitch", "roll", "yaw") if name in columns]
    known |= {columns[name]: Known("channel", "orientation", name) for name in angles}
    units = {columns[name]: "rad" for name in angles}
    units |= {columns[f"rotationrate{axis}"]: "rad/s" for axis in "xyz" if f"rotationrate{axis}" in columns}
    down = [columns[f"gravity{axis}"] for axis in "xyz" if f"gravity{axis}" in columns]
    unit = _unit_of_gravity(sheet.frame.select(down)) if len(down) == 3 else None
    if unit:
        units |= dict.fromkeys(down, unit)
    notes: tuple[str, ...] = ()
    if sensor == "headphone":  # their gravity is always in m/s², their acceleration is not
        notes = ("headphones' acceleration is in g or m/s^2 by a setting of the app that the file does not tell",)
    elif unit:
        units |= {columns[f"acceleration{axis}"]: unit for axis in "xyz" if f"acceleration{axis}" in columns}
    return known, units, notes


def _unit_of_gravity(xyz: pl.DataFrame) -> str | None:
    if not all(dtype.is_numeric() for dtype in xyz.dtypes):
        return None
    length = np.linalg.norm(xyz.drop_nulls().to_numpy(), axis=1)
    if not len(length):
        return None
    return "m/s^2" if float(np.median(length)) > _AT_LEAST_MS2 else "g"


def _place(sheet: Sheet, sensor: str) -> str:
    if sensor == "headphone":
        return "headphones"
    return "watch" if sensor == "wristmotion" or "watch" in sheet.name.rpartition("/")[2].lower() else ""


def _without_stale(sheet: Sheet, elapsed: str) -> Sheet:
    """Without the values that a sensor still had from before the recording."""
    seconds = sheet.frame[elapsed]
    if not seconds.dtype.is_numeric():
        return sheet
    stale = (seconds.fill_null(0) < _STALE_S).to_numpy()
    keep = np.logical_or.accumulate(~stale)  # only those at the beginning
    if keep.all():
        return sheet
    first = float(seconds[0])
    note = f"{int((~keep).sum())} rows from before the recording were left out (the first {-first:g} s before it)"
    return kept_rows(sheet, keep, note)


def _annotations(sheet: Sheet, columns: Mapping[str, str], session: str) -> list[Sheet]:
    unit = since_1970(sheet.frame[columns["time"]])
    frame = sheet.frame.select(start=columns["time"], label=pl.col(columns["text"]).cast(pl.String))
    return [
        replace(
            sheet,
            frame=frame,
            form=FORM,
            kind="annotations",
            session=session,
            known={
                "start": Known("time", "when it was written, from which on it holds"),
                "label": Known("label", "what was typed during the recording"),
            },
            units={"start": unit} if unit else {},
        )
    ]


def _described(sheet: Sheet, columns: Mapping[str, str]) -> tuple[str, ...]:
    if not sheet.frame.height:
        return ()
    words = ("platform", "appversion", "sensors", "sampleratems", "standardisation")
    row = sheet.frame.row(0, named=True)
    said = ", ".join(f"{columns[word]} {row[columns[word]]}" for word in words if word in columns)
    return (f"the recorder says: {said}",) if said else ()
