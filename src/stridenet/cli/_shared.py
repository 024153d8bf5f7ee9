"""What several commands share: notes on standard error, JSON on standard output, ``--set``, a progress bar."""

import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet.errors import SettingError

if TYPE_CHECKING:
    from stridenet.job import OnProgress

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
    """A setting's name and value from ``name=value``; the value is read as TOML, or else as plain text.

    >>> assignment("filters=8"), assignment("conv.padding=causal")
    (('filters', 8), ('conv.padding', 'causal'))
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise SettingError(f"--set {text}: give a name and a value, as in --set filters=32.")
    return name.strip(), literal(value.strip())


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
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def move(at: Any) -> None:
            bar.update(
                task,
                total=at.total,
                completed=at.done,
                description=f"repeat {at.repeat}/{at.repeats}  epoch {at.epoch}/{at.epochs}  "
                f"accuracy {at.scores['accuracy']:.3f}",
            )

        yield bar.console.print, move
