"""JSON tables: an object a line, or a list of objects."""

import json

import polars as pl
import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError

ROWS = [{"t": i / 50, "n": 1679068247354694100 + i, "acc": {"x": i, "y": i / 3}, "label": "walk"} for i in range(9)]
ROWS[4]["acc"] = {"x": 4}
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


def read(content: str | bytes, name: str) -> Sheet:
    raw = content.encode() if isinstance(content, str) else content
    (sheet,) = registry.read(File(name=name, size=len(raw), open=lambda: raw))
    assert isinstance(sheet, Sheet)
    return sheet


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (LINES, "a.jsonl"),
        (LINES, "a.json"),
        (LINES, "a.txt"),
        (LINES.replace("\n", "\r\n").encode("utf-8-sig"), "a.ndjson"),
        (json.dumps(ROWS), "a.json"),
        (json.dumps(ROWS, indent=2), "a.json"),
    ],
)
def test_objects_become_rows(content: str | bytes, name: str) -> None:
    sheet = read(content, name)
    assert sheet.frame.columns == ["t", "n", "acc.x", "acc.y", "label"]
    assert sheet.frame["n"].to_list() == [row["n"] for row in ROWS]
    assert sheet.frame["acc.x"].dtype == pl.Int64
    assert sheet.frame["acc.y"].to_list() == [None if i == 4 else i / 3 for i in range(9)]
    assert sheet.notes == ()
    assert sheet.lines.tolist() == (
        list(range(1, 10)) if "json.dumps" not in name and b"[" not in _raw(content) else []
    )


def _raw(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def test_numbers_as_text_lists_and_missing_words() -> None:
    sheet = read('[{"t": "0.5", "x": "NaN", "l": [1, 2]}, {"t": "1", "x": "3", "l": [1]}]', "a.json")
    assert sheet.frame.to_dict(as_series=False) == {"t": [0.5, 1.0], "x": [None, 3]}
    assert "column 'l' holds" in sheet.notes[0]


def test_damage_is_named() -> None:
    with pytest.raises(DataError, match=r"^file 'a.jsonl', line 2 is no JSON object"):
        read('{"t": 1}\n{"t": \n{"t": 2}\n', "a.jsonl")
    for content in ('[{"t": 1}, {"t": ', '{"t": 1, ', "[1, 2", "[" * 100_000):
        with pytest.raises(DataError, match=r"^file 'a.json' is JSON that is damaged"):
            read(content, "a.json")
    cut = read(LINES[:-9], "a.jsonl")
    assert cut.frame.height == 8
    assert "its last row (line 9) was cut off and is left out" in cut.notes[0]


@pytest.mark.parametrize("content", ['{"a": 1}', "[1, 2, 3]", "3", '{"a": [{"t": 1}]}', "null"])
def test_other_json_holds_nothing(content: str) -> None:
    sheet = read(content, "a.json")
    assert sheet.kind == "nothing"
    assert "JSON of no form that is known" in sheet.why


def test_an_object_of_lists_is_a_table_of_columns() -> None:
    sheet = read(json.dumps({"device": "x", "t": [0.0, 0.02], "x": [1, 2]}), "a.json")
    assert sheet.frame.to_dict(as_series=False) == {"t": [0.0, 0.02], "x": [1, 2]}
    assert "its other entries are no columns: device" in sheet.notes
