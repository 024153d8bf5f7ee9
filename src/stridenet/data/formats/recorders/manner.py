"""What the recorders' modules share: columns found by name, a sensor found in a file's name, a sheet told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.sheet import Known, Role, Sheet

WITH_GRAVITY = "acceleration with gravity"
WITHOUT_GRAVITY = "acceleration without gravity"
ROTATION = "rotation rate"
FIELD = "magnetic field"
SENSOR = {
    WITH_GRAVITY: "accelerometer",
    WITHOUT_GRAVITY: "linear accelerometer",
    ROTATION: "gyroscope",
    FIELD: "magnetometer",
    "gravity alone": "gravity",
    "air pressure": "barometer",
}
"""What measures it, in one word or two."""
ALONE = "."
"""The session of files that lie at the top of a source and belong together."""
_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_COPY = re.compile(r"\s*(?:\(\d+\)|- Copy)$")
_SINCE_1970 = ((1e17, "ns"), (1e14, "us"), (1e11, "ms"), (1e8, "s"))


def bare(column: str) -> str:
    """A column's name in small letters, without quotes, unit and blanks around.

    >>> bare("'Elapsed time'"), bare("loggingTime(txt)"), bare("Time since start in ms ")
    ('elapsed time', 'loggingtime', 'time since start in ms')
    """
    return _UNIT.sub("", column.strip().strip("'\"")).strip().lower()


def columns_of(sheet: Sheet) -> dict[str, str]:
    """The columns' own names by their bare ones; of two that are alike, the first."""
    found: dict[str, str] = {}
    for column in sheet.frame.columns:
        found.setdefault(bare(column), column)
    return found


def is_nameless(sheet: Sheet) -> bool:
    """Whether the file has no names, so that its columns are counted."""
    return sheet.frame.columns == [f"column_{i}" for i in range(1, sheet.frame.width + 1)]


def folder(sheet: Sheet) -> str:
    """The folders of the file within the source; empty at its top."""
    return str(PurePosixPath(sheet.name).parent).removeprefix(".")


def stem(sheet: Sheet) -> str:
    """The file's name without folders, endings and the mark of a copy."""
    return _COPY.sub("", _stem(sheet))


def sensor_in(sheet: Sheet, sensors: Iterable[str]) -> tuple[str, str] | None:
    """The sensor with whose name the file's name ends, and the files' session.

    Args:
        sheet: of a recorder that writes a file a sensor.
        sensors: their names, in small letters without blanks.

    Returns:
        The sensor and the session: the folder, and what stands before the sensor's name; None where none fits.
    """
    whole = _stem(sheet)
    copy = _COPY.search(whole)
    plain = re.sub(r"[\s_-]", "", stem(sheet)).lower()
    fits = [sensor for sensor in sensors if plain.endswith(sensor)]
    if not fits:
        return None
    sensor = max(fits, key=len)
    before = plain[: -len(sensor)] + (copy.group().strip() if copy else "")
    return sensor, "/".join(part for part in (folder(sheet), before) if part) or ALONE


def axes(columns: Mapping[str, str], names: Iterable[str], channel: str, why: str) -> dict[str, Known]:
    """Three columns, named for x, y and z, as channels of one sensor.

    >>> axes({"gfx": "gFx"}, ("gfx", "gfy", "gfz"), "acc", "with gravity")["gFx"].channel
    'acc_x'
    """
    found = zip(names, "xyz", strict=True)
    return {columns[name]: Known("channel", why, f"{channel}_{axis}") for name, axis in found if name in columns}


def of_role(columns: Mapping[str, str], role: Role, whys: Mapping[str, str]) -> dict[str, Known]:
    """Columns of one role, by their bare names, each with its reason."""
    return {columns[name]: Known(role, why) for name, why in whys.items() if name in columns}


def since_1970(values: pl.Series) -> str | None:
    """The unit of a clock that counts from 1970, by its size; None where it does not.

    >>> since_1970(pl.Series([1679068247354694100])), since_1970(pl.Series([1.5]))
    ('ns', None)
    """
    if not values.dtype.is_numeric() or values.len() == values.null_count():
        return None
    middle = float(np.nanmedian(values.drop_nulls().to_numpy()))
    return next((unit for least, unit in _SINCE_1970 if middle >= least), None)


def told(
    sheet: Sheet,
    form: str,
    known: Mapping[str, Known],
    *,
    units: Mapping[str, str] | None = None,
    notes: Iterable[str] = (),
    **fields: Any,
) -> list[Sheet]:
    """The sheet with what is known of it; the units that the file says stay, and its notes.

    A ``sensor`` is for files that must be joined with others of their session; who writes one file needs none.
    """
    if sheet.frame.height == 0:
        return nothing(sheet, form, "it holds no samples, only names")
    if "sensor" in fields:
        fields["sensor"] = SENSOR.get(fields["sensor"], fields["sensor"])
    in_frame = {column: unit for column, unit in (units or {}).items() if column in sheet.frame.columns}
    return [
        replace(
            sheet,
            form=form,
            known={**sheet.known, **known},
            units={**in_frame, **sheet.units},
            notes=(*sheet.notes, *notes),
            **fields,
        )
    ]


def nothing(sheet: Sheet, form: str, why: str, notes: Iterable[str] = ()) -> list[Sheet]:
    """The sheet as one without samples, and why."""
    return [replace(sheet, form=form, kind="nothing", why=why, notes=(*sheet.notes, *notes))]


def kept_rows(sheet: Sheet, keep: npt.NDArray[np.bool_], note: str = "") -> Sheet:
    """The sheet with some of its rows; their lines and the breaks go with them, and the note where any is lost."""
    if keep.all():
        return sheet
    before = np.concatenate([[0], np.cumsum(keep)])
    places = sorted({int(before[at]) for at in sheet.breaks} - {0, int(before[-1])})
    return replace(
        sheet,
        frame=sheet.frame.filter(pl.Series(keep)),
        lines=sheet.lines[keep] if len(sheet.lines) else sheet.lines,
        breaks=tuple(places),
        notes=(*sheet.notes, note) if note else sheet.notes,
    )


def _stem(sheet: Sheet) -> str:
    path = PurePosixPath(sheet.name)
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).stem
