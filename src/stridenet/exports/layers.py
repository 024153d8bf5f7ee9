"""The steps of each Keras layer; None where the way that it is set has none."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stridenet.engine.backend import keras
from stridenet.exports.building import Builder, Symbol

Steps = Callable[..., Any]


def _array(variable: Any) -> Any:
    return np.asarray(keras.ops.convert_to_numpy(variable), np.float32)


def activated(build: Builder, function: Any, x: Symbol) -> Any:
    """The steps of an activation; None where it has none."""
    name = keras.activations.serialize(function) if function is not None else "linear"
    if not isinstance(name, str) or (getattr(keras.activations, name, None) is not function and name != "linear"):
        return None
    return _ACTIVATIONS[name](build, x) if name in _ACTIVATIONS else None


def _selu(build: Builder, x: Symbol) -> Any:
    return build("mul", build("elu", x, alpha=1.6732632423543772), 1.0507009873554805)


def _softplus(build: Builder, x: Symbol) -> Any:
    """max(x, 0) + log(1 + exp(-|x|)), which does not overflow."""
    small = build("exp", build("mul", build("abs", x), -1.0))
    return build("add", build("relu", x), build("log", build("add", small, 1.0)))


_ACTIVATIONS: dict[str, Steps] = {
    "linear": lambda _, x: x,
    **{name: lambda build, x, name=name: build(name, x) for name in ("relu", "tanh", "sigmoid", "silu", "softmax")},
    "leaky_relu": lambda build, x: build("leaky_relu", x, slope=0.2),
    "elu": lambda build, x: build("elu", x, alpha=1.0),
    "selu": _selu,
    "gelu": lambda build, x: build("gelu", x, approximate=False),
    "softplus": _softplus,
    "softsign": lambda build, x: build("div", x, build("add", build("abs", x), 1.0)),
    "exponential": lambda build, x: build("exp", x),
    "relu6": lambda build, x: build("minimum", build("relu", x), 6.0),
}


def pads(padding: str, n: int, size: int, strides: int, dilation: int = 1) -> list[int] | None:
    """Samples of padding on both sides, as Keras and TensorFlow count them."""
    reach = (size - 1) * dilation + 1
    if padding == "causal":
        return [reach - 1, 0]
    if padding == "same":
        total = max((math.ceil(n / strides) - 1) * strides + reach - n, 0)
        return [total // 2, total - total // 2]
    return [0, 0] if padding == "valid" else None


def _in_last(build: Builder, x: Symbol, layer: Any) -> tuple[Symbol, list[int]]:
    """The value with its channels last, and the order that puts them back."""
    rank = len(x.shape)
    if layer.data_format == "channels_last":
        return x, list(range(rank))
    lead = list(range(rank - 2))
    return build.transpose(x, [*lead, rank - 1, rank - 2]), [*lead, rank - 1, rank - 2]


def _conv1d(build: Builder, layer: Any, x: Symbol) -> Any:
    x, back = _in_last(build, x, layer)
    (strides,), (dilation,) = layer.strides, layer.dilation_rate
    y = _convolved(build, layer, x, _array(layer.kernel), strides, dilation, layer.groups)
    return y and build.transpose(y, back)


def _convolved(build: Builder, layer: Any, x: Symbol, kernel: Any, strides: int, dilation: int, groups: int) -> Any:
    around = pads(layer.padding, x.shape[-2], len(kernel), strides, dilation)
    bias = [_array(layer.bias)] if layer.use_bias else []
    how = {"strides": strides, "dilation": dilation, "pads": around, "groups": groups}
    return activated(build, layer.activation, build("conv1d", x, kernel, *bias, **how))


def _depthwise_conv1d(build: Builder, layer: Any, x: Symbol) -> Any:
    if layer.data_format != "channels_last":
        return None
    kernel = _array(layer.kernel)
    kernel = kernel.reshape(len(kernel), 1, -1)
    return _convolved(build, layer, x, kernel, layer.strides[0], layer.dilation_rate[0], x.shape[-1])


def _separable_conv1d(build: Builder, layer: Any, x: Symbol) -> Any:
    if layer.data_format != "channels_last":
        return None
    kernel, (strides,), (dilation,) = _array(layer.depthwise_kernel), layer.strides, layer.dilation_rate
    kernel = kernel.reshape(len(kernel), 1, -1)
    around = pads(layer.padding, x.shape[-2], len(kernel), strides, dilation)
    how = {"strides": strides, "dilation": dilation, "pads": around, "groups": x.shape[-1]}
    y = build("conv1d", x, kernel, **how)
    bias = [_array(layer.bias)] if layer.use_bias else []
    pointwise = build("conv1d", y, _array(layer.pointwise_kernel), *bias, strides=1, dilation=1, pads=[0, 0], groups=1)
    return activated(build, layer.activation, pointwise)


def _turned(build: Builder, x: Symbol, axis: int) -> tuple[Symbol, list[int]]:
    """The value of three axes with this one where time is, and the order that puts it back."""
    order = [0, 1, 2] if axis == 1 else [1, 0, 2]
    return build.transpose(x, order), order


def _conv2d(build: Builder, layer: Any, x: Symbol) -> Any:
    """A kernel along one of the two axes alone."""
    kernel = _array(layer.kernel)
    alone = [axis for axis in (0, 1) if kernel.shape[1 - axis] == 1 and layer.strides[1 - axis] == 1]
    if layer.data_format != "channels_last" or len(x.shape) != 3 or not alone:
        return None
    axis = alone[-1]
    turned, back = _turned(build, x, axis)
    strides, dilation = layer.strides[axis], layer.dilation_rate[axis]
    y = _convolved(build, layer, turned, kernel.squeeze(1 - axis), strides, dilation, layer.groups)
    return y and build.transpose(y, back)


def _pool1d(op: str) -> Steps:
    def steps(build: Builder, layer: Any, x: Symbol) -> Any:
        x, back = _in_last(build, x, layer)
        (size,), (strides,) = layer.pool_size, layer.strides
        around = pads(layer.padding, x.shape[-2], size, strides)
        return build.transpose(build(op, x, size=size, strides=strides, pads=around), back)

    return steps


def _pool2d(op: str) -> Steps:
    def steps(build: Builder, layer: Any, x: Symbol) -> Any:
        alone = [axis for axis in (0, 1) if layer.pool_size[1 - axis] == layer.strides[1 - axis] == 1]
        if layer.data_format != "channels_last" or len(x.shape) != 3 or not alone:
            return None
        turned, back = _turned(build, x, alone[-1])
        size, strides = layer.pool_size[alone[-1]], layer.strides[alone[-1]]
        around = pads(layer.padding, turned.shape[-2], size, strides)
        return build.transpose(build(op, turned, size=size, strides=strides, pads=around), back)

    return steps


def _global_pool(op: str) -> Steps:
    def steps(build: Builder, layer: Any, x: Symbol) -> Any:
        time = 0 if layer.data_format == "channels_last" else 1
        turned, _ = _in_last(build, x, layer)
        y = build(op, turned, axes=[0], keepdims=layer.keepdims)
        return build.transpose(y, [1, 0]) if layer.keepdims and time else y

    return steps


def _dense(build: Builder, layer: Any, x: Symbol) -> Any:
    bias = [_array(layer.bias)] if layer.use_bias else []
    return activated(build, layer.activation, build("dense", x, _array(layer.kernel), *bias))


def _lstm(build: Builder, layer: Any, x: Symbol, **others: Any) -> Any:
    """In the order of time, as Keras gives it but for a lone layer that goes backwards."""
    y = _recurrent(build, layer, x, **others)
    if y is not None and layer.go_backwards and layer.return_sequences:
        return build("slice", y, axis=0, begin=y.shape[0] - 1, end=-1, step=-1)
    return y


def _recurrent(build: Builder, layer: Any, x: Symbol, **others: Any) -> Any:
    usual = (layer.activation, layer.recurrent_activation) == (keras.activations.tanh, keras.activations.sigmoid)
    started = any(one is not None for one in others.values())
    if not usual or layer.stateful or layer.return_state or started or not isinstance(layer, keras.layers.LSTM):
        return None
    cell = layer.cell
    bias = _array(cell.bias) if cell.use_bias else np.zeros(4 * layer.units, np.float32)
    weights = (_array(cell.kernel), _array(cell.recurrent_kernel), bias)
    return build("lstm", x, *weights, sequences=bool(layer.return_sequences), reverse=bool(layer.go_backwards))


def _bidirectional(build: Builder, layer: Any, x: Symbol, **others: Any) -> Any:
    both = [_recurrent(build, one, x, **others) for one in (layer.forward_layer, layer.backward_layer)]
    if None in both or layer.merge_mode not in ("concat", "sum", "mul", "ave"):
        return None
    if layer.merge_mode == "concat":
        return build("concat", *both, axis=len(both[0].shape) - 1)
    joined = build("mul" if layer.merge_mode == "mul" else "add", *both)
    return build("mul", joined, 0.5) if layer.merge_mode == "ave" else joined


def _time_distributed(build: Builder, layer: Any, x: Symbol) -> Any:
    """Steps that take leading axes for further windows anyway."""
    inner = type(layer.layer).__name__
    if inner == "Flatten":
        return build.reshape(x, (x.shape[0], math.prod(x.shape[1:])))
    if inner not in ("Conv1D", "Dense", "Dropout", "MaxPooling1D", "AveragePooling1D", "Activation", "ReLU"):
        return None
    return LAYERS[inner](build, layer.layer, x)


def _channelwise(layer: Any, x: Symbol, values: Any) -> Any:
    """One value a channel, where the layer's axis is the last."""
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    return values.reshape(-1) if axes in ([-1], [len(x.shape)]) else None


