"""Labels that a second file gives: which recording, from when to when."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.sheet import Sheet, line_of
from stridenet.data.understand import words as known
from stridenet.data.understand.columns import as_text, is_person
from stridenet.data.understand.stamps import read_stamps
from stridenet.data.understand.streams import Stream, no_words
from stridenet.data.understand.words import words
from stridenet.errors import DataError, short

_START = frozenset(["start", "begin", "onset", "from", "first", "von", "beginn", "anfang", "inicio", "desde", "debut"])
_END = frozenset(["end", "stop", "offset", "to", "until", "last", "bis", "ende", "fin", "hasta"])
_DURATION = frozenset(["duration", "dauer", "duracion", "duree", "durata"])
_FILE = frozenset(
    ["file", "filename", "recording", "record", "name", "path", "datei", "aufnahme", "archivo", "fichier"]
)
_PIECE = re.compile(r"#\d+$")
"""What follows the name of a recording in that of its second piece, as predictions name it."""
_DATED = 1e8
"""Seconds, above which a number is one since 1970."""
_OTHER_UNIT = 20.0
"""Times the end of what is labelled, at which a table must be in another unit: 60 and 1,000 are usual ones."""
_EDGE_S = 0.05
"""Seconds that two intervals may share where one ends and the next begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """What a table of labels says.

    Args:
        name: of the file.
        file: shape (interval,), the recording that is meant; None where all of the folder are.
        start: shape (interval,), seconds, or samples from 0 or 1.
        end: shape (interval,), the same; NaN where each lasts until the next.
        label: shape (interval,), text or null.
        in_samples: whether start and end count samples.
        person: shape (interval,), who it is; None where the table does not say.
        notes: what is told of how the table was read.
    """

    name: str
    file: list[str] | None
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    label: pl.Series
    in_samples: bool
    person: list[str] | None = None
    notes: tuple[str, ...] = ()


def is_annotations(sheet: Sheet) -> bool:
    """Whether a sheet holds intervals and labels, by what its columns are called."""
    if sheet.kind != "samples":
        return sheet.kind == "annotations"
    if _label_of(sheet) is None:
        return False
    ends = _column(sheet, _END) is not None or _column(sheet, _DURATION) is not None
    return (_column(sheet, _START) is not None and ends) or _names_files(sheet)


def _names_files(sheet: Sheet) -> bool:
    """Whether a sheet names a file in each row and what it is of, without times: all of the file is meant."""
    file = _column(sheet, _FILE)
    if file is None or file == _label_of(sheet) or any(dtype.is_float() for dtype in sheet.frame.dtypes):
        return False
    return sheet.frame[file].dtype == pl.String and sheet.frame[file].n_unique() == sheet.frame.height


def tells_of_files(sheet: Sheet, names: Collection[str]) -> bool:
    """Whether a sheet has a label for each file, once: ``filename,activity,subject``.

    Args:
        sheet: which may be one.
        names: of all files that hold samples.
    """
    file, label = _column(sheet, _FILE), _label_of(sheet)
    if sheet.kind != "samples" or file is None or label in (None, file):
        return False
    told = as_text(sheet.frame[file]).drop_nulls().to_list()
    paths = [PurePosixPath(name) for name in names if name != sheet.name]
    known = {part for path in paths for part in (path.as_posix(), path.stem, *path.parts)}
    found = sum(one in known or PurePosixPath(one).name in known for one in told)
    return len(set(told)) == sheet.frame.height and 2 * found > len(told)


def of_files(sheet: Sheet) -> Intervals:
    """A table of one label for each file, as intervals that hold throughout."""
    file, label = _column(sheet, _FILE), _label_of(sheet)
    people = [name for name in sheet.frame.columns if set(words(name)) & known.PERSON and name not in (file, label)]
    n = sheet.frame.height
    return Intervals(
        sheet.name,
        as_text(sheet.frame[file or ""]).fill_null("").to_list(),
        np.full(n, -np.inf),
        np.full(n, np.inf),
        no_words(as_text(sheet.frame[label or ""])),
        False,
        as_text(sheet.frame[people[0]]).fill_null("").to_list() if people else None,
        sheet.notes,
    )


