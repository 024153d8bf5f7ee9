"""Physics Toolbox: a row whenever any sensor fires, which repeats what the others said last."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.recorders.manner import (
    FIELD,
    ROTATION,
    WITH_GRAVITY,
    WITHOUT_GRAVITY,
    axes,
    columns_of,
    kept_rows,
    of_role,
    told,
)
from stridenet.data.sheet import Known, Sheet

FORM = "Physics Toolbox"
_SENSORS = {
    ("gfx", "gfy", "gfz"): ("acc", WITH_GRAVITY, "g"),
    ("ax", "ay", "az"): ("linear_acc", WITHOUT_GRAVITY, "m/s^2"),
    ("wx", "wy", "wz"): ("gyro", ROTATION, "rad/s"),
    ("bx", "by", "bz"): ("mag", FIELD, "uT"),
}
_COMPUTED = ("tgf", "gftotal", "at", "atotal", "wt", "wtotal", "bt", "btotal")
_LEFT_OUT = dict.fromkeys(_COMPUTED, "computed from x, y and z") | dict.fromkeys(
    ("latitude", "longitude", "speed", "speed (m/s)", "altitude"), "a position on the earth"
)
_EVERY_ROW = 0.9
"""The share of rows with a new value from which on a sensor is taken to be written in every row."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by ``gFx, gFy, gFz``, by a total beside three axes, or by an empty line above ``ax`` and ``wx``."""
    columns = columns_of(sheet)
    here = [names for names in _SENSORS if set(names) <= set(columns)]
    if "time" not in columns or not here:
        return None
    has_total = any(name in columns for name in _COMPUTED)
    if here[0][0] != "gfx" and not has_total and not any(not line.strip(" ,;\t") for line in sheet.head):
        return None
    time = {columns["time"]: Known("time", "Physics Toolbox' seconds since the start")}
    common = time | of_role(columns, "left out", _LEFT_OUT)
    seconds = {columns["time"]: "s"} if sheet.frame[columns["time"]].dtype.is_numeric() else {}
    if len(here) > 1 and (fresh := _fresh(sheet, columns, here)) is not None:
        sheet = replace(sheet, units={**seconds, **sheet.units})
        parts = [_part(sheet, columns, names, here, common, rows) for names, rows in fresh.items()]
        return [one for part in parts for one in part]
    known, units = dict(common), dict(seconds)
    for names in here:
        channel, what, unit = _SENSORS[names]
        known |= axes(columns, names, channel, what)
        units |= {columns[name]: unit for name in names}
    return told(sheet, FORM, known, units=units)


def _fresh(
    sheet: Sheet, columns: dict[str, str], here: list[tuple[str, str, str]]
) -> dict[tuple[str, str, str], npt.NDArray[np.bool_]] | None:
    """For each sensor the rows with a new value; None where rows repeat nothing, or nothing can be said."""
    if sheet.frame.height < 2:
        return None
    found = {}
    for names in here:
        xyz = sheet.frame.select(columns[name] for name in names)
        if not all(dtype.is_numeric() for dtype in xyz.dtypes):
            return None
        values = xyz.to_numpy().astype(np.float64)
        new = np.ones(len(values), dtype=bool)
        new[1:] = (values[1:] != values[:-1]).any(axis=1)
        new[0] = bool(values[0].any())  # zeros until the first value
        found[names] = new
    if min(new.mean() for new in found.values()) > _EVERY_ROW:
        return None
    return {names: new for names, new in found.items() if new.any()}


def _part(
    sheet: Sheet,
    columns: dict[str, str],
    names: tuple[str, str, str],
    here: list[tuple[str, str, str]],
    common: dict[str, Known],
    rows: npt.NDArray[np.bool_],
) -> list[Sheet]:
    """One sensor's rows, as a sheet of its own."""
    channel, what, unit = _SENSORS[names]
    others = [columns[name] for other in here if other != names for name in other]
    part = replace(
        sheet, frame=sheet.frame.drop(others), units={c: u for c, u in sheet.units.items() if c not in others}
    )
    note = f"{what}: {int(rows.sum())} of {len(rows)} rows hold a new value; the others repeat the last one"
    return told(
        kept_rows(part, rows, note),
        FORM,
        common | axes(columns, names, channel, what),
        units={columns[name]: unit for name in names},
        sensor=what,
        session=sheet.name,
    )
