"""Features of windows that were asked for before: folds and repeats hold the same windows on other sides."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.baselines import features
from stridenet.signals.windows import Windows

Array = npt.NDArray[np.float32]


class Kept:
    """Computes features once for each window; a window's features depend on nothing else, so no side learns of another.

    It knows windows by their place over a signal.
    """

    def __init__(self) -> None:
        self._of: tuple[Any, ...] = ()
        self._signals: tuple[Any, ...] = ()

    def of(self, windows: Windows, edges: Sequence[float] | None = None) -> Array:
        """Shape (window, feature)."""
        places = windows.places
        signals = tuple((s.__array_interface__["data"][0], s.shape, s.strides) for s in places.signals)
        about = (signals, windows.length, windows.rate_hz, windows.channels, None if edges is None else tuple(edges))
        if about != self._of:
            self._of, self._signals = about, places.signals  # held, so that no other signal gets their address
            self._places = np.empty(0, np.int64)
            self._values: Array = np.empty((0, len(features.names(*about[1:4], edges=edges))), np.float32)
        place = (places.which << 40) | places.first
        new = np.flatnonzero(~np.isin(place, self._places))
        if len(new):
            found = features.compute(places.take(new), windows.rate_hz, windows.channels, edges=edges)
            whole = np.concatenate([self._places, place[new]])
            self._places, first = np.unique(whole, return_index=True)
            self._values = np.concatenate([self._values, found])[first]
        return self._values[np.searchsorted(self._places, place)]
