import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bundles import small_bundle
from stridenet.__main__ import main
from stridenet_runtime import StreamingPredictor

RNG = np.random.default_rng(0)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return small_bundle(tmp_path)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A hundred samples, and three lines that are none."""
    rows = [f"{i / 20:.2f},{x:.4f},{y:.4f}" for i, (x, y) in enumerate(RNG.normal(size=(100, 2)))]
    rows[50:50] = ["oops", "1,2", "2.50,a,b"]
    path = tmp_path / "live.csv"
    path.write_text("\n".join(["time,acc_x,acc_y", *rows]) + "\n")
    return path


def test_a_json_line_for_each_window(model: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stream", str(model), str(table)]) == 0
    out, err = capsys.readouterr()
    answers = [json.loads(line) for line in out.splitlines()]
    values = [line.split(",") for line in table.read_text().splitlines()[1:]]
    samples = np.array([row for row in values if len(row) == 3 and row[1] != "a"], float)
    expected = StreamingPredictor(model).push(samples[:, 1:], samples[:, 0])
    assert len(answers) == 24
    assert [one["label"] for one in answers] == [one.label for one in expected]
    assert answers[1].keys() == {"from", "to", "label", "probability", "lag"}
    assert (answers[1]["from"], answers[1]["to"]) == (0.2, 0.6)
    assert err.count("left out: line") == 3
    assert "100 samples, 24 windows, 0 of them unknown, 3 bad lines" in err


def test_changes_alone(model: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stream", str(model), str(table), "--changes", "--smoothing", "majority:windows=3"]) == 0
    labels = [json.loads(line)["label"] for line in capsys.readouterr().out.splitlines()]
    assert 1 <= len(labels) < 24
    assert all(a != b for a, b in pairwise(labels))


def test_strict_ends_at_the_first_bad_line(model: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stream", str(model), str(table), "--strict"]) == 2
    out, err = capsys.readouterr()
    assert "stridenet: line 52: 1 cell, but the first line names 3; 'oops'." in err
    assert len(out.splitlines()) == 11


def test_a_stream_of_which_nothing_can_be_read(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.csv").write_text("time,acc_x,acc_y\nyesterday,1,2\n")
    assert main(["stream", str(model), str(tmp_path / "bad.csv")]) == 2
    assert "none of 1 lines could be read; the first: line 2: 'time' is neither" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv"], "nowhere.csv: No such file"),
        (["-", "--follow"], "--follow is for a file"),
        (["live.csv", "--step", "0"], "step is 0 samples"),
        (["live.csv", "--gap", "-1"], "gap -1"),
        (["live.csv", "--time", "nosuch"], "no column 'nosuch' to be the time"),
        (["live.csv", "--unit", "nosuch=g"], "nosuch"),
    ],
)
def test_what_is_refused(
    arguments: list[str], words: str, model: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(table) if one == "live.csv" else one for one in arguments]
    assert main(["stream", str(model), *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def started(model: Path, *options: str, **more: Any) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "stridenet", "stream", str(model), *options]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}, **pipes, **more)


def test_standard_input_is_answered_at_once_and_ctrl_c_ends_it(model: Path) -> None:
    with started(model) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for i in range(8):
            process.stdin.write(json.dumps({"acc_x": i / 10, "acc_y": 0.5, "time": i / 20}) + "\n")
            process.stdin.flush()
        first = json.loads(process.stdout.readline())
        assert first["to"] == 0.4
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert "Traceback" not in err
    assert "8 samples, 1 windows" in err


def test_a_file_that_grows_is_followed(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "grows.csv"
    path.write_text("acc_x,acc_y\n" + "0.1,0.2\n" * 6)
    with started(model, str(path), "--follow") as process:
        assert process.stdout is not None
        time.sleep(0.5)
        with path.open("a") as file:
            file.write("0.1,0.2\n" * 2)
        assert json.loads(process.stdout.readline())["from"] == 0
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "8 samples" in err


def test_a_reader_that_leaves_ends_it_quietly(model: Path, table: Path) -> None:
    command = f"{sys.executable} -m stridenet stream {model} {table} 2>errors | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=table.parent)
    assert json.loads(done.stdout)["from"] == 0
    assert "Traceback" not in (table.parent / "errors").read_text()
