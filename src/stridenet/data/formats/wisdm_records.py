"""Text of records ``user,activity,time,x,y,z;`` as arrays, and what is wrong with it, counted by kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.errors import DataError
from stridenet.signals.recording import Recording

GAP_S = 1.0
_TOO_STRONG = 10_000
"""m/s^2, a thousand times gravity: more than a watch or a phone measures, less than any time in nanoseconds."""
CHANNELS = ("acc_x", "acc_y", "acc_z")
LEFT_OUT = {
    "missing_field": "records with a field missing",
    "extra_field": "records with a field too many",
    "bad_number": "records with a field that is not a number",
    "unknown_activity": "records of an unknown activity",
    "zero_time": "records without a time (0)",
}
KEPT = {
    "several_on_a_line": "lines with several records",
    "trailing_comma": "records with a comma too many at an end",
    "no_semicolon": "records not ended by a semicolon",
    "repeated_time": "records with the time of the one before",
}
NOTED = {
    "empty_line": "empty lines",
    "time_back": "new recordings because time runs back",
    "gap": f"new recordings because of a gap above {GAP_S:g} s",
}


@dataclass(frozen=True, slots=True)
class Faults:
    """What was not as it should be, by kind; the kinds are the keys of ``LEFT_OUT``, ``KEPT`` and ``NOTED``.

    A record that is left out is counted once, under its first fault; one that is kept under each.

    Args:
        n_records: all records, also those left out.
        counts: how many of each kind that occurred.
        first: where each kind occurred first.

    >>> print(Faults(9, {"zero_time": 2, "empty_line": 1}, {"zero_time": "line 4", "empty_line": "line 2"}))
    9 records. Left out: 2 records without a time (0), first in line 4. Noted: 1 empty lines, first in line 2.
    """

    n_records: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    @property
    def n_left_out(self) -> int:
        """Records that no recording holds."""
        return sum(self.counts.get(kind, 0) for kind in LEFT_OUT)

    def __add__(self, other: "Faults") -> "Faults":
        counts = {
            kind: self.counts.get(kind, 0) + other.counts.get(kind, 0) for kind in {**self.counts, **other.counts}
        }
        return Faults(self.n_records + other.n_records, counts, {**other.first, **self.first})

    def __str__(self) -> str:
        text = f"{self.n_records} records."
        for title, kinds in (("Left out", LEFT_OUT), ("Kept", KEPT), ("Noted", NOTED)):
            said = [f"{self.counts[k]} {kinds[k]}, first in {self.first[k]}" for k in kinds if self.counts.get(k)]
            if said:
                text += f" {title}: {'; '.join(said)}."
        return text


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The good records of one file, in its order.

    Args:
        line: shape (record,), from 1.
        user: shape (record,).
        activity: shape (record,), an index into the activities.
        time_ns: shape (record,), nanoseconds; None for files without time.
        xyz: shape (record, 3).
        starts: shape (recording,), the records with which a new recording begins.
    """

    line: npt.NDArray[np.int64]
    user: npt.NDArray[np.int64]
    activity: npt.NDArray[np.int64]
    time_ns: npt.NDArray[np.int64] | None
    xyz: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]


