from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.activpal import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


def test_days_become_seconds_since_1970(table: Table) -> None:
    sheets = refine(table("a.csv", "43266.5,130,190,127\n43266.5000005787,131,190,127\n", names=False))
    assert sheets is not None
    seconds = sheets[0].frame["column_1"].to_list()
    assert seconds[0] == 1529064000.0  # 2018-06-15 12:00
    assert seconds[1] - seconds[0] == pytest.approx(0.05, abs=1e-4)
    assert (sheets[0].units["column_1"], sheets[0].units["column_2"]) == ("s", "counts")
    assert "raw counts" in sheets[0].notes[0]


@pytest.mark.parametrize("row", ["43266.5,130,190,300", "43266.5,1.5,2,3", "1.5,1,2,3"])
def test_other_numbers_are_none_of_its(table: Table, row: str) -> None:
    assert refine(table("a.csv", f"{row}\n{row.replace('.5', '.6', 1)}\n", names=False)) is None
