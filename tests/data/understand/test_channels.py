"""Which columns are channels, and which of a table without names is the clock."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet import read
from stridenet.errors import DataError


def rows(*columns: object) -> str:
    return "\n".join(",".join(str(cell) for cell in row) for row in zip(*columns, strict=True)) + "\n"


WAVES = [np.sin(np.arange(100) * k).round(4) for k in (0.3, 0.7, 1.1)]
CLOCKS = {
    "seconds": [i * 0.02 for i in range(100)],
    "nanoseconds since the start of the phone": [8231200000000 + i * 20_000_000 + i % 3 for i in range(100)],
    "seconds since 1970": [f"{1580000000 + i * 0.02:.4f}" for i in range(100)],
}


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS.keys())
@pytest.mark.parametrize("at", [0, 3])
def test_one_clock_in_a_table_without_names_is_found(tmp_path: Path, clock: list[object], at: int) -> None:
    columns: list[object] = [*WAVES]
    columns.insert(at, clock)
    (tmp_path / "a.csv").write_text(rows(*columns))
    found = read(tmp_path / "a.csv")
    assert found[0].rate_hz == pytest.approx(50, rel=1e-3)
    assert found[0].data.shape[1] == 3


def test_two_clocks_that_tell_the_same_are_one(tmp_path: Path) -> None:
    nanoseconds = [1679068247000000000 + i * 20_000_000 for i in range(100)]
    (tmp_path / "walking.csv").write_text(rows(nanoseconds, CLOCKS["seconds"], *WAVES))
    found = read(tmp_path / "walking.csv")
    assert found[0].channels == ("column_3", "column_4", "column_5")
    assert found[0].rate_hz == pytest.approx(50)


def test_a_code_that_rises_is_no_clock(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(rows(*(np.tile(wave, 3) for wave in WAVES), [i // 100 for i in range(300)]))
    with pytest.raises(DataError, match=r"column 'column_4': it holds 3 different whole numbers, each for long"):
        read(tmp_path / "a.csv")


def test_a_column_for_each_activity_is_asked_for_as_labels(lab: Any, table: Any) -> None:
    one = {name: [int(i // 40 == k) for i in range(120)] for k, name in enumerate(("walk", "rest", "jump"))}
    lab.write("p1.csv", table(0, activity=None, **one))
    with pytest.raises(
        DataError, match=r"columns 'walk', 'rest', 'jump': one of them at a time is 1.*\(--drop walk,rest,jump\)"
    ):
        lab.read()
    assert len(lab.read(drop=("walk", "rest", "jump"))) == 1


def test_marks_in_one_row_each_make_no_channel_a_code(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.csv", table(0, activity=["walk", *[""] * 59, "rest", *[""] * 59]))
    recordings = lab.read()
    assert recordings[0].channels == ("ax", "ay", "az")
    assert "empty cells (118)" in tells(recordings)


@pytest.mark.parametrize(
    ("cell", "why"), [("1.70000E+12", "is the same in all rows"), ("2024-05-01 00:00:00", "tells the day")]
)
def test_a_time_that_is_no_clock_is_named(lab: Any, table: Any, cell: str, why: str) -> None:
    lab.write("p1.csv", table(0, time=[cell] * 120))
    with pytest.raises(DataError, match=rf"column 'time': it {why}.*--rate-hz 50"):
        lab.read()
    assert len(lab.read(rate_hz=10)[0].data) == 120


def test_a_column_that_does_not_change_is_told_with_its_value(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.csv", table(0, az=[9.81] * 120))
    assert "az (is 9.81 throughout)" in tells(lab.read())
