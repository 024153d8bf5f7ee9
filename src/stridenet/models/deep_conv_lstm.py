"""Convolutions along time for each channel apart, then two recurrent layers.

Source: Ordóñez and Roggen, "Deep Convolutional and LSTM Recurrent Neural Networks for Multimodal Wearable Activity
Recognition", Sensors 2016 (four convolutions of 64 filters and 5 samples, two layers of 128 units, dropout of a half).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.errors import SettingError
from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 15, "batch_size": 100, "optimizer": "rmsprop"}


class Settings(Table):
    """What can be changed."""

    convolutions: PositiveInt = Field(4, description="convolutions, each along time alone")
    filters: PositiveInt = Field(64, description="filters of each")
    kernel_size: PositiveInt = Field(5, description="samples under a filter")
    units: tuple[PositiveInt, ...] = Field((128, 128), min_length=1, description="units of each recurrent layer")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, after each of these")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    length, n_channels = int(inputs.shape[1]), int(inputs.shape[2])
    left = length - settings.convolutions * (settings.kernel_size - 1)
    if left < 1:
        raise SettingError(
            f"model deep-conv-lstm: {settings.convolutions} convolutions of {settings.kernel_size} samples leave "
            f"nothing of a window of {length}; use fewer or smaller ones, or longer windows."
        )
    x = layers.Reshape((length, n_channels, 1), name="maps")(prepare(inputs))
    for i in range(1, settings.convolutions + 1):
        x = layers.Conv2D(settings.filters, (settings.kernel_size, 1), activation="relu", name=f"conv_{i}")(x)
    x = layers.Reshape((left, n_channels * settings.filters), name="flatten")(x)
    for i, units in enumerate(settings.units, 1):
        x = layers.LSTM(units, return_sequences=i < len(settings.units), name=f"lstm_{i}")(x)
        x = layers.Dropout(settings.dropout, name=f"dropout_{i}")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
