"""What is typed of a run's settings: the same options for every command, ``--set`` and ``--from``, made to settings."""

import inspect
import os
import re
import tomllib
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from stridenet import spec
from stridenet.errors import SettingError, short
from stridenet.refusal import inner_table
from stridenet.spec import RunSpec

READING = (
    "--time", "--label", "--person", "--session", "--channels", "--drop", "--unit", "--people-from", "--merge-people",
    "--merge-labels", "--rate-hz", "--gap", "--fill-gaps", "--even", "--filter", "--derive", "--wide", "--layout",
)  # fmt: skip
DATA = ("--length", "--step", "--length-s", "--step-s", "--people", *READING)
TRAINING = (
    "--model", "--repeats", "--epochs", "--batch-size", "--seed", "--prepare", "--standardize", "--protocol",
    "--split-seed", "--validation", "--executor", "--timeline",
)  # fmt: skip
_WHERE = {
    "--model": "model.name", "--repeats": "repeats", "--epochs": "train.epochs", "--batch-size": "train.batch_size",
    "--seed": "seed", "--prepare": "prepare", "--protocol": "split.kind", "--split-seed": "split.seed",
    "--validation": "split.validation", "--executor": "executor", "--length": "data.length", "--step": "data.step",
    "--length-s": "data.length_s", "--step-s": "data.step_s", "--people": "data.people", "--timeline": "timeline",
    "--ensemble": "ensemble", "--distill": "distill", "--with-features": "model.features",
    **{flag: f"data.{flag.strip('-').replace('-', '_')}" for flag in READING},
}  # fmt: skip
_LISTS = ("data.people", "data.channels", "data.drop", "data.derive")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a run's settings.

    Args:
        options: values by the setting's full name, of the options that were given.
        assigned: the texts of ``--set``.
        file: that of ``--from``.
    """

    options: dict[str, Any]
    assigned: Sequence[str]
    file: Path | None

    def settings(self) -> dict[str, Any]:
        """Nested settings: the file's, overridden by the options, overridden by ``--set``."""
        nested, pairs = self._base(), [parted(text) for text in self.assigned]
        networks = _networks(nested, [(name, literal(text)) for name, text in pairs])
        for name, text in pairs:
            nested = spec.override(nested, _full(name, networks), literal(text))
        return nested

    def grid(self) -> tuple[dict[str, Any], dict[str, list[Any]]]:
        """Nested settings of the file and the options, and each ``--set``'s values by full name.

        Raises:
            SettingError: a setting that is given twice.
        """
        nested, pairs = self._base(), [parted(text) for text in self.assigned]
        chosen = [(name, value) for name, text in pairs for value in values(text)]
        networks = _networks(nested, chosen)
        grid: dict[str, list[Any]] = {}
        for name, text in pairs:
            full = _full(name, networks)
            if full in grid or full in self.options:
                raise SettingError(f"--set {name}: {full} is given twice; give all its values at once, by commas.")
            grid[full] = values(text)
        return nested, grid

    def _base(self) -> dict[str, Any]:
        nested = _from_file(self.file) if self.file else {}
        for name, value in self.options.items():
            nested = spec.override(nested, name, value)
        return nested


def with_settings(*flags: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command these options, the data's name, ``--set`` and ``--from``: they are its argument ``typed``."""

    def around(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True).parameters
        shared = _parameters(flags)

        @wraps(command)
        def called(**given: Any) -> None:
            mine = {name: given.pop(name) for name in shared}
            command(typed=_typed(mine), **given)

        rest = [one.replace(kind=one.KEYWORD_ONLY) for name, one in own.items() if name != "typed"]
        first = [one for one in rest if _is_argument(one)]  # of the command's own, before the data
        all_ = [*first, *shared.values(), *(one for one in rest if one not in first)]
        called.__signature__ = inspect.Signature(all_)  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in all_}
        return called

    return around


def _is_argument(one: inspect.Parameter) -> bool:
    return any(isinstance(part, typer.models.ArgumentInfo) for part in typing.get_args(one.annotation))


