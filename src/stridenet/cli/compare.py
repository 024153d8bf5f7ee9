"""``stridenet compare``: runs on the same windows side by side, and whether their difference is more than chance."""

from pathlib import Path
from typing import Annotated

import typer

from stridenet.cli._shared import AsJson, OutDir, print_json


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN", help="Folders of runs, or their names in --out.")],
    score: Annotated[
        str,
        typer.Option(help="By accuracy, person_accuracy, balanced_accuracy, macro_f1, kappa, mcc, log_loss or brier."),
    ] = "accuracy",
    out: OutDir = Path("runs"),
    as_json: AsJson = False,
) -> None:
    """Compare runs on the same people: by how much they differ, how sure that is, and what could have been shown."""
    from stridenet.runs.comparison import compare as compare_

    done = compare_(*runs, out=out, score=score)
    if as_json:
        print_json(done.told())
    else:
        from stridenet.cli._comparison import table

        typer.echo(table(done))
