"""Convolutions along time for each channel, attention between channels, one recurrent layer, attention over time.

Source: Zhou, Zhao, Huang, Riedel, Hefenbrock and Beigl, "TinyHAR: A Lightweight Deep Learning Model Designed for Human
Activity Recognition", ISWC 2022 (four convolutions of 20 filters and 5 samples, every second one with a stride of 2).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.errors import SettingError
from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 15, "batch_size": 64}


class Settings(Table):
    """What can be changed."""

    filters: PositiveInt = Field(20, description="filters of each convolution; the recurrent layer has twice as many")
    kernel_size: PositiveInt = Field(5, description="samples under a filter")
    convolutions: PositiveInt = Field(4, description="convolutions, each along time alone")
    dropout: float = Field(0.1, ge=0, lt=1, description="share of values left out in training, after the fusion")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    length, n_channels, n_filters = int(inputs.shape[1]), int(inputs.shape[2]), settings.filters
    x = layers.Reshape((length, n_channels, 1), name="maps")(prepare(inputs))
    for i in range(1, settings.convolutions + 1):
        stride = 2 - i % 2  # 1, 2, 1, 2
        if int(x.shape[1]) < settings.kernel_size:
            raise SettingError(
                f"model tiny-har: {settings.convolutions} convolutions of {settings.kernel_size} samples leave nothing "
                f"of a window of {length}; use fewer or smaller ones, or longer windows."
            )
        kernel, strides = (settings.kernel_size, 1), (stride, 1)
        x = layers.Conv2D(n_filters, kernel, strides=strides, activation="relu", name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"scaled_{i}")(x)
    x = _between_channels(x, n_filters)
    left = int(x.shape[1])
    x = layers.Reshape((left, n_channels * n_filters), name="flatten")(x)
    x = layers.Dense(2 * n_filters, activation="relu", name="fusion")(x)
    x = layers.Dropout(settings.dropout, name="dropout")(x)
    x = layers.LSTM(2 * n_filters, return_sequences=True, name="lstm")(x)
    x = _over_time(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)


def _between_channels(x: Any, n_filters: int) -> Any:
    """Each channel with what it asks of the others at the same time, in a share that is learnt and begins as 0."""
    from stridenet.engine.backend import keras

    layers, ops = keras.layers, keras.ops
    n_times, n_channels, _ = x.shape[1:]

    def asked(name: str) -> Any:
        return layers.Dense(n_filters, use_bias=False, name=name)(x)

    rows, columns = (n_times, n_channels, 1, n_filters), (n_times, 1, n_channels, n_filters)
    query, key = (
        layers.Reshape(rows, name="queries")(asked("query")),
        layers.Reshape(columns, name="keys")(asked("key")),
    )
    weights = layers.Softmax(name="channel_weights")(ops.sum(query * key, axis=4))
    weights = layers.Reshape((n_times, n_channels, n_channels, 1), name="channel_shares")(weights)
    value = layers.Reshape(columns, name="values")(asked("value"))
    return x + _scaled(ops.sum(weights * value, axis=3), "channel_attention")


def _over_time(x: Any) -> Any:
    """The last step with a mean of all, weighed by what is learnt, in a share that begins as 0."""
    from stridenet.engine.backend import keras

    layers, ops = keras.layers, keras.ops
    n_times, n = int(x.shape[1]), int(x.shape[2])
    hidden = layers.Dense(n, activation="tanh", name="time_hidden")(x)
    score = layers.Reshape((n_times,), name="time_scores")(layers.Dense(1, use_bias=False, name="time_score")(hidden))
    weights = layers.Reshape((n_times, 1), name="time_shares")(layers.Softmax(name="time_weights")(score))
    return x[:, -1] + _scaled(ops.sum(weights * x, axis=1), "time_attention")


def _scaled(x: Any, name: str) -> Any:
    """All of it times one number, which training finds."""
    from stridenet.engine.backend import keras

    layers, shape = keras.layers, tuple(x.shape[1:])
    one = layers.Dense(1, use_bias=False, kernel_initializer="zeros", name=name)
    return layers.Reshape(shape, name=f"{name}_shape")(one(layers.Reshape((*shape, 1), name=f"{name}_each")(x)))
