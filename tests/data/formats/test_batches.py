"""Parts of a table together are the table."""

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stridenet.data.formats.batches import columns_in_batches
from stridenet.data.formats.delimited import sheet_of_text
from stridenet.data.formats.text import text_of
from stridenet.errors import DataError

HEAD = "rate: 50 Hz\n\ntime (ns);acc [g];label\n"
BODY = "".join(f"{1679068247354694100 + i};0,{i:03};w{i % 3}é\n" for i in range(90))


@pytest.mark.parametrize("size", [400, 1500, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("packed", [False, True])
def test_parts_are_the_whole(size: int, encoding: str, end: str, packed: bool, tmp_path: Path) -> None:
    raw = (HEAD + BODY).replace("\n", end).encode(encoding)
    path = tmp_path / f"a.csv{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    parts = list(columns_in_batches(path, size=size))
    whole = sheet_of_text(text_of(raw, "a"), "a", "a")
    assert pl.concat([part.frame for part in parts]).equals(whole.frame)
    assert np.concatenate([part.lines for part in parts]).tolist() == whole.lines.tolist()
    assert {tuple(part.frame.columns) for part in parts} == {("time", "acc", "label")}
    assert parts[0].units == {"time": "ns", "acc": "g"}
    assert (len(parts) > 1) == (size < len(raw))


def test_a_wrong_line_has_its_number_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + BODY + "1;2;3;4\n" + BODY)
    with pytest.raises(DataError, match=r"line 94 has 4 cells for 3 columns"):
        list(columns_in_batches(path, size=999))


def test_a_cell_in_quotes_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,text\n" + "".join(f'{i},"a\nb"\n' for i in range(200)))
    parts = list(columns_in_batches(path, size=100))
    assert len(parts) > 9
    assert pl.concat([part.frame for part in parts])["text"].unique().to_list() == ["a\nb"]
