"""``stridenet inspect``: how data was understood, who is in it, what they do, and what is wrong with it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stridenet import spec
from stridenet.cli._shared import AsJson, DataDir, note, print_json, print_table
from stridenet.cli._typed import DATA, Typed, with_settings
from stridenet.errors import DataError

if TYPE_CHECKING:
    from stridenet.data.load import Loaded


@with_settings(*DATA)
def inspect(
    typed: Typed,
    save: Annotated[
        Path | None, typer.Option(help="Write how the recordings are read, as a file that run takes: lab.toml.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write all of it as one page with pictures: data.html.")] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw histograms and example signals.")] = False,
    out: Annotated[Path, typer.Option(help="Where --plot and --html put their pictures.")] = Path("inspect"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show how data was understood, people, activities, rate, windows, channel statistics, gaps and problems."""
    checked = spec.parse(typed.settings())
    from stridenet.signals.overview import overview
    from stridenet.signals.problems import lengths, problems

    loaded, in_the_way = _loaded(checked, data_dir)
    windows, recordings = loaded.windows, loaded.recordings
    facts = overview(windows, recordings)
    wrong = [*in_the_way, *problems(windows, recordings, facts)]
    choices = lengths(recordings) if recordings else []
    written: list[Path] = []
    if save is not None:
        written.append(_saved(save, loaded))
    if plot or html is not None:
        written += _drawn(loaded, facts, wrong, choices, html, out)
    if as_json:
        described = loaded.description.plain() if loaded.description else None
        print_json(
            facts
            | {"description": described, "problems": wrong, "lengths": choices, "pictures": [str(p) for p in written]}
        )
        return
    from stridenet.cli._tables import of_data, of_description, of_problems

    if loaded.description is not None:
        print_table(of_description(loaded.description.plain()))
    print_table(of_data(facts))
    print_table(of_problems(wrong, choices))
    for path in written:
        typer.echo(path)


def _loaded(checked: spec.RunSpec, data_dir: Path | None) -> "tuple[Loaded, list[str]]":
    """The data; where no window can be cut of own recordings, the recordings, and what stands in the way."""
    from stridenet.runs.job import load, load_whole

    known = checked.data.name in _names()
    try:
        return load(checked, data_dir=data_dir, note=note if known else _silent), []
    except DataError as error:
        if known or (whole := load_whole(checked)) is None:
            raise
        return whole, [str(error).rstrip(".")]


def _names() -> tuple[str, ...]:
    from stridenet.data.sets.table import names

    return names()


def _silent(text: str) -> None:
    """Own files are told of in the table; what takes long is said at once."""
    if text.startswith("reading "):
        note(text)


def _saved(path: Path, loaded: "Loaded") -> Path:
    from stridenet.data.understand.description import to_toml
    from stridenet.errors import SettingError
    from stridenet.system.files import write

    if loaded.description is None or loaded.place is None:
        raise SettingError("--save is for own recordings: a known data set needs no description.")
    place = os.path.relpath(loaded.place.resolve(), path.resolve().parent)
    return write(path, to_toml(loaded.description, place).encode())


def _drawn(
    loaded: "Loaded",
    facts: dict[str, object],
    wrong: list[str],
    choices: list[dict[str, float]],
    html: Path | None,
    out: Path,
) -> list[Path]:
    from stridenet.system.files import writing

    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        if html is not None:
            from stridenet.views.pages.data import write_data

            html.parent.mkdir(parents=True, exist_ok=True)
            return [write_data(html, out, loaded.windows, loaded.recordings, facts, wrong, choices)]
        from stridenet.views.plots import data as figures

        source = loaded.recordings or loaded.windows
        return [*figures.histograms(source, out), *figures.signals(source, out)]
