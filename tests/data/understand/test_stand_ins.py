"""Numbers that stand for no value are not learnt from."""

from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError


@pytest.mark.parametrize("written", ["-9999", "-999.0", "99999", "-32768", "9999.9"])
def test_a_number_that_stands_for_no_value(lab: Any, table: Any, written: str) -> None:
    cells = table(0)["ay"]
    lab.write("p1.csv", table(0, ay=[*cells[:50], written, written, *cells[52:]]))
    with pytest.raises(DataError, match=r"'p1\.csv', column 'ay': 2 of 120 values are -?\d+.*first in line 52"):
        lab.read()
    lab.write("p1.csv", table(0, ay=[*cells[:50], "", "", *cells[52:]]))
    assert np.abs(lab.read(fill_gaps=0.5)[0].data).max() < 20


def test_numbers_that_a_sensor_may_write(lab: Any, table: Any) -> None:
    raw = [round(1200 * value) for value in table(0)["ay"]]
    lab.write("p1.csv", table(0, ay=[*raw[:50], 9999, -999, *raw[52:]], light=[*range(0, 1180, 10), 999, 5]))
    assert 9999 in lab.read()[0].data
