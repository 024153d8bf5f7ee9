"""What numbers in a column of times are in: seconds, milliseconds, days, or sample numbers."""

import shlex
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from stridenet.errors import unknown_name

Grade = Literal["certain", "likely", "dangerous"]

PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9, "100 ns": 1e7, "min": 1 / 60, "h": 1 / 3600, "days": 1 / 86400}
"""How many of each unit are a second."""
SLOWEST_HZ, USUAL_HZ, FASTEST_HZ = 0.5, 2000.0, 20_000.0
"""Rates of sensors: the slowest and the fastest that are believed, and the fastest that is usual on a body."""

_WORDS = {
    "s": "s sec secs second seconds",
    "ms": "ms msec msecs millis millisec millisecs millisecond milliseconds",
    "us": "us µs μs usec usecs micros microsecond microseconds",
    "ns": "ns nsec nsecs nanos nanosecond nanoseconds",
    "100 ns": "ticks filetime 100ns",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "days": "d day days",
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()} | {unit: unit for unit in PER_SECOND}
_EPOCHS = (  # from, to, unit, what it counts
    (1e9, 2e9, "s", "seconds since 1970"),
    (1e12, 2e12, "ms", "milliseconds since 1970"),
    (1e15, 2e15, "us", "microseconds since 1970"),
    (1e18, 2e18, "ns", "nanoseconds since 1970"),
    (1.2e17, 1.4e17, "100 ns", "Windows' ticks of 100 ns since 1601"),
    (6.2e17, 6.6e17, "100 ns", ".NET's ticks of 100 ns since the year 1"),
)
_DAYS = (  # from, to, what it counts; taken where the same numbers in seconds would be too fast
    (25569.0, 60000.0, "days since 1899-12-30, as spreadsheets write dates"),
    (715000.0, 760000.0, "days since the year 0, as MATLAB writes dates"),
    (0.01, 1.0, "parts of a day, as spreadsheets write the time of day"),
)
_AT_MOST = 200_000  # rows that are looked at
_PAUSE = 200  # usual steps, above which a step is a gap or another recording, and tells nothing of bursts


@dataclass(frozen=True, slots=True)
class TimeUnit:
    """The unit of a column of times, and how sure it is.

    Args:
        unit: a key of :data:`PER_SECOND`, or ``"samples"`` for a number of the sample.
        grade: certain, likely (shown as a guess), or dangerous (to be asked).
        why: the reason, for people, without a stop.
        options: what to type where it is dangerous.
    """

    unit: str
    grade: Grade
    why: str
    options: tuple[str, ...] = ()


def unit_of_time(values: npt.NDArray[Any], *, name_unit: str | None, column: str = "time") -> TimeUnit:
    """Finds the unit from the column's own, the size of the numbers, and the rates that each unit would mean.

    Args:
        values: shape (row,), whole numbers or floats, in the order of the file.
        name_unit: what the file says (``"ms"``, ``"seconds"``); None where it says nothing. A word that is no unit
            of time counts as nothing.
        column: its name, for the options.

    >>> unit_of_time(np.arange(0, 9, 0.02), name_unit=None).unit, unit_of_time(np.arange(9), name_unit=None).grade
    ('s', 'dangerous')
    """
    numbers = np.asarray(values[:_AT_MOST])
    numbers = numbers[np.isfinite(numbers)]
    named = _UNITS.get(" ".join((name_unit or "").lower().split()).rstrip("."))
    step, whole = _usual(numbers), bool((numbers == np.rint(numbers)).all())
    size = float(np.median(np.abs(numbers))) if len(numbers) else 0.0
    if not step:
        epoch = next(((unit, what) for low, high, unit, what in _EPOCHS if low <= size < high), None)
        unit, why = (named, "its name says so") if named else epoch or ("s", "no step tells otherwise")
        return TimeUnit(unit, "certain" if named or epoch else "likely", why)
    if named:
        return _checked(named, step, whole, size, column)
    for low, high, unit, what in _EPOCHS:
        if low <= size < high and SLOWEST_HZ / 10 <= PER_SECOND[unit] / step <= FASTEST_HZ:
            return TimeUnit(unit, "certain", f"numbers near {size:.4g} are {what}, steps give {_rate(unit, step)}")
    return _by_step(step, whole, size, column)


def unit_named(word: str) -> str:
    """A unit of time by any of its usual names.

    Raises:
        UnknownNameError: a word that is no unit of time.

    >>> unit_named("Milliseconds")
    'ms'
    """
    unit = _UNITS.get(word.strip().lower())
    if unit is None:
        raise unknown_name("unit of time", word, PER_SECOND)
    return unit


