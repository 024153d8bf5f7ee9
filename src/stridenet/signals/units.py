"""Units of channels: one into another by name, and whether the numbers bear them out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stridenet.errors import SettingError, unknown_name
from stridenet.signals.triads import Kind, Triad, triads

_Data = npt.NDArray[np.float32] | npt.NDArray[np.float64]

G = 9.80665
"""Metres per second squared."""

_UNITS: dict[str, tuple[str, float, str]] = {  # what it measures, how many of the first unit it is, other spellings
    "m/s^2": ("acceleration", 1.0, "m/s² m/s2 m/(s^2) m/(sec^2) m/sec^2 m/s/s ms^-2 ms-2 m*s^-2 m·s^-2 m·s⁻² mps2"),
    "g": ("acceleration", G, "gs g-force gforce gravity standard_gravity"),
    "mg": ("acceleration", G / 1000, "milli-g millig"),
    "1/64 g": ("acceleration", G / 64, "g/64 1/64g"),
    "cm/s^2": ("acceleration", 0.01, "cm/s² cm/s2 gal"),
    "rad/s": ("rotation", 1.0, "rad/sec radians/s rad*s^-1 rad·s^-1 rads rps"),
    "deg/s": ("rotation", np.pi / 180, "°/s º/s dps deg/sec degrees/s degree/s deg*s^-1"),
    "mdps": ("rotation", np.pi / 180_000, "mdeg/s"),
    "rpm": ("rotation", np.pi / 30, "r/min"),
    "rad": ("angle", 1.0, "radian radians"),
    "deg": ("angle", np.pi / 180, "° º degree degrees"),
    "uT": ("magnetic field", 1.0, "µt μt microtesla"),
    "nT": ("magnetic field", 1e-3, "nanotesla"),
    "mT": ("magnetic field", 1e3, "millitesla"),
    "T": ("magnetic field", 1e6, "tesla"),
    "gauss": ("magnetic field", 1e2, "ga"),
    "mgauss": ("magnetic field", 0.1, "mga milligauss"),
    "Pa": ("pressure", 1.0, "pascal"),
    "hPa": ("pressure", 100.0, "mbar hectopascal"),
    "kPa": ("pressure", 1000.0, "kilopascal"),
    "bar": ("pressure", 1e5, ""),
    "m/s": ("speed", 1.0, "m/sec"),
    "km/h": ("speed", 1 / 3.6, "kmh kph"),
    "m": ("length", 1.0, "meter metre meters metres"),
    "cm": ("length", 0.01, ""),
    "mm": ("length", 0.001, ""),
    "V": ("voltage", 1.0, "volt volts"),
    "mV": ("voltage", 1e-3, "millivolt"),
    "uV": ("voltage", 1e-6, "µv μv microvolt"),
}
_SPELLED = {word: unit for unit, (_, _, words) in _UNITS.items() for word in (unit.lower(), *words.split())}
_OF_UNITS: tuple[Kind, ...] = ("acceleration", "rotation", "magnetic field")
_GRAVITIES = ("m/s^2", "g", "mg", "1/64 g")
FASTEST = 2000 * np.pi / 180
"""rad/s, what usual gyroscopes can tell."""
SLOW = 6.0
"""A gyroscope of people who move is faster, were it in deg/s."""
_STILL = 0.05
"""Share of its median by which a magnitude varies, below which nothing moves."""
_LOOKED_AT = 100_000  # samples


def canonical(unit: str) -> str | None:
    """The one spelling of a unit; None for one that is not known.

    >>> canonical("m/s²"), canonical("°/s"), canonical("µT"), canonical("beats")
    ('m/s^2', 'deg/s', 'uT', None)
    """
    spelled = unit.strip().strip("[]").replace(" ", "")
    if spelled in _UNITS:  # T and mT, but not t and mt
        return spelled
    return _SPELLED.get(unit.strip().lower()) or _SPELLED.get(spelled.lower())


def measures(unit: str) -> str | None:
    """What a unit measures; None for one that is not known.

    >>> measures("m/s²"), measures("dps"), measures("beats")
    ('acceleration', 'rotation', None)
    """
    known = canonical(unit)
    return None if known is None else _UNITS[known][0]


def factor(unit_from: str, unit_to: str) -> float:
    """By what values in one unit are multiplied to be in another.

    Raises:
        UnknownNameError: a unit that is not known.
        SettingError: the two measure different things.

    >>> round(factor("g", "m/s²"), 5), round(factor("deg/s", "rad/s"), 5)
    (9.80665, 0.01745)
    """
    found = []
    for unit in (unit_from, unit_to):
        known = canonical(unit)
        if known is None:
            raise unknown_name("unit", unit, _UNITS)
        found.append(_UNITS[known])
    (what, many, _), (other, each, _) = found
    if what != other:
        raise SettingError(
            f"{unit_from} measures {what} and {unit_to} {other}, so one cannot become the other; choose a unit of "
            f"{what}."
        )
    return many / each


def convert(data: _Data, unit_from: str, unit_to: str) -> _Data:
    """The same values in another unit; for what it refuses see :func:`factor`."""
    by = factor(unit_from, unit_to)
    converted: _Data = np.multiply(data, by, dtype=data.dtype)
    return converted


def known_triads(channels: Sequence[str], units: Sequence[str]) -> list[Triad]:
    """The triads, and what they measure: as their names say it, or else their units.

    >>> [triad.kind for triad in known_triads(["x", "y", "z"], ["g", "g", "g"])]
    ['acceleration']
    """

    def measured(triad: Triad) -> Kind:
        what = measured_by(triad, units)
        return next((kind for kind in _OF_UNITS if kind == what), "")

    return [triad if triad.kind else replace(triad, kind=measured(triad)) for triad in triads(channels)]


def measured_by(triad: Triad, units: Sequence[str]) -> str | None:
    """What the units of a triad's axes measure; None where they differ or are not known.

    >>> measured_by(triads(["x", "y", "z"])[0], ["deg/s", "deg/s", "deg/s"])
    'rotation'
    """
    what = {measures(units[place]) for place in triad.places}
    return what.pop() if len(what) == 1 else None


def magnitude(data: npt.NDArray[np.floating], triad: Triad) -> npt.NDArray[np.float64]:
    """The length of a triad's vector at each sample where no value is missing."""
    size = np.sqrt((data[:, list(triad.places)].astype(np.float64) ** 2).sum(axis=1))
    return np.asarray(size[np.isfinite(size)])


