"""What the first line of a stream says: where a model's channels are, in which units, and which column is the clock."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.names import without_unit
from stridenet.data.formats.text import unit_of
from stridenet.data.understand import words as known
from stridenet.data.understand.columns import unit_in
from stridenet.data.understand.units import said_of
from stridenet.data.understand.words import words
from stridenet.errors import DataError, short, unknown_name
from stridenet.prediction.fitting import fitted, located
from stridenet.signals.recording import Recording
from stridenet.signals.time_unit import PER_SECOND, is_unit, unit_named
from stridenet.signals.units import doubts
from stridenet.signals.wording import listed
from stridenet_runtime.answers import Task


class Heading(NamedTuple):
    """How lines become a model's samples.

    Args:
        places: of the model's channels in a line.
        factors: by which each is multiplied.
        clock: the place of the time; None where there is none.
        called: the clock; empty where there is none.
        unit: of the clock.
        assumed: channels whose unit nobody says, which are taken to be in the model's.
        told: what a user should know, each a sentence.
    """

    places: tuple[int, ...]
    factors: tuple[float, ...]
    clock: int | None
    called: str
    unit: str
    assumed: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def second(self) -> float:
        """Of the clock's unit, how many a second has."""
        return float(PER_SECOND[self.unit])


_OTHER_RATE = 0.05


def heading(
    written: Sequence[str], below: Sequence[str], task: Task, *, time: str | None = None, said: Mapping[str, str]
) -> Heading:
    """Understands the names of a stream's columns.

    Args:
        written: the names, with their units where they have one.
        below: units of a line of their own; empty where there is none.
        task: of the model.
        time: the column of the time; by default the one that is called so.
        said: units by channel, sensor or clock, as the user says them.

    Raises:
        DataError: a channel or the time is not there, or a unit cannot become the model's.
        UnknownNameError: a unit is said of what is not there.

    >>> task = Task(2, 1, 50.0, ("a",), ("acc_x_ms2",), ("g",))
    >>> found = heading(["t [ms]", "acc_x_ms2"], [], task, said={})
    >>> found.clock, found.second, [round(one, 3) for one in found.factors]
    (0, 1000.0, [0.102])
    """
    names, units = _parted(written, below)
    clock = _clock(names, written, time)
    places = [i for i in range(len(names)) if i != clock]
    channels = tuple(names[i] for i in places)
    asked, met = said_of(channels, said)
    clocks = () if clock is None else (names[clock],)
    if lost := [name for name in said if name not in met and name not in clocks]:
        raise unknown_name("channel or group of --unit", lost[0], sorted({*channels, *clocks}))
    own = [asked.get(place) or units[i] for place, i in enumerate(places)]
    header = _header(channels, own, task)
    found, _ = located(header, task)
    assumed = [place for place, unit in zip(found, task.units, strict=True) if unit and not own[place]]
    for place, unit in zip(found, task.units, strict=True):
        own[place] = own[place] or unit
    fit = fitted(_header(channels, own, task), task)
    told = list(fit.told)
    if assumed:
        which = listed([channels[i] for i in assumed])
        taken = listed(list(dict.fromkeys(own[i] for i in assumed)))
        told.append(f"nothing says the unit of {which}: taken to be in {taken}, as {task.name} was trained on.")
    return Heading(
        tuple(places[i] for i in fit.places),
        fit.factors,
        clock,
        "" if clock is None else names[clock],
        "s" if clock is None else _unit_of_clock(said.get(names[clock]) or units[clock]),
        tuple(channels[i] for i in assumed),
        tuple(told),
    )


def check_rate(found: Heading, times: npt.NDArray[np.float64], task: Task) -> None:
    """Refuses times of another rate than the model's; several samples of one time, as they come in parts, tell none.

    Raises:
        DataError: the rate is another.
    """
    between = float(np.median(np.diff(times)))
    if found.clock is None or not between > 0 or abs(1 / between / task.rate_hz - 1) <= _OTHER_RATE:
        return
    raise DataError(
        f"the stream's times, in {found.unit}, are those of {1 / between:.4g} Hz, but {task.name} takes "
        f"{task.rate_hz:g} Hz and would answer wrongly; bring the samples to its rate, or say the unit if it is "
        f"another, as in --unit {found.called}=ms."
    )


def check_units(found: Heading, samples: npt.NDArray[np.float64], task: Task) -> None:
    """Refuses samples whose size speaks against a unit that was only assumed.

    Raises:
        DataError: with the unit that it speaks for.
    """
    if found.assumed:
        for doubt in doubts(samples, task.channels, task.units):
            if "--unit" in doubt:
                raise DataError(f"the stream: {doubt.replace(' is said to be in ', ' was taken to be in ', 1)}.")


def _parted(written: Sequence[str], below: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names without units, and the units."""
    names, units = [], []
    for i, one in enumerate(written):
        name, unit = without_unit(one)
        names.append(name.strip())
        unit = unit_of(below[i]) if i < len(below) and below[i] else unit_of(unit) if unit else unit_in(name)
        units.append(unit)
    return names, units


def _clock(names: Sequence[str], written: Sequence[str], asked: str | None) -> int | None:
    if asked is not None:
        for given in (names, written):
            if asked in given:
                return list(given).index(asked)
        raise DataError(
            f"the stream has no column {short(asked)} to be the time; it has {short(', '.join(names), 200)}."
        )
    called_so = [i for i, name in enumerate(names) if words(name) and set(words(name)) <= known.TIME]
    plainly = [i for i in called_so if names[i].lower() == "time"] or called_so
    if len(plainly) > 1:
        both = listed([short(names[i]) for i in plainly])
        raise DataError(
            f"the stream's columns {both} could each be the time; say which, as in --time {names[plainly[0]]}."
        )
    return plainly[0] if plainly else None


def _unit_of_clock(unit: str) -> str:
    """A key of the units of time; where none is known they are seconds."""
    return unit_named(unit) if unit and is_unit(unit) else "s"


def _header(channels: tuple[str, ...], units: Sequence[str], task: Task) -> Recording:
    empty = np.zeros((0, len(channels)), np.float32)
    return Recording("the stream", "", empty, channels, tuple(units), task.rate_hz, np.zeros(0, np.int64), ())
