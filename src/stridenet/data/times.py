"""Dates and times of day as people's recorders write them, a whole column at once."""

import shlex
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.errors import DataError, short

_Ns = npt.NDArray[np.int64]
Order = Literal["dmy", "mdy"]

_DAY_NS = 86_400_000_000_000
_HOUR_NS = 3_600_000_000_000
_COLONS = r"(?<h>\d{1,2}):(?<m>\d{1,2})(?::(?<s>\d{1,2})(?:(?<sep>[:.,_])(?<f>\d{1,9})\d*)?)?"
_OTHERS = r"(?<h>\d{1,2})[.h-](?<m>\d\d)[.m-](?<s>\d\d)(?:(?<sep>[:.,_-])(?<f>\d{1,9})\d*)?"
_HALF = r"\s*(?:(?<half>[aApP])\.?[mM]\.?)?"
_ZONE = (
    r"\s*(?:[Zz]|(?:UTC|GMT)?(?<sign>[+-])(?<zh>\d{1,2}):?(?<zm>\d\d)?|UTC|GMT)?"
    r"\s*(?<zone>\[[^\]]*\]|[A-Z]{2,5}|[A-Za-z]+/[A-Za-z_/]+)?"
)
_YMD = r"(?<y>\d{4})[-/.](?<mo>\d{1,2})[-/.](?<d>\d{1,2})"
_COMPACT = r"(?<y>\d{4})(?<mo>\d\d)(?<d>\d\d)[T _-](?<h>\d\d)(?<m>\d\d)(?<s>\d\d)(?:(?<sep>[.,_]?)(?<f>\d{1,9})\d*)?"
_TWO = r"(?<a>\d{1,2})[-/.](?<b>\d{1,2})[-/.](?<y>\d{4}|\d\d)"
_NAMED = (
    r"(?:[A-Za-z]{3,9},? )?(?:(?<d>\d{1,2})[ -](?<mon>[A-Za-z]{3})[a-z]*\.?"
    r"|(?<mon2>[A-Za-z]{3})[a-z]*\.? (?<d2>\d{1,2}))[ ,-]+(?<y>\d{4})"
)
_BETWEEN = r"(?:[T _-]|,? +)"
_FORMS = {  # the first that most of a sample has
    **{
        f"{date} {clock}": rf"^\s*{pattern}{_BETWEEN}{times}{_HALF}{_ZONE}\s*$"
        for date, pattern in (("year-month-day", _YMD), ("two", _TWO), ("named", _NAMED))
        for clock, times in (("h:m:s", _COLONS), ("h.m.s", _OTHERS))
    },
    "compact": rf"^\s*{_COMPACT}{_ZONE}\s*$",
    "named year last": (
        rf"^\s*[A-Za-z]{{3}} (?<mon>[A-Za-z]{{3}}) +(?<d>\d{{1,2}}) {_COLONS}"
        r"\s*(?<zone>[A-Z]{2,5})? (?<y>\d{4})\s*$"
    ),
    "min:s": r"^\s*(?<m>\d{1,3}):(?<s>\d{1,2})(?<sep>[.,])(?<f>\d{1,9})\d*\s*$",
    "time of day": rf"^\s*{_COLONS}{_HALF}{_ZONE}\s*$",
    "time of day with dots": rf"^\s*{_OTHERS}{_HALF}\s*$",
}
_WHY = {
    "compact": "dates without marks between",
    "named year last": "dates with the month's name",
    "min:s": "minutes and seconds",
    "time of day": "time of day",
    "time of day with dots": "time of day",
}
_SAID = {"dmy": "day first", "mdy": "month first"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SAMPLE, _ENOUGH = 100, 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """A column of dates or times of day as numbers.

    Args:
        ns: shape (row,), nanoseconds since 1970 UTC, or since midnight of the first day; 0 where ``missing``.
        missing: shape (row,), whether the cell holds nothing.
        grade: dangerous where day and month cannot be told apart and it matters.
        why: the form, for people, without a stop.
        dated: whether the day is known.
        options: what to type where it is dangerous.
        notes: what was taken for granted, each without a stop.
    """

    ns: _Ns
    missing: npt.NDArray[np.bool_]
    grade: Literal["certain", "likely", "dangerous"]
    why: str
    dated: bool
    options: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def looks_like_times(cells: pl.Series) -> bool:
    """Whether most of the first cells of a column of text are dates or times of day.

    >>> looks_like_times(pl.Series(["10:15:00:100", "10:15:00:200"])), looks_like_times(pl.Series(["sit", "walk"]))
    (True, False)
    """
    return _form(cells) is not None


def parse_times(
    cells: pl.Series, where: str, *, lines: npt.NDArray[np.int64] | None = None, order: Order | None = None
) -> Times:
    """Dates in any common form, with or without a zone, or times of day, which may go over midnight.

    Args:
        cells: a column of text.
        where: file and column, for messages.
        lines: the line of each row in the file, for messages; rows are counted from 1 without it.
        order: whether the day or the month comes first in ``5/10/2016``; by default the numbers tell.

    Raises:
        DataError: the cells are of no known form, or one is not like the others.

    >>> times = parse_times(pl.Series(["2022-03-16 23:59:59:870", "2022-03-17 00:00:00:070"]), "walk.csv")
    >>> np.diff(times.ns).tolist()
    [200000000]
    """
    form = _form(cells)
    empty = (cells.is_null() | (cells.str.strip_chars() == "")).fill_null(True)
    if form is None:
        odd = ~empty & cells.str.strip_chars().cast(pl.Float64, strict=False).is_null()  # a number is none of them
        row = int((odd if odd.any() else ~empty).arg_max() or 0)
        raise DataError(
            f"{_place(where, lines, row)}: {short(cells[row])} is no date or time of a known form; write "
            "2024-05-31 12:00:00.020, or seconds."
        )
    quick = _iso(cells, empty) if form == "year-month-day h:m:s" else None
    if quick is not None:
        return Times(quick, empty.to_numpy(), "certain", "dates, year first", True)
    parts = cells.str.extract_groups(_FORMS[form]).struct.unnest()
    known = parts["m"].is_not_null().to_numpy()
    date = _date(parts, order)
    clock = _clock(parts)
    if date is None:
        ns = _over(clock, known, _HOUR_NS if form == "min:s" else _DAY_NS)
    else:
        ns = date.days * _DAY_NS + clock - _zone(parts)
        known &= date.real
    wrong = ~known & ~empty.to_numpy()
    wrong |= known & (clock < 0)
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"{_place(where, lines, row)}: {short(cells[row])} is no date or time like the others; correct it, or "
            "write all as 2024-05-31 12:00:00.020, or as seconds."
        )
    ns[~known] = 0
    notes = _zone_notes(parts)
    if date is None or not date.grade:
        return Times(ns, ~known, "certain", _WHY.get(form, "dates, year first"), date is not None, notes=notes)
    name = cells.name or "time"
    asked = date.grade == "dangerous"
    options = tuple(f"--unit {shlex.quote(f'{name}={one}')}" for one in _SAID) if asked else ()
    return Times(ns, ~known, date.grade, date.why, True, options, notes)


