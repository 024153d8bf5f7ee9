from collections.abc import Callable

from stridenet.data.formats.recorders.axivity import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def test_no_names_and_whole_parts_of_a_g(table: Table) -> None:
    text = "\ufeff1667125802.6575,0.359375,0.015625,-0.890625\n1667125802.6600,-0.765625,-0.421875,-0.359375\n"
    sheets = refine(table("recording.csv", text, names=False))
    assert sheets is not None
    (sheet,) = sheets
    assert [sheet.known[f"column_{i}"].channel for i in (2, 3, 4)] == ["acc_x", "acc_y", "acc_z"]
    assert dict(sheet.units) == {"column_1": "s", "column_2": "g", "column_3": "g", "column_4": "g"}
    assert sheet.known["column_1"].role == "time"


def test_other_numbers_are_none_of_its(table: Table) -> None:
    assert refine(table("a.csv", "1667125802.6575,0.3593,0.0156,-0.8906\n", names=False)) is None
    assert refine(table("a.csv", "1.5,0.359375,0.015625,-0.890625\n", names=False)) is None
    assert refine(table("a.csv", "t,x,y,z\n1667125802.6575,0.359375,0.015625,-0.890625\n")) is None
