"""``stridenet run``: train the repeats, test them, leave a run folder."""

from pathlib import Path
from typing import Annotated

import typer

from stridenet.cli._shared import AsJson, DataDir, assignment, gather, print_json, training_progress


def run(
    data: Annotated[
        str | None, typer.Argument(help="simulated (default), uci-har, hapt ... or the path of your own recordings.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A network from `stridenet models`. [default: cnn]")] = None,
    repeats: Annotated[int | None, typer.Option(help="Trainings from new random weights. [default: 10]")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training windows. [default: 10]")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Windows in a training step. [default: 32]")] = None,
    standardize: Annotated[
        bool, typer.Option("--standardize", help="Scale each channel, fitted on the training windows only.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Seed of the first repeat. [default: 0]")] = None,
    split: Annotated[
        str | None, typer.Option(help="official, by-person or random. [default: official where there is one]")
    ] = None,
    validation: Annotated[
        float | None, typer.Option(help="Share of the training people kept for validation. [default: 0]")
    ] = None,
    length: Annotated[int | None, typer.Option(help="Samples in a window. [default: the data set's]")] = None,
    step: Annotated[int | None, typer.Option(help="Samples from one window's start to the next.")] = None,
    length_s: Annotated[float | None, typer.Option("--length-s", help="Seconds in a window.")] = None,
    step_s: Annotated[float | None, typer.Option("--step-s", help="Seconds from one window to the next.")] = None,
    executor: Annotated[
        str | None, typer.Option(help="Where repeats are trained: auto, here, processes, one-program. [default: auto]")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Any setting: filters=32, train.epochs=5.")
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", help="Settings from a TOML file, such as a run's own.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder that holds runs.")] = Path("runs"),
    data_dir: DataDir = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Train again although this very run is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train a network several times, test it on people it has never seen, and leave a report."""
    from stridenet import spec

    settings = gather(
        from_,
        {
            "data.name": data,
            "model.name": model,
            "repeats": repeats,
            "train.epochs": epochs,
            "train.batch_size": batch_size,
            "prepare": "standardize" if standardize else None,
            "seed": seed,
            "split.kind": split,
            "executor": executor,
            "split.validation": validation,
            "data.length": length,
            "data.step": step,
            "data.length_s": length_s,
            "data.step_s": step_s,
        },
        [assignment(text) for text in set_ or []],
    )
    checked = spec.parse(settings)
    from stridenet.runs.job import run as run_

    with training_progress() as (note, move):
        done = run_(checked, out=out, data_dir=data_dir, fresh=fresh, note=note, on_progress=move)
    from stridenet.cli._summary import figures, summary

    if as_json:
        print_json(figures(done))
    else:
        typer.echo(summary(done))
