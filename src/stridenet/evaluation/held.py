"""What the trainings answered for those who validated: all that temperature and threshold may be fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.splits import Split
from stridenet.signals.windows import Windows

ARRAYS = ("probability", "y", "group", "fold")


@dataclass(frozen=True, eq=False)
class Held:
    """The validation windows of every fold, and what each repeat says of them.

    Args:
        probability: shape (repeat, window, class); a window is there once for each fold in which it validates.
        y: shape (window,), the true class.
        group: shape (window,), the person.
        fold: shape (window,), the fold in which it validates, from 0.
    """

    probability: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    group: npt.NDArray[np.str_]
    fold: npt.NDArray[np.int64]


def collect_held(
    windows: Windows, splits: Sequence[Split], trainings: Mapping[Any, Mapping[str, Any]], seeds: Sequence[int]
) -> Held | None:
    """What validated, of all trainings; None where nobody did.

    Args:
        windows: all windows.
        splits: who validates, of each fold.
        trainings: by fold and seed, what each left as arrays; ``held_probability`` among them.
        seeds: one per repeat.
    """
    folds = range(len(splits))
    if not all(len(one.validation) for one in splits):
        return None
    index = np.concatenate([one.validation for one in splits])
    return Held(
        np.stack([np.concatenate([trainings[fold, seed]["held_probability"] for fold in folds]) for seed in seeds]),
        windows.y[index],
        windows.group[index],
        np.repeat(np.arange(len(splits)), [len(one.validation) for one in splits]),
    )
