"""Which streams are of one moment: several sensors of one recording are joined by time, never stacked."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from stridenet.data.understand.description import dangerous
from stridenet.data.understand.pattern import FileName
from stridenet.data.understand.streams import Stream
from stridenet.data.understand.words import words
from stridenet.errors import DataError, short
from stridenet.signals import grid
from stridenet.signals.clock import Clock, pieces
from stridenet.signals.grid import join

_MOTION = frozenset(
    [
        "acc",
        "gyro",
        "linear",
        "gravity",
        "total",
        "mag",
        "quat",
        "orientation",
        "attitude",
        "accelerometer",
        "gyroscope",
        "user",
        "x",
        "y",
        "z",
    ]
)
"""Words of the channels of sensors of motion."""
_SLOW = 4.0
"""Times slower than the fastest motion sensor, from which on a sensor is no signal beside it."""
_FEWEST = 3
_UNSHARED_S = 0.5
_UNSHARED = 0.02
"""Sensors do not begin and end together; more than so many seconds, or such a share of the longest, is told."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Streams after those of one moment became one.

    Args:
        streams: in the order of their files.
        notes: what was left out or joined, each a sentence without a stop.
        left_out: channels that were not joined, and why.
    """

    streams: list[Stream]
    notes: list[str]
    left_out: dict[str, str]


def moment_of(name: str, file: FileName, session: str, sensor: str, place: str) -> str:
    """What files of one moment share; a file that names neither a session nor a sensor nor a place is alone."""
    folder = PurePosixPath(name).parent.as_posix() if file.beside is None else file.beside
    if "/" in session:  # a person's and an activity's, whatever folder or archive it lies in
        return session
    if session:
        return f"{folder}|{session}"
    if sensor or place or file.sensor or file.place:
        return f"{folder}|{file.person}|{file.activity}|{_without_rate(file.session)}"
    return name


def joined(streams: Sequence[Stream], *, gap_s: float | None, even_hz: float | None, wanted: Sequence[str]) -> Joined:
    """One stream for each moment.

    Args:
        streams: of all files.
        gap_s: see :func:`stridenet.signals.clock.pieces`.
        even_hz: the rate onto which sensors are joined; by default that of the fastest motion sensor.
        wanted: channels that the user names: they are joined however slow they are.

    Raises:
        DataError: streams of one moment that cannot be told apart, or that share no time.
    """
    groups: dict[tuple[str, str | None, str], list[Stream]] = {}
    for stream in streams:
        groups.setdefault((stream.moment, stream.person, stream.session), []).append(stream)
    done = Joined([], [], {})
    for group in groups.values():
        kinds = [(stream.sensor, stream.place) for stream in group]
        if len(group) == 1 or len(set(kinds)) == 1:
            done.streams.extend(group)
        elif len(set(kinds)) == len(group):
            done.streams.extend(_one_moment(group, gap_s, even_hz, wanted, done))
        else:
            raise DataError(
                f"{group[0].where}: {len(group)} files of one moment, of which several are of the same sensor "
                f"({', '.join(short(s.name, 60) for s in group[:3])}); move the copies away, or name what tells them "
                'apart: --people-from "{person}_{sensor}_{trial}.csv".'
            )
    _check_overlap(done.streams)
    return done


def _one_moment(
    group: list[Stream], gap_s: float | None, even_hz: float | None, wanted: Sequence[str], done: Joined
) -> list[Stream]:
    """Sensors of one moment as one stream; each unbroken stretch that all share is a piece of it."""
    short_ones = [stream for stream in group if len(stream) < _FEWEST]
    for stream in short_ones:
        done.notes.append(f"{short(stream.name, 100)} holds {len(stream)} samples only and was left out")
    group = _named([stream for stream in group if len(stream) >= _FEWEST])
    if not group:
        return []
    if any(stream.seconds is None and stream.rate_hz is None for stream in group):
        raise DataError(
            f"{group[0].where}: it is one of several sensors of one moment, and without times they cannot be joined; "
            "name the column of the time (--time NAME), or read each sensor's files by themselves."
        )
    group = [stream if stream.seconds is not None else _timed(stream) for stream in group]
    clocks = [pieces(_of(stream), gap_s=gap_s, rate_hz=stream.rate_hz) for stream in group]
    motion = [i for i, stream in enumerate(group) if any(set(words(name)) & _MOTION for name in stream.channels)]
    main = max(motion or range(len(group)), key=lambda i: _rate(clocks[i]))
    rate = even_hz or float(f"{_rate(clocks[main]):.4g}")
    kept = []
    for i, stream in enumerate(group):
        slow = i not in motion and _rate(clocks[i]) * _SLOW < _rate(clocks[main])
        if slow and not set(stream.channels) & set(wanted):
            why = f"{_rate(clocks[i]):.3g} Hz beside {_rate(clocks[main]):.3g} Hz: too slow to be joined unless named"
            done.left_out.update(dict.fromkeys(stream.channels, why))
        else:
            kept.append(i)
    if len(kept) == 1:
        return [group[kept[0]]]
    rates = ", ".join(f"{short(group[i].name, 60)} {_rate(clocks[i]):.4g} Hz" for i in kept)
    done.notes.append(f"joined by time at {rate:g} Hz: {rates}")
    whole = _on_one_grid([group[i] for i in kept], [clocks[i] for i in kept], rate)
    done.notes.extend(_unshared(group, clocks, kept, sum(len(stream) for stream in whole) / rate))
    return whole


def _unshared(group: Sequence[Stream], clocks: Sequence[Clock], kept: Sequence[int], shared_s: float) -> list[str]:
    """What the longest sensor measured while another did not."""
    lasted = {i: len(group[i]) / _rate(clocks[i]) for i in kept if _rate(clocks[i])}
    longest = max(lasted, key=lambda i: lasted[i])
    lost = lasted[longest] - shared_s
    if lost <= min(_UNSHARED_S, _UNSHARED * lasted[longest]):
        return []
    name = short(group[longest].name, 60)
    return [
        f"{lost:.3g} of the {lasted[longest]:.4g} s of {name} are left out: not all sensors of its moment have them"
    ]


def _on_one_grid(group: list[Stream], clocks: list[Clock], rate: float) -> list[Stream]:
    if len({stream.dated for stream in group}) > 1:
        raise DataError(
            f"{group[0].where}: some sensors of this moment tell the date and others do not, so they cannot be joined; "
            "read each sensor's files by themselves."
        )
    zero = min(stream.start_s for stream in group)
    times = [(_of(stream) + (stream.start_s - zero))[clock.order] for stream, clock in zip(group, clocks, strict=True)]
    shared = join(
        [
            grid.Stream(stream.name, t, stream.data[clock.order], clock.starts)
            for stream, t, clock in zip(group, times, clocks, strict=True)
        ],
        rate,
    )
    t = np.concatenate([start + np.arange(len(data)) / rate for start, data in shared])
    labelled = next((stream for stream in group if stream.labels is not None), None)
    labels = None
    if labelled is not None and labelled.labels is not None:
        labels = labelled.labels.gather(_nearest(_of(labelled) + (labelled.start_s - zero), t))
    return [
        replace(
            group[0],
            name=_common_name(group),
            sensor="",
            place="",
            channels=tuple(name for stream in group for name in stream.channels),
            units=tuple(unit for stream in group for unit in stream.units),
            data=np.concatenate([data for _, data in shared]).astype(np.float32),
            seconds=t - t[0],
            start_s=zero + float(t[0]),
            rate_hz=rate,
            labels=labels,
            breaks=tuple(np.cumsum([len(data) for _, data in shared])[:-1].tolist()),
            lines=np.zeros(0, np.int64),
            on_grid=True,
        )
    ]


def _nearest(times: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    order = np.argsort(times, kind="stable")
    rising = times[order]
    right = np.clip(np.searchsorted(rising, at), 1, len(rising) - 1) if len(rising) > 1 else np.zeros(len(at), np.int64)
    left = np.maximum(right - 1, 0)
    nearer = np.where(at - rising[left] <= rising[right] - at, left, right)
    found: npt.NDArray[np.int64] = order[nearer]
    return found


def _timed(stream: Stream) -> Stream:
    return replace(stream, seconds=np.arange(len(stream)) / (stream.rate_hz or 1.0))


def _of(stream: Stream) -> npt.NDArray[np.float64]:
    if stream.seconds is None:
        raise TypeError("a stream without times cannot be joined.")
    return stream.seconds


def _rate(clock: Clock) -> float:
    return clock.rate_hz if np.isfinite(clock.rate_hz) else 0.0


def _named(group: list[Stream]) -> list[Stream]:
    """Channels that say their place where there are several, and their sensor where two would have one name."""
    places = len({stream.place for stream in group}) > 1
    named = [
        replace(stream, channels=tuple(f"{stream.place}_{name}" for name in stream.channels))
        if places and stream.place
        else stream
        for stream in group
    ]
    count = Counter(name for stream in named for name in stream.channels)
    return [
        replace(
            stream,
            channels=tuple(
                f"{stream.sensor.replace(' ', '_')}_{name}" if count[name] > 1 and stream.sensor else name
                for name in stream.channels
            ),
        )
        for stream in named
    ]


def _common_name(group: Sequence[Stream]) -> str:
    folder = PurePosixPath(group[0].name).parent.as_posix()
    if folder != ".":
        return folder
    names = [PurePosixPath(stream.name).stem for stream in group]
    first = names[0]
    shared = next((i for i in range(len(first), 0, -1) if all(n.startswith(first[:i]) for n in names)), 0)
    return first[:shared].rstrip("_- .") or "recording"


def _without_rate(session: str) -> str:
    """A recording's number without what differs from sensor to sensor."""
    return re.sub(r"(?:/?\d+)+hz", "", session, flags=re.IGNORECASE)


def _check_overlap(streams: Sequence[Stream]) -> None:
    """Refuses the same time twice in one folder under one name: another sensor, or a copy, but no other recording."""
    by_place: dict[tuple[str, str | None, str, str], list[Stream]] = {}
    for stream in streams:
        if stream.dated and stream.seconds is not None and len(stream) > 1:
            folder = PurePosixPath(stream.name).parent.as_posix()
            by_place.setdefault((folder, stream.person or stream.file.person, stream.session, stream.place), []).append(
                stream
            )
    for group in by_place.values():
        group.sort(key=lambda stream: stream.start_s)
        for one, other in pairwise(group):
            if one.name == other.name:
                continue
            end = one.start_s + float(_of(one).max())
            shared = min(end, other.start_s + float(_of(other).max())) - other.start_s
            if shared > 0.5 * float(_of(other).max() - _of(other).min()) > 0:
                raise dangerous(
                    one.where,
                    f"it and {short(other.name, 100)} cover the same time under one name, so they are two sensors, two "
                    "people or a copy",
                    ['--people-from "{sensor}.csv"', '--people-from "{person}.csv"', "move one of them away"],
                )
