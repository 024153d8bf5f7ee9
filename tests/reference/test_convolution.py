import importlib
import itertools
import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from stridenet.errors import DataError, SettingError, UnknownNameError
from stridenet.reference.convolution import average_pool1d, conv1d, conv1d_output_length, max_pool1d

PADDINGS = ("valid", "same", "causal")
FORMATS = ("channels_last", "channels_first")
STEPS = ((1, 1), (2, 1), (3, 1), (1, 2), (1, 3))  # (strides, dilation_rate): the two never exceed 1 together


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    module = importlib.import_module("keras")
    assert module.backend.backend() == "jax"
    return module


def noise(seed: int, *shape: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def in_format(x: npt.NDArray[Any], data_format: str) -> npt.NDArray[Any]:
    return x if data_format == "channels_last" else np.ascontiguousarray(x.swapaxes(1, 2))


def assert_equals_keras(keras: Any, x: npt.NDArray[Any], kernel: npt.NDArray[Any], bias: Any, **options: Any) -> None:
    weights = {"kernel_initializer": lambda *_, **__: kernel, "bias_initializer": lambda *_, **__: bias}
    layer = keras.layers.Conv1D(kernel.shape[2], kernel.shape[0], use_bias=bias is not None, **weights, **options)
    expected = np.asarray(layer(x))
    found = conv1d(x, kernel, bias, **options)
    assert found.dtype == np.float32
    assert found.shape == expected.shape == tuple(layer.compute_output_shape(x.shape))
    time = found.shape[1 if options["data_format"] == "channels_last" else 2]
    length = x.shape[1 if options["data_format"] == "channels_last" else 2]
    sizes = {name: options[name] for name in ("strides", "padding", "dilation_rate")}
    assert time == conv1d_output_length(length, len(kernel), **sizes)
    # float32 rounding: a sum of n products may err by n half units in the last place of the sum of their sizes
    scale = conv1d(np.abs(x), np.abs(kernel), None if bias is None else np.abs(bias), **options)
    n = kernel.shape[0] * kernel.shape[1] + 2
    assert (np.abs(found - expected) <= n * np.finfo(np.float32).eps * scale).all()


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("padding", PADDINGS)
def test_every_combination_of_options_equals_keras(keras: Any, padding: str, data_format: str) -> None:
    for (strides, dilation_rate), groups in itertools.product(STEPS, (1, 2, 6)):
        x = in_format(noise(groups, 2, 11, 6), data_format)
        kernel, bias = noise(strides, 3, 6 // groups, 12), noise(7, 12)
        options = {"strides": strides, "dilation_rate": dilation_rate, "groups": groups}
        assert_equals_keras(keras, x, kernel, bias, padding=padding, data_format=data_format, **options)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_legal_combination_equals_keras(keras: Any, data: st.DataObject) -> None:
    draw = data.draw
    padding = draw(st.sampled_from(PADDINGS))
    data_format = draw(st.sampled_from(FORMATS))
    strides = draw(st.integers(1, 5))
    dilation_rate = 1 if strides > 1 else draw(st.integers(1, 5))
    kernel_size = draw(st.integers(1, 7))
    span = (kernel_size - 1) * dilation_rate + 1
    length = draw(st.integers(span if padding == "valid" else 1, span + 12))
    groups = draw(st.integers(1, 3))
    per_group, filters = draw(st.integers(1, 4)), groups * draw(st.integers(1, 4))
    x = in_format(noise(draw(st.integers(0, 99)), draw(st.integers(1, 3)), length, per_group * groups), data_format)
    kernel = noise(draw(st.integers(0, 99)), kernel_size, per_group, filters)
    bias = noise(3, filters) if draw(st.booleans()) else None
    options = {"strides": strides, "dilation_rate": dilation_rate, "groups": groups}
    assert_equals_keras(keras, x, kernel, bias, padding=padding, data_format=data_format, **options)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_pooling_equals_keras(keras: Any, kind: str) -> None:
    ours: Any
    layer: Any
    ours, layer = {
        "max": (max_pool1d, keras.layers.MaxPooling1D),
        "average": (average_pool1d, keras.layers.AveragePooling1D),
    }[kind]
    for padding, data_format, pool_size, strides in itertools.product(
        ("valid", "same"), FORMATS, (1, 2, 5), (None, 1, 3)
    ):
        x = in_format(noise(pool_size, 2, 7, 3) - 3, data_format)  # nearly all negative: a padded 0 would win
        options: dict[str, Any] = {
            "pool_size": pool_size,
            "strides": strides,
            "padding": padding,
            "data_format": data_format,
        }
        expected = np.asarray(layer(**options)(x))
        found = ours(x, **options)
        assert found.shape == expected.shape
        assert_allclose(found, expected, rtol=3e-6, err_msg=str(options))


def test_the_document_s_example_one_and_two_channels_two_filters() -> None:
    x = np.array([0, 3, 4, 5])[None, :, None]
    assert_array_equal(conv1d(x, [[[1]], [[2]]]).ravel(), [6, 11, 14])
    two = np.array([[[0, 0], [3, 6], [4, 7], [5, 8]]])
    assert_array_equal(conv1d(two, np.array([[1, 3], [2, 4]])[:, :, None]).ravel(), [30, 57, 67])
    assert_array_equal(conv1d(x, [[[1, 3]], [[2, 4]]])[0], [[6, 12], [11, 25], [14, 32]])


@given(st.sampled_from(PADDINGS), st.sampled_from(STEPS), st.integers(1, 3), st.floats(-9, 9))
def test_it_is_linear(padding: Any, steps: tuple[int, int], groups: int, factor: float) -> None:
    a, b = noise(1, 2, 9, 6).astype(float), noise(2, 2, 9, 6).astype(float)
    kernel = noise(3, 3, 6 // groups, 6).astype(float)
    options: dict[str, Any] = {"strides": steps[0], "dilation_rate": steps[1], "padding": padding, "groups": groups}
    together = conv1d(factor * a + b, kernel, **options)
    assert_allclose(together, factor * conv1d(a, kernel, **options) + conv1d(b, kernel, **options), atol=1e-10)


@given(st.integers(0, 8), st.integers(1, 3))
def test_a_later_start_gives_a_later_output(shift: int, dilation_rate: int) -> None:
    x, kernel = noise(1, 2, 20, 3), noise(2, 3, 3, 4)
    whole = conv1d(x, kernel, dilation_rate=dilation_rate)
    assert_allclose(conv1d(x[:, shift:], kernel, dilation_rate=dilation_rate), whole[:, shift:], atol=1e-5)


@given(st.integers(1, 11), st.sampled_from(STEPS))
def test_causal_does_not_look_ahead(at: int, steps: tuple[int, int]) -> None:
    strides, dilation_rate = steps
    x, kernel = noise(1, 1, 12, 2), noise(2, 3, 2, 4)
    changed = x.copy()
    changed[:, at:] += 100
    before, after = (
        conv1d(v, kernel, padding="causal", strides=strides, dilation_rate=dilation_rate) for v in (x, changed)
    )
    seen = np.arange(before.shape[1]) * strides < at
    assert_array_equal(before[:, seen], after[:, seen])
    assert (before[:, ~seen] != after[:, ~seen]).any() or seen.all()


def test_floats_keep_their_precision_and_whole_numbers_become_float64() -> None:
    kernel = np.ones((1, 1, 1), dtype=np.float32)
    assert conv1d(np.ones((1, 2, 1), dtype=np.float32), kernel).dtype == np.float32
    assert conv1d(np.ones((1, 2, 1)), kernel).dtype == np.float64
    assert max_pool1d(np.ones((1, 2, 1), dtype=np.int8)).dtype == np.float64


def test_no_windows_give_no_outputs() -> None:
    assert conv1d(np.zeros((0, 5, 2)), np.zeros((3, 2, 4))).shape == (0, 3, 4)
    assert conv1d(np.zeros((0, 5, 2)), np.zeros((3, 1, 4)), groups=2).shape == (0, 3, 4)


@pytest.mark.parametrize(
    ("x_shape", "kernel_shape", "options", "message"),
    [
        ((1, 5, 1), (3, 1, 1), {"strides": 2, "dilation_rate": 2}, "strides is 2 and dilation_rate is 2"),
        ((1, 5, 1), (3, 1, 1), {"strides": 0}, "strides is 0; it must be a whole number of at least 1"),
        ((1, 5, 1), (3, 1, 1), {"strides": 1.5}, "strides is 1.5"),
        ((1, 5, 1), (3, 1, 1), {"dilation_rate": True}, "dilation_rate is True"),
        ((1, 5, 4), (3, 1, 6), {"groups": 3}, "groups is 3, which does not divide the 4 channels .* one of 1, 2"),
        ((1, 5, 4), (3, 2, 5), {"groups": 2}, "groups is 2, which does not divide the 5 filters .* one of 1"),
        ((1, 5, 4), (3, 2, 4), {"groups": -1}, "groups is -1"),
        ((1, 2, 1), (3, 1, 1), {}, "kernel_size of 3 spans 3 samples, but the input has only 2"),
        ((1, 4, 1), (3, 1, 1), {"dilation_rate": 2}, "at dilation_rate 2 spans 5 samples, but the input has only 4"),
        ((1, 5, 1), (3, 1, 1), {"padding": "full"}, "unknown padding 'full'.* causal, same, valid"),
        ((1, 5, 1), (3, 1, 1), {"data_format": "nct"}, "unknown data_format 'nct'.* channels_first, channels_last"),
    ],
)
def test_what_keras_refuses_is_refused(
    keras: Any, x_shape: tuple[int, ...], kernel_shape: tuple[int, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        conv1d(np.zeros(x_shape), np.zeros(kernel_shape), **options)
    if "strides" in options and options["strides"] != int(options["strides"]):
        return  # Keras takes the float and fails later, inside JAX
    if options.get("dilation_rate") is True:
        return  # Keras reads True as 1
    # Keras before 3.13 gives an output without samples where the kernel does not fit
    with pytest.raises((ValueError, AssertionError)):
        assert 0 not in keras.layers.Conv1D(kernel_shape[2], kernel_shape[0], **options)(np.zeros(x_shape)).shape


@pytest.mark.parametrize(
    ("x", "kernel", "bias", "message"),
    [
        (np.zeros((5, 2)), np.zeros((3, 2, 1)), None, r"shape \(5, 2\), .* \(batch, time, channel\).*x\[np.newaxis\]"),
        (np.zeros((1, 1, 5, 2)), np.zeros((3, 2, 1)), None, r"needs \(batch, time, channel\)\."),
        (np.zeros((1, 0, 2)), np.zeros((3, 2, 1)), None, "at least one value"),
        (np.zeros((1, 5, 2)), np.zeros((3, 2)), None, r"must be \(kernel_size, channels // groups, filters\)"),
        (np.zeros((1, 5, 2)), np.zeros((3, 4, 1)), None, r"2 channels in 1 groups need \(kernel_size, 2, filters\)"),
        (np.zeros((1, 5, 2)), np.zeros((3, 2, 4)), np.zeros(3), r"bias has shape \(3,\), but 4 filters need \(4,\)"),
        ([[[1], [2, 3]]], np.zeros((1, 1, 1)), None, "rows differ in length"),
        ([[["a"]]], np.zeros((1, 1, 1)), None, "must hold real numbers"),
        (np.zeros((1, 5, 2), dtype=complex), np.zeros((1, 2, 1)), None, "must hold real numbers"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(x: Any, kernel: Any, bias: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        conv1d(x, kernel, bias)


@pytest.mark.parametrize("pool", [max_pool1d, average_pool1d])
def test_pooling_refuses_what_cannot_be(pool: Any) -> None:
    x = np.zeros((1, 4, 1))
    with pytest.raises(SettingError, match="pool_size of 5 is longer than the input, which has 4"):
        pool(x, pool_size=5)
    with pytest.raises(UnknownNameError, match=r"unknown padding 'causal'.* same, valid"):
        pool(x, padding="causal")
    with pytest.raises(SettingError, match="strides is 0"):
        pool(x, strides=0)
    with pytest.raises(DataError, match=r"channels_first needs \(batch, channel, time\)"):
        pool(x[0], data_format="channels_first")


def test_output_length_is_the_document_s_formula() -> None:
    assert conv1d_output_length(9, 2) == 8
    assert [conv1d_output_length(n, 10) for n in (80, 71)] == [71, 62]
    for length, size, strides in itertools.product(range(1, 12), range(1, 6), (1, 2, 3)):
        if size <= length:
            assert conv1d_output_length(length, size, strides=strides) == (length - size) // strides + 1
        assert conv1d_output_length(length, size, strides=strides, padding="same") == -(-length // strides)
        assert conv1d_output_length(length, size, strides=strides, padding="causal") == -(-length // strides)
    for bad in (0, -3, 2.0):
        with pytest.raises(SettingError, match="length is"):
            conv1d_output_length(bad, 1)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="spans 4 samples, but the input has only 3"):
        conv1d_output_length(3, 4)
