from collections.abc import Callable
from datetime import datetime

import pytest

from stridenet.data.formats.recorders.public_sets import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def one(sheets: list[Sheet] | None) -> Sheet:
    assert sheets is not None
    (sheet,) = sheets
    return sheet


def roles(sheet: Sheet) -> dict[str, str]:
    return {column: known.role for column, known in sheet.known.items()}


def test_hhar(table: Table) -> None:
    text = "Index,Arrival_Time,Creation_Time,x,y,z,User,Model,Device,gt\n"
    row = "0,1424696633908,1424696631913248572,-5.9,0.6,8.1,a,nexus4,nexus4_1,stand\n"
    sheet = one(refine(table("Phones_gyroscope.csv", text + row)))
    assert roles(sheet) == {
        "x": "channel",
        "y": "channel",
        "z": "channel",
        "Creation_Time": "time",
        "User": "person",
        "gt": "label",
        "Device": "session",
        "Index": "left out",
        "Arrival_Time": "left out",
        "Model": "left out",
    }
    assert (sheet.known["x"].channel, sheet.units["Creation_Time"], sheet.place) == ("gyro_x", "ns", "phone")


@pytest.mark.parametrize(
    ("file", "channel", "place"),
    [("acc_climbingdown_chest", "acc_x", "chest"), ("Gyroscope_climbingdown_waist", "gyro_x", "waist")],
)
def test_real_world(table: Table, file: str, channel: str, place: str) -> None:
    text = "id,attr_time,attr_x,attr_y,attr_z\n1,1435998055036,0.1,9.7,0.2\n"
    sheet = one(refine(table(f"proband3/data/{file}.csv", text)))
    assert roles(sheet)["id"] == "left out"
    assert (sheet.known["attr_x"].channel, sheet.place, sheet.label, sheet.person) == (
        channel,
        place,
        "climbingdown",
        "3",
    )
    assert (sheet.session, sheet.units["attr_time"]) == ("proband3/climbingdown", "ms")


def test_motion_sense(table: Table) -> None:
    text = "Unnamed: 0,attitude.roll,gravity.x,rotationRate.x,userAcceleration.x\n0,1.5,0.7,0.3,0.2\n"
    sheet = one(refine(table("A_DeviceMotion_data/dws_1/sub_12.csv", text)))
    assert (sheet.rate_hz, sheet.label, sheet.person) == (50.0, "dws", "12")
    assert [sheet.known[c].channel for c in sheet.frame.columns[1:]] == [
        "attitude_roll",
        "gravity_x",
        "gyro_x",
        "linear_acc_x",
    ]
    assert sheet.known["Unnamed: 0"].role == "left out"


def test_fitbit(table: Table) -> None:
    text = "Id,Time,Value\n2022484408,5/10/2016 6:55:26 AM,97\n2022484408,5/10/2016 6:55:31 PM,102\n"
    sheet = one(refine(table("heartrate_seconds_merged.csv", text)))
    assert sheet.frame["Time"].to_list() == [datetime(2016, 5, 10, 6, 55, 26), datetime(2016, 5, 10, 18, 55, 31)]
    assert roles(sheet) == {"Id": "person", "Time": "time", "Value": "channel"}


def test_other_tables_are_none_of_theirs(table: Table) -> None:
    assert refine(table("a.csv", "Id,Time,Value\n1,2.5,3\n")) is None
