"""What cells mean: words for nothing, numbers as files write them, and dates."""

import io
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from stridenet.data.formats.tables import read_tables
from stridenet.errors import DataError
from stridenet.signals.recording import UNLABELLED

NO_LABEL = ("NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "none", "-", "?", "", " NA ")


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("word", NO_LABEL)
@pytest.mark.parametrize("name", ["label", "Activity"])
def test_words_for_no_label(word: str, name: str, tmp_path: Path) -> None:
    said: list[str] = []
    file = write(tmp_path / "a.csv", f"time,x,{name}\n0,1,walk\n0.1,2,{word}\n0.2,3,sit\n0.3,3,{word}\n")
    (recording,) = read_tables(file, note=said.append)
    assert recording.classes == ("sit", "walk")
    assert recording.labels.tolist() == [1, UNLABELLED, 0, UNLABELLED]
    assert said == (
        [f"labels that say that there is none, so their samples are unlabelled: '{word.strip()}' (2)."] if word else []
    )


@pytest.mark.parametrize("word", [w for w in NO_LABEL if w])
def test_the_same_words_are_missing_numbers_and_missing_people(word: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"column 'x': 1 of 2 values are missing, NaN or infinite \(first in line 3\)"):
        read_tables(write(tmp_path / "a.csv", f"time,x\n0,1\n0.1,{word}\n"))
    with pytest.raises(DataError, match=r"column 'user': 1 of 2 rows name no person \(first in line 3: '"):
        read_tables(write(tmp_path / "a.csv", f"time,x,user\n0,1,anna\n0.1,2,{word}\n"))


def test_so_in_parquet(tmp_path: Path) -> None:
    base = pl.DataFrame({"time": [0.0, 0.1, 0.2], "x": [1, 2, 3]})
    for labels in ([1.0, float("nan"), 2.0], ["1", "NaN", "2"], [1, None, 2]):
        base.with_columns(pl.Series("label", labels)).write_parquet(tmp_path / "a.parquet")
        (recording,) = read_tables(tmp_path / "a.parquet")
        assert recording.classes == ("1", "2")
        assert recording.labels.tolist() == [0, UNLABELLED, 1]
    base.with_columns(person=pl.Series([1.0, float("nan"), 2.0])).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="1 of 3 rows name no person"):
        read_tables(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["2", "NaN", "0", "1"], ("0", "1", "2")),
        (["10", "9", "-1", "2.5"], ("-1", "2.5", "9", "10")),
        (["walk", "3", "10", "Sit"], ("3", "10", "Sit", "walk")),
        (["0.50", ".5", "5e-1"], (".5", "0.50", "5e-1")),
        (["1_0", "9", "٣", "inf"], ("9", "1_0", "inf", "٣")),
        (["b10", "b9", "a"], ("a", "b10", "b9")),
    ],
)
def test_the_order_of_classes_is_that_of_numbers_then_of_letters(
    labels: list[str], classes: tuple[str, ...], tmp_path: Path
) -> None:
    rows = "".join(f"{i},1,{label}\n" for i, label in enumerate(labels))
    assert read_tables(write(tmp_path / "a.csv", f"time_ms,x,label\n{rows}"))[0].classes == classes


def test_the_order_of_classes_does_not_depend_on_hashing(tmp_path: Path) -> None:
    labels = ["walk", "1", "NaN", "0", "sit", "2", "1.0", "0.50", ".5", "nan"]
    file = write(tmp_path / "a.csv", "time_ms,x,label\n" + "".join(f"{i},1,{name}\n" for i, name in enumerate(labels)))
    code = f"import stridenet; print(stridenet.load_recordings({str(file)!r})[0].classes)"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(1, 5)
    }
    assert seen == {"('0', '.5', '0.50', '1', '2', 'sit', 'walk')\n"}


