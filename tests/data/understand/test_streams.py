"""Labels and people in columns: words that mean none, people as they are written, the order of classes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stridenet.data.load import load_recordings
from stridenet.errors import DataError
from stridenet.signals.recording import UNLABELLED

_VALUES = np.random.default_rng(0).normal(size=(120, 2)).round(4)
WORDS = ("NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "none", "-", "?", " NA ")


def write(file: Path, **columns: list[str]) -> str:
    """A table at 10 Hz; columns of few cells hold each for as many rows."""
    n = 60
    held = {name: [cells[i * len(cells) // n] for i in range(n)] for name, cells in columns.items()}
    lines = [",".join(["time", "x", "z", *held])]
    lines += [",".join([f"{i / 10}", *map(str, _VALUES[i]), *(c[i] for c in held.values())]) for i in range(n)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("word", [*WORDS, ""])
@pytest.mark.parametrize("name", ["label", "Activity"])
def test_words_for_no_label_are_told(word: str, name: str, tmp_path: Path) -> None:
    said: list[str] = []
    file = write(tmp_path / "a.csv", user=["p1"], **{name: ["walk", word, "sit"]})
    (recording,) = load_recordings(file, note=said.append)
    assert recording.classes == ("sit", "walk")
    assert recording.labels.tolist() == [1] * 20 + [UNLABELLED] * 20 + [0] * 20
    shown = f"'{word.strip()}'" if word else "empty cells"
    assert said == [f"labels that say that there is none, so their samples are unlabelled: {shown} (20)."]


@pytest.mark.parametrize("word", [*WORDS, ""])
def test_the_same_words_are_missing_people(word: str, tmp_path: Path) -> None:
    said = f": '{word.strip()}'" if word else ""
    with pytest.raises(DataError, match=r"column 'user': 30 of 60 rows name no person \(first in line 32") as caught:
        load_recordings(write(tmp_path / "a.csv", user=["anna", word]))
    assert f"line 32{said})" in str(caught.value)


def test_so_in_parquet(tmp_path: Path) -> None:
    base = pl.DataFrame({"time": [i / 10 for i in range(60)], "x": _VALUES[:60, 0], "z": _VALUES[:60, 1]})
    for labels in ([1.0, float("nan"), 2.0], ["1", "NaN", "2"], [1, None, 2]):
        base.with_columns(pl.Series("label", [name for name in labels for _ in range(20)])).write_parquet(
            tmp_path / "a.parquet"
        )
        (recording,) = load_recordings(str(tmp_path / "a.parquet"))
        assert recording.classes == ("1", "2")
        assert recording.labels[::20].tolist() == [0, UNLABELLED, 1]
    base.with_columns(person=pl.Series([1.0, float("nan"), 2.0] * 20)).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="20 of 60 rows name no person"):
        load_recordings(str(tmp_path / "a.parquet"))


def test_whether_01_and_1_are_one_person_is_not_for_a_cell_to_say(tmp_path: Path) -> None:
    said: list[str] = []
    file = write(tmp_path / "a.csv", user=["P01", "p1", "p2"])
    assert {r.group for r in load_recordings(file, note=said.append)} == {"p1", "p2"}
    assert said == ["taken for one person: 'P01', 'p1'; --no-merge-people keeps them apart."]
    assert {r.group for r in load_recordings(file, merge_people=False)} == {"P01", "p1", "p2"}
    assert load_recordings(write(tmp_path / "b.csv", user=["07"]))[0].group == "07"


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["2", "NaN", "0", "1"], ("0", "1", "2")),
        (["10", "9", "-1", "2.5"], ("-1", "2.5", "9", "10")),
        (["walk", "3", "10", "Sit"], ("3", "10", "Sit", "walk")),
        (["0.50", ".5", "5e-1", "1.0", "1"], (".5", "0.50", "5e-1", "1")),
        (["1_0", "9", "٣", "inf"], ("9", "1_0", "inf", "٣")),
        (["b10", "b9", "a"], ("a", "b10", "b9")),
    ],
)
def test_the_order_of_classes_is_that_of_numbers_then_of_letters(
    labels: list[str], classes: tuple[str, ...], tmp_path: Path
) -> None:
    assert load_recordings(write(tmp_path / "a.csv", label=labels))[0].classes == classes


def test_the_order_of_classes_does_not_depend_on_hashing(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", label=["walk", "1", "NaN", "0", "sit", "2", "1.0", "0.50", ".5", "nan"])
    code = f"import stridenet; print(stridenet.load_recordings({file!r})[0].classes)"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(1, 4)
    }
    assert seen == {"('0', '.5', '0.50', '1', '2', 'sit', 'walk')\n"}


@pytest.mark.parametrize(
    ("cell", "label"), [('"5"" step"', '5" step'), ('"a, b"', "a, b"), ('"a\nb"', "a\nb"), ("it's", "it's")]
)
def test_quotes_in_a_label(cell: str, label: str, tmp_path: Path) -> None:
    assert load_recordings(write(tmp_path / "a.csv", label=[cell, "w"]))[0].classes == tuple(sorted([label, "w"]))
