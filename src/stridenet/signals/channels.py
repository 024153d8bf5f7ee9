"""What the channels of windows are: names, units and rate, for networks that look at them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.signals.units import factor, known_triads, measures
from stridenet.signals.unsaid import by_size
from stridenet.signals.wearing import is_turned
from stridenet.signals.windows import Windows

_LOOKED_AT = 100_000  # samples


class Channels(NamedTuple):
    """What each channel of a window is.

    Args:
        names: one a channel.
        units: one a channel; empty where nobody knows.
        rate_hz: samples per second.
        turned: whether people wear the device in any direction.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float
    turned: bool = False

    @classmethod
    def of(cls, windows: Windows) -> "Channels":
        """Those of windows; a unit that nobody said as their numbers speak for it, where they do."""
        units = windows.units if all(windows.units) else by_size(_some(windows), windows.channels, windows.units)
        heavy = [
            (triad.places, factor("g", units[triad.places[0]]))
            for triad in known_triads(windows.channels, units)
            if triad.kind == "acceleration" and measures(units[triad.places[0]]) == "acceleration"
        ]
        turned = bool(heavy) and is_turned(windows, *heavy[0])
        return cls(tuple(windows.channels), tuple(units), float(windows.rate_hz), turned)

    @classmethod
    def unknown(cls, n_channels: int) -> "Channels":
        """Channels of which nothing is known, 50 times a second."""
        return cls(tuple(f"channel {i + 1}" for i in range(n_channels)), ("",) * n_channels, 50.0)

    def told(self, said: Sequence[str]) -> list[str]:
        """What there is to tell of what nobody said and the numbers spoke for, in sentences.

        >>> Channels(("ax", "ay", "az"), ("g", "g", "g"), 50.0).told(["", "", ""])
        ['ax, ay, az are taken to be in g, by the size of their numbers: --unit NAME=UNIT where they are not.']
        """
        names: dict[str, list[str]] = {}
        for name, unit, was in zip(self.names, self.units, said, strict=True):
            if unit != was:
                names.setdefault(unit, []).append(name)
        each = [f"{', '.join(some)} are taken to be in {unit}" for unit, some in names.items()]
        told = (
            [f"{' and '.join(each)}, by the size of their numbers: --unit NAME=UNIT where they are not."]
            if each
            else []
        )
        if self.turned:
            told.append(
                "People wear the device in different directions, by where gravity points; motion is seen along and "
                "across gravity as well, unless model.settings.upright says no."
            )
        return told


def _some(windows: Windows) -> npt.NDArray[np.float32]:
    """Samples of windows from everywhere, shape (sample, channel)."""
    step = max(1, len(windows) * windows.length // _LOOKED_AT)
    return np.asarray(windows.places[::step]).reshape(-1, len(windows.channels))
