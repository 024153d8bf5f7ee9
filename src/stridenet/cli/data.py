"""``stridenet data``: what data there is, where it comes from, and its terms."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet.cli._shared import AsJson, DataDir, note, print_json

if TYPE_CHECKING:
    from stridenet.data.sets.dataset import Dataset

app = typer.Typer(help="List, fetch and describe data sets.", invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="A name from `stridenet data list`.")]


@app.callback()
def data(context: typer.Context) -> None:
    """List, fetch and describe data sets."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("list")
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the data sets by name: people, rate, and whether they are here."""
    from stridenet.data.sets import table

    told = {name: _told(table.info(name), data_dir) for name in table.names()}
    if as_json:
        print_json(told)
        return
    for name, facts in told.items():
        typer.echo(f"{name:12} {facts['people']:3} people  {facts['rate_hz']:g} Hz  {facts['here']}")
        typer.echo(f"    {facts['title']}")


def _told(dataset: "Dataset", data_dir: Path | None) -> dict[str, Any]:
    """A data set at a glance."""
    from stridenet.data.fetch import find

    place = None if dataset.simulated else find(dataset, data_dir)
    if dataset.simulated:
        here = "made when asked for"
    elif place is None:
        here = f"not here; stridenet data fetch {dataset.name}"
    else:
        here = f"here, {place.stat().st_size / 1e6:.0f} MB" if place.is_file() else "here, a folder"
    facts = {"title": dataset.title, "people": dataset.n_people, "rate_hz": dataset.rate_hz, "here": here}
    return facts | {"path": None if place is None else str(place)}


@app.command()
def info(name: Name, as_json: AsJson = False) -> None:
    """Describe a data set: what it holds, its terms, where it comes from."""
    from stridenet.data.sets import table

    dataset = table.info(name)
    facts = {
        key: value for key, value in asdict(dataset).items() if isinstance(value, (str, int, float, tuple, type(None)))
    }
    if as_json:
        print_json(facts)
        return
    for key, value in facts.items():
        if value not in (None, "", ()):
            typer.echo(f"{key:14} {', '.join(map(str, value)) if isinstance(value, tuple) else value}")


@app.command()
def fetch(name: Name, data_dir: DataDir = None) -> None:
    """Download a data set once, check it, and read it into the cache."""
    from stridenet.data import load as datasets

    place = datasets.fetch(name, data_dir=data_dir, note=note)
    windows = datasets.load_windows(name, data_dir=data_dir, note=note)
    people = f"{len(windows.people)} {'person' if len(windows.people) == 1 else 'people'}"
    typer.echo(f"{place or 'made here'}: {len(windows)} windows of {people}, ready in the cache")
