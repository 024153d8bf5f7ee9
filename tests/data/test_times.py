from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from stridenet.data.times import looks_like_times, parse_times
from stridenet.errors import DataError


def ns(text: str) -> int:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-01-05 10:00:00.100", "2026-01-05T10:00:00.100+00:00"),
        ("2026-01-05T10:00:00.100", "2026-01-05T10:00:00.100+00:00"),
        ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00+00:00"),
        ("2026-01-05T10:00:00.5Z", "2026-01-05T10:00:00.5+00:00"),
        ("2026-01-05 10:00", "2026-01-05T10:00:00+00:00"),
        ("2020-01-01T00.00.00.100", "2020-01-01T00:00:00.100+00:00"),
        ("2020-01-01 00:00:00.000000+0100 [Europe/London]", "2020-01-01T00:00:00+01:00"),
        ("2019-10-16T12:09:01.702+02:00", "2019-10-16T12:09:01.702+02:00"),
        ("2019-10-16T12:09:01.702-0330", "2019-10-16T12:09:01.702-03:30"),
        ("2019-10-16 12:09:01 UTC", "2019-10-16T12:09:01+00:00"),
        ("2019-10-16 12:09:01 GMT+02:00", "2019-10-16T12:09:01+02:00"),
        ("2019-02-14T08:58:00.0000000", "2019-02-14T08:58:00+00:00"),
        ("2022-03-16 14:07:17:870", "2022-03-16T14:07:17.870+00:00"),
        ("2022-03-16 14-07-17_870", "2022-03-16T14:07:17.870+00:00"),
        ("2022/3/6 4:07:17,87", "2022-03-06T04:07:17.870+00:00"),
        ("31.05.2024 12:00:00.02", "2024-05-31T12:00:00.020+00:00"),
        ("5/31/2016 6:55:26 AM", "2016-05-31T06:55:26+00:00"),
        ("5/31/2016 12:55:26 AM", "2016-05-31T00:55:26+00:00"),
        ("5/31/2016 12:55:26 pm", "2016-05-31T12:55:26+00:00"),
        ("31-05-16, 18:55:26", "2016-05-31T18:55:26+00:00"),
        ("5 May 2024 12:00:00.5", "2024-05-05T12:00:00.500+00:00"),
        ("05-Feb-2024 12:00:00", "2024-02-05T12:00:00+00:00"),
        ("Sun, 5 May 2024 12:00:00 +0200", "2024-05-05T12:00:00+02:00"),
        ("May 5, 2024 1:00:00 PM", "2024-05-05T13:00:00+00:00"),
        ("Mon Jan 05 10:00:00 2026", "2026-01-05T10:00:00+00:00"),
        ("Mon Jan 05 10:00:00 CET 2026", "2026-01-05T10:00:00+00:00"),
        ("20240531_120000", "2024-05-31T12:00:00+00:00"),
        ("20240531T120000.250Z", "2024-05-31T12:00:00.250+00:00"),
    ],
)
def test_every_form_of_date(cell: str, expected: str) -> None:
    times = parse_times(pl.Series([cell, cell, f" {cell} "]), "a.csv")
    assert times.ns.tolist() == [ns(expected)] * 3
    assert (times.grade, times.dated) == ("certain", True)


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (["10:15:00:100", "10:15:00:200"], [36900.1, 36900.2]),
        (["10:15:00.100", "10:15:00.200"], [36900.1, 36900.2]),
        (["10:15:00,1", "10:15:00,25"], [36900.1, 36900.25]),
        (["10.15.00.100", "10.15.01"], [36900.1, 36901]),
        (["11:59:59 PM", "12:00:01 AM", "12:00:02 AM"], [86399, 86401, 86402]),
        (["23:59:59.9", "00:00:00.1", "23:59:59", "0:00:01"], [86399.9, 86400.1, 172799, 172801]),
        (["10:00", "10:01"], [36000, 36060]),
        (["15:00.1", "15:00.2"], [900.1, 900.2]),
        (["10:15:00:9", "10:15:00:10", "10:15:00:100"], [36900.009, 36900.01, 36900.1]),
        (["10:15:00.9", "10:15:00.19", "10:15:00.290"], [36900.009, 36900.019, 36900.29]),
        (["10:15:00.8", "10:15:00.95", "10:15:01.105"], [36900.8, 36900.95, 36901.105]),
    ],
)
def test_times_of_day(cells: list[str], seconds: list[float]) -> None:
    times = parse_times(pl.Series(cells), "a.csv")
    np.testing.assert_allclose(times.ns / 1e9, seconds, rtol=0, atol=1e-9)
    assert not times.dated


