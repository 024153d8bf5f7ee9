"""Tables of public data sets that people also write their own after: HHAR, RealWorld, MotionSense, Fitbit."""

import re
from dataclasses import replace
from pathlib import PurePosixPath

import polars as pl

from stridenet.data.formats.recorders.manner import (
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    WITHOUT_GRAVITY,
    axes,
    columns_of,
    folder,
    of_role,
    since_1970,
    stem,
    told,
)
from stridenet.data.sheet import Known, Sheet

_HHAR = {"index", "arrival_time", "creation_time", "x", "y", "z", "user", "device", "gt"}
_REAL_WORLD = {"id", "attr_time", "attr_x", "attr_y", "attr_z"}
_OF_WORD = {
    "acc": ("acc", WITH_GRAVITY, "m/s^2"),
    "gyr": ("gyro", ROTATION, "rad/s"),
    "mag": ("mag", FIELD, "uT"),
}
_REAL_NAME = re.compile(
    r"(acc|gyr|mag)[a-z]*_([a-z]+)_(chest|forearm|head|shin|thigh|upperarm|waist)(?:_(\d+))?", re.IGNORECASE
)
_MOTION_FOLDER = re.compile(r"(dws|ups|wlk|jog|sit|std)_(\d+)")
_MOTION = {
    "attitude": ("attitude", "orientation", "rad"),
    "gravity": ("gravity", "gravity alone", "g"),
    "rotationrate": ("gyro", ROTATION, "rad/s"),
    "useracceleration": ("linear_acc", WITHOUT_GRAVITY, "g"),
}
_MOTION_HZ = 50.0


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by their columns' names."""
    columns = columns_of(sheet)
    if set(columns) >= _HHAR:
        return _hhar(sheet, columns)
    if set(columns) >= _REAL_WORLD:
        return _real_world(sheet, columns)
    if {"attitude.roll", "useracceleration.x", "rotationrate.x"} <= set(columns):
        return _motion_sense(sheet, columns)
    if set(columns) == {"id", "time", "value"}:
        return _fitbit(sheet, columns)
    return None


def _hhar(sheet: Sheet, columns: dict[str, str]) -> list[Sheet]:
    word = "gyr" if "gyro" in stem(sheet).lower() else "acc"
    channel, what, unit = _OF_WORD[word]
    known = axes(columns, "xyz", channel, what)
    known |= of_role(columns, "time", {"creation_time": "the sensor's own clock"})
    known |= of_role(columns, "person", {"user": "HHAR's user"}) | of_role(
        columns, "label", {"gt": "HHAR's ground truth"}
    )
    known |= of_role(columns, "session", {"device": "each device was recorded by itself"})
    known |= of_role(
        columns,
        "left out",
        {"index": "a row number", "arrival_time": "when the sample arrived", "model": "the device's model"},
    )
    clock = columns["creation_time"]
    units = dict.fromkeys((columns[axis] for axis in "xyz"), unit) | {clock: since_1970(sheet.frame[clock]) or "ns"}
    place = next((word for word in ("phone", "watch") if word in stem(sheet).lower()), "")
    return told(sheet, "HHAR", known, units=units, sensor=what, place=place)


def _real_world(sheet: Sheet, columns: dict[str, str]) -> list[Sheet]:
    known = of_role(columns, "left out", {"id": "a count of rows"})
    known |= of_role(columns, "time", {"attr_time": "ms since 1970"})
    found = _REAL_NAME.search(stem(sheet))
    person = re.search(r"proband(\d+)", sheet.name)
    units = {columns["attr_time"]: since_1970(sheet.frame[columns["attr_time"]]) or "ms"}
    if not found:
        return told(sheet, "RealWorld", known, units=units, person=person[1] if person else None)
    channel, what, unit = _OF_WORD[found[1].lower()]
    xyz = axes(columns, ("attr_x", "attr_y", "attr_z"), channel, what)
    moment = (f"proband{person[1]}" if person else folder(sheet), found[2], found[4] or "")
    return told(
        sheet,
        "RealWorld",
        known | xyz,
        units=units | dict.fromkeys(xyz, unit),
        sensor=what,
        place=found[3],
        label=found[2],
        person=person[1] if person else None,
        session="/".join(part for part in moment if part),
    )


def _motion_sense(sheet: Sheet, columns: dict[str, str]) -> list[Sheet]:
    known: dict[str, Known] = {}
    units: dict[str, str] = {}
    for name, column in columns.items():
        word, _, part = name.partition(".")
        if word in _MOTION:
            channel, what, unit = _MOTION[word]
            known[column] = Known("channel", what, f"{channel}_{part}")
            units[column] = unit
    first = sheet.frame.columns[0]
    if first not in known and sheet.frame[first].dtype == pl.Int64:
        known[first] = Known("left out", "a row number")
    trial = _MOTION_FOLDER.fullmatch(PurePosixPath(sheet.name).parent.name)
    person = re.fullmatch(r"sub_(\d+)", stem(sheet))
    return told(
        sheet,
        "MotionSense",
        known,
        units=units,
        rate_hz=_MOTION_HZ,
        label=trial[1] if trial else None,
        person=person[1] if person else None,
    )


def _fitbit(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    clock = columns["time"]
    if sheet.frame[clock].dtype != pl.String:
        return None
    dates = sheet.frame[clock].str.to_datetime("%m/%d/%Y %I:%M:%S %p", time_unit="ms", strict=False)
    if dates.null_count() > sheet.frame[clock].null_count():
        return None
    sheet = replace(sheet, frame=sheet.frame.with_columns(dates.alias(clock)))
    known = of_role(columns, "person", {"id": "Fitbit's user"}) | of_role(columns, "time", {"time": "Fitbit's time"})
    heart = "heart" in stem(sheet).lower()
    known[columns["value"]] = Known(
        "channel", "heart rate" if heart else "Fitbit's value", "heart_rate" if heart else ""
    )
    return told(sheet, "Fitbit", known, units={columns["value"]: "bpm"} if heart else {})
