"""What a network may lean on of its channels: which are axes of one sensor, with gravity or not, and their noise."""

from collections.abc import Sequence
from typing import NamedTuple

from stridenet.signals.channels import Channels
from stridenet.signals.triads import Triad, triads

_G = {"g": 1.0, "m/s^2": 9.80665, "m/s2": 9.80665, "m/s²": 9.80665, "mg": 1000.0}
_RAD = {"rad/s": 1.0, "deg/s": 57.29578, "°/s": 57.29578, "dps": 57.29578}


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


def sensors(channels: Channels) -> list[Sensor]:
    """The sensors among the channels.

    >>> names = [f"{s}_{a}" for s in ("acc", "gyro") for a in "xyz"] + ["pulse"]
    >>> units = ["m/s^2"] * 3 + ["rad/s"] * 3 + [""]
    >>> [(s.name, s.kind, s.places, round(s.noise, 4)) for s in sensors(Channels(tuple(names), tuple(units), 50.0))]
    [('acc', 'acceleration', (0, 1, 2), 0.0294), ('gyro', 'rotation', (3, 4, 5), 0.006), ('pulse', 'other', (6,), 0.0)]
    """
    found = triads(channels.names)
    found = [t for t in found if len({channels.units[p] for p in t.places}) == 1]
    moving = [t for t in found if t.kind == "linear acceleration" and _scale(t, channels, _G)]
    heavy = [t for t in found if t.kind == "acceleration" and _scale(t, channels, _G)]
    whole = [t for t in heavy if "gravity" not in t.name.lower()]
    made, used = [], set()
    for triad in moving:
        same = [t for t in whole if _unit(t, channels) == _unit(triad, channels)]
        partner = same[moving.index(triad)] if len(same) == len(moving) else None
        made.append(_sensor(triad, "motion", 0.003 * _scale(triad, channels, _G), partner))
        used |= {*triad.places, *(partner.places if partner else ())}
    for triad in whole:
        if not used & set(triad.places):
            made.append(_sensor(triad, "acceleration", 0.003 * _scale(triad, channels, _G)))
            used |= set(triad.places)
    for triad in heavy:
        if triad not in whole:
            made.append(_sensor(triad, "gravity", 0.003 * _scale(triad, channels, _G)))
            used |= set(triad.places)
    for triad in found:
        if triad.kind == "rotation" and (scale := _scale(triad, channels, _RAD)):
            made.append(_sensor(triad, "rotation", 0.006 * scale))
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
    return tuple(t.places for t in triads(channels.names) if t.kind in kinds)


def _sensor(triad: Triad, kind: str, noise: float, whole: Triad | None = None) -> Sensor:
    return Sensor(_plain(triad.name) or kind, kind, triad.places, whole.places if whole else (), noise)


def _scale(triad: Triad, channels: Channels, known: dict[str, float]) -> float:
    return known.get(_unit(triad, channels), 0.0)


def _unit(triad: Triad, channels: Channels) -> str:
    return channels.units[triad.places[0]].strip()


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name).strip("_").lower()


def apart(names: Sequence[str]) -> list[str]:
    """The same names, numbered where one comes twice."""
    return [name if names.count(name) == 1 else f"{name}_{i + 1}" for i, name in enumerate(names)]
