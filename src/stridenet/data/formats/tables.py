"""People's own recordings: CSV, TSV and Parquet tables, one row per sample.

The convention, which :func:`read_tables` follows and its errors repeat:

- The first line of a CSV or TSV file names the columns, in UTF-8, separated by commas, semicolons or tabs.
- Four kinds of columns, their names in capitals or not. *Person*: ``person``, ``group``, ``subject``, ``user``,
  ``participant`` or ``id``. *Label*: ``label``, ``activity``, ``class``, ``target`` or ``y`` (beside an ``x`` or a
  ``z``, ``y`` is an axis). *Time*: ``time``, ``timestamp``, ``datetime`` or ``t``, with a unit in the name
  (``time_ms``, ``timestamp_ns``, ``t [us]``) or in seconds, or as dates. *Channels*: every other column of numbers, in
  the order of the file, with the unit from its name (``acc_x [g]``).
- Columns of text only, and columns without a name (a written index), are no channels and are left out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.columns import CONVENTION, NUMBER, UNIT, labels, numbers, people, roles, seconds
from stridenet.data.formats.old_delimited import read_text
from stridenet.data.formats.parquet import SUFFIXES as PARQUET
from stridenet.data.formats.parquet import check_whole, read_parquet
from stridenet.data.paths import inside, kind, regular
from stridenet.errors import DataError, DataMissingError, SettingError, plain, short
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.system.notes import Note, silent

SUFFIXES = (".csv", ".tsv", *PARQUET)
_NAME, _MOST = 200, 8
GAP = 1.5  # times the usual step: at 2 a sample is missing
RATE_TOLERANCE = 0.02


def read_tables(path: Path, *, rate_hz: float | None = None, note: Note | None = None) -> list[Recording]:
    r"""Reads a CSV, TSV or Parquet file, or a folder of them with its sub-folders, into recordings.

    Each file, person and unbroken stretch of time becomes a recording of its own, named after the file; the second
    one of a file is ``"walk.csv#2"``. Without a person column the person is the sub-folder, or the file's name where
    there are no sub-folders. Without a label column, and in cells without a label, samples are unlabelled; so are those
    labelled NA, NaN, null, none, - or ?, the same words that mean a missing number. Classes are the labels of all
    files: numbers first, in the order of their value, then words by their letters. A step in time of more than 1.5
    times the usual (median) one is a gap. The rate is the samples per second outside gaps, over all files, to four
    digits: the median step itself is off where a clock counts whole milliseconds. Nothing is filled in or repaired.

    Args:
        path: a file, or a folder that is searched for ``.csv``, ``.tsv``, ``.parquet`` and ``.pq``.
        rate_hz: samples per second, for files without a time column.
        note: told of files that seem to be cut off, and of words that were taken for no label.

    Returns:
        Recordings in the order of the files' names (``9.csv`` before ``10.csv``), then of the rows; data is float32.

    Raises:
        DataMissingError: nothing at that path, or no table in the folder.
        DataError: a file that does not follow the convention, or that does not fit the others.
        SettingError: ``rate_hz`` is not above zero.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "walk.csv")
    ...     _ = file.write_text("time,acc_x [g],label\n0.00,0.1,walk\n0.02,0.2,walk\n0.50,0.3,sit\n")
    ...     [(r.name, r.group, r.rate_hz, r.units, r.n_samples) for r in read_tables(file)]
    [('walk.csv', 'walk', 50.0, ('g',), 2), ('walk.csv#2', 'walk', 50.0, ('g',), 1)]
    """
    if rate_hz is not None and not (np.isfinite(rate_hz) and rate_hz > 0):
        raise SettingError(f"rate_hz is {rate_hz}: it is the samples per second and must be above 0.")
    found = _find(path)
    check_whole([(file, _where(name)) for file, name in found if file.suffix.lower() in PARQUET])
    tables = [_read(file, name) for file, name in found]
    _tell(tables, note or silent)
    _check_alike(tables)
    starts = [_starts(table) for table in tables]
    rate = _rate(tables, starts, rate_hz)
    classes = _classes(tables)
    code = {name: i for i, name in enumerate(classes)}
    return [
        recording
        for table, first in zip(tables, starts, strict=True)
        for recording in _recordings(table, first, rate, classes, code)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """One file, checked: ``person`` and ``label`` hold text per row, ``time_s`` counts from the first row.

    ``no_label`` are the words of the label column that mean none; ``ended`` says whether the last row has a line end.
    """

    name: str
    lines: npt.NDArray[np.int64]
    data: npt.NDArray[np.float32]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    person: pl.Series
    label: pl.Series | None
    time: str
    time_s: npt.NDArray[np.float64] | None
    no_label: dict[str, int]
    ended: bool


def _find(path: Path) -> list[tuple[Path, str]]:
    """The files and their names, a folder's in the order in which people count."""
    found = kind(path)
    if found == "folder":
        tables = [each for each in inside(path) if each[1].suffix.lower() in SUFFIXES and not _is_hidden(each[0])]
        named = [(regular(file), name) for name, file, is_folder in tables if not is_folder]
        for name in (name for name, _, is_folder in tables if is_folder):
            if named and not any(other.startswith(f"{name}/") for _, other in named):
                raise DataError(
                    f"{plain(path / name)}: a folder, where a table is needed; rename it, or put its tables in it."
                )
        if not named:
            raise DataMissingError(
                f"folder {short(str(path), 200)} holds no {', '.join(SUFFIXES)} file; put tables there: {CONVENTION}."
            )
        return sorted(named, key=lambda f: [(len(d), d) if d.isdigit() else (0, d) for d in re.split(r"(\d+)", f[1])])
    if found == "nothing":
        raise DataMissingError(f"{short(str(path), 200)} does not exist; give a file or a folder that does.")
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{_where(path.name)} is not one of {', '.join(SUFFIXES)}; {CONVENTION}.")
    return [(path, path.name)]


