from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stridenet.data.formats.recorders.biobank import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]


@pytest.mark.parametrize("zone", ["+0100", "+01:00"])
def test_dates_with_the_zones_name(table: Table, zone: str) -> None:
    text = f"time,x,y,z,annotation\n2020-07-01 10:00:00.120000{zone} [Europe/London],0.1,0.2,0.9,sleeping\n"
    sheets = refine(table("a.csv", text))
    assert sheets is not None
    assert sheets[0].frame["time"].to_list() == [datetime(2020, 7, 1, 9, 0, 0, 120000, tzinfo=UTC)]
    assert (sheets[0].known["x"].channel, sheets[0].units["x"]) == ("acc_x", "g")
    assert sheets[0].known["annotation"].role == "label"


def test_over_the_change_of_the_clocks(table: Table) -> None:
    rows = (
        "2020-10-25 01:59:59.990000+0100 [Europe/London],1,2,3\n2020-10-25 01:00:00.000000+0000 [Europe/London],1,2,3\n"
    )
    sheets = refine(table("a.csv", "time,x,y,z\n" + rows))
    assert sheets is not None
    first, second = sheets[0].frame["time"].to_list()
    assert (second - first).total_seconds() == pytest.approx(0.01)


def test_plain_dates_are_none_of_its(table: Table) -> None:
    assert refine(table("a.csv", "time,x,y,z\n2020-07-01 10:00:00,1,2,3\n")) is None
