"""Each operation of NumPy's engine against what it means, written plainly."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import small
from stridenet_runtime.numpy_engine import COMPUTE, NumpySession
from stridenet_runtime.operations import OPERATIONS


def _drawn(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_each_operation_is_computed() -> None:
    assert set(COMPUTE) == set(OPERATIONS)


@given(
    size=st.integers(1, 5),
    strides=st.integers(1, 3),
    dilation=st.integers(1, 3),
    pads=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    groups=st.sampled_from([1, 2]),
)
def test_convolution(size: int, strides: int, dilation: int, pads: tuple[int, int], groups: int) -> None:
    x, kernel, bias = _drawn(2, 15, 4), _drawn(size, 4 // groups, 6), _drawn(6)
    attributes = {"strides": strides, "dilation": dilation, "pads": pads, "groups": groups}
    shape = OPERATIONS["conv1d"].shape(attributes, [(15, 4), kernel.shape, (6,)])
    padded = np.pad(x, ((0, 0), pads, (0, 0)))
    wanted = np.zeros((2, *shape))
    for step in range(shape[0]):
        for f in range(6):
            first = f // (6 // groups) * (4 // groups)
            for k in range(size):
                seen = padded[:, step * strides + k * dilation, first : first + 4 // groups]
                wanted[:, step, f] += seen @ kernel[k, :, f]
    assert np.allclose(COMPUTE["conv1d"](attributes, x, kernel, bias), wanted + bias, atol=1e-5)


def test_padding_never_counts_in_a_pool() -> None:
    x = np.array([[[1.0], [2.0], [3.0]]], np.float32) - 10
    attributes = {"size": 2, "strides": 2, "pads": [0, 1]}
    assert COMPUTE["max_pool1d"](attributes, x).ravel().tolist() == [-8, -7]
    assert COMPUTE["mean_pool1d"](attributes, x).ravel().tolist() == [-8.5, -7]


def test_leading_axes_are_further_windows() -> None:
    x, kernel = _drawn(2, 5, 9, 3), _drawn(3, 3, 4)
    attributes = {"strides": 1, "dilation": 1, "pads": [0, 0], "groups": 1}
    apart = np.stack([COMPUTE["conv1d"](attributes, x[:, i], kernel) for i in range(5)], axis=1)
    assert np.allclose(COMPUTE["conv1d"](attributes, x, kernel), apart, atol=1e-6)


def test_a_recurrence_can_go_backwards() -> None:
    x, weights = _drawn(2, 7, 3), (_drawn(3, 16), _drawn(4, 16), _drawn(16))
    forth = COMPUTE["lstm"]({"sequences": True, "reverse": False}, x[:, ::-1], *weights)
    back = COMPUTE["lstm"]({"sequences": True, "reverse": True}, x, *weights)
    assert np.allclose(back, forth[:, ::-1])
    assert np.allclose(COMPUTE["lstm"]({"sequences": False, "reverse": True}, x, *weights), back[:, 0])


def test_what_is_bent() -> None:
    x = np.array([[-200.0, -1.0, 0.0, 1.0, 200.0]], np.float32)
    assert np.allclose(COMPUTE["gelu"]({"approximate": False}, x), [[0, -0.15865526, 0, 0.8413447, 200]], atol=1e-6)
    assert np.allclose(COMPUTE["sigmoid"]({}, x), [[0, 0.26894143, 0.5, 0.7310586, 1]], atol=1e-6)
    assert np.allclose(COMPUTE["elu"]({"alpha": 2.0}, x), [[-2, -1.2642411, 0, 1, 200]], atol=1e-6)
    assert np.allclose(COMPUTE["softmax"]({}, x).sum(axis=1), 1)


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 130])
def test_any_number_of_windows(n: int) -> None:
    session, windows = NumpySession(small()), _drawn(130, 8, 2)
    together = session(windows[:n])
    assert together.shape == (n, 3)
    assert together.dtype == np.float32
    assert np.allclose(together, session(windows)[:n], atol=1e-6)