def is_unit(word: str) -> bool:
    """Whether a word is a unit of time.

    >>> is_unit("Milliseconds"), is_unit("m/s^2")
    (True, False)
    """
    return word.strip().lower() in _UNITS


def seconds(values: npt.NDArray[Any], unit: str) -> npt.NDArray[np.float64]:
    """Seconds since the first row; whole numbers are subtracted before they are rounded.

    >>> seconds(np.array([1424696631913248572, 1424696631933248572]), "ns").tolist()
    [0.0, 0.02]
    """
    since = (values - values[0] if len(values) else values).astype(np.float64)
    return np.divide(since, PER_SECOND[unit])


def _usual(numbers: npt.NDArray[Any]) -> float:
    """From one sample to the next: the median, or the mean where stamps repeat or come in bursts."""
    steps = np.abs(np.diff(numbers).astype(np.float64))
    rising = steps[steps > 0]
    if not len(rising):
        return 0.0
    median = float(np.median(rising))
    near = rising[rising <= min(float(np.quantile(rising, 0.99)), _PAUSE * median)]
    usual = max(median, float(near.mean())) if near.mean() > 5 * median else median
    return usual * len(rising) / len(steps)


def _rate(unit: str, step: float) -> str:
    rate = PER_SECOND[unit] / step
    return f"{rate:,.0f} samples per second" if rate >= 1000 else f"{rate:.4g} samples per second"


def _usual_units(step: float) -> list[str]:
    return [u for u in ("s", "ms", "us", "ns") if SLOWEST_HZ <= PER_SECOND[u] / step <= USUAL_HZ]


def _days(step: float, size: float) -> str | None:
    """What days would count, where these numbers look like days."""
    if not SLOWEST_HZ <= PER_SECOND["days"] / step <= USUAL_HZ:
        return None
    return next((what for low, high, what in _DAYS if low <= size < high), None)


def _options(column: str, units: list[str]) -> tuple[str, ...]:
    return tuple(f"--unit {shlex.quote(f'{column}={unit}')}" for unit in units)


def _checked(unit: str, step: float, whole: bool, size: float, column: str) -> TimeUnit:
    """The unit that the file names, unless it makes a rate that no sensor has and another one does not."""
    rate = PER_SECOND[unit] / step
    if SLOWEST_HZ <= rate <= USUAL_HZ:
        return TimeUnit(unit, "certain", "its name says so")
    others = [u for u in _usual_units(step) if u != unit and (u == "s" or whole or step >= 1)]
    others += ["days"] if unit != "days" and _days(step, size) else []
    if not others and rate <= FASTEST_HZ and rate >= SLOWEST_HZ / 100:
        return TimeUnit(unit, "certain", "its name says so")
    told = f"its name says {unit}, but a usual step of {step:.4g} {unit} means {_rate(unit, step)}"
    more = "; ".join(f"in {other} it means {_rate(other, step)}" for other in others)
    return TimeUnit(unit, "dangerous", f"{told}; {more}" if more else told, _options(column, [*others, unit]))


def _by_step(step: float, whole: bool, size: float, column: str) -> TimeUnit:
    """The unit of numbers of which nothing is said, by the rates that each unit would mean."""
    usual = _usual_units(step)
    rates = ", ".join(f"{unit} ({_rate(unit, step)})" for unit in usual)
    if step < 1 and PER_SECOND["s"] / step <= FASTEST_HZ:
        grade: Grade = "likely" if whole else "certain"  # whole: many samples share a stamp
        return TimeUnit("s", grade, f"steps of {step:.4g} s are {_rate('s', step)}")
    if what := _days(step, size):
        return TimeUnit("days", "likely", f"numbers like {size:.6g} are {what}, steps give {_rate('days', step)}")
    if step < 2 and usual:
        may = f"{'whole ' if whole else ''}numbers with a step of {step:.4g} may be in {rates}"
        counts = " or be sample numbers" if whole and step == 1 else ""
        options = _options(column, usual) + (("--rate-hz N",) if counts else ())
        return TimeUnit("ms", "dangerous", may + counts, options)
    better = [unit for unit in usual if unit != "s"]
    if len(better) == 1:
        unit = better[0]
        return TimeUnit(unit, "likely", f"steps of {step:.4g} are {_rate(unit, step)} in {unit}")
    if better:
        return TimeUnit(better[0], "dangerous", f"a step of {step:.4g} may be in {rates}", _options(column, better))
    told = f"a step of {step:.4g} means {_rate('s', step)} in s and {_rate('ms', step)} in ms, which no sensor has"
    return TimeUnit("s", "dangerous", told, (*_options(column, ["s", "ms", "us", "ns", "days"]), "--rate-hz N"))
