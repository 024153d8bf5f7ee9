"""``stridenet run``: train the repeats, test them, leave a run folder."""

from pathlib import Path
from typing import Annotated

import typer

from stridenet import spec
from stridenet.cli._shared import DIVERGED, AsJson, DataDir, OutDir, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings


@with_settings(*TRAINING, "--ensemble", "--distill", "--with-features", *DATA)
def run(
    typed: Typed,
    out: OutDir = Path("runs"),
    data_dir: DataDir = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Train again although this very run is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train a network several times, test it on people it has never seen, and leave a report."""
    checked = spec.parse(typed.settings())
    from stridenet.runs.job import run as run_

    with training_progress() as (note, move):
        done = run_(checked, out=out, data_dir=data_dir, fresh=fresh, note=note, on_progress=move)
    from stridenet.cli._summary import figures, summary

    if as_json:
        print_json(figures(done))
    else:
        typer.echo(summary(done))
    if done.result.diverged:
        raise typer.Exit(DIVERGED)
