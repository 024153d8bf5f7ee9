import importlib
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from stridenet.errors import DataError, SettingError, UnknownNameError
from stridenet.reference.convolution import conv1d
from stridenet.reference.recovery import recover_filter

D2 = ([0, 3, 4, 5], [6, 11, 14])
D3 = ([[0, 0], [3, 6], [4, 7], [5, 8]], [30, 57, 67])
D4 = ([0, 3, 4, 5], [[6, 12], [11, 25], [14, 32]])


@pytest.mark.parametrize("seed", range(5))
def test_d2_one_filter_is_found(seed: int) -> None:
    found = recover_filter(*D2, kernel_size=2, seed=seed)
    assert_allclose(found.kernel.ravel(), [1, 2], atol=0.05)
    assert_allclose(found.minimum_norm.ravel(), [1, 2])
    assert found.unique
    assert found.solvable
    assert found.explain() == "3 equations, 2 unknowns: rank 2, exactly one filter fits."


def test_d2_the_weights_are_recorded_every_20_steps() -> None:
    found = recover_filter(*D2, kernel_size=2)
    assert found.recorded_at.tolist() == list(range(0, 201, 20))
    assert found.history.shape == (11, 2, 1, 1)
    assert_array_equal(found.history[-1], found.kernel)
    short = recover_filter(*D2, kernel_size=2, steps=50)
    assert short.recorded_at.tolist() == [0, 20, 40, 50]
    assert_array_equal(short.history[:3], found.history[:3])


@pytest.mark.parametrize("seed", range(5))
def test_d3_another_filter_fits_as_well(seed: int) -> None:
    found = recover_filter(*D3, kernel_size=2, seed=seed)
    expected = np.array([[1, 3], [2, 4]])[:, :, None]
    assert found.residual < 0.01 * 67
    assert np.abs(found.kernel - expected).max() > 0.2
    assert np.abs(found.minimum_norm - expected).max() > 0.02
    assert_allclose(conv1d([D3[0]], found.minimum_norm).ravel(), D3[1])
    assert np.linalg.norm(found.minimum_norm) < np.linalg.norm(expected)
    assert (found.n_equations, found.n_unknowns, found.rank, found.unique) == (3, 4, 3, False)
    assert found.explain() == "3 equations, 4 unknowns: rank 3 < 4, infinitely many filters fit equally well."


def test_d3_converges_with_more_and_smaller_steps() -> None:
    found = recover_filter(*D3, kernel_size=2, learning_rate=0.005, steps=8000)
    assert found.residual < 0.03
    assert np.abs(found.kernel - [[[1], [3]], [[2], [4]]]).max() > 0.02


@pytest.mark.parametrize("seed", range(5))
def test_d4_two_filters_are_found(seed: int) -> None:
    found = recover_filter(*D4, kernel_size=2, seed=seed)
    assert_allclose(found.kernel[:, 0, 0], [1, 2], atol=0.05)
    assert_allclose(found.kernel[:, 0, 1], [3, 4], atol=0.06)  # the document: [3.0001, 3.9890]
    assert found.explain() == "for each of 2 filters 3 equations, 2 unknowns: rank 2, exactly one filter fits."


@pytest.mark.parametrize("loss", ["mae", "mse"])
def test_the_steps_are_those_of_keras(loss: Any) -> None:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras: Any = importlib.import_module("keras")
    ours = recover_filter(*D4, kernel_size=2, loss=loss, steps=25, every=25)
    model = keras.Sequential([keras.Input((4, 1)), keras.layers.Conv1D(2, 2, use_bias=False)])
    model.compile(keras.optimizers.Adam(0.05), loss=loss)
    model.layers[0].set_weights([ours.history[0]])
    x, y = np.array(D4[0], dtype=np.float32)[None, :, None], np.array(D4[1], dtype=np.float32)[None]
    for _ in range(25):
        model.train_on_batch(x, y)
    assert_allclose(ours.kernel, np.asarray(model.layers[0].kernel.value), atol=1e-4)


