"""Which channels are of which sensor: by their units, else by their names."""

from collections.abc import Sequence

from stridenet.signals.triads import triads
from stridenet.signals.units import measures

_NAMES = {
    "acceleration": "accelerometer",
    "linear acceleration": "accelerometer",
    "rotation": "gyroscope",
    "magnetic field": "magnetometer",
}


def by_sensor(channels: Sequence[str], units: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The channels of each sensor, in the order in which they first occur; what nothing tells is ``"others"``.

    >>> by_sensor(["ax", "ay", "az", "wx", "wy", "wz", "pulse"], ["g", "g", "g", "", "", "", "1/min"])
    {'accelerometer': ('ax', 'ay', 'az'), 'gyroscope': ('wx', 'wy', 'wz'), 'others': ('pulse',)}
    """
    by_name = {place: triad.kind for triad in triads(channels) for place in triad.places}
    found: dict[str, list[str]] = {}
    for place, (channel, unit) in enumerate(zip(channels, units, strict=True)):
        what = measures(unit) or by_name.get(place) or ""
        found.setdefault(_NAMES.get(what, what or "others"), []).append(channel)
    return {name: tuple(some) for name, some in found.items()}
