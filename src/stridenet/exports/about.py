"""What a model takes and gives, in words: what every export says of it."""

import re
from dataclasses import dataclass

from stridenet.signals.triads import triads
from stridenet.signals.units import canonical, factor, measures

Channel = tuple[str, str]
"""Name and unit."""


@dataclass(frozen=True)
class About:
    """A model's windows and answers.

    Args:
        name: the network's.
        length: samples in a window.
        step: samples from one window to the next.
        rate_hz: samples per second.
        channels: of a window, in order.
        classes: names, in order.
        raw: the channels that a sensor gives, where a filter makes the window's from them.
        unsure: below which probability an answer is "unknown"; None where nothing was calibrated.
        made_by: the program that writes the export.
        temperature: by which answers are calibrated before they are compared with that; 1 changes nothing.
    """

    name: str
    length: int
    step: int
    rate_hz: float
    channels: tuple[Channel, ...]
    classes: tuple[str, ...]
    raw: tuple[Channel, ...] = ()
    unsure: float | None = None
    made_by: str = "stridenet"
    temperature: float = 1.0

    @property
    def identifier(self) -> str:
        """The name as programming languages take it.

        >>> About("stride-s", 128, 64, 50.0, (), ()).identifier
        'stride_s'
        """
        plain = re.sub(r"\W+", "_", self.name, flags=re.ASCII).strip("_").lower()
        return plain if plain and not plain[0].isdigit() else f"model_{plain}"

    @property
    def sensors(self) -> tuple[Channel, ...]:
        """What a sensor must give: the window's channels, or those that the filter takes."""
        return self.raw or self.channels

    @property
    def filtered(self) -> tuple[int, ...]:
        """The place of each channel among what UCI HAR's filters give.

        >>> About("x", 8, 4, 50.0, (("body_acc_x", "g"),), (), (("acc_x", "g"),)).filtered
        (3,)
        """
        made = [f"{kind}_{axis}" for kind in ("total_acc", "body_acc", "body_gyro") for axis in "xyz"]
        return tuple(made.index(name) for name, _ in self.channels)

    @property
    def before(self) -> str:
        """What is done to samples before they are a window; empty where nothing."""
        names = ", ".join(name for name, _ in self.raw)
        return f"UCI HAR's filters make the channels from {names}, sample by sample." if self.raw else ""


@dataclass(frozen=True)
class OfPhone:
    """A channel as a browser gives it on a phone: axis 0 to 2 of a sensor, times a factor."""

    sensor: str
    axis: int
    factor: float


_BROWSER = {"acceleration": "m/s^2", "linear acceleration": "m/s^2", "rotation": "deg/s"}


def of_phone(channels: tuple[Channel, ...]) -> tuple[OfPhone, ...] | None:
    """Where each channel comes from on a phone; None where one of them is nothing that a phone's browser gives.

    >>> of_phone((("acc_x", "g"), ("acc_y", "g"), ("acc_z", "g")))[1]
    OfPhone(sensor='acceleration', axis=1, factor=0.10197162129779283)
    >>> of_phone((("pulse", "bpm"),)) is None
    True
    """
    found: dict[int, OfPhone] = {}
    for triad in triads([name for name, _ in channels]):
        unit = _BROWSER.get(triad.kind, "")
        for axis, place in enumerate(triad.places):
            own = canonical(channels[place][1])
            if unit and own and measures(own) == measures(unit) and "gravity" not in triad.name.lower():
                found[place] = OfPhone(triad.kind, axis, factor(unit, own))
    return tuple(found[place] for place in range(len(channels))) if len(found) == len(channels) else None
