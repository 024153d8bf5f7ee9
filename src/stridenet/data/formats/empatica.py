"""Empatica E4: files without names, whose first two lines are the start and the rate."""

import re
from pathlib import PurePosixPath

import numpy as np
import polars as pl

from stridenet.data.formats.number_text import read_floats
from stridenet.data.sheet import Cases, Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError

FORM = "Empatica E4"
_SENSORS = {
    "ACC": ("acc_x", "acc_y", "acc_z"),
    "BVP": ("bvp",),
    "EDA": ("eda",),
    "TEMP": ("temperature",),
    "HR": ("heart_rate",),
}
_UNITS = {"ACC": "g", "EDA": "uS", "TEMP": "degC", "HR": "bpm"}
_WHAT = {"ACC": "acceleration with gravity", "BVP": "blood volume pulse", "EDA": "skin conductance"}
_WHAT |= {"TEMP": "skin temperature", "HR": "heart rate"}
_EVENTS = {
    "IBI": "intervals between heart beats, which have no rate",
    "tags": "times of button presses, which name no activity",
}
_NAME = re.compile(rf"(?:(.*)[_\- ])?({'|'.join([*_SENSORS, *_EVENTS])})(?:[_\- ](.*))?", re.IGNORECASE)
_PARTS_OF_G = 64.0
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?1\d{9}(?:\.\d*)?(?:, *(?:1\d{9}(?:\.\d*)?|IBI))*\s*(?:\n|$)")


def matches(file: File, head: bytes) -> bool:
    """Known by the file's name and a first line of seconds since 1970."""
    return file.suffix == ".csv" and _FIRST.match(head) is not None and _NAME.fullmatch(file.stem) is not None


def read(file: File) -> list[Sheet | Cases]:
    r"""The samples with rate and start; those of the accelerometer in g.

    Raises:
        DataError: the second line is no rate, or a line has another number of values than the first.

    >>> data = b"1560279825.0, 1560279825.0, 1560279825.0\n32.0, 32.0, 32.0\n-61,25,64\n-62,24,64\n"
    >>> (sheet,) = read(File(name="a/ACC.csv", size=len(data), open=lambda: data))
    >>> sheet.rate_hz, sheet.start_s, sheet.session, sheet.frame["z"].to_list()
    (32.0, 1560279825.0, 'a', [1.0, 1.0])
    """
    sensor, session = _sensor(file)
    if sensor in _EVENTS:
        return [
            Sheet(name=file.name, frame=pl.DataFrame(), form=FORM, kind="nothing", why=f"it holds {_EVENTS[sensor]}")
        ]
    channels = _SENSORS[sensor]
    where = file.where
    table = read_floats(file.open().removeprefix(b"\xef\xbb\xbf").replace(b",", b" "), len(channels), where)
    if len(table) < 2 or not 0 < table[1, 0] <= 1e5 or np.ptp(table[:2], axis=1).any():
        raise DataError(
            f"{where} begins like one of Empatica's, with a start, but its second line is not one rate; "
            "copy it from the recorder again."
        )
    start, rate = float(table[0, 0]), float(table[1, 0])
    values = table[2:] / _PARTS_OF_G if sensor == "ACC" else table[2:]
    names = ("x", "y", "z") if sensor == "ACC" else (sensor,)
    what = _WHAT[sensor]
    unit = _UNITS.get(sensor)
    return [
        Sheet(
            name=file.name,
            frame=pl.DataFrame(dict(zip(names, values.T, strict=True))),
            form=FORM,
            kind="samples" if len(values) else "nothing",
            why="" if len(values) else "it holds no samples after start and rate",
            lines=np.arange(3, 3 + len(values)),
            units=dict.fromkeys(names, unit) if unit else {},
            known={name: Known("channel", what, channel) for name, channel in zip(names, channels, strict=True)},
            sensor="accelerometer" if sensor == "ACC" else what,
            session=session,
            rate_hz=rate,
            start_s=start,
            notes=("the values are counts of 1/64 g and were put into g",) if sensor == "ACC" else (),
        )
    ]


def _sensor(file: File) -> tuple[str, str]:
    """The sensor, as Empatica writes it, and the session: the folder, and what people wrote around the sensor."""
    found = _NAME.fullmatch(file.stem)
    before, word, after = found.groups() if found else ("", "", "")
    sensor = next((one for one in (*_SENSORS, *_EVENTS) if one.lower() == word.lower()), "")
    around = [part for part in (before, after) if part]
    folder = str(PurePosixPath(file.name).parent)
    return sensor, "/".join([folder, *around]) if around else folder
