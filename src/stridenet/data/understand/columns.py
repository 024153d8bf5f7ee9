"""What each column of tables is: as the user says, as a known format says, by its name, and by what it holds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.sheet import Role, Sheet
from stridenet.data.understand import words as known
from stridenet.data.understand.content import look, tells_label
from stridenet.data.understand.description import Column, Grade, dangerous
from stridenet.data.understand.words import words
from stridenet.errors import DataError, plain, short
from stridenet.spec import ReadSpec

_MOST_CLASSES = 60
_LONGEST_TYPED = 200
_STEMS = ("id", "sub", "group", "pid", "sid", "uid")
"""Names of people that may be something else as well."""


@dataclass
class Roles:
    """What the columns of alike sheets are, while it is found out.

    Args:
        sheets: all with the same columns.
        said: what the user says.
        found: the columns whose role is known, in any order.
    """

    sheets: Sequence[Sheet]
    said: ReadSpec
    found: dict[str, Column]

    @property
    def names(self) -> list[str]:
        """All columns, in the order of the file."""
        return self.sheets[0].frame.columns

    @property
    def open(self) -> list[str]:
        """The columns whose role is not known yet."""
        return [name for name in self.names if name not in self.found]

    def one(self, role: Role) -> str | None:
        """The column of a role, where there is one."""
        return next((name for name, column in self.found.items() if column.role == role), None)

    def all(self, role: Role) -> list[str]:
        """The columns of a role, in the order of the file."""
        return [name for name in self.names if name in self.found and self.found[name].role == role]

    def give(self, name: str, role: Role, why: str, grade: Grade = "certain", channel: str = "") -> None:
        """Settles a column."""
        self.found[name] = Column(name, role, why, grade, self.unit(name), channel)

    def unit(self, name: str) -> str:
        """A column's unit, as the user or the file says it."""
        return self.said.unit.get(name) or self.sheets[0].units.get(name, "") or _unit_in(name)

    def series(self, name: str) -> list[pl.Series]:
        """A column in each sheet."""
        return [sheet.frame[name] for sheet in self.sheets]

    def is_text(self, name: str) -> bool:
        """Whether a column holds text in any sheet."""
        return any(series.dtype == pl.String for series in self.series(name))

    def is_number(self, name: str) -> bool:
        """Whether a column holds numbers in all sheets that have any cell of it."""
        return all(series.dtype.is_numeric() or series.dtype == pl.Null for series in self.series(name))

    @property
    def where(self) -> str:
        """How a message begins."""
        return f"file {short(self.sheets[0].name, 200)}"


def take_said(roles: Roles) -> None:
    """What the user says comes first."""
    said = roles.said
    for role, name in (("time", said.time), ("label", said.label), ("person", said.person), ("session", said.session)):
        if name is not None and (column := _named(name, roles.names)):
            roles.give(column, role, "you said so")  # type: ignore[arg-type]  # four of the roles
    for name in said.drop:
        if (column := _named(name, roles.names)) and column not in roles.found:
            roles.give(column, "left out", "you said so")
    if said.channels is not None:
        for name in said.channels:
            if column := _named(name, roles.names):
                if column in roles.found:
                    raise DataError(
                        f"{roles.where}: column {short(column)} cannot be a channel and "
                        f"{roles.found[column].role} as well; say one of the two."
                    )
                roles.give(column, "channel", "you said so", channel=_channel_of(roles, column))


def take_known(roles: Roles) -> None:
    """What a known format says of its columns."""
    for name, one in roles.sheets[0].known.items():
        if name in roles.names and name not in roles.found:
            role = one.role
            if role in ("time", "label", "person") and roles.one(role):
                roles.give(name, "left out", f"{role} is another column")
            elif role == "channel" and roles.said.channels is not None:
                continue
            else:
                roles.give(name, role, one.why, channel=one.channel)


def take_person_and_label(roles: Roles) -> None:
    """The person and the label by their names; of several that could be one of them, what they hold decides.

    Raises:
        DataError: two columns could be it.
    """
    _take_empty(roles)
    _take_person(roles)
    _take_label(roles)


def take_named(roles: Roles) -> None:
    """Other columns whose names say what they are."""
    _take_session(roles)
    for name in roles.open:
        if why := _left_out(name):
            roles.give(name, "left out", why)


def take_channels(roles: Roles, starts: Sequence[npt.NDArray[np.int64]]) -> None:
    """All other columns: channels, unless what they hold says that they are none.

    Args:
        roles: with time, person, label and session settled.
        starts: in each sheet, the rows with which another stretch begins.

    Raises:
        DataError: a column that may tell the answer, or is a code.
    """
    label = roles.one("label")
    labels = [as_text(series) for series in roles.series(label)] if label else [None] * len(roles.sheets)
    for name in roles.open:
        if roles.said.channels is not None:
            roles.give(name, "left out", "not among the channels that you named")
        elif not roles.is_number(name):
            _check_mixed(roles, name)
            roles.give(name, "left out", f"holds text, such as {_example(roles, name)}")
        else:
            _judge(roles, name, starts, labels)


