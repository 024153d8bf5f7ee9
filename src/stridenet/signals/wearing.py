"""Whether people wear a device in one direction or in any, by where gravity points on each of them."""

import numpy as np
import numpy.typing as npt

from stridenet.signals.windows import Windows

_ALIKE = 0.6
"""Length of the mean direction below which people wear it in any: belts have 0.99, wrists of both sides 0.77."""
_FEWEST = 3
"""People, below which nothing can be said."""
_EACH = 100
"""Windows of a person that are looked at."""


def is_turned(windows: Windows, places: tuple[int, ...], one_g: float) -> bool:
    """Whether gravity points in other directions on different people, so that axes are not comparable.

    A person's direction is the mean of the directions of the windows; the mean of the people's has length 1 where all
    agree and 0 where they are spread over all sides.

    Args:
        windows: of the people who train.
        places: of an accelerometer's x, y and z among the channels.
        one_g: gravity in its unit; where windows have less than half of it, nothing can be said.
    """
    found, sizes = [], []
    order = np.argsort(windows.group, kind="stable")
    _, first, many = np.unique(np.asarray(windows.group)[order], return_index=True, return_counts=True)
    if len(first) < _FEWEST:
        return False
    for begin, n in zip(first.tolist(), many.tolist(), strict=True):
        some = order[begin : begin + n : max(1, n // _EACH)]
        mean = windows.places[some][:, :, list(places)].mean(axis=1, dtype=np.float64)
        found.append(_direction(_direction(mean).mean(axis=0)))
        sizes.append(np.linalg.norm(mean, axis=1))
    weighs = float(np.median(np.concatenate(sizes))) > one_g / 2
    return weighs and float(np.linalg.norm(np.mean(found, axis=0))) < _ALIKE


def _direction(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = np.linalg.norm(values, axis=-1, keepdims=True)
    return values / np.where(size > 0, size, 1.0)
