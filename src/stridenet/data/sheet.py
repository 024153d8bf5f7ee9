"""The nouns between a file and its meaning: a sheet is a table as its file has it, cases are windows that came cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import polars as pl

Role = Literal["time", "person", "label", "session", "channel", "left out"]
Kind = Literal["samples", "annotations", "nothing"]


@dataclass(frozen=True, slots=True)
class Known:
    """What a known format says of one of its columns.

    Args:
        role: what the column is.
        why: for people to read: ``"Sensor Logger's second clock"``.
        channel: what the channel is to be called, where the column's name does not say it.
    """

    role: Role
    why: str
    channel: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sheet:
    """One table as its file has it: nothing is guessed yet, and nothing is lost without a note.

    Args:
        name: path within the source, folders apart by ``/``.
        frame: a row a sample; columns are Int64, Float64 (null where a cell is empty or says that it is), String,
            Boolean, or Datetime, all in the order of the file. Names are as written, without their unit.
        form: the format's name, for people: ``"table"``, ``"Sensor Logger"``.
        kind: ``"annotations"`` for intervals and their labels (columns ``start`` and ``label``, perhaps ``end``,
            ``file``, ``person``), ``"nothing"`` for what holds no samples (``why`` says so).
        why: why it holds no samples.
        head: the lines above the names.
        lines: shape (row,), the line of each row in the file, from 1; empty where rows are not lines.
        units: the unit of each column whose unit the file says, as written.
        known: what the format says of columns, by name.
        sensor: what the whole file measures, where it is one sensor's: ``"accelerometer"``.
        place: where it was worn or which device it was, where several are in one source.
        session: files of equal session are of one moment and are joined by time; empty where nothing says so.
        rate_hz: samples per second, as the head says.
        start_s: seconds since 1970 of the first row, as the head says.
        label: of all rows, where the format says it.
        person: of all rows, where the format says it.
        side: ``"train"`` or ``"test"``, where the data's authors say so.
        breaks: rows with which a new recording begins, besides the first.
        notes: what was lost, repaired or odd, each a sentence without a stop.
    """

    name: str
    frame: "pl.DataFrame"
    form: str = "table"
    kind: Kind = "samples"
    why: str = ""
    head: tuple[str, ...] = ()
    lines: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    units: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    sensor: str = ""
    place: str = ""
    session: str = ""
    rate_hz: float | None = None
    start_s: float | None = None
    label: str | None = None
    person: str | None = None
    side: Literal["", "train", "test"] = ""
    breaks: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cases:
    """Windows that came cut: a series each, with one label.

    Args:
        name: path within the source.
        series: one array of (time, channel) each; they may differ in length.
        labels: one per series; None where there is none.
        groups: the person of each; empty where nobody is named.
        side: ``"train"`` or ``"test"`` of each; empty where the authors name no sides.
        channels: the channels' names.
        units: their units, empty where not known.
        rate_hz: samples per second; None where nothing says so.
        form: the format's name, for people.
        notes: what was lost, repaired or odd.
    """

    name: str
    series: Sequence[npt.NDArray[np.floating]]
    labels: Sequence[str | None]
    groups: Sequence[str] = ()
    side: Sequence[str] = ()
    channels: tuple[str, ...]
    units: tuple[str, ...] = ()
    rate_hz: float | None = None
    form: str
    notes: tuple[str, ...] = ()


def line_of(lines: npt.NDArray[np.int64], row: int) -> str:
    """Where a row is found, for messages: its line in the file, or where rows are no lines its number.

    >>> line_of(np.array([3, 4]), 1), line_of(np.array([], int), 1)
    ('line 4', 'row 2')
    """
    return f"line {lines[row]}" if len(lines) else f"row {row + 1}"
