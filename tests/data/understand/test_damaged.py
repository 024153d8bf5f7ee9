"""What fuzzing found: of a damaged source nothing is lost in silence, and nothing ends in a traceback."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import stridenet
from stridenet.data.load import load_windows
from stridenet.errors import DataError, SettingError

TS = "@univariate true\n@classLabel true a b\n@data\n1,2,3:a\n2,3,4:b\n"


def write(folder: Path, **files: str) -> str:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return str(folder)


def test_times_that_are_words_in_one_file_and_numbers_in_another(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0))
    lab.write("p2.csv", table(1, time=["x1y"] * 120))
    with pytest.raises(DataError, match="time"):
        lab.read()


def test_a_channel_that_is_words_in_one_file_and_numbers_in_another(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.csv", table(0))
    lab.write("p2.csv", table(1, ax=["x1y"] * 120))
    assert "columns left out: ax (holds text, such as 'x1y' in 'p2.csv'" in tells(lab.read())


def test_a_damaged_file_of_series_is_not_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", M_TEST__ts=TS, M_TRAIN__ts=TS.replace("2,3,4", "2,x,4"))
    with pytest.raises(DataError, match=r"'M_TRAIN\.ts', line 5"):
        stridenet.read(folder)


def test_what_lies_beside_series_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", M_TEST__ts=TS, notes__pdf="x")
    (note,) = [line for line in stridenet.read(folder).reading.told if "passed over" in line]
    assert "notes.pdf' (a document)" in note


def test_series_beside_recordings_are_told(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.csv", table(0))
    np.save(lab.folder / "x.npy", np.zeros((4, 50, 3)))
    assert "x.npy (it holds windows that came cut" in tells(lab.read())


def test_dates_far_out_of_range(tmp_path: Path) -> None:
    dates = pl.Series("time", [0, 20, 10**17]).cast(pl.Datetime("ms"))
    pl.DataFrame([dates, pl.Series("x", [1.0, 2.0, 3.0])]).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"'a\.parquet'.*row 3: .* is no date between 1677 and 2262"):
        stridenet.read(str(tmp_path / "a.parquet"))


def test_what_one_sensor_has_alone_is_told(lab: Any, table: Any, tells: Any) -> None:
    lab.write("r/acc.csv", table(0))
    lab.write("r/gyro.csv", table(1, n=60))
    recordings = lab.read()
    assert recordings[0].duration_s == pytest.approx(6, abs=0.2)
    assert " of the 12 s of 'r/acc.csv' are left out" in tells(recordings)


def test_a_missing_value_of_joined_sensors_is_placed_by_its_time(lab: Any, table: Any) -> None:
    lab.write("acc.csv", table(0))
    lab.write("gyro.csv", table(1, ax=[None if i == 50 else 1.0 for i in range(120)]))
    with pytest.raises(DataError, match=r"several sensors .*'gyro_ax': .* missing \(first in its second 5\.00\)"):
        lab.read()


def test_a_person_of_one_cell_is_told(lab: Any, table: Any) -> None:
    lab.write("a.csv", table(0, user=["anna"] * 60 + ["annb"] + ["anna"] * 59))
    said: list[str] = []
    load_windows(str(lab.folder), length_s=2, note=said.append)
    assert any("no recording is as long as a window of the person 'annb' (at most 1 samples)" in line for line in said)


def test_an_unknown_setting_of_a_description_names_its_file(tmp_path: Path) -> None:
    write(tmp_path, a__csv="x\n1\n", lab__toml='format = 1\npath = "a.csv"\n[read]\nperskn = "a"\n')
    with pytest.raises(SettingError, match=r"lab\.toml: unknown setting"):
        stridenet.read(str(tmp_path / "lab.toml"))


def test_a_column_that_is_said_and_is_nowhere_names_the_file(lab: Any, table: Any) -> None:
    lab.write("a.csv", table(0))
    with pytest.raises(SettingError, match=r"file 'a\.csv': unknown column 'foo'"):
        lab.read(label="foo")


def test_rows_that_are_windows_keep_the_notes_of_their_table(tmp_path: Path) -> None:
    rows = "x_1,x_2,label\n1,2,a\n2,3,b\n3,4,a\n4,5,b\n5,6"
    folder = write(tmp_path / "w", a__csv=rows, b__pdf="x")
    told = " ".join(stridenet.read(folder, wide=True, rate_hz=1).reading.told)
    assert "last row" in told
    assert "b.pdf" in told


def test_rows_that_are_windows_and_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no recording"):
        stridenet.read(write(tmp_path / "w", a__csv="x_1,x_2,label\n"), wide=True, rate_hz=1)


def test_a_time_of_another_age(lab: Any, table: Any) -> None:
    lab.write("a.csv", table(0, time=[i / 10 if i != 50 else 1e17 for i in range(120)]))
    with pytest.raises(DataError, match=r"'a\.csv', column 'time', line 52: its time lies .* years from"):
        lab.read()


def test_series_without_a_label_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "w", a__csv="x_1,x_2,label\n1,2,a\n2,3,\n3,4,b\n")
    assert "1 of 3 series have no label" in " ".join(stridenet.read(folder, wide=True, rate_hz=1).reading.told)


@pytest.mark.filterwarnings("error")
def test_a_time_that_is_infinite_is_refused_without_a_warning(tmp_path: Path) -> None:
    rows = "".join(f"{'1e400' if i == 5 else i / 10},{i % 7},{i % 3}\n" for i in range(40))
    with pytest.raises(DataError, match=r"'a\.csv', column 'time'.* infinite \(first in line 7\)"):
        stridenet.read(write(tmp_path / "t", a__csv="time,x,y\n" + rows))


def test_names_with_signs_that_nobody_types_are_told(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.parquet", table(0, activity=["O\x19sit"] * 60 + ["walk"] * 60))
    assert r"names hold signs that cannot be shown, as of a damaged file: 'O\x19sit'" in tells(lab.read())


def test_a_row_in_years_is_no_clock(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0, time=[i * 2e7 for i in range(120)]))
    with pytest.raises(DataError, match=r"'p1\.csv'.*one row in 231 days"):
        lab.read(unit={"time": "s"})


def test_what_a_table_of_labels_lost_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{i * 0.02:.2f},{i % 7},{i % 5}\n" for i in range(200))
    labels = "start,end,label\n0.5,1.5,sit\n2.0"
    told = stridenet.read(write(tmp_path / "s", r__csv=f"time,ax,ay\n{rows}", labels__csv=labels)).reading.told
    assert any("'labels.csv': its last row (line 3) was cut off" in line for line in told)
