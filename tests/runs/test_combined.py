"""One network of all repeats: their mean as one model, and one more that learns what they say together."""

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.cli._summary import summary
from stridenet.engine.backend import keras
from stridenet.engine.predictor import Predictor
from stridenet.errors import SettingError
from stridenet.runs import folder as runfolder
from stridenet.runs import job
from stridenet.runs.advice import advise
from stridenet.runs.leakage import leakage
from stridenet.runs.selection import select
from stridenet.runs.trial import TEACHING
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec

SETTINGS: dict[str, Any] = {
    "repeats": 3,
    "executor": "here",
    "prepare": "standardize",
    "model": {"name": "cnn", "settings": {"filters": 4, "dense": [8]}},
    "train": {"epochs": 2, "learning_rate": 0.01},
}
BOTH = SETTINGS | {"ensemble": True, "distill": True}


def run(windows: Windows, out: Path, settings: dict[str, Any] = BOTH, **more: Any) -> job.Run:
    return job.run(RunSpec(**settings), windows=windows, out=out, **more)


@pytest.fixture(scope="module")
def done(easy: Windows, tmp_path_factory: pytest.TempPathFactory) -> job.Run:
    return run(easy, tmp_path_factory.mktemp("combined"))


@pytest.fixture(scope="module")
def tested(easy: Windows) -> Any:
    return np.asarray(easy.x)[np.isin(easy.group, easy.test_groups)]


def test_the_ensemble_answers_as_it_was_told(done: job.Run, tested: Any) -> None:
    model = keras.saving.load_model(done.folder / "ensemble.keras")
    assert model.input_shape == (None, 16, tested.shape[2])
    assert done.result.ensemble is not None
    np.testing.assert_allclose(model(tested), done.result.ensemble.probability[0], atol=1e-5)
    np.testing.assert_allclose(Predictor(model).predict(tested), done.result.ensemble.probability[0], atol=1e-5)
    assert len(list(done.folder.glob("model*.keras"))) == 3


def test_the_distilled_network_is_one_of_the_same_kind(done: job.Run, tested: Any) -> None:
    model = keras.saving.load_model(done.folder / "distilled.keras")
    alone = keras.saving.load_model(done.folder / "model.keras")
    assert [v.shape for v in model.weights] == [v.shape for v in alone.weights]
    assert not np.array_equal(model.get_weights()[0], alone.get_weights()[0])
    distilled = done.result.distilled
    assert distilled is not None
    assert distilled.seeds == (3,)
    np.testing.assert_allclose(model(tested), distilled.probability[0], atol=1e-5)


def test_both_are_told_and_read_back(done: job.Run) -> None:
    figures = json.loads((done.folder / "metrics.json").read_text())
    assert done.result.distilled is not None
    assert figures["distilled"]["accuracy"]["value"] == done.result.distilled.accuracies[0]
    assert {"value", "low", "high"} <= figures["distilled"]["macro_f1"].keys()
    page, text = html.unescape((done.folder / "report.html").read_text()), summary(done)
    for name, said in done.result.together().items():
        assert f"{name:10} {said}" in text
        assert said[1:] in page
    again = runfolder.read(done.folder)
    assert again.distilled is not None
    np.testing.assert_array_equal(again.distilled.probability, done.result.distilled.probability)
    for name in ("seeds", "history", "seconds", "compile_seconds", "executor", "y", "held"):
        np.testing.assert_equal(getattr(again.distilled, name), getattr(done.result.distilled, name))
    assert again.together() == done.result.together()


def test_a_plain_run_has_neither(easy: Windows, tmp_path: Path) -> None:
    plain = run(easy, tmp_path, SETTINGS)
    assert plain.result.distilled is None
    assert [f.name for f in plain.folder.glob("*.keras")] == ["model.keras"]
    assert plain.result.metrics()["distilled"] is None
    assert "distilled" not in plain.result.together()


