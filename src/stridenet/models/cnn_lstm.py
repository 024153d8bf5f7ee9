"""Convolutions on short pieces of a window, then a recurrent layer over the pieces.

Source: "LSTMs for Human Activity Recognition Time Series Classification" (pieces of 32 samples, two convolutions of 64
filters and 3 samples, pooling by 2, 100 units, a dense layer of 100).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.errors import SettingError
from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 15, "batch_size": 64}


class Settings(Table):
    """What can be changed."""

    pieces: PositiveInt = Field(4, description="equal pieces that a window is cut into")
    filters: PositiveInt = Field(64, description="filters of each of the two convolutions")
    kernel_size: PositiveInt = Field(3, description="samples under a filter")
    pool_size: PositiveInt = Field(2, description="samples that pooling turns into one")
    units: PositiveInt = Field(100, description="units of the recurrent layer")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, before and after it")
    dense: PositiveInt = Field(100, description="units of the dense layer")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers, length = keras.layers, int(inputs.shape[1])
    size = length // settings.pieces
    if size < 2 * settings.kernel_size:
        raise SettingError(
            f"model cnn-lstm: {settings.pieces} pieces of a window of {length} samples are too short for kernels of "
            f"{settings.kernel_size}; use fewer pieces or longer windows."
        )
    x = layers.Cropping1D((length % settings.pieces, 0), name="crop")(prepare(inputs))
    x = layers.Reshape((settings.pieces, size, x.shape[-1]), name="pieces")(x)
    for i in (1, 2):  # along time alone, so that no piece touches another
        x = layers.Conv2D(settings.filters, (1, settings.kernel_size), activation="relu", name=f"conv_{i}")(x)
    x = layers.Dropout(settings.dropout, name="dropout_1")(x)
    x = layers.MaxPooling2D((1, settings.pool_size), name="pool")(x)
    x = layers.Reshape((settings.pieces, x.shape[2] * x.shape[3]), name="flatten")(x)
    x = layers.LSTM(settings.units, name="lstm")(x)
    x = layers.Dropout(settings.dropout, name="dropout_2")(x)
    x = layers.Dense(settings.dense, activation="relu", name="dense")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
