"""What each column of tables is: as the user says, as a known format says, by its name, and by what it holds."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from stridenet.data.sheet import Role, Sheet
from stridenet.data.understand import words as known
from stridenet.data.understand.description import Column, Grade, dangerous
from stridenet.data.understand.words import is_activity, words
from stridenet.errors import DataError, plain, short
from stridenet.signals.time_unit import is_unit
from stridenet.spec import ReadSpec

_LONGEST_TYPED = 200
_STEMS = ("id", "sub", "group", "pid", "sid", "uid", "name", "nombre", "nom", "who", "wer")
"""Names of people that may be something else as well."""
_UNITS = {
    **dict.fromkeys(("g", "gs"), "g"), "mg": "mg", **dict.fromkeys(("ms2", "mps2", "mss", "m_s2"), "m/s^2"),
    **dict.fromkeys(("dps", "degs", "deg_s", "degps"), "deg/s"), **dict.fromkeys(("rads", "rad_s", "radps"), "rad/s"),
    "ut": "uT", "deg": "deg", "rad": "rad",
}  # fmt: skip
"""How the units of sensors are written where no sign may stand."""
_MEASURED = re.compile(rf"(.*)_({'|'.join(_UNITS)})", re.IGNORECASE)
_AXIS = re.compile("[agmw]?[xyz]")
"""As the last part of a name before its unit: ``ax_g``."""


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

    @property
    def channels(self) -> list[str]:
        """The channels, in the order that the user says, else in that of the file."""
        found = self.all("channel")
        said = [self.column(name) for name in self.said.channels or ()]
        return [name for name in said if name in found] if said else found

    def column(self, name: str) -> str | None:
        """The column that is meant, by its own name, or by what a known format calls its channel."""
        if (found := _named(name, self.names)) is not None:
            return found
        called = {one.channel: column for column, one in self.sheets[0].known.items() if one.channel}
        return _named(called[name], self.names) if name in called else None

    def unit(self, name: str, sheet: Sheet | None = None) -> str:
        """A column's unit, as its file says it, or the first; a clock's as the user does."""
        said = self.said.unit.get(name, "")
        return said if is_unit(said) else (sheet or self.sheets[0]).units.get(name, "") or unit_in(name)

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
        if (column := roles.column(name)) and column not in roles.found:
            roles.give(column, "left out", "you said so")
    if said.channels is not None:
        for name in said.channels:
            if column := roles.column(name):
                if column in roles.found:
                    raise DataError(
                        f"{roles.where}: column {short(column)} cannot be a channel and "
                        f"{roles.found[column].role} as well; say one of the two."
                    )
                known_as = roles.sheets[0].known.get(column)
                called = (known_as.channel if known_as else "") or channel_of(roles, column)
                roles.give(column, "channel", "you said so", channel=called)


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


def take_person(roles: Roles) -> None:
    """The person by its name; of several that could be it, what they hold decides.

    Raises:
        DataError: two columns could be it.
    """
    _take_empty(roles)
    _take_person(roles)


def take_named(roles: Roles) -> None:
    """Other columns whose names say what they are."""
    _take_session(roles)
    for name in roles.open:
        if why := _left_out(name):
            roles.give(name, "left out", why)


def _take_empty(roles: Roles) -> None:
    for name in roles.open:
        if all(series.null_count() == len(series) for series in roles.series(name)):
            roles.give(name, "left out", "holds nothing")
        elif not name or name.startswith(("Unnamed: ", "__index_level_")):
            roles.give(name, "left out", "an index that a program wrote")


def _take_person(roles: Roles) -> None:
    if roles.one("person"):
        _rest(roles, is_person, "another name of the person")
        return
    candidates = [name for name in roles.open if is_person(name) and not is_fraction(roles, name)]
    candidates = [name for name in candidates if not _does(roles, name)]
    for name in list(candidates):
        if all(_numbers_rows(series) for series in roles.series(name)):
            roles.give(name, "left out", "numbers the rows, so it names no person", "likely")
            candidates.remove(name)
    strong = [name for name in candidates if not is_weak(name)] or candidates
    if not strong:
        return
    chosen = min(strong, key=lambda name: len(words(name)))
    for other in strong:
        if other != chosen and not (function(roles, chosen, other) and function(roles, other, chosen)):
            raise dangerous(
                roles.where,
                f"columns {short(chosen)} and {short(other)} could both be the person",
                [f"--person {typed(chosen)}", f"--person {typed(other)}"],
            )
    roles.give(chosen, "person", "by its name", "likely" if is_weak(chosen) else "certain")
    _rest(roles, lambda name: name in candidates, "another number of the person")


def _take_session(roles: Roles) -> None:
    for name in roles.open:
        parts = words(name)
        head = [part for part in parts if part not in known.NUMBERED and not part.isdigit()]
        if not head or not all(part in known.SESSION for part in head) or is_datelike(roles, name):
            continue
        if roles.said.session is None and not is_fraction(roles, name):
            columns = roles.series(name)
            if all(_numbers_rows(series) for series in columns):
                roles.give(name, "left out", "numbers the rows")
            else:
                roles.give(name, "session", "by its name")


def is_weak(name: str) -> bool:
    """Whether the name of a person's column may be that of something else: ``id``."""
    return set(words(name)) <= known.NUMBERED | set(_STEMS)