def _form(cells: pl.Series) -> str | None:
    sample = cells.drop_nulls()
    sample = sample.filter(sample.str.strip_chars() != "").head(_SAMPLE)
    if not len(sample):
        return None
    for form, pattern in _FORMS.items():
        if sample.str.contains(pattern).mean() >= _ENOUGH:  # type: ignore[operator]  # a mean of booleans is a number
            return form
    return None


def _iso(cells: pl.Series, empty: pl.Series) -> _Ns | None:
    """The most usual forms, which polars reads by itself, six times as fast."""
    for form in ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ"):
        if (
            cells.head(_SAMPLE).str.to_datetime(form, time_unit="ns", strict=False).null_count()
            == empty[:_SAMPLE].sum()
        ):
            dates = cells.str.to_datetime(form, time_unit="ns", strict=False)
            if dates.null_count() == empty.sum():
                return dates.dt.timestamp("ns").fill_null(0).to_numpy().copy()
    return None


def _number(parts: pl.DataFrame, name: str) -> _Ns:
    if name not in parts.columns:
        return np.zeros(len(parts), np.int64)
    return parts[name].cast(pl.Int64, strict=False).fill_null(0).to_numpy().copy()


def _clock(parts: pl.DataFrame) -> _Ns:
    """Nanoseconds since midnight; below 0 for what is no time."""
    hour, minute, second = (_number(parts, name) for name in "hms")
    if "half" in parts.columns:
        half = parts["half"].str.to_lowercase()
        said = half.is_not_null().to_numpy()
        hour = np.where(said, hour % 12 + 12 * (half == "p").fill_null(False).to_numpy(), hour)
    whole = (hour * 3600 + minute * 60 + second) * 1_000_000_000
    ns: _Ns = whole + _fraction(parts, whole)
    most_minutes = 59 if "h" in parts.columns else 999
    ns[(hour > 24) | (minute > most_minutes) | (second > 60)] = -1
    return ns


def _fraction(parts: pl.DataFrame, whole: _Ns) -> _Ns:
    """Nanoseconds behind the second; milliseconds where they are written without their zeros: 9, 10, 11."""
    if "f" not in parts.columns or parts["f"].null_count() == len(parts):
        return np.zeros(len(parts), np.int64)
    digits = parts["f"].str.len_bytes().fill_null(9).cast(pl.Int64).to_numpy()
    number = _number(parts, "f")
    fraction: _Ns = number * 10 ** (9 - digits)
    some = digits[parts["f"].is_not_null().to_numpy()]
    if some.max() == 3 and some.min() < 3:
        counted = number * 1_000_000
        backwards = [int((np.diff(whole + part) < 0).sum()) for part in (fraction, counted)]
        point = parts["sep"].is_in([".", ","]).any()
        if backwards[1] < backwards[0] or (not point and backwards[1] == backwards[0]):
            return counted
    return fraction


