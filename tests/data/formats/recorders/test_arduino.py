from collections.abc import Callable

from stridenet.data.formats.recorders.arduino import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def test_an_empty_line_ends_a_gesture(table: Table) -> None:
    row = "0.483,-0.649,-1.571,176.208,40.771,-77.393\r\n"
    sheets = refine(table("clap.csv", f"aX,aY,aZ,gX,gY,gZ\n{row}{row}\r\n{row}\r\n{row}"))
    assert sheets is not None
    (sheet,) = sheets
    assert sheet.breaks == (2, 3)
    assert (sheet.known["aX"].channel, sheet.known["gZ"].channel) == ("acc_x", "gyro_z")
    assert (sheet.units["aX"], sheet.units["gX"]) == ("g", "deg/s")
    assert "--rate-hz" in sheet.notes[0]


def test_with_a_time_it_is_somebodys_own(table: Table) -> None:
    assert refine(table("a.csv", "t,aX,aY,aZ,gX,gY,gZ\n1,2,3,4,5,6,7\n")) is None
