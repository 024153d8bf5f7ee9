"""Two views of a window, each with classes of its own, whose answers are averaged: ours.

The waveform view sees gravity, motion, and motion compressed at the scale of the sensors' noise. The spectrum view sees
the logarithm of the power in bands, per axis and summed over axes, from kernels that begin as Fourier's. Sizes are in
seconds and hertz, so any rate and window length works.
"""

import math
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import Field, PositiveInt

from stridenet.errors import SettingError
from stridenet.models._layers import Table
from stridenet.models._preset import Prepare
from stridenet.models._seen import HIGHEST_HZ, Seen, joined, product
from stridenet.signals.channels import Channels

LOOKS = True
"""It looks at what its channels are."""
FRAME_S = 0.64
HOPS = 4
"""Of a frame: the next one begins a quarter later."""
USUAL_S = 2.56
"""How long a window usually is."""
TRAINING: dict[str, Any] = {
    "epochs": 13,
    "batch_size": 64,
    "last_batch": "filled",
    "learning_rate": 0.003,
    "optimizer": {"class_name": "adamw", "config": {"weight_decay": 0.01}},
    "schedule": "cosine",
    "warmup": 0.1,
    "loss": {"class_name": "categorical_crossentropy", "config": {"label_smoothing": 0.1}},
    "class_weights": "sqrt-balanced",
    "rotation": 10.0,
    "heads": True,
}
WINDOWS_PER_CLASS = 16_000
"""So many windows are passed over for each class, at least: few windows, or many classes, need more epochs."""


