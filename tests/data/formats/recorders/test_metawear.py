from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.metawear import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
PART = "A-bench-heavy_MetaWear_2019-01-11T16.10.08.270_0123456789AB"
ROWS = "1547219408431,2019-01-11T16:10:08.431,0.000,0.010,0.964,-0.087\n"


def read(table: Table, name: str, clocks: str, unit: str) -> Sheet:
    names = ",".join(f"{axis}-axis ({unit})" for axis in "xyz")
    sheets = refine(table(name, f"{clocks},{names}\n{ROWS}"))
    assert sheets is not None
    return sheets[0]


@pytest.mark.parametrize(
    ("file", "unit", "channel", "rate"),
    [("Accelerometer_12.500Hz_1.4.4", "g", "acc_x", 12.5), ("Gyroscope_25.000Hz_1.4.4", "deg/s", "gyro_x", 25.0)],
)
def test_a_file_a_sensor(table: Table, file: str, unit: str, channel: str, rate: float) -> None:
    sheet = read(table, f"m/{PART}_{file}.csv", "epoch (ms),time (01:00),elapsed (s)", unit)
    assert (sheet.known["x-axis"].channel, sheet.units["x-axis"], sheet.rate_hz) == (channel, unit, rate)
    assert sheet.session == f"m/{PART}"
    assert [sheet.known[name].role for name in ("epoch", "time (01:00)", "elapsed")] == ["time", "left out", "left out"]


def test_the_older_names_of_the_clocks(table: Table) -> None:
    sheet = read(table, "record.csv", "epoc (ms),timestamp (-0700),elapsed (s)", "g")
    assert (sheet.known["epoc"].role, sheet.known["timestamp (-0700)"].role) == ("time", "left out")
    assert (sheet.known["y-axis"].channel, sheet.session, sheet.rate_hz) == ("acc_y", "", None)


def test_other_tables_are_none_of_its(table: Table) -> None:
    assert refine(table("a.csv", "elapsed (s),x-axis (g)\n1,2\n")) is None
