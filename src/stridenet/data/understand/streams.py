"""A stream: what one recorder wrote of one person in one recording, in the order of the file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.cells import MISSING
from stridenet.data.sheet import Sheet, line_of
from stridenet.data.understand import words as known
from stridenet.data.understand.columns import Roles, as_text
from stridenet.data.understand.description import Column
from stridenet.data.understand.pattern import FileName
from stridenet.data.understand.stamps import Stamps, read_stamps
from stridenet.errors import DataError, short
from stridenet.signals.recording import LARGEST

_SPARSE = 0.5
_YEAR_S = 365.25 * 86400
_FAR_S = 300 * _YEAR_S
"""From the first row: no recording lasts so long, and seconds would lose their digits."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stream:
    """Samples in the order of the file, before anything is known of gaps.

    Args:
        name: of the file.
        file: what the file's name says.
        person: who, as the file itself says; None where it does not.
        session: what the file itself calls this recording.
        sensor: what is measured, where the file holds one sensor alone.
        place: where it was worn.
        moment: streams of one moment share it.
        channels: the channels' names.
        units: their units.
        data: shape (time, channel); NaN where a cell is empty.
        seconds: shape (time,), since the first sample; None without a clock.
        start_s: the first sample, in seconds: since 1970 where ``dated``, else since the recorder's own zero.
        dated: whether the date is known.
        rate_hz: as the file says.
        labels: shape (time,), text, null where there is none; None where the file has no labels.
        breaks: samples with which a new recording begins, besides the first.
        lines: shape (time,), the lines in the file; may be empty.
        on_grid: whether the samples lie on an even grid already.
    """

    name: str
    file: FileName = field(default_factory=FileName)
    person: str | None = None
    session: str = ""
    sensor: str = ""
    place: str = ""
    moment: str = ""
    channels: tuple[str, ...]
    units: tuple[str, ...]
    data: npt.NDArray[np.float32]
    seconds: npt.NDArray[np.float64] | None = None
    start_s: float = 0.0
    dated: bool = False
    rate_hz: float | None = None
    labels: pl.Series | None = None
    breaks: tuple[int, ...] = ()
    lines: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    on_grid: bool = False

    def __len__(self) -> int:
        return len(self.data)

    @property
    def where(self) -> str:
        """How a message begins."""
        return f"{'recording of several sensors' if self.on_grid else 'file'} {short(self.name, 200)}"

    def clock_s(self, seconds: float) -> float | None:
        """What the recorder's clock says, so many seconds after the first row; None where there is none."""
        return self.start_s + seconds if self.dated or self.seconds is not None else None

    def rows(self, index: npt.NDArray[np.int64]) -> dict[str, object]:
        """What a part of the stream holds, as arguments for another one."""
        seconds = None if self.seconds is None else self.seconds[index] - self.seconds[index[0]]
        start = self.start_s + (0.0 if self.seconds is None else float(self.seconds[index[0]]))
        return {
            "data": self.data[index],
            "seconds": seconds,
            "start_s": start,
            "labels": None if self.labels is None else self.labels.gather(index),
            "lines": self.lines[index] if len(self.lines) else self.lines,
        }


def sparse(sheets: Sequence[Sheet], names: Sequence[str]) -> list[str]:
    """The columns of numbers in most of whose rows there is nothing, beside others that are full."""
    n = sum(sheet.frame.height for sheet in sheets)
    empty = {name: sum(sheet.frame[name].null_count() for sheet in sheets) for name in names}
    full = [name for name in names if empty[name] < _SPARSE * n]
    return [name for name in names if empty[name] >= _SPARSE * n] if full else []


def streams_of(sheet: Sheet, roles: Roles, file: FileName, moment: str) -> list[Stream]:
    """The streams of one sheet: one for each person and session that its columns name.

    Raises:
        DataError: a cell that cannot be used.
    """
    frame = sheet.frame
    channels = [roles.found[name] for name in roles.channels]
    if not frame.height:
        return []
    stamps = stamps_of(sheet, roles)
    label = roles.one("label")
    whole = Stream(
        name=sheet.name,
        file=file,
        sensor=sheet.sensor or file.sensor,
        place=sheet.place or file.place,
        moment=moment,
        channels=tuple(column.channel or column.name for column in channels),
        units=tuple(roles.unit(column.name, sheet) for column in channels),
        data=data_of(frame, channels),
        seconds=stamps.seconds if stamps else None,
        start_s=stamps.start_s if stamps else (sheet.start_s or 0.0),
        dated=stamps.dated if stamps else sheet.start_s is not None,
        rate_hz=sheet.rate_hz,
        labels=no_words(as_text(frame[label])) if label else _throughout(sheet),
        breaks=sheet.breaks,
        lines=sheet.lines,
    )
    return [Stream(**fields) for fields in _parted(whole, sheet, roles)]  # type: ignore[arg-type]


def no_words(text: pl.Series) -> pl.Series:
    """Labels, with those that say that there is none taken away."""
    return text.set(text.str.to_lowercase().is_in([*MISSING, *known.NO_LABEL]).fill_null(False), None)


