"""Time: units, dates, clocks that stand, jump, jitter or go at several rates, and what to type for each question."""

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError

N = 400
I = np.arange(N)  # noqa: E741  # the rows
RNG = np.random.default_rng(3)
TENTHS = (I / 10).tolist()


def of_day(second: float) -> str:
    second %= 86400
    return f"{int(second // 3600):02d}:{int(second % 3600 // 60):02d}:{second % 60:06.3f}"


def dated(form: str) -> list[str]:
    begin = datetime.datetime(2026, 3, 1, 10)
    return [(begin + datetime.timedelta(seconds=k / 10)).strftime(form) for k in range(N)]


@pytest.mark.parametrize(
    ("name", "cells", "rate"),
    [
        ("time", (I * 10).tolist(), 100),
        ("t", (I * 20_000).tolist(), 50),
        ("timestamp", (I * 10_000_000 + 1_600_000_000_000_000_000).tolist(), 100),
        ("Zeit", (46027.4 + I / 864000).tolist(), 10),
        ("tiempo", (0.4 + I / 864000).tolist(), 10),
        ("time_min", (I / 600).tolist(), 10),
        ("minutes", (I / 600).tolist(), 10),
        ("time_h", (I / 36000).tolist(), 10),
        ("heure", [of_day(36000 + k / 10) for k in range(N)], 10),
        ("Uhrzeit", [of_day(86390 + k / 10) for k in range(N)], 10),
        ("Datum", dated("%d.%m.%Y %H:%M:%S.%f"), 10),
        ("fecha", dated("%d/%m/%Y %H:%M:%S.%f"), 10),
        ("Date", dated("%Y-%m-%dT%H:%M:%S.%fZ"), 10),
        ("when", dated("%Y/%m/%d %H:%M:%S:%f"), 10),
        ("stamp", [text[:17] for text in dated("%Y%m%d%H%M%S%f")], 10),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_clock_is_read_whatever_it_counts(
    lab: Any, table: Any, name: str, cells: list[Any], rate: float, form: str
) -> None:
    lab.write(f"t.{form}", table(n=N, **{"time": None, name: cells}))
    if name == "stamp":  # no word for time: it is asked about
        with pytest.raises(DataError, match="--time stamp"):
            lab.read(f"t.{form}")
    recordings = lab.read(f"t.{form}", **({"time": name} if name == "stamp" else {}))
    assert recordings[0].rate_hz == pytest.approx(rate, rel=1e-3)
    assert len(recordings) == 1
    assert recordings[0].channels == ("ax", "ay", "az")


@pytest.mark.parametrize(
    ("name", "cells", "unit", "rate"),
    [
        ("time", I.tolist(), "ms", 1000),
        ("time", I.tolist(), "s", 1),
        ("time_ms", TENTHS, "s", 10),
        ("time_s", (I * 10).tolist(), "ms", 100),
        ("t", (I / 50_000).tolist(), "s", 50_000),
    ],
)
def test_a_rate_that_no_sensor_has_is_asked_about_and_the_answer_works(
    lab: Any, table: Any, name: str, cells: list[float], unit: str, rate: float
) -> None:
    lab.write("t.csv", table(n=N, **{"time": None, name: cells}))
    with pytest.raises(DataError, match=rf"--unit {name}={unit}"):
        lab.read("t.csv")
    assert lab.read("t.csv", unit={name: unit})[0].rate_hz == pytest.approx(rate)


def test_numbers_of_samples_take_a_rate(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(n=N, time=I.tolist()))
    assert lab.read("t.csv", rate_hz=25)[0].rate_hz == 25


@pytest.mark.parametrize("cells", [TENTHS, np.cumsum(RNG.normal(0.1, 0.01, N)).round(4).tolist()])
@pytest.mark.parametrize("name", ["col1", "moment_x", "reloj"])
def test_a_clock_without_a_name_is_asked_about_and_both_answers_work(
    lab: Any, table: Any, name: str, cells: list[float]
) -> None:
    lab.write("t.csv", table(n=N, **{"time": None, name: cells}))
    with pytest.raises(DataError, match=rf"--time {name} or --rate-hz"):
        lab.read("t.csv")
    assert lab.read("t.csv", time=name)[0].rate_hz == pytest.approx(10, rel=0.01)
    recordings = lab.read("t.csv", rate_hz=20)
    assert (recordings[0].rate_hz, recordings[0].channels) == (20, ("ax", "ay", "az"))


def test_without_any_clock_the_rate_is_asked_for(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(time=None))
    with pytest.raises(DataError, match=r"no time column; .*--rate-hz 50"):
        lab.read("t.csv")
    assert lab.read("t.csv", rate_hz=50)[0].rate_hz == 50


def _late(times: list[float]) -> list[float]:
    times[60] += 0.08
    times[61] += 0.04
    return times


@pytest.mark.parametrize(
    ("change", "n", "told"),
    [
        (lambda t: t[:200] + t[:200], 2, "1 places where the time starts again"),
        (lambda t: [*t[:60], t[59], *t[61:]], 1, "1 repeated time stamps"),
        (_late, 1, ""),
        (lambda _: np.cumsum(RNG.normal(0.1, 0.02, N)).round(4).tolist(), 1, "put on an even grid"),
        (lambda _: np.cumsum(RNG.uniform(0.02, 0.18, N)).round(4).tolist(), 1, "put on an even grid"),
        (lambda t: t[:200] + [x + 30 for x in t[200:]], 2, "1 gaps"),
        (lambda t: [*t[:100], t[101], t[100], *t[102:]], 1, "came late"),
        (lambda t: t[::-1], 1, "turned round"),
    ],
)
@pytest.mark.parametrize("unit", [1, 1000])
def test_odd_clocks_are_cut_or_repaired_and_told(
    lab: Any, table: Any, tells: Any, change: Callable[[list[float]], list[float]], n: int, told: str, unit: int
) -> None:
    times = [round(t * unit, 4) for t in change(list(TENTHS))]
    lab.write("t.csv", table(n=N, time=None, **{"time_s" if unit == 1 else "time_ms": times}))
    recordings = lab.read("t.csv")
    assert len(recordings) == n
    assert told in tells(recordings)
    assert sum(len(one.data) for one in recordings) == pytest.approx(N, abs=12)


def test_gaps_can_be_said(lab: Any, table: Any) -> None:
    times = TENTHS[:200] + [x + 3 for x in TENTHS[200:]]
    lab.write("t.csv", table(n=N, time=times))
    assert len(lab.read("t.csv")) == 2
    assert len(lab.read("t.csv", gap=5)) == 1


@pytest.mark.parametrize("rates", [(10, 20, 5), (10, 10.3, 9.84), (50, 100)])
@pytest.mark.parametrize("one_file", [True, False])
def test_rates_that_differ_are_refused_and_even_makes_one(
    lab: Any, table: Any, people: Any, rates: tuple[float, ...], one_file: bool
) -> None:
    tables = [table(i, n=N, rate_hz=rate, user=[f"u{i}"] * N) for i, rate in enumerate(rates)]
    if one_file:
        tables = [{key: [cell for one in tables for cell in one[key]] for key in tables[0]}]
    for i, one in enumerate(tables):
        lab.write(f"p{i}.csv", one)
    with pytest.raises(DataError, match=r"samples per second.*--even"):
        lab.read("p0.csv" if one_file else "")
    recordings = lab.read("p0.csv" if one_file else "", even=10)
    assert {one.rate_hz for one in recordings} == {10}
    assert len(people(recordings)) == len(rates)


def test_files_may_count_in_different_units(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0, n=N))
    lab.write("p2.csv", table(1, n=N, time=(I * 100).tolist()))
    lab.write("p3.csv", table(2, n=N, time=None, **{"time (ms)": (I * 100).tolist()}))
    assert {one.rate_hz for one in lab.read()} == {10}


def test_two_clocks_that_differ_are_asked_about_and_both_answers_work(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(n=N, time2=(I / 20).tolist()))
    with pytest.raises(DataError, match=r"--time time or --time time2"):
        lab.read("t.csv")
    assert [lab.read("t.csv", time=name)[0].rate_hz for name in ("time", "time2")] == [10, 20]


def test_a_clock_of_parts_of_a_second_is_not_taken_for_the_time(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(n=N, time=None, seconds=(1000 + I // 10).tolist(), ms=((I % 10) * 100).tolist()))
    with pytest.raises(DataError, match="--time seconds or --time ms"):
        lab.read("t.csv")


@pytest.mark.parametrize("key", ["user", "device", "Proband", "session"])
def test_rows_of_several_that_take_turns_are_told_apart(lab: Any, table: Any, key: str) -> None:
    one, other = (table(i, n=N, **{key: [f"k{i}"] * N}) for i in range(2))
    lab.write(
        "t.csv", {name: [cell for pair in zip(one[name], other[name], strict=True) for cell in pair] for name in one}
    )
    recordings = lab.read("t.csv")
    assert [(len(one.data), one.rate_hz) for one in recordings] == [(N, 10), (N, 10)]


@pytest.mark.parametrize(
    ("cell", "match"), [("", r"1 of 400 times are missing \(first in line 9\)"), ("x", "line 9: 'x'")]
)
def test_a_time_that_is_missing_is_named(lab: Any, table: Any, cell: str, match: str) -> None:
    lab.write("t.csv", table(n=N, time=[cell if k == 7 else t for k, t in enumerate(TENTHS)]))
    with pytest.raises(DataError, match=match):
        lab.read("t.csv")