def test_it_is_found_resumed_and_read_by_another_choice(easy: Windows, tmp_path: Path) -> None:
    first, told = run(easy, tmp_path), list[Any]()
    assert first.result.ledger.readings == 2  # that of the repeats, and that of the network that learnt from them
    assert run(easy, tmp_path).found
    (first.folder / "run.json").unlink()
    keys = runfolder.trials(run(easy, tmp_path, SETTINGS | {"distill": True}, on_progress=told.append).folder)
    assert not told  # not one epoch: the same trials, in another run
    assert len(keys) == 4
    stored = {file.stem for file in (tmp_path / "trials").glob("*.npz")}
    assert stored == keys
    fewer = run(easy, tmp_path, SETTINGS | {"distill": True, "repeats": 2}, on_progress=told.append)
    assert len(told) == 2  # one network learns from other teachers
    assert fewer.result.distilled is not None


def test_teachers_of_a_plain_run_are_asked_again(easy: Windows, tmp_path: Path) -> None:
    plain = run(easy, tmp_path, SETTINGS)
    after = run(easy, tmp_path, SETTINGS | {"distill": True})
    assert runfolder.trials(plain.folder) < runfolder.trials(after.folder)
    np.testing.assert_allclose(plain.result.probability, after.result.probability, atol=1e-4)


@pytest.mark.parametrize("executor", ["here", pytest.param("processes", marks=pytest.mark.slow)])
def test_each_fold_has_a_network_of_its_own(executor: str, easy: Windows, tmp_path: Path) -> None:
    settings = BOTH | {"repeats": 2, "executor": executor, "split": {"kind": "by-person", "folds": 3}}
    found = run(easy, tmp_path, settings)
    assert found.result.distilled is not None
    assert len(found.result.distilled.history) == 3
    assert found.result.distilled.probability.shape == found.result.probability[:1].shape
    assert len(runfolder.trials(found.folder)) == 9
    first = found.result.fold == 0
    model = keras.saving.load_model(found.folder / "distilled.keras")
    own = found.result.distilled.probability[0, first]
    np.testing.assert_allclose(model(np.asarray(easy.x)[first]), own, atol=1e-5)


def test_what_is_learnt_is_the_mean_of_what_they_say(easy: Windows, tmp_path: Path) -> None:
    found = run(easy, tmp_path, SETTINGS | {"distill": True, "train": {"epochs": 60, "learning_rate": 0.01}})
    arrays = [np.load(file) for file in (tmp_path / "trials").glob("*.npz")]
    teachers = [one for one in arrays if TEACHING in one.files]
    assert len(teachers) == 3
    assert found.result.distilled is not None
    mean = np.mean([one["probability"] for one in teachers], axis=0)
    np.testing.assert_allclose(found.result.distilled.probability[0], mean, atol=0.15)
    assert all(len(one[TEACHING]) == found.result.protocol.windows["train"] for one in teachers)


def test_what_broke_teaches_nobody(easy: Windows, tmp_path: Path) -> None:
    told: list[str] = []
    broken = BOTH | {"train": {"epochs": 1, "optimizer": "sgd", "learning_rate": 1e30}}
    found = run(easy, tmp_path, broken, note=told.append)
    assert len(found.result.diverged) == 3
    assert found.result.distilled is None
    assert any("too many trainings broke" in line for line in told)
    assert not (found.folder / "ensemble.keras").exists()


@pytest.mark.parametrize("name", ["ensemble", "distill"])
def test_what_cannot_be_combined_is_refused(name: str, easy: Windows, tmp_path: Path) -> None:
    asked = SETTINGS | {name: True}
    with pytest.raises(SettingError, match=f"{name} = true is made of several repeats, and there is 1; give --rep"):
        run(easy, tmp_path, asked | {"repeats": 1})
    with pytest.raises(SettingError, match=f"{name} = True would do nothing, for no model file is kept of an est"):
        run(easy, tmp_path, {"repeats": 2, "model": {"name": "features-forest"}, name: True})
    elsewhere: list[Callable[[], Any]] = [
        lambda: leakage(RunSpec(**asked), windows=easy, out=tmp_path),
        lambda: advise(asked, out=tmp_path),
        lambda: select(asked, {"train.epochs": [1, 2]}, out=tmp_path),
    ]
    for ask in elsewhere:
        with pytest.raises(SettingError, match=f"{name} = true is for `stridenet run`, and "):
            ask()
    assert not list(tmp_path.glob("trials/*"))


