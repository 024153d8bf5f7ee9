"""Any number of windows through a function that is compiled for a few batch sizes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.signals.places import Places

Array = npt.NDArray[np.float32]
_SIZES = (512, 128, 32, 8, 1)


def in_batches(
    forward: Callable[[Array], Any], x: Array | Places, n_classes: int, sizes: Sequence[int] = _SIZES
) -> Array:
    """What ``forward`` says of all windows, asked in batches of these sizes only.

    Args:
        forward: from (window, ...) to (window, class).
        x: shape (window, ...); of places a batch at a time is gathered.
        n_classes: how many columns the answer has.
        sizes: batch sizes, largest first; a rest that fills more than half a batch is padded, a smaller one goes into
            the next smaller batches.
    """
    parts = [np.zeros((0, n_classes), np.float32)]
    first = 0
    for i, size in enumerate(sizes):
        while first < len(x) and (len(x) - first > size // 2 or i == len(sizes) - 1):
            batch = x[first : first + size]
            if len(batch) < size:
                batch = np.concatenate([batch, np.zeros((size - len(batch), *x.shape[1:]), x.dtype)])
            parts.append(np.asarray(forward(batch))[: len(x) - first])
            first += size
    return np.concatenate(parts)
