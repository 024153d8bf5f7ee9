"""``stridenet sweep``: one run for every combination of some settings' values."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stridenet.cli._shared import DIVERGED, AsJson, DataDir, OutDir, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings
from stridenet.errors import SettingError

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
        print_json({"points": done.rows(), "sweep_dir": str(done.folder)})
    else:
        typer.echo(table(done))
    if any(point.run.result.diverged for point in done.points):
        raise typer.Exit(DIVERGED)


def table(done: "Sweep") -> str:
    """Mean and standard deviation by combination, and where the picture is."""
    labels = [point.label for point in done.points]
    names = ", ".join(name.removeprefix("model.settings.") for name in done.points[0].values)
    width = max(map(len, [*labels, names]))
    lines = [f"{names:{width}}  accuracy %         parameters"]
    for label, row in zip(labels, done.rows(), strict=True):
        score = f"{100 * row['accuracy_mean']:.3f} ± {100 * row['accuracy_sd']:.3f}"
        lines.append(f"{label:{width}}  {score:17}  {row['n_parameters']:10,}")
    return "\n".join([*lines, f"picture  {done.folder / 'accuracies.png'}"])