def _batch_normalization(build: Builder, layer: Any, x: Symbol) -> Any:
    mean, variance = _array(layer.moving_mean), _array(layer.moving_variance)
    factor = 1 / np.sqrt(variance.astype(np.float64) + layer.epsilon)
    factor = factor * _array(layer.gamma) if layer.scale else factor
    term = -mean * factor + (_array(layer.beta) if layer.center else 0)
    shape = [1] * len(x.shape)
    axis = layer.axis - 1 if layer.axis > 0 else len(x.shape) + layer.axis
    shape[axis] = len(mean)
    shape = shape[axis:]  # leading axes of one value are those of any window
    return build("add", build("mul", x, factor.reshape(shape)), term.reshape(shape))


def _layer_normalization(build: Builder, layer: Any, x: Symbol) -> Any:
    if _channelwise(layer, x, np.zeros(1)) is None or getattr(layer, "rms_scaling", False):
        return None
    last = [len(x.shape) - 1]
    centred = build("sub", x, build("mean", x, axes=last, keepdims=True))
    variance = build("mean", build("square", centred), axes=last, keepdims=True)
    y = build("div", centred, build("sqrt", build("add", variance, layer.epsilon)))
    y = build("mul", y, _array(layer.gamma)) if layer.scale else y
    return build("add", y, _array(layer.beta)) if layer.center else y