@given(
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 2),
    st.sampled_from(["valid", "same", "causal"]),
    st.integers(1, 2),
)
def test_enough_equations_give_back_the_filter(
    kernel_size: int, channels: int, filters: int, padding: Any, strides: int
) -> None:
    rng = np.random.default_rng(kernel_size)
    kernel = rng.normal(size=(kernel_size, channels, filters))
    x = rng.normal(size=(3, 15, channels))
    y = conv1d(x, kernel, padding=padding, strides=strides).astype(np.float32)
    found = recover_filter(x, y, kernel_size=kernel_size, padding=padding, strides=strides, steps=1)
    assert found.unique
    assert found.solvable
    assert_allclose(found.minimum_norm, kernel, atol=1e-5)


def test_squared_error_and_dilation() -> None:
    x = np.random.default_rng(0).normal(size=(40, 2))
    kernel = np.array([[[1.0], [-1.0]], [[0.5], [2.0]]])
    y = conv1d(x[None], kernel, dilation_rate=3)
    found = recover_filter(x[None], y, kernel_size=2, dilation_rate=3, loss="mse", steps=400)
    assert_allclose(found.kernel, kernel, atol=1e-3)


def test_no_exact_filter_is_said() -> None:
    one = recover_filter([1, 1, 1], [1, 2, 3], kernel_size=1)
    assert not one.solvable
    assert_allclose(one.minimum_norm.ravel(), [2])
    assert_allclose(one.minimum_norm_residual, 2 / 3)
    assert one.explain() == "3 equations, 1 unknowns: no filter fits exactly, and one is nearest in squared error."
    many = recover_filter([1, 1, 1], [1, 2], kernel_size=2)
    assert many.explain() == (
        "2 equations, 2 unknowns: no filter fits exactly, and as the rank is 1 < 2, infinitely many are nearest in "
        "squared error."
    )


def test_a_channel_of_zeros_tells_nothing() -> None:
    x = np.random.default_rng(0).normal(size=(20, 2)) * [1, 0]
    found = recover_filter(x, np.zeros(19), kernel_size=2, steps=1)
    assert (found.rank, found.unique, found.solvable) == (2, False, True)
    assert_array_equal(found.minimum_norm, np.zeros((2, 2, 1)))


@pytest.mark.parametrize(
    ("x", "y", "options", "error", "message"),
    [
        (*D2, {"kernel_size": 3}, DataError, r"y has 1 x 3 .* kernel_size of 3 and padding 'valid' give 1 x 2"),
        (*D2, {"kernel_size": 5}, SettingError, "spans 5 samples, but the input has only 4"),
        (*D2, {"kernel_size": 0}, SettingError, "kernel_size is 0"),
        (*D2, {"kernel_size": 2, "loss": "hinge"}, UnknownNameError, r"unknown loss 'hinge'.* mae, mse"),
        (*D2, {"kernel_size": 2, "learning_rate": 0}, SettingError, "learning_rate is 0; it must be a number above 0"),
        (*D2, {"kernel_size": 2, "learning_rate": np.nan}, SettingError, "learning_rate is nan"),
        (*D2, {"kernel_size": 2, "steps": 0}, SettingError, "steps is 0"),
        (*D2, {"kernel_size": 2, "every": 2.5}, SettingError, "every is 2.5"),
        ([0, np.nan], [1], {"kernel_size": 2}, DataError, "recover_filter: x: the value at 1 .* is nan"),
        ([0, 1], [np.inf], {"kernel_size": 2}, DataError, "recover_filter: y: the value at 0 .* is inf"),
        ([[[[1]]]], [1], {"kernel_size": 1}, DataError, r"needs .* or \(batch, time, channel\)"),
    ],
)
def test_what_cannot_be_learned_is_refused(
    x: Any, y: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        recover_filter(x, y, **options)