def parse_wisdm(
    data: bytes, activities: Mapping[str, str], *, with_time: bool | None = None, where: str = ""
) -> tuple[Records, Faults]:
    r"""The records of one file, and what was wrong with the others.

    A new recording begins where the user or the activity changes, where time runs back, and after more than a second
    without a record: the phones' clocks jitter and skip, and a stricter rule would cut at every hiccup. A time that
    repeats is kept, in the order of the file. A time of 0 says that there is none: such a record is left out. Where
    there are no times at all, a new recording begins after every record that was left out.

    Args:
        data: the file's content.
        activities: the file's names of the activities, in small letters, and ours.
        with_time: whether records have a time; by default what most of them have. Where most have one field too few
            for that, but a third that no acceleration reaches, they have a time and lack another field.
        where: put before the line in :attr:`Faults.first`.

    Returns:
        The good records, and the faults by kind.

    >>> names = {"sitting": "sitting"}
    >>> records, faults = parse_wisdm(b"1,Sitting,5,0,1,2;1,Sitting,6,0,1,3;\n\n1,Sitting,7,0,1,;\n", names)
    >>> records.xyz.tolist(), faults.counts
    ([[0.0, 1.0, 2.0], [0.0, 1.0, 3.0]], {'missing_field': 1, 'several_on_a_line': 1, 'empty_line': 1})
    """
    found: dict[str, tuple[int, int]] = {}

    def note(kind: str, lines: npt.NDArray[np.int64]) -> None:
        if len(lines):
            found[kind] = (len(lines), int(lines.min()))

    lines_of, table = _split(data)
    n_fields = table["fields"].list.len().to_numpy()
    if with_time is None:
        with_time = int((n_fields == 6).sum()) >= int((n_fields == 5).sum()) or _third_is_time(table, n_fields)
    names = ["user", "activity", *(["time"] if with_time else []), "x", "y", "z"]
    flags = table.select("comma", "unended")
    table = table.select(
        "line", *(pl.col("fields").list.get(i, null_on_oob=True).alias(n) for i, n in enumerate(names))
    )
    lines = table["line"].to_numpy().astype(np.int64)

    empty = table.select(pl.any_horizontal(pl.col(names).fill_null("") == "")).to_series().to_numpy()
    code = {name: i for i, name in enumerate(activities)}
    activity = table["activity"].str.to_lowercase().replace_strict(code, default=-1, return_dtype=pl.Int64).to_numpy()
    whole = ["user", "time"] if with_time else ["user"]
    table = table.with_columns(
        pl.col(whole).cast(pl.Int64, strict=False), pl.col("x", "y", "z").cast(pl.Float64, strict=False)
    )
    with np.errstate(over="ignore"):  # counted as a bad number
        xyz = table.select(pl.col("x", "y", "z").fill_null(float("nan"))).to_numpy().astype(np.float32)
    odd = table.select(pl.any_horizontal(pl.col(whole).is_null())).to_series().to_numpy() | ~np.isfinite(xyz).all(
        axis=1
    )
    time = table["time"].fill_null(0).to_numpy() if with_time else None

    good = np.ones(len(lines), dtype=bool)
    for kind, bad in (
        ("missing_field", empty),
        ("extra_field", n_fields > len(names)),
        ("bad_number", odd),
        ("unknown_activity", activity < 0),
        ("zero_time", time == 0 if time is not None else np.zeros_like(good)),
    ):
        note(kind, lines[good & bad])
        good &= ~bad

    note("empty_line", lines_of["empty"])
    note("several_on_a_line", lines_of["several"])
    note("trailing_comma", np.concatenate([lines_of["comma"], lines[good & flags["comma"].to_numpy()]]))
    note("no_semicolon", lines[good & flags["unended"].to_numpy()])

    kept = np.flatnonzero(good)
    user = table["user"].fill_null(-1).to_numpy()[kept]
    activity, line, time = activity[kept], lines[kept], time[kept] if time is not None else None
    new = (np.diff(user) != 0) | (np.diff(activity) != 0)
    if time is None:
        new |= np.diff(kept) > 1
    else:
        steps = np.diff(time)
        note("repeated_time", line[1:][~new & (steps == 0)])
        note("time_back", line[1:][~new & (steps < 0)])
        note("gap", line[1:][~new & (steps > GAP_S * 1e9)])
        new |= (steps < 0) | (steps > GAP_S * 1e9)
    starts = np.concatenate([np.zeros(min(1, len(kept)), np.int64), np.flatnonzero(new) + 1])
    kinds = [kind for kind in (*LEFT_OUT, *KEPT, *NOTED) if kind in found]
    prefix = f"{where}, line" if where else "line"
    faults = Faults(len(lines), {k: found[k][0] for k in kinds}, {k: f"{prefix} {found[k][1]}" for k in kinds})
    return Records(line, user, activity, time, xyz[kept], starts), faults