def _is_hidden(name: str) -> bool:
    """Whether a file or a folder above it is hidden: what git-annex, notebooks and macOS keep beside the data."""
    return any(part.startswith(".") for part in name.split("/"))


def _read(file: Path, name: str) -> _Table:
    """One file as arrays."""
    where = _where(name)
    is_parquet = file.suffix.lower() in PARQUET
    try:
        frame, ended = (read_parquet(file, where), True) if is_parquet else read_text(file, where)
    except OSError as error:
        raise DataError(f"{where} cannot be read: {error.strerror or error}.") from error
    lines = np.arange(frame.height) + (1 if is_parquet else 2)
    if frame.width > 1 and all(column.null_count() for column in frame):  # empty lines
        filled = ~frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
        frame, lines = frame.filter(filled), lines[filled.to_numpy()]
    if not frame.height:
        raise DataError(f"{where} has column names but no rows; {CONVENTION}.")

    person, label, time = roles(frame.columns, where)
    units: dict[str, str] = {}
    columns: list[npt.NDArray[np.float32]] = []
    for column in frame.columns:
        if column in (person, label, time) or column == "" or column.startswith("Unnamed: "):
            continue
        values = numbers(frame[column], where, lines)
        if values is None:
            continue
        channel, unit = found.groups() if (found := UNIT.fullmatch(column)) else (column, "")
        if channel in units:
            raise DataError(f"{where}: two columns are named {short(channel)} before their unit; rename one of them.")
        units[channel] = unit
        columns.append(values.astype(np.float32))
    if not columns:
        raise DataError(f"{where} has no column of numbers besides person, label and time; {CONVENTION}.")
    labelled, no_label = labels(frame[label], where) if label else (None, {})
    default = name.split("/")[0] if "/" in name else file.stem
    return _Table(
        name=name,
        lines=lines,
        data=np.stack(columns, axis=1),
        channels=tuple(units),
        units=tuple(units.values()),
        person=people(frame[person], where, lines) if person else pl.repeat(default, frame.height, eager=True),
        label=labelled,
        time=time or "",
        time_s=seconds(frame[time], where, lines) if time else None,
        no_label=no_label,
        ended=ended,
    )


def _check_alike(tables: Sequence[_Table]) -> None:
    first = tables[0]
    for other in tables:
        for what in ("channels", "units"):
            if getattr(other, what) != getattr(first, what):
                here, there = _apart(getattr(other, what), getattr(first, what))
                raise DataError(
                    f"{_where(other.name)} has the {what} {here}, but {short(first.name, _NAME)} has {there}; all "
                    "files must have the same, in the same order."
                )


def _apart(one: Sequence[str], two: Sequence[str]) -> tuple[str, str]:
    """Two lists of names for a message; of long ones, only where they begin to differ."""
    same = next(
        (i for i, pair in enumerate(zip(one, two, strict=False)) if len(set(pair)) > 1), min(len(one), len(two))
    )
    cut = max(0, same - 2) if max(len(one), len(two)) > _MOST else 0

    def shown(names: Sequence[str]) -> str:
        part = [plain(name, 40) for name in names[cut : cut + _MOST]]
        rest = len(names) - cut - len(part)
        return ("..., " if cut else "") + (", ".join(part) or "none") + (f" and {rest} more" if rest > 0 else "")

    return shown(one), shown(two)


