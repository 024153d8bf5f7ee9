import json
from typing import Any

import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


def block(at: int, n: int = 2) -> dict[str, Any]:
    samples = [{"x": i, "y": 0.5, "z": 9.8} for i in range(n)]
    return {"ArrayAcc": samples, "ArrayGyro": samples, "ArrayMagn": samples, "Timestamp": at}


def read(whole: Any) -> Sheet:
    data = json.dumps(whole).encode()
    (sheet,) = registry.read(File(name="a.json", size=len(data), open=lambda: data))
    assert isinstance(sheet, Sheet)
    return sheet


def test_the_samples_of_a_block_are_spread() -> None:
    sheet = read({"Meas": {"IMU9": [block(100), block(120), block(140)]}})
    assert sheet.frame["Timestamp"].to_list() == [100, 110, 120, 130, 140, 150]
    assert sheet.frame["gyro_x"].to_list() == [0, 1, 0, 1, 0, 1]
    assert (sheet.units["Timestamp"], sheet.units["acc_z"], sheet.units["gyro_z"]) == ("ms", "m/s^2", "deg/s")
    assert sheet.known["Timestamp"].role == "time"
    assert "spread evenly" in sheet.notes[0]


def test_a_gap_is_not_filled_by_a_blocks_samples() -> None:
    sheet = read({"Meas": {"IMU9": [block(100), block(120), block(1140), block(1160)]}})
    assert sheet.frame["Timestamp"].to_list() == [100, 110, 120, 130, 1140, 1150, 1160, 1170]


def test_one_block_has_no_step() -> None:
    assert "share a time" in read({"Meas": {"IMU9": [block(100)]}}).notes[0]


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([block(1), {"ArrayAcc": []}], "block 2 has no Timestamp"),
        ([block(1), block(2) | {"ArrayAcc": []}], "block 2 has no ArrayAcc"),
        ([block(1) | {"ArrayAcc": [{"x": 1}]}], "a sample lacks y"),
        ([block(1) | {"ArrayAcc": block(1, 3)["ArrayAcc"]}], "arrays of 2 and 3 samples"),
    ],
)
def test_what_is_damaged(blocks: list[Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read({"Meas": {"IMU9": blocks}})


def test_without_samples_of_a_movement() -> None:
    with pytest.raises(DataError, match="no acceleration"):
        read({"Meas": {"HR": [{"Timestamp": 1}], "ArrayAcc": 1}})
