"""phyphox: all sensors in one table, or a file a sensor that only the file's name tells."""

import re
from dataclasses import replace
from itertools import pairwise

import polars as pl

from stridenet.data.formats.recorders.manner import (
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    WITHOUT_GRAVITY,
    axes,
    columns_of,
    folder,
    nothing,
    sensor_in,
    stem,
    told,
)
from stridenet.data.sheet import Known, Sheet

FORM = "phyphox"
_OF_FILE = {
    "accelerometer": ("acc", WITH_GRAVITY),
    "acceleration": ("acc", WITH_GRAVITY),
    "linearaccelerometer": ("linear_acc", WITHOUT_GRAVITY),
    "linearacceleration": ("linear_acc", WITHOUT_GRAVITY),
    "gravity": ("gravity", "gravity alone"),
    "gyroscope": ("gyro", ROTATION),
    "magnetometer": ("mag", FIELD),
    "magneticfield": ("mag", FIELD),
}
_OF_COLUMN = {
    "acceleration": ("acc", WITH_GRAVITY),
    "linear acceleration": ("linear_acc", WITHOUT_GRAVITY),
    "gravity": ("gravity", "gravity alone"),
    "gyroscope": ("gyro", ROTATION),
    "magnetic field": ("mag", FIELD),
    **dict.fromkeys(("beschleunigung", "accélération", "aceleración", "accelerazione"), ("acc", WITH_GRAVITY)),
    **dict.fromkeys(
        ("lineare beschleunigung", "accélération linéaire", "aceleración lineal", "accelerazione lineare"),
        ("linear_acc", WITHOUT_GRAVITY),
    ),
    **dict.fromkeys(("gyroskop", "giroscopio", "drehrate", "winkelgeschwindigkeit"), ("gyro", ROTATION)),
    **dict.fromkeys(("magnetfeld", "champ magnétique", "campo magnético", "campo magnetico"), ("mag", FIELD)),
}
_CLOCKS = ("time", "zeit", "temps", "tiempo", "tempo")
"""phyphox writes its columns in the phone's language."""
_NO_MOTION = {"location": "positions on the earth", "proximity": "whether something is near", "light": "the light"}
_PRESSURE = ("barometer", "pressure")
_COMPUTED = re.compile(r"abs(?:olut\w*)? .*|betrag .*|.* (?:absolue|absoluta|assoluta)")


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``Time (s)`` beside ``X``, ``Y``, ``Z`` or its sensors' columns, and by what lies in ``meta/``."""
    columns = columns_of(sheet)
    if set(columns) == {"property", "value"}:
        return nothing(sheet, FORM, "it describes the phone and holds no samples")
    if {"event", "experiment time"} <= set(columns):
        return nothing(sheet, FORM, "it says when the experiment ran and holds no samples", _pauses(sheet, columns))
    if {"label", "label_start", "label_end"} <= set(columns):
        return [_labels(sheet, columns)]
    clock = next((columns[name] for name in _CLOCKS if name in columns), None)
    if clock is None or not clock[0].isupper() or sheet.units.get(clock, "s") != "s":
        return None
    time = {clock: Known("time", "phyphox's seconds since the experiment's start")}
    known: dict[str, Known] = {}
    for word, (channel, what) in _OF_COLUMN.items():
        known |= axes(columns, (f"{word} x", f"{word} y", f"{word} z"), channel, what)
    if known:
        known |= {
            c: Known("left out", "computed from x, y and z") for n, c in columns.items() if _COMPUTED.fullmatch(n)
        }
        by_sensor = sensor_in(sheet, _OF_FILE)
        alone = folder(sheet) if stem(sheet).lower() == "raw data" else ""
        measured = {one.why for one in known.values() if one.role == "channel"} if by_sensor else set()
        return told(
            sheet,
            FORM,
            {**time, **known},
            session=by_sensor[1] if by_sensor else alone,
            sensor=measured.pop() if len(measured) == 1 else "",
        )
    return _by_name(sheet, columns, time)


def _by_name(sheet: Sheet, columns: dict[str, str], time: dict[str, Known]) -> list[Sheet] | None:
    """A file of one sensor, by the name of the file."""
    found = sensor_in(sheet, (*_OF_FILE, *_NO_MOTION, *_PRESSURE))
    if found is None:
        return None
    sensor, session = found
    if sensor in _NO_MOTION:
        return nothing(sheet, FORM, f"it holds {_NO_MOTION[sensor]}, which are no samples of a movement")
    if sensor in _PRESSURE:
        known = {
            column: Known("channel", "air pressure", "pressure")
            for name, column in columns.items()
            if name in ("x", "pressure")
        }
        return told(sheet, FORM, {**time, **known}, sensor="air pressure", session=session)
    channel, what = _OF_FILE[sensor]
    known = axes(columns, "xyz", channel, what)
    if len(known) < 3:
        return None
    return told(sheet, FORM, {**time, **known}, sensor=what, session=session)


def _labels(sheet: Sheet, columns: dict[str, str]) -> Sheet:
    frame = sheet.frame.select(
        start=columns["label_start"], end=columns["label_end"], label=pl.col(columns["label"]).cast(pl.String)
    )
    known = {
        "start": Known("time", "where a label begins"),
        "end": Known("time", "where a label ends"),
        "label": Known("label", "the label"),
    }
    units = {"start": "s", "end": "s"}
    return replace(
        sheet, frame=frame, form=FORM, kind="annotations", known=known, units=units, session=folder(sheet) or "."
    )


def _pauses(sheet: Sheet, columns: dict[str, str]) -> list[str]:
    """The pauses, over which the experiment's time stands still."""
    if "system time" not in columns:
        return []
    rows = sheet.frame.select(columns["event"], columns["experiment time"], columns["system time"])
    if not all(dtype.is_numeric() for dtype in rows.dtypes[1:]):
        return []
    return [
        f"the experiment was paused at {at:.4g} s for {back - left:.3g} s, which its time does not count, so that no "
        "gap is seen there"
        for (event, at, left), (next_event, _, back) in pairwise(rows.rows())
        if event == "PAUSE" and next_event == "START" and None not in (at, left, back)
    ]
