"""What is done to recordings at the end, where the user asks for it: filters, and channels computed from others."""

from collections.abc import Sequence
from dataclasses import replace

from stridenet.errors import DataError, SettingError
from stridenet.signals.derived import derive
from stridenet.signals.filters import chain
from stridenet.signals.recording import Recording
from stridenet.signals.triads import triads
from stridenet.signals.units import canonical
from stridenet.spec import ReadSpec

_OF_ACCELERATION = {"g", "m/s^2", "mg"}
_FEWEST = 4
"""Samples that a filter needs."""


def finished(recordings: Sequence[Recording], said: ReadSpec) -> tuple[list[Recording], list[str]]:
    """Recordings after the filter and with the channels that the user asks for, and what there is to tell.

    Raises:
        DataError: a filter that they cannot go through.
        SettingError: channels that cannot be derived.
    """
    done, notes = list(recordings), []
    if said.filter == "uci-har":
        done = [chain(_with_accelerometer(recording)) for recording in done if len(recording.data) >= _FEWEST]
        notes.append("all signals went through UCI HAR's filters: median of 3, low-pass at 20 Hz, gravity below 0.3 Hz")
    if said.derive:
        done = [derive(recording, said.derive) for recording in done]
        notes.append(f"channels were derived: {', '.join(said.derive)}")
    return done, notes


def _with_accelerometer(recording: Recording) -> Recording:
    """The recording, with axes that are called x, y and z alone named after what their unit says.

    Raises:
        DataError: nothing says what they measure.
    """
    found = triads(recording.channels)
    unsaid = [triad for triad in found if not triad.kind]
    if any(triad.kind == "acceleration" for triad in found) or len(unsaid) != 1:
        return recording
    places = unsaid[0].places
    names = [recording.channels[place] for place in places]
    if {canonical(recording.units[place]) for place in places} <= _OF_ACCELERATION:
        new = dict(zip(places, ("acc_x", "acc_y", "acc_z"), strict=True))
        return replace(recording, channels=tuple(new.get(i, name) for i, name in enumerate(recording.channels)))
    units = " ".join(f"--unit {name}=g" for name in names)
    raise DataError(
        f"recording {recording.name!r}: nothing says that {', '.join(names)} are an accelerometer's axes, which "
        f"--filter uci-har needs; say their unit ({units}), or leave --filter out."
    )


def refuse_for_windows(said: ReadSpec) -> None:
    """Refuses what windows that came cut cannot go through.

    Raises:
        SettingError: a filter, or another rate, is asked for.
    """
    asked = [name for name in ("even", "gap") if getattr(said, name)] + (["filter"] if said.filter != "none" else [])
    if asked:
        raise SettingError(
            f"--{asked[0]}: these are windows that came cut, not recordings, so it would do nothing; leave it out."
        )
