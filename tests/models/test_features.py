"""Hand-made features as a branch of a network: what they measure, and that they go wherever the network goes."""

from typing import Any

import numpy as np
import pytest

from architectures import OF_EVERY_KIND
from stridenet.engine.backend import keras
from stridenet.errors import SettingError
from stridenet.exports.trace import trace
from stridenet.models import build as models
from stridenet.models import recipes
from stridenet.models._features import described
from stridenet.models._preset import as_it_is
from stridenet.signals.channels import Channels
from stridenet.spec import ModelSpec
from stridenet_runtime import numpy_engine

LENGTH = 100
WATCH = Channels(("acc_x", "acc_y", "acc_z"), ("g",) * 3, 50.0)


def built(name: str, *, features: bool = True, channels: Channels = WATCH, length: int = LENGTH) -> Any:
    n = len(channels.names)
    return models.build(name, length=length, n_channels=n, n_classes=4, channels=channels, features=features)


def features_of(x: Any, channels: Channels = WATCH) -> Any:
    inputs = keras.Input(x.shape[1:])
    model: Any = keras.Model(inputs, described(inputs, as_it_is, channels))
    scaled = model.layers[-1]
    unscaled: Any = keras.Model(inputs, scaled.input)
    return np.asarray(unscaled(x))


def motion(seed: int = 0) -> Any:
    drawn = np.random.default_rng(seed).normal(0, 0.2, (2, LENGTH, 3))
    return (drawn + np.array([0, 0, 1])).astype(np.float32)


@pytest.mark.parametrize("name", OF_EVERY_KIND)
def test_stand_beside_any_network_and_are_traced_with_it(name: str) -> None:
    model, alone = built(name), built(name, features=False)
    x = motion().reshape(2, *model.input_shape[1:])
    said = np.asarray(model(x))
    assert said.shape == (2, 4)
    assert model.count_params() > alone.count_params()
    assert [one.name for one in model.layers].count("features_dense") == 1
    program = trace(model, window=(LENGTH, 3))
    np.testing.assert_allclose(numpy_engine.run(program, motion()), said, atol=1e-5)


def test_a_network_of_heads_gets_one_head_more() -> None:
    assert len(built("stride-s").layers[-1].input) == 3


@pytest.mark.parametrize(("length", "n_channels"), [(1, 1), (2, 4), (30, 9)])
def test_any_length_and_unknown_channels(length: int, n_channels: int) -> None:
    known = Channels.unknown(n_channels)
    x = np.random.default_rng(0).normal(size=(3, length, n_channels)).astype(np.float32)
    assert np.isfinite(features_of(x, known)).all()


def test_a_turned_channel_order_a_constant_and_noise_are_told_apart() -> None:
    still = np.zeros((1, LENGTH, 3), np.float32)
    still[..., 2] = 1
    tone = still.copy()
    tone[0, :, 0] += 0.1 * np.sin(2 * np.pi * 5 * np.arange(LENGTH) / 50)
    found = features_of(np.concatenate([still, tone]))
    assert np.isfinite(found).all()
    assert np.abs(found[1] - found[0]).max() > 5  # of logarithms of power, at noise scale


def test_a_tone_is_in_its_band_alone() -> None:
    n_series, times = 4, np.arange(LENGTH) / 50
    rows = []
    for hertz in (2.0, 12.0):
        x = np.zeros((1, LENGTH, 3), np.float32)
        x[0, :, 0] = 0.5 * np.sin(2 * np.pi * hertz * times)
        rows.append(features_of(x)[0])
    bands = [row[5 * n_series : -6].reshape(n_series, -1)[0] for row in rows]  # after five sizes of each series
    low, high = (int(band.argmax()) for band in bands)
    assert low < high
    assert bands[0][low] - bands[0][high] > 10
    assert bands[1][high] - bands[1][low] > 10


def test_refused_where_there_is_no_network_of_ours() -> None:
    with pytest.raises(SettingError, match=r"model\.features = true would do nothing, for majority is no network"):
        recipes.recipe(ModelSpec(name="majority", features=True))
    with pytest.raises(SettingError, match=r"mine\.py:build is a file"):
        recipes.recipe(ModelSpec(name="mine.py:build", features=True))


def test_names_other_trials() -> None:
    plain, more = (recipes.recipe(ModelSpec(name="cnn", features=one)) for one in (False, True))
    assert plain.identity() != more.identity()
    assert "features" not in plain.identity()  # what was trained before is found again
