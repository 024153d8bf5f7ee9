"""Own tables from the file to the recording, and what each mistake is answered with."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stridenet.data.load import load_recordings
from stridenet.errors import DataError, DataMissingError, SettingError
from stridenet.signals.recording import UNLABELLED

_VALUES = np.random.default_rng(0).normal(size=(400, 3)).round(4)


def write(file: Path, text: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def rows(n: int = 30, *, step: float = 0.02, header: str = "time,x,y,z", more: str = "") -> list[str]:
    """A table's lines: three channels at 50 Hz, and ``more`` at the end of each row."""
    body = [f"{i * step:.6f},{','.join(map(str, _VALUES[i].tolist()))}{more}" for i in range(n)]
    return [header, *body]


def with_cell(line: int, column: int, cell: str) -> str:
    """The table with one cell changed; lines count from 1."""
    lines = rows()
    cells = lines[line - 1].split(",")
    cells[column] = cell
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


def test_a_table_becomes_a_recording_with_units_rate_and_labels(tmp_path: Path) -> None:
    labels = ["walk"] * 10 + ["sit"] * 10 + [""] * 10
    text = "Subject,Time,acc_x [g],gyro (rad/s),temperature,Activity,note\n" + "".join(
        f"07,{i * 0.02:.2f},{x},{y}, {z} ,{labels[i]},ok\n" for i, (x, y, z) in enumerate(_VALUES[:30])
    )
    said: list[str] = []
    (recording,) = load_recordings(str(write(tmp_path / "a.csv", text)), note=said.append)
    assert recording.name == "a.csv"
    assert recording.group == "07"
    assert recording.channels == ("acc_x", "gyro", "temperature")
    assert recording.units == ("g", "rad/s", "")
    assert recording.rate_hz == 50.0
    assert recording.classes == ("sit", "walk")
    assert recording.labels.tolist() == [1] * 10 + [0] * 10 + [UNLABELLED] * 10
    np.testing.assert_array_equal(recording.data, _VALUES[:30].astype(np.float32))
    assert said == [
        "columns left out: note (holds text, such as 'ok').",
        "labels that say that there is none, so their samples are unlabelled: empty cells (10).",
    ]


def test_parquet_equals_csv(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {
            "id": [3] * 20 + [4] * 20,
            "t": [i / 10 for i in range(20)] * 2,
            "a [g]": _VALUES[:40, 0],
            "label": [2.0] * 10 + [10.0] * 10 + [None] * 10 + [2.0] * 10,
        }
    )
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    table.write_parquet(tmp_path / "one" / "a.parquet")
    table.write_csv(tmp_path / "two" / "a.csv")
    one, two = load_recordings(str(tmp_path / "one")), load_recordings(str(tmp_path / "two"))
    assert [r.group for r in one] == [r.group for r in two] == ["3", "4"]
    assert one[0].classes == two[0].classes == ("2", "10")
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.data, b.data)
        np.testing.assert_array_equal(a.labels, b.labels)


def test_a_folder_gives_people_from_sub_folders_and_one_list_of_classes(tmp_path: Path) -> None:
    for k, (name, label) in enumerate((("s2/a.csv", "10"), ("s10/deep/b.csv", "9"))):
        lines = rows(header="time,x,y,z,label", more=f",{label}")
        write(tmp_path / name, "\n".join([lines[0], *lines[1 + k :]]) + "\n")
    write(tmp_path / "s2" / ".hidden.csv", "rubbish")
    write(tmp_path / "readme.txt", "not a table")
    recordings = load_recordings(str(tmp_path))
    assert [(r.name, r.group) for r in recordings] == [("s2/a.csv", "s2"), ("s10/deep/b.csv", "s10")]
    assert {r.classes for r in recordings} == {("9", "10")}
    assert [r.labels[0] for r in recordings] == [1, 0]


