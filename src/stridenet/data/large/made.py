"""Recordings of pieces that lie on the disk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.data.large.stretches import Disk, blocks
from stridenet.data.large.tables import NotInPartsError
from stridenet.data.understand import people as who
from stridenet.data.understand.finish import finished
from stridenet.data.understand.pieces import Cut
from stridenet.data.understand.streams import Stream
from stridenet.data.understand.units import in_said_units
from stridenet.errors import short
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.units import factor
from stridenet.spec import ReadSpec

_AT_ONCE = 1 << 22
"""Samples of a recording that can be filtered, or of which channels can be derived."""
_SOME = 1 << 21
"""Rows of all streams by which units are judged."""


def thinned(streams: Sequence[Stream]) -> list[Stream]:
    """The streams with some of their rows, in memory; with all where there are few."""
    step = max(1, sum(map(len, streams)) // _SOME)

    def some(data: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.concatenate([data[a + -a % step : b : step].copy() for a, b in blocks(len(data), data)])

    return [replace(stream, data=some(stream.data)) for stream in streams]


def converted(
    streams: Sequence[Stream], few: Sequence[Stream], unit: Mapping[str, str], other: Sequence[str], disk: Disk
) -> tuple[list[Stream], list[Stream], list[str]]:
    """Streams in the units that the user says; see :func:`stridenet.data.understand.units.in_said_units`.

    Args:
        streams: whose data are mapped.
        few: the same with some rows.
        unit: by channel.
        other: names that are no channels.
        disk: for what is made.

    Returns:
        Both, and what there is to tell.
    """
    told, notes = in_said_units(few, unit, other)
    done = []
    for stream, before, after in zip(streams, few, told, strict=True):
        data: npt.NDArray[np.float32] = stream.data
        if after.data is not before.data:
            by = np.array(
                [factor(a, b) if a and a != b else 1.0 for a, b in zip(before.units, after.units, strict=True)],
                np.float32,
            )
            data = disk.array((data[a:b] * by for a, b in blocks(len(data), data)), data.shape[1:], np.float32)
        done.append(replace(stream, units=after.units, data=data))
    return done, told, notes


def made(
    cut: Cut, labels: Mapping[int, Mapping[int, str | None]], said: ReadSpec, disk: Disk
) -> tuple[list[Recording], dict[str, set[str]], list[str]]:
    """Recordings, each named after its file; the activities of each person; and what there is to tell.

    Args:
        cut: pieces that have the code of each sample's label.
        labels: by the identity of a stream: the label of each of its codes.
        said: what the user says.
        disk: for what is made.
    """
    present = {text for piece in cut.pieces for text in labels[id(piece.stream)].values() if text is not None}
    classes = who.in_order(present)
    number = {name: i for i, name in enumerate(classes)}
    count: Counter[str] = Counter()
    active: dict[str, set[str]] = {}
    recordings: list[Recording] = []
    notes: list[str] = []
    for piece in cut.pieces:
        stream = piece.stream
        of = labels[id(stream)]
        table = np.full(max(of, default=0) + 2, UNLABELLED, np.int64)  # the last is for -1, that of none
        for code, text in of.items():
            table[code] = UNLABELLED if text is None else number[text]
        codes = piece.labels
        numbers = disk.array((table[codes[a:b]] for a, b in blocks(len(codes), codes)), (), np.int64)
        found = {int(one) for a, b in blocks(len(numbers), numbers) for one in np.unique(numbers[a:b])} - {UNLABELLED}
        active.setdefault(stream.person or "", set()).update(classes[i] for i in found)
        count[stream.name] += 1
        n = count[stream.name]
        one = Recording(
            name=stream.name if n == 1 else f"{stream.name}#{n}",
            group=stream.person or "",
            data=piece.data,
            channels=stream.channels,
            units=stream.units,
            rate_hz=piece.rate_hz,
            labels=numbers,
            classes=classes,
            start_s=piece.start_s,
            clock_s=piece.clock_s,
            dated=stream.dated,
        )
        if said.filter != "none" or said.derive:
            recordings += _finished(one, said, disk, notes)
        else:
            recordings.append(one)
    return recordings, active, list(dict.fromkeys(notes))


def _finished(one: Recording, said: ReadSpec, disk: Disk, notes: list[str]) -> list[Recording]:
    if one.n_samples > _AT_ONCE:
        raise NotInPartsError(
            f"recording {short(one.name, 200)} has {one.n_samples:,} samples, too many to be filtered, or to derive "
            "channels of, at once; cut it into shorter files, or leave --filter and --derive out."
        )
    done, told = finished([one], said)
    notes += told

    def kept(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return disk.array(iter([array]), array.shape[1:], array.dtype)

    return [replace(recording, data=kept(recording.data), labels=kept(recording.labels)) for recording in done]
