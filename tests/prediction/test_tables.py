import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stridenet.errors import SettingError, UnknownNameError
from stridenet.prediction import tables
from stridenet.prediction.answering import Prediction, predict
from stridenet.signals.recording import Recording
from stridenet_runtime.answers import Task
from stridenet_runtime.predictor import Predictor

TASK = Task(10, 5, 20.0, ("rest", "walk"), ("x",), ("",), threshold=0.6)


def prediction() -> Prediction:
    def said(windows: Any) -> Any:
        moving = windows[..., 0].mean(axis=1)
        return np.stack([1 - moving, moving], axis=1)

    def piece(name: str, n: int, start_s: float = 0.0) -> Recording:
        x = (np.arange(n) // 30 % 2)[:, None].astype(np.float32)
        return Recording(name, "anna", x, ("x",), ("",), 20.0, np.full(n, -1), (), start_s)

    model = Predictor(said, task=TASK, threads=1)
    return predict(model, [piece("a, b.csv", 100), piece("a, b.csv#2", 60, 5.5), piece("c.csv", 40)])


def read(path: Path) -> pl.DataFrame:
    if path.suffix == ".json":
        return pl.DataFrame(json.loads(path.read_text()), infer_schema_length=None)
    return pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)


@pytest.mark.parametrize("suffix", tables.SUFFIXES)
@pytest.mark.parametrize("rows", ["windows", "samples", "events"])
def test_a_table_in_every_form(rows: str, suffix: str, tmp_path: Path) -> None:
    told = prediction()
    path = tables.write(told, tmp_path / f"out{suffix}", rows)
    found = read(path)
    expected = pl.concat(tables.frames(told, rows))
    assert found.columns == expected.columns
    assert found["label"].to_list() == expected["label"].to_list()
    assert found["recording"].unique(maintain_order=True).to_list() == ["a, b.csv", "c.csv"]
    assert found["probability"].to_list() == pytest.approx(expected["probability"].to_list())
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_window_has_its_place_and_all_probabilities() -> None:
    frame = pl.concat(tables.frames(prediction(), "windows"))
    assert frame.columns == ["recording", "person", "from", "to", "label", "probability", "p_rest", "p_walk"]
    assert frame.row(0) == ("a, b.csv", "anna", 0.0, 0.5, "rest", 1.0, 1.0, 0.0)
    missing = frame.filter(pl.col("p_rest").is_null())
    assert missing["label"].unique().to_list() == ["unknown"]
    assert len(missing) == 3
    unsure = frame.filter((pl.col("label") == "unknown") & pl.col("p_rest").is_not_null())
    assert unsure["probability"].to_list() == [0.5] * len(unsure)


def test_each_sample_has_its_row() -> None:
    frame = pl.concat(tables.frames(prediction(), "samples"))
    assert frame.columns == ["recording", "person", "time", "label", "probability"]
    assert len(frame) == 100 + 10 + 60 + 40
    assert frame["time"][:3].to_list() == [0.0, 0.05, 0.1]
    assert frame.filter(pl.col("probability").is_null()).height > 0


def test_events_follow_each_other() -> None:
    frame = pl.concat(tables.frames(prediction(), "events")).filter(pl.col("recording") == "a, b.csv")
    assert frame["from"][1:].to_list() == frame["to"][:-1].to_list()
    assert frame["label"].to_list()[:3] == ["rest", "walk", "rest"]
    assert frame["label"].to_list().count("unknown") == 1


def test_nothing_is_left_where_it_fails(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"written as .csv, .parquet, .json"):
        tables.write(prediction(), tmp_path / "out.txt")
    with pytest.raises(UnknownNameError, match="unknown kind of row 'window'"):
        tables.write(prediction(), tmp_path / "out.csv", "window")
    assert list(tmp_path.iterdir()) == []
