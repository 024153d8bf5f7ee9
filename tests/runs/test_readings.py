"""How often the same people were read by different choices."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet import spec
from stridenet.evaluation.alarms import alarms
from stridenet.runs import job, readings
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut


def read(windows: Windows, out: Path, told: list[str] | None = None, **more: Any) -> job.Run:
    settings = {
        "repeats": 1,
        "executor": "here",
        "model": {"name": "cnn", "settings": {"filters": 2, "dense": [4]}},
        "train": {"epochs": 1},
    } | more
    note = (told if told is not None else []).append
    return job.run(spec.parse(settings), windows=windows, out=out, note=note)


def test_another_choice_raises_the_count_and_the_same_again_does_not(easy: Windows, tmp_path: Path) -> None:
    counts = [
        read(easy, tmp_path, **more).result.ledger.readings
        for more in ({}, {"repeats": 2}, {"prepare": "standardize"}, {"train": {"epochs": 2}}, {"repeats": 3})
    ]
    assert counts == [1, 1, 2, 3, 3]
    assert read(easy, tmp_path).result.ledger.readings == 1  # found as it was


def test_people_are_read_by_whatever_protocol_tests_them(easy: Windows, tmp_path: Path) -> None:
    read(easy, tmp_path)
    folds = read(easy, tmp_path, prepare="standardize", split={"kind": "by-person:2"})
    assert folds.result.ledger.readings == 2
    again = read(easy, tmp_path, prepare="standardize")
    assert (again.result.ledger.readings, str(again.result.ledger)) == (2, "nothing; read by 2 different choices")
    assert [alarm.headline for alarm in alarms(again.result)].count("Read before.") == 1


def test_the_same_people_are_read_whatever_was_done_to_their_samples(easy: Windows, tmp_path: Path) -> None:
    """Arrays have no source that they are known by."""
    arrays = Windows.from_arrays(np.asarray(easy.x), easy.y, easy.group, rate_hz=20)
    read(arrays, tmp_path)
    assert read(replace(arrays, x=2 * np.asarray(arrays.x)), tmp_path).result.ledger.readings == 2


def test_it_is_kept_with_the_run_and_outlives_it(easy: Windows, tmp_path: Path) -> None:
    read(easy, tmp_path)
    done = read(easy, tmp_path, prepare="standardize")
    told = json.loads((done.folder / "metrics.json").read_text())["ledger"]
    assert (told["readings"], told["words"]) == (2, "nothing; read by 2 different choices")
    assert all(json.loads(line)["format"] == 1 for line in (tmp_path / readings.FILE).read_text().splitlines())


def test_a_line_that_a_kill_cut_off_is_told_and_the_rest_counts(easy: Windows, tmp_path: Path) -> None:
    read(easy, tmp_path)
    file = tmp_path / readings.FILE
    file.write_text(file.read_text() + '{"format": 1, "peop')
    told: list[str] = []
    assert read(easy, tmp_path, told, prepare="standardize").result.ledger.readings == 2
    assert any("1 of 3 lines of" in line and "are not counted" in line for line in told)


WRITE = """
import sys
from pathlib import Path
from stridenet.system.files import with_line

for i in range(100):
    with_line(Path(sys.argv[1]), f"{sys.argv[2]} {i}")
"""


def test_processes_that_write_at_once_lose_no_line(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(file), name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert sorted(file.read_text().splitlines()) == sorted(f"{name} {i}" for name in "ab" for i in range(100))


@pytest.mark.parametrize(("n", "words"), [(2, "a little luck"), (5, "was chosen on them")])
def test_the_alarm_is_mild_below_a_few(easy: Windows, tmp_path: Path, n: int, words: str) -> None:
    done = read(easy, tmp_path).result
    often = replace(done, ledger=replace(done.ledger, readings=n))
    assert not [alarm for alarm in alarms(done) if alarm.headline == "Read before."]
    assert [words in alarm.sentence for alarm in alarms(often) if alarm.headline == "Read before."] == [True]


def test_other_windows_of_the_same_recordings_read_the_same_people(recordings: list[Recording], tmp_path: Path) -> None:
    runs = [read(cut(recordings, length=length), tmp_path) for length in (16, 8, 16)]
    assert [run.result.ledger.readings for run in runs] == [1, 2, 1]


def test_another_smoothing_of_the_timeline_is_another_choice(recordings: list[Recording], tmp_path: Path) -> None:
    def readings_by(smoothing: str, *, timeline: bool = True) -> int:
        settings = {
            "repeats": 1,
            "executor": "here",
            "model": {"name": "majority"},
            "timeline": timeline,
            "smoothing": {"name": smoothing},
        }
        windows = cut(recordings, length=16)
        done = job.run(spec.parse(settings), windows=windows, recordings=recordings, out=tmp_path)
        return done.result.ledger.readings

    assert [readings_by(name) for name in ("none", "median", "hysteresis", "median")] == [1, 2, 3, 2]
    assert readings_by("none", timeline=False) == 3