def _over(clock: _Ns, known: npt.NDArray[np.bool_], period: int) -> _Ns:
    """Times of day that go on the next day where they fall by more than half a day; minutes, at the full hour."""
    here = clock[known]
    if len(here) and int(here.max()) >= period:
        return clock
    begun = np.cumsum(np.diff(here, prepend=here[:1]) < -period // 2)
    out = clock.copy()
    out[known] = here + begun * period
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Date:
    days: _Ns
    real: npt.NDArray[np.bool_]
    grade: Literal["", "certain", "likely", "dangerous"] = ""
    why: str = ""


def _date(parts: pl.DataFrame, order: Order | None) -> _Date | None:
    """Days since 1970; None where there is no date."""
    if "y" not in parts.columns:
        return None
    year = _number(parts, "y")
    year = np.where(year < 100, year + 2000, year)
    if "a" in parts.columns:
        return _day_and_month(
            year, _number(parts, "a"), _number(parts, "b"), parts["y"].is_not_null().to_numpy(), order
        )
    month, day = _number(parts, "mo"), _number(parts, "d")
    if "mon" in parts.columns:
        name = parts["mon"] if "mon2" not in parts.columns else parts["mon"].fill_null(parts["mon2"])
        months = {word: i for i, word in enumerate(_MONTHS, 1)}
        month = name.str.to_lowercase().replace_strict(months, default=0, return_dtype=pl.Int64).to_numpy()
        day = day + _number(parts, "d2")
    return _Date(*_days(year, month, day))


def _days(year: _Ns, month: _Ns, day: _Ns) -> tuple[_Ns, npt.NDArray[np.bool_]]:
    real = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1900) & (year <= 2200)
    months = np.where(real, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days = first + day - 1
    return days, real & (days < following)


def _day_and_month(year: _Ns, a: _Ns, b: _Ns, known: npt.NDArray[np.bool_], order: Order | None) -> _Date:
    """Which of two numbers is the day: one above 12 tells, or the order in which time rises, or nothing does."""
    dmy, mdy = _days(year, b, a), _days(year, a, b)
    possible = {name: bool(real[known].all()) for name, (_, real) in (("dmy", dmy), ("mdy", mdy))}
    if order:
        return _Date(*(dmy if order == "dmy" else mdy), "certain", f"dates, {_SAID[order]}, as was said")
    if possible["dmy"] != possible["mdy"] or not possible["dmy"]:
        day_first = possible["dmy"] or int((a > 12).sum()) > int((b > 12).sum())
        chosen, said = (dmy, "dmy") if day_first else (mdy, "mdy")
        return _Date(*chosen, "certain", f"dates, {_SAID[said]}: a number above 12 tells")
    if (a[known] == a[known][0]).all() and (b[known] == b[known][0]).all():
        return _Date(*dmy, "certain", "dates of one day; whether day or month comes first does not matter")
    falls = [bool((np.diff(days[known]) < 0).any()) for days, _ in (dmy, mdy)]
    if falls[0] != falls[1]:
        chosen, said = (mdy, "mdy") if falls[0] else (dmy, "dmy")
        return _Date(*chosen, "likely", f"dates, {_SAID[said]}: otherwise time would fall")
    where = int(np.flatnonzero(known)[0])
    return _Date(
        *dmy, "dangerous", f"dates like {a[where]}/{b[where]}/{year[where]} in which day or month may come first"
    )


def _zone(parts: pl.DataFrame) -> _Ns:
    if "sign" not in parts.columns:
        return np.zeros(len(parts), np.int64)
    sign = np.where((parts["sign"] == "-").fill_null(False).to_numpy(), -1, 1)
    zone: _Ns = sign * (_number(parts, "zh") * 60 + _number(parts, "zm")) * 60_000_000_000
    return zone


def _zone_notes(parts: pl.DataFrame) -> tuple[str, ...]:
    """Zones without their hours."""
    if "zone" not in parts.columns:
        return ()
    alone = parts.filter(pl.col("zone").is_not_null() & (pl.col("sign").is_null() if "sign" in parts.columns else True))
    if not len(alone):
        return ()
    names = alone["zone"].unique(maintain_order=True)
    return (f"the zone {short(', '.join(names[:3]))} is named without its hours and left out",)


def _place(where: str, lines: npt.NDArray[np.int64] | None, row: int) -> str:
    return f"{where}, row {row + 1}" if lines is None or not len(lines) else f"{where}, line {lines[row]}"
