import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from bundles import small_bundle
from stridenet.__main__ import main
from stridenet_runtime.manifest import Channel


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return small_bundle(tmp_path)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Two people's files, one of them labelled, with a hole in one."""
    folder = tmp_path / "walks"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, labelled in (("anna", True), ("ben", True)):
        rows = ["time,acc_y [g],acc_x [m/s^2],activity"]
        for i in range(200):
            x = "" if name == "ben" and i == 100 else f"{9.81 * rng.normal():.3f}"
            label = ("walk", "Sit", "swim")[i // 70] if labelled else ""
            rows.append(f"{i / 20},{rng.normal():.3f},{x},{label}")
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    return folder


Said = tuple[str, str]


def said(capsys: pytest.CaptureFixture[str], *arguments: Any, status: int = 0) -> Said:
    assert main(["predict", *map(str, arguments)]) == status
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return out, err


def test_what_a_person_reads(model: Path, recordings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, model, recordings)
    assert "models       model walks-cnn-1" in out
    assert "recordings   2, 20.0 s" in out
    assert "windows      98; unknown: 2 for a missing value" in out
    assert "accuracy" in out
    assert "not scored, for the model does not know them: swim (120 samples)" in out
    assert "m/s^2 became g." in err


def test_a_table_of_windows(model: Path, recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, model, recordings, "--out", tmp_path / "said.parquet")
    assert out.endswith("said.parquet\n")
    frame = pl.read_parquet(tmp_path / "said.parquet")
    assert frame.columns[-4:] == ["probability", "p_walk", "p_sit", "p_lie"]
    assert frame.group_by("person", maintain_order=True).len().rows() == [("anna", 49), ("ben", 49)]
    assert frame.filter(pl.col("p_walk").is_null())["from"].to_list() == [4.8, 5.0]


def test_json_and_pictures(model: Path, recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--out", tmp_path / "said.json", "--as", "events", "--plot", tmp_path / "drawn", "--step", "1"]
    out, _ = said(capsys, model, recordings, "--json", *options)
    told = json.loads(out)
    assert told["windows"] == 2 * 193
    assert told["unknown_missing"] == 8
    assert told["scores"]["classes"] == ["walk", "sit", "lie", "unknown"]
    assert np.sum(told["scores"]["confusion"]) == told["scores"]["samples"] == 279
    assert sum(told["classes"].values()) == pytest.approx(1)
    assert [Path(path).name for path in told["written"]] == ["said.json", "timeline.png", "timeline.svg"]
    events = json.loads((tmp_path / "said.json").read_text())
    assert events[0].keys() == {"recording", "person", "from", "to", "label", "probability"}


def test_several_models_vote_and_one_is_smoothed(
    model: Path, recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    other = small_bundle(tmp_path / "other", name="other")
    out, _ = said(capsys, model, recordings, "--also", other.parent)
    assert "model walks-cnn-1, model other" in out
    events = []
    for smoothing in ("none", "minimum-duration:windows=4"):
        said(capsys, model, recordings, "--smoothing", smoothing, "--out", tmp_path / "e.csv", "--as", "events")
        events.append(len(pl.read_csv(tmp_path / "e.csv")))
    assert events[1] < events[0] / 2


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_an_engine_can_be_asked_for(
    engine: str, model: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, model, recordings, "--engine", engine)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "said.txt"], "written as .csv, .parquet, .json"),
        (["--as", "rows", "--out", "said.csv"], "unknown kind of row 'rows'"),
        (["--as", "rows"], "unknown kind of row 'rows'"),
        (["--as", "events"], "--as events says what a row of a table is; give the table too"),
        (["--set", "length=64"], "predict: data.length would do nothing"),
        (["--set", "train.epochs=9"], "predict: train would do nothing"),
        (["--engine", "tpu"], "unknown engine 'tpu'"),
        (["--smoothing", "viterbi"], "unknown smoother 'viterbi'"),
        (["--smoothing", "hysteresis:enter"], "'enter' is no setting and number"),
        (["--step", "1", "--step-s", "1"], "one of the two"),
        (["--unit", "acc_x=rad/s"], "rad/s"),
        (["--even", "10"], "has 10 Hz, but model walks-cnn-1 takes 20 Hz"),
        (["--channels", "acc_x"], "nothing says for certain which is acc_y"),
        (["--also", "nothing"], "nothing/model.stride|nothing: no model is read"),
    ],
)
def test_what_is_refused(
    options: list[str], words: str, model: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = said(capsys, model, recordings, *options, status=2)
    assert out == ""
    last = err.strip().splitlines()[-1]
    assert last.startswith("stridenet: ")
    assert any(word in last for word in words.split("|")), last


def test_recordings_must_be_given(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(capsys, model, status=2)
    assert "give the recordings as well" in err


def test_a_model_of_raw_signals_filters_them_inside(
    tmp_path: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = [
        asdict(Channel(f"{kind}_{axis}", unit)) for kind, unit in (("acc", "g"), ("gyro", "rad/s")) for axis in "xyz"
    ]
    model = small_bundle(tmp_path, filter="uci-har", raw_channels=raw)
    _, err = said(capsys, model, recordings, status=2)
    assert "takes acc_x, acc_y, acc_z (g)" in err or "takes acc_x" in err
