"""What several commands share: notes on standard error, JSON on standard output, a progress bar."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from stridenet.system.notes import Share

if TYPE_CHECKING:
    from stridenet.system.notes import OnProgress
    from stridenet_runtime.predictor import Engine

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where to look for data first; then STRIDENET_DATA, then the cache.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else.")]
DIVERGED = 3
"""Exit status of what was done, and in which a training diverged."""
Model = Annotated[str, typer.Argument(metavar="MODEL", help="A model file, model.stride, or the folder of its run.")]
Smoothing = Annotated[
    str, typer.Option(help="majority, hysteresis or minimum-duration; with settings hysteresis:enter=0.8,leave=0.3.")
]
EngineName = Annotated[str, typer.Option("--engine", help="onnx, numpy, or auto: the first that is installed.")]
OutDir = Annotated[Path, typer.Option(help="The folder that holds runs.")]


def note(text: str) -> None:
    """A sentence for the person at the terminal, on standard error; a run goes on although nobody reads any more."""
    with suppress(OSError):
        typer.echo(text, err=True)


def engine_of(name: str) -> "Engine":
    """The engine that was typed."""
    from stridenet.errors import unknown_name
    from stridenet_runtime.predictor import Engine

    if name not in get_args(Engine):
        raise unknown_name("engine", name, get_args(Engine))
    return cast("Engine", name)


def smoothing_of(text: str) -> tuple[str, dict[str, float]]:
    """What was typed of the smoothing: its name and its settings."""
    from stridenet.errors import SettingError
    from stridenet_runtime.smoothing import parsed

    try:
        return parsed(text)
    except ValueError as error:
        raise SettingError(str(error)) from None


def print_table(drawn: Any) -> None:
    """Something of rich's on standard output; words in it are as they are, whatever brackets they hold."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise

    Plain(markup=False, emoji=False, highlight=False).print(drawn)


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, indent=1, allow_nan=False))


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table, each column as wide as its widest cell."""
    cells = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


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
    console = Console(stderr=True, markup=False, emoji=False, highlight=False)  # a path may hold brackets
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading and compiling", total=None)

        def move(at: Any) -> None:
            bar.update(
                task,
                total=at.total,
                completed=at.done,
                description=(f"fold {at.fold}/{at.folds} " if at.folds > 1 else "")
                + f"repeat {at.repeat}/{at.repeats} epoch {at.epoch}/{at.epochs}"
                + (f" accuracy {at.scores['accuracy']:.3f}" if "accuracy" in at.scores and console.width >= 80 else ""),
            )

        def tell(text: str) -> None:
            if isinstance(text, Share):
                bar.update(task, total=1.0, completed=text.share, description=text.what)
            else:
                console.print(text, soft_wrap=True)

        yield tell, move
