import json
from typing import Any

import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


def entry(sensor: str, at: int, **values: str) -> dict[str, str]:
    return {"sensor": sensor, "time": str(1679068247354694100 + at), "seconds_elapsed": "0.15", **values}


def read(whole: Any) -> list[Sheet]:
    data = json.dumps(whole).encode()
    found = registry.read(File(name="p1/rec.json", size=len(data), open=lambda: data))
    return [sheet for sheet in found if isinstance(sheet, Sheet)]


def test_a_sheet_a_sensor_and_one_session() -> None:
    xyz = {"z": "9.8", "y": "0.1", "x": "0.2"}
    sheets = read(
        [
            {"sensor": "Metadata", "version": "3", "platform": "ios", "device id": "1"},
            entry("Accelerometer", 0, **xyz),
            entry("Accelerometer", 10_000_000, **xyz),
            entry("Gyroscope", 3, **xyz),
            entry("Annotation", 5, text="walk"),
            entry("Location", 5, latitude="1.5"),
        ]
    )
    assert [sheet.kind for sheet in sheets] == ["nothing", "samples", "samples", "annotations", "nothing"]
    acceleration, gyroscope = sheets[1:3]
    assert acceleration.frame["time"].to_list() == [1679068247354694100, 1679068247364694100]
    assert (acceleration.known["x"].channel, gyroscope.known["x"].channel) == ("linear_acc_x", "gyro_x")
    assert {sheet.session for sheet in sheets[1:4]} == {"p1/rec.json"}
    assert sheets[3].frame["label"].to_list() == ["walk"]


def test_what_is_damaged() -> None:
    with pytest.raises(DataError, match="not one array"):
        read({"sensor": "A", "seconds_elapsed": 1})
    with pytest.raises(DataError, match="entry 2 does not say which sensor"):
        read([entry("Gyroscope", 1), {"seconds_elapsed": "1"}])
