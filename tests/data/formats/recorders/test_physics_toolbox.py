from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.physics_toolbox import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
THREE = """
time,gFx,gFy,gFz,ax,ay,az,wx,wy,wz,
0.07,-0.14,0.45,0.80,0.0000,0.0000,0.0000,0.0000,0.0000,0.0000,
0.09,-0.14,0.45,0.80,0.0000,0.0000,0.0000,-0.23,-0.55,0.45,
0.14,-0.04,0.50,0.80,0.0000,0.0000,0.0000,-0.23,-0.55,0.45,
0.16,-0.04,0.50,0.80,-0.16,0.01,0.03,-0.23,-0.55,0.45,
0.21,-0.11,0.47,0.84,-0.16,0.01,0.03,-0.23,-0.55,0.45,
"""


def test_each_sensor_has_the_rows_where_it_changes(table: Table) -> None:
    sheets = refine(table("daily.csv", THREE, head=1))
    assert sheets is not None
    assert [(s.sensor, s.frame["time"].to_list(), s.lines.tolist()) for s in sheets] == [
        ("accelerometer", [0.07, 0.14, 0.21], [3, 5, 7]),
        ("linear accelerometer", [0.16], [6]),
        ("gyroscope", [0.09], [4]),
    ]
    assert [s.frame.columns[1:] for s in sheets] == [["gFx", "gFy", "gFz"], ["ax", "ay", "az"], ["wx", "wy", "wz"]]
    assert [s.units[s.frame.columns[1]] for s in sheets] == ["g", "m/s^2", "rad/s"]
    assert {s.session for s in sheets} == {"daily.csv"}
    assert sheets[0].notes[-1].endswith("3 of 5 rows hold a new value; the others repeat the last one")


def test_a_label_goes_with_every_sensor(table: Table) -> None:
    text = "time,gFx,gFy,gFz,wx,wy,wz,label\n1,1,1,1,0,0,0,a\n2,1,1,1,2,2,2,b\n3,1,1,1,3,3,3,b\n"
    sheets = refine(table("a.csv", text))
    assert sheets is not None
    assert [s.frame["label"].to_list() for s in sheets] == [["a"], ["b", "b"]]


def test_rows_that_repeat_nothing_stay_together(table: Table) -> None:
    text = "time,gFx,gFy,gFz,wx,wy,wz\n" + "".join(f"{i},{i + 1},1,1,{i + 2},0,0\n" for i in range(20))
    sheets = refine(table("a.csv", text))
    assert sheets is not None
    assert len(sheets) == 1
    assert sheets[0].frame.height == 20
    assert sheets[0].known["wx"].channel == "gyro_x"


@pytest.mark.parametrize(
    ("names", "channel", "unit"),
    [("gFx,gFy,gFz,TgF", "acc_x", "g"), ("ax,ay,az,atotal", "linear_acc_x", "m/s^2")],
)
def test_one_sensor(table: Table, names: str, channel: str, unit: str) -> None:
    sheets = refine(table("a.csv", f"time,{names}\n1,1,1,1,2\n2,2,2,2,3\n"))
    assert sheets is not None
    first, total = names.split(",")[0], names.split(",")[3]
    assert (sheets[0].known[first].channel, sheets[0].units[first]) == (channel, unit)
    assert sheets[0].known[total].role == "left out"


def test_somebodys_own_ax_is_none_of_its(table: Table) -> None:
    assert refine(table("a.csv", "time,ax,ay,az\n1,2,3,4\n")) is None
    assert refine(table("a.csv", "time,ax,ay,az,wx,wy,wz\n1,2,3,4,5,6,7\n")) is None
