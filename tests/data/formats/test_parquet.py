"""Parquet files: the very one that is named, and one sentence for each damaged one, though polars ends the process."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from stridenet.__main__ import main
from stridenet.data.formats import parquet
from stridenet.data.load import load_recordings
from stridenet.errors import DataError


def table(value: float = 1.0, n: int = 60) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "time": [i / 50 for i in range(n)],
            "x": [value + i % 2 for i in range(n)],
            "y": [i * 0.37 % 1 for i in range(n)],
            "label": ["walk" if i < 40 else "sit" for i in range(n)],
        }
    )


def content(n: int = 60) -> bytes:
    file = io.BytesIO()
    table(n=n).write_parquet(file, row_group_size=20)
    return file.getvalue()


@pytest.mark.parametrize("name", ["walk[1].parquet", "walk*.parquet", "walk?.pq", "{walk}.parquet", "**.parquet"])
def test_brackets_and_stars_in_a_name_are_no_pattern(name: str, tmp_path: Path) -> None:
    for other in ("walk1.parquet", "walkx.parquet", "walk.parquet", "walk1.pq"):
        table(7).write_parquet(tmp_path / other)
    table(9).write_parquet(tmp_path / name)
    (recording,) = load_recordings(str(tmp_path / name))
    assert set(recording.data[:, 0].tolist()) == {9.0, 10.0}
    assert recording.name == name
    assert {r.name: r.data[0, 0] for r in load_recordings(str(tmp_path))}[name] == 9.0


@pytest.mark.parametrize("folder", ["[1]", "a*b", "what?", "user=3"])
def test_so_are_those_of_folders(folder: str, tmp_path: Path) -> None:
    for other, value in (("1", 7), (folder, 9)):
        (tmp_path / other).mkdir()
        table(value).write_parquet(tmp_path / other / "a.parquet")
        table(value).write_csv(tmp_path / other / "b.csv")
    for name in ("a.parquet", "b.csv"):
        (recording,) = load_recordings(str(tmp_path / folder / name))
        assert recording.data[0, 0] == 9.0
        assert recording.channels == ("x", "y")
    assert [r.data[0, 0] for r in load_recordings(str(tmp_path / folder))] == [9.0, 9.0]


def huge_count(data: bytes) -> bytes:
    """The number of rows in the footer is damaged, so that polars asks for all the memory there is."""
    return data.replace(b"\x16\x78", b"\x16\xf8", 1)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no first bytes": lambda d: d[700:],
    "no first bytes but the magic": lambda d: d[:4] + d[700:],
    "no last bytes": lambda d: d[:-10],
    "cut in the middle": lambda d: d[: len(d) // 2],
    "a hole in the middle": lambda d: d[:300] + d[600:],
    "zeros in the middle": lambda d: d[:200] + bytes(400) + d[600:],
    "a wrong length of the footer": lambda d: d[:-8] + (10**6).to_bytes(4, "little") + d[-4:],
    "a short footer": lambda d: d[:-8] + (12).to_bytes(4, "little") + d[-4:],
    "no footer": lambda d: d[:4] + bytes(4) + b"PAR1",
    "bytes too many": lambda d: d[:100] + b"xyz" + d[100:],
    "nothing": lambda _: b"",
    "the magic alone": lambda _: b"PAR1",
    "a CSV file": lambda _: b"time,x\n0,1\n0.1,2\n",
    "huge count": huge_count,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_one_sentence(
    damage: Callable[[bytes], bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "walk.parquet"
    file.write_bytes(damage(content()))
    assert main(["inspect", str(file)]) == 2
    out, err = capfd.readouterr()  # of the whole process: panics too
    assert out == ""
    assert err.startswith("stridenet: file 'walk.parquet' ")
    assert err.count("\n") == 1


def test_what_ends_the_process_is_survived_and_the_file_named(tmp_path: Path) -> None:
    table().write_parquet(tmp_path / "1.parquet")
    (tmp_path / "2.parquet").write_bytes(DAMAGE["a hole in the middle"](content()))
    table().write_parquet(tmp_path / "3.parquet")
    with pytest.raises(DataError, match=r"^file '2.parquet' is a Parquet file that is damaged"):
        load_recordings(str(tmp_path))


def test_a_table_larger_than_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table().write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(parquet, "free_memory", lambda: 1000)
    with pytest.raises(DataError, match=r"says that it holds more than the 0.0 GB of memory"):
        load_recordings(str(tmp_path))


def test_no_module_of_the_users_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "polars.py").write_text("raise SystemExit(1)")
    table().write_parquet(tmp_path / "a.parquet")
    monkeypatch.chdir(tmp_path)
    assert load_recordings("a.parquet")[0].n_samples == 60


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
def test_without_a_child_the_file_is_read_all_the_same(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table().write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(sys, "executable", python)
    assert load_recordings(str(tmp_path))[0].n_samples == 60


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("label", [["a"]] * 60),
        ("label", [{"a": 1}] * 60),
        ("person", [["a"]] * 60),
        ("person", [b"\xff"] * 60),
    ],
)
def test_columns_of_lists_and_the_like_are_said(column: str, values: list[object], tmp_path: Path) -> None:
    table().with_columns(pl.Series(column, values)).write_parquet(tmp_path / "a.parquet")
    said: list[str] = []
    load_recordings(str(tmp_path), note=said.append)
    assert any(f"column '{column}' holds " in line and "is left out" in line for line in said)