def intervals_of(sheet: Sheet) -> Intervals:
    """The intervals of a table of labels.

    Raises:
        DataError: a start that is no time.
    """
    start, end, label, file = (_column(sheet, _START), _column(sheet, _END), _label_of(sheet), _column(sheet, _FILE))
    if label is not None and file is not None and start is None and _names_files(sheet):
        everything = np.full(sheet.frame.height, np.inf)
        return Intervals(
            sheet.name,
            as_text(sheet.frame[file]).fill_null("").to_list(),
            -everything,
            everything,
            no_words(as_text(sheet.frame[label])),
            False,
            _people(sheet),
            sheet.notes,
        )
    if start is None or label is None:
        raise DataError(
            f"file {short(sheet.name, 200)}: a table of labels needs the columns start and label (and end, file), "
            "found "
            f"{', '.join(sheet.frame.columns[:8])}; rename them, or move the file away."
        )
    if file == label:
        file = None
    texts = no_words(as_text(sheet.frame[label]))
    begin = _times(sheet, start)
    lasts = None if end else _column(sheet, _DURATION)
    ends = _times(sheet, end) if end else begin + _times(sheet, lasts) if lasts else np.full(len(begin), np.nan)
    _refuse_backwards(sheet, begin, ends)
    return Intervals(
        sheet.name,
        as_text(sheet.frame[file]).fill_null("").to_list() if file else None,
        begin,
        ends,
        texts,
        any(part in ("sample", "samples", "row", "index", "frame") for part in words(start)),
        _people(sheet),
        sheet.notes,
    )


def _refuse_backwards(sheet: Sheet, begin: npt.NDArray[np.float64], ends: npt.NDArray[np.float64]) -> None:
    wrong = ends < begin
    if wrong.any():
        row = int(wrong.argmax())
        line = line_of(sheet.lines, row)
        raise DataError(
            f"file {short(sheet.name, 200)}: {int(wrong.sum())} of its {len(wrong)} intervals end before they begin "
            f"(first in {line}); correct them, or take them out."
        )


def _people(sheet: Sheet) -> list[str] | None:
    name = next((name for name in sheet.frame.columns if is_person(name) and name.lower() != "name"), None)
    return as_text(sheet.frame[name]).fill_null("").to_list() if name else None


def labelled(streams: Sequence[Stream], tables: Sequence[Intervals]) -> tuple[list[Stream], list[str]]:
    """Streams with the labels that tables give them, and what there is to tell.

    Raises:
        DataError: a table names a recording that is not there, or no interval meets any sample.
    """
    notes: list[str] = []
    done = list(streams)
    called = {name for stream in streams for name in _called(stream)}
    for table in (_whole(one, called) for one in tables):
        name = short(table.name, 100)
        notes += [note if name in note else f"{name}: {note}" for note in table.notes]
        hit, met, meant = 0, np.zeros(len(table.start), bool), list[Stream]()
        for i, stream in enumerate(done):
            rows = _meant(table, stream)
            if len(rows):
                labels, n, which = _given(table, rows, stream)
                met[which] = True
                hit += n
                if n:
                    meant.append(stream)
                    done[i] = replace(stream, labels=labels, person=stream.person or _one_person(table, rows))
        if len(table.start) and not hit:
            raise DataError(
                f"file {short(table.name, 200)}: none of its {len(table.start)} intervals meets a sample of a "
                "recording beside "
                "it; write start and end in seconds of the recording's own clock and name the recording in a column "
                "file, "
                "or move the table away."
            )
        if hit:
            _refuse_other_unit(table, met, meant)
            notes += _told_of(table, meant)
            unread = int(np.isnan(table.start).sum())
            lost = int((~met).sum()) - unread
            notes.append(
                f"{hit} samples have their label from {name}"
                + (f", of whose {len(met)} intervals {lost} meet no sample" if lost > 0 else "")
                + (f", {unread} of whose rows have no time that can be read and are left out" if unread else "")
            )
    return done, notes


def _refuse_other_unit(table: Intervals, met: npt.NDArray[np.bool_], streams: Sequence[Stream]) -> None:
    """Refuses a table of which one interval holds all of a recording and goes on far behind its end, beside others."""
    if table.in_samples or int(met.sum()) != 1 or len(met) == 1 or any(stream.seconds is None for stream in streams):
        return
    last, end = max(_at(table.start, stream)[-1] for stream in streams), float(table.end[met][0])
    if last < _DATED and np.isfinite(end) and end > _OTHER_UNIT * last > 0:
        raise DataError(
            f"file {short(table.name, 200)}: one of its intervals goes on to second {end:g}, and the recording that it "
            f"labels ends at second {last:.4g}, as if it were in another unit; write start and end in seconds, or "
            "their unit behind their names (start_ms, end_ms), or take the intervals out that meet nothing."
        )


