"""Streams on the disk: each part's rows are written behind those of their person and session."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.large.tables import NotInPartsError
from stridenet.data.sheet import Sheet
from stridenet.data.understand.columns import Roles, as_text
from stridenet.data.understand.pattern import FileName
from stridenet.data.understand.streams import Stream, as_written, check_people, data_of, no_words, stamps_of
from stridenet.errors import short
from stridenet.signals.recording import UNLABELLED

_MOST_STREAMS = 5000
_MOST_LABELS = 5000
_TYPES = {"data": np.float32, "seconds": np.float64, "labels": np.int32, "lines": np.int64}


@dataclass(eq=False)
class Spilt:
    """One stream on the disk.

    Args:
        stream: what is known of it; its arrays are empty until it is opened.
        place: where its arrays lie, without their ending.
        first_s: the first row's time since the file's first.
        n: rows.
        present: the codes of the labels it holds.
        breaks: rows with which another recording begins.
    """

    stream: dict[str, object]
    place: Path
    first_s: float = 0.0
    n: int = 0
    present: set[int] = field(default_factory=set)
    breaks: list[int] = field(default_factory=list)

    def write(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        """Adds rows."""
        for name, array in arrays.items():
            with self.place.with_suffix(f".{name}").open("ab") as file:
                file.write(np.ascontiguousarray(array, _TYPES[name]).data)
        self.n += len(arrays["data"])

    @property
    def codes(self) -> npt.NDArray[np.int32] | None:
        """The label of each row as a code, mapped; None where the file has none."""
        return self.array("labels", (self.n,)) if self.place.with_suffix(".labels").exists() else None

    def array(self, name: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        """One of its arrays, mapped."""
        return np.memmap(self.place.with_suffix(f".{name}"), _TYPES[name], "r", shape=shape).view(np.ndarray)


@dataclass(eq=False)
class Spill:
    """The streams of a source, while they are written and afterwards.

    Args:
        folder: for their arrays.
        labels: the names of labels by their code.
    """

    folder: Path
    labels: dict[str, int] = field(default_factory=dict)
    streams: dict[tuple[int, str | None, str], Spilt] = field(default_factory=dict)

    def add(self, number: int, part: Sheet, begin: pl.DataFrame, roles: Roles, file: FileName, moment: str) -> None:
        """One part's rows.

        Args:
            number: of the file.
            part: the rows.
            begin: the file's first row, from which times count.
            roles: of the columns; the time's unit is among what is said.
            file: what its name says.
            moment: see :func:`stridenet.data.understand.moments.moment_of`.

        Raises:
            DataError: a cell that cannot be used.
            NotInPartsError: more people and sessions, or labels, than files can be held.
        """
        frame = part.frame
        channels = [roles.found[name] for name in roles.channels]
        seconds, start_s, dated = _times(part, begin, roles)
        label = roles.one("label")
        said = no_words(as_text(frame[label])) if label else None
        if said is None and part.label is not None:
            said = pl.repeat(part.label, frame.height, dtype=pl.String, eager=True)
        codes = None if said is None else self._coded(said, part)
        data = data_of(frame, channels)
        for (person, session), index in _keys(part, roles):
            key = (number, person, session)
            if key not in self.streams:
                self.streams[key] = Spilt(
                    {
                        "name": part.name,
                        "file": file,
                        "sensor": part.sensor or file.sensor,
                        "place": part.place or file.place,
                        "moment": moment,
                        "channels": tuple(column.channel or column.name for column in channels),
                        "units": tuple(roles.unit(column.name, part) for column in channels),
                        "rate_hz": part.rate_hz,
                        "person": person,
                        "session": session,
                        "dated": dated,
                        "start_s": start_s + (0.0 if seconds is None else float(seconds[index][0])),
                    },
                    self.folder / f"{len(self.streams)}",
                    0.0 if seconds is None else float(seconds[index][0]),
                )
                if len(self.streams) > _MOST_STREAMS:
                    raise NotInPartsError(
                        f"file {short(part.name, 200)} holds more than {_MOST_STREAMS} people and recordings; cut it "
                        "into a file for each person."
                    )
            one = self.streams[key]
            one.breaks += [one.n + int(k) for k in _places(part.breaks, index) if one.n + int(k)]
            arrays: dict[str, npt.NDArray[np.generic]] = {"data": data[index]}
            if seconds is not None:
                arrays["seconds"] = seconds[index] - one.first_s
            if codes is not None:
                arrays["labels"] = codes[index]
                one.present |= set(np.unique(codes[index]).tolist())
            if len(part.lines):
                arrays["lines"] = part.lines[index]
            one.write(arrays)

    def open(self) -> list[tuple[Stream, Spilt]]:
        """The streams, their arrays mapped; their labels are codes, see :attr:`Spilt.present`."""
        opened = []
        for one in self.streams.values():
            n, width = one.n, len(one.stream["channels"])  # type: ignore[arg-type]  # a tuple
            has = {name: one.place.with_suffix(f".{name}").exists() for name in _TYPES}
            more: dict[str, object] = {"data": one.array("data", (n, width)), "breaks": tuple(one.breaks)}
            more["seconds"] = one.array("seconds", (n,)) if has["seconds"] else None
            if has["lines"]:
                more["lines"] = one.array("lines", (n,))
            opened.append((Stream(**one.stream | more), one))  # type: ignore[arg-type]
        return opened

    def remove(self) -> None:
        """Takes what was written away."""
        shutil.rmtree(self.folder)

    def _coded(self, text: pl.Series, part: Sheet) -> npt.NDArray[np.int32]:
        names = text.unique(maintain_order=True).drop_nulls().to_list()
        for name in names:
            self.labels.setdefault(name, len(self.labels))
        if len(self.labels) > _MOST_LABELS:
            raise NotInPartsError(
                f"file {short(part.name, 200)} holds more than {_MOST_LABELS} different labels; name the column of the "
                "activity: --label NAME."
            )
        return text.replace_strict(self.labels, default=UNLABELLED, return_dtype=pl.Int32).to_numpy()


def _times(part: Sheet, begin: pl.DataFrame, roles: Roles) -> tuple[npt.NDArray[np.float64] | None, float, bool]:
    """Seconds since the file's first row, that row's time, and whether its date is known."""
    name = roles.one("time")
    if name is None:
        return None, part.start_s or 0.0, part.start_s is not None
    first, rest = begin[name], part.frame[name]
    if first.dtype != rest.dtype:
        both = pl.Float64 if first.dtype.is_numeric() and rest.dtype.is_numeric() else pl.String
        first, rest = first.cast(both), rest.cast(both)
    lines = np.concatenate([[1], part.lines]) if len(part.lines) else part.lines
    whole = Sheet(name=part.name, frame=pl.DataFrame({name: pl.concat([first, rest])}), lines=lines)
    stamps = stamps_of(whole, roles)
    if stamps is None:
        return None, part.start_s or 0.0, part.start_s is not None
    if rest.dtype == pl.String and not stamps.dated:
        raise NotInPartsError(
            f"file {short(part.name, 200)}, column {short(name)} tells the time of day without a date; cut the "
            "file into one for each person, or name another column of the time: --time NAME."
        )
    return stamps.seconds[1:], stamps.start_s, stamps.dated


def _keys(part: Sheet, roles: Roles) -> list[tuple[tuple[str | None, str], npt.NDArray[np.int64] | slice]]:
    """Person and session of the part's streams, in the order in which they come, each with its rows."""
    person = roles.one("person")
    keys = [name for name in [person, *roles.all("session")] if name]
    if not keys:
        return [((part.person, ""), slice(None))]
    texts = [as_written(part.frame[name]) if name == person else as_text(part.frame[name]) for name in keys]
    if person:
        check_people(part, person, texts[0])
    key = pl.select(pl.concat_str([text.fill_null("") for text in texts], separator="\x1f")).to_series()
    codes = key.to_frame("key").select(pl.col("key").rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    order = np.argsort(codes, kind="stable")
    groups = [rows for rows in np.split(order, np.cumsum(np.bincount(codes))[:-1]) if len(rows)]
    found: list[tuple[tuple[str | None, str], npt.NDArray[np.int64] | slice]] = []
    for rows in sorted(groups, key=lambda rows: int(rows[0])):
        at = int(rows[0])
        session = "/".join(str(text[at]) for text, name in zip(texts, keys, strict=True) if name != person)
        found.append(((texts[0][at] if person else part.person, session), rows))
    return found


def _places(breaks: Sequence[int], index: npt.NDArray[np.int64] | slice) -> list[int]:
    if isinstance(index, slice):
        return list(breaks)
    return [int(np.searchsorted(index, b)) for b in breaks if b <= index[-1]]
