"""Rows that take turns, told by a column of devices."""

from pathlib import Path

from stridenet import read


def test_devices_that_take_turns_are_told(tmp_path: Path) -> None:
    rows = [f"{i * 0.02:.2f},{d},{i % 7},{i % 5}" for i in range(60) for d in ("WT1", "WT2")]
    (tmp_path / "a.csv").write_text("time,DeviceName,x,y\n" + "\n".join(rows) + "\n")
    found = read(tmp_path / "a.csv")
    assert len(found) == 2
    column = next(one for one in found.description.columns if one.name == "DeviceName")
    assert (column.role, column.grade) == ("session", "likely")
    assert "take turns, and each of them is taken for a recording" in column.why


def test_devices_one_after_the_other_are_not(tmp_path: Path) -> None:
    rows = [f"{i * 0.02:.2f},{d},{i % 7},{i % 5}" for d in ("WT1", "WT2") for i in range(60)]
    (tmp_path / "a.csv").write_text("time,DeviceName,x,y\n" + "\n".join(rows) + "\n")
    found = read(tmp_path / "a.csv")
    assert len(found) == 2
    assert next(one for one in found.description.columns if one.name == "DeviceName").why == "by its name"