def test_own_files_come_in_an_archive_as_well(tmp_path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(tmp_path / "lab.zip", "w") as archive:
        for person in ("p1", "p2"):
            archive.writestr(f"{person}/a.csv", "\n".join(rows(40 if person == "p1" else 30)) + "\n")
    recordings = load_recordings(str(tmp_path / "lab.zip"))
    assert [(r.name, r.group, r.n_samples) for r in recordings] == [("p1/a.csv", "p1", 40), ("p2/a.csv", "p2", 30)]


def test_the_rate_can_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "\n".join(line.partition(",")[2] for line in rows()) + "\n")
    assert load_recordings(str(file), rate_hz=25)[0].rate_hz == 25
    with pytest.raises(DataError, match=r"^file 'a.csv' has no time column; .*\(--rate-hz 50\).* are x, y, z\.$"):
        load_recordings(str(file))
    with pytest.raises(SettingError, match=r"rate_hz = 0"):
        load_recordings(str(file), rate_hz=0)


LONG = "x" * 3000
MISSING = r"column 'x': 1 of 30 values are missing"
LARGE = MISSING + r", infinite or too large for single precision \(first in line 6\); correct them in the file"
MISTAKES = {
    "empty": ("", r"^file 'a.csv' is no recording: 0 bytes; a table has one row per sample"),
    "no rows": ("time,x\n", r"^file 'a.csv' is no recording: it has column names but no rows; "),
    "no channel": ("time,label\n0,a\n1,b\n", r"no column of numbers that could be a channel: 'time' is the time, 'lab"),
    "one row": ("time,x\n0,1\n", r"no two rows follow each other, so there is no rate"),
    "not a number": (with_cell(6, 1, "oops"), r"column 'x', line 6: 'oops' is not a number; .*\(--drop x\)"),
    "digits of another kind": (with_cell(6, 1, "1_000"), r"column 'x', line 6: '1_000' is not a number"),
    "missing": (with_cell(6, 1, ""), MISSING + r" \(first in line 6\); fill short gaps \(--fill-gaps 0.2\)"),
    "NA": (with_cell(6, 1, "NA"), MISSING),
    "?": (with_cell(6, 1, " ? "), MISSING),
    "infinite": (with_cell(6, 1, "-inf"), LARGE),
    "too large": (with_cell(6, 1, "1e39"), LARGE),
    "far too large": (with_cell(6, 1, "-1e400"), LARGE),
    "short line": (with_cell(6, 1, "1").replace(rows()[7], rows()[7].rpartition(",")[0]), r"line 8 has 3 cells for 4"),
    "long line": (with_cell(6, 1, "1").replace(rows()[7], rows()[7] + ",1"), r"line 8 has 5 cells for 4 columns"),
    "time missing": (with_cell(6, 0, ""), r"column 'time': 1 of 30 times are missing.* \(first in line 6\)"),
    "twice": ("\n".join(rows(header="time,x,x,z")), r"has 2 columns named 'x'; rename all but one"),
    "binary": (bytes(range(256)) * 20, r"^file 'a.csv' is not text, so not a table"),
    "names in UTF-16": ("time,x\n".encode("utf-16"), r"^file 'a.csv' is no recording: it has column names but no"),
    "a long cell": (with_cell(6, 1, LONG), r"column 'x', line 6: 'x{9,}\.\.\.x{9,}' is not a number"),
    "a long name": (with_cell(6, 1, "oops").replace("x", LONG), r"'oops' is not a number; .*\(--drop NAME\)"),
    "a long time": (with_cell(2, 0, LONG), r"column 'time', line 2: 'x{9,}\.\.\.x{9,}' is not a number"),
    "a long name beside no clock": (
        "\n".join(rows(header=f"w,{LONG},y,z")),
        r"'w' may be it; .*--time w or --rate-hz N",
    ),
    "a long name of a clock": ("\n".join(rows(header=f"{LONG},x,y,z")), r"'x{9,}.*' may be it; .*--time NAME"),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_with_one_short_sentence(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        load_recordings(str(write(tmp_path / "a.csv", text)))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 450


def test_a_bad_cell_far_down_is_found(tmp_path: Path) -> None:
    lines = [f"{i / 50},{_VALUES[i % 400, 0] + i % 7},{_VALUES[i % 399, 1]}" for i in range(5000)]
    file = write(tmp_path / "a.csv", "\n".join(["time,x,z", *lines, "100,bad,1"]) + "\n")
    with pytest.raises(DataError, match=r"column 'x', line 5002: 'bad' is not a number"):
        load_recordings(str(file))


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match=r"holds no file; put tables there"):
        load_recordings(str(tmp_path))
    with pytest.raises(DataMissingError, match=r"neither a file nor a folder"):
        load_recordings(str(tmp_path / "nowhere.csv"))
    write(tmp_path / "a.png", "x")
    write(tmp_path / "b.csv", "time,x\n")
    with pytest.raises(DataError, match=r"holds no recording \('a.png': a picture; 'b.csv': .* no rows\); a table has"):
        load_recordings(str(tmp_path))


def test_files_that_do_not_fit_each_other(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "\n".join(rows(40)) + "\n")
    other = write(tmp_path / "b.csv", "\n".join(rows(header="time,x,y,w")) + "\n")
    with pytest.raises(DataError, match=r"'b.csv' has the channels x, y, w, but 'a.csv' has x, y, z; .*--channels x,y"):
        load_recordings(str(tmp_path))
    write(other, "\n".join(rows(step=0.01)) + "\n")
    with pytest.raises(
        DataError, match=r"'b.csv', person 'b', has 100 samples per second, but .*'a.csv'.* says 50; .*--even 50"
    ):
        load_recordings(str(tmp_path))
    with pytest.raises(
        DataError, match=r"'a.csv', person 'a', has 50 samples per second, but the rate that was given says 20"
    ):
        load_recordings(str(tmp_path), rate_hz=20)


def test_of_many_channels_few_are_shown(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(30, 100)).round(3)
    for file, last in (("a.csv", "z"), ("b.csv", "w")):
        names = ",".join(["time", *(f"f{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(99)), last])
        body = [",".join([f"{i / 50}", *map(str, row)]) for i, row in enumerate(values)]
        write(tmp_path / file, "\n".join([names, *body[: 30 if last == "z" else 29]]) + "\n")
    with pytest.raises(
        DataError, match=r"'b.csv' has the channels w and 99 more, but 'a.csv' has z and 99 more;.*--drop w,z"
    ) as caught:
        load_recordings(str(tmp_path))
    assert len(str(caught.value)) < 450


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["walk", "sit", ""]), st.sampled_from([1, 1, 1, 100])),
        min_size=2,
        max_size=40,
    )
)
def test_every_row_comes_once_in_order_with_its_person_and_label(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, int]]
) -> None:
    for who in "ab":  # where most steps are long, they are the usual ones and no gaps
        steps = [step for person, _, step in table if person == who]
        assume(4 * steps.count(100) <= len(steps))
    ticks = {"a": 0, "b": 0}
    text = "person,label,time_ms,x,z\n"
    for i, (person, label, step) in enumerate(table):
        ticks[person] += step * 20
        text += f"{person},{label},{ticks[person]},{_VALUES[i, 0]},{_VALUES[i, 1]}\n"
    file = write(tmp_path_factory.mktemp("t") / "a.csv", text)
    try:
        recordings = load_recordings(str(file))
    except DataError as error:  # too few rows of a person to know the rate, or of a label to know a channel from a code
        assert any(why in str(error) for why in ("rate", "samples per second", "may tell the answer"))  # noqa: PT017
        return
    found = [
        (r.group, r.classes[label] if label >= 0 else "", float(value))
        for r in recordings
        for label, value in zip(r.labels, r.data[:, 0], strict=True)
    ]
    wanted = [(person, label, float(np.float32(_VALUES[i, 0]))) for i, (person, label, _) in enumerate(table)]
    assert found == sorted(wanted, key=lambda row: row[0] != table[0][0])
