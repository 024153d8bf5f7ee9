from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.phyphox import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
XYZ = '"Time (s)","X ({0})","Y ({0})","Z ({0})"\n-1.2E-3,-2.3E0,-1.3E1,2.2E-1\n8.7E-3,-1.3E0,-1.2E1,1.7E-1\n'


def one(sheets: list[Sheet] | None) -> Sheet:
    assert sheets is not None
    assert len(sheets) == 1
    return sheets[0]


@pytest.mark.parametrize(
    ("file", "unit", "channel", "sensor"),
    [
        ("Accelerometer", "m/s^2", "acc_x", "accelerometer"),
        ("Linear Accelerometer", "m/s^2", "linear_acc_x", "linear accelerometer"),
        ("Linear Acceleration", "m/s^2", "linear_acc_x", "linear accelerometer"),
        ("Gyroscope", "rad/s", "gyro_x", "gyroscope"),
        ("Magnetometer", "µT", "mag_x", "magnetometer"),
    ],
)
def test_the_files_name_alone_tells_the_sensor(table: Table, file: str, unit: str, channel: str, sensor: str) -> None:
    sheet = one(refine(table(f"falling/{file}.csv", XYZ.format(unit))))
    assert (sheet.known["X"].channel, sheet.sensor, sheet.session) == (channel, sensor, "falling")
    assert sheet.known["Time"].role == "time"


def test_all_sensors_in_one_table(table: Table) -> None:
    names = [f"Linear Acceleration {axis} (m/s^2)" for axis in "xyz"] + [f"Gyroscope {axis} (rad/s)" for axis in "xyz"]
    text = ",".join(f'"{n}"' for n in ["Time (s)", *names, "Absolute acceleration (m/s^2)", "Labels"])
    sheet = one(refine(table("p1/Raw Data.csv", f"{text}\n0,1,2,3,4,5,6,7,walk\n")))
    assert sheet.known["Linear Acceleration y"].channel == "linear_acc_y"
    assert sheet.known["Gyroscope z"].channel == "gyro_z"
    assert sheet.known["Absolute acceleration"].role == "left out"
    assert "Labels" not in sheet.known
    assert (sheet.session, sheet.sensor) == ("p1", "")


def test_a_renamed_table_is_a_session_of_its_own(table: Table) -> None:
    text = '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)"\n0,1,2,3\n'
    sheet = one(refine(table("dj_WalkingRawData.csv", text)))
    assert (sheet.session, sheet.known["Acceleration x"].channel) == ("", "acc_x")


def test_meta_holds_no_samples_and_tells_of_pauses(table: Table) -> None:
    device = one(refine(table("a/meta/device.csv", '"property","value"\n"version","1.1.11"\n')))
    text = (
        '"event","experiment time","system time","system time text"\n"START",0.0E0,1.6863076E9,"a"\n'
        '"PAUSE",3.169E1,1.6863076325E9,"b"\n"START",3.169E1,1.6863076401E9,"c"\n'
    )
    time = one(refine(table("a/meta/time.csv", text)))
    assert (device.kind, time.kind) == ("nothing", "nothing")
    assert time.notes[0].startswith("the experiment was paused at 31.69 s for 7.6 s")


def test_times_of_the_experiment_that_are_damaged(table: Table) -> None:
    text = '"event","experiment time","system time"\n"PAUSE",x,1.5\n"START",3.1,1.6\n'
    sheet = one(refine(table("a/meta/time.csv", text)))
    assert (sheet.kind, sheet.notes) == ("nothing", ())


@pytest.mark.parametrize("file", ["Location", "Proximity", "Light"])
def test_what_is_no_movement(table: Table, file: str) -> None:
    assert one(refine(table(f"a/{file}.csv", '"Time (s)","Distance (cm)"\n0,5\n'))).kind == "nothing"


def test_a_barometer(table: Table) -> None:
    sheet = one(refine(table("a/Barometer.csv", '"Time (s)","X (hPa)"\n-0.5,1015.6\n0.4,1015.7\n')))
    assert (sheet.known["X"].channel, sheet.units["X"]) == ("pressure", "hPa")


def test_labels(table: Table) -> None:
    sheet = one(refine(table("a/labels.csv", "label,label_start,label_end\nwalk,1.5,20\n")))
    assert sheet.kind == "annotations"
    assert sheet.frame.to_dicts() == [{"start": 1.5, "end": 20, "label": "walk"}]


def test_other_tables_are_none_of_its(table: Table) -> None:
    assert refine(table("Accelerometer.csv", "time,x,y,z\n1,2,3,4\n")) is None
    names = ",".join(f"ACCELEROMETER {axis} (m/s^2)" for axis in "XYZ")
    assert refine(table("walk.csv", f"time (s),{names}\n1,2,3,4\n")) is None
    assert refine(table("walk.csv", '"Time (s)","X (g)","Y (g)","Z (g)"\n1,2,3,4\n')) is None


@pytest.mark.parametrize(
    ("names", "channel"),
    [
        (("Zeit (s)", "Beschleunigung {} (m/s^2)", "Absolute Beschleunigung (m/s^2)"), "acc_x"),
        (("Temps (s)", "Accélération linéaire {} (m/s^2)", "Accélération absolue (m/s^2)"), "linear_acc_x"),
        (("Tiempo (s)", "Aceleración {} (m/s^2)", "Aceleración absoluta (m/s^2)"), "acc_x"),
    ],
)
def test_columns_in_the_phones_language(table: Table, names: tuple[str, str, str], channel: str) -> None:
    clock, axis, computed = names
    header = ",".join([clock, *(axis.format(a) for a in "xyz"), computed])
    sheets = refine(table("walk.csv", f"{header}\n0,1,2,3,4\n0.01,1,2,3,4\n"))
    assert sheets is not None
    known = sheets[0].known
    assert next(one.channel for one in known.values() if one.role == "channel") == channel
    assert [one.role for one in known.values()].count("left out") == 1