def parted(text: str) -> tuple[str, str]:
    """The two sides of ``name=value``."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name or not value:
        raise SettingError(f"--set {short(text)[1:-1]}: give a name and a value, as in --set filters=32.")
    return name, value


def literal(text: str) -> Any:
    """A value as TOML writes it, or the text itself.

    >>> literal("8"), literal("[8, 16]"), literal("causal"), literal("2024-01-31")
    (8, [8, 16], 'causal', '2024-01-31')
    """
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    except (RecursionError, ValueError):  # brackets without end; more digits than Python reads
        raise SettingError(f"--set {short(text)}: no setting is so deep or so long.") from None
    return value if isinstance(value, (bool, int, float, str, list, dict)) else text  # a date is none of ours


def values(text: str) -> list[Any]:
    """Several values by commas; a comma in brackets or quotes belongs to its value.

    >>> values("8,16"), values("[100],[100,50]"), values("same, causal")
    ([8, 16], [[100], [100, 50]], ['same', 'causal'])
    """
    whole = literal(text)
    parts = re.findall(r"(?:[^,\[{\"']|\[[^]]*\]|\{[^}]*\}|\"[^\"]*\"|'[^']*')+", text)
    return [literal(part.strip()) for part in parts] if ",".join(parts) == text else [whole]


def _full(name: str, networks: Sequence[str]) -> str:
    from stridenet.cli._names import full_name

    return full_name(name, networks)


def _networks(nested: dict[str, Any], assigned: Sequence[tuple[str, Any]] = ()) -> list[str]:
    """The names of the networks that the settings speak of."""
    named = [str(value) for name, value in assigned if name == "model.name"]
    table = nested.get("model")
    before = table.get("name") if isinstance(table, dict) else None
    return named or [str(before or RunSpec().model.name)]


def _from_file(file: Path) -> dict[str, Any]:
    file = file / "settings.toml" if file.is_dir() else file
    nested = spec.read_toml(file)
    for name in nested.keys() - RunSpec.model_fields.keys() - {"engine"}:  # a setting of the first version
        from stridenet.cli._names import unknown

        raise unknown(name, _networks(nested))
    return nested if "engine" in nested else _beside(nested, file.resolve().parent)


def _beside(nested: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths that a file of settings names are looked for beside it, wherever the command is given."""
    from stridenet.data.sets.table import TABLE
    from stridenet.models.own import is_file

    for table in ("data", "model"):
        inner = nested.get(table)
        name = inner.get("name") if isinstance(inner, dict) else None
        if not isinstance(name, str) or name in TABLE or name.startswith("~"):
            continue
        a_path = is_file(name) if table == "model" else len(Path(name).parts) > 1 or bool(Path(name).suffix)
        if a_path or (table == "data" and os.path.exists(folder / name)):  # noqa: PTH110  never raises
            nested = spec.override(nested, f"{table}.name", str(folder / name))
    return nested


def _typed(given: dict[str, Any]) -> Typed:
    options = {_WHERE[flag]: given[_parameter(flag)] for flag in _WHERE if given.get(_parameter(flag)) is not None}
    if given.get("standardize"):
        if options.get("prepare", "standardize") != "standardize":
            raise SettingError(f"--standardize and --prepare {options['prepare']}: give one of the two.")
        options["prepare"] = "standardize"
    for name in _LISTS:
        if (several := options.get(name)) is not None:
            options[name] = [one.strip() for one in several.split(",") if one.strip()]
    if (units := options.get("data.unit")) is not None:
        options["data.unit"] = units_of(units)
    if given["data"] is not None:
        options["data.name"] = given["data"]
    return Typed(options, given["set_"] or [], given["from_"])


def units_of(texts: Sequence[str]) -> dict[str, str]:
    """What ``--unit`` says, each several by commas.

    >>> units_of(["acc=g,gyro=deg/s", "time=ms"])
    {'acc': 'g', 'gyro': 'deg/s', 'time': 'ms'}
    """
    return dict(_unit(text) for one in texts for text in one.split(","))


def _unit(text: str) -> tuple[str, str]:
    name, equals, unit = (part.strip() for part in text.partition("="))
    if not (name and equals and unit):
        raise SettingError(
            f"--unit {short(text)[1:-1]}: give a column or a sensor and its unit, as in --unit acc=m/s^2."
        )
    return name, unit


def _parameters(flags: Sequence[str]) -> dict[str, inspect.Parameter]:
    """The shared parameters of a command, their types and words from the settings themselves."""
    about = "simulated (default), uci-har, hapt ... or the path of your own recordings."
    kinds: dict[str, Any] = {"data": Annotated[str | None, typer.Argument(help=about)]}
    for flag in flags:
        kinds[_parameter(flag)] = _option(flag)
    kinds["set_"] = Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Any of `stridenet settings`: filters=32, epochs=5."),
    ]
    kinds["from_"] = Annotated[
        Path | None, typer.Option("--from", help="Settings from a run's folder, or from a TOML file.")
    ]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return {
        name: inspect.Parameter(name, keyword, annotation=kind, default=False if name == "standardize" else None)
        for name, kind in kinds.items()
    }


def _option(flag: str) -> Any:
    """An option, described by its setting; what it may hold is checked with the settings."""
    if flag == "--standardize":
        return Annotated[bool, typer.Option(flag, help="The same as --prepare standardize.")]
    table: Any = RunSpec
    *tables, name = _WHERE[flag].split(".")
    for part in tables:
        table = inner_table(table.model_fields[part])
    info = table.model_fields[name]
    kind: Any = next((one for one in _parts(info.annotation) if one in (int, float, bool)), str)
    if flag == "--unit":
        kind = list[str]
    about = info.description[0].upper() + info.description[1:]
    if choices := [
        one for part in _parts(info.annotation) if typing.get_origin(part) is Literal for one in part.__args__
    ]:
        about = f"{', '.join(choices)}: {info.description}"
    commas = " (several by commas)" if f"data.{name}" in _LISTS else ""
    nothing = info.default_factory or info.default is None or info.default is False or info.default == ()
    own = "the network's own, else " if _WHERE[flag].startswith("train.") else ""
    default = "" if nothing else f" [default: {own}{info.default}]"
    either = [f"{flag}/--no-{flag.removeprefix('--')}"] if info.annotation == bool | None else [flag]
    metavar = "NAME=UNIT" if flag == "--unit" else None
    return Annotated[kind | None, typer.Option(*either, metavar=metavar, help=f"{about}{commas}.{default}")]


def _parts(kind: Any) -> tuple[Any, ...]:
    """The kinds that a setting may be of."""
    return (kind, *typing.get_args(kind))


def _parameter(flag: str) -> str:
    return flag.strip("-").replace("-", "_")
