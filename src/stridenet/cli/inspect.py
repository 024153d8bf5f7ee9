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
    from stridenet.data import load as datasets
    from stridenet.data.sets import table
    from stridenet.runs.job import load
    from stridenet.signals import overview

    data = checked.data
    windows = load(checked, data_dir=data_dir, note=note)
    recordings = None
    if data.name not in table.names() or table.info(data.name).has_recordings:
        all_ = datasets.load_recordings(data.name, data_dir=data_dir, rate_hz=data.rate_hz, note=note)
        recordings = [one for one in all_ if data.people is None or one.group in data.people]
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