def _tell(tables: Sequence[_Table], note: Note) -> None:
    cut = [table.name for table in tables if not table.ended]
    if cut:
        several = f", and {len(cut) - 1} more do not either" if len(cut) > 1 else ""
        note(
            f"{_where(cut[0])} does not end with a line end{several}: if its copy was cut off, its last row is not "
            "whole."
        )
    words: Counter[str] = Counter()
    for table in tables:
        words.update(table.no_label)
    if words:
        said = ", ".join(f"{short(word)} ({n})" for word, n in sorted(words.items()))
        note(f"labels that say that there is none, so their samples are unlabelled: {said}.")


def _where(name: str) -> str:
    return f"file {short(name, _NAME)}"


def _starts(table: _Table) -> npt.NDArray[np.int64]:
    """The first row of each piece: where the person changes, and after a gap in time."""
    new = np.diff(table.person.rle_id().to_numpy().astype(np.int64)) != 0
    if table.time_s is not None and len(table.time_s) > 1:
        steps = np.diff(table.time_s)
        back = (steps <= 0) & ~new
        if back.any():
            row = int(back.argmax()) + 1
            raise DataError(
                f"{_where(table.name)}, column {short(table.time)}, line {table.lines[row]}: the time does not rise "
                f"(step {steps[row - 1]:g} s); sort the rows, remove the repeated ones, or use one file for each "
                "recording."
            )
        inside = steps[~new]
        new = new | (steps > GAP * np.median(inside if len(inside) else steps) * (1 + 1e-9))
    return np.concatenate([[0], np.flatnonzero(new) + 1])


def _rate(tables: Sequence[_Table], starts: Sequence[npt.NDArray[np.int64]], rate_hz: float | None) -> float:
    """The one rate of all files, from the time outside gaps or as given."""
    rates: list[tuple[float, str]] = [] if rate_hz is None else [(rate_hz, "rate_hz")]
    n_steps, total_s = 0, 0.0
    for table, first in zip(tables, starts, strict=True):
        if table.time_s is None:
            if rate_hz is None:
                raise DataError(
                    f"{_where(table.name)} has no time column; add one (time, in seconds) or give the samples per "
                    "second as rate_hz (--rate-hz 50)."
                )
            continue
        steps = np.delete(np.diff(table.time_s), first[1:] - 1)
        if not len(steps):
            continue
        n_steps, total_s = n_steps + len(steps), total_s + float(steps.sum())
        rates.append((float(len(steps) / steps.sum()), _where(table.name)))
        if abs(rates[-1][0] / rates[0][0] - 1) > RATE_TOLERANCE:
            raise DataError(
                f"{rates[-1][1]} has {rates[-1][0]:.4g} samples per second, but {rates[0][1]} says {rates[0][0]:.4g}; "
                "all files must have one rate, so resample them or read them apart."
            )
    if rate_hz is not None:
        return rate_hz
    if not rates:
        raise DataError(f"{_where(tables[0].name)}: no two rows follow each other, so there is no rate; add rows.")
    return float(f"{n_steps / total_s:.4g}")


def _classes(tables: Sequence[_Table]) -> tuple[str, ...]:
    """All labels: numbers in the order of their value, then words by their letters; a set alone has no order."""
    names = {str(n) for table in tables if table.label is not None for n in table.label.unique().drop_nulls()}
    return tuple(sorted(names, key=lambda n: (0, float(n), n) if NUMBER.fullmatch(n) else (1, 0.0, n)))


def _recordings(
    table: _Table, starts: npt.NDArray[np.int64], rate_hz: float, classes: tuple[str, ...], code: dict[str, int]
) -> list[Recording]:
    if table.label is None:
        labels = np.full(len(table.data), UNLABELLED)
    else:
        labels = table.label.replace_strict(code, default=UNLABELLED, return_dtype=pl.Int64).to_numpy()
    ends = [*starts[1:].tolist(), len(table.data)]
    return [
        Recording(
            name=table.name if i == 0 else f"{table.name}#{i + 1}",
            group=table.person[start],
            data=table.data[start:end],
            channels=table.channels,
            units=table.units,
            rate_hz=rate_hz,
            labels=labels[start:end],
            classes=classes,
        )
        for i, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True))
    ]
