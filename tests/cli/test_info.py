"""``stridenet info`` tells what a model file is, in words and as JSON."""

import json
from pathlib import Path

import pytest

from bundles import small_bundle
from stridenet.__main__ import main


def test_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metrics = {"accuracy_mean": 0.9, "scores": {"accuracy": {"low": 0.85, "high": 0.95}}}
    small_bundle(tmp_path, metrics=metrics, threshold=0.6, temperature=1.5, data={"name": "lab", "licence": "CC0"})
    assert main(["info", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    for part in (
        "Model walks-cnn-1",
        "8 samples, 0.4 s at 20 Hz, one each 4",
        "acc_x (g), acc_y (g)",
        "walk, sit, lie",
        "90.00 %; of all such people between 85.0 and 95.0 % (95 %)",
        "temperature 1.500; unsure below 0.600",
        "4 windows with the answers that every engine must give",
        "CC0",
    ):
        assert part in said


def test_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small_bundle(tmp_path)
    assert main(["info", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["classes"] == ["walk", "sit", "lie"]
    assert told["network"]["n_parameters"] == 39
    assert told["network"]["operations"] == ["conv1d", "relu", "mean", "dense", "softmax"]


def test_what_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(tmp_path / "other")]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"stridenet: {tmp_path / 'other'}: no model is read from there (there is no such file)")