def _does(roles: Roles, name: str) -> bool:
    """Whether a column of text holds words for what people do."""
    if not roles.is_text(name):
        return False
    values = pl.concat([as_text(series) for series in roles.series(name)]).unique().drop_nulls().head(50)
    return bool(len(values)) and sum(is_activity(value) for value in values) * 2 > len(values)


def is_person(name: str) -> bool:
    """Whether a column's name is one of people."""
    parts = words(name)
    known_parts = all(part in known.PERSON or part in known.NUMBERED for part in parts)
    return known_parts and any(part in known.PERSON for part in parts)


def _left_out(name: str) -> str:
    parts = words(name)
    whole = "".join(parts)
    if whole in known.LEFT_OUT:
        return known.LEFT_OUT[whole]
    return next((known.LEFT_OUT[part] for part in parts if part in known.TELLING), "")


def is_fraction(roles: Roles, name: str) -> bool:
    """Whether a column holds numbers that are no whole ones: a measurement, whatever its name."""
    for series in roles.series(name):
        if series.dtype.is_float():
            values = series.drop_nulls().drop_nans()
            if bool((values != values.floor()).any()):
                return True
    return False


def is_datelike(roles: Roles, name: str) -> bool:
    """Whether a column holds dates."""
    return any(series.dtype.is_temporal() for series in roles.series(name))


def _numbers_rows(series: pl.Series) -> bool:
    """Whether no value comes twice, in a table of more than a few rows."""
    return len(series) > 5 and series.n_unique() == len(series)


def function(roles: Roles, one: str, other: str) -> bool:
    """Whether each value of one column has one value of the other."""
    pairs = pl.concat(
        [sheet.frame.select(pl.col(one).cast(pl.String), pl.col(other).cast(pl.String)) for sheet in roles.sheets]
    ).unique()
    pairs = pairs.drop_nulls()
    return pairs[one].n_unique() == pairs.height


def _rest(roles: Roles, is_one: Callable[[str], bool], why: str) -> None:
    for name in roles.open:
        if is_one(name) and not is_fraction(roles, name):
            roles.give(name, "left out", why)


def channel_of(roles: Roles, name: str) -> str:
    """What a channel is called: its column, with the sensor before it where the column names an axis alone."""
    sensor = roles.sheets[0].sensor
    parts = [part for part in words(name) if part not in ("axis", "value")]
    prefix = known.SENSORS.get(sensor, sensor)
    if prefix and len(parts) == 1 and parts[0] in ("x", "y", "z", "w"):
        return f"{prefix}_{parts[0]}"
    return name


def unit_in(name: str) -> str:
    """The unit with which a name ends: ``time_ms``, ``accel_x_g``, ``gz_dps``."""
    *parts, last = words(name) or [""]
    if found := _MEASURED.fullmatch(name):
        before = words(found[1])
        if any(part in known.SENSORS for part in before) or _AXIS.fullmatch(before[-1] if before else ""):
            return _UNITS[found[2].lower()]
    if not parts and len(last) > 1 and last not in ("min", "days", "hours"):
        parts = ["time"]  # a column named after the unit alone
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
