import os
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError, StridenetError
from stridenet.prediction.live import Lines, opened
from stridenet_runtime.answers import Task

TASK = Task(4, 2, 50.0, ("a",), ("acc_x", "acc_y"), ("g", "g"))


def read(
    *texts: str, time: str | None = None, units: dict[str, str] | None = None, task: Task = TASK
) -> tuple[list[list[float]], list[float] | None, list[str]]:
    lines = Lines(iter([list(texts)]), task, time, units)
    found = list(lines)
    samples = np.concatenate([part for part, _ in found]).tolist()
    times = [at for part, at in found if len(part)]
    return (
        samples,
        None if times[0] is None else np.concatenate([at for at in times if at is not None]).tolist(),
        lines.faults(),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_with_names(separator: str) -> None:
    texts = [
        separator.join(row)
        for row in (("time", "acc_y", "acc_x", "pulse"), ("0.0", "1", "2", "70"), ("0.02", "3", "4", "?"))
    ]
    assert read(*texts) == ([[2.0, 1.0], [4.0, 3.0]], [0.0, 0.02], [])


def test_json_lines() -> None:
    texts = ['{"t": 1, "acc_x": 2, "acc_y": 3.5}', "", '{"acc_y": null, "acc_x": "1", "t": 2, "more": []}']
    samples, times, faults = read(*texts, time="t")
    assert samples[0] == [2.0, 3.5]
    assert samples[1][0] == 1.0
    assert np.isnan(samples[1][1])
    assert (times, faults) == ([1.0, 2.0], [])


def test_without_times() -> None:
    assert read("acc_x,acc_y", "1,2") == ([[1.0, 2.0]], None, [])


def test_units_behind_names_are_converted() -> None:
    samples, _, _ = read("Acc X [m/s^2],acc y (mg)", "9.80665,1000")
    assert samples == [[pytest.approx(1.0), pytest.approx(1.0)]]


@pytest.mark.parametrize(
    ("texts", "units"),
    [
        (("Acc_X_ms2,acc_y_mg", "9.80665,1000"), {}),
        (("acc_x,acc_y", "m/s^2,mg", "9.80665,1000"), {}),
        (("acc_x,acc_y", "9.80665,1000"), {"acc_x": "m/s²", "acc_y": "mg"}),
        (('"acc_x [m/s^2]";"acc_y (mg)"', '"9,80665";"1000"'), {}),
    ],
    ids=["in the name", "in a line below", "said", "quoted, with a decimal comma"],
)
def test_units_wherever_they_are_said(texts: tuple[str, ...], units: dict[str, str]) -> None:
    task = Task(4, 2, 50.0, ("a",), ("Acc_X_ms2", "acc_y_mg") if "_ms2" in texts[0] else TASK.channels, ("g", "g"))
    assert read(*texts, units=units, task=task)[0] == [[pytest.approx(1.0), pytest.approx(1.0)]]


@pytest.mark.parametrize(
    ("name", "cell", "units", "seconds"),
    [
        ("time", "1.5", {}, 1.5),
        ("Time [ms]", "1500", {}, 1.5),
        ("time_ms", "1500", {}, 1.5),
        ("timestamp", "1500000", {"timestamp": "us"}, 1.5),
        ("timestamp", "1970-01-01T00:00:01.5", {}, 1.5),
        ("timestamp", "1970-01-01T01:00:01.5+01:00", {}, 1.5),
    ],
)
def test_a_clock_by_its_name_in_its_unit(name: str, cell: str, units: dict[str, str], seconds: float) -> None:
    assert read(f"{name},acc_x,acc_y", f"{cell},1,2", units=units)[1] == [seconds]


TRIAD = Task(4, 2, 50.0, ("a",), ("acc_x", "acc_y", "acc_z"), ("g",) * 3)


def many(header: str, first: Any, *values: float) -> list[str]:
    return [header, *(",".join([f"{first(i):g}", *map(str, values)]) for i in range(30))]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (many("time,acc_x,acc_y,acc_z", lambda i: i / 100, 0, 0, 1), "of 100 Hz, but model takes 50 Hz"),
        (
            many("time,acc_x,acc_y,acc_z", lambda i: 20 * i, 0, 0, 1),
            "say the unit if it is another, as in --unit time=ms",
        ),
        (many("time,acc_x,acc_y,acc_z", lambda i: i / 50, 0, 0, 9.8), r"gravity in m/s\^2: --unit acc=m/s\^2"),
        (many("ts,date,acc_x,acc_y,acc_z", lambda i: i / 50, 0, 0, 0, 1), "could each be the time"),
    ],
)
def test_what_would_be_answered_wrongly_is_refused(texts: list[str], words: str) -> None:
    with pytest.raises(StridenetError, match=words):
        read(*texts, task=TRIAD)