def _judge(
    roles: Roles, name: str, starts: Sequence[npt.NDArray[np.int64]], labels: Sequence[pl.Series | None]
) -> None:
    columns = roles.series(name)
    seen = look(columns, starts)
    parts = words(name)
    is_sensor = any(part in known.SENSORS or part in known.MEASURES for part in parts)
    if seen.counts:
        what = (
            "counts the rows" if seen.whole and seen.even_step == 1 else f"rises by {seen.even_step:g} from row to row"
        )
        roles.give(name, "left out", f"{what}, as counters and clocks do", "likely")
    elif seen.constant and seen.n > 1:
        roles.give(name, "left out", f"is {_example(roles, name)} throughout", "likely")
    elif tells_label(columns, labels):
        if any(part in known.LABEL or part in known.NUMBERED for part in parts):
            roles.give(name, "left out", f"a code of the label {roles.one('label')!r}", "likely")
        else:
            raise dangerous(
                f"{roles.where}, column {short(name)}",
                f"it has one value for each label of {short(roles.one('label') or '')}, so it may tell the answer",
                [f"--drop {typed(name)}", f"--channels {typed(','.join([*_others(roles, name), name]))}"],
            )
    elif seen.numbers_stretches and not is_sensor:
        raise dangerous(
            f"{roles.where}, column {short(name)}",
            f"it holds {seen.values} different whole numbers, each for long, as the numbers of trials, people and "
            "activities do",
            [f"--drop {typed(name)}", f"--session {typed(name)}", f"--label {typed(name)}"],
        )
    else:
        roles.give(name, "channel", "a column of numbers", channel=_channel_of(roles, name))


def _others(roles: Roles, name: str) -> list[str]:
    return [one for one in roles.names if one != name and (one in roles.all("channel") or one in roles.open)][:6]


def _take_empty(roles: Roles) -> None:
    for name in roles.open:
        if all(series.null_count() == len(series) for series in roles.series(name)):
            roles.give(name, "left out", "holds nothing")
        elif not name or name.startswith(("Unnamed: ", "__index_level_")):
            roles.give(name, "left out", "an index that a program wrote")


def _take_person(roles: Roles) -> None:
    if roles.one("person"):
        _rest(roles, _is_person, "another name of the person")
        return
    candidates = [name for name in roles.open if _is_person(name) and not _is_fraction(roles, name)]
    for name in list(candidates):
        if all(_numbers_rows(series) for series in roles.series(name)):
            roles.give(name, "left out", "numbers the rows, so it names no person", "likely")
            candidates.remove(name)
    strong = [name for name in candidates if words(name)[0] not in _STEMS] or candidates
    if not strong:
        return
    chosen = strong[0]
    for other in strong[1:]:
        if not _function(roles, chosen, other):
            raise dangerous(
                roles.where,
                f"columns {short(chosen)} and {short(other)} could both be the person",
                [f"--person {typed(chosen)}", f"--person {typed(other)}"],
            )
    roles.give(chosen, "person", "by its name")
    _rest(roles, lambda name: name in candidates, "another number of the person")


def _take_label(roles: Roles) -> None:
    axes = {"x", "z"} & {name.lower() for name in roles.names}
    candidates = [name for name in roles.open if _is_label(name) or (name.lower() == "y" and not axes)]
    if roles.one("label"):
        for name in candidates:
            roles.give(name, "left out", "you said that another column is the label")
        return
    candidates = [name for name in candidates if not _is_datelike(roles, name)]
    texts = [name for name in candidates if roles.is_text(name)]
    ordered = texts + [name for name in candidates if name not in texts]
    if not ordered:
        return
    chosen = ordered[0]
    for other in ordered[1:]:
        if not _function(roles, chosen, other):
            raise dangerous(
                roles.where,
                f"columns {short(chosen)} and {short(other)} could both be the label",
                [f"--label {typed(chosen)}", f"--label {typed(other)}"],
            )
        roles.give(other, "left out", f"says the same as the label {chosen!r}")
    roles.give(chosen, "label", "by its name")


def check_classes(roles: Roles) -> None:
    """Refuses a label that is a measurement: numbers with more values than anything has classes.

    Raises:
        DataError: it does.
    """
    name = roles.one("label")
    if name is None or not roles.is_number(name):
        return
    values = pl.concat([series.cast(pl.Float64) for series in roles.series(name)]).drop_nulls().unique()
    if len(values) > _MOST_CLASSES:
        raise DataError(
            f"{roles.where}, column {short(name)}: {len(values):,} different numbers as labels; that is a measurement, "
            "which cannot be learnt yet, and not a class: name the column of the activity (--label NAME), or leave "
            f"this one out (--drop {typed(name)})."
        )


def _take_session(roles: Roles) -> None:
    for name in roles.open:
        parts = words(name)
        head = [part for part in parts if part not in known.NUMBERED and not part.isdigit()]
        if not head or not all(part in known.SESSION for part in head) or _is_datelike(roles, name):
            continue
        if roles.said.session is None and not _is_fraction(roles, name):
            columns = roles.series(name)
            if all(_numbers_rows(series) for series in columns):
                roles.give(name, "left out", "numbers the rows")
            else:
                roles.give(name, "session", "by its name")


