"""What a table of settings refuses, in one sentence that says what to type."""

import types
import typing
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel, ValidationError, ValidationInfo
from pydantic.fields import FieldInfo

from stridenet.errors import SettingError, StridenetError, UnknownNameError, short

Table = type[BaseModel]
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text, in quotes",
    "finite": "a finite number",
    "dict": "a table, as in {name = value}",
    "none": "left out",
}


def explain(error: ValidationError, table: Table, *, known: Iterable[str] = (), prefix: str = "") -> StridenetError:
    """One sentence for the first thing that a settings table refuses.

    Args:
        error: what pydantic says.
        table: the settings table that said it.
        known: full names of other settings that may have been meant.
        prefix: where the table's settings stand among all, as in ``"model.settings."``.
    """
    first = error.errors(include_url=False)[0]
    kind, given = first["type"], first["input"]
    name, info = _at(table, first["loc"])
    name, last = prefix + name, name.rpartition(".")[2]
    if kind == "extra_forbidden":
        return unknown_setting(name, [*setting_names(table, prefix), *known])
    what = first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    inner = table if not first["loc"] else inner_table(info)
    if kind == "value_error" and inner is not None:
        return SettingError(f"these settings do not go together: {what}.")
    if kind == "model_type" and inner is None:
        what = f"a table, as in {last.partition(',')[0]} = {_example(info)}"
    elif kind == "model_type" and inner is not None:
        what = _first_of(inner, name, given)
        return SettingError(f"setting {name} = {short(given)}: it is a table of settings; {what}.")
    elif kind in ("tuple_type", "list_type"):
        what = f"a list in brackets, as in {last} = {_example(info)}"
    elif kind == "too_short":
        what = f"a list that is not empty, as in {last} = {_example(info)}"
    else:
        what = _WORDS.get(kind.partition("_")[0], what)
    return SettingError(f"setting {name} = {short(given)}: it must be {what}.")


def checked(table: Table, given: dict[str, Any], *, known: Iterable[str] = (), prefix: str = "") -> BaseModel:
    """A table's settings, checked, with the defaults filled in; see :func:`explain` for the arguments.

    Raises:
        StridenetError: what the table refuses, in one sentence.
    """
    try:
        return table.model_validate(given)
    except ValidationError as error:
        raise explain(error, table, known=known, prefix=prefix) from None


def at_most(most: int) -> Callable[[Any, ValidationInfo], Any]:
    """A check that gives a setting's value back, and refuses what nothing later could use."""

    def check(value: Any, about: ValidationInfo) -> Any:
        size = (int, float) if str(about.field_name).endswith(("_s", "_hz")) else int
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, size) and abs(one) > most:
                raise ValueError(f"at most {most}")
            if isinstance(one, str) and any("\ud800" <= letter <= "\udfff" for letter in one):  # a file's name in bytes
                raise ValueError("text in UTF-8; rename what it names")
        return value

    return check


def unknown_setting(name: str, known: Sequence[str], *, of: str = "setting") -> UnknownNameError:
    """An error that names the nearest setting of all, and where to read of the others.

    >>> print(unknown_setting("lr", ["seed", "train.learning_rate"]))
    unknown setting 'lr': did you mean 'train.learning_rate'? `stridenet settings` lists all.
    """
    near = nearest(name, known)
    hint = f"did you mean {near!r}? " if near else ""
    return UnknownNameError(f"unknown {of} {short(name)}: {hint}`stridenet settings` lists all.")


def nearest(name: str, known: Sequence[str], *, cutoff: float = 0.6) -> str | None:
    """The setting that was probably meant, by its full name, its last part or that part's initials."""
    best, score = None, cutoff
    for one in known:
        if (alike := _alike(_plain(name), _plain(one))) > score:
            best, score = one, alike
    return best


def setting_names(table: Table, prefix: str = "") -> list[str]:
    """All names in a table of settings, those of its inner tables with dots."""
    names: list[str] = []
    for name, info in table.model_fields.items():
        inner = inner_table(info)
        names += [prefix + name] if inner is None else setting_names(inner, f"{prefix}{name}.")
    return names


def inner_table(info: FieldInfo | None) -> Table | None:
    """The table of settings that a field holds, None where it holds a value."""
    kind = None if info is None else info.annotation
    return _table_in(kind, types.UnionType, typing.Union)


def item_table(info: FieldInfo | None) -> Table | None:
    """The table of settings that each item of a list holds, None where the items are values."""
    return None if info is None else _table_in(info.annotation, tuple, list)


def _table_in(kind: Any, *inside: Any) -> Table | None:
    parts = typing.get_args(kind) if typing.get_origin(kind) in inside else (kind,)
    return next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _at(table: Table, loc: tuple[int | str, ...]) -> tuple[str, FieldInfo | None]:
    """The name of a setting without pydantic's own marks, and its field; items of a list are counted from 1."""
    name = ""
    info: FieldInfo | None = None
    here: Table | None = table
    for part in loc:
        if isinstance(part, int):
            name += f", item {part + 1}"
            here = item_table(info)
        elif here is not None:
            name += f".{part}" if name else part
            info = here.model_fields.get(part)
            here = inner_table(info)
    return name, info


def _first_of(inner: Table, name: str, given: Any) -> str:
    """How one of a table's settings is written: that which could hold what was given, else the first."""
    fields = inner.model_fields
    ordered = sorted(fields, key=lambda one: one != "name")  # what a table is called by comes first
    part = next((one for one in ordered if _holds(inner, one, given)), None)
    value = given if part else next(iter(fields.values())).get_default()
    part = part or next(iter(fields))
    last = name.rpartition(".")[2]
    return f"write {name}.{part} = {short(value)}, or in Python {last}={{{part!r}: {short(value)}}}"


def _holds(table: Table, name: str, value: Any) -> bool:
    try:
        table.model_validate({name: value})
    except ValidationError:
        return False
    return True


def _example(info: FieldInfo | None) -> str:
    """A list as TOML writes it: the default, or one of what it would hold."""
    default = None if info is None else info.get_default(call_default_factory=True)
    if isinstance(default, (list, tuple)) and default:
        return str(list(default))
    if (inner := item_table(info)) is not None:
        return f"[{{{next(iter(inner.model_fields))} = ...}}]"
    return '["1", "2"]' if info is not None and "str" in str(info.annotation) else "[1, 2]"


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _alike(name: str, other: str) -> float:
    """From 0 to 1: how near a name is to a setting's full name, or a little less to its last part."""
    last = other.rpartition(".")[2]
    if name == "".join(word[:1] for word in last.split("_")):
        return 0.9
    ends = (_ratio(name, last), _ratio(name.rpartition(".")[2], last) - 0.1)
    return max(_ratio(name, other), *(0.99 * end for end in ends))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:80], other).ratio()
