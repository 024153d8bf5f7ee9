"""Inception modules with kernels of three lengths, residual connections, then the mean over time.

Source: Ismail Fawaz et al., "InceptionTime: Finding AlexNet for Time Series Classification", Data Mining and Knowledge
Discovery 2020 (six modules of 32 filters, kernels of 40, 20 and 10 samples, bottleneck of 32; the paper's ensemble of
five is five repeats, whose answers are averaged).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 20, "batch_size": 64, "schedule": "cosine"}


class Settings(Table):
    """What can be changed."""

    modules: PositiveInt = Field(6, description="modules, of which each third has a shortcut around it")
    filters: PositiveInt = Field(32, description="filters of each kernel length")
    kernel_size: tuple[PositiveInt, ...] = Field((40, 20, 10), min_length=1, description="samples under the filters")
    bottleneck: PositiveInt = Field(32, description="channels before the long kernels")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = before = prepare(inputs)
    for m in range(1, settings.modules + 1):
        x = _module(x, m, settings)
        if m % 3 == 0:
            same = layers.Conv1D(x.shape[-1], 1, padding="same", use_bias=False, name=f"shortcut_{m}")(before)
            same = layers.BatchNormalization(name=f"shortcut_{m}_scaled")(same)
            x = before = layers.ReLU(name=f"block_{m}")(layers.Add(name=f"sum_{m}")([same, x]))
    x = layers.GlobalAveragePooling1D(name="mean_over_time")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)


def _module(x: Any, m: int, settings: Settings) -> Any:
    from stridenet.engine.backend import keras

    layers = keras.layers
    narrow = x
    if x.shape[-1] > 1:
        narrow = layers.Conv1D(settings.bottleneck, 1, padding="same", use_bias=False, name=f"bottleneck_{m}")(x)
    long = [
        layers.Conv1D(settings.filters, size, padding="same", use_bias=False, name=f"conv_{m}_{i}")(narrow)
        for i, size in enumerate(settings.kernel_size, 1)
    ]
    pooled = layers.MaxPooling1D(3, strides=1, padding="same", name=f"pool_{m}")(x)
    pooled = layers.Conv1D(settings.filters, 1, padding="same", use_bias=False, name=f"pooled_{m}")(pooled)
    joined = layers.Concatenate(name=f"joined_{m}")([*long, pooled])
    return layers.ReLU(name=f"module_{m}")(layers.BatchNormalization(name=f"module_{m}_scaled")(joined))
