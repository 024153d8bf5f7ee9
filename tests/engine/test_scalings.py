"""Folds scale each in its own way, and are one program."""

from pathlib import Path

import numpy as np
import pytest

from stridenet.engine import scalings
from stridenet.engine.backend import keras
from stridenet.models.learner import KerasLearner
from stridenet.models.network import network
from stridenet.signals.windows import Windows
from stridenet.spec import ModelSpec, Preparation, TrainSpec


def learner(prepare: Preparation) -> KerasLearner:
    return KerasLearner(network(ModelSpec(name="cnn", settings={"filters": 4})), prepare, TrainSpec(epochs=1))


@pytest.mark.parametrize("prepare", ["standardize", "standardize+normalize", "robust", "power"])
def test_each_fold_is_what_it_is_alone(prepare: Preparation, easy: Windows, tmp_path: Path) -> None:
    shared, folds = learner(prepare), [easy.take(np.flatnonzero(easy.group != one)) for one in ("p1", "p2", "p3")]
    fitted = [shared.fit(fold, None, 0) for fold in folds]
    assert len(shared._trainer.step._compiled) == 2  # one, and one for the last batch
    for i, (fold, one) in enumerate(zip(folds, fitted, strict=True)):
        alone = learner(prepare).fit(fold, None, 0)
        assert (one.history, one.history["loss"]) == (alone.history, alone.history["loss"])
        assert (one.predict(easy) == alone.predict(easy)).all()
        one.save(tmp_path / f"{i}.keras")
        loaded = keras.saving.load_model(tmp_path / f"{i}.keras")
        np.testing.assert_allclose(loaded.predict(easy.x[:], verbose=0), alone.predict(easy), atol=1e-6)


def test_folds_that_scale_differently_are_one_trainer(easy: Windows) -> None:
    one = learner("standardize")
    trainers = [one.trainer(easy.take(np.flatnonzero(easy.group != person))) for person in ("p1", "p2")]
    assert trainers[0] is trainers[1]
    assert len(scalings.layers_of(trainers[0].model)) == 1


def test_layers_inside_models_are_found_once() -> None:
    scaling = keras.layers.Normalization(mean=[1.0], variance=[4.0])
    inputs = keras.Input((4, 1))
    inner = keras.Model(inputs, scaling(inputs))
    model = keras.Sequential([keras.Input((4, 1)), inner, scaling])
    assert scalings.layers_of(model) == [scaling]
    x = np.ones((1, 4, 1), np.float32)
    with scalings.given([scaling], [np.zeros((1, 1, 1), np.float32), np.ones((1, 1, 1), np.float32)]):
        assert np.asarray(scaling(x)).ravel().tolist() == [1, 1, 1, 1]
    assert np.asarray(scaling(x)).ravel().tolist() == [0, 0, 0, 0]


def test_what_is_assigned_is_saved_whichever_axes_are_kept(tmp_path: Path) -> None:
    model, other = (
        keras.Sequential([keras.Input((2, 3)), keras.layers.Normalization(axis=(1, 2), mean=mean, variance=mean + 1)])
        for mean in (np.zeros((2, 3)), np.arange(6.0).reshape(2, 3))
    )
    scalings.assign(scalings.layers_of(model), scalings.values(scalings.layers_of(other)))
    model.save(tmp_path / "m.keras")
    x = np.ones((1, 2, 3), np.float32)
    assert (np.asarray(keras.saving.load_model(tmp_path / "m.keras")(x)) == np.asarray(other(x))).all()
