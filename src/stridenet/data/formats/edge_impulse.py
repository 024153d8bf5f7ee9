"""Edge Impulse's ingestion format as JSON: sensors with units, values at one interval."""

from typing import Any

import numpy as np
import polars as pl

from stridenet.data.formats.json_text import number, parsed
from stridenet.data.formats.text import unit_of
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, short

FORM = "Edge Impulse"


def matches(file: File, head: bytes) -> bool:
    """Known by ``payload`` and ``interval_ms`` or ``sensors``; its CBOR by its ending."""
    if file.suffix == ".cbor":
        return True
    return file.suffix == ".json" and b'"payload"' in head and (b'"interval_ms"' in head or b'"sensors"' in head)


def read(file: File) -> list[Sheet]:
    r"""The samples; the label is what stands before the first point of the file's name.

    Raises:
        DataError: it is CBOR, damaged, or its values are not one a sensor.

    >>> data = b'{"payload": {"interval_ms": 10, "sensors": [{"name": "accX", "units": "m/s2"}], "values": [[1], [2]]}}'
    >>> (sheet,) = read(File(name="walk.1a2b.json", size=len(data), open=lambda: data))
    >>> sheet.label, sheet.rate_hz, dict(sheet.units), sheet.frame["accX"].to_list()
    ('walk', 100.0, {'accX': 'm/s^2'}, [1.0, 2.0])
    """
    where = file.where
    if file.suffix == ".cbor":
        raise DataError(f"{where} is CBOR, which is not read; export the data as JSON or CSV.")
    whole = parsed(file)
    payload = whole.get("payload") if isinstance(whole, dict) else None
    if not isinstance(payload, dict):
        raise DataError(f"{where} has no payload of sensors and values; export it from Edge Impulse again.")
    sensors, values = payload.get("sensors"), payload.get("values")
    interval = number(payload.get("interval_ms"))
    if not isinstance(sensors, list) or not isinstance(values, list) or interval is None or interval <= 0:
        raise DataError(
            f"{where} lacks sensors, values or interval_ms in its payload; export it from Edge Impulse again."
        )
    names = [str(one.get("name", "")) if isinstance(one, dict) else "" for one in sensors]
    if not names or "" in names or len(set(names)) < len(names):
        raise DataError(f"{where} needs a name of its own for each sensor, but has {short(names)}.")
    table = _table(values, len(names), where)
    units = {
        name: unit_of(one["units"])
        for name, one in zip(names, sensors, strict=True)
        if isinstance(one.get("units"), str) and one["units"] not in ("", "N/A")
    }
    label = file.stem.partition(".")[0] if "." in file.stem else None
    return [
        Sheet(
            name=file.name,
            frame=pl.DataFrame(dict(zip(names, table.T, strict=True))).with_columns(pl.all().fill_nan(None)),
            form=FORM,
            kind="samples" if len(table) else "nothing",
            why="" if len(table) else "it holds no values",
            units=units,
            known={name: Known("channel", "a sensor of the file") for name in names},
            rate_hz=1000 / interval,
            label=label,
        )
    ]


def _table(values: list[Any], width: int, where: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Shape (time, sensor); null is a missing value."""
    table = np.full((len(values), width), np.nan)
    for i, row in enumerate(values):
        cells = row if isinstance(row, list) else [row]
        if len(cells) != width:
            raise DataError(f"{where}, row {i + 1} of its values has {len(cells)} values for {width} sensors.")
        for j, cell in enumerate(cells):
            if cell is None:
                continue
            value = number(cell)
            if value is None:
                raise DataError(f"{where}, row {i + 1} of its values: {short(cell)} is not a number.")
            table[i, j] = value
    return table
