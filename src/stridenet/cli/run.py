"""``stridenet run``: train the repeats, test them, leave a run folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet import spec
from stridenet.cli._shared import AsJson, DataDir, OutDir, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings

if TYPE_CHECKING:
    from stridenet.runs.job import Run


@with_settings(*TRAINING, *DATA)
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
    if as_json:
        print_json(figures(done))
    else:
        typer.echo(summary(done))


def figures(done: "Run") -> dict[str, Any]:
    """What ``--json`` prints."""
    return done.result.metrics() | {
        "run_dir": str(done.folder),
        "found": done.found,
    }


def summary(done: "Run") -> str:
    """What a person reads: the scores, what they mean, and where the rest is."""
    import numpy as np

    result, figure = done.result, done.result.metrics()
    scores = " ".join(f"{100 * a:.3f}" for a in result.accuracies)
    lines = [
        f"{'Simulated data; ' if result.provenance.simulated else ''}{result.provenance.source}",
        f"protocol   {result.protocol}",
        f"shared     {_shared(result.protocol.shared_people)} people and "
        f"{_shared(result.protocol.shared_samples)} samples on both sides",
        f"scores     {scores}",
        f"accuracy   {100 * figure['accuracy_mean']:.3f} % ± {100 * figure['accuracy_sd']:.3f} "
        f"over {len(result.seeds)} repeats (the commonest class alone: {100 * result.majority_accuracy:.1f} %)",
        f"macro F1   {100 * figure['macro_f1_mean']:.3f} %",
        f"parameters {result.n_parameters:,}",
        f"time       {result.total_seconds:.0f} s; training {sum(result.seconds):.0f} s and compilation "
        f"{sum(result.compile_seconds):.0f} s over all processes",
        f"report     {done.folder / 'report.html'}",
    ]
    parted = [p for p in figure["over_fitting"] if p]
    if parted:
        since, gap = (float(np.median([p[key] for p in parted])) for key in ("since", "gap"))
        lines.insert(
            -1,
            f"over-fits  {len(parted)} of {len(result.seeds)} repeats, typically since epoch {since:.0f}; "
            f"training accuracy ends {100 * gap:.1f} points above validation",
        )
    return "\n".join(lines)


def _shared(count: int | None) -> str:
    return "an unknown number of" if count is None else str(count)
