"""Which column is the clock, and its cells as seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.times import Order, looks_like_times, parse_times
from stridenet.data.understand import words as known
from stridenet.data.understand.clock_parts import refuse_parts
from stridenet.data.understand.columns import Roles, typed
from stridenet.data.understand.content import same_clock
from stridenet.data.understand.description import Grade, dangerous
from stridenet.data.understand.words import words
from stridenet.errors import DataError, short
from stridenet.signals.time_unit import PER_SECOND, unit_named, unit_of_time

DAY_ONLY, SAME = "tells the day only", "is the same in all rows"
"""Why a column that speaks of time is no clock."""
_COMPACT = r"^\s*(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[_T ]?(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\.?\d*\s*$"


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """A column of times.

    Args:
        seconds: shape (row,), since the first row; NaN where a cell is empty.
        start_s: the first row, in seconds: since 1970 where ``dated``, else since the recorder's own zero.
        dated: whether the cells tell the date.
        unit: what the cells are in.
        grade: how sure the unit is.
        why: for people to read.
        options: what to type where it is dangerous.
    """

    seconds: npt.NDArray[np.float64]
    start_s: float
    dated: bool
    unit: str
    grade: Grade
    why: str
    options: tuple[str, ...] = ()


def take_time(roles: Roles) -> None:
    """Settles the column of the time; other clocks that tell the same are left out.

    Raises:
        DataError: two columns could be it, or tell it together.
    """
    if (said := roles.one("time")) is not None:
        for name in [name for name in roles.open if is_clock(roles, name)]:
            roles.give(name, "left out", f"a second clock beside {said!r}")
        return
    candidates = [name for name in roles.open if is_clock(roles, name)]
    read = {name: one for name in candidates if (one := _try(roles, name)) is not None}
    for name in list(read):
        if _tells_day_only(read[name]):
            at_midnight = read[name].dated and read[name].start_s % 86400 == 0
            still = not at_midnight and not read[name].seconds.any()
            roles.give(name, "left out", SAME if still else DAY_ONLY)
            del read[name]
        elif not _rises(read[name]) and len(read) > 1:
            roles.give(name, "left out", "speaks of time and does not rise", "likely")
            del read[name]
    if not read:
        _refuse_unreadable(roles, candidates)
        return
    ordered = sorted(read, key=lambda name: _rank(name, read[name]))
    chosen = ordered[0]
    refuse_parts(roles, chosen, read[chosen].start_s + read[chosen].seconds)
    for other in ordered[1:]:
        if same_clock(read[chosen].seconds, read[other].seconds):
            roles.give(other, "left out", f"a second clock, which tells the same as {chosen!r}")
        elif read[other].grade == "dangerous" or _repeats(read[other]) > 0.5:
            roles.give(other, "left out", f"a coarser clock than {chosen!r}", "likely")
        else:
            raise dangerous(
                roles.where,
                f"columns {short(chosen)} ({_span(read[chosen])}) and {short(other)} ({_span(read[other])}) could both "
                "be "
                "the time",
                [f"--time {typed(chosen)}", f"--time {typed(other)}"],
            )
    roles.give(
        chosen, "time", f"by its name; {read[chosen].why}", "likely" if read[chosen].grade == "likely" else "certain"
    )


def is_clock(roles: Roles, name: str) -> bool:
    """Whether a column may be a clock, by its name, its unit or the form of its cells."""
    if any(series.dtype.is_temporal() for series in roles.series(name)):
        return True
    parts = words(name)
    if roles.is_text(name):
        texts = [series.drop_nulls().head(50) for series in roles.series(name) if series.dtype == pl.String]
        return looks_like_times(pl.concat(texts).head(50))
    by_name = any(part in known.TIME for part in parts) and not any(part in known.SENSORS for part in parts)
    return by_name or roles.unit(name) in known.TIME_UNITS


def _refuse_unreadable(roles: Roles, candidates: Sequence[str]) -> None:
    """A column that is called the time and cannot be read as one is no column to leave out, where nothing else is."""
    if roles.said.rate_hz is not None or any(sheet.rate_hz is not None for sheet in roles.sheets):
        return
    for name in [*candidates, *(name for name in roles.open if _is_called_time(roles, name))]:
        for sheet in roles.sheets:
            if not _mostly_numbers(sheet.frame[name]):  # then one cell is odd, which is said of any column
                where = f"file {short(sheet.name, 200)}, column {short(name)}"
                lines = sheet.lines if len(sheet.lines) else None
                read_stamps(sheet.frame[name], unit=roles.unit(name), where=where, lines=lines)


def _is_called_time(roles: Roles, name: str) -> bool:
    return roles.is_text(name) and bool(words(name)) and set(words(name)) <= known.TIME


def _mostly_numbers(cells: pl.Series) -> bool:
    given = cells.drop_nulls()
    return cells.dtype == pl.String and int(given.cast(pl.Float64, strict=False).is_not_null().sum()) * 2 > len(given)


def read_stamps(
    cells: pl.Series, *, unit: str, where: str, said: bool = False, lines: npt.NDArray[np.int64] | None = None
) -> Stamps:
    """A column's cells as seconds.

    Args:
        cells: numbers, dates or text.
        unit: what the file or the user says; empty where nobody does.
        where: how a message begins.
        said: whether it is the user who says the unit; then nothing is doubted.
        lines: shape (row,), the rows' lines in the file, for messages.

    Raises:
        DataError: a cell is no time.
    """
    if (dates := _compact(cells)) is not None:
        return _since(_nanoseconds(dates), 1e-9, "ns", "certain", "dates written as one number")
    if cells.dtype == pl.String:
        numbers = cells.str.strip_chars().cast(pl.Int64, strict=False)
        if numbers.null_count() > cells.null_count():
            numbers = cells.str.strip_chars().cast(pl.Float64, strict=False)
        if numbers.null_count() > cells.null_count():
            return _of_text(cells, where, lines, unit)
        cells = numbers
    if cells.dtype.is_temporal():
        _check_range(cells, where)
        return _since(_nanoseconds(cells), 1e-9, "ns", "certain", "dates")
    values = cells.to_numpy()
    if said:
        named = unit_named(unit)
        return _since(values, 1 / PER_SECOND[named], named, "certain", "you said so")
    found = unit_of_time(values, name_unit=unit or None, column=cells.name)
    return _since(values, 1 / PER_SECOND[found.unit], found.unit, found.grade, found.why, found.options)


def _of_text(cells: pl.Series, where: str, lines: npt.NDArray[np.int64] | None, unit: str) -> Stamps:
    order: Order | None = "dmy" if unit == "dmy" else "mdy" if unit == "mdy" else None
    times = parse_times(cells, where=where, lines=lines, order=order)
    found = _since(times.ns, 1e-9, "ns", times.grade, times.why, times.options)
    seconds = np.where(times.missing, np.nan, found.seconds)
    return replace(found, seconds=seconds, dated=times.dated)


def _compact(cells: pl.Series) -> pl.Series | None:
    """Dates written as one number, such as 20260301101500 or 20260301101500250; None where the cells are none."""
    if not (cells.dtype == pl.String or cells.dtype.is_integer()) or not len(cells):
        return None
    head = cells.head(50).cast(pl.String)
    if not bool(head.str.contains(_COMPACT).fill_null(True).all()):
        return None
    text = cells.cast(pl.String).str.strip_chars().str.replace_all(r"[_T ]", "")
    whole = text.str.slice(0, 14).str.to_datetime("%Y%m%d%H%M%S", time_unit="ns", strict=False)
    digits = text.str.slice(14).str.strip_chars_start(".").str.pad_end(9, "0").str.slice(0, 9)
    found = whole + pl.Series(digits.cast(pl.Int64, strict=False)).cast(pl.Duration("ns"))
    return found if found.null_count() == cells.null_count() else None


def _check_range(cells: pl.Series, where: str) -> None:
    """Dates that nanoseconds since 1970 cannot hold come of damage."""
    if isinstance(cells.dtype, pl.Datetime | pl.Date):
        wrong = cells.is_not_null() & cells.cast(pl.Datetime("ns"), strict=False).is_null()
        if wrong.any():
            row = int(wrong.arg_max() or 0)
            raise DataError(
                f"{where}, row {row + 1}: {short(str(cells.cast(pl.Int64)[row]))} ({cells.dtype}) is no date between "
                "1677 and 2262; correct it, or have the file written again."
            )


def _nanoseconds(cells: pl.Series) -> npt.NDArray[np.int64]:
    if cells.dtype == pl.Time:
        return cells.cast(pl.Int64).to_numpy()
    if cells.dtype == pl.Duration:
        return cells.dt.total_nanoseconds().to_numpy()
    return cells.cast(pl.Datetime("ns")).dt.timestamp("ns").to_numpy()


def _since(
    values: npt.NDArray[np.generic], scale: float, unit: str, grade: Grade, why: str, options: tuple[str, ...] = ()
) -> Stamps:
    """Seconds since the first row: whole numbers are subtracted before they are scaled, so nanoseconds stay exact."""
    if not len(values):
        return Stamps(np.zeros(0), 0.0, False, unit, grade, why, options)
    first = values[0]
    with np.errstate(invalid="ignore"):  # an infinite time is told where it is used
        seconds = (values - first).astype(np.float64) * scale
    start = float(first) * scale
    return Stamps(seconds, start, 1e8 < start < 5e9, unit, grade, why, options)


def _try(roles: Roles, name: str) -> Stamps | None:
    longest = max(roles.sheets, key=lambda sheet: sheet.frame.height)
    try:
        found = read_stamps(
            longest.frame[name].drop_nulls(), unit=roles.unit(name), where=roles.where, said=name in roles.said.unit
        )
    except DataError:
        return None
    return replace(found, seconds=found.seconds[np.isfinite(found.seconds)])  # what is infinite is refused later


def _rises(stamps: Stamps) -> bool:
    steps = np.diff(stamps.seconds)
    return len(steps) == 0 or float((steps >= 0).mean()) > 0.8 or float((steps <= 0).mean()) > 0.95


def _repeats(stamps: Stamps) -> float:
    steps = np.diff(stamps.seconds)
    return float((steps == 0).mean()) if len(steps) else 0.0


def _tells_day_only(stamps: Stamps) -> bool:
    return len(stamps.seconds) > 1 and bool((stamps.seconds % 86400 == 0).all())


def _rank(name: str, stamps: Stamps) -> tuple[bool, bool, bool, float, int]:
    """The best clock first: known unit, fine, even, plainly named."""
    steps = np.diff(stamps.seconds)
    steps = steps[steps > 0]
    jitter = float(np.std(steps) / np.median(steps)) if len(steps) else 1.0
    plainly = len([part for part in words(name) if part not in known.TIME_UNITS])
    falls = float((np.diff(stamps.seconds) < 0).mean()) if len(steps) else 0.0
    return (
        stamps.grade == "dangerous",
        0.02 < falls < 0.5,
        _repeats(stamps) > 0.02,
        round(min(jitter, 10.0), 2),
        plainly,
    )


def _span(stamps: Stamps) -> str:
    return f"{stamps.seconds[-1] - stamps.seconds[0]:.4g} s" if len(stamps.seconds) else "empty"