def _told_of(table: Intervals, streams: Sequence[Stream]) -> list[str]:
    """What is odd of a table that has given labels."""
    name, told = short(table.name, 100), []
    if table.file is None:
        names = {stream.name for stream in streams if not stream.dated}
        if len(names) > 1:
            told.append(f"{name} names no recording, so it labels each of {len(names)}, from where its clock begins")
        order = np.argsort(table.start, kind="stable")
        start, end = table.start[order], table.end[order]
        if over := int((start[1:] < np.fmax.accumulate(end)[:-1] - _EDGE_S).sum()):
            told.append(f"{over} intervals of {name} begin before another ends: there the one that begins last holds")
    return told


def _one_person(table: Intervals, rows: npt.NDArray[np.int64]) -> str | None:
    """Who a recording is of, where all of its intervals name the same."""
    named = {table.person[row] for row in rows.tolist()} - {""} if table.person else set()
    return named.pop() if len(named) == 1 else None


def _times(sheet: Sheet, name: str) -> npt.NDArray[np.float64]:
    stamps = read_stamps(
        sheet.frame[name],
        unit=sheet.units.get(name) or next((part for part in words(name)[1:] if part in known.CLOCK_UNITS), "s"),
        where=f"file {short(sheet.name, 200)}, column {short(name)}",
    )
    if np.isinf(stamps.start_s) or np.isinf(stamps.seconds).any():
        where = f"file {short(sheet.name, 200)}, column {short(name)}"
        raise DataError(f"{where}: a time is infinite; correct it, or take the row out.")
    return stamps.start_s + stamps.seconds


def _meant(table: Intervals, stream: Stream) -> npt.NDArray[np.int64]:
    """The intervals that speak of this stream."""
    folder = PurePosixPath(table.name).parent.as_posix()
    beside = folder == "." or stream.name == folder or stream.name.startswith(f"{folder}/")
    if table.file is None:
        return np.arange(len(table.start)) if beside else np.zeros(0, np.int64)
    names = _called(stream)
    return np.flatnonzero([PurePosixPath(one).name in names or one in names for one in table.file])


def _called(stream: Stream) -> set[str]:
    return {stream.name, PurePosixPath(stream.name).name, PurePosixPath(stream.name).stem}


def _whole(table: Intervals, called: set[str]) -> Intervals:
    """The same of whole recordings, where it names pieces of them."""
    if table.file is None:
        return table
    return replace(table, file=[one if one in called else _PIECE.sub("", one) for one in table.file])


def _given(
    table: Intervals, rows: npt.NDArray[np.int64], stream: Stream
) -> tuple[pl.Series, int, npt.NDArray[np.int64]]:
    start, end = table.start[rows], table.end[rows]
    at = np.arange(len(stream), dtype=np.float64) if table.in_samples else _at(start, stream)
    order = np.argsort(start, kind="stable")
    start, end, names = start[order], end[order], table.label.gather(rows[order])
    following = np.append(start[1:], np.inf)
    end = np.where(np.isnan(end), following, end)
    place = np.searchsorted(start, at, "right") - 1
    inside = (place >= 0) & (at <= end[np.maximum(place, 0)])
    highest = np.fmax.accumulate(end)
    while len(open_ := np.flatnonzero(~inside & (place >= 0) & (at <= highest[np.maximum(place, 0)]))):
        place[open_] -= 1  # one that ended lay within another
        inside[open_] = at[open_] <= end[place[open_]]
    before = stream.labels if stream.labels is not None else pl.repeat(None, len(stream), dtype=pl.String, eager=True)
    given = names.gather(np.maximum(place, 0))
    mask = pl.Series(inside)
    labels = pl.select(pl.when(mask).then(given).otherwise(before)).to_series()
    return labels, int(inside.sum()), rows[order][np.unique(place[inside])]


def _at(start: npt.NDArray[np.float64], stream: Stream) -> npt.NDArray[np.float64]:
    """The stream's samples in the seconds that intervals count in."""
    if stream.seconds is None:
        return np.arange(len(stream), dtype=np.float64) / (stream.rate_hz or 1.0)
    if stream.dated and not (start > _DATED).all():
        return stream.seconds
    return stream.seconds + stream.start_s


def _column(sheet: Sheet, meaning: frozenset[str]) -> str | None:
    exact = [name for name in sheet.frame.columns if "".join(words(name)) in meaning]
    part = [name for name in sheet.frame.columns if set(words(name)) & meaning]
    return next(iter(exact or part), None)


def _label_of(sheet: Sheet) -> str | None:
    names = [
        name
        for name in sheet.frame.columns
        if set(words(name)) & (known.LABEL | {"text", "event", "note", "comment", "state"})
        and not set(words(name)) & (_START | _END | _FILE)
    ]
    return names[0] if names else None
