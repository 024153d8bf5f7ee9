"""``stridenet sweep``: one run for every combination of some settings' values."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stridenet.cli._shared import DIVERGED, AsJson, DataDir, OutDir, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings
from stridenet.errors import SettingError
from stridenet.signals.wording import one_line

if TYPE_CHECKING:
    from stridenet.runs.sweep import Sweep


@with_settings(*TRAINING, *DATA)
def sweep(typed: Typed, out: OutDir = Path("runs"), data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Try every combination of some settings' values, and keep every repeat.

    Values stand by commas, as in --set filters=8,16; several --set make a grid.
    """
    settings, grid = typed.grid()
    if not grid:
        raise SettingError("a sweep needs at least one --set with values by commas, as in --set filters=8,16,32.")
    from stridenet.runs.sweep import sweep as sweep_

    with training_progress() as (note, move):
        done = sweep_(settings, grid, out=out, data_dir=data_dir, note=note, on_progress=move)
    if as_json:
        told = [str(alarm) for alarm in done.alarms()]
        print_json({"points": done.rows(), "alarms": told, "sweep_dir": str(done.folder)})
    else:
        typer.echo(table(done))
    if any(point.run.result.diverged for point in done.points):
        raise typer.Exit(DIVERGED)


def table(done: "Sweep") -> str:
    """Every setting, best first, with its time and its run; what is wrong with that; and where the page is."""
    ranked = done.ranked()
    head = (*ranked[0]["values"], "accuracy %", "parameters", "time s", "run")
    cells = [
        (
            *map(one_line, row["values"].values()),
            f"{100 * row['accuracy_mean']:.3f}"
            + (f" ± {100 * row['accuracy_sd']:.3f}" if len(row["accuracies"]) > 1 else ""),
            f"{row['n_parameters']:,}",
            f"{row['seconds']:.0f}",
            row["run_dir"],
        )
        for row in ranked
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in (head, *cells)]
    lines += [f"alarm  {alarm}" for alarm in done.alarms()]
    return "\n".join([*(line.rstrip() for line in lines), f"page   {done.folder / 'sweep.html'}"])
