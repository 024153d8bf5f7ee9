from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    for folder in ("metadata", "sessions", "windows"):
        (tmp_path / folder).mkdir()
    (tmp_path / "metadata/session_df.csv").write_text(",session_id,subject_id,activity_id\n0,0,0,1\n1,1,4,0\n")
    (tmp_path / "metadata/activity_df.csv").write_text(",activity_id,activity_name\n0,0,walk\n1,1,sit\n")
    times = [datetime(2020, 1, 1) + timedelta(milliseconds=20 * i) for i in (1, 0, 0, 1)]
    frame = pl.DataFrame({"timestamp": times, "acc_x": [2.0, 1.0, 3.0, 4.0], "session_id": [0, 0, 1, 1]})
    frame.write_parquet(tmp_path / "sessions/sessions.parquet")
    frame.write_parquet(tmp_path / "windows/windows.parquet")
    return tmp_path


def read(prepared: Path, name: str) -> Sheet:
    path = prepared / name
    (sheet,) = registry.read(File(name=name, size=path.stat().st_size, open=path.read_bytes, path=path))
    assert isinstance(sheet, Sheet)
    return sheet


def test_sessions_with_people_and_activities(prepared: Path) -> None:
    sheet = read(prepared, "sessions/sessions.parquet")
    assert sheet.frame["acc_x"].to_list() == [1.0, 2.0, 3.0, 4.0]
    assert sheet.frame["activity_name"].to_list() == ["sit", "sit", "walk", "walk"]
    assert sheet.frame["subject_id"].to_list() == ["0", "0", "4", "4"]
    assert {name: known.role for name, known in sheet.known.items()} == {
        "session_id": "session",
        "subject_id": "person",
        "activity_name": "label",
        "activity_id": "left out",
        "timestamp": "time",
        "acc_x": "channel",
    }


def test_windows_and_tables_are_passed_over(prepared: Path) -> None:
    assert read(prepared, "windows/windows.parquet").why == "the same samples, cut"
    assert read(prepared, "metadata/session_df.csv").kind == "nothing"


def test_what_does_not_fit(prepared: Path) -> None:
    (prepared / "metadata/session_df.csv").write_text(",session_id,subject_id,activity_id\n0,0,0,1\n")
    with pytest.raises(DataError, match="holds session 1, whose activity"):
        read(prepared, "sessions/sessions.parquet")
    (prepared / "metadata/activity_df.csv").unlink()
    with pytest.raises(DataError, match=r"activity_df\.csv beside"):
        read(prepared, "sessions/sessions.parquet")


@pytest.mark.parametrize(
    ("sessions", "message"),
    [
        (",session_id,subject_id,activity_id\n0,0,0,1\n1,1,4,0\n1,1,4,1\n", "names a session or an activity twice"),
        (",session_id,subject_id,activity_id\n0,0,0,x\n1,1,4,0\n", "not numbered"),
        (",session_id,subject_id,activity_id\n0,0,0,1\n1,1,4,7\n", "holds session 1, whose activity"),
        (",session_id,subject_id,activity_id\n0,0,0,1\n1,1,\0,0\n", "missing or damaged|no column"),
    ],
)
def test_tables_that_are_damaged(prepared: Path, sessions: str, message: str) -> None:
    (prepared / "metadata/session_df.csv").write_text(sessions)
    with pytest.raises(DataError, match=message):
        read(prepared, "sessions/sessions.parquet")
