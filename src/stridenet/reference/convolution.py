"""Conv1D and pooling over time in plain NumPy: the reference that Keras' layers are checked against."""

import operator
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError, unknown_name

Padding = Literal["valid", "same", "causal"]
PoolPadding = Literal["valid", "same"]
DataFormat = Literal["channels_last", "channels_first"]


def conv1d(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    groups: int = 1,
    data_format: DataFormat = "channels_last",
) -> npt.NDArray[Any]:
    """What ``keras.layers.Conv1D`` gives before its activation.

    The kernel is not flipped (cross-correlation, as in every network library). A filter sees all channels of its group
    at once. ``"same"`` pads the odd zero on the right. Floats keep their precision (float64 stays float64, where
    Keras would round to float32) and whole numbers become float64. NaN spreads to the outputs that see it.

    Args:
        x: shape (batch, time, channel), or (batch, channel, time) for ``"channels_first"``.
        kernel: shape (kernel_size, channels // groups, filters), in both data formats.
        bias: shape (filters,), added to every time step.
        strides: samples from one output to the next.
        padding: ``"valid"``: none; ``"same"``: zeros on both sides, as many outputs as inputs for strides of 1;
            ``"causal"``: zeros on the left only, so that no output depends on a later sample.
        dilation_rate: samples between two taps of the kernel; above 1 only with strides of 1, as in Keras.
        groups: parts that channels and filters are split into; each part of the filters sees its part of the channels.
        data_format: the axis order of input and output.

    Returns:
        Shape (batch, output length, filter), or (batch, filter, output length) for ``"channels_first"``.

    Raises:
        SettingError: an unknown padding or format, a size below 1, strides with dilation, groups that do not divide,
            or a kernel longer than the input.
        DataError: shapes that do not fit together, or values that are not numbers.

    Source: "Conv1D layer nuts and bolts" (D1): data [0 3 4 5], filter [1 2].

    >>> conv1d([[[0], [3], [4], [5]]], [[[1]], [[2]]]).ravel().tolist()
    [6.0, 11.0, 14.0]
    """
    _known("padding", padding, get_args(Padding))
    groups = whole_number("conv1d", "groups", groups)
    signal = _batch("conv1d", x, data_format)
    weights = _numbers("conv1d", "kernel", kernel)
    offset = None if bias is None else _numbers("conv1d", "bias", bias)
    _check_kernel(weights, offset, signal.shape[2], groups)
    kernel_size, channels, filters = weights.shape

    seen = patches(signal, kernel_size, strides=strides, padding=padding, dilation_rate=dilation_rate)
    batch, length = seen.shape[:2]
    n_seen = kernel_size * channels
    y: npt.NDArray[Any]
    if groups == 1:  # a small product per window: several times as fast as one large product over the batch
        y = seen.reshape(batch, length, n_seen) @ weights.reshape(n_seen, filters)
    else:
        parts = seen.reshape(batch, length, kernel_size, groups, channels).transpose(0, 3, 1, 2, 4)
        by_group = weights.reshape(kernel_size, channels, groups, filters // groups).transpose(2, 0, 1, 3)
        products = parts.reshape(batch, groups, length, n_seen) @ by_group.reshape(groups, n_seen, filters // groups)
        y = products.transpose(0, 2, 1, 3).reshape(batch, length, filters)
    if offset is not None:
        y = y + offset
    return y if data_format == "channels_last" else y.swapaxes(1, 2)


def conv1d_output_length(
    length: int, kernel_size: int, *, strides: int = 1, padding: Padding = "valid", dilation_rate: int = 1
) -> int:
    """The number of time steps that :func:`conv1d` gives: (W - K + 2P)/S + 1, rounded down.

    W is the input's length, K the samples that the kernel spans ((kernel_size - 1) · dilation_rate + 1), 2P the zeros
    on both sides together, and S the strides. ``"valid"`` has P = 0; ``"same"`` and ``"causal"`` pad so that W/S
    rounded up comes out. The length after pooling is the same, with the pool's size as the kernel's.

    Args:
        length: time steps of the input.
        kernel_size: taps of the kernel.
        strides: samples from one output to the next.
        padding: ``"valid"``, ``"same"`` or ``"causal"``.
        dilation_rate: samples between two taps.

    Returns:
        Time steps, at least 1.

    Raises:
        SettingError: a size below 1, an unknown padding, strides with dilation, or a kernel longer than the input.

    Source: "Conv1D layer nuts and bolts" (D5).

    >>> conv1d_output_length(128, 3), conv1d_output_length(128, 3, strides=2, padding="same")
    (126, 64)
    >>> conv1d_output_length(9, 2)  # nine words, two at a time
    8
    """
    left, right = pad_widths(length, kernel_size, strides=strides, padding=padding, dilation_rate=dilation_rate)
    return (length - _span(kernel_size, dilation_rate) + left + right) // strides + 1


def max_pool1d(
    x: npt.ArrayLike,
    *,
    pool_size: int = 2,
    strides: int | None = None,
    padding: PoolPadding = "valid",
    data_format: DataFormat = "channels_last",
) -> npt.NDArray[Any]:
    """What ``keras.layers.MaxPooling1D`` gives: the largest value of each window and channel.

    Padding never wins, even where all values are negative. At the end, ``"valid"`` drops what fills no window.

    Args:
        x: shape (batch, time, channel), or (batch, channel, time) for ``"channels_first"``.
        pool_size: samples in a window.
        strides: samples from one window to the next; by default the pool size.
        padding: ``"valid"`` or ``"same"``.
        data_format: the axis order of input and output.

    Returns:
        The input's shape with a shorter time axis, see :func:`conv1d_output_length`.

    Raises:
        SettingError: an unknown padding or format, a size below 1, or a pool longer than the input.
        DataError: an input that is not (batch, time, channel) of numbers.

    Source: Keras' documentation of MaxPooling1D.

    >>> max_pool1d([[[1], [5], [2], [3], [9]]], pool_size=2).ravel().tolist()
    [5.0, 3.0]
    """
    seen = _pools("max_pool1d", x, pool_size, strides, padding, data_format, fill=-np.inf)
    y: npt.NDArray[Any] = seen.max(axis=2)
    return y if data_format == "channels_last" else y.swapaxes(1, 2)


def average_pool1d(
    x: npt.ArrayLike,
    *,
    pool_size: int = 2,
    strides: int | None = None,
    padding: PoolPadding = "valid",
    data_format: DataFormat = "channels_last",
) -> npt.NDArray[Any]:
    """What ``keras.layers.AveragePooling1D`` gives: the mean of each window and channel.

    Padding does not count: a window at the border is divided by the samples that it really holds.

    Args:
        x: shape (batch, time, channel), or (batch, channel, time) for ``"channels_first"``.
        pool_size: samples in a window.
        strides: samples from one window to the next; by default the pool size.
        padding: ``"valid"`` or ``"same"``.
        data_format: the axis order of input and output.

    Returns:
        The input's shape with a shorter time axis, see :func:`conv1d_output_length`.

    Raises:
        SettingError: an unknown padding or format, a size below 1, or a pool longer than the input.
        DataError: an input that is not (batch, time, channel) of numbers.

    Source: Keras' documentation of AveragePooling1D.

    >>> average_pool1d([[[1], [5], [2], [3], [9]]], pool_size=2, padding="same").ravel().tolist()
    [3.0, 2.5, 9.0]
    """
    seen = _pools("average_pool1d", x, pool_size, strides, padding, data_format, fill=0.0)
    ones = np.ones((1, np.shape(x)[1 if data_format == "channels_last" else 2], 1), dtype=seen.dtype)
    counts = _pools("average_pool1d", ones, pool_size, strides, padding, "channels_last", fill=0.0).sum(axis=2)
    y: npt.NDArray[Any] = seen.sum(axis=2) / counts
    return y if data_format == "channels_last" else y.swapaxes(1, 2)


def patches(
    x: npt.NDArray[Any],
    kernel_size: int,
    *,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
    fill: float = 0.0,
) -> npt.NDArray[Any]:
    """What a kernel sees at each of its places: shape (batch, output length, kernel_size, channel), a read-only view.

    >>> patches(np.array([[[0], [3], [4], [5]]]), 2)[0, :, :, 0].tolist()
    [[0, 3], [3, 4], [4, 5]]
    """
    left, right = pad_widths(x.shape[1], kernel_size, strides=strides, padding=padding, dilation_rate=dilation_rate)
    if left or right:
        x = np.pad(x, ((0, 0), (left, right), (0, 0)), constant_values=fill)
    sliding = np.lib.stride_tricks.sliding_window_view(x, _span(kernel_size, dilation_rate), axis=1)
    return sliding[:, ::strides, :, ::dilation_rate].swapaxes(2, 3)


def pad_widths(
    length: int, kernel_size: int, *, strides: int = 1, padding: Padding = "valid", dilation_rate: int = 1
) -> tuple[int, int]:
    """The zeros left and right of the input; refuses what :func:`conv1d` refuses.

    >>> pad_widths(5, 4, padding="same")
    (1, 2)
    """
    where = "conv1d"
    _known("padding", padding, get_args(Padding))
    sizes = {"length": length, "kernel_size": kernel_size, "strides": strides, "dilation_rate": dilation_rate}
    for name, value in sizes.items():
        whole_number(where, name, value)
    if strides > 1 and dilation_rate > 1:
        raise SettingError(
            f"{where}: strides is {strides} and dilation_rate is {dilation_rate}, which Keras does not allow together; "
            "set one of the two to 1."
        )
    span = _span(kernel_size, dilation_rate)
    if padding == "causal":
        return span - 1, 0
    if padding == "same":
        total = max(0, (-(-length // strides) - 1) * strides + span - length)
        return total // 2, total - total // 2
    if span > length:
        dilated = f" at dilation_rate {dilation_rate}" if dilation_rate > 1 else ""
        raise SettingError(
            f"{where}: a kernel_size of {kernel_size}{dilated} spans {span} samples, but the input has only {length}; "
            f"choose a span of at most {length}, or padding 'same' or 'causal'."
        )
    return 0, 0


def _span(kernel_size: int, dilation_rate: int) -> int:
    """The samples from the first to the last tap."""
    return (kernel_size - 1) * dilation_rate + 1


def _pools(
    where: str,
    x: npt.ArrayLike,
    pool_size: int,
    strides: int | None,
    padding: PoolPadding,
    data_format: DataFormat,
    fill: float,
) -> npt.NDArray[Any]:
    _known("padding", padding, get_args(PoolPadding))
    pool_size = whole_number(where, "pool_size", pool_size)
    step = pool_size if strides is None else whole_number(where, "strides", strides)
    signal = _batch(where, x, data_format)
    if padding == "valid" and pool_size > signal.shape[1]:
        raise SettingError(
            f"{where}: a pool_size of {pool_size} is longer than the input, which has {signal.shape[1]} samples; "
            f"choose at most {signal.shape[1]}, or padding 'same'."
        )
    return patches(signal, pool_size, strides=step, padding=padding, fill=fill)


def _batch(where: str, x: npt.ArrayLike, data_format: DataFormat) -> npt.NDArray[Any]:
    """The input as (batch, time, channel)."""
    _known("data_format", data_format, get_args(DataFormat))
    array = _numbers(where, "x", x)
    axes = "(batch, time, channel)" if data_format == "channels_last" else "(batch, channel, time)"
    if array.ndim != 3:
        hint = "; for a single window give x[np.newaxis]" if array.ndim == 2 else ""
        raise DataError(f"{where}: x has shape {array.shape}, but {data_format} needs {axes}{hint}.")
    if 0 in array.shape[1:]:
        raise DataError(f"{where}: x has shape {array.shape} as {axes}; time and channel need at least one value each.")
    return array if data_format == "channels_last" else array.swapaxes(1, 2)


def _check_kernel(kernel: npt.NDArray[Any], bias: npt.NDArray[Any] | None, channels: int, groups: int) -> None:
    where = "conv1d"
    if kernel.ndim != 3 or 0 in kernel.shape:
        raise DataError(
            f"{where}: the kernel has shape {kernel.shape}, but it must be (kernel_size, channels // groups, filters) "
            "with at least one of each."
        )
    filters = kernel.shape[2]
    for name, count in (("channels of the input", channels), ("filters of the kernel", filters)):
        if count % groups:
            allowed = ", ".join(str(g) for g in range(1, count + 1) if channels % g == 0 and filters % g == 0)
            raise SettingError(
                f"{where}: groups is {groups}, which does not divide the {count} {name}; choose one of {allowed}."
            )
    if kernel.shape[1] != channels // groups:
        raise DataError(
            f"{where}: the kernel has shape {kernel.shape}, but {channels} channels in {groups} groups need "
            f"(kernel_size, {channels // groups}, filters)."
        )
    if bias is not None and bias.shape != (filters,):
        raise DataError(f"{where}: the bias has shape {bias.shape}, but {filters} filters need ({filters},).")


def _numbers(where: str, name: str, value: npt.ArrayLike) -> npt.NDArray[Any]:
    """An array of floats; whole numbers become float64."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DataError(
            f"{where}: {name} is not an array, its rows differ in length; give as many values in each."
        ) from error
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise DataError(f"{where}: {name} holds values of type {array.dtype}; it must hold real numbers.")
    return array


def whole_number(where: str, name: str, value: int) -> int:
    """The value as an int, refused below 1.

    >>> whole_number("conv1d", "strides", np.int64(2))
    2
    """
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise SettingError(f"{where}: {name} is {value!r}; it must be a whole number of at least 1.")
    return number


def _known(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise unknown_name(kind, name, known)
