"""Rows in no order, copies of rows and clocks that stand still are refused; what is late or in bursts is read."""

from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError


def shuffled(columns: dict[str, Any]) -> dict[str, Any]:
    order = np.random.default_rng(0).permutation(len(columns["time"]))
    return {name: [cells[i] for i in order] for name, cells in columns.items()}


@pytest.mark.parametrize("unit", [1, 1000])
def test_rows_in_no_order(lab: Any, table: Any, unit: int) -> None:
    lab.write("p1.csv", shuffled(table(0, time=[unit * i / 10 for i in range(120)])))
    with pytest.raises(DataError, match=r"'p1\.csv': its rows are in no order of time: \d+ of 119 steps go back; sort"):
        lab.read()
    lab.write("p1.csv", shuffled(table(0)))
    with pytest.raises(DataError, match="no order of time"):
        lab.read()


def test_packets_in_reverse_are_put_in_order(lab: Any, table: Any) -> None:
    whole = lab.write("p1.csv", table(0)) and lab.read()
    order = [*range(60), *np.arange(60, 120).reshape(-1, 2)[:, ::-1].ravel()]
    lab.write("p1.csv", {name: [cells[i] for i in order] for name, cells in table(0).items()})
    np.testing.assert_array_equal(lab.read()[0].data, whole[0].data)


@pytest.mark.parametrize("last", ["0", "5.9"])
def test_a_clock_that_stops(lab: Any, table: Any, last: str) -> None:
    lab.write("p1.csv", table(0, time=[*(i / 10 for i in range(60)), *[last] * 60]))
    with pytest.raises(DataError, match=r"time stands still for 6[01] samples \(from line 6[12] on\).*--rate-hz"):
        lab.read()
    assert len(lab.read(drop=("time",), rate_hz=10)[0].data) == 120


def test_samples_that_come_at_once_after_a_pause(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0, time=[*(i / 10 for i in range(40)), *[7.9] * 40, *(i / 10 for i in range(80, 120))]))
    assert len(lab.read(gap=9)[0].data) == 120


def test_rows_that_are_written_twice(lab: Any, table: Any) -> None:
    lab.write("p1.csv", {name: [cell for cell in cells for _ in "ab"] for name, cells in table(0).items()})
    with pytest.raises(
        DataError, match=r"120 of 240 rows have the time and all values .*first in line 3\), so they are"
    ):
        lab.read()


def test_equal_values_at_coarse_times_are_no_copies(lab: Any, table: Any) -> None:
    still = [(0.1, 0.4, 0.2, 0.3)[i // 30] for i in range(120)]
    lab.write("p1.csv", table(0, time=[i // 10 for i in range(120)], ax=still, ay=still, az=still))
    assert lab.read()[0].rate_hz == 10
