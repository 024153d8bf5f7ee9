"""Frames of every type as sheets."""

import datetime
import io
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from stridenet.data.formats import registry
from stridenet.data.formats.frames import sheet_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File, files

FRAME = pl.DataFrame(
    {
        "t (ms)": pl.Series([0, 20, 40], dtype=pl.UInt32),
        "ns": pl.Series([1679068247354694100, 1679068247354694101, 2**63 - 1], dtype=pl.UInt64),
        "x [g]": pl.Series([0.5, float("nan"), None], dtype=pl.Float32),
        "d": [Decimal("1.5"), Decimal("2.5"), None],
        "when": pl.Series([datetime.datetime(2024, 1, 1), None, None], dtype=pl.Datetime("ns", "Europe/Berlin")),
        "day": [datetime.date(2024, 1, 1)] * 3,
        "since": [datetime.timedelta(milliseconds=5)] * 3,
        "kind": pl.Series(["a", "b", None], dtype=pl.Categorical),
        "on": [True, False, None],
        "list": [[1], [2], [3]],
        "__index_level_0__": [7, 8, 9],
        "text": ["1", "2", "NA"],
    }
)


def check(sheet: Sheet) -> None:
    frame = sheet.frame
    assert frame["t"].to_list() == [0, 20, 40]
    assert sheet.units == {"t": "ms", "x": "g", "since": "ns"}
    assert frame["ns"].to_list() == FRAME["ns"].to_list()
    assert frame["x"].to_list() == [0.5, None, None]
    assert frame["d"].to_list() == [1.5, 2.5, None]
    assert isinstance(frame["when"].dtype, pl.Datetime)
    assert frame["day"][0] == datetime.datetime(2024, 1, 1)
    assert frame["since"].to_list() == [5_000_000] * 3
    assert frame["kind"].to_list() == ["a", "b", None]
    assert frame["on"].to_list() == [True, False, None]
    assert frame["text"].to_list() == [1, 2, None]
    assert {str(dtype.base_type()) for dtype in frame.dtypes} <= {"Int64", "Float64", "String", "Boolean", "Datetime"}
    assert list(sheet.known) == ["__index_level_0__"]
    assert sheet.known["__index_level_0__"].role == "left out"
    assert "column 'list' holds" in sheet.notes[0]


def test_types() -> None:
    check(sheet_of(FRAME, "a", "file 'a'"))


@pytest.mark.parametrize("alone", [True, False])
def test_parquet_from_the_disk_and_from_an_archive(alone: bool, tmp_path: Path) -> None:
    path = tmp_path / "a[1].parquet"
    FRAME.write_parquet(path)
    if alone:
        (file,), _ = files(path)
    else:
        content = io.BytesIO()
        FRAME.write_parquet(content)
        file = File(name="a", size=len(content.getvalue()), open=content.getvalue)
    (sheet,) = registry.read(file)
    assert isinstance(sheet, Sheet)
    assert sheet.form == "Parquet"
    check(sheet)
