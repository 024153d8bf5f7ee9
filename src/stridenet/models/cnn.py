"""The tutorial's baseline: convolutions, dropout and pooling in blocks, then dense layers.

Source: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition", first model
(411,650 parameters on 128 samples of 9 channels and 6 classes).
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from stridenet.errors import SettingError


class Settings(BaseModel):
    """What can be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filters: PositiveInt = Field(64, description="filters of each convolution")
    kernel_size: PositiveInt = Field(3, description="samples under a filter")
    convolutions: PositiveInt = Field(2, description="convolutions in a block")
    blocks: PositiveInt = Field(1, description="blocks of convolutions, dropout and pooling")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, after the convolutions")
    pool_size: PositiveInt = Field(2, description="samples that pooling turns into one")
    dense: tuple[PositiveInt, ...] = Field((100,), description="units of each dense layer before the last")


def build(x: Any, n_classes: int, settings: Settings) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine import keras

    layers = keras.layers
    for b in range(1, settings.blocks + 1):
        for c in range(1, settings.convolutions + 1):
            if x.shape[1] < settings.kernel_size:
                raise SettingError(
                    f"model 'cnn', layer conv_{b}_{c}: a kernel of {settings.kernel_size} samples on an input of "
                    f"{x.shape[1]}; use a smaller kernel_size, fewer layers or longer windows."
                )
            x = layers.Conv1D(settings.filters, settings.kernel_size, activation="relu", name=f"conv_{b}_{c}")(x)
        x = layers.Dropout(settings.dropout, name=f"dropout_{b}")(x)
        if x.shape[1] < settings.pool_size:
            raise SettingError(
                f"model 'cnn', layer pool_{b}: pooling by {settings.pool_size} on an input of {x.shape[1]} samples "
                "leaves nothing; use a smaller pool_size or longer windows."
            )
        x = layers.MaxPooling1D(settings.pool_size, name=f"pool_{b}")(x)
    x = layers.Flatten(name="flatten")(x)
    for d, units in enumerate(settings.dense, start=1):
        x = layers.Dense(units, activation="relu", name=f"dense_{d}")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
