"""``stridenet verify``: an export's golden vectors, answered anew."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from stridenet.cli._shared import AsJson, note, print_json
from stridenet.cli.export import table


def verify(
    folder: Annotated[Path, typer.Argument(help="What `stridenet export` wrote.")], as_json: AsJson = False
) -> None:
    """Answer an export's golden vectors anew and say how far it is from Keras; status 1 where that is too much."""
    from stridenet.exports.verify import verify as verify_

    checked = verify_(folder, note=note)
    if as_json:
        print_json([{**asdict(one), "good": one.good} for one in checked])
    else:
        for line in table(checked):
            typer.echo(line)
    if not all(one.good for one in checked):
        raise typer.Exit(1)
