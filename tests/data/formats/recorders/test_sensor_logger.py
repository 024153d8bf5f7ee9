from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.sensor_logger import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
ROWS = "\n1679068247354694100,0.155,9.8,0.1,0.2\n1679068247375690000,0.176,9.7,0.1,0.3\n"
ZYX = "time,seconds_elapsed,z,y,x" + ROWS


def one(sheets: list[Sheet] | None) -> Sheet:
    assert sheets is not None
    assert len(sheets) == 1
    return sheets[0]


def channels(sheet: Sheet) -> dict[str, str]:
    return {name: known.channel for name, known in sheet.known.items() if known.role == "channel"}


def test_axes_go_by_name(table: Table) -> None:
    sheet = one(refine(table("walk/a/Accelerometer.csv", ZYX)))
    assert channels(sheet) == {"x": "linear_acc_x", "y": "linear_acc_y", "z": "linear_acc_z"}
    assert sheet.frame["z"].to_list() == [9.8, 9.7]
    assert (sheet.known["time"].role, sheet.known["seconds_elapsed"].role) == ("time", "left out")
    assert dict(sheet.units) == {"x": "m/s^2", "y": "m/s^2", "z": "m/s^2", "time": "ns", "seconds_elapsed": "s"}
    assert sheet.sensor == "linear accelerometer"


@pytest.mark.parametrize(
    ("file", "channel", "unit", "sensor"),
    [
        ("TotalAcceleration", "total_acc_x", "m/s^2", "accelerometer"),
        ("Gravity", "gravity_x", "m/s^2", "gravity"),
        ("Gyroscope", "gyro_x", "rad/s", "gyroscope"),
        ("Magnetometer", "mag_x", "uT", "magnetometer"),
    ],
)
def test_a_sensor_a_file(table: Table, file: str, channel: str, unit: str, sensor: str) -> None:
    sheet = one(refine(table(f"a/{file}.csv", ZYX)))
    assert (sheet.known["x"].channel, sheet.units["x"], sheet.sensor, sheet.session) == (channel, unit, sensor, "a")


def test_files_at_the_top_are_one_session_and_copies_another(table: Table) -> None:
    sessions = [
        one(refine(table(name, ZYX))).session
        for name in ("Accelerometer.csv", "Gyroscope.csv", "Accelerometer (1).csv", "Back0626Gyroscope.csv")
    ]
    assert sessions == [".", ".", "(1)", "back0626"]


@pytest.mark.parametrize(("z", "unit"), [(1.0, "g"), (9.8, "m/s^2")])
def test_uncalibrated_is_in_g_on_ios(table: Table, z: float, unit: str) -> None:
    text = f"time,seconds_elapsed,x,y,z\n1679068247354694100,0.1,0,0,{z}\n1679068247454694100,0.2,0,0,{z}\n"
    sheet = one(refine(table("a/WatchAccelerometerUncalibrated.csv", text)))
    assert (sheet.units["z"], sheet.place, sheet.known["x"].channel) == (unit, "watch", "uncalibrated_acc_x")


def test_a_watch(table: Table) -> None:
    axes = "XYZ"
    names = [f"{word}{axis}" for word in ("rotationRate", "gravity", "acceleration") for axis in axes]
    text = ",".join(["time,seconds_elapsed", *names, "quaternionW,quaternionX,quaternionY,quaternionZ,pitch,roll,yaw"])
    row = "1679068247354694100,0.1,1,2,3,0,0,-1,0.1,0.2,0.3,1,0,0,0,0.1,0.2,0.3"
    sheet = one(refine(table("a/WristMotion.csv", f"{text}\n{row}\n{row}\n")))
    assert sheet.known["rotationRateX"].channel == "gyro_x"
    assert sheet.known["accelerationZ"].channel == "linear_acc_z"
    assert sheet.known["quaternionW"].channel == "quat_w"
    assert (sheet.units["accelerationX"], sheet.units["gravityZ"], sheet.units["rotationRateX"]) == ("g", "g", "rad/s")
    assert sheet.place == "watch"


def test_stale_first_rows_are_left_out_and_told(table: Table) -> None:
    text = "time,seconds_elapsed,z,y,x\n1678905799354694100,-162447,0,0,0" + ROWS
    sheet = one(refine(table("a/Gyroscope.csv", text)))
    assert sheet.frame.height == 2
    assert sheet.lines.tolist() == [3, 4]
    assert "1 rows from before the recording were left out (the first 162447 s before it)" in sheet.notes


def test_a_sensor_that_never_fired(table: Table) -> None:
    text = "time,seconds_elapsed,z,y,x\n1678905799354694100,-162447,0,0,0\n"
    sheet = one(refine(table("a/Gyroscope.csv", text)))
    assert (sheet.kind, sheet.why) == ("nothing", "the sensor never fired during the recording")


@pytest.mark.parametrize("extra", ["", ",millisecond_press_duration"])
def test_annotations(table: Table, extra: str) -> None:
    text = f"time,seconds_elapsed,text{extra}\n1679068250000000000,3.1,walk{',80' if extra else ''}\n"
    sheet = one(refine(table("a/Annotation.csv", text)))
    assert (sheet.kind, sheet.session, sheet.units["start"]) == ("annotations", "a", "ns")
    assert sheet.frame.to_dicts() == [{"start": 1679068250000000000, "label": "walk"}]


def test_annotations_without_a_text(table: Table) -> None:
    sheet = one(refine(table("a/Annotation.csv", "time,seconds_elapsed\n1679068250000000000,3.1\n")))
    assert (sheet.kind, sheet.why) == ("nothing", "its annotations have no text")


def test_metadata_holds_no_samples(table: Table) -> None:
    names = "version,device name,recording time,platform,appVersion,device id,sensors,sampleRateMs"
    text = f"{names}\n3,p,t,ios,1,d,A|B,10|20\n"
    sheet = one(refine(table("a/Metadata.csv", text)))
    assert sheet.kind == "nothing"
    assert "platform ios" in sheet.notes[0]


def test_coordinates_are_no_samples(table: Table) -> None:
    text = "time,seconds_elapsed,speed,longitude,latitude\n1679068247354694100,0.1,1,2,3\n"
    assert one(refine(table("a/Location.csv", text))).kind == "nothing"


def test_a_renamed_file_tells_that_its_sensor_is_not_known(table: Table) -> None:
    sheet = one(refine(table("walking.csv", ZYX)))
    assert sheet.session == ""
    assert "does not say which sensor" in sheet.notes[0]
    assert sheet.known["seconds_elapsed"].role == "left out"


def test_the_clock_may_be_renamed_and_a_label_added(table: Table) -> None:
    text = "time_ns,seconds_elapsed,z,y,x,label\n1679068247354694100,0.155,9.8,0.1,0.2,sit\n"
    sheet = one(refine(table("p1/Accelerometer.csv", text)))
    assert (sheet.known["time_ns"].role, sheet.known["seconds_elapsed"].role) == ("time", "left out")
    assert "label" not in sheet.known


def test_other_tables_are_none_of_its(table: Table) -> None:
    assert refine(table("Accelerometer.csv", "time,z,y,x\n1,2,3,4\n")) is None