def words_for_none(sheets: Sequence[Sheet], label: str | None) -> Counter[str]:
    """The words in a column of labels that were taken for none, and how often; no word is an empty cell."""
    found: Counter[str] = Counter()
    for sheet in sheets:
        if label is None:
            break
        text = as_text(sheet.frame[label])
        if empty := text.null_count():
            found[""] += empty
        text = text.drop_nulls()
        none = text.filter(text.str.to_lowercase().is_in([*MISSING, *known.NO_LABEL]))
        found.update({str(word): int(n) for word, n in none.value_counts().iter_rows()})
    return found


def _throughout(sheet: Sheet) -> pl.Series | None:
    return None if sheet.label is None else pl.repeat(sheet.label, sheet.frame.height, dtype=pl.String, eager=True)


def data_of(frame: pl.DataFrame, channels: Sequence[Column]) -> npt.NDArray[np.float32]:
    """The columns of channels as one array of (time, channel); NaN where a cell is empty."""
    data = np.empty((frame.height, len(channels)), np.float32)
    for i, column in enumerate(channels):
        values = frame[column.name].cast(pl.Float64, strict=False).to_numpy()
        with np.errstate(over="ignore", invalid="ignore"):
            data[:, i] = np.where(np.abs(values) > LARGEST, np.inf, values)
    return data


def stamps_of(sheet: Sheet, roles: Roles) -> Stamps | None:
    """The times of all rows; None where no column tells them.

    Raises:
        DataError: a cell is no time, or nothing tells the unit.
    """
    name = roles.one("time")
    if name is None:
        return None
    where = f"file {short(sheet.name, 200)}, column {short(name)}"
    stamps = read_stamps(
        sheet.frame[name],
        unit=roles.unit(name, sheet),
        where=where,
        said=name in roles.said.unit,
        lines=sheet.lines if len(sheet.lines) else None,
    )
    if stamps.grade == "dangerous" and roles.said.rate_hz is not None:
        return None  # the rate is said, so these number the samples
    if stamps.grade == "dangerous":
        raise DataError(
            f"file {short(sheet.name, 200)}, column {short(name)}: {stamps.why}; say which: "
            f"{' or '.join(stamps.options)}."
        )
    bad = ~np.isfinite(stamps.seconds)
    if bad.any():
        row = int(bad.argmax())
        line = line_of(sheet.lines, row)
        what = "missing" if np.isnan(stamps.seconds[row]) else "infinite"
        raise DataError(
            f"file {short(sheet.name, 200)}, column {short(name)}: {int(bad.sum())} of {len(stamps.seconds)} times are "
            f"{what} (first in {line}); fill them, or take the rows out."
        )
    far = np.abs(stamps.seconds) > _FAR_S
    if far.any():
        row = int(far.argmax())
        line = line_of(sheet.lines, row)
        raise DataError(
            f"file {short(sheet.name, 200)}, column {short(name)}, {line}: its time lies "
            f"{abs(stamps.seconds[row]) / _YEAR_S:.3g} years from that of the first row; correct it, or take it out."
        )
    return stamps


def _parted(whole: Stream, sheet: Sheet, roles: Roles) -> list[dict[str, object]]:
    """The rows of each person and session, in the order in which they come first."""
    person = roles.one("person")
    keys = [name for name in [person, *roles.all("session")] if name]
    common = {
        name: getattr(whole, name)
        for name in ("name", "file", "sensor", "place", "moment", "channels", "units", "rate_hz", "dated")
    }
    if not keys:
        everything = {
            name: getattr(whole, name) for name in ("data", "seconds", "start_s", "labels", "breaks", "lines")
        }
        return [common | everything | {"person": sheet.person}]
    texts = [as_written(sheet.frame[name]) if name == person else as_text(sheet.frame[name]) for name in keys]
    if person:
        check_people(sheet, person, texts[0])
    key = pl.select(pl.concat_str([text.fill_null("") for text in texts], separator="\x1f")).to_series()
    _, first, code = np.unique(key.to_numpy().astype(str), return_index=True, return_inverse=True)
    order = np.argsort(code, kind="stable")
    ends = np.cumsum(np.bincount(code))
    groups = np.split(order, ends[:-1])
    parts = []
    for number in np.argsort(first):
        index = groups[number]
        breaks = tuple(np.searchsorted(index, [b for b in whole.breaks if index[0] < b <= index[-1]]).tolist())
        session = "/".join(str(text[int(index[0])]) for text, name in zip(texts, keys, strict=True) if name != person)
        who = texts[0][int(index[0])] if person else sheet.person
        parts.append(common | whole.rows(index) | {"person": who, "session": session, "breaks": breaks})
    return parts


def as_written(cells: pl.Series) -> pl.Series:
    """People as the file has them: whether 01 and 1 are one person is not for a cell to say."""
    return cells.str.strip_chars() if cells.dtype == pl.String else as_text(cells)


def check_people(sheet: Sheet, name: str, text: pl.Series) -> None:
    """Refuses rows that name no person.

    Raises:
        DataError: there are such.
    """
    missing = text.is_null() | text.str.to_lowercase().is_in(MISSING).fill_null(True)
    if missing.any():
        row = int(missing.arg_max() or 0)
        line = line_of(sheet.lines, row)
        said = f": {short(text[row])}" if text[row] else ""
        raise DataError(
            f"file {short(sheet.name, 200)}, column {short(name)}: {missing.sum()} of {len(text)} rows name no person "
            f"(first in {line}{said}); fill the column, or leave it out (--drop {short(name)[1:-1]})."
        )
