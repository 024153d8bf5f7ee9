"""Causal convolutions that look further back from block to block, with shortcuts; the last step's values decide.

Source: Bai, Kolter and Koltun, "An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence
Modeling", 2018 (arXiv 1803.01271). Theirs normalizes weights; here batches are normalized, which Keras has a layer for.
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 15, "batch_size": 64, "schedule": "cosine"}


class Settings(Table):
    """What can be changed."""

    blocks: PositiveInt = Field(5, description="blocks of two convolutions; each looks twice as far back as the last")
    filters: PositiveInt = Field(48, description="filters of each convolution")
    kernel_size: PositiveInt = Field(5, description="samples under a filter")
    dropout: float = Field(0.1, ge=0, lt=1, description="share of filters left out in training, after each convolution")


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    layers = keras.layers
    x = prepare(inputs)
    for b in range(1, settings.blocks + 1):
        before = x
        for c in (1, 2):
            conv = layers.Conv1D(
                settings.filters,
                settings.kernel_size,
                padding="causal",
                dilation_rate=2 ** (b - 1),
                name=f"conv_{b}_{c}",
            )
            x = layers.ReLU(name=f"relu_{b}_{c}")(layers.BatchNormalization(name=f"scaled_{b}_{c}")(conv(x)))
            x = layers.SpatialDropout1D(settings.dropout, name=f"dropout_{b}_{c}")(x)
        if before.shape[-1] != settings.filters:
            before = layers.Conv1D(settings.filters, 1, name=f"shortcut_{b}")(before)
        x = layers.ReLU(name=f"block_{b}")(layers.Add(name=f"sum_{b}")([before, x]))
    x = layers.Cropping1D((int(x.shape[1]) - 1, 0), name="last_step")(x)
    x = layers.Flatten(name="flatten")(x)
    return layers.Dense(n_classes, activation="softmax", name="classes")(x)
