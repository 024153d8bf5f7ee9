"""Several heads that read the same window with kernels of different length, side by side.

Source: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition", multi-headed model
(1,189,442 parameters on 128 samples of 9 channels and 6 classes).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._layers import Conv, Table, convolve, enter, pool
from stridenet.models._preset import Prepare
from stridenet.spec import Preparation


class Head(Table):
    """What one head does otherwise than the rest; what is not given is as for all heads."""

    kernel_size: PositiveInt | None = Field(None, description="samples under a filter")
    filters: PositiveInt | None = Field(None, description="filters of each convolution")
    convolutions: PositiveInt | None = Field(None, description="convolutions in a row")
    dropout: float | None = Field(None, ge=0, lt=1, description="share of values left out in training")
    pool_size: PositiveInt | None = Field(None, description="samples that pooling turns into one")
    prepare: Preparation | None = Field(None, description="this head's own preparation of the raw window")
    conv: Conv | None = Field(None, description="the other parameters of Conv1D")


class Settings(Table):
    """What can be changed, for all heads or, in ``heads``, for one."""

    kernel_sizes: tuple[PositiveInt, ...] = Field((3, 5, 11), min_length=1, description="a head for each")
    filters: PositiveInt = Field(64, description="filters of each convolution")
    convolutions: PositiveInt = Field(1, description="convolutions in a row")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of values left out in training, after the convolutions")
    pool_size: PositiveInt = Field(2, description="samples that pooling turns into one")
    dense: tuple[PositiveInt, ...] = Field((100,), description="units of each dense layer before the last")
    conv: Conv = Field(Conv(), description="the other parameters of Conv1D, as conv.padding and so on")
    heads: tuple[Head, ...] = Field((), description="one table a head, in order, for what differs; may be shorter")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    common = settings.model_dump(include={"filters", "convolutions", "dropout", "pool_size"})
    outputs = []
    for h, kernel_size in enumerate(settings.kernel_sizes, start=1):
        own = settings.heads[h - 1] if h <= len(settings.heads) else Head()
        head = Head.model_validate({**common, "kernel_size": kernel_size, **own.model_dump(exclude_none=True)})
        conv = own.conv or settings.conv
        x = enter(prepare(inputs, own.prepare), conv.data_format, f"channels_first_{h}")
        for c in range(1, (head.convolutions or 1) + 1):
            x = convolve(x, f"conv_{h}_{c}", head.filters or 1, head.kernel_size or 1, conv)
        x = layers.Dropout(head.dropout, name=f"dropout_{h}")(x)
        x = pool(x, f"pool_{h}", head.pool_size or 1, conv.data_format)
        outputs.append(layers.Flatten(name=f"flatten_{h}")(x))
    x = layers.Concatenate(name="concatenate")(outputs) if len(outputs) > 1 else outputs[0]
    for d, units in enumerate(settings.dense, start=1):
        x = layers.Dense(units, activation="relu", name=f"dense_{d}")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
