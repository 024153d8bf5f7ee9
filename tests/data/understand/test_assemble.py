"""Channels by the names that they have once all is joined."""

from pathlib import Path

import numpy as np
import pytest

from stridenet import read
from stridenet.errors import DataError, UnknownNameError


def sensor(path: Path, k: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        f"{1679068247000000000 + i * 20_000_000},{i * 0.02},{np.sin(i * k):.4f},{i % 7},{i % 5}" for i in range(200)
    ]
    path.write_text("time,seconds_elapsed,z,y,x\n" + "\n".join(rows) + "\n")


def test_what_a_message_names_can_be_typed(tmp_path: Path) -> None:
    for who, sensors in (("anna", ("Accelerometer", "TotalAcceleration")), ("ben", ("Accelerometer",))):
        for i, name in enumerate(sensors):
            sensor(tmp_path / f"{who}_walk" / f"{name}.csv", 0.3 + i)
    with pytest.raises(DataError, match=r"--channels linear_acc_z,linear_acc_y,linear_acc_x"):
        read(tmp_path)
    linear = ("linear_acc_z", "linear_acc_y", "linear_acc_x")
    found = read(tmp_path, drop=("total_acc_z", "total_acc_y", "total_acc_x"))
    assert [r.channels for r in found] == [linear, linear]
    assert [r.channels for r in read(tmp_path, channels=linear)] == [linear, linear]


def test_names_that_joining_gives_can_be_typed(tmp_path: Path) -> None:
    for side in ("left", "right"):
        rows = [f"{i * 0.02},{i % 7},{i % (5 if side == 'left' else 4)}" for i in range(200)]
        (tmp_path / f"p1_{side}.csv").write_text("time,ax,ay\n" + "\n".join(rows) + "\n")
    assert read(tmp_path)[0].channels == ("left_ax", "left_ay", "right_ax", "right_ay")
    assert read(tmp_path, channels=("right_ax", "left_ay"))[0].channels == ("right_ax", "left_ay")
    assert read(tmp_path, drop=("right_ax",))[0].channels == ("left_ax", "left_ay", "right_ay")
    with pytest.raises(UnknownNameError, match=r"unknown column 'right_az': did you mean"):
        read(tmp_path, drop=("right_az",))
