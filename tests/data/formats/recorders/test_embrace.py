from collections.abc import Callable

from stridenet.data.formats.recorders.embrace import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def test_microseconds_and_a_file_a_sensor(table: Table) -> None:
    text = "unix_timestamp,x,y,z\n1667125802657500,0.1,0.2,0.9\n1667125802673106,0.1,0.2,0.9\n"
    sheets = refine(table("p1/accelerometer.csv", text))
    assert sheets is not None
    (sheet,) = sheets
    assert (sheet.units["unix_timestamp"], sheet.units["x"], sheet.known["x"].channel) == ("us", "g", "acc_x")
    assert sheet.session == "p1"


def test_a_sensor_that_did_not_record(table: Table) -> None:
    sheets = refine(table("p1/gyroscope.csv", "unix_timestamp,x,y,z\n"))
    assert sheets is not None
    assert sheets[0].kind == "nothing"
