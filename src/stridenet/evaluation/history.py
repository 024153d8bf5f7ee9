"""What the history of a training says: its best epoch, and whether it over-fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


def best_epoch(values: Sequence[float], name: str) -> int:
    """The epoch, from 1, at which a monitored quantity was best first: losses when lowest, accuracies when highest.

    NaN and infinity are never the best, unless there is nothing else.

    >>> best_epoch([0.9, 0.7, 0.8], "val_loss"), best_epoch([0.9, 0.7, 0.8], "val_accuracy")
    (2, 1)
    """
    badness = np.asarray(values, dtype=np.float64) * (1 if name.endswith("loss") else -1)
    return int(np.argmin(np.where(np.isfinite(badness), badness, np.inf))) + 1


@dataclass(frozen=True, slots=True)
class Parting:
    """Training and validation go apart, the sign of over-fitting.

    Args:
        since: the epoch, from 1, after which the validation loss only got worse than its best.
        rise: how much higher the last validation loss is than the best one.
        gap: training accuracy minus validation accuracy after the last epoch, from 0 to 1.
    """

    since: int
    rise: float
    gap: float


def parting(history: Mapping[str, Sequence[float]], *, tolerance: float = 0.05) -> Parting | None:
    """Since when and how far a training over-fits; None when it does not, or has no validation.

    It does when the last validation loss is above the best one by more than ``tolerance`` of it, while the training
    loss went on falling.

    >>> parting({"loss": [1.0, 0.5, 0.2], "val_loss": [1.0, 0.8, 1.2], "accuracy": [0.5, 0.8, 0.9],
    ...          "val_accuracy": [0.5, 0.75, 0.7]})
    Parting(since=2, rise=0.4, gap=0.2)
    """
    if "val_loss" not in history:
        return None
    loss, held = history["loss"], history["val_loss"]
    if not np.isfinite([*loss, *held]).all():
        return None  # it diverged, which is another matter
    best = best_epoch(held, "val_loss")
    if held[-1] <= held[best - 1] * (1 + tolerance) or loss[-1] >= loss[best - 1]:
        return None
    gap = history["accuracy"][-1] - history["val_accuracy"][-1]
    return Parting(best, round(held[-1] - held[best - 1], 6), round(gap, 6))
