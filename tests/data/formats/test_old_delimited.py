"""CSV and TSV files that are cut off, far too wide, or larger than the memory."""

import csv
from pathlib import Path

import pytest

from stridenet.__main__ import main
from stridenet.data.formats import old_delimited
from stridenet.data.formats.tables import read_tables
from stridenet.data.load import load_windows
from stridenet.errors import DataError

ROWS = "time,x,label\n" + "".join(f"{i / 10},{i},{'walk' if i < 40 else 'sit'}\n" for i in range(80))


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_without_its_last_line_end_is_noted(tmp_path: Path) -> None:
    said: list[str] = []
    file = write(tmp_path / "walk.csv", ROWS[:-2])
    windows = load_windows(str(file), length=20, note=said.append)
    assert windows.classes == ("si", "sit", "walk")
    assert said == [
        "file 'walk.csv' does not end with a line end: if its copy was cut off, its last row is not whole.",
        "no window has the label 'si' (1 samples), so nothing can be learnt of it; correct it in the file if it is "
        "none.",
    ]
    said.clear()
    for name in ("b.csv", "c.csv"):
        write(tmp_path / name, ROWS[:-1])
    load_windows(str(tmp_path), length=20, note=said.append)
    assert "file 'b.csv' does not end with a line end, and 2 more do not either" in said[0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n\r\n"])
def test_a_whole_file_is_not_noted(end: str, tmp_path: Path) -> None:
    said: list[str] = []
    load_windows(str(write(tmp_path / "walk.csv", ROWS[:-1] + end)), length=20, note=said.append)
    assert said == []


def test_a_file_cut_within_a_number_lacks_its_label(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"column 'x': 1 of 80 values are missing"):
        read_tables(write(tmp_path / "walk.csv", ROWS[: ROWS.rindex(",79,")]))


def test_many_classes_without_a_window_are_named_in_short(tmp_path: Path) -> None:
    said: list[str] = []
    rows = "".join(f"{8 + i / 10},1,{'odd' * 50}{i}\n" for i in range(9))
    load_windows(str(write(tmp_path / "walk.csv", ROWS + rows)), length=20, note=said.append)
    assert len(said) == 1
    assert "and 6 more" in said[0]
    assert len(said[0]) < 450


@pytest.mark.parametrize("where", ["too wide", "header", "in a quote", "good"])
def test_a_cell_of_any_length(where: str, tmp_path: Path) -> None:
    long, limit = "x" * 200_000, csv.field_size_limit()
    text = {
        "too wide": f"time,acc,label\n0,1,a\n0.02,1,a,b,{long}\n",
        "header": f"time,acc,{long},acc\n0,1,2,3\n",
        "in a quote": f'time,acc\n0,1\n0.02,"{long}\n{long}",3\n',
        "good": f"time,acc,note\n0,1,{long}\n0.02,1,{long}\n",
    }[where]
    file = write(tmp_path / "long.csv", text)
    if where == "good":
        assert read_tables(file)[0].n_samples == 2
    else:
        message = {
            "too wide": r"line 3 has 5 cells for 3 columns",
            "header": r"has 2 columns named 'acc'",
            "in a quote": r"line 3 has 3 cells for 2 columns",
        }
        with pytest.raises(DataError, match=message[where]):
            read_tables(file)
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    "text", ['time,x\n0,"1\n0.1,2\n', 'time,"x\n0,1\n', '"', "time,x\r0,1\r0.1,2\r", ",\n,\n", "a\n"]
)
def test_quotes_that_do_not_end_and_other_oddities(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(write(tmp_path / "a.csv", text))]) == 2
    err = capsys.readouterr().err
    assert "stridenet: file 'a.csv'" in err


@pytest.mark.parametrize(
    ("cell", "label"),
    [('"5"" step"', '5" step'), ('"a, b"', "a, b"), ('"a\nb"', "a\nb"), ("it's", "it's"), ('""', None)],
)
def test_quotes_in_a_label(cell: str, label: str | None, tmp_path: Path) -> None:
    (recording,) = read_tables(write(tmp_path / "a.csv", f"time,x,label\n0,1,{cell}\n0.1,2,{cell}\n"))
    assert recording.classes == ((label,) if label else ())


@pytest.mark.parametrize("rows", ['0,1,5" step\n0.1,2,w\n', '0,1,"w"\n0.1,2,"w\n0.2,3,w\n'])
def test_a_quote_without_its_other_half_is_named(rows: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line [23] has a quotation mark without its other half"):
        read_tables(write(tmp_path / "a.csv", f"time,x,label\n{rows}"))


def test_a_file_larger_than_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.write(b"time,x\n")
        file.truncate(1 << 40)
    with pytest.raises(DataError, match=r"has 1099.5 GB and needs 3 times that"):
        read_tables(tmp_path)
    monkeypatch.setattr(old_delimited, "free_memory", lambda: 1 << 50)
    with pytest.raises(DataError, match=r"is not text in UTF-8"):
        read_tables(tmp_path)
