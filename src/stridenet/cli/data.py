"""``stridenet data``: what data there is, where it comes from, and its terms."""

from dataclasses import asdict
from typing import Annotated

import typer

from stridenet.cli._shared import AsJson, DataDir, note, print_json

app = typer.Typer(help="List, fetch and describe data sets.", invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="A name from `stridenet data list`.")]


@app.callback()
def data(context: typer.Context) -> None:
    """List, fetch and describe data sets."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the data sets by name."""
    from stridenet.data.sets import table

    titles = {name: table.info(name).title for name in table.names()}
    if as_json:
        print_json(titles)
        return
    width = max(map(len, titles))
    for name, title in titles.items():
        typer.echo(f"{name:{width}}  {title}")


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
    typer.echo(f"{place or 'made here'}: {len(windows)} windows of {len(windows.people)} people, ready in the cache")