def _is_person(name: str) -> bool:
    parts = words(name)
    return bool(parts) and parts[0] in known.PERSON and all(part in known.NUMBERED for part in parts[1:])


def _is_label(name: str) -> bool:
    parts = words(name)
    if parts == ["ground", "truth"]:
        return True
    rest = [part for part in parts if part not in known.NUMBERED]
    whole = "".join(parts)
    return whole in known.LABEL or (bool(rest) and all(part in known.LABEL for part in rest)) or parts == ["label"]


def _left_out(name: str) -> str:
    parts = words(name)
    whole = "".join(parts)
    if whole in known.LEFT_OUT:
        return known.LEFT_OUT[whole]
    telling = ("battery", "latitude", "longitude", "gps", "satellites", "location", "altitude", "accuracy")
    return next((known.LEFT_OUT[part] for part in parts if part in telling), "")


def _is_fraction(roles: Roles, name: str) -> bool:
    """Whether a column holds numbers that are no whole ones: a measurement, whatever its name."""
    for series in roles.series(name):
        if series.dtype.is_float():
            values = series.drop_nulls().drop_nans()
            if bool((values != values.floor()).any()):
                return True
    return False


def _is_datelike(roles: Roles, name: str) -> bool:
    return any(series.dtype.is_temporal() for series in roles.series(name))


def _numbers_rows(series: pl.Series) -> bool:
    """Whether no value comes twice, in a table of more than a few rows."""
    return len(series) > 5 and series.n_unique() == len(series)


def _function(roles: Roles, one: str, other: str) -> bool:
    """Whether each value of one column has one value of the other."""
    pairs = pl.concat(
        [sheet.frame.select(pl.col(one).cast(pl.String), pl.col(other).cast(pl.String)) for sheet in roles.sheets]
    ).unique()
    pairs = pairs.drop_nulls()
    return pairs[one].n_unique() == pairs.height


def _rest(roles: Roles, is_one: Callable[[str], bool], why: str) -> None:
    for name in roles.open:
        if is_one(name) and not _is_fraction(roles, name):
            roles.give(name, "left out", why)


def _check_mixed(roles: Roles, name: str) -> None:
    """A column that is nearly all numbers is not left out in silence for one slip of the hand."""
    for sheet in roles.sheets:
        cells = sheet.frame[name]
        if cells.dtype != pl.String:
            continue
        values = cells.str.strip_chars().cast(pl.Float64, strict=False)
        odd = values.is_null() & cells.is_not_null()
        if odd.any() and int(values.is_not_null().sum()) * 2 > len(cells):
            row = int(odd.arg_max() or 0)
            line = f", line {sheet.lines[row]}" if len(sheet.lines) else f", row {row + 1}"
            raise DataError(
                f"file {short(sheet.name, 200)}, column {short(name)}{line}: {short(cells[row])} is not a number; "
                f"correct the cell, empty it, or leave the column out (--drop {typed(name)})."
            )


def _example(roles: Roles, name: str) -> str:
    for series in roles.series(name):
        if len(values := series.drop_nulls()):
            return short(values[0]) if isinstance(values[0], str) else f"{values[0]}"
    return "nothing"


def _channel_of(roles: Roles, name: str) -> str:
    """What a channel is called: its column, with the sensor before it where the column names an axis alone."""
    sensor = roles.sheets[0].sensor
    parts = [part for part in words(name) if part not in ("axis", "value")]
    prefix = known.SENSORS.get(sensor, sensor)
    if prefix and len(parts) == 1 and parts[0] in ("x", "y", "z", "w"):
        return f"{prefix}_{parts[0]}"
    return name


def _unit_in(name: str) -> str:
    """The unit of time with which a name ends: ``time_ms``, ``timestamp_ns``."""
    *parts, last = words(name) or [""]
    return last if last in known.CLOCK_UNITS and any(part in known.TIME for part in parts) else ""


def _named(name: str, names: Iterable[str]) -> str | None:
    """The column that is meant, by its exact name, else without regard to capitals and blanks."""
    names = list(names)
    if name in names:
        return name
    plainly = {"".join(one.lower().split()): one for one in names}
    return plainly.get("".join(name.lower().split()))


def typed(name: str) -> str:
    """A name as one types it at the command line; of one that is too long to be shown, that it is to be named."""
    if len(name) > _LONGEST_TYPED:
        return "NAME"
    return name if name and all(c.isalnum() or c in "_-.,/" for c in name) else f'"{plain(name)}"'


def as_text(cells: pl.Series) -> pl.Series:
    """Cells as text without blanks around it, whole numbers without a point, null where there is nothing."""
    text = cells.cast(pl.String).str.strip_chars()
    unique = text.unique().drop_nulls()
    values = unique.cast(pl.Float64, strict=False)
    tidy = {
        old: str(int(value)) if value is not None and abs(value) < 2**53 and float(value).is_integer() else old or None
        for old, value in zip(unique, values, strict=True)
    }
    return text.replace_strict(tidy, default=None, return_dtype=pl.String)
