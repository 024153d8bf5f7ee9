"""What several published networks are made of."""

from typing import Any


def convolved(x: Any, name: str, filters: int, kernel_size: int, *, relu: bool = True, use_bias: bool = True) -> Any:
    """A convolution of the same length, batch normalization and a rectifier."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = layers.Conv1D(filters, kernel_size, padding="same", use_bias=use_bias, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_scaled")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if relu else x
