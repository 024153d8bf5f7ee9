"""Smaller loggers, each known by a few names: of iOS, Sensor Kinetics, a Garmin watch, PhysioNet, Edge Impulse."""

import re
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
    folder,
    is_nameless,
    kept_rows,
    of_role,
    stem,
    told,
)
from stridenet.data.sheet import Known, Sheet

_KINETICS = {
    "accm": ("acc", WITH_GRAVITY, "m/s^2"),
    "lacm": ("linear_acc", WITHOUT_GRAVITY, "m/s^2"),
    "grvm": ("gravity", "gravity alone", "m/s^2"),
    "gyrm": ("gyro", ROTATION, "rad/s"),
    "magm": ("mag", FIELD, "uT"),
}
_EDGE_NAME = re.compile(r"[^.]+\.(?:[0-9a-z]{4,}|.*ingestion.*)(?:\..*)?", re.IGNORECASE)
_GARMIN_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$"
_LARGEST_MG = 16000


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by the names of their columns, or by their first cells."""
    columns = columns_of(sheet)
    for known_as in (_ios_orientation, _ios_times_g, _kinetics, _physionet, _garmin, _edge_impulse):
        if (found := known_as(sheet, columns)) is not None:
            return found
    return None


def _ios_orientation(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    if not {"timestamp", "deviceorientation", "accelerationx"} <= set(columns):
        return None
    known = axes(columns, ("accelerationx", "accelerationy", "accelerationz"), "acc", WITH_GRAVITY)
    units = dict.fromkeys(known, "g") | {columns["timestamp"]: "s"}
    known |= of_role(columns, "time", {"timestamp": "seconds since 1970"})
    known |= of_role(
        columns, "left out", {"date": "the same time in whole seconds", "deviceorientation": "the screen's orientation"}
    )
    if "label" in columns:
        filled = sheet.frame[columns["label"]].null_count() < sheet.frame.height
        known |= of_role(
            columns, "label" if filled else "left out", {"label": "typed by hand" if filled else "it is empty"}
        )
    return told(
        sheet, "iOS logger", known, units=units, notes=("its acceleration is in g, which the file does not say",)
    )


def _ios_times_g(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    if not {"x_times_g", "y_times_g", "z_times_g"} <= set(columns):
        return None
    known = axes(columns, ("x_times_g", "y_times_g", "z_times_g"), "acc", WITH_GRAVITY)
    units = dict.fromkeys(known, "g")
    known |= of_role(columns, "left out", {"g_measured": "computed from x, y and z", "date": "a second clock"})
    clock = columns.get("timeinterval")
    notes: list[str] = []
    if clock is not None and sheet.frame[clock].dtype.is_numeric():
        steps = np.diff(sheet.frame[clock].drop_nulls().to_numpy())
        if len(steps) and (steps <= 0).all() and (steps < 0).any():
            sheet = replace(sheet, frame=sheet.frame.reverse(), lines=sheet.lines[::-1].copy())
            notes.append("the newest row came first; the rows were turned around")
            steps = -steps
        if len(steps) and (steps >= 0).all():
            known[clock], units[clock] = Known("time", "the logger's seconds"), "s"
    return told(sheet, "iOS logger", known, units=units, notes=notes)


def _kinetics(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    if not {"time", "x_value", "y_value", "z_value"} <= set(columns):
        return None
    known = of_role(columns, "time", {"time": "seconds since the start"})
    units = {columns["time"]: "s"}
    before, _, suffix = stem(sheet).rpartition("_")
    if suffix.lower() not in _KINETICS:
        note = "the file's name does not end with the sensor (_accm, _gyrm, ...), so its unit is not known"
        return told(sheet, "Sensor Kinetics", known, units=units, notes=(note,))
    channel, what, unit = _KINETICS[suffix.lower()]
    xyz = axes(columns, ("x_value", "y_value", "z_value"), channel, what)
    units |= dict.fromkeys(xyz, unit)
    session = "/".join(part for part in (folder(sheet), before) if part)
    return told(sheet, "Sensor Kinetics", known | xyz, units=units, sensor=what, session=session or ".")


def _physionet(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    counter = next((columns[name] for name in ("sample #", "sample") if name in columns), None)
    clock = columns.get("elapsed time")
    if clock is not None and clock not in sheet.units and sheet.frame[clock].dtype.is_numeric():
        return None  # somebody's own, in a unit that nothing says
    if (counter is None or "'" not in " ".join(sheet.frame.columns)) and clock is None and "sample #" not in columns:
        return None
    known: dict[str, Known] = {}
    units: dict[str, str] = {}
    notes: list[str] = []
    if counter is not None:
        known[counter] = Known("left out", "a count of samples")
    if clock is not None:
        sheet = _with_seconds(sheet, clock)
        known[clock], units[clock] = Known("time", "time since the record's start"), "s"
    else:
        notes.append("it counts samples and tells no rate; say it with --rate-hz")
    sheet = _without_units_row(sheet, counter or clock)
    return told(sheet, "PhysioNet", known, units=units, notes=notes)


def _with_seconds(sheet: Sheet, clock: str) -> Sheet:
    """Times like ``1:02.500`` as seconds."""
    cells = sheet.frame[clock]
    if cells.dtype != pl.String:
        return sheet
    parts = cells.str.strip_chars(" '").str.extract_groups(r"^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$").struct.unnest()
    hours, minutes, seconds = (parts.to_series(i).cast(pl.Float64, strict=False) for i in range(3))
    total = hours.fill_null(0) * 3600 + minutes * 60 + seconds
    if total.null_count() > cells.null_count() + 1:  # a line of units may be among them
        return sheet
    return replace(sheet, frame=sheet.frame.with_columns(total.alias(clock)))


def _without_units_row(sheet: Sheet, first: str | None) -> Sheet:
    if first is None or not sheet.frame.height or sheet.frame[first][0] is not None:
        return sheet
    keep = np.ones(sheet.frame.height, dtype=bool)
    keep[0] = False
    return kept_rows(sheet, keep)


def _garmin(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    del columns
    if not is_nameless(sheet) or sheet.frame.width != 4 or not sheet.frame.height:
        return None
    clock, *xyz = sheet.frame.columns
    if sheet.frame[clock].dtype != pl.String or not sheet.frame[clock].drop_nulls().str.contains(_GARMIN_TIME).all():
        return None
    if not all(sheet.frame[a].dtype == pl.Int64 and (sheet.frame[a].abs() <= _LARGEST_MG).all() for a in xyz):
        return None
    known = {clock: Known("time", "the watch's date")}
    known |= axes(dict(zip("xyz", xyz, strict=True)), "xyz", "acc", WITH_GRAVITY)
    return told(sheet, "Garmin watch logger", known, units=dict.fromkeys(xyz, "mg"))


def _edge_impulse(sheet: Sheet, columns: dict[str, str]) -> list[Sheet] | None:
    """By ``timestamp`` as the first column and a name like ``walk.1a2b3c.csv``."""
    if not sheet.frame.width or sheet.frame.columns[0] != "timestamp" or not _EDGE_NAME.fullmatch(stem(sheet)):
        return None
    if not sheet.frame["timestamp"].dtype.is_numeric():
        return None
    known = of_role(columns, "time", {"timestamp": "Edge Impulse's ms"})
    return told(sheet, "Edge Impulse", known, units={"timestamp": "ms"}, label=stem(sheet).partition(".")[0])
