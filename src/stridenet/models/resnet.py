"""Residual blocks of three convolutions, then the mean over time.

Source: Wang, Yan and Oates, "Time Series Classification from Scratch with Deep Neural Networks: A Strong Baseline",
IJCNN 2017 (three blocks of 64, 128 and 128 filters, of 8, 5 and 3 samples).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._blocks import convolved
from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 20, "batch_size": 64, "schedule": "cosine"}


class Settings(Table):
    """What can be changed."""

    filters: tuple[PositiveInt, ...] = Field((64, 128, 128), min_length=1, description="filters of each block")
    kernel_size: tuple[PositiveInt, ...] = Field((8, 5, 3), min_length=1, description="of a block's convolutions")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = prepare(inputs)
    for b, filters in enumerate(settings.filters, 1):
        before = x
        for c, size in enumerate(settings.kernel_size, 1):
            x = convolved(x, f"conv_{b}_{c}", filters, size, relu=c < len(settings.kernel_size))
        if before.shape[-1] != filters:
            before = layers.Conv1D(filters, 1, padding="same", name=f"shortcut_{b}")(before)
        before = layers.BatchNormalization(name=f"shortcut_{b}_scaled")(before)
        x = layers.ReLU(name=f"block_{b}")(layers.Add(name=f"sum_{b}")([before, x]))
    x = layers.GlobalAveragePooling1D(name="mean_over_time")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
