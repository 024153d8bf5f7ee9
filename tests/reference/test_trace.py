from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from stridenet.cli._numbers import parse_kernel, parse_numbers
from stridenet.errors import DataError, SettingError
from stridenet.reference.convolution import conv1d
from stridenet.reference.trace import conv1d_trace

NUMBER = st.floats(-1e6, 1e6)


def test_the_document_s_steps() -> None:
    trace = conv1d_trace([0, 3, 4, 5], [1, 2])
    assert trace.lines[:3] == [
        "[0 3] * [1 2] = [0 6] -> 6",
        "[3 4] * [1 2] = [3 8] -> 11",
        "[4 5] * [1 2] = [4 10] -> 14",
    ]
    assert trace.output.tolist() == [[6], [11], [14]]
    assert str(trace) == "\n".join(trace.lines)


def test_two_channels_are_summed_together() -> None:
    trace = conv1d_trace([[0, 0], [3, 6], [4, 7], [5, 8]], [[1, 3], [2, 4]])
    assert trace.lines == [
        "[[0 0] [3 6]] * [[1 3] [2 4]] = [[0 0] [6 24]] -> 30",
        "[[3 6] [4 7]] * [[1 3] [2 4]] = [[3 18] [8 28]] -> 57",
        "[[4 7] [5 8]] * [[1 3] [2 4]] = [[4 21] [10 32]] -> 67",
        "output [30 57 67]",
        "length (4 - 2 + 0)/1 + 1 = 3",
    ]


def test_two_filters_are_named() -> None:
    lines = conv1d_trace([0, 3, 4, 5], parse_kernel("1 2 | 3 4")).lines
    assert lines[0] == "filter 1 of 2: [0 3] * [1 2] = [0 6] -> 6"
    assert lines[3] == "filter 2 of 2: [0 3] * [3 4] = [0 12] -> 12"
    assert lines[6] == "output [[6 12] [11 25] [14 32]]"


def test_padding_dilation_strides_and_bias_are_seen() -> None:
    causal = conv1d_trace([3, 4, 5], [1, 2], padding="causal", dilation_rate=2).lines
    assert causal[0] == "[0 3] * [1 2] = [0 6] -> 6"
    assert causal[2] == "[3 5] * [1 2] = [3 10] -> 13"
    assert causal[-1] == "length (3 - 3 + 2)/1 + 1 = 3"
    strided = conv1d_trace([1, 2, 3, 4, 5, 6], [1, 0.5], [-1], strides=3).lines
    assert strided[1] == "[4 5] * [1 0.5] = [4 2.5] -> 6.5 + -1 = 5.5"
    assert strided[-1] == "length (6 - 2 + 0)/3 rounded down + 1 = 2"


@given(
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from(["valid", "same", "causal"]),
    st.sampled_from([(1, 1), (2, 1), (1, 2)]),
)
def test_the_steps_add_up_to_conv1d(channels: int, filters: int, padding: Any, steps: tuple[int, int]) -> None:
    rng = np.random.default_rng(channels)
    x, kernel, bias = rng.normal(size=(7, channels)), rng.normal(size=(3, channels, filters)), rng.normal(size=filters)
    options: dict[str, Any] = {"strides": steps[0], "dilation_rate": steps[1], "padding": padding}
    trace = conv1d_trace(x, kernel, bias, **options)
    assert_allclose(trace.output, conv1d(x[None], kernel, bias, **options)[0])
    assert_allclose(np.einsum("tkc,kcf->tf", trace.windows, kernel) + bias, trace.output)
    assert len(trace.lines) == trace.output.size + 2
    assert trace.lines[-1].endswith(f"= {len(trace.output)}")


@pytest.mark.parametrize(
    ("data", "kernel", "error", "message"),
    [
        ([1, np.nan], [1], DataError, r"data: the value at 1 \(counted from 0\) is nan"),
        ([[1, 2], [3, np.inf]], [[1, 1]], DataError, "data: the value at 1, 1 .* is inf"),
        ([1, 2], ["a"], DataError, "kernel: it holds values of type"),
        ([[1, 2], [3]], [1], DataError, "data: its rows differ in length"),
        ([[[1.0]]], [1], DataError, r"data: it has shape \(1, 1, 1\), but needs \(time,\) or \(time, channel\)"),
        ([], [1], DataError, r"data: it has shape \(0,\)"),
        ([[1, 2], [3, 4]], [1], DataError, r"2 channels in 1 groups need \(kernel_size, 2, filters\)"),
        ([1, 2], [1, 2, 3], SettingError, "spans 3 samples, but the input has only 2"),
    ],
)
def test_what_cannot_be_traced_is_refused(data: Any, kernel: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        conv1d_trace(data, kernel)


@given(st.lists(NUMBER, min_size=1), st.sampled_from([",", " ", ", ", " , ", "\t"]))
def test_what_is_written_is_read(values: list[float], comma: str) -> None:
    assert_array_equal(parse_numbers(comma.join(map(repr, values))), values)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(NUMBER, min_size=n, max_size=n), min_size=2)))
def test_rows_are_time_steps(rows: list[list[float]]) -> None:
    text = "; ".join(" ".join(map(repr, row)) for row in rows)
    assert_array_equal(parse_numbers(text), rows)
    assert_array_equal(parse_numbers(text + ";"), rows)


def test_shapes_of_what_is_read() -> None:
    assert parse_numbers("0 0; 3 6; 4 7; 5 8").tolist() == [[0, 0], [3, 6], [4, 7], [5, 8]]
    assert parse_numbers("7").shape == (1,)
    assert parse_numbers("7 8;").shape == (1, 2)
    assert parse_kernel("1,2").shape == (2, 1, 1)
    assert parse_kernel("1 3; 2 4 | 5 6; 7 8")[:, :, 1].tolist() == [[5, 6], [7, 8]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--data: no numbers; write them as"),
        ("  ", "--data: no numbers"),
        ("1,two,3", "--data: value 2 is 'two'; it must be a finite number"),
        ("1,,3", "--data: value 2 is empty"),
        ("1,2,", "--data: value 3 is empty"),
        ("1,nan", "--data: value 2 is 'nan'"),
        ("1,-inf", "--data: value 2 is '-inf'"),
        ("1,1e999", "--data: value 2 is '1e999'"),
        ("1 2; 3", "--data, time step 2: 1 numbers, but time step 1 has 2"),
        ("1 2;; 3 4", "--data, time step 2: no numbers"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_numbers(text, name="--data")


def test_filters_must_be_alike() -> None:
    with pytest.raises(DataError, match="kernel, filter 2: 3 taps of 1 channels, but filter 1 has 2 of 1"):
        parse_kernel("1,2 | 3,4,5")
    with pytest.raises(DataError, match="kernel, filter 2: no numbers"):
        parse_kernel("1,2 |")