def recordings_from(
    parts: Sequence[Records], activities: Sequence[str], where: str, *, rate_hz: float, only_seen: bool = False
) -> list[Recording]:
    """A recording for each run of records, named after the line on which it begins.

    Args:
        parts: the records, file by file.
        activities: the names of the activities, in the order of :attr:`Records.activity`.
        where: how an error begins.
        rate_hz: samples per second, as the authors state it.
        only_seen: leave activities that never occur out of the classes.

    Raises:
        DataError: there are no records.
    """
    seen = {int(a) for records in parts for a in set(records.activity[records.starts].tolist())}
    if not seen:
        raise DataError(f"{where}: no record like user,activity,time,x,y,z; was found; fetch the data set again.")
    numbers = [i for i in range(len(activities)) if i in seen or not only_seen]
    classes = tuple(activities[i] for i in numbers)
    recordings = []
    for records in parts:
        ends = [*records.starts[1:].tolist(), len(records.line)]
        for start, end in zip(records.starts.tolist(), ends, strict=True):
            user, activity = str(records.user[start]), int(records.activity[start])
            recordings.append(
                Recording(
                    name=f"user{user}/{activities[activity]}/line{records.line[start]}",
                    group=user,
                    data=records.xyz[start:end],
                    channels=CHANNELS,
                    units=("m/s^2",) * 3,
                    rate_hz=rate_hz,
                    labels=np.full(end - start, numbers.index(activity)),
                    classes=classes,
                )
            )
    return recordings


def _third_is_time(table: pl.DataFrame, n_fields: npt.NDArray[np.integer]) -> bool:
    """Whether what stands where an acceleration would, in records of five fields, is mostly too large for one."""
    third = table.filter(n_fields == 5)["fields"].list.get(2, null_on_oob=True).cast(pl.Float64, strict=False)
    return 2 * int((third.abs() > _TOO_STRONG).sum()) > len(third)


def _split(data: bytes) -> tuple[dict[str, npt.NDArray[np.int64]], pl.DataFrame]:
    """The records as lists of fields, and the lines of what belongs to no record.

    Most lines hold one record that ends in a semicolon; only the others are taken apart piece by piece.
    """
    text = data.translate(None, b" \t\r").decode("utf-8", "replace").removesuffix("\n")
    lines = pl.DataFrame({"record": [text]}).select(pl.col("record").str.split("\n")).explode("record")
    lines = lines.with_row_index("line", offset=1)
    record = pl.col("record")
    clean = record.str.ends_with(";") & (record.str.count_matches(";", literal=True) == 1)
    lines = lines.with_columns(clean=clean & (record != ";") & ~record.str.starts_with(","))
    table = lines.filter("clean").select("line", record.str.head(-1), unended=False)
    other = lines.filter(~pl.col("clean"))
    lines_of = {"empty": other.filter(record == "")["line"].to_numpy()}
    pieces = other.filter(record != "").select("line", record.str.split(";"))
    pieces = pieces.with_columns(unended=pl.int_ranges(pl.col("record").list.len(), 0, -1)).explode("record", "unended")
    pieces = pieces.with_columns(pl.col("unended") == 1)
    hollow = record.str.strip_chars(",") == ""
    lines_of["comma"] = pieces.filter(hollow & (record != ""))["line"].to_numpy()
    pieces = pieces.filter(~hollow)
    lines_of["several"] = pieces.group_by("line").len().filter(pl.col("len") > 1)["line"].to_numpy()
    if pieces.height:
        table = pl.concat([table, pieces]).sort("line", maintain_order=True)
    comma = record.str.ends_with(",") | record.str.starts_with(",")
    table = table.with_columns(comma=comma)
    if table["comma"].any():
        table = table.with_columns(record.str.strip_chars(","))
    return lines_of, table.select("line", "comma", "unended", fields=record.str.split(","))
