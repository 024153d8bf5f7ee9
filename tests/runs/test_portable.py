"""A run's model file answers as Keras did; a network that only Keras runs leaves none, and that is told."""

from pathlib import Path

import numpy as np

from stridenet.engine.backend import keras
from stridenet.runs import job
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec, SplitSpec, TrainSpec
from stridenet_runtime.bundle import open_bundle
from stridenet_runtime.numpy_engine import NumpySession
from stridenet_runtime.onnx_session import OnnxSession

SPEC = RunSpec(
    repeats=2, keep="all", executor="here", prepare="standardize", train=TrainSpec(epochs=1, batch_size=32),
    split=SplitSpec(validation=0.25, validation_kind="by-person"),
)  # fmt: skip


def test_it_answers_as_keras_did(easy: Windows, tmp_path: Path) -> None:
    network = keras.Sequential(
        [keras.Input(easy.x.shape[1:]), keras.layers.Conv1D(4, 3, activation="relu"), keras.layers.Flatten(),
         keras.layers.Dense(len(easy.classes), activation="softmax")]
    )  # fmt: skip
    done = job.run(SPEC, model=network, windows=easy, out=tmp_path)
    bundle = open_bundle(done.folder)
    told = bundle.manifest
    assert (told.name, told.classes) == (done.folder.name, done.result.classes)
    assert (told.window.length, told.window.step, told.rate_hz) == (16, 8, easy.rate_hz)
    assert [one.name for one in told.channels] == list(easy.channels)
    assert told.temperature is not None
    assert bundle.keras == (done.folder / "model.keras").read_bytes()
    first = done.result.probability[0, : len(bundle.golden.x)]
    assert np.abs(bundle.golden.y - first).max() < 1e-6
    for session in (NumpySession(bundle.program), OnnxSession(bundle.onnx)):
        assert np.abs(session(bundle.golden.x) - bundle.golden.y).max() < 1e-5
    assert {one.name for one in done.folder.glob("*.stride")} == {"model.stride", "model-1.stride"}

    for kept in (tmp_path / "trials").glob("*.program"):  # as an older version left them
        kept.unlink()
    done.folder.rename(tmp_path / "away")
    again = job.run(SPEC, model=network, windows=easy, out=tmp_path)
    for name in ("program.json", "program.npz", "model.onnx", "golden.npz"):
        assert open_bundle(again.folder).files[name] == bundle.files[name]


def test_a_network_that_only_keras_runs_leaves_none(easy: Windows, tmp_path: Path) -> None:
    network = keras.Sequential(
        [keras.Input(easy.x.shape[1:]), keras.layers.GRU(3, name="memory"),
         keras.layers.Dense(len(easy.classes), activation="softmax")]
    )  # fmt: skip
    notes: list[str] = []
    done = job.run(SPEC.model_copy(update={"repeats": 1}), model=network, windows=easy, out=tmp_path, note=notes.append)
    assert not (done.folder / "model.stride").exists()
    assert (done.folder / "model.keras").is_file()
    (told,) = [one for one in notes if "model.stride" in one]
    assert told.startswith("there is no model.stride: layer memory (GRU)")