def test_what_was_assumed_is_told() -> None:
    lines = Lines(iter([["acc_x,acc_y [g]", "1,2"]]), TASK)
    assert len(list(lines)) == 1
    assert lines.told() == ["nothing says the unit of acc_x: taken to be in g, as model was trained on."]


def test_samples_that_come_in_parts_of_one_time_are_no_other_rate() -> None:
    texts = many("time,acc_x,acc_y,acc_z", lambda i: i // 10 / 5, 0, 0, 1)
    assert len(read(*texts, task=TRIAD)[0]) == 30


def test_a_torn_line_among_objects_is_left_out() -> None:
    samples, _, faults = read('{"acc_x": 1, "acc_y": 2}', "[1,2]", "null", '{"acc_x": 3, "acc_y": 4}')
    assert samples == [[1.0, 2.0], [3.0, 4.0]]
    assert [fault.partition(";")[0] for fault in faults] == [f"line {n}: it is no JSON object" for n in (2, 3)]


def test_a_folder_is_no_stream(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder"), opened(str(tmp_path)):
        pass


def test_an_empty_cell_is_missing() -> None:
    samples, _, faults = read("acc_x,acc_y", "1,", "nan,2")
    assert np.isnan(samples).tolist() == [[False, True], [True, False]]
    assert faults == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("1", "line 3: 1 cell, but the first line names 2; '1'."),
        ("1,2,3", "line 3: 3 cells, but the first line names 2; '1,2,3'."),
        ("a,2", "line 3: 'acc_x' is no number; 'a,2'."),
        ('{"acc_x": 1}', "line 3: it lacks 'acc_y'"),
        ('{"acc_x": [1], "acc_y": 1}', "line 3: 'acc_x' is no number"),
        ('{"acc_x"', "line 3: it is no JSON object"),
        ("\udcff\x00", "line 3: 1 cell"),
        ("acc_x,acc_y", "line 3: 'acc_x' is no number"),
    ],
)
def test_a_bad_line_is_told_and_left_out(bad: str, words: str) -> None:
    samples, _, faults = read("acc_x,acc_y", "1,2", bad, "3,4")
    assert samples == [[1.0, 2.0], [3.0, 4.0]]
    assert len(faults) == 1
    assert faults[0].startswith(words)


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("0.1,0.2", "the first line must name the columns, but it holds numbers"),
        ("time,pulse", "has the channels pulse, but model takes acc_x"),
        ("acc_x,acc_y [rad/s]", "one cannot become the other"),
        ("a,b", "the channels a, b, but"),
    ],
)
def test_lines_that_are_not_the_models(first: str, words: str) -> None:
    with pytest.raises(StridenetError, match=words):
        read(first, "1,2")


def test_a_file_ends_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfacc_x,acc_y\r\n1,2\r\n3,4")
    with opened(str(path)) as texts:
        assert [line for part in texts for line in part] == ["acc_x,acc_y", "1,2", "3,4"]
    with pytest.raises(DataError, match="No such file"), opened(str(tmp_path / "b.csv")):
        pass


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * (3 << 20) + b"\n1,2\n")
    with opened(str(path)) as texts:
        found = [line for part in texts for line in part]
    assert max(map(len, found)) < 2 << 20
    assert found[-2:] == ["1,2", ""]


def test_a_file_that_grows_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("acc_x,acc_y\n1,")

    def write() -> None:
        time.sleep(0.2)
        with path.open("a") as file:
            file.write("2\n")
        time.sleep(0.2)
        path.write_text("5,6\n")  # cut short and begun anew

    writer = threading.Thread(target=write)
    writer.start()
    found: list[Any] = []
    with opened(str(path), follow=True) as texts:
        for part in texts:
            found += part
            if "5,6" in found:
                break
    writer.join()
    assert found == ["acc_x,acc_y", "1,2", "5,6"]
    assert os.path.exists(path)  # noqa: PTH110
