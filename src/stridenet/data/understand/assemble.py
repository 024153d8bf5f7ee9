"""Streams as recordings of one data set: one table of classes, one set of channels, every person under one name."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.understand import people as who
from stridenet.data.understand.columns import typed
from stridenet.data.understand.description import Taken, dangerous
from stridenet.data.understand.names import Names
from stridenet.data.understand.pieces import Cut
from stridenet.data.understand.streams import Stream
from stridenet.errors import DataError, plain, short, unknown_name
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.spec import ReadSpec

_SMALL = 0.05
_SHOWN = 8


def with_labels(
    streams: Sequence[Stream], names: Names, said: ReadSpec, *, by_table: bool, column: str
) -> tuple[list[Stream], Taken, list[str]]:
    """Streams with the label of each sample, where they come from, and what there is to tell.

    Raises:
        DataError: files whose label says something else than their name.
    """
    by_pattern = names.labels.grade == "certain"
    inside = [_labels_in(stream) for stream in streams]
    if not by_pattern and said.label is None:
        told = who.contradictions(
            [(stream.name, stream.file.activity, found) for stream, found in zip(streams, inside, strict=True)]
        )
        if told:
            raise dangerous(told[0], "only one of the two can be", _label_options(names, column))
    notes: list[str] = []
    done, n_named = [], 0
    for stream, found in zip(streams, inside, strict=True):
        activity = stream.file.activity
        if activity and (by_pattern or not found) and said.label is None:
            named = pl.repeat(activity, len(stream), dtype=pl.String, eager=True)
            done.append(replace(stream, labels=named))
            n_named += 1
        else:
            done.append(stream)
    labels = set().union(*(_labels_in(stream) for stream in done))
    notes += [*who.odd_numbers(labels), *who.minus_one(labels)]
    same = who.alike_labels(set().union(*(_labels_in(stream) for stream in done)))
    if same and said.merge_labels:
        done = [_renamed(stream, {name: key for key, names in same.items() for name in names}) for stream in done]
        notes.append(f"labels that differ by capitals and blanks only were taken for one: {_shown(same)}")
    elif same:
        notes.append(
            f"labels differ by capitals and blanks only and are classes of their own: {_shown(same)}; --merge-labels "
            "takes "
            "them for one"
        )
    if not any(_labels_in(stream) for stream in done):
        return done, Taken("nothing is labelled"), notes
    if n_named == len(done):
        return done, names.labels, notes
    if n_named:
        notes.append(f"{n_named} of {len(done)} recordings have their label from their name, for they hold none")
        return done, Taken("labels in the files, and names", "some files hold none", "likely"), notes
    return done, Taken("a table of intervals" if by_table else "the label's column"), notes


def _labels_in(stream: Stream) -> set[str]:
    return set() if stream.labels is None else set(stream.labels.unique().drop_nulls().to_list())


def _label_options(names: Names, column: str) -> list[str]:
    pattern = names.labels.pattern or "{activity}.csv"
    return [f"--label {typed(column)} for what is inside", f'--people-from "{pattern}" for the names']


def _renamed(stream: Stream, names: dict[str, str]) -> Stream:
    return stream if stream.labels is None else replace(stream, labels=stream.labels.replace(names))


def _shown(groups: dict[str, list[str]]) -> str:
    return "; ".join(", ".join(short(name, 30) for name in names) for names in list(groups.values())[:3])


def alike_channels(streams: Sequence[Stream], skipped: list[tuple[str, str]]) -> tuple[list[Stream], list[str]]:
    """Streams with the same channels in the same order; a few small ones that have others are passed over and named.

    Raises:
        DataError: streams that hold more than that, and differ.
    """
    spelled: dict[str, str] = {}
    for name in (name for stream in streams for name in stream.channels):
        spelled.setdefault(name.lower(), name)
    streams = [
        stream
        if len({name.lower() for name in stream.channels}) < len(stream.channels)
        else replace(stream, channels=tuple(spelled[name.lower()] for name in stream.channels))
        for stream in streams
    ]
    weight: Counter[frozenset[str]] = Counter()
    for stream in streams:
        weight[frozenset(stream.channels)] += len(stream)
    usual, _ = weight.most_common(1)[0]
    first = next(stream for stream in streams if frozenset(stream.channels) == usual)
    kept = []
    for stream in streams:
        if frozenset(stream.channels) == usual:
            kept.append(_reordered(stream, first))
        elif weight[frozenset(stream.channels)] < _SMALL * weight.total() and stream.labels is None:
            skipped.append((stream.name, f"it has other channels ({_few(stream.channels)})"))
        else:
            raise DataError(
                f"{stream.where} has the channels {_few(stream.channels, first.channels)}, but "
                f"{short(first.name, 200)} has {_few(first.channels, stream.channels)}; all must have the same: "
                f"{_in_common(stream.channels, first.channels)}, or move one of them away."
            )
    units = {name: {s.units[s.channels.index(name)] for s in kept} - {""} for name in first.channels}
    for name, different in units.items():
        if len(different) > 1:
            one, other = sorted(different)[:2]
            raise DataError(
                f"{first.where}: channel {short(name)} is in {one} in some files and in {other} in others; have it "
                "converted: "
                f"--unit {name}={one} or --unit {name}={other}."
            )
    filled = tuple(next(iter(units[name]), "") for name in first.channels)
    return [replace(stream, units=filled) for stream in kept], []


def named(streams: Sequence[Stream], said: ReadSpec, asked: Sequence[str], columns: set[str]) -> list[Stream]:
    """Streams with the channels that the user names, or without those that the user drops.

    Args:
        streams: joined.
        said: what the user says.
        asked: names that no column has.
        columns: all names of columns.

    Raises:
        UnknownNameError: no channel has that name either.
    """
    known = list(dict.fromkeys(name for stream in streams for name in stream.channels))
    for name in asked:
        if name not in known:
            error = unknown_name("column", name, {*known, *columns})
            raise type(error)(f"{streams[0].where}: {error}")
    done = []
    for stream in streams:
        wanted = [name for name in said.channels or stream.channels if name in stream.channels]
        places = [stream.channels.index(name) for name in wanted if name not in said.drop]
        done.append(
            replace(
                stream,
                channels=tuple(stream.channels[i] for i in places),
                units=tuple(stream.units[i] for i in places),
                data=stream.data[:, places],
            )
        )
    return [stream for stream in done if stream.channels]


def _reordered(stream: Stream, first: Stream) -> Stream:
    if stream.channels == first.channels:
        return stream
    order = [stream.channels.index(name) for name in first.channels]
    return replace(
        stream, channels=first.channels, units=tuple(stream.units[i] for i in order), data=stream.data[:, order]
    )


def _few(names: Sequence[str], beside: Sequence[str] = ()) -> str:
    """Names for a message; of many, those that the other list does not have."""
    own = [name for name in names if name not in beside]
    shown = list(names if len(names) <= _SHOWN else own or names)[:_SHOWN]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return ", ".join(plain(name, 40) for name in shown) + more


def _in_common(one: Sequence[str], other: Sequence[str]) -> str:
    """What to type so that two files have the same channels."""
    common = [name for name in other if name in one]
    apart = [name for name in dict.fromkeys([*one, *other]) if name not in common]
    if not common:
        return "read them apart"
    say, names = ("--drop", apart) if len(apart) < len(common) else ("--channels", common)
    return f"read what all have ({say} {typed(','.join(names))})"


def with_people(
    streams: Sequence[Stream], names: Names, source: str, said: ReadSpec
) -> tuple[list[Stream], Taken, list[str]]:
    """Streams each with its person, where the people come from, and what there is to tell."""
    given = [stream.person or stream.file.person for stream in streams]
    notes: list[str] = []
    if all(given):
        taken = names.people
        if all(stream.person for stream in streams):
            taken = Taken("the files themselves")
    elif not any(given):
        given, taken = _by_file(streams, source, names.labels.pattern)
    else:
        given = [name or PurePosixPath(stream.name).stem for name, stream in zip(given, streams, strict=True)]
        taken = Taken("the files themselves, and names of files", "some files name nobody", "likely")
    same = who.merged(given)
    several: dict[str, list[str]] = {}
    for name in sorted(set(given)):
        several.setdefault(same[name], []).append(name)
    several = {name: names for name, names in several.items() if len(names) > 1}
    if several and said.merge_people is not False:
        given = [same[name] for name in given]
        notes.append(f"taken for one person: {_shown(several)}; --no-merge-people keeps them apart")
    return [replace(stream, person=name) for stream, name in zip(streams, given, strict=True)], taken, notes


def _by_file(streams: Sequence[Stream], source: str, labels: str) -> tuple[list[str], Taken]:
    """Nobody is named: a recording stands for a person, but where its name is what was done."""
    files = list(dict.fromkeys(stream.name for stream in streams))
    if len(files) == 1 or all(stream.file.activity and not stream.file.session for stream in streams):
        name = PurePosixPath(source).stem or source
        return [name] * len(streams), Taken("nobody is named", "all is taken to be of one person", "likely")
    stems = {name: PurePosixPath(name).stem for name in files}
    if len(set(stems.values())) < len(files):
        stems = {name: PurePosixPath(name).with_suffix("").as_posix() for name in files}
    return [stems[stream.name] for stream in streams], Taken(
        "the files", "nobody is named, so each file stands for a person", "likely", _with_person(labels, files)
    )


def _with_person(labels: str, recordings: Sequence[str]) -> str:
    """The pattern of names by which each recording is a person, its activity kept."""
    pattern, n = re.subn(r"\{(?:trial|any)\}", "{person}", re.sub(r"\.\w+$", "", labels), count=1)
    if n and not re.search(r"\{(?:trial|any)\}", pattern):
        return f"{pattern}.csv"
    folders = not any(PurePosixPath(name).suffix for name in recordings)
    return "{person}/{sensor}.csv" if folders else "{person}.csv"


def recordings_of(cut: Cut) -> list[Recording]:
    """Recordings, each named after its file; the second one of a file is ``walk.csv#2``."""
    present = {label for piece in cut.pieces for label in _labels_in(piece.stream)}
    classes = who.in_order(present)
    code = {name: i for i, name in enumerate(classes)}
    codes: dict[int, npt.NDArray[np.int64]] = {}
    count: Counter[str] = Counter()
    recordings = []
    for piece in cut.pieces:
        stream = piece.stream
        if not len(piece.data):
            continue
        if id(stream) not in codes:
            codes[id(stream)] = (
                np.full(len(stream), UNLABELLED)
                if stream.labels is None
                else stream.labels.replace_strict(code, default=UNLABELLED, return_dtype=pl.Int64).to_numpy()
            )
        count[stream.name] += 1
        n = count[stream.name]
        recordings.append(
            Recording(
                name=stream.name if n == 1 else f"{stream.name}#{n}",
                group=stream.person or "",
                data=piece.data,
                channels=stream.channels,
                units=stream.units,
                rate_hz=piece.rate_hz,
                labels=codes[id(stream)][piece.labels],
                classes=classes,
                start_s=piece.start_s,
                clock_s=piece.clock_s,
                dated=stream.dated,
            )
        )
    return recordings


def test_people(streams: Sequence[Stream]) -> tuple[tuple[str, ...], list[str]]:
    """The people of folders named ``test``; nobody, where one is in both."""
    sides: dict[str, set[str]] = {}
    for stream in streams:
        sides.setdefault(stream.person or "", set()).add(stream.file.side)
    if not any("test" in side for side in sides.values()):
        return (), []
    if any(len(side) > 1 for side in sides.values()):
        return (), ["some people are in train and in test folders, so these folders were not taken for two sides"]
    testers = tuple(sorted(name for name, side in sides.items() if side == {"test"}))
    return (testers, []) if len(testers) < len(sides) else ((), [])


def active(recordings: Sequence[Recording]) -> dict[str, set[str]]:
    """The activities of each person."""
    found: dict[str, set[str]] = {}
    for recording in recordings:
        present = np.unique(recording.labels[recording.labels != UNLABELLED]).tolist()
        found.setdefault(recording.group, set()).update(recording.classes[c] for c in present)
    return found
