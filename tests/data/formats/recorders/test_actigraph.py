from collections.abc import Callable
from datetime import datetime

import pytest

from stridenet.data.formats.recorders.actigraph import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
LINES = [
    "------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v2.5.0 date format {} at 40 Hz --",
    "Serial Number: XXX",
    "Start Time 11:27:00",
    "Start Date {}",
    "Epoch Period (hh:mm:ss) 00:00:00",
    "Download Time 15:16:42",
    "Download Date 6/14/2018",
    "Current Memory Address: 0",
    "Current Battery Voltage: 4.21     Mode = 12",
    "--------------------------------------------------",
]


def head(form: str, day: str, pad: str = "") -> str:
    return "".join(f"{line.format(form if i == 0 else day)}{pad}\n" for i, line in enumerate(LINES))


def one(sheets: list[Sheet] | None) -> Sheet:
    assert sheets is not None
    return sheets[0]


@pytest.mark.parametrize(
    ("form", "day"), [("M/d/yyyy", "6/14/2018"), ("dd/MM/yyyy", "14/06/2018"), ("yyyy-MM-dd", "2018-06-14")]
)
def test_without_times_rate_and_start_are_in_the_head(table: Table, form: str, day: str) -> None:
    text = head(form, day, ",,") + "Accelerometer X,Accelerometer Y,Accelerometer Z\n-0.009,-0.053,-0.988\n"
    sheet = one(refine(table("a.csv", text, head=10)))
    assert (sheet.rate_hz, sheet.start_s) == (40.0, datetime.fromisoformat("2018-06-14T11:27:00+00:00").timestamp())
    assert (sheet.known["Accelerometer X"].channel, sheet.units["Accelerometer Z"]) == ("acc_x", "g")


@pytest.mark.parametrize(("form", "stamp"), [("M/d/yyyy", "6/7/2018"), ("d/M/yyyy", "7/6/2018")])
def test_the_column_of_times_wins_and_the_head_orders_day_and_month(table: Table, form: str, stamp: str) -> None:
    names = "Timestamp,Accelerometer X,Accelerometer Y,Accelerometer Z\n"
    text = head(form, stamp) + names + f"{stamp} 12:08:39.725,-0.009,-0.053,-0.988\n"
    sheet = one(refine(table("a.csv", text, head=10)))
    assert sheet.start_s is None
    assert sheet.frame["Timestamp"].to_list() == [datetime(2018, 6, 7, 12, 8, 39, 725000)]
    assert sheet.known["Timestamp"].role == "time"


def test_imu(table: Table) -> None:
    names = "Timestamp,Accelerometer X,Accelerometer Y,Accelerometer Z,Temperature,Gyroscope X,Gyroscope Y,Gyroscope Z"
    text = f"{names}\n2019-02-14T08:58:00.0100000,1,2,3,20,4,5,6\n"
    sheet = one(refine(table("a.csv", text)))
    assert sheet.frame["Timestamp"].to_list() == [datetime(2019, 2, 14, 8, 58, 0, 10000)]
    assert (sheet.known["Gyroscope X"].channel, sheet.units["Gyroscope X"]) == ("gyro_x", "deg/s")
    assert sheet.known["Temperature"].role == "left out"
