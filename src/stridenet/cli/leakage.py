"""``stridenet leakage``: what three common ways of peeking at the test would have claimed."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stridenet import spec
from stridenet.cli._shared import DIVERGED, AsJson, DataDir, OutDir, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings

if TYPE_CHECKING:
    from stridenet.runs.leakage import Leakage


@with_settings(*TRAINING, *DATA)
def leakage(typed: Typed, out: OutDir = Path("runs"), data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show what peeking claims: the same network honestly tested, and in three ways that leak.

    By person; with the best epoch chosen on the test; scaled with the test; by random windows.
    """
    checked = spec.parse(typed.settings())
    from stridenet.runs.leakage import leakage as leakage_

    with training_progress() as (note, move):
        done = leakage_(checked, out=out, data_dir=data_dir, note=note, on_progress=move)
    if as_json:
        print_json(done.told())
    else:
        typer.echo(table(done))
    if any(result.diverged for result in done.results.values()):
        raise typer.Exit(DIVERGED)


def table(done: "Leakage") -> str:
    """Every way with its accuracy, and how much too good it is; the leaky ones are marked."""
    from stridenet.views.pages.leakage import in_words

    head = ("way", "accuracy %", "95 % interval", "too good by", "95 % interval")
    cells = [head]
    for way in done.told()["ways"]:
        said = in_words(way)
        spread = f" ± {said['spread']}" if said["spread"] else ""
        mark = " (LEAKY)" if way["leaky"] else ""
        cells.append(
            (way["name"] + mark, said["accuracy"] + spread, said["sure"], said["too_good"], said["too_good_sure"])
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]
    lines.append("only the first may be reported; the others know the test, each in its way")
    return "\n".join([*(line.rstrip() for line in lines), f"page   {done.folder / 'leakage.html'}"])
