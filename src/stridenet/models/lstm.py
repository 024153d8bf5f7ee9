"""One recurrent layer, then a dense one: what the tutorials compare convolutions with.

Source: "LSTMs for Human Activity Recognition Time Series Classification" (100 units, dropout of a half, a dense layer
of 100). Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 1997.
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 15, "batch_size": 64}


class Settings(Table):
    """What can be changed."""

    units: PositiveInt = Field(100, description="units of the recurrent layer")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, after it")
    dense: PositiveInt = Field(100, description="units of the dense layer")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = layers.LSTM(settings.units, name="lstm")(prepare(inputs))
    x = layers.Dropout(settings.dropout, name="dropout")(x)
    x = layers.Dense(settings.dense, activation="relu", name="dense")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
