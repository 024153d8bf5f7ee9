"""What a network may lean on of its channels: which are axes of one sensor, with gravity or not, and their noise."""

from collections.abc import Sequence
from typing import NamedTuple

from stridenet.signals.channels import Channels
from stridenet.signals.triads import Triad
from stridenet.signals.units import factor, known_triads, measures

_STILL_G, _STILL_RAD_S = 0.003, 0.006
"""What an accelerometer and a gyroscope measure of people who sit or stand: the scale of their noise."""


class Sensor(NamedTuple):
    """Three axes of one sensor, or channels of which nothing more is known.

    Args:
        name: what its layers are called after.
        kind: ``acceleration`` (with gravity), ``motion`` (without), ``gravity``, ``rotation`` or ``other``.
        places: of its channels in a window.
        whole: places of the same acceleration with gravity, where both are there; then gravity is their difference.
        noise: what a sensor of this kind measures while nothing moves, in the channels' unit; 0 where nobody knows.
    """

    name: str
    kind: str
    places: tuple[int, ...]
    whole: tuple[int, ...] = ()
    noise: float = 0.0

    @property
    def one_g(self) -> float:
        """What 1 g is in the unit of an accelerometer."""
        return self.noise / _STILL_G


def sensors(channels: Channels) -> list[Sensor]:
    """The sensors among the channels.

    >>> names = [f"{s}_{a}" for s in ("acc", "gyro") for a in "xyz"] + ["pulse"]
    >>> units = ["m/s^2"] * 3 + ["rad/s"] * 3 + [""]
    >>> [(s.name, s.kind, s.places, round(s.noise, 4)) for s in sensors(Channels(tuple(names), tuple(units), 50.0))]
    [('acc', 'acceleration', (0, 1, 2), 0.0294), ('gyro', 'rotation', (3, 4, 5), 0.006), ('pulse', 'other', (6,), 0.0)]
    """
    found = known_triads(channels.names, channels.units)
    found = [t for t in found if len({channels.units[p] for p in t.places}) == 1]
    moving = [t for t in found if t.kind == "linear acceleration" and _of("g", t, channels)]
    heavy = [t for t in found if t.kind == "acceleration" and _of("g", t, channels)]
    whole = [t for t in heavy if "gravity" not in t.name.lower()]
    made, used = [], set()
    for triad in moving:
        same = [t for t in whole if _unit(t, channels) == _unit(triad, channels)]
        partner = same[moving.index(triad)] if len(same) == len(moving) else None
        made.append(_sensor(triad, "motion", _STILL_G * _of("g", triad, channels), partner))
        used |= {*triad.places, *(partner.places if partner else ())}
    for triad in whole:
        if not used & set(triad.places):
            made.append(_sensor(triad, "acceleration", _STILL_G * _of("g", triad, channels)))
            used |= set(triad.places)
    for triad in heavy:
        if triad not in whole:
            made.append(_sensor(triad, "gravity", _STILL_G * _of("g", triad, channels)))
            used |= set(triad.places)
    for triad in found:
        if triad.kind == "rotation" and (scale := _of("rad/s", triad, channels)):
            made.append(_sensor(triad, "rotation", _STILL_RAD_S * scale))
            used |= set(triad.places)
    for triad in found:
        if not used & set(triad.places):
            made.append(_sensor(triad, "other", 0.0))
            used |= set(triad.places)
    rest = [p for p in range(len(channels.names)) if p not in used]
    return made + [Sensor(_plain(channels.names[p]), "other", (p,)) for p in rest]


def turning(channels: Channels) -> tuple[tuple[int, int, int], ...]:
    """The triads that turn together when the device sits differently on someone: all that measure motion."""
    kinds = ("acceleration", "linear acceleration", "rotation")
    return tuple(t.places for t in known_triads(channels.names, channels.units) if t.kind in kinds)


def _sensor(triad: Triad, kind: str, noise: float, whole: Triad | None = None) -> Sensor:
    return Sensor(_plain(triad.name) or kind, kind, triad.places, whole.places if whole else (), noise)


def _of(unit: str, triad: Triad, channels: Channels) -> float:
    """What one of a unit is in the triad's own; 0 where that measures something else or is not known."""
    own = _unit(triad, channels)
    return factor(unit, own) if measures(own) == measures(unit) else 0.0


def _unit(triad: Triad, channels: Channels) -> str:
    return channels.units[triad.places[0]]


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name).strip("_").lower()


def apart(names: Sequence[str]) -> list[str]:
    """The same names, numbered where one comes twice."""
    return [name if names.count(name) == 1 else f"{name}_{i + 1}" for i, name in enumerate(names)]