def test_the_order_of_day_and_month() -> None:
    def told(*cells: str) -> tuple[str, list[int]]:
        times = parse_times(pl.Series(cells), "a.csv")
        return times.grade, [day // 86_400_000_000_000 for day in times.ns.tolist()]

    may_10, may_11, oct_5 = (ns(f"2016-{day}T00:00+00:00") // 86_400_000_000_000 for day in ("05-10", "05-11", "10-05"))
    assert told("5/10/2016 0:00", "5/13/2016 0:00") == ("certain", [may_10, may_10 + 3])
    assert told("5/10/2016 0:00", "13/10/2016 0:00") == ("certain", [oct_5, oct_5 + 8])
    assert told("5/10/2016 0:00", "5/10/2016 9:00")[0] == "certain"  # it does not matter
    assert told("4/12/2016 0:00", "5/1/2016 0:00", "6/1/2016 0:00") == (
        "likely",
        [may_10 - 28, may_10 - 9, may_10 + 22],
    )
    assert told("5/10/2016 0:00", "5/11/2016 0:00")[0] == "dangerous"
    times = parse_times(pl.Series(["5/10/2016 0:00", "5/11/2016 0:00"]), "a.csv", order="mdy")
    assert (times.ns // 86_400_000_000_000).tolist() == [may_10, may_11]


def test_dangerous_dates_say_what_to_type() -> None:
    times = parse_times(pl.Series(["5/10/2016 0:00", "5/11/2016 0:00"]), "a.csv")
    assert times.options == ("--unit time=dmy", "--unit time=mdy")
    named = parse_times(pl.Series("Date and time", ["5/10/2016 0:00", "5/11/2016 0:00"]), "a.csv")
    assert named.options[0] == "--unit 'Date and time=dmy'"
    assert times.why == "dates like 5/10/2016 in which day or month may come first"


def test_a_zone_by_name_alone_is_said() -> None:
    assert parse_times(pl.Series(["2026-01-05 10:00:00 CET"]), "a.csv").notes == (
        "the zone 'CET' is named without its hours and left out",
    )
    assert not parse_times(pl.Series(["2026-01-05 10:00:00+0100 [Europe/Paris]"]), "a.csv").notes


def test_empty_cells_are_missing() -> None:
    for cells in (["2026-01-05 10:00:00", None, ""], ["10:15:00:100", None, " "], ["31.05.2024 12:00:00", None, ""]):
        times = parse_times(pl.Series(cells), "a.csv")
        assert times.missing.tolist() == [False, True, True]
        assert times.ns[1:].tolist() == [0, 0]


@pytest.mark.parametrize(
    "odd", ["2026-13-05 10:00:00", "2026-02-30 10:00:00", "2026-01-05 25:00:00", "noon", "10:75:00"]
)
def test_a_cell_unlike_the_others_is_refused_with_its_line(odd: str) -> None:
    cells = pl.Series(["2026-01-05 10:00:00"] * 20 + [odd])
    with pytest.raises(DataError, match=r"column 'time', line 23: '.*' is no date or time like the others"):
        parse_times(cells, "a.csv, column 'time'", lines=np.arange(3, 24))


@pytest.mark.parametrize(
    "cells", [["2024-05-31 noon0", "2024-05-31 noon1"], ["sit", "walk"], ["1.5", "2.5"], ["", None]]
)
def test_what_is_no_time(cells: list[str | None]) -> None:
    series = pl.Series(cells, dtype=pl.String)
    assert not looks_like_times(series)
    with pytest.raises(DataError, match=r"row 1: .* is no date or time of a known form"):
        parse_times(series, "a.csv")


def test_numbers_ids_and_versions_are_no_times() -> None:
    for cell in ("1.2.3", "192.168.0.1", "13 / 22", "1-2", "p1", "Nov-20", "12", "1:2:3:4:5"):
        assert not looks_like_times(pl.Series([cell] * 3)), cell


def test_minutes_go_on_at_the_full_hour() -> None:
    found = parse_times(pl.Series(["59:58.5", "59:59.5", "00:00.5", "00:01.5"]), where="a")
    assert np.diff(found.ns).tolist() == [10**9] * 3
    longer = parse_times(pl.Series(["89:59.5", "90:00.5", "00:00.0"]), where="a")
    assert longer.ns[-1] == 0


def test_the_cell_that_is_no_number_is_named() -> None:
    with pytest.raises(DataError, match=r"row 3: '00000a' is no date or time of a known form"):
        parse_times(pl.Series(["000000", "000014", "00000a", "00001e"]), "a.csv")
