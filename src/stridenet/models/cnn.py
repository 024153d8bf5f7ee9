"""The tutorial's baseline: convolutions, dropout and pooling in blocks, then dense layers.

Source: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition", first model
(411,650 parameters on 128 samples of 9 channels and 6 classes).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._layers import Conv, Table, convolve, enter, pool
from stridenet.models._preset import Prepare


class Settings(Table):
    """What can be changed."""

    filters: PositiveInt = Field(64, description="filters of each convolution")
    kernel_size: PositiveInt = Field(3, description="samples under a filter")
    convolutions: PositiveInt = Field(2, description="convolutions in a block")
    blocks: PositiveInt = Field(1, description="blocks of convolutions, dropout and pooling")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, after the convolutions")
    pool_size: PositiveInt = Field(2, description="samples that pooling turns into one")
    dense: tuple[PositiveInt, ...] = Field((100,), description="units of each dense layer before the last")
    conv: Conv = Field(Conv(), description="the other parameters of Conv1D, as conv.padding and so on")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = enter(prepare(inputs), settings.conv.data_format)
    for b in range(1, settings.blocks + 1):
        for c in range(1, settings.convolutions + 1):
            x = convolve(x, f"conv_{b}_{c}", settings.filters, settings.kernel_size, settings.conv)
        x = layers.Dropout(settings.dropout, name=f"dropout_{b}")(x)
        x = pool(x, f"pool_{b}", settings.pool_size, settings.conv.data_format)
    x = layers.Flatten(name="flatten")(x)
    for d, units in enumerate(settings.dense, start=1):
        x = layers.Dense(units, activation="relu", name=f"dense_{d}")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
