"""Units that nobody said, as the numbers speak for one: gravity has a size, and gyroscopes have a limit."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stridenet.signals.triads import Triad
from stridenet.signals.units import FASTEST, SLOW, known_triads, magnitude, moves, unit_of_gravity

_SURE = (0.9, 1.12)
"""Of the size of gravity, the median magnitude of axes that no name calls an accelerometer's."""
_BEYOND = 6000.0
"""No gyroscope is as fast, in deg/s."""


def by_size(data: npt.NDArray[np.floating], channels: Sequence[str], units: Sequence[str]) -> tuple[str, ...]:
    """The units, with those filled in that the size of the numbers speaks for; what is said stays.

    An accelerometer's median magnitude is 1 g. So is that of the only three axes without a name, where it is so nearly,
    and varies. Linear acceleration is in the unit of the accelerometer beside it. A gyroscope that passes 35 is in
    deg/s, for none does in rad/s; one that stays below 6 while the accelerometer moves is in rad/s.

    Args:
        data: shape (sample, channel); missing values are left out.
        channels: their names.
        units: empty where nobody said it.

    >>> gravity = [[0.1, 0.3, 9.8 + i % 3] for i in range(50)]
    >>> by_size(np.array(gravity), ["ax", "ay", "az"], ["", "", ""])
    ('m/s^2', 'm/s^2', 'm/s^2')
    """
    told = list(units)
    if all(units):
        return tuple(told)
    found = known_triads(channels, units)
    sizes = {triad.places: magnitude(data, triad) for triad in found}
    nameless = [triad for triad in found if not triad.kind]
    for triad in found:
        size = sizes[triad.places]
        if not len(size) or any(units[place] for place in triad.places):
            continue
        median = float(np.median(size))
        if triad.kind == "acceleration":
            _say(told, triad, unit_of_gravity(median) or "")
        elif nameless == [triad] and moves(size) and (unit := unit_of_gravity(median, *_SURE)) not in (None, "1/64 g"):
            _say(told, triad, unit or "")
    heavy = [triad for triad in known_triads(channels, told) if triad.kind == "acceleration"]
    of_heavy = {told[triad.places[0]] for triad in heavy} - {""}
    moving = not heavy or any(moves(sizes[triad.places]) for triad in heavy)
    for triad in found:
        if not len(sizes[triad.places]) or any(units[place] for place in triad.places):
            continue
        if triad.kind == "linear acceleration" and len(of_heavy) == 1:
            _say(told, triad, *of_heavy)
        elif triad.kind == "rotation":
            _say(told, triad, _of_rotation(data, triad, sizes[triad.places], moving=moving))
    return tuple(told)


def _say(told: list[str], triad: Triad, unit: str) -> None:
    for place in triad.places:
        told[place] = unit


def _of_rotation(data: npt.NDArray[np.floating], triad: Triad, size: npt.NDArray[np.float64], *, moving: bool) -> str:
    if not moves(size) and unit_of_gravity(float(np.median(size))):
        return ""  # g alone may be gravity
    values = np.abs(data[:, list(triad.places)].astype(np.float64))
    high = float(np.quantile(values[np.isfinite(values)], 0.999))
    if FASTEST < high < _BEYOND:
        return "deg/s"
    return "rad/s" if moving and 0 < high < SLOW else ""
