"""New recordings as a model takes them: its channels found by name, in its units, at its rate; or refused."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, short
from stridenet.signals.recording import Recording
from stridenet.signals.resample import MOST, by_ratio
from stridenet.signals.triads import Triad, triads
from stridenet.signals.units import canonical, doubts, factor, measured_by, measures, units_by_size
from stridenet.signals.wording import channels_with_units
from stridenet_runtime.answers import Task

_SAME = 1e-3  # of a rate: clocks that are set alike differ by this


class Fit(NamedTuple):
    """How a recording's channels become a model's.

    Args:
        places: of the model's channels among the recording's.
        factors: by which each is multiplied.
        told: what a user should know, each a sentence.
    """

    places: tuple[int, ...]
    factors: tuple[float, ...]
    told: tuple[str, ...]


def fitted(recording: Recording, task: Task) -> Fit:
    """Finds a model's channels in a recording.

    They are found by their names, whatever their order, capitals and separators. A sensor whose three axes bear other
    names is taken where both have just one of its kind: an accelerometer, a gyroscope, a magnetometer.

    Raises:
        DataError: a channel that is not there, or that could be several; or a unit that cannot become the model's.

    >>> import numpy as np
    >>> task = Task(4, 2, 50.0, ("a",), ("acc_x", "acc_y", "acc_z"), ("g",) * 3)
    >>> names = ("Accelerometer z", "Accelerometer y", "Accelerometer x")
    >>> fitted(Recording("r", "p", np.zeros((4, 3)), names, ("m/s^2",) * 3, 50.0, np.zeros(4, int) - 1), task).places
    (2, 1, 0)
    """
    found, told = located(recording, task)
    factors = tuple(_factor(recording, place, task, i) for i, place in enumerate(found))
    converted = {(recording.units[p], task.units[i]) for i, p in enumerate(found) if factors[i] != 1}
    told += [f"{unit_from} became {unit_to}." for unit_from, unit_to in sorted(converted)]
    return Fit(found, factors, tuple(told))


def check_size(recording: Recording, fit: Fit, task: Task, usual: npt.NDArray[np.float32]) -> None:
    """Refuses a recording whose size tells of another unit than that of the windows that a model without units knows.

    Args:
        recording: at any rate.
        fit: how its channels become the model's.
        task: of the model.
        usual: shape (window, time, channel), windows of the training.

    Raises:
        DataError: one lies in g, say, and the other in m/s^2.
    """
    if all(task.units):
        return
    ours = units_by_size(usual.reshape(-1, usual.shape[-1]), task.channels)
    theirs = units_by_size(recording.data[:_LOOKED_AT, list(fit.places)], task.channels)
    for name, unit in ours.items():
        if name in theirs and theirs[name] != unit:
            raise DataError(
                f"recording {short(recording.name)}: by its size {name} is in {theirs[name]}, and what {task.name} was "
                f"trained on, of which nobody said the unit, in {unit}; convert it, or train with --unit {name}={unit}."
            )


def located(recording: Recording, task: Task) -> tuple[tuple[int, ...], list[str]]:
    """The places of a model's channels among a recording's, and what a user should know; see :func:`fitted`."""
    told: list[str] = []
    places = _by_name(recording.channels, task.channels)
    if None in places:
        places, told = _by_kind(recording, task, places)
    if None in places or len(set(places)) < len(places):
        lacking = [name for name, place in zip(task.channels, places, strict=True) if place is None]
        raise DataError(
            f"recording {short(recording.name)} has the channels "
            f"{channels_with_units(recording.channels, recording.units)}, but {task.name} takes "
            f"{channels_with_units(task.channels, task.units)}; nothing says for certain which is "
            f"{', '.join(lacking or task.channels)}: rename the columns to the model's names, or name them all where "
            f"one was left out because it does not change (--channels {','.join(task.channels)})."
        )
    return tuple(place for place in places if place is not None), told


def at_rate(recording: Recording, task: Task) -> Recording:
    """The recording at a model's rate.

    Raises:
        DataError: it is slower than the model's, so that what the model looks at was never recorded.
    """
    ratio = task.rate_hz / recording.rate_hz
    if abs(ratio - 1) <= _SAME:
        return recording
    if ratio > 1:
        raise DataError(
            f"recording {short(recording.name)} has {recording.rate_hz:g} Hz, but {task.name} takes {task.rate_hz:g} "
            f"Hz, and what is faster than {recording.rate_hz / 2:g} Hz was never recorded; train a model on data of "
            f"{recording.rate_hz:g} Hz, or have it put on the model's rate all the same (--even {task.rate_hz:g})."
        )
    by = Fraction(ratio).limit_denominator(MOST)
    if by.numerator == 0:
        raise DataError(
            f"recording {short(recording.name)} has {recording.rate_hz:g} Hz, but {task.name} takes {task.rate_hz:g} "
            f"Hz, which is more than {MOST} times slower; resample it before."
        )
    return by_ratio(recording, by, task.rate_hz)


def _spelled(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _by_name(channels: Sequence[str], wanted: Sequence[str]) -> list[int | None]:
    """The place of each wanted channel: of its very name, or of the only one that is spelled alike."""
    spelled = [_spelled(name) for name in channels]
    places: list[int | None] = []
    for name in wanted:
        if name in channels:
            places.append(list(channels).index(name))
        else:
            alike = [i for i, other in enumerate(spelled) if other == _spelled(name) and channels[i] not in wanted]
            places.append(alike[0] if len(alike) == 1 else None)
    return places


def _by_kind(recording: Recording, task: Task, places: list[int | None]) -> tuple[list[int | None], list[str]]:
    """Fills in sensors of which no axis was found by name, where there is just one of their kind on both sides."""
    ours, theirs = _kinds(task.channels, task.units), _kinds(recording.channels, recording.units)
    places, told = list(places), []
    for kind, wanted in ours.items():
        found = theirs.get(kind, [])
        if len(wanted) != 1 or len(found) != 1 or any(places[i] is not None for i in wanted[0].places):
            continue
        for mine, other in zip(wanted[0].places, found[0].places, strict=True):
            places[mine] = other
        names = [
            [names[i] for i in one.places]
            for names, one in ((recording.channels, found[0]), (task.channels, wanted[0]))
        ]
        told.append(f"{', '.join(names[0])} were taken for {', '.join(names[1])}: each side has one sensor of {kind}.")
    return places, told


def _kinds(channels: Sequence[str], units: Sequence[str]) -> dict[str, list[Triad]]:
    """The triads by what they measure, as their names say it, or else their units."""
    found: dict[str, list[Triad]] = {}
    for triad in triads(channels):
        if kind := triad.kind or measured_by(triad, units):
            found.setdefault(kind, []).append(triad)
    return found


def _factor(recording: Recording, place: int, task: Task, i: int) -> float:
    unit, wanted = recording.units[place], task.units[i]
    if unit == wanted or (canonical(unit) or unit) == (canonical(wanted) or wanted):
        return 1.0
    where = f"recording {short(recording.name)}, channel {short(recording.channels[place])}"
    if not wanted:
        raise DataError(
            f"{where} is in {unit}, but nothing said the unit of {task.channels[i]} when {task.name} was trained, so "
            "nobody knows whether it must be converted; train with --unit, or leave the unit out here if the numbers "
            "are alike."
        )
    if not unit:
        typed = _by_size(recording, place) or f'--unit "{recording.channels[place]}=UNIT"'
        raise DataError(
            f"{where}: nothing says its unit, but {task.name} takes {task.channels[i]} in {wanted}; say it, as in "
            f"{typed}."
        )
    if measures(unit) is None or measures(unit) != measures(wanted):
        raise DataError(
            f"{where} is in {unit}, but {task.name} takes {task.channels[i]} in {wanted}, and one cannot become the "
            "other; give the channel that measures the same."
        )
    return factor(unit, wanted)


def _by_size(recording: Recording, place: int) -> str:
    """What to type for the unit that a channel's numbers speak for; empty where they speak for none."""
    places = next((list(one.places) for one in triads(recording.channels) if place in one.places), [])
    channels, units = ([told[p] for p in places] for told in (recording.channels, recording.units))
    found = doubts(recording.data[:_LOOKED_AT, places], channels, units)
    return next((doubt[doubt.index("--unit") :] for doubt in found if "--unit" in doubt), "")


_LOOKED_AT = 100_000
"""Samples by which a unit is guessed."""