def moves(size: npt.NDArray[np.float64]) -> bool:
    """Whether a magnitude varies as that of a sensor that moves does."""
    return len(size) > 0 and float(size.std()) > _STILL * float(np.median(size))


def doubts(data: _Data, channels: Sequence[str], units: Sequence[str]) -> list[str]:
    """Where the numbers do not bear out a unit, each a sentence without a stop, with the numbers and what to type.

    An accelerometer that lies still or is worn measures 1 g most of the time; a gyroscope reaches 2,000 degrees per
    second.

    Args:
        data: shape (time, channel); missing values are left out.
        channels: their names.
        units: as the file says them, empty where it does not.

    >>> doubts(np.tile([0.1, 0.3, 9.8], (50, 1)), ["ax", "ay", "az"], ["g", "g", "g"])
    ['a is said to be in g, but its median magnitude is 9.805, which is gravity in m/s^2: --unit a=m/s^2']
    """
    some = data[:: max(1, len(data) // _LOOKED_AT)].astype(np.float64)
    found, moving = [], False
    measured = []
    for triad in triads(channels):
        values = some[:, list(triad.places)]
        values = values[np.isfinite(values).all(axis=1)]
        said = {units[place] for place in triad.places}
        if len(values) and len(said) == 1:
            measured.append((triad, values, said.pop()))
    for triad, values, unit in measured:
        known = canonical(unit)
        size = np.sqrt((values**2).sum(axis=1))
        median = float(np.median(size))
        if triad.kind == "acceleration" or (not triad.kind and known in _GRAVITIES):
            moving |= moves(size)
            found += _gravity(triad, channels, known, median)
        elif triad.kind == "linear acceleration" and known in _GRAVITIES and known == unit_of_gravity(median):
            found.append(
                f"{_called(triad, channels)} is named as free of gravity, but its median magnitude is {median:.4g} "
                f"{unit}, which is gravity"
            )
    for triad, values, unit in measured:
        if triad.kind == "rotation":
            found += _rotation(triad, channels, canonical(unit), values, moving)
    return found


def units_by_size(data: _Data, channels: Sequence[str]) -> dict[str, str]:
    """The unit in which each accelerometer's median magnitude is gravity, by the sensor's name, where there is one.

    >>> units_by_size(np.tile([0.1, 0.3, 9.8], (50, 1)), ["acc_x", "acc_y", "acc_z"])
    {'acc': 'm/s^2'}
    """
    found = {}
    for triad in triads(channels):
        size = magnitude(data, triad)
        unit = unit_of_gravity(float(np.median(size))) if len(size) else None
        if unit and triad.kind in ("", "acceleration"):
            found[_called(triad, channels)] = unit
    return found


def _gravity(triad: Triad, channels: Sequence[str], known: str | None, median: float) -> list[str]:
    looks, name = unit_of_gravity(median), _called(triad, channels)
    if known == looks or (known is None and looks is None):
        return []
    if known is None:
        told = f"a median magnitude of {median:.4g} is gravity in {looks}"
        return [f"{name}: its unit is not said; {told}: {_type(triad, channels, looks)}"]
    if known not in _GRAVITIES:
        return []
    if looks:
        told = f"but its median magnitude is {median:.4g}, which is gravity in {looks}"
        return [f"{name} is said to be in {known}, {told}: {_type(triad, channels, looks)}"]
    expected = G / _UNITS[known][1]
    if expected / 10 < median < expected * 3:  # shaken, or falling, or of free acceleration
        return []
    return [
        f"{name} is said to be in {known}, but its median magnitude is {median:.4g} where gravity is {expected:.4g}"
    ]


def unit_of_gravity(median: float, low: float = 0.75, high: float = 1.33) -> str | None:
    """The unit in which a magnitude is gravity, or that share of it; None where it is in none.

    >>> unit_of_gravity(9.6), unit_of_gravity(0.8), unit_of_gravity(3.0)
    ('m/s^2', 'g', None)
    """
    return next((unit for unit in _GRAVITIES if low < median / (G / _UNITS[unit][1]) < high), None)


def _rotation(
    triad: Triad, channels: Sequence[str], known: str | None, values: npt.NDArray[np.float64], moving: bool
) -> list[str]:
    high, name = float(np.quantile(np.abs(values), 0.999)), _called(triad, channels)
    if known == "rad/s" and high > FASTEST:
        told = f"but reaches {high:.4g}, which no usual gyroscope measures ({FASTEST:.3g} rad/s)"
        return [f"{name} is said to be in rad/s, {told}: {_type(triad, channels, 'deg/s')}"]
    if known == "deg/s" and moving and 0 < high < SLOW:
        told = f"but stays below {high:.2g} while the accelerometer moves"
        return [f"{name} is said to be in deg/s, {told}: {_type(triad, channels, 'rad/s')}"]
    return []


def _called(triad: Triad, channels: Sequence[str]) -> str:
    return triad.name or ", ".join(channels[place] for place in triad.places)


def _type(triad: Triad, channels: Sequence[str], unit: str | None) -> str:
    names = [triad.name] if triad.name else [channels[place] for place in triad.places]
    return " ".join(f"--unit {name}={unit}" if " " not in name else f'--unit "{name}={unit}"' for name in names)
