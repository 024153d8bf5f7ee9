"""Channels computed from others: magnitude, jerk, and the parts of an acceleration."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.signal import sosfilt

from stridenet.errors import SettingError, unknown_name
from stridenet.signals.filters import low_pass
from stridenet.signals.recording import Recording
from stridenet.signals.triads import Triad, triads
from stridenet.signals.units import canonical

_Floats = npt.NDArray[np.float64]
_Columns = list[tuple[str, str, _Floats]]  # name, unit, shape (time,)

GRAVITY_HZ, GRAVITY_ORDER = 0.3, 3


def derive(recording: Recording, names: Sequence[str]) -> Recording:
    """The recording with more channels behind its own; what ``--derive`` means.

    Everything is causal, so that a live stream gives the same numbers: ``magnitude`` of every triad; ``jerk`` of every
    channel, its rise since the sample before, per second (0 at first); ``gravity`` of every acceleration, a low-pass
    at 0.3 Hz from 0, as in UCI HAR's filters; ``body``, what is left without it.

    Args:
        recording: any channels; nothing is derived from what is derived.
        names: of ``magnitude``, ``jerk``, ``gravity``, ``body``.

    Raises:
        SettingError: there are no three axes for it, its name is taken, or the rate is too low for it.

    >>> r = Recording("r", "p", np.ones((2, 3)), ("ax", "ay", "az"), ("g",) * 3, 50.0, np.zeros(2, int), ("a",))
    >>> derive(r, ["magnitude", "jerk"]).channels[3:]
    ('a_magnitude', 'ax_jerk', 'ay_jerk', 'az_jerk')
    """
    columns: _Columns = []
    for name in names:
        if name not in _KINDS:
            raise unknown_name("derived channel", name, _KINDS)
        columns += _KINDS[name](recording)
    if not columns:
        return recording
    taken = [name for name, _, _ in columns if name in recording.channels]
    if taken:
        raise SettingError(
            f"recording {recording.name!r} has a channel {taken[0]!r} already, so it cannot be derived; leave it out "
            "of --derive, or choose --channels without it."
        )
    more = np.column_stack([values for _, _, values in columns]).astype(recording.data.dtype)
    return replace(
        recording,
        data=np.hstack([recording.data, more]),
        channels=(*recording.channels, *(name for name, _, _ in columns)),
        units=(*recording.units, *(unit for _, unit, _ in columns)),
    )


def _magnitude(recording: Recording) -> _Columns:
    found = triads(recording.channels)
    if not found:
        raise _no_axes(recording, "magnitude", "a sensor's three axes")
    return [
        (f"{t.name}_magnitude".lstrip("_"), _unit(recording, t), np.sqrt((_axes(recording, t) ** 2).sum(axis=1)))
        for t in found
    ]


def _jerk(recording: Recording) -> _Columns:
    data = recording.data.astype(np.float64)
    rise = np.diff(data, axis=0, prepend=data[:1]) * recording.rate_hz
    named = zip(recording.channels, recording.units, strict=True)
    return [(f"{name}_jerk", f"{unit}/s" if unit else "", rise[:, i]) for i, (name, unit) in enumerate(named)]


def _gravity(recording: Recording) -> _Columns:
    return [column for triad in _accelerations(recording, "gravity") for column in _parts(recording, triad, "gravity")]


def _body(recording: Recording) -> _Columns:
    return [column for triad in _accelerations(recording, "body") for column in _parts(recording, triad, "body")]


_KINDS = {"magnitude": _magnitude, "jerk": _jerk, "gravity": _gravity, "body": _body}


def _parts(recording: Recording, triad: Triad, part: str) -> _Columns:
    if recording.rate_hz <= 2 * GRAVITY_HZ:
        raise SettingError(
            f"recording {recording.name!r}: gravity is what is slower than {GRAVITY_HZ} Hz, which "
            f"{recording.rate_hz:g} samples per second do not tell; leave {part} out of --derive."
        )
    whole = _axes(recording, triad)
    slow = sosfilt(low_pass(GRAVITY_ORDER, GRAVITY_HZ, recording.rate_hz), whole, axis=0) if len(whole) else whole
    values = slow if part == "gravity" else whole - slow
    return [
        (f"{part}_{recording.channels[place]}", recording.units[place], values[:, i])
        for i, place in enumerate(triad.places)
    ]


def _accelerations(recording: Recording, part: str) -> list[Triad]:
    found = [
        triad
        for triad in triads(recording.channels)
        if triad.kind == "acceleration"
        or (not triad.kind and canonical(_unit(recording, triad)) in ("g", "mg", "m/s^2"))
    ]
    if not found:
        raise _no_axes(recording, part, "an accelerometer's three axes (acc_x, acc_y, acc_z)")
    return found


def _no_axes(recording: Recording, name: str, what: str) -> SettingError:
    return SettingError(
        f"recording {recording.name!r}: {name} needs {what}, which are not among the channels "
        f"{', '.join(recording.channels)}; leave {name} out of --derive."
    )


def _axes(recording: Recording, triad: Triad) -> _Floats:
    return recording.data[:, list(triad.places)].astype(np.float64)


def _unit(recording: Recording, triad: Triad) -> str:
    units = {recording.units[place] for place in triad.places}
    return units.pop() if len(units) == 1 else ""