class Settings(Table):
    """What can be changed."""

    waveform: tuple[PositiveInt, ...] = Field((32, 64, 64), description="filters of the waveform view; none: no view")
    spectrum: tuple[PositiveInt, ...] = Field((64, 64, 64), description="filters of the spectrum view; none: no view")
    parts: PositiveInt = Field(2, description="parts of the window that are pooled apart")
    dropout: float = Field(0.3, ge=0, lt=1, description="share of values left out in training, before the classes")
    gravity: bool = Field(True, description="whether the direction of gravity is seen")
    upright: Literal["auto", "yes", "no"] = Field(
        "auto", description="whether motion is seen along and across gravity as well; auto: where people wear it turned"
    )
    compress: bool = Field(True, description="whether the waveform view sees motion at the scale of noise as well")
    learn_bands: bool = Field(True, description="whether the kernels of the spectrum are trained")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare, channels: Channels) -> Any:
    """From (window, time, channel) in raw units to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    upright = channels.turned if settings.upright == "auto" else settings.upright == "yes"
    seen = Seen(inputs, prepare, channels, gravity=settings.gravity, upright=upright)
    heads = []
    if settings.waveform:
        x = _waveform(seen, settings)
        heads.append(_classes(x, "waveform", n_classes, settings))
    if settings.spectrum:
        x = _spectrum(seen, settings)
        heads.append(_classes(x, "spectrum", n_classes, settings))
    if not heads:
        raise SettingError("model stride: waveform and spectrum are both empty; give one of them filters.")
    return layers.Average(name="classes")(heads) if len(heads) > 1 else heads[0]


def _waveform(seen: Seen, settings: Settings) -> Any:
    from stridenet.engine.backend import keras

    layers, ops = keras.layers, keras.ops
    parts = [*seen.still, *seen.moving]
    if settings.compress:
        parts += [ops.arcsinh(value) for value in seen.moving]
    x = joined(parts, "waveform_channels")
    x = layers.BatchNormalization(momentum=0.95, center=False, scale=False, name="waveform_scaled")(x)
    rate = pace(seen.rate_hz, seen.length)
    for i, filters in enumerate(settings.waveform, 1):
        seconds, wanted = _WAVEFORM[min(i, len(_WAVEFORM)) - 1]
        stride = max(1, round(rate / wanted))
        x = _convolved(x, f"waveform_{i}", filters, max(3, round(seconds * rate) // 2 * 2 + 1), stride)
        rate /= stride
    return x


_WAVEFORM = ((0.18, 25.0), (0.2, 12.5), (0.24, 12.5))
"""Of each convolution: how long its kernels are, in seconds, and how often it answers, in hertz."""


def _spectrum(seen: Seen, settings: Settings) -> Any:
    """Powers in bands of overlapping frames, and the means of what moves and does not."""
    from stridenet.engine.backend import keras

    layers, ops = keras.layers, keras.ops
    rate = pace(seen.rate_hz, seen.length)
    hop = min(max(1, round(FRAME_S / HOPS * rate)), max(1, seen.length // HOPS))
    size, n_frames = HOPS * hop, seen.length // hop - HOPS + 1
    if n_frames < 1:
        raise SettingError(
            f"layer spectrum_frames: a window of {seen.length} samples has no frame of {HOPS}; use longer windows."
        )
    noise = 3.3
    values = joined([value / noise for value in seen.moving], "spectrum_channels")
    n_channels = values.shape[-1]
    blocks = layers.Cropping1D((0, seen.length % hop), name="spectrum_crop")(values)
    blocks = layers.Reshape((seen.length // hop, hop, n_channels), name="spectrum_blocks")(blocks)
    blocks = layers.Permute((1, 3, 2), name="spectrum_hops")(blocks)
    frames = joined([blocks[:, i : i + n_frames] for i in range(HOPS)], "spectrum_frames")
    cosines, sines = fourier(size, rate)
    trained = settings.learn_bands
    power = ops.square(product(frames, "cosines", cosines, trainable=trained)) + ops.square(
        product(frames, "sines", sines, trainable=trained)
    )
    of_each = layers.Reshape((n_frames, n_channels * cosines.shape[1]), name="power_of_each")
    parts, first = [of_each(ops.log(power + _FLOOR))], 0
    for value in seen.moving:
        last = first + value.shape[-1]
        if last - first == 3:
            parts.append(ops.log(ops.sum(power[:, :, first:last], axis=2) + _FLOOR))
        first = last
    slow = [value * 5.0 for value in seen.still] + [value / noise for value in seen.moving]
    means = layers.AveragePooling1D(size, hop, name="frame_means")(joined(slow, "spectrum_slow"))
    n_still = sum(value.shape[-1] for value in seen.still)
    parts += [means[:, :n_frames, :n_still]] if n_still else []
    parts.append(ops.arcsinh(means[:, :n_frames, n_still:]))
    x = joined(parts, "spectrum_features")
    x = layers.BatchNormalization(momentum=0.95, center=False, scale=False, name="spectrum_scaled")(x)
    for i, filters in enumerate(settings.spectrum, 1):
        x = _convolved(x, f"spectrum_{i}", filters, 1 if i == 1 else 3, 1)
    return x


_FLOOR = 1e-3


def pace(rate_hz: float, length: int) -> float:
    """Samples a second, by which sizes in seconds become samples.

    Where a frame would have fewer samples than it has hops, the rate is too slow for movements of people, or nobody
    knows it and samples are counted as seconds. Then a window counts as a usual one, whatever it lasts.

    >>> pace(50.0, 100), pace(1.0, 128)
    (50.0, 50.0)
    """
    return rate_hz if rate_hz * FRAME_S >= HOPS else max(rate_hz, length / USUAL_S)


def fourier(size: int, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """Kernels of a windowed Fourier transform, shape (sample, band): cosines and sines of whole cycles up to 25 Hz.

    >>> [kernel.shape for kernel in fourier(32, 50.0)]
    [(32, 16), (32, 16)]
    """
    n_bands = max(1, min(size // 2, math.floor(HIGHEST_HZ * size / rate_hz)))
    angle = 2 * np.pi * np.outer(np.arange(size), np.arange(1, n_bands + 1)) / size
    hann = np.hanning(size + 2)[1:-1, None]
    made = []
    for kernel in (np.cos(angle) * hann, np.sin(angle) * hann):
        norm = np.linalg.norm(kernel, axis=0)
        made.append(np.where(norm > 1e-6, kernel / np.maximum(norm, 1e-6), 0).astype(np.float32))
    return made[0], made[1]


def _classes(x: Any, name: str, n_classes: int, settings: Settings) -> Any:
    from stridenet.engine.backend import keras

    layers = keras.layers
    n, parts = int(x.shape[1]), min(settings.parts, int(x.shape[1]))
    edges = [round(i * n / parts) for i in range(parts + 1)]
    pooled = []
    for i, (first, last) in enumerate(pairwise(edges), 1):
        of = f"{name}_of_{i}" if parts > 1 else name
        part = x[:, first:last] if parts > 1 else x
        pooled.append(layers.GlobalAveragePooling1D(name=f"{of}_mean")(part))
        pooled.append(layers.GlobalMaxPooling1D(name=f"{of}_max")(part))
    x = layers.Concatenate(name=f"{name}_pooled")(pooled)
    x = layers.Dropout(settings.dropout, name=f"{name}_dropout")(x)
    return layers.Dense(n_classes, activation="softmax", name=f"{name}_classes")(x)


def _convolved(x: Any, name: str, filters: int, kernel_size: int, strides: int) -> Any:
    from stridenet.engine.backend import keras

    layers = keras.layers
    conv = layers.Conv1D(
        filters, kernel_size, strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )
    x = layers.BatchNormalization(momentum=0.95, name=f"{name}_scaled")(conv(x))
    return layers.ReLU(name=f"{name}_relu")(x)
