"""``stridenet inspect``: who is in the data, what they do, and what is wrong with it."""

from pathlib import Path
from typing import Annotated

import typer

from stridenet.cli._shared import AsJson, DataDir, DataName, note, print_json


def inspect(
    data: DataName = "simulated",
    length: Annotated[int | None, typer.Option(help="Samples in a window. [default: the data set's]")] = None,
    step: Annotated[int | None, typer.Option(help="Samples from one window's start to the next.")] = None,
    length_s: Annotated[float | None, typer.Option("--length-s", help="Seconds in a window.")] = None,
    step_s: Annotated[float | None, typer.Option("--step-s", help="Seconds from one window to the next.")] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw histograms and example signals.")] = False,
    out: Annotated[Path, typer.Option(help="Where --plot puts its pictures.")] = Path("inspect"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show people, activities, rate, windows, channel statistics and gaps."""
    from stridenet.data import load as datasets
    from stridenet.signals import overview

    windows, recordings = datasets.load_with_recordings(
        data, data_dir=data_dir, length=length, step=step, length_s=length_s, step_s=step_s, note=note
    )
    facts = overview.overview(windows, recordings)
    pictures: list[Path] = []
    if plot:
        from stridenet.system.files import writing
        from stridenet.views.plots import data as data_figures

        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            pictures = [*data_figures.histograms(windows, out), *data_figures.signals(windows, out)]
    if as_json:
        print_json(facts | {"pictures": [str(p) for p in pictures]})
        return
    from rich.console import Console

    from stridenet.cli._tables import of_data

    Console().print(of_data(facts))
    for picture in pictures:
        typer.echo(picture)
