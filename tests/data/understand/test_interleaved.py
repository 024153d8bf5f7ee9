"""Rows that take turns are no recordings one after the other."""

from pathlib import Path

import pytest

from stridenet import read
from stridenet.errors import DataError


def test_devices_that_take_turns_are_asked_about(tmp_path: Path) -> None:
    rows = [f"{i * 0.02:.2f},{d},{i % 7},{i % 5}" for i in range(60) for d in ("WT1", "WT2")]
    (tmp_path / "a.csv").write_text("time,DeviceName,x,y\n" + "\n".join(rows) + "\n")
    with pytest.raises(DataError, match=r"its rows take turns .*--session DeviceName or --person DeviceName"):
        read(tmp_path / "a.csv")
    assert len(read(tmp_path / "a.csv", session="DeviceName")) == 2


def test_one_device_or_one_after_the_other_is_not(tmp_path: Path) -> None:
    rows = [f"{i * 0.02:.2f},{d},{i % 7},{i % 5}" for d in ("WT1", "WT2") for i in range(60)]
    (tmp_path / "a.csv").write_text("time,DeviceName,x,y\n" + "\n".join(rows) + "\n")
    assert len(read(tmp_path / "a.csv")) == 2