def _normalization(build: Builder, layer: Any, x: Symbol) -> Any:
    if layer.invert:
        return None
    mean, deviation = _array(layer.mean), np.sqrt(_array(layer.variance))
    mean, deviation = (_without_batch(one) for one in (mean, deviation))
    return build("div", build("sub", x, mean), np.maximum(deviation, keras.config.epsilon()))


def _without_batch(constant: Any) -> Any:
    return constant[0] if constant.ndim and len(constant) == 1 else constant


def _relu(build: Builder, layer: Any, x: Symbol) -> Any:
    if layer.threshold or (layer.negative_slope and layer.max_value is not None):
        return None
    y = build("leaky_relu", x, slope=float(layer.negative_slope)) if layer.negative_slope else build("relu", x)
    return y if layer.max_value is None else build("minimum", y, float(layer.max_value))


def _prelu(build: Builder, layer: Any, x: Symbol) -> Any:
    below = build("mul", build("minimum", x, 0.0), _array(layer.alpha))
    return build("add", build("relu", x), below)


def _joined(op: str) -> Steps:
    def steps(build: Builder, layer: Any, xs: Sequence[Symbol]) -> Any:
        y = xs[0]
        for x in xs[1:]:
            y = build(op, y, x)
        return build("mul", y, 1 / len(xs)) if type(layer).__name__ == "Average" else y

    return steps


