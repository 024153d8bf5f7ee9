from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.loggers import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def one(sheets: list[Sheet] | None) -> Sheet:
    assert sheets is not None
    (sheet,) = sheets
    return sheet


@pytest.mark.parametrize(("label", "role"), [("", "left out"), ("walk", "label")])
def test_ios_with_orientation_and_label(table: Table, label: str, role: str) -> None:
    text = "Date;Timestamp;DeviceOrientation;AccelerationX;AccelerationY;AccelerationZ;Label\n"
    row = f"2022-10-11 18:45:47;1665503147.863955;portrait;0.07;-0.63;-1.16;{label}\n"
    sheet = one(refine(table("walking.csv", text + row, separator=";")))
    assert (sheet.known["Timestamp"].role, sheet.units["Timestamp"]) == ("time", "s")
    assert (sheet.known["AccelerationX"].channel, sheet.units["AccelerationX"]) == ("acc_x", "g")
    assert sheet.known["Label"].role == role
    assert {sheet.known["Date"].role, sheet.known["DeviceOrientation"].role} == {"left out"}


def test_ios_newest_row_first_is_turned_around(table: Table) -> None:
    text = "x_times_g,y_times_g,z_times_g,g_measured,TimeInterval,Date\n3,0,0,3,0.2,b\n2,0,0,2,0.1,a\n"
    sheet = one(refine(table("a.csv", text)))
    assert sheet.frame["TimeInterval"].to_list() == [0.1, 0.2]
    assert sheet.lines.tolist() == [3, 2]
    assert "turned around" in sheet.notes[0]
    assert sheet.known["TimeInterval"].role == "time"


@pytest.mark.parametrize(
    ("suffix", "channel", "unit"),
    [("accm", "acc_x", "m/s^2"), ("lacm", "linear_acc_x", "m/s^2"), ("gyrm", "gyro_x", "rad/s")],
)
def test_sensor_kinetics(table: Table, suffix: str, channel: str, unit: str) -> None:
    sheet = one(refine(table(f"p/walk_{suffix}.csv", "time,X_value,Y_value,Z_value\n0.0,1,2,3\n")))
    assert (sheet.known["X_value"].channel, sheet.units["X_value"], sheet.session) == (channel, unit, "p/walk")


def test_sensor_kinetics_of_a_renamed_file(table: Table) -> None:
    sheet = one(refine(table("walk.csv", "time,X_value,Y_value,Z_value\n0.0,1,2,3\n")))
    assert "X_value" not in sheet.units
    assert "unit is not known" in sheet.notes[0]


def test_physionet_with_times(table: Table) -> None:
    text = "'Elapsed time','ECG1'\n'0:00.000',0.1\n'0:00.004',0.2\n'1:02:03.500',0.3\n"
    sheet = one(refine(table("a.csv", text)))
    clock = "'Elapsed time'"
    assert sheet.frame[clock].to_list() == [0.0, 0.004, 3723.5]
    assert (sheet.known[clock].role, sheet.units[clock]) == ("time", "s")


def test_an_elapsed_time_without_a_unit_is_somebodys_own(table: Table) -> None:
    assert refine(table("a.csv", "Elapsed time,ECG1\n0,0.1\n4,0.2\n")) is None


def test_physionet_with_counts_needs_a_rate(table: Table) -> None:
    sheet = one(refine(table("100.csv", "'sample #','MLII','V5'\n0,995,1011\n1,995,1011\n")))
    assert sheet.known["'sample #'"].role == "left out"
    assert "--rate-hz" in sheet.notes[0]


def test_garmin_watch_logger(table: Table) -> None:
    text = "2019-10-16T12:09:01.702+02:00;-36;620;-824\n2019-10-16T12:09:01.702+02:00;-35;620;-824\n"
    sheet = one(refine(table("a.csv", text, names=False, separator=";")))
    assert (sheet.known["column_1"].role, sheet.known["column_4"].channel, sheet.units["column_4"]) == (
        "time",
        "acc_z",
        "mg",
    )


def test_edge_impulse(table: Table) -> None:
    text = "timestamp,accX,accY,accZ\n0,4.2,1.8,-16.8\n16,4.4,2.0,-17.8\n"
    sheet = one(refine(table("training/walk.1a2b3c4d.csv", text)))
    assert (sheet.label, sheet.units["timestamp"]) == ("walk", "ms")
    assert refine(table("walk.csv", text)) is None
