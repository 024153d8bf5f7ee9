"""Sensors that take turns in one table are sensors of one moment."""

from pathlib import Path

import pytest

from stridenet import read
from stridenet.errors import DataError


def write(path: Path, names: tuple[str, str], head: str = "timestamp,sensor,x,y,z\n") -> None:
    rows = [
        f"{1660000000000 + i * 20 + 7 * k},{name},{i % 7 + k * 100},{i % 5},{i % 3}"
        for i in range(200)
        for k, name in enumerate(names)
    ]
    path.write_text(head + "\n".join(rows) + "\n")


@pytest.mark.parametrize("names", [("accelerometer", "gyroscope"), ("ACC", "GYR")])
def test_each_sensor_has_its_channels(tmp_path: Path, names: tuple[str, str]) -> None:
    write(tmp_path / "a.csv", names)
    found = read(tmp_path / "a.csv")
    assert [r.channels for r in found] == [("acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z")]
    assert found[0].rate_hz == pytest.approx(50)
    assert found[0].data[:, 0].max() <= 6
    assert found[0].data[:, 3].min() >= 100


def test_what_the_user_says_of_the_column_holds(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", ("accelerometer", "gyroscope"))
    assert len(read(tmp_path / "a.csv", session="sensor")) == 2


def test_a_cell_that_a_spreadsheet_made_a_date_of_loses_no_channel(tmp_path: Path) -> None:
    rows = [f"{i / 50:.2f};{i % 7 / 10:.1f};{i % 5 / 10:.1f}".replace(".", ",") for i in range(100)]
    rows[20] = rows[20].rpartition(";")[0] + ";Jan 45"
    (tmp_path / "a.csv").write_text("t;x;y\n" + "\n".join(rows) + "\n")
    with pytest.raises(DataError, match=r"column 'y', line 22: 'Jan 45' is not a number"):
        read(tmp_path / "a.csv")
