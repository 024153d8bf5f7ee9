from collections.abc import Callable

from stridenet.data.formats.recorders.shimmer import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def test_calibrated_values_are_used_and_raw_ones_left_out(table: Table) -> None:
    text = (
        "Timestamp raw,Timestamp cal,Low Noise Accelerometer X raw,Low Noise Accelerometer X cal,Gyroscope Y raw,"
        "Gyroscope Y cal\n100,12.5,2048,9.81,12,0.5\n"
    )
    sheets = refine(table("record.csv", text))
    assert sheets is not None
    known = sheets[0].known
    assert {name for name, one in known.items() if one.role == "left out"} == {
        "Timestamp raw",
        "Low Noise Accelerometer X raw",
        "Gyroscope Y raw",
    }
    assert (known["Timestamp cal"].role, sheets[0].units["Timestamp cal"]) == ("time", "ms")
    assert known["Low Noise Accelerometer X cal"].channel == "acc_x"
    assert known["Gyroscope Y cal"].channel == "gyro_y"


def test_names_of_the_desktop_program(table: Table) -> None:
    text = "Shimmer_D5A1_Timestamp_Unix_CAL,Shimmer_D5A1_Accel_WR_X_CAL,Shimmer_D5A1_Mag_Z_CAL\n1.5,2,3\n"
    sheets = refine(table("record.csv", text))
    assert sheets is not None
    assert [known.channel for known in sheets[0].known.values()] == ["", "wide_acc_x", "mag_z"]


def test_other_tables_are_none_of_its(table: Table) -> None:
    assert refine(table("a.csv", "time,acc_raw,acc\n1,2,3\n")) is None
