"""Networks whose every layer has numbers in it, for what leaves Keras."""

from typing import Any

import numpy as np

from stridenet.engine.backend import keras
from stridenet.signals.channels import Channels

KINDS = [(kind, way) for kind in ("body_acc", "body_gyro") for way in "xyz"]
CHANNELS = Channels(tuple(f"{kind}_{way}" for kind, way in KINDS), ("g",) * 3 + ("rad/s",) * 3, 50.0)
LENGTH = 40
PREPARATIONS = ("none", "standardize", "normalize", "standardize+normalize", "power", "robust")


def drawn(model: Any, seed: int = 0) -> Any:
    """The model with numbers in everything that begins as zeros or ones."""
    rng = np.random.default_rng(seed)
    for variable in model.variables:
        if variable.path.rpartition("/")[2] in ("bias", "beta", "gamma", "moving_mean", "moving_variance", "alpha"):
            variable.assign(0.2 + np.abs(rng.normal(0, 0.5, variable.shape)))
    return model


def windows(n: int = 7, length: int = LENGTH, channels: int = 6) -> Any:
    """Raw windows, on other scales for each channel."""
    rng = np.random.default_rng(3)
    return (rng.normal(size=(n, length, channels)) * (1 + np.arange(channels)) + 0.5).astype(np.float32)


CONVOLUTIONS: list[dict[str, Any]] = [
    {"padding": "same"},
    {"padding": "causal", "dilation_rate": 3},
    {"padding": "same", "strides": 2},
    {"padding": "same", "dilation_rate": 2},
    {"strides": 3},
    {"groups": 2, "use_bias": False},
    {"data_format": "channels_first", "padding": "same"},
    {"data_format": "channels_first", "groups": 3},
    *({"activation": one} for one in ("leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")),
    *({"activation": one} for one in ("softplus", "softsign", "linear")),
]
OWN = ("both ways", "backwards", "pieces", "apart", "weighed", "inside")


def own_network(kind: str) -> Any:
    layers = keras.layers
    x = inputs = keras.Input((LENGTH, 6))
    if kind == "both ways":
        x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
        x = layers.Bidirectional(layers.LSTM(4), merge_mode="ave")(x)
    elif kind == "backwards":
        x = layers.LSTM(3, return_sequences=True, go_backwards=True, use_bias=False)(x)
        x = layers.LSTM(4, go_backwards=True)(x)
    elif kind == "pieces":
        x = layers.Reshape((4, 10, 6))(x)
        x = layers.TimeDistributed(layers.Conv1D(5, 3, activation="relu"))(x)
        x = layers.TimeDistributed(layers.MaxPooling1D(2))(x)
        x = layers.LSTM(4)(layers.TimeDistributed(layers.Flatten())(x))
    elif kind == "apart":
        x = layers.SeparableConv1D(8, 5, padding="same", strides=2, activation="relu")(x)
        x = layers.PReLU()(layers.DepthwiseConv1D(3, depth_multiplier=2)(layers.ZeroPadding1D((2, 1))(x)))
        x = layers.AveragePooling1D(3, strides=2, padding="same")(layers.LayerNormalization()(x))
        x = layers.GlobalMaxPooling1D()(layers.UpSampling1D(2)(x))
    elif kind == "weighed":
        weight = layers.Dense(6, activation="sigmoid")(layers.GlobalAveragePooling1D()(x))
        x = layers.Multiply()([x, layers.RepeatVector(LENGTH)(weight)])
        x = keras.ops.concatenate([x[:, ::2], -x[:, 1::2]], axis=-1)[:, -1] ** 2
    elif kind == "inside":
        inner = keras.Sequential([keras.Input((LENGTH, 6)), layers.Conv1D(4, 3), layers.ReLU(max_value=6)])
        x = layers.Flatten()(layers.Add()([inner(x), inner(x * 2)]))  # one layer twice
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
