"""What several commands share: notes on standard error, JSON on standard output, ``--set``, a progress bar."""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet.errors import SettingError

if TYPE_CHECKING:
    from stridenet.system.notes import OnProgress

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where to look for data first; then STRIDENET_DATA, then the cache.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]
DataName = Annotated[str, typer.Argument(help="simulated, uci-har, hapt ... or the path of your own recordings.")]


def note(text: str) -> None:
    """A sentence for the person at the terminal, on standard error."""
    typer.echo(text, err=True)


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, indent=1, allow_nan=False))


def assignment(text: str) -> tuple[str, Any]:
    """A setting's full name and value from ``name=value``; the value is read as TOML, or else as plain text.

    A name that is not one of the run's own belongs to the network.

    >>> assignment("filters=8"), assignment("train.epochs=3"), assignment("conv.padding=causal")
    (('model.settings.filters', 8), ('train.epochs', 3), ('model.settings.conv.padding', 'causal'))
    """
    from stridenet.spec import RunSpec

    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name or not value:
        raise SettingError(f"--set {text}: give a name and a value, as in --set filters=32.")
    known = name.partition(".")[0] in RunSpec.model_fields
    return name if known else f"model.settings.{name}", literal(value)


def assignments(text: str) -> tuple[str, list[Any]]:
    """A setting's full name and several values by commas; a comma in brackets or quotes belongs to its value.

    >>> assignments("filters=8,16"), assignments("dense=[100],[100,50]")
    (('model.settings.filters', [8, 16]), ('model.settings.dense', [[100], [100, 50]]))
    """
    name, first = assignment(text)
    value = text.partition("=")[2]
    parts = re.findall(r"(?:[^,\[{\"']|\[[^]]*\]|\{[^}]*\}|\"[^\"]*\"|'[^']*')+", value)
    return name, [literal(part.strip()) for part in parts] if len(parts) > 1 else [first]


def gather(file: Path | None, options: dict[str, Any], assigned: Sequence[tuple[str, Any]] = ()) -> dict[str, Any]:
    """The nested settings of a file, overridden by the options that were given, overridden by ``--set``."""
    from stridenet import spec

    nested: dict[str, Any] = spec.read_toml(file) if file else {}
    given = [(name, value) for name, value in options.items() if value is not None]
    for name, value in [*given, *assigned]:
        nested = spec.override(nested, name, value)
    return nested


def literal(text: str) -> Any:
    """A value as TOML writes it, or the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


@contextmanager
def training_progress() -> Iterator[tuple[Callable[[str], None], "OnProgress | None"]]:
    """A bar with the time left, on standard error; silent when that is no terminal.

    Yields a function for notes, which go above the bar, and one that moves the bar.
    """
    if not sys.stderr.isatty():
        yield note, None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading and compiling", total=None)

        def move(at: Any) -> None:
            bar.update(
                task,
                total=at.total,
                completed=at.done,
                description=f"repeat {at.repeat}/{at.repeats} epoch {at.epoch}/{at.epochs}"
                + (f" accuracy {at.scores['accuracy']:.3f}" if console.width >= 80 else ""),
            )

        yield bar.console.print, move
