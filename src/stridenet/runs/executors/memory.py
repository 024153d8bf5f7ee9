"""How much memory a training takes, before it is tried, and how many fit."""

import math
from typing import Any

import jax

from stridenet.engine.trainer import Trainer
from stridenet.errors import DataError
from stridenet.models.layer_table import layer_table
from stridenet.signals.places import Places
from stridenet.system.machine import SHARE

_VALUES = 6
"""Copies of the weights: themselves, their slopes, Adam's two moments, the best so far, those before an epoch."""
_OUTPUTS = 3
"""Copies of every layer's outputs in a step: themselves, their slopes, and what is on its way."""


def of_training(trainer: Trainer, windows: int | Places) -> int:
    """Bytes that a training on these, or so many, windows takes beside them: as XLA says of a step, or an estimate."""
    try:
        return trainer.memory(windows)
    except (AttributeError, NotImplementedError):
        return estimate(trainer.model, trainer.spec.batch_size)


def estimate(model: Any, batch_size: int) -> int:
    """The same without compiling: from the layers, more than is used; from the weights alone where none can be seen.

    >>> from stridenet.models.build import build
    >>> estimate(build("cnn", length=128, n_channels=9, n_classes=6), batch_size=32) // 1_000_000
    26
    """
    try:
        rows = layer_table(model).rows
    except DataError:  # a model of someone's own making
        rows = ()
    outputs = sum(math.prod(row.output_shape) for row in rows)
    patches = sum(row.flop // 2 // row.output_shape[-1] for row in rows if row.flop)  # what a product for it reads
    return 4 * (_VALUES * int(model.count_params()) + batch_size * (_OUTPUTS * outputs + patches))


def replicas_at_once(each: int, shared: int, free: int) -> int:
    """How many trainings fit on the device together; at least one, for an estimate is no proof.

    Args:
        each: bytes of a training.
        shared: bytes of the signal under the windows, which all share.
        free: bytes that are free on the device.
    """
    return max(1, int((SHARE * free - shared) // each))


def on_device() -> int:
    """Bytes that are free on the device; 2 GB where it does not say."""
    stats = jax.devices()[0].memory_stats() or {}
    if "bytes_limit" not in stats:
        return 2_000_000_000
    return int(stats["bytes_limit"] - stats.get("bytes_in_use", 0))
