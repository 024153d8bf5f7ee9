"""One contract over every network in the table; the networks' own numbers are beside it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.errors import SettingError, UnknownNameError
from stridenet.models import build as models

LENGTH, CHANNELS, CLASSES = 96, 3, 4
every = pytest.mark.parametrize("name", models.PRESETS)


def build(name: str, *, seed: int = 0, **settings: Any) -> Any:
    return models.build(
        name, length=LENGTH, n_channels=CHANNELS, n_classes=CLASSES, settings=settings or None, seed=seed
    )


def some_windows(model: Any, n: int = 5) -> Any:
    return (
        np.random.default_rng(0).normal(size=(n, LENGTH, CHANNELS)).astype("float32").reshape(n, *model.input_shape[1:])
    )


def weights(model: Any) -> list[Any]:
    return [np.asarray(v) for v in model.trainable_variables]


@every
def test_gives_a_probability_for_each_class(name: str) -> None:
    model = build(name)
    p = np.asarray(model(some_windows(model)))
    assert p.shape == (5, CLASSES)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert len(np.unique(p.round(6), axis=0)) == 5  # it looks at its input


@every
def test_takes_windows_with_the_channels_last(name: str) -> None:
    assert build(name).input_shape in {(None, LENGTH, CHANNELS), (None, LENGTH * CHANNELS)}


@every
def test_the_seed_decides_the_weights(name: str) -> None:
    one, same, other = weights(build(name)), weights(build(name)), weights(build(name, seed=1))
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


@every
def test_the_seed_decides_the_dropout(name: str) -> None:
    def draw(seed: int) -> Any:
        model = build(name, seed=seed)
        for variable, value in zip(model.trainable_variables, weights(build(name)), strict=True):
            variable.assign(value)
        return np.asarray(model(some_windows(model), training=True))

    np.testing.assert_array_equal(draw(0), draw(0))
    assert (draw(0) != draw(1)).any() == (name not in WITHOUT_DROPOUT)


ANY_LENGTH = ("fcn", "resnet", "inception-time", "tcn", "lstm")
"""Their convolutions are as long as the window, whatever its length, or there are none."""
WITHOUT_DROPOUT = ("fcn", "resnet", "inception-time")


@every
def test_saves_and_loads_and_says_the_same(name: str, tmp_path: Path) -> None:
    model = build(name)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    x = some_windows(model)
    np.testing.assert_array_equal(np.asarray(again(x)), np.asarray(model(x)))


@every
def test_has_parameters_that_can_be_trained(name: str) -> None:
    assert sum(w.size for w in weights(build(name))) > 0


@every
def test_building_leaves_other_peoples_random_numbers_alone(name: str) -> None:
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.rand()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    build(name)
    assert np.random.rand() == expected  # noqa: NPY002


@every
def test_what_does_not_fit_is_refused_in_a_sentence(name: str) -> None:
    for length in (1, 2, 3):
        try:
            models.build(name, length=length, n_channels=1, n_classes=2)
        except SettingError as error:
            assert str(error).startswith(("layer ", "model "))  # noqa: PT017
            assert "longer windows" in str(error)  # noqa: PT017
            assert str(error).endswith(".")  # noqa: PT017
        else:
            assert name in ANY_LENGTH


@every
def test_settings_are_documented_and_known(name: str) -> None:
    table = models.settings_of(name)
    assert all(field.description for field in type(table).model_fields.values())
    assert type(table).model_validate(table.model_dump(mode="json")) == table
    with pytest.raises(UnknownNameError, match=r"unknown setting 'model\.settings\.filtersss': did you mean"):
        models.settings_of(name, {"filtersss": 3})


def test_an_unknown_network_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown model 'cnnn': did you mean 'cnn'\?"):
        models.build("cnnn", length=9, n_channels=1, n_classes=2)


def test_the_baseline_has_the_tutorials_size() -> None:
    model = models.build("cnn", length=128, n_channels=9, n_classes=6)
    assert model.count_params() == 411_650
    assert [layer.name for layer in model.layers[1:]] == [
        "conv_1_1", "conv_1_2", "dropout_1", "pool_1", "flatten", "dense_1", "classes"
    ]  # fmt: skip


def test_a_kernel_that_is_too_long_is_refused() -> None:
    with pytest.raises(SettingError, match=r"layer conv_1_1: a kernel of 97 samples on an input of 96; .*\.$"):
        build("cnn", kernel_size=97)
    with pytest.raises(SettingError, match=r"layer conv_1_2: a kernel of 60 samples on an input of 37"):
        build("cnn", kernel_size=60)


def test_a_pool_that_is_too_large_is_refused() -> None:
    with pytest.raises(SettingError, match=r"layer pool_1: pooling by 93 on an input of 92 .*\.$"):
        build("cnn", pool_size=93)


@pytest.mark.parametrize(
    "settings",
    [{"filters": 0}, {"kernel_size": -1}, {"pool_size": 0}, {"dropout": 1.0}, {"dense": [0]}, {"blocks": "a"}],
)
def test_values_out_of_range_are_refused(settings: dict[str, Any]) -> None:
    name = next(iter(settings))
    with pytest.raises(SettingError, match=rf"setting model\.settings\.{name}.* = .*: it must be .*\.$"):
        build("cnn", **settings)


def test_tiny_har_has_the_papers_layers() -> None:
    """A gamma of one number for each attention, and twice as many units as filters after the fusion."""
    model = models.build("tiny-har", length=128, n_channels=9, n_classes=6)
    convolutions, attention, fusion = 120 + 3 * 2020 + 4 * 80, 3 * 400 + 1, 180 * 40 + 40
    recurrent, over_time, classes = 4 * 40 * (40 + 40 + 1), 40 * 40 + 40 + 40 + 1, 40 * 6 + 6
    assert model.count_params() == convolutions + attention + fusion + recurrent + over_time + classes
    gammas = [layer.kernel for layer in model.layers if layer.name in ("channel_attention", "time_attention")]
    assert [kernel.shape for kernel in gammas] == [(1, 1), (1, 1)]
    assert not any(np.asarray(kernel).any() for kernel in gammas)
