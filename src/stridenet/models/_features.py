"""A second branch of hand-made features beside a network, inside the model: what is exported is still one graph."""

from itertools import pairwise
from typing import Any

import numpy as np

from stridenet.models._preset import Prepare
from stridenet.models._seen import HIGHEST_HZ, Seen, joined, product
from stridenet.signals.channels import Channels

UNITS = 64
"""Of the dense layer between the features and the classes."""
_BANDS = 12
_FLOOR = 1e-3
"""Of a variance, in squared units of the sensors' noise."""


def beside(inputs: Any, said: Any, n_classes: int, prepare: Prepare, channels: Channels) -> Any:
    """A network's answer with the features beside what it was given from.

    A network that averages the answers of several heads gets one head more; of any other the features stand beside what
    its last dense layer takes, which is made anew.

    Args:
        inputs: windows (window, time, channel), in raw units.
        said: what the network says of them, (window, class): the end of a dense layer, or the mean of such ends.
        n_classes: classes to tell apart.
        prepare: scales channels of which nothing is known.
        channels: what they are.

    Source: Ignatov, "Real-time human activity recognition from accelerometer data using convolutional neural networks"
    (Applied Soft Computing 62, 2018), who joins statistical features to the last layer of a convolutional network.
    """
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = layers.Dense(UNITS, activation="relu", name="features_dense")(described(inputs, prepare, channels))
    x = layers.Dropout(0.3, name="features_dropout")(x)
    last = said._keras_history.operation
    if isinstance(last, layers.Average):
        head = layers.Dense(n_classes, activation="softmax", name="features_classes")(x)
        return layers.Average(name=last.name)([*last.input, head])
    both = joined([last.input, x], "with_features")
    return layers.Dense(n_classes, activation="softmax", name=last.name)(both)


def described(inputs: Any, prepare: Prepare, channels: Channels) -> Any:
    """Features of each window, shape (window, feature), each scaled to a standard deviation of 1 over a batch.

    Of each channel that moves, and of the magnitude of each sensor with three axes: mean, least and greatest value,
    standard deviation, root mean square of the change from sample to sample, power in bands of frequencies; between the
    axes of such a sensor their correlations; and the mean direction of gravity. Sizes are in units of the sensors'
    noise, on a logarithmic scale.
    """
    from stridenet.engine.backend import keras

    layers, ops = keras.layers, keras.ops
    seen = Seen(inputs, prepare, channels, gravity=True, prefix="features_")
    values = []
    for value in seen.moving:
        values.append(value)
        if value.shape[-1] == 3:
            values.append(ops.sqrt(ops.sum(ops.square(value), axis=2, keepdims=True) + _FLOOR))
    series = joined(values, "features_series")
    mean = ops.mean(series, axis=1, keepdims=True)
    centred = series - mean
    variance = ops.mean(ops.square(centred), axis=1) + _FLOOR
    found = [
        ops.arcsinh(ops.mean(series, axis=1)),
        ops.arcsinh(ops.max(series, axis=1)),
        ops.arcsinh(ops.max(ops.negative(series), axis=1)),
        ops.log(variance),
    ]
    if seen.length > 1:
        change = series[:, 1:] - series[:, :-1]
        found.append(ops.log(ops.mean(ops.square(change), axis=1) + _FLOOR))
    found += _in_bands(centred, seen)
    found += _correlations(seen)
    found += [ops.mean(value, axis=1) for value in seen.still]
    x = joined(found, "features")
    return layers.BatchNormalization(momentum=0.95, name="features_scaled")(x)


def _in_bands(centred: Any, seen: Seen) -> list[Any]:
    """The logarithm of the power in each band, by a Fourier transform whose kernels no training changes."""
    from stridenet.engine.backend import keras

    layers, ops = keras.layers, keras.ops
    frequencies = np.fft.rfftfreq(seen.length, 1 / seen.rate_hz)[1:]
    kept = np.flatnonzero(frequencies <= HIGHEST_HZ)
    if not len(kept):
        return []
    angle = 2 * np.pi * np.outer(np.arange(seen.length), kept + 1) / seen.length
    edges = np.geomspace(frequencies[kept[0]] * 0.99, frequencies[kept[-1]] * 1.01, _BANDS + 1)
    within = np.stack([(frequencies[kept] > low) & (frequencies[kept] <= high) for low, high in pairwise(edges)], 1)
    within = within[:, within.any(axis=0)]
    in_time = layers.Permute((2, 1), name="features_in_time")(centred)
    size = np.sqrt(2) / seen.length
    cosines = _fixed(in_time, "features_cosines", size * np.cos(angle))
    sines = _fixed(in_time, "features_sines", size * np.sin(angle))
    power = _fixed(ops.square(cosines) + ops.square(sines), "features_bands", within)
    n = int(power.shape[1]) * within.shape[1]
    return [layers.Reshape((n,), name="features_powers")(ops.log(power + _FLOOR))]


def _fixed(x: Any, name: str, kernel: np.ndarray) -> Any:
    """A product with numbers that are never trained."""
    return product(x, name, kernel.astype(np.float32), trainable=False)


def _correlations(seen: Seen) -> list[Any]:
    """Of the axes of each sensor with three of them: shape (window, 3) each."""
    from stridenet.engine.backend import keras

    ops = keras.ops
    found = []
    for i, value in enumerate(seen.moving, 1):
        if value.shape[-1] != 3:
            continue
        centred = value - ops.mean(value, axis=1, keepdims=True)
        scaled = centred / ops.sqrt(ops.mean(ops.square(centred), axis=1, keepdims=True) + _FLOOR)
        turned = joined([scaled[:, :, 1:], scaled[:, :, :1]], f"features_turned_{i}")
        found.append(ops.mean(scaled * turned, axis=1))
    return found