class Odd(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """A layer that Keras does not know by name."""

    def call(self, x: Any) -> Any:
        return x


def odd(input_shape: tuple[int, int], n_classes: int) -> Any:
    layers = [Odd(), keras.layers.Flatten(), keras.layers.Dense(n_classes, activation="softmax")]
    return keras.Sequential([keras.Input(input_shape), *layers])


OWN = """
import keras

class Odd(keras.layers.Layer):
    def call(self, x):
        return x

def build(input_shape, n_classes):
    layers = [Odd(), keras.layers.Flatten(), keras.layers.Dense(n_classes, activation="softmax")]
    return keras.Sequential([keras.Input(input_shape), *layers])
"""


def test_layers_that_keras_does_not_know_are_refused_before_training(easy: Windows, tmp_path: Path) -> None:
    asked = {"repeats": 2, "train": {"epochs": 1}}
    with pytest.raises(SettingError, match="ensemble = true: odd has layers or classes of its own"):
        run(easy, tmp_path, asked | {"ensemble": True}, model=odd)
    (tmp_path / "mine.py").write_text(OWN)
    own = asked | {"model": {"name": f"{tmp_path / 'mine.py'}:build"}}
    with pytest.raises(SettingError, match=r"ensemble = true: Keras cannot build .* again"):
        run(easy, tmp_path, own | {"ensemble": True})
    assert not list(tmp_path.glob("trials/*"))
    assert run(easy, tmp_path, asked | {"distill": True}, model=odd).result.distilled is not None


def test_a_registered_layer_of_ones_own_is_averaged(easy: Windows, tmp_path: Path, tested: Any) -> None:
    (tmp_path / "mine.py").write_text(OWN.replace("class O", "@keras.saving.register_keras_serializable()\nclass O"))
    own = {"repeats": 2, "train": {"epochs": 1}, "model": {"name": f"{tmp_path / 'mine.py'}:build"}}
    found = run(easy, tmp_path, own | {"ensemble": True})
    assert found.result.ensemble is not None
    model = keras.saving.load_model(found.folder / "ensemble.keras")
    np.testing.assert_allclose(model(tested), found.result.ensemble.probability[0], atol=1e-5)


def test_a_loss_of_ones_own_cannot_be_distilled(easy: Windows, tmp_path: Path) -> None:
    def own(y: Any, p: Any) -> Any:
        return -keras.ops.log(keras.ops.take_along_axis(p, y[:, None], axis=1))[:, 0]

    asked = SETTINGS | {"distill": True}
    with pytest.raises(SettingError, match="loss own gets class numbers, and what several networks say"):
        run(easy, tmp_path, asked, loss=own)
    given = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    assert run(easy, tmp_path, asked, loss=given).result.distilled is not None


def test_stride_with_its_own_training(easy: Windows, tmp_path: Path, tested: Any) -> None:
    """Heads, rotation, weight decay and a schedule go through the same way."""
    few = {"name": "stride", "settings": {"waveform": [4], "spectrum": [4]}}
    own = {"repeats": 2, "ensemble": True, "distill": True, "train": {"epochs": 1}, "model": few, "executor": "here"}
    found = run(easy, tmp_path, own)
    assert found.result.ensemble is not None
    model = keras.saving.load_model(found.folder / "ensemble.keras")
    np.testing.assert_allclose(model(tested), found.result.ensemble.probability[0], atol=1e-5)
    assert found.result.distilled is not None
