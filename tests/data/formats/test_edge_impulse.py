import json
from typing import Any

import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError

SENSORS = [{"name": "accX", "units": "m/s2"}, {"name": "accY", "units": "N/A"}]


def read(payload: Any, name: str = "training/walk.1a2b3c.json") -> Sheet:
    whole = {"protected": {"ver": "v1"}, "signature": "0" * 64, "payload": payload}
    data = json.dumps(whole).encode()
    (sheet,) = registry.read(File(name=name, size=len(data), open=lambda: data))
    assert isinstance(sheet, Sheet)
    return sheet


def test_the_ingestion_format() -> None:
    sheet = read({"interval_ms": 16, "sensors": SENSORS, "values": [[1, 2.5], [None, 4]]})
    assert (sheet.form, sheet.rate_hz, sheet.label) == ("Edge Impulse", 62.5, "walk")
    assert dict(sheet.units) == {"accX": "m/s^2"}
    assert sheet.frame.to_dict(as_series=False) == {"accX": [1.0, None], "accY": [2.5, 4.0]}


def test_one_sensor_without_inner_lists_and_a_name_without_a_label() -> None:
    sheet = read({"interval_ms": 10, "sensors": SENSORS[:1], "values": [1, 2]}, "1a2b3c.json")
    assert (sheet.frame["accX"].to_list(), sheet.label) == ([1.0, 2.0], None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [[1]]}, "row 1 of its values has 1 values for 2 sensors"),
        ({"values": [[1, "x"]]}, "'x' is not a number"),
        ({"interval_ms": 0}, "lacks sensors, values or interval_ms"),
        ({"interval_ms": True}, "lacks sensors, values or interval_ms"),
        ({"sensors": [{"name": "a"}, {"name": "a"}]}, "a name of its own for each sensor"),
        ({"sensors": [1, 2]}, "a name of its own for each sensor"),
    ],
)
def test_what_is_damaged(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read({"interval_ms": 16, "sensors": SENSORS, "values": [[1, 2]]} | change)


def test_cbor_is_said_not_to_be_read() -> None:
    with pytest.raises(DataError, match="export the data as JSON or CSV"):
        registry.read(File(name="walk.1.cbor", size=1, open=lambda: b"\xa3"))
