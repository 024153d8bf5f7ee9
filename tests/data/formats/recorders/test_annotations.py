from collections.abc import Callable

from stridenet.data.formats.recorders.annotations import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def test_start_end_label(table: Table) -> None:
    sheets = refine(table("p1/labels.csv", "file,start (s),end (s),activity,subject\na.csv,1.5,20,walk,p1\n"))
    assert sheets is not None
    (sheet,) = sheets
    assert (sheet.kind, sheet.session, sheet.units["start"]) == ("annotations", "p1", "s")
    assert sheet.frame.to_dicts() == [{"start": 1.5, "end": 20, "label": "walk", "file": "a.csv", "person": "p1"}]


def test_movesense(table: Table) -> None:
    sheets = refine(table("Annotations-1.csv", "Timestamp,Type,Content\n1000,marker,walk\n"))
    assert sheets is not None
    assert sheets[0].frame.to_dicts() == [{"start": 1000, "label": "walk"}]


def test_samples_are_none(table: Table) -> None:
    assert refine(table("a.csv", "time,x,y,z,label\n1,2,3,4,walk\n")) is None
    assert refine(table("a.csv", "start,end,label,a,b,c,d\n1,2,walk,1,2,3,4\n")) is None
