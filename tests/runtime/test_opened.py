from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from bundles import manifest, small_bundle
from programs import small
from stridenet_runtime import Predictor, open_bundle
from stridenet_runtime.errors import EngineError
from stridenet_runtime.manifest import Channel
from stridenet_runtime.numpy_engine import NumpySession
from stridenet_runtime.opened import opened, task_of


def test_a_task_is_what_the_manifest_says() -> None:
    task = task_of(manifest())
    assert (task.length, task.step, task.rate_hz) == (8, 4, 20.0)
    assert (task.classes, task.channels, task.units) == (("walk", "sit", "lie"), ("acc_x", "acc_y"), ("g", "g"))
    assert (task.filters, task.temperature, task.threshold) == ("none", 1.0, 0.0)
    assert task.name == "model walks-cnn-1"


def test_a_model_with_filters_takes_raw_channels(tmp_path: Path) -> None:
    raw = [asdict(Channel(f"acc_{axis}", "g")) for axis in "xyz"]
    path = small_bundle(tmp_path, filter="uci-har", raw_channels=raw, temperature=2.0, threshold=0.4)
    task = task_of(open_bundle(path).manifest)
    assert task.channels == ("acc_x", "acc_y", "acc_z")
    assert (task.filters, task.temperature, task.threshold) == ("uci-har", 2.0, 0.4)


def test_a_path_a_folder_and_a_bundle_are_one_model(tmp_path: Path) -> None:
    path = small_bundle(tmp_path)
    golden = open_bundle(path).golden
    for model in (path, str(path), tmp_path, open_bundle(path)):
        np.testing.assert_allclose(Predictor(model).probabilities(golden.x), golden.y, atol=1e-6)


def test_without_a_graph_numpy_answers(tmp_path: Path) -> None:
    path = small_bundle(tmp_path)
    assert isinstance(opened(path)[1], NumpySession)
    assert opened(path, "numpy")[2].check() == small().check()
    with pytest.raises(EngineError, match="onnxruntime does not take this graph"):
        opened(path, "onnx")
    with pytest.raises(EngineError, match="no engine 'tpu'; known: auto, onnx, numpy"):
        opened(path, "tpu")
