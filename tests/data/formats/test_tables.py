"""People's own tables: what is read, and what each mistake is answered with."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stridenet.data.formats.tables import read_tables
from stridenet.errors import DataError, DataMissingError, SettingError
from stridenet.signals.recording import UNLABELLED


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def rows(n: int, *, step: float = 0.02, header: str = "time,x,y,z", start: float = 0.0) -> str:
    body = "".join(f"{start + i * step:.6f},{i},{i + 0.5},{-i}\n" for i in range(n))
    return f"{header}\n{body}"


def test_a_table_becomes_a_recording_with_units_rate_and_labels(tmp_path: Path) -> None:
    text = "Subject,Time,acc_x [g],gyro (rad/s),temperature,Activity,note\n"
    text += "07,0.00,1,2,20,walk,ok\n07,0.02,1.5,-2e-1,20,sit,\n07,0.04, 2 ,3,21,,\n"
    (recording,) = read_tables(write(tmp_path / "a.csv", text))
    assert recording.name == "a.csv"
    assert recording.group == "07"
    assert recording.channels == ("acc_x", "gyro", "temperature")
    assert recording.units == ("g", "rad/s", "")
    assert recording.rate_hz == 50.0
    assert recording.classes == ("sit", "walk")
    assert recording.labels.tolist() == [1, 0, UNLABELLED]
    np.testing.assert_array_equal(recording.data, np.array([[1, 2, 20], [1.5, -0.2, 20], [2, 3, 21]], np.float32))


@pytest.mark.parametrize(("suffix", "separator"), [(".csv", ","), (".csv", ";"), (".csv", "\t"), (".tsv", "\t")])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_separators_line_ends_marks_and_empty_lines(tmp_path: Path, suffix: str, separator: str, line: str) -> None:
    file = tmp_path / f"a{suffix}"
    text = "\ufeff" + rows(5).replace(",", separator) + "\n\n"
    file.write_bytes(text.replace("\n", line).encode())
    (recording,) = read_tables(file)
    assert recording.channels == ("x", "y", "z")
    assert recording.data[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_parquet_equals_csv(tmp_path: Path) -> None:
    table = pl.DataFrame({"id": [3, 3, 4], "t": [0.0, 0.1, 0.0], "a [g]": [1, 2, 3], "label": [2.0, 10.0, None]})
    table.write_parquet(tmp_path / "a.parquet")
    table.write_csv(tmp_path / "a.csv")
    one, two = read_tables(tmp_path / "a.parquet"), read_tables(tmp_path / "a.csv")
    assert [r.group for r in one] == [r.group for r in two] == ["3", "4"]
    assert one[0].classes == two[0].classes == ("2", "10")
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.data, b.data)
        np.testing.assert_array_equal(a.labels, b.labels)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("time", ["0", "0.02", "0.04"]),
        ("time_ms", ["1000", "1020", "1040"]),
        ("t [us]", ["0", "20000", "40000"]),
        ("timestamp_ns", ["1717200000000000000", "1717200000020000000", "1717200000040000000"]),
        ("timestamp", ["2024-05-31 12:00:00.000", "2024-05-31 12:00:00.020", "2024-05-31 12:00:00.040"]),
        ("datetime", ["2024-05-31T12:00:00.000", "2024-05-31T12:00:00.020", "2024-05-31T12:00:00.040"]),
    ],
)
def test_times_of_every_unit_give_the_rate(tmp_path: Path, name: str, values: list[str]) -> None:
    text = f"{name},x\n" + "".join(f"{value},1\n" for value in values)
    assert read_tables(write(tmp_path / "a.csv", text))[0].rate_hz == 50.0


def test_dates_in_parquet(tmp_path: Path) -> None:
    dates = pl.Series("time", [0, 20, 40]).cast(pl.Datetime("ms"))
    pl.DataFrame([dates, pl.Series("x", [1, 2, 3])]).write_parquet(tmp_path / "a.parquet")
    assert read_tables(tmp_path / "a.parquet")[0].rate_hz == 50.0


def test_a_clock_of_whole_milliseconds_does_not_bend_the_rate(tmp_path: Path) -> None:
    text = "time_ms,x\n" + "".join(f"{round(i * 1000 / 30)},1\n" for i in range(301))
    assert read_tables(write(tmp_path / "a.csv", text))[0].rate_hz == 30.0


def test_gaps_and_people_end_a_recording(tmp_path: Path) -> None:
    times = [(0.0, "a"), (0.1, "a"), (0.3, "a"), (0.4, "a"), (0.0, "b"), (0.1, "b"), (0.5, "a"), (0.6, "a")]
    text = "time,user,x\n" + "".join(f"{t},{p},{i}\n" for i, (t, p) in enumerate(times))
    recordings = read_tables(write(tmp_path / "r.csv", text))
    assert [(r.name, r.group, r.n_samples) for r in recordings] == [
        ("r.csv", "a", 2),
        ("r.csv#2", "a", 2),
        ("r.csv#3", "b", 2),
        ("r.csv#4", "a", 2),
    ]
    assert np.concatenate([r.data[:, 0] for r in recordings]).tolist() == list(range(8))


def test_a_folder_gives_people_from_sub_folders_and_one_list_of_classes(tmp_path: Path) -> None:
    for name, label in (("s2/a.csv", "10"), ("s10/deep/b.csv", "9"), ("alone.csv", "")):
        write(tmp_path / name, f"time,x,label\n0,1,{label}\n0.1,2,{label}\n")
    write(tmp_path / "s2" / ".hidden.csv", "rubbish")
    write(tmp_path / "readme.txt", "not a table")
    recordings = read_tables(tmp_path)
    assert [(r.name, r.group) for r in recordings] == [
        ("alone.csv", "alone"),
        ("s2/a.csv", "s2"),
        ("s10/deep/b.csv", "s10"),
    ]
    assert {r.classes for r in recordings} == {("9", "10")}
    assert [r.labels[0] for r in recordings] == [UNLABELLED, 1, 0]


def test_y_is_a_label_unless_it_is_an_axis(tmp_path: Path) -> None:
    axes = read_tables(write(tmp_path / "a.csv", "t,x,y\n0,1,2\n1,1,2\n"))[0]
    label = read_tables(write(tmp_path / "b.csv", "t,f1,y\n0,1,2\n1,1,2\n"))[0]
    assert axes.channels == ("x", "y")
    assert axes.classes == ()
    assert label.channels == ("f1",)
    assert label.classes == ("2",)


def test_a_written_index_is_no_channel(tmp_path: Path) -> None:
    for header in (",time,x", "Unnamed: 0,time,x"):
        assert read_tables(write(tmp_path / "a.csv", f"{header}\n0,0,5\n1,1,6\n"))[0].channels == ("x",)


def test_the_rate_can_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "x,z\n1,2\n3,4\n")
    assert read_tables(file, rate_hz=25)[0].rate_hz == 25
    with pytest.raises(SettingError, match=r"rate_hz is 0"):
        read_tables(file, rate_hz=0)


MISTAKES = {
    "no rate": ("x,y,z\n1,2,3\n", r"^file 'a.csv' has no time column; .* rate_hz \(--rate-hz 50\)\.$"),
    "x and y only": ("x,y\n1,2\n", r"'a.csv' has no time column"),
    "empty": ("", r"^file 'a.csv' is empty; a table has one row per sample"),
    "no rows": ("time,x\n", r"has column names but no rows"),
    "no channel": ("time,label\n0,a\n1,b\n", r"has no column of numbers besides person, label and time"),
    "no names": ("1.5,2.5\n1,2\n", r"begins with '1.5', not with column names"),
    "not a number": ("time,x\n0,1\n1,oops\n2,3\n", r"^file 'a.csv', column 'x', line 3: 'oops' is not a number; "),
    "missing": (
        "time,x,z\n0,1,1\n1,,1\n2,,1\n",
        r"column 'x': 2 of 3 values are missing, NaN or infinite \(first in li.*3\)",
    ),
    "NA": ("time,x\n0,1\n1,2\n2,NA\n", r"column 'x': 1 of 3 values are missing, NaN or infinite \(first in line 4\)"),
    "NaN": ("time,x\n0,NaN\n1,2\n", r"column 'x': 1 of 2 values .* \(first in line 2\)"),
    "infinite": ("time,x\n0,1\n1,-inf\n", r"column 'x': 1 of 2 values .* \(first in line 3\)"),
    "too large": ("time,x\n0,1\n1,1e39\n", r"column 'x': 1 of 2 values .* \(first in line 3\)"),
    "short line": ("time,x,z\n0,1,1\n1,2\n", r"column 'z': 1 of 2 values .* \(first in line 3\)"),
    "long line": ("time,x\n0,1\n1,2,3\n", r"line 3 has 3 cells for 2 columns"),
    "time back": ("time,x\n0,1\n1,2\n0.5,3\n", r"column 'time', line 4: the time does not rise \(step -0.5 s\)"),
    "time still": ("time,x\n0,1\n0,2\n", r"column 'time', line 3: the time does not rise \(step 0 s\)"),
    "time missing": ("time,x\n0,1\n,2\n1,3\n", r"column 'time': 1 of 3 values are missing.* \(first in line 3\)"),
    "time unit": ("timestamp,x\n0,1\n20,2\n", r"the usual step is 20, .* time_s, time_ms, time_us or time_ns"),
    "time words": ("time,x\nnoon,1\nlater,2\n", r"column 'time', line 2: 'noon' is neither a number nor a date"),
    "bad date": ("time,x\n2024-05-31 12:00:00,1\nsoon,2\n", r"line 3: 'soon' is not a date like the others"),
    "no person": ("person,time,x\na,0,1\n,1,2\n", r"column 'person': 1 of 2 rows name no person \(first in line 3\)"),
    "twice": ("time,x,x\n0,1,2\n", r"has 2 columns named 'x'; rename all but one"),
    "twice with units": ("time,a [g],a [m]\n0,1,2\n1,1,2\n", r"two columns are named 'a' before their unit"),
    "two people": ("user,id,time,x\n1,1,0,1\n", r"columns 'user' and 'id' could both be the person"),
    "one row": ("time,x\n0,1\n", r"no two rows follow each other, so there is no rate"),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_with_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_tables(write(tmp_path / "a.csv", text))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_bad_cell_far_down_is_found(tmp_path: Path) -> None:
    text = "time,x\n" + "".join(f"{i / 50},{i}\n" for i in range(5000)) + "100,bad\n"
    with pytest.raises(DataError, match=r"column 'x', line 5002: 'bad' is not a number"):
        read_tables(write(tmp_path / "a.csv", text))


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.parquet"])
@pytest.mark.parametrize("content", [bytes(range(256)) * 20, b"\xff\xfet\x00i\x00m\x00e\x00"], ids=["binary", "UTF-16"])
def test_a_file_that_is_no_table(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=rf"^file '{name}' .*a table has one row per sample"):
        read_tables(tmp_path / name)


def test_text_in_another_encoding_is_shown_by_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("time,x,label\n0,1,a\n1,2,é\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"line 3 is not text in UTF-8"):
        read_tables(tmp_path / "a.csv")


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match=r"holds no \.csv, \.tsv, \.parquet, \.pq file"):
        read_tables(tmp_path)
    with pytest.raises(DataMissingError, match=r"does not exist"):
        read_tables(tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match=r"'a.png' is not one of"):
        read_tables(write(tmp_path / "a.png", "x"))


def test_files_that_do_not_fit_each_other(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", rows(9))
    other = write(tmp_path / "b.csv", rows(9, header="time,x,y,w"))
    with pytest.raises(DataError, match=r"'b.csv' has the channels x, y, w, but 'a.csv' has x, y, z"):
        read_tables(tmp_path)
    write(other, rows(9, header="time,x [g],y [g],z [g]"))
    with pytest.raises(DataError, match=r"'b.csv' has the units g, g, g"):
        read_tables(tmp_path)
    write(other, rows(9, step=0.01))
    with pytest.raises(DataError, match=r"'b.csv' has 100 samples per second, but file 'a.csv' says 50"):
        read_tables(tmp_path)
    with pytest.raises(DataError, match=r"'a.csv' has 50 samples per second, but rate_hz says 20"):
        read_tables(tmp_path, rate_hz=20)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from(["walk", "sit", ""]), st.integers(1, 3), st.floats(-9, 9, width=32)
        ),
        min_size=2,
        max_size=40,
    )
)
def test_every_row_comes_once_in_order_with_its_person_and_label(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, int, float]]
) -> None:
    tick, text = 0, "person,label,time_ms,x\n"
    for person, label, step, value in table:
        tick += step * 20
        text += f"{person},{label},{tick},{value!r}\n"
    file = write(tmp_path_factory.mktemp("t") / "a.csv", text)
    try:
        recordings = read_tables(file)
    except DataError as error:  # every row another person
        assert "no two rows" in str(error)  # noqa: PT017
        return
    found = [
        (r.group, r.classes[label] if label >= 0 else "", float(value))
        for r in recordings
        for label, value in zip(r.labels, r.data[:, 0], strict=True)
    ]
    assert found == [(person, label, value) for person, label, _, value in table]
