"""``stridenet settings``: every setting with its range, default and meaning, and a file of them to begin with."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from stridenet.cli._shared import AsJson, print_json
from stridenet.errors import SettingError

_FIXED = "\u00a0"  # a blank where no line may end


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as its table of settings describes it.

    Args:
        name: its full name.
        takes: what it may be: a range or the choices.
        unit: its unit, where its name holds one.
        default: what it is when nothing is said; None is nothing at all.
        about: what it means.
    """

    name: str
    takes: str
    unit: str
    default: Any
    about: str


def settings(
    model: Annotated[
        str,
        typer.Argument(metavar="[MODEL]", help="The network whose settings are listed too, from `stridenet models`."),
    ] = "stride",
    toml: Annotated[bool, typer.Option("--toml", help="Print them as a file of settings for --from.")] = False,
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Write that file.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every setting of a run and of a network: what it may be, its default, what it means.

    --set NAME=VALUE takes each of them by its last part where no other ends so, as in --set epochs=5.
    """
    listed = list(catalogue(model))
    if write is not None:
        from stridenet.system.files import write_aside

        if write.exists():
            raise SettingError(f"--write {write}: there is something already; choose another name.")
        write_aside(write, as_toml(model, listed))
    if as_json:
        print_json({"model": model, "settings": [asdict(one) for one in listed]})
    elif write is not None:
        typer.echo(write)
    else:
        typer.echo(as_toml(model, listed).rstrip() if toml else as_lines(listed))


def catalogue(model: str) -> Iterator[Setting]:
    """Every setting of a run with this network, in the order of their tables.

    Raises:
        UnknownNameError: no such network.
        SettingError: it is anyone's own, whose settings are its function's arguments.
    """
    from stridenet.cli._names import NETWORK
    from stridenet.models.own import is_file
    from stridenet.models.recipes import settings_of
    from stridenet.spec import RunSpec

    if is_file(model):
        raise SettingError(f"model {model}: its settings are the arguments of its function; read them there.")
    network = settings_of(model)
    own = _of_training(model)
    for one in _of(RunSpec()):
        if one.name == "model.settings":
            yield from _of(network, NETWORK)
        elif one.name == "model.name":
            yield replace(one, default=model)
        elif one.name in own:
            yield _of_its_own(one, own[one.name], model)
        else:
            yield one


def _of_training(model: str) -> dict[str, Any]:
    """How this network is trained where nothing else is said, by the settings' full names."""
    from stridenet.baselines.table import BASELINES
    from stridenet.models.build import training_of

    return {} if model in BASELINES else {f"train.{name}": value for name, value in training_of(model).items()}


def _of_its_own(one: Setting, value: Any, model: str) -> Setting:
    """A setting that the network has a default of its own of; the number of epochs may be the data's to decide too."""
    from stridenet.models.build import per_class

    if one.name != "train.epochs" or not (each := per_class(model)):
        return replace(one, default=value)
    about = f"{one.about}; by default {value}, and more where fewer than {each:,} windows would go by for each class"
    return replace(one, default=None, about=about)


def as_lines(listed: list[Setting]) -> str:
    """For a terminal of 80 columns: a line of facts, and below it what the setting means."""
    import textwrap

    lines: list[str] = []
    for one in listed:
        default = "" if one.default is None else f"[default: {_value(one.default)}]"
        facts = f"{one.name}  {one.takes} {default.replace(' ', _FIXED)}"
        lines += textwrap.wrap(facts, 80, subsequent_indent=" " * 8, break_on_hyphens=False)
        lines += textwrap.wrap(one.about, 80, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines).replace(_FIXED, " ")


def as_toml(model: str, listed: list[Setting]) -> str:
    """A file of settings with every default, each under a line that says what it means."""
    import textwrap

    lines = [f"# Settings of a run with {model}: stridenet run --from FILE. What is not set has a # in front."]
    tables: dict[str, list[Setting]] = {"": []}  # TOML has a file's own values first, and each table once
    for one in listed:
        tables.setdefault(one.name.rpartition(".")[0], []).append(one)
    for table, inside in tables.items():
        lines += ["", f"[{table}]"] if table else []
        for one in inside:
            words = f"{one.about}: {one.takes}"
            lines += textwrap.wrap(words, 100, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)
            last = one.name.rpartition(".")[2]
            lines.append(f"# {last} =" if one.default is None else f"{last} = {_value(one.default)}")
    return "\n".join(lines) + "\n"


def _of(table: Any, prefix: str = "") -> Iterator[Setting]:
    from stridenet.refusal import inner_table

    properties = type(table).model_json_schema()["properties"]
    dumped = table.model_dump(mode="json")
    for name, info in type(table).model_fields.items():
        if inner_table(info) is not None:
            yield from _of(getattr(table, name), f"{prefix}{name}.")
            continue
        unit = {"s": "s", "hz": "Hz"}.get(name.rpartition("_")[2], "") if "_" in name else ""
        takes = _takes(properties[name])
        yield Setting(prefix + name, f"{takes} ({unit})" if unit else takes, unit, dumped[name], info.description or "")


def _takes(about: dict[str, Any]) -> str:
    """What a setting may be, from its JSON schema."""
    if "anyOf" in about:
        return " or ".join(_takes(one) for one in about["anyOf"] if one.get("type") != "null")
    if "const" in about:
        return str(about["const"])
    if "enum" in about:
        return ", ".join(map(str, about["enum"]))
    match about.get("type"):
        case "integer":
            return f"whole number{_range(about, whole=True)}"
        case "number":
            return f"number{_range(about)}"
        case "boolean":
            return "true, false"
        case "array":
            return f"list, each {_takes(about['items'])}"
        case "string":
            return "text"
    return "table"


def _range(about: dict[str, Any], *, whole: bool = False) -> str:
    least, above = about.get("minimum"), about.get("exclusiveMinimum")
    most, below = about.get("maximum"), about.get("exclusiveMaximum")
    if whole:
        least = above + 1 if above is not None else least
        most = below - 1 if below is not None else most
        above = below = None
    ends = [
        f"from {least}" if least is not None else f"above {above}" if above is not None else "",
        f"to {most}" if most is not None else f"below {below}" if below is not None else "",
    ]
    return (" " + ", ".join(end for end in ends if end)).rstrip().replace(", to", " to")


def _value(default: Any) -> str:
    """As TOML writes it."""
    if isinstance(default, dict):
        return f"{{{', '.join(f'{name} = {_value(value)}' for name, value in default.items())}}}"
    return json.dumps(default, ensure_ascii=False)  # the two agree on all other values
