"""Units of channels: as the user wants them, and whether the numbers bear them out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from stridenet.data.understand import words as known
from stridenet.data.understand.description import Column
from stridenet.data.understand.streams import Stream
from stridenet.data.understand.words import words
from stridenet.errors import short, unknown_name
from stridenet.signals.triads import triads
from stridenet.signals.units import canonical, doubts, factor

_OTHER_UNIT = 4.0
"""Times, by which the gravity of two recordings differs where they are in different units."""
_KINDS = {"acc": "acceleration", "gyro": "rotation", "mag": "magnetic field", "linear_acc": "linear acceleration"}
_ENOUGH = 1_000_000
"""Rows of a stream by which its unit is judged."""
_FEWEST = 20


def in_said_units(
    streams: Sequence[Stream], unit: Mapping[str, str], other: Sequence[str]
) -> tuple[list[Stream], list[str]]:
    """Streams whose channels are in the units that the user says, and what there is to tell.

    Where a file says another unit its values are converted, but where its numbers are those of the unit that is said:
    then the file is wrong. Where it says none, they are taken to be in it.

    Args:
        streams: of all files.
        unit: by channel, by column or by group of channels: ``{"acc": "m/s^2"}``.
        other: names that are no channels and may have a unit as well: those of clocks.

    Raises:
        UnknownNameError: a name that is no channel, or a unit that is not known.
        SettingError: units of different things.
    """
    done: list[Stream] = []
    notes: list[str] = []
    met: set[str] = set()
    for stream in streams:
        asked, by = said_of(stream.channels, unit)
        met |= by
        done.append(_in_units(stream, asked, notes) if asked else stream)
    if streams and (lost := [name for name in unit if name not in met and name not in other]):
        names = {name for one in streams for i, c in enumerate(one.channels) for name in _called(one.channels, i, c)}
        raise unknown_name("channel or group of --unit", lost[0], sorted(names | set(other)))
    return done, notes


def said_of(channels: Sequence[str], unit: Mapping[str, str]) -> tuple[dict[int, str], set[str]]:
    """The units that a user says of these channels, by place, and the names by which they were meant.

    >>> said_of(("acc_x", "pulse"), {"acc_x": "m/s²", "light": "lx"})
    ({0: 'm/s^2'}, {'acc_x'})
    """
    asked, met = dict[int, str](), set[str]()
    for i, channel in enumerate(channels):
        for name in unit:
            if name in _called(channels, i, channel):
                asked[i] = _plain(unit[name])
                met.add(name)
    return asked, met


def _called(channels: Sequence[str], place: int, channel: str) -> set[str]:
    """All names by which a channel is meant: its own, its column's, its sensor's."""
    names = {channel, channel.partition("_")[2] or channel}
    for triad in triads(channels):
        if place in triad.places:
            names |= {triad.name} if triad.name else set()
            names |= {name for name, kind in _KINDS.items() if kind == triad.kind}
    parts = words(channel)
    sensors = [known.SENSORS[part] or part for part in parts if part in known.SENSORS]
    return names | set(sensors[:1])


def _plain(unit: str) -> str:
    return canonical(unit) or unit


def _in_units(stream: Stream, asked: Mapping[int, str], notes: list[str]) -> Stream:
    units = [asked.get(i, unit) for i, unit in enumerate(stream.units)]
    other = {i: unit for i, unit in asked.items() if stream.units[i] and _plain(stream.units[i]) != unit}
    if not other:
        return replace(stream, units=tuple(units))
    by = {i: factor(stream.units[i], unit) for i, unit in other.items()}
    told = f"{short(stream.name, 100)}: {', '.join(stream.channels[i] for i in other)}"
    change = f"{stream.units[next(iter(other))]} to {next(iter(other.values()))}"
    if doubts(stream.data, stream.channels, stream.units) and not doubts(stream.data, stream.channels, units):
        notes.append(f"{told} was not converted from {change}, for the numbers are in the unit that you said")
        return replace(stream, units=tuple(units))
    data = stream.data.copy()
    for i in other:
        data[:, i] *= np.float32(by[i])
    notes.append(f"{told} was converted from {change}")
    return replace(stream, units=tuple(units), data=data)


def used_units(columns: Sequence[Column], streams: Sequence[Stream]) -> tuple[Column, ...]:
    """Columns with the units that their channels are used in."""
    used = dict(zip(streams[0].channels, streams[0].units, strict=True)) if streams else {}

    def unit(column: Column) -> str:
        name = column.channel or column.name
        return used.get(name) or next((u for c, u in used.items() if c.endswith(f"_{name}")), column.unit)

    return tuple(replace(c, unit=unit(c)) if c.role == "channel" else c for c in columns)


def unit_doubts(streams: Sequence[Stream]) -> list[str]:
    """Where the numbers do not bear out a unit, or the recordings seem to be in different ones.

    Args:
        streams: with the same channels.
    """
    if not streams:
        return []
    first = streams[0]
    step = max(1, sum(len(stream) for stream in streams) // 200_000)
    found = doubts(np.concatenate([stream.data[::step] for stream in streams]), first.channels, first.units)
    for triad in triads(first.channels):
        if triad.kind not in ("", "acceleration"):
            continue
        size = {}
        for stream in streams:
            some = stream.data[:: max(1, len(stream) // _ENOUGH), list(triad.places)]
            values = np.sqrt((some.astype(np.float64) ** 2).sum(axis=1))
            values = values[np.isfinite(values)]
            if len(values) >= _FEWEST:
                size[stream.name] = float(np.median(values))
        if size and max(size.values()) > _OTHER_UNIT * min(size.values()) > 0:
            low, high = min(size, key=lambda name: size[name]), max(size, key=lambda name: size[name])
            found.append(
                f"{triad.name or ', '.join(first.channels[i] for i in triad.places)} has a median magnitude of "
                f"{size[low]:.4g} in {short(low, 60)} and of {size[high]:.4g} in {short(high, 60)}, as if they were in "
                "different units; convert one of them in its file"
            )
    return found
