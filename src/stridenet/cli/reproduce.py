"""``stridenet reproduce``: every experiment of the source documents, their figure beside ours."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from stridenet.cli._shared import AsJson, DataDir, print_json, training_progress


def reproduce(
    sections: Annotated[list[str] | None, typer.Argument(help="A1 ... A6, B, C2, D1 ... D5; none lists them.")] = None,
    repeats: Annotated[
        int | None, typer.Option(min=1, help="Trainings of each setting. [default: 10, with --quick 2]")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Three people, one epoch: shows that it runs, gives no figure.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the sections and what is stored of them.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="All sections.")] = False,
    out: Annotated[Path, typer.Option(help="Where reproduction.md and the folder of its figures are written.")] = Path(
        "runs"
    ),
    runs: Annotated[Path, typer.Option(help="The folder that holds runs.")] = Path("runs"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Do the source documents' experiments again, and put their figures beside ours.

    What is stored is not trained again, and what was stopped goes on where it was.
    """
    from stridenet.reproduction import page
    from stridenet.reproduction.outcome import outcome
    from stridenet.reproduction.sections import SECTIONS, chosen, folder_of, run

    wanted = list(SECTIONS.values()) if all_ else chosen(sections or [])
    folder = folder_of(out, quick=quick)
    if list_ or not wanted:
        told = [outcome(section, folder) for section in wanted or SECTIONS.values()]
        if as_json:
            print_json({"sections": {one["section"]: one for one in told}})
        else:
            typer.echo(_listing(told))
        return
    with training_progress() as (note, move):
        lacking = run(
            wanted,
            out,
            repeats=repeats,
            quick=quick,
            runs=runs,
            data_dir=data_dir,
            note=note,
            on_progress=move,
        )
    path = page.write(out, quick=quick)
    told = [outcome(section, folder) for section in wanted]
    if as_json:
        print_json({"sections": {one["section"]: one for one in told}, "document": str(path)})
    else:
        for one in told:
            typer.echo(f"{one['section']}  {one['title']}{' (quick: no figures)' if one['quick'] else ''}")
            rows = page.table(one)
            typer.echo(_aligned(rows) if len(rows) > 1 else "  not run yet")
            typer.echo("".join(f"  {sentence}\n" for sentence in one["notes"]))
        typer.echo(f"document  {path}")
    if lacking:
        raise lacking


def _listing(told: Sequence[dict[str, Any]]) -> str:
    """A line for each section: name, how much is stored, title."""
    lines = [f"{one['section']:3} {one['state']:8} {one['title']}" for one in told]
    return "\n".join(
        [*lines, "stridenet reproduce A1 runs one, --all runs all; --quick shows in minutes that they run."]
    )


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, two blanks apart."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  " + "  ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    )
