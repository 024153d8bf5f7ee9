from collections.abc import Callable

from stridenet.data.formats.recorders.androsensor import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
NAMES = (
    "ACCELEROMETER X (m/s²),ACCELEROMETER Y (m/s²),ACCELEROMETER Z (m/s²),PROXIMITY (i),SOUND LEVEL (dB),"
    "LOCATION Latitude : ,Satellites in range,Time since start in ms ,YYYY-MO-DD HH-MI-SS_SSS\n"
)
ROW = "-0.3831,5.8897,7.3167,8,47.261,,13 / 22,{},2022-03-16 14:07:17:870\n"


def test_one_table_of_all_sensors(table: Table) -> None:
    sheets = refine(table("record1.csv", NAMES + ROW.format(26) + ROW.format(526)))
    assert sheets is not None
    (sheet,) = sheets
    channels = {column: known.channel for column, known in sheet.known.items() if known.role == "channel"}
    assert list(channels.values()) == ["acc_x", "acc_y", "acc_z"]
    assert {sheet.units[column] for column in channels} == {"m/s^2"}
    (clock,) = (column for column, known in sheet.known.items() if known.role == "time")
    assert (clock.strip(), sheet.units[clock]) == ("Time since start in ms", "ms")
    assert sum(known.role == "left out" for known in sheet.known.values()) == 5


def test_without_the_clock_the_date_is_the_time(table: Table) -> None:
    text = "ACCELEROMETER X (m/s²),ACCELEROMETER Y (m/s²),ACCELEROMETER Z (m/s²),YYYY-MO-DD HH-MI-SS_SSS\n"
    sheets = refine(table("a.csv", text + "1,2,3,2022-03-16 14:07:17:870\n"))
    assert sheets is not None
    assert sheets[0].known["YYYY-MO-DD HH-MI-SS_SSS"].role == "time"


def test_renamed_columns_are_none_of_its(table: Table) -> None:
    assert refine(table("a.csv", "ACCEX,ACCEY,ACCEZ\n1,2,3\n")) is None
