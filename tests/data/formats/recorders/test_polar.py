from collections.abc import Callable

from stridenet.data.formats.recorders.polar import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
PART = "Polar_H10_01234567_20230102_1011"


def test_the_sensors_even_clock_gets_the_phones_date(table: Table) -> None:
    rows = "".join(
        f"2023-01-02T10:11:{12 + i // 50}.000;{599616000000000000 + i * 20_000_000};1;2;3\n" for i in range(200)
    )
    names = "Phone timestamp;sensor timestamp [ns];X [mg];Y [mg];Z [mg]\n"
    sheets = refine(table(f"{PART}12_ACC.txt", names + rows, separator=";"))
    assert sheets is not None
    clock = next(name for name, one in sheets[0].known.items() if one.role == "time")
    values = sheets[0].frame[clock]
    assert set(values.diff().drop_nulls().to_list()) == {20_000_000}
    assert abs(values[0] / 1e9 - 1672654272) < 3
    assert (sheets[0].sensor, sheets[0].session) == ("accelerometer", f"{PART}1")


def test_a_clock_that_stands_still_is_none(table: Table) -> None:
    rows = "".join(f"2023-01-02T10:11:{i:02d}.000;0;{60 + i}\n" for i in range(20))
    sheets = refine(table(f"{PART}13_HR.txt", "Phone timestamp;sensor timestamp [ns];HR [bpm]\n" + rows, separator=";"))
    assert sheets is not None
    assert next(name for name, one in sheets[0].known.items() if one.role == "time") == "Phone timestamp"
