"""Columns of times in every unit and form, and those that are none."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stridenet.data.load import load_recordings
from stridenet.errors import DataError

_VALUES = np.random.default_rng(0).normal(size=(301, 2)).round(4)


def write(file: Path, name: str, cells: list[str]) -> str:
    rows = [f"{cell},{x},{z}" for cell, (x, z) in zip(cells, _VALUES, strict=False)]
    file.write_text("\n".join([f"{name},x,z", *rows]) + "\n", encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("name", "first", "step"),
    [
        ("time", 0, 0.02),
        ("time_ms", 1000, 20),
        ("t [us]", 0, 20_000),
        ("timestamp_ns", 1_717_200_000_000_000_000, 20_000_000),
        ("timestamp", 1_717_200_000_000, 20),
    ],
)
def test_times_of_every_unit_give_the_rate(tmp_path: Path, name: str, first: int, step: float) -> None:
    file = write(tmp_path / "a.csv", name, [f"{first + i * step}" for i in range(30)])
    assert load_recordings(file)[0].rate_hz == 50.0


@pytest.mark.parametrize("between", [" ", "T"])
def test_dates_give_the_rate(tmp_path: Path, between: str) -> None:
    cells = [f"2024-05-31{between}12:00:{i // 50:02d}.{i % 50 * 20:03d}" for i in range(120)]
    assert load_recordings(write(tmp_path / "a.csv", "when", cells))[0].rate_hz == 50.0


def test_dates_in_parquet(tmp_path: Path) -> None:
    dates = pl.Series("time", [i * 20 for i in range(30)]).cast(pl.Datetime("ms"))
    pl.DataFrame([dates, pl.Series("x", _VALUES[:30, 0])]).write_parquet(tmp_path / "a.parquet")
    assert load_recordings(str(tmp_path / "a.parquet"))[0].rate_hz == 50.0


def test_a_clock_of_whole_milliseconds_does_not_bend_the_rate(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "time_ms", [f"{round(i * 1000 / 30)}" for i in range(301)])
    assert load_recordings(file)[0].rate_hz == 30.0


@pytest.mark.parametrize(
    ("usual", "odd", "line", "what"),
    [
        ("2024-05-31 noon", "2024-05-31 noon", 2, "is no date or time of a known form"),
        ("2024-05-31 25:00:00", "2024-05-31 25:00:00", 2, "is no date or time like the others"),
        ("2024-05-31 12:00:00", "2024-05-32 12:00:00", 30, "is no date or time like the others"),
        ("2024-05-31 12:00:00", "31.05.2024 12:00:01", 30, "is no date or time like the others"),
        ("2024-05-31 12:00:00", "soon", 30, "is no date or time like the others"),
        ("2024-05-31 " + "x" * 3000, "2024-05-31 y", 2, "is no date or time of a known form"),
        ("99999999999999999999", "99999999999999999999x", 30, "is not a number"),
        ("noon", "later", 2, "is no date or time of a known form"),
    ],
)
def test_a_column_called_the_time_that_is_none_is_no_column_to_leave_out(
    usual: str, odd: str, line: int, what: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", "datetime", [usual] * 28 + [odd] * 2)
    with pytest.raises(DataError, match=rf"column 'datetime', line {line}: .*{what}") as caught:
        load_recordings(file)
    assert len(str(caught.value)) < 250


def test_with_a_rate_it_may_be_left_out(tmp_path: Path) -> None:
    said: list[str] = []
    file = write(tmp_path / "a.csv", "time", ["morning"] * 30)
    assert load_recordings(file, rate_hz=50, note=said.append)[0].channels == ("x", "z")
    assert "columns left out: time (holds text, such as 'morning')." in said


def test_whole_numbers_that_may_be_several_things_are_asked_about(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "time", [str(i) for i in range(30)])
    with pytest.raises(DataError, match=r"column 'time': .* say which: --unit time=s or --unit time=ms or --rate-hz"):
        load_recordings(file)
    assert load_recordings(file, unit={"time": "ms"})[0].rate_hz == 1000
    assert load_recordings(file, rate_hz=50)[0].rate_hz == 50
