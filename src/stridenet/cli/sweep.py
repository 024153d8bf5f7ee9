"""``stridenet sweep``: one run for every combination of some settings' values."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stridenet.cli._shared import AsJson, DataDir, DataName, assignments, gather, print_json, training_progress
from stridenet.errors import SettingError

if TYPE_CHECKING:
    from stridenet.runs.sweep import Sweep


def sweep(
    data: DataName = "simulated",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUES", help="Values by commas: filters=8,16; several make a grid."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="A network from `stridenet models`. [default: cnn]")] = None,
    repeats: Annotated[int | None, typer.Option(help="Trainings of each combination. [default: 10]")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training windows. [default: 10]")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the first repeat. [default: 0]")] = None,
    from_: Annotated[Path | None, typer.Option("--from", help="What all combinations share, from a TOML file.")] = None,
    out: Annotated[Path, typer.Option(help="The folder that holds runs.")] = Path("runs"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Try every combination of some settings' values, and keep every repeat."""
    grid = dict(assignments(text) for text in set_ or [])
    if not grid:
        raise SettingError("a sweep needs at least one --set with values by commas, as in --set filters=8,16,32.")
    options = {"data.name": data, "model.name": model, "repeats": repeats, "train.epochs": epochs, "seed": seed}
    settings = gather(from_, options)
    from stridenet.runs.sweep import sweep as sweep_

    with training_progress() as (note, move):
        done = sweep_(settings, grid, out=out, data_dir=data_dir, note=note, on_progress=move)
    if as_json:
        print_json({"points": done.rows(), "sweep_dir": str(done.folder)})
    else:
        typer.echo(table(done))


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