@pytest.mark.parametrize("cell", ["1_000", "١٢", "1２", "0x10", "1,5x", "twelve"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_numbers_are_as_files_write_them(cell: str, quote: str, tmp_path: Path) -> None:
    rows = "".join(f"{i / 10},{i}\n" for i in range(5))
    text = f"time;x\n{rows}9;{quote}{cell}{quote}\n".replace(",", ";") if "," not in cell else None
    if text is None:
        text = f"time;x\n{rows.replace(',', ';')}9;{quote}{cell}{quote}\n"
    with pytest.raises(DataError, match=r"column 'x', line 7: .* is not a number"):
        read_tables(write(tmp_path / "a.csv", text))


@pytest.mark.parametrize("cell", ["1e39", "-3.5e38", "1e400", "-inf"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_values_beyond_single_precision(cell: str, kind: str, tmp_path: Path) -> None:
    text = f"time,x\n0,1\n0.1,{cell}\n"
    file = write(tmp_path / "a.csv", text)
    if kind == "parquet":
        file = tmp_path / "a.parquet"
        pl.read_csv(io.StringIO(text), schema_overrides={"x": pl.Float64}).write_parquet(file)
    beyond = ", or beyond single precision," if cell in ("1e39", "-3.5e38") else ""
    with pytest.raises(DataError, match=rf"column 'x': 1 of 2 values are missing, NaN or infinite{beyond} \(first"):
        read_tables(file)


@pytest.mark.parametrize(
    ("cells", "line", "what"),
    [
        (["2024-05-31 noon0", "2024-05-31 noon1"], 2, "is not a date; write all as"),
        (["2024-05-31 25:00:00", "2024-05-31 25:00:01"], 2, "is not a date; write all as"),
        (["2024-05-31", "2024-05-32"], 3, "is not a date like the others"),
        (["2024-05-31 12:00:00", "31.05.2024 12:00:01"], 3, "is not a date like the others"),
        (["soon", "2024-05-31 12:00:00"], 2, "is not a date"),
        (["2024-05-31 " + "x" * 3000, "2024-05-31 y"], 2, "is not a date"),
        (["99999999999999999999", "99999999999999999999x"], 3, "is not a number"),
    ],
)
def test_dates_of_no_format(cells: list[str], line: int, what: str, tmp_path: Path) -> None:
    text = "datetime,x\n" + "".join(f"{cell},1\n" for cell in cells)
    with pytest.raises(DataError, match=rf"column 'datetime', line {line}: .*{what}") as caught:
        read_tables(write(tmp_path / "a.csv", text))
    assert len(str(caught.value)) < 250


LONG = "x" * 3000


@pytest.mark.parametrize(
    "text",
    [
        f"time,x\n0,1\n0.1,{LONG}\n",
        f"time,x\n{LONG},1\n0.1,2\n",
        f"time,x\n2024-01-01,1\n{LONG},2\n",
        f"{LONG},{LONG}\n1,2\n",
        f"1{'0' * 3000},y\n1,2\n",
        f"time,{LONG}\n0,1\n0.1,oops\n",
        f"time,x [{LONG}],x [g]\n0,1,2\n0.1,1,2\n",
        f'time,"x{LONG}\ny"\n0,1\n',
        f"time,x,label\n0,1,{LONG}\n0,1,b\n",
    ],
)
def test_messages_stay_short(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_tables(write(tmp_path / "a.csv", text))
    assert len(str(caught.value)) < 450
    assert "\n" not in str(caught.value)


def test_so_do_those_of_many_columns(tmp_path: Path) -> None:
    names = [f"f{i}" for i in range(561)]
    for file, last in (("a.csv", "z"), ("b.csv", "w")):
        row = ",".join(["1"] * 562)
        write(tmp_path / file, ",".join(["time", *names[:560], last]) + f"\n0{row[1:]}\n{row}\n")
    with pytest.raises(
        DataError, match=r"has the channels \.\.\., f558, f559, w, but 'a.csv' has \.\.\., f558, f559, z;"
    ):
        read_tables(tmp_path)
