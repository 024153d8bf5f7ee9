"""Pairs of convolutions, pooling between them, then the mean over time: a network whose size does not grow with time.

Source: "Introduction to 1D Convolutional Neural Networks in Keras for Time Sequences" (520,486 parameters on 80
samples of 3 channels and 6 classes; its input is flat, for a phone, and reshaped inside).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._layers import Conv, Table, convolve, enter, pool
from stridenet.models._preset import Prepare


class Settings(Table):
    """What can be changed."""

    filters: tuple[PositiveInt, ...] = Field((100, 160), min_length=1, description="filters of each block")
    kernel_size: PositiveInt = Field(10, description="samples under a filter")
    convolutions: PositiveInt = Field(2, description="convolutions in a block")
    pool_size: PositiveInt = Field(3, description="samples that pooling turns into one, between blocks")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, before the classes")
    flat_input: bool = Field(True, description="the input is one vector of time x channel values, as a phone holds it")
    conv: Conv = Field(Conv(), description="the other parameters of Conv1D, as conv.padding and so on")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers, order = keras.layers, settings.conv.data_format
    x = enter(prepare(inputs), order)
    for b, filters in enumerate(settings.filters, start=1):
        if b > 1:
            x = pool(x, f"pool_{b - 1}", settings.pool_size, order)
        for c in range(1, settings.convolutions + 1):
            x = convolve(x, f"conv_{b}_{c}", filters, settings.kernel_size, settings.conv)
    x = layers.GlobalAveragePooling1D(data_format=order, name="mean_over_time")(x)
    x = layers.Dropout(settings.dropout, name="dropout")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
