"""Recorders of biosignals that write a head of their own: OpenSignals (BITalino, biosignalsplux) and Mind Monitor."""

import json
import re
from dataclasses import replace
from typing import Any

import polars as pl

from stridenet.data.formats.recorders.manner import WITH_GRAVITY, axes, columns_of, is_nameless, kept_rows, told
from stridenet.data.sheet import Known, Sheet

_NO_SIGNAL = re.compile(r"nseq|di|[io]\d", re.IGNORECASE)
_BANDS = re.compile(r"(?:delta|theta|alpha|beta|gamma)_.*")


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by OpenSignals' head, or by Mind Monitor's columns."""
    if any(line.startswith("# OpenSignals") for line in sheet.head):
        return _opensignals(sheet)
    columns = columns_of(sheet)
    if {"timestamp", "elements", "headbandon"} <= set(columns):
        return _mind_monitor(sheet, columns)
    return None


def _opensignals(sheet: Sheet) -> list[Sheet] | None:
    """The columns are named in the head, as JSON, one device after the other."""
    devices = next((found for line in sheet.head if (found := _devices(line))), [])
    names = [str(name) for device in devices for name in device.get("column", [])]
    sensors = [str(name) for device in devices for name in device.get("sensor", [])]
    rates = {device.get("sampling rate") for device in devices}
    if not names or not is_nameless(sheet) or sheet.frame.width > len(names):
        return None
    if len(set(names)) < len(names):
        names = [f"{name} {i}" for i, name in enumerate(names, start=1)]
    names = names[: sheet.frame.width]
    signals = [name for name in names if not _NO_SIGNAL.fullmatch(name.split(" ")[0])]
    sheet = replace(
        sheet,
        frame=sheet.frame.rename(dict(zip(sheet.frame.columns, names, strict=True))),
        notes=tuple(note for note in sheet.notes if not note.startswith("it has no line of names")),
    )
    known = {name: Known("left out", "a counter or a digital line") for name in names if name not in signals}
    kinds = dict(zip(signals, sensors, strict=False))
    known |= {name: Known("channel", f"{kinds.get(name, 'a sensor')}, in raw counts", name) for name in signals}
    rate = rates.pop() if len(rates) == 1 else None
    return told(
        sheet,
        "OpenSignals",
        known,
        units=dict.fromkeys(signals, "counts"),
        rate_hz=float(rate) if isinstance(rate, int | float) else sheet.rate_hz,
    )


def _devices(line: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(line.lstrip("# "))
    except ValueError:
        return []
    return [one for one in found.values() if isinstance(one, dict)] if isinstance(found, dict) else []


def _mind_monitor(sheet: Sheet, columns: dict[str, str]) -> list[Sheet]:
    """Rows of events (a blink) hold no samples."""
    others = [name for name in sheet.frame.columns if name not in (columns["timestamp"], columns["elements"])]
    keep = sheet.frame.select(pl.any_horizontal(pl.col(name).is_not_null() for name in others)).to_series().to_numpy()
    n = int((~keep).sum())
    sheet = kept_rows(sheet, keep, f"{n} rows hold an event of Mind Monitor and no sample")
    known = axes(columns, [f"accelerometer_{a}" for a in "xyz"], "acc", WITH_GRAVITY)
    units = dict.fromkeys(known, "g")
    known[columns["timestamp"]] = Known("time", "when it was written")
    gyro = axes(columns, [f"gyro_{a}" for a in "xyz"], "gyro", "rotation rate")
    for name, column in columns.items():
        if name.startswith("raw_"):
            known[column] = Known("channel", "the electrode's voltage", name)
            units[column] = "uV"
        elif _BANDS.fullmatch(name):
            known[column] = Known("left out", "computed from the electrodes' voltages")
        elif column not in known and column not in gyro:
            known[column] = Known("left out", "the headband's state, an event or what is not connected")
    return told(sheet, "Mind Monitor", known | gyro, units=units | dict.fromkeys(gyro, "deg/s"))
