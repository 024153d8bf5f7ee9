"""``stridenet sweep``: one run for every combination of some settings' values, or the best one, chosen honestly."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet.cli._shared import DIVERGED, AsJson, DataDir, OutDir, aligned, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings
from stridenet.errors import SettingError
from stridenet.signals.wording import counted, one_line

if TYPE_CHECKING:
    from stridenet.runs.selection import Selection
    from stridenet.runs.sweep import Sweep


@with_settings(*TRAINING, *DATA)
def sweep(
    typed: Typed,
    select: Annotated[
        bool, typer.Option("--select", help="Choose on training people only, and test what was chosen, once.")
    ] = False,
    inner_folds: Annotated[
        int | None, typer.Option(help="Folds of the training people that choose. [default: 3]")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="The score that chooses: accuracy, macro-f1, log-loss ... [default: accuracy]")
    ] = None,
    out: OutDir = Path("runs"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Try every combination of some settings' values, and keep every repeat; or choose one without the test people.

    Values stand by commas, as in --set filters=8,16; several --set make a grid.
    """
    settings, grid = typed.grid()
    if not grid:
        raise SettingError("a sweep needs at least one --set with values by commas, as in --set filters=8,16,32.")
    how = {name: value for name, value in (("inner_folds", inner_folds), ("by", by)) if value is not None}
    if how and not select:
        flag = f"--{next(iter(how)).replace('_', '-')}"
        raise SettingError(f"{flag} belongs to --select, which chooses on training people; give both, or neither.")
    if select:
        _select(settings, grid, how, out, data_dir, as_json)
        return
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


def _select(
    settings: dict[str, Any],
    grid: dict[str, list[Any]],
    how: dict[str, Any],
    out: Path,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    from stridenet.runs.selection import select

    with training_progress() as (note, move):
        done = select(settings, grid, **how, out=out, data_dir=data_dir, note=note, on_progress=move)
    from stridenet.cli._summary import figures, summary

    if as_json:
        told = {"by": done.by, "agreed": done.agreed, "settings": done.rows()}
        print_json(figures(done.run) | {"selection": told})
    else:
        typer.echo(f"{candidates(done)}\n\n{summary(done.run)}")
    if done.result.diverged:
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
    lines = [*aligned(head, cells), *(f"alarm  {alarm}" for alarm in done.alarms())]
    return "\n".join([*lines, f"page   {done.folder / 'sweep.html'}"])


def candidates(done: "Selection") -> str:
    """Every setting's score on training people, where it was chosen, and where the page is."""
    from stridenet.views.pages.selection import said

    rows, n = done.rows(), len(done.chosen)
    unit = " %" if said(1.0, done.by).startswith("100") else ""
    head = (*rows[0]["values"], f"{done.by.replace('_', ' ')}{unit} on training people", "parameters", "chosen")
    cells = [
        (
            *map(one_line, row["values"].values()),
            said(row["score"], done.by, row["sd"]),
            f"{row['n_parameters']:,}",
            _chosen(len(row["chosen_in"]), n),
        )
        for row in rows
    ]
    return "\n".join([*aligned(head, cells), f"page   {done.folder / 'selection.html'}"])


def _chosen(times: int, n: int) -> str:
    if n == 1 or not times:
        return "yes" if times else ""
    return f"in {times} of {counted(n, 'fold')}"
