"""``stridenet inspect``: who is in the data, what they do, and what is wrong with it."""

from pathlib import Path
from typing import Annotated

import typer

from stridenet import spec
from stridenet.cli._shared import AsJson, DataDir, note, print_json, print_table
from stridenet.cli._typed import DATA, Typed, with_settings


@with_settings(*DATA)
def inspect(
    typed: Typed,
    plot: Annotated[bool, typer.Option("--plot", help="Draw histograms and example signals.")] = False,
    out: Annotated[Path, typer.Option(help="Where --plot puts its pictures.")] = Path("inspect"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show people, activities, rate, windows, channel statistics and gaps."""
    checked = spec.parse(typed.settings())
    from stridenet.runs.job import load
    from stridenet.signals import overview

    loaded = load(checked, data_dir=data_dir, note=note)
    windows, recordings = loaded.windows, loaded.recordings
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
    from stridenet.cli._tables import of_data

    print_table(of_data(facts))
    for picture in pictures:
        typer.echo(picture)
