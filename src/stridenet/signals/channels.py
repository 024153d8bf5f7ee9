"""What the channels of windows are: names, units and rate, for networks that look at them."""

from typing import NamedTuple

from stridenet.signals.windows import Windows


class Channels(NamedTuple):
    """What each channel of a window is.

    Args:
        names: one a channel.
        units: one a channel; empty where nobody knows.
        rate_hz: samples per second.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    rate_hz: float

    @classmethod
    def of(cls, windows: Windows) -> "Channels":
        """Those of windows."""
        return cls(tuple(windows.channels), tuple(windows.units), float(windows.rate_hz))

    @classmethod
    def unknown(cls, n_channels: int) -> "Channels":
        """Channels of which nothing is known, 50 times a second."""
        return cls(tuple(f"channel {i + 1}" for i in range(n_channels)), ("",) * n_channels, 50.0)