def axis_of(axis: int, rank: int) -> int:
    """An axis that counts the windows' own, without it; -1 for the axis of windows itself."""
    return axis - 1 if axis >= 0 else rank + axis


def _concatenate(build: Builder, layer: Any, xs: Sequence[Symbol]) -> Any:
    axis = axis_of(layer.axis, len(xs[0].shape))
    if axis < 0:
        return None
    return build("concat", *xs, axis=axis) if len(xs) > 1 else xs[0]


def _reshape(build: Builder, layer: Any, x: Symbol) -> Any:
    known = [n for n in layer.target_shape if n != -1]
    rest = math.prod(x.shape) // max(1, math.prod(known))
    return build.reshape(x, [rest if n == -1 else n for n in layer.target_shape])


def _flatten(build: Builder, layer: Any, x: Symbol) -> Any:
    if layer.data_format == "channels_first" and len(x.shape) > 1:
        x = build.transpose(x, [*range(1, len(x.shape)), 0])
    return build.reshape(x, [math.prod(x.shape)])


def _permute(build: Builder, layer: Any, x: Symbol) -> Any:
    return build.transpose(x, [axis - 1 for axis in layer.dims])


def _cropping1d(build: Builder, layer: Any, x: Symbol) -> Any:
    before, after = layer.cropping
    return build("slice", x, axis=0, begin=before, end=x.shape[0] - after, step=1)


def _zero_padding1d(build: Builder, layer: Any, x: Symbol) -> Any:
    if layer.data_format != "channels_last":
        return None
    return build("pad", x, axis=0, before=layer.padding[0], after=layer.padding[1])


def _repeat_vector(build: Builder, layer: Any, x: Symbol) -> Any:
    return build("repeat", build.reshape(x, (1, *x.shape)), axis=0, n=layer.n)


def _same(build: Builder, layer: Any, x: Symbol) -> Any:
    del build, layer
    return x


LAYERS: dict[str, Steps] = {
    **dict.fromkeys(
        ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout"), _same
    ),
    **dict.fromkeys(("ActivityRegularization", "Identity"), _same),
    "Activation": lambda build, layer, x: activated(build, layer.activation, x),
    "Add": _joined("add"),
    "Average": _joined("add"),
    "AveragePooling1D": _pool1d("mean_pool1d"),
    "AveragePooling2D": _pool2d("mean_pool1d"),
    "BatchNormalization": _batch_normalization,
    "Bidirectional": _bidirectional,
    "Concatenate": _concatenate,
    "Conv1D": _conv1d,
    "Conv2D": _conv2d,
    "Cropping1D": _cropping1d,
    "Dense": _dense,
    "DepthwiseConv1D": _depthwise_conv1d,
    "ELU": lambda build, layer, x: build("elu", x, alpha=float(layer.alpha)),
    "Flatten": _flatten,
    "GlobalAveragePooling1D": _global_pool("mean"),
    "GlobalMaxPooling1D": _global_pool("max"),
    "LSTM": _lstm,
    "LayerNormalization": _layer_normalization,
    "LeakyReLU": lambda build, layer, x: build("leaky_relu", x, slope=float(layer.negative_slope)),
    "MaxPooling1D": _pool1d("max_pool1d"),
    "MaxPooling2D": _pool2d("max_pool1d"),
    "Maximum": _joined("maximum"),
    "Minimum": _joined("minimum"),
    "Multiply": _joined("mul"),
    "Normalization": _normalization,
    "PReLU": _prelu,
    "Permute": _permute,
    "ReLU": _relu,
    "RepeatVector": _repeat_vector,
    "Rescaling": lambda build, layer, x: build("add", build("mul", x, layer.scale), layer.offset),
    "Reshape": _reshape,
    "SeparableConv1D": _separable_conv1d,
    "Softmax": lambda build, layer, x: build("softmax", x) if layer.axis in (-1, len(x.shape)) else None,
    "Subtract": _joined("sub"),
    "TimeDistributed": _time_distributed,
    "UpSampling1D": lambda build, layer, x: build("repeat", x, axis=0, n=int(layer.size)),
    "ZeroPadding1D": _zero_padding1d,
}
"""What each layer does, by the name of its class."""
