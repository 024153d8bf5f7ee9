"""Seconds of predictions are those of the recording's own clock, so a table of them can be given back as labels."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stridenet import read
from stridenet.prediction import tables
from stridenet.prediction.answering import predict
from stridenet_runtime.answers import Task
from stridenet_runtime.predictor import Predictor

BEGAN = datetime(2026, 3, 1, 23, 59, 58)
SECONDS = np.concatenate([np.arange(200) / 20, 100 + np.arange(150) / 20])
"""Of one recording with a gap that is longer than those that windows go over."""
CLOCKS = {
    "time": lambda t: f"{t:.2f}",
    "elapsed_time": lambda t: f"{5012.5 + t:.2f}",
    "timestamp": lambda t: str(round(1_772_000_000_000 + 1000 * t)),
    "datetime": lambda t: (BEGAN + timedelta(seconds=t)).isoformat(timespec="milliseconds"),
}


def write(folder: Path, clock: str) -> None:
    folder.mkdir()
    for name, later in (("a.csv", 0), ("b.csv", 500)):
        rows = [
            f"{CLOCKS[clock](later + t)},{np.sin(i):.4f},{i // 50 % 2 + np.sin(i * 7) / 9:.4f}"
            for i, t in enumerate(SECONDS)
        ]
        (folder / name).write_text(f"{clock},ax,ay\n" + "\n".join(rows) + "\n")


def told(folder: Path) -> Any:
    def said(windows: Any) -> Any:
        moving = (windows[..., 1].mean(axis=1) > 0.5).astype(np.float64)
        return np.stack([1 - moving, moving], axis=1)

    task = Task(10, 5, 20.0, ("rest", "walk"), ("ax", "ay"), ("", ""))
    return predict(Predictor(said, task=task, threads=1), read(folder))


@pytest.mark.parametrize("clock", CLOCKS)
def test_events_can_be_given_back_as_labels(clock: str, tmp_path: Path) -> None:
    write(tmp_path / "new", clock)
    predicted = told(tmp_path / "new")
    write(tmp_path / "labelled", clock)
    tables.write(predicted, tmp_path / "labelled" / "labels.csv", "events")
    labelled = read(tmp_path / "labelled")
    samples = pl.concat(tables.frames(predicted, "samples"))
    assert [one.name for one in labelled] == ["a.csv", "a.csv#2", "b.csv", "b.csv#2"]
    given = [one.classes[code] if code >= 0 else "none" for one in labelled for code in one.labels.tolist()]
    same = [a == b for a, b in zip(given, samples["label"].to_list(), strict=True)]
    assert {"rest", "walk"} <= set(given)
    assert np.mean(same) > 0.97  # an event ends where the next begins, and that sample is of one of them


def test_a_clock_of_its_own_is_kept_and_dates_are_told(tmp_path: Path) -> None:
    for clock in CLOCKS:
        write(tmp_path / clock, clock)
    first = {clock: next(tables.frames(told(tmp_path / clock), "windows")).row(0, named=True) for clock in CLOCKS}
    assert [first[clock]["from"] for clock in CLOCKS] == [0.0, 5012.5, 0.0, 0.0]
    assert "date" not in first["elapsed_time"]
    assert first["datetime"]["date"] == "2026-03-01T23:59:58.000"
    last = list(tables.frames(told(tmp_path / "datetime"), "samples"))[-1].row(-1, named=True)
    assert (last["time"], last["date"]) == (107.45, "2026-03-02T00:10:05.450")
