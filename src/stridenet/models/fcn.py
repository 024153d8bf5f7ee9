"""Three convolutions with batch normalization, then the mean over time.

Source: Wang, Yan and Oates, "Time Series Classification from Scratch with Deep Neural Networks: A Strong Baseline",
IJCNN 2017 (FCN: 128, 256 and 128 filters of 8, 5 and 3 samples).
"""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models._blocks import convolved
from stridenet.models._layers import Table
from stridenet.models._preset import Prepare

TRAINING: dict[str, Any] = {"epochs": 20, "batch_size": 64, "schedule": "cosine"}


class Settings(Table):
    """What can be changed."""

    filters: tuple[PositiveInt, ...] = Field((128, 256, 128), min_length=1, description="filters of each convolution")
    kernel_size: tuple[PositiveInt, ...] = Field(
        (8, 5, 3), min_length=1, description="samples under each one's filters"
    )


def build(inputs: Any, n_classes: int, settings: Settings, prepare: Prepare) -> Any:
    """From (window, time, channel) to probabilities (window, class)."""
    from stridenet.engine.backend import keras

    x = prepare(inputs)
    for i, filters in enumerate(settings.filters, 1):
        size = settings.kernel_size[min(i, len(settings.kernel_size)) - 1]
        x = convolved(x, f"conv_{i}", filters, size)
    x = keras.layers.GlobalAveragePooling1D(name="mean_over_time")(x)
    return keras.layers.Dense(n_classes, activation="softmax", name="classes")(x)
