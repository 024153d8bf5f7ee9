"""What a source was taken for, and why: kept with every result, shown first, written as TOML."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import tomli_w

from stridenet.data.sheet import Role
from stridenet.errors import DataError
from stridenet.spec import ReadSpec

Grade = Literal["certain", "likely", "dangerous"]
FORMAT = 1
"""Of a saved description."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or the same column of many files.

    Args:
        name: as the file has it.
        role: what it was taken for.
        why: for people to read.
        grade: how sure that is.
        unit: as it is used, empty where none is known.
        channel: what the channel is called.
        where: whose column it is, where the source holds several sensors: ``"Gyroscope.csv"``.
    """

    name: str
    role: Role
    why: str
    grade: Grade = "certain"
    unit: str = ""
    channel: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Where people or labels come from.

    Args:
        what: for people to read: ``"column 'user'"``, ``"the files' names"``.
        why: for people to read.
        grade: how sure that is.
        pattern: of the names, as ``--people-from`` takes it.
    """

    what: str
    why: str = ""
    grade: Grade = "certain"
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A source, understood.

    Args:
        source: its path or what it is.
        forms: the formats' names, each once.
        columns: all columns of all files, equal ones once.
        people: where the people come from.
        labels: where the labels come from.
        n_files: files that were read.
        passed: files that were passed over, and why.
        notes: what was found odd, repaired or left out, each a sentence without a stop.
        doubts: why people are not known well enough to be split, as sentences that say what to type.
        said: what the user has said.
        clocks: rate, jitter and gaps, a table a recording.
    """

    source: str
    forms: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    people: Taken = Taken("nobody is named")
    labels: Taken = Taken("nothing is labelled")
    n_files: int = 0
    passed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    said: ReadSpec = field(default_factory=ReadSpec)
    clocks: tuple[Mapping[str, Any], ...] = ()

    def of(self, role: Role) -> tuple[Column, ...]:
        """The columns of one role."""
        return tuple(column for column in self.columns if column.role == role)

    @property
    def guesses(self) -> tuple[str, ...]:
        """What was used although it is only likely, each with its reason."""
        columns = [
            f"column {c.name!r} was taken for {AS[c.role]}: {c.why}"
            for c in self.columns
            if c.grade == "likely" and c.role != "left out"
        ]
        taken = [
            f"{one.what}: {one.why}" if one.what.startswith("nobody") else f"{what} are from {one.what}: {one.why}"
            for what, one in (("people", self.people), ("labels", self.labels))
            if one.grade == "likely" and one.why
        ]
        return (*columns, *taken)

    def plain(self) -> dict[str, Any]:
        """Its fields as JSON and TOML hold them."""
        fields = asdict(replace(self, said=ReadSpec()))
        fields["said"] = self.said.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        fields["clocks"] = [dict(clock) for clock in self.clocks]
        return {name: _listed(value) for name, value in fields.items()}


AS: dict[Role, str] = {
    "time": "the time",
    "person": "the person",
    "label": "the label",
    "session": "the recording's number",
    "channel": "a channel",
    "left out": "no channel",
}


def from_plain(stored: Mapping[str, Any]) -> Description:
    """What :meth:`Description.plain` gave."""
    fields = dict(stored)
    return Description(
        **fields
        | {
            "forms": tuple(fields["forms"]),
            "columns": tuple(Column(**one) for one in fields["columns"]),
            "people": Taken(**fields["people"]),
            "labels": Taken(**fields["labels"]),
            "passed": tuple((name, why) for name, why in fields["passed"]),
            "notes": tuple(fields["notes"]),
            "doubts": tuple(fields["doubts"]),
            "said": ReadSpec(**fields["said"]),
            "clocks": tuple(fields["clocks"]),
        }
    )


def to_toml(description: Description, path: str) -> str:
    """The description as a file that ``stridenet run`` takes: all that was found out is said, so nothing is guessed.

    Args:
        description: what was understood.
        path: of the source, as the file is to name it.
    """
    read = settled(description).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    record = [{key: value for key, value in asdict(column).items() if value} for column in description.columns]
    content: dict[str, Any] = {"format": FORMAT, "path": path, "read": read}
    return (
        "# How these recordings are read. [read] is what stridenet goes by; [[column]] tells what each column was\n"
        "# taken for, and why.\n" + tomli_w.dumps(content | {"column": record})
    )


def settled(description: Description) -> ReadSpec:
    """What the user has said, and what was found out where it can be said."""
    found: dict[str, Any] = {}
    several = len({column.where for column in description.of("channel")}) > 1
    for role in ("time", "person", "label", "session"):
        names = {column.name for column in description.of(role)}
        if len(names) == 1 and not several:
            found[role] = names.pop()
    if not several and (channels := description.of("channel")):
        found["channels"] = [column.name for column in channels]
        units = {column.name: column.unit for column in channels if column.unit}
        found["unit"] = units | {c.name: c.unit for c in description.of("time") if c.unit}
    if description.people.pattern and not description.doubts:  # a doubt is not settled by writing it down
        found["people_from"] = description.people.pattern
    said = description.said.model_dump(exclude_none=True, exclude_defaults=True)
    return ReadSpec(**found | said)


def dangerous(where: str, what: str, options: Sequence[str]) -> DataError:
    """A refusal of what must not be guessed, with what to type.

    >>> print(dangerous("file 'a.csv'", "two clocks", ["--time t", "--time t2"]))
    file 'a.csv': two clocks; say which: --time t or --time t2.
    """
    return DataError(f"{where}: {what}; say which: {' or '.join(options)}.")


def _listed(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    return value
