"""``stridenet models``: the networks and the baselines by name, and a network layer by layer."""

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet.cli._shared import AsJson, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stridenet.baselines.table import Baseline
    from stridenet.models.build import Preset
    from stridenet.models.layer_table import LayerTable

app = typer.Typer(help="The networks and baselines that stridenet knows.", invoke_without_command=True)


@app.callback()
def models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the networks and baselines and what can be set."""
    if context.invoked_subcommand:
        return
    from stridenet.baselines.table import BASELINES
    from stridenet.models.build import PRESETS, per_class, training_of
    from stridenet.models.recipes import settings_of

    kinds: tuple[tuple[str, Mapping[str, Preset | Baseline]], ...] = (("network", PRESETS), ("baseline", BASELINES))
    if as_json:
        print_json(
            {
                name: {"kind": kind, "about": one.about, "settings": settings_of(name).model_dump(mode="json")}
                for kind, table in kinds
                for name, one in table.items()
            }
        )
        return
    for kind, table in kinds:
        typer.echo(f"{kind.capitalize()}s{' to compare with, without epochs' if kind == 'baseline' else ''}")
        for name, one in table.items():
            typer.echo(f"{name}: {one.about}")
            for line in _lines(settings_of(name)):
                typer.echo(textwrap.fill(line, 80, initial_indent="  ", subsequent_indent="      "))
            if kind == "network" and (own := training_of(name)):
                line = f"trained, where nothing else is said, with {', '.join(map(_said, own.items()))}"
                if each := per_class(name):
                    line += f"; in more epochs where it would pass over fewer than {each:,} windows for each class"
                typer.echo(textwrap.fill(line, 80, initial_indent="  ", subsequent_indent="      "))
    typer.echo("stridenet settings MODEL says what each may be; file.py:function is your own,")
    typer.echo("a network or an estimator of scikit-learn's kind.")


def _said(setting: tuple[str, Any]) -> str:
    """A setting and its value; of what Keras makes, its name and what differs from Keras' own."""
    name, value = setting
    if not isinstance(value, dict):
        return f"{name} = {value}"
    own = ", ".join(f"{k} = {v}" for k, v in value["config"].items())
    return f"{name} = {value['class_name']} ({own})"


def _lines(table: Any) -> "Iterator[str]":
    """A model's settings, a line each; those of a table inside by their number."""
    from stridenet.refusal import inner_table, setting_names

    for name, info in type(table).model_fields.items():
        if (inner := inner_table(info)) is not None:
            yield f"{name}.NAME  {info.description}: {', '.join(setting_names(inner))}"
        else:
            value = getattr(table, name)
            yield f"{name} = {list(value) if isinstance(value, tuple) else value}  {info.description}"


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A network from `stridenet models`, or file.py:function.")],
    length: Annotated[int, typer.Option(min=1, help="Samples in a window.")] = 128,
    channels: Annotated[int, typer.Option(min=1, help="Channels in a window.")] = 9,
    classes: Annotated[int, typer.Option(min=1, help="Classes to tell apart.")] = 6,
    rate_hz: Annotated[float, typer.Option("--rate-hz", help="Samples per second.")] = 50.0,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting: filters=32, conv.padding=same.")
    ] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the network as NAME.svg and NAME.png.")] = False,
    out: Annotated[Path, typer.Option(help="Where --plot puts its pictures.")] = Path("models"),
    as_json: AsJson = False,
) -> None:
    """Show a network layer by layer: shapes, parameters, how far each layer sees, arithmetic.

    The window is UCI HAR's unless told otherwise, for every network; the document's gap has --length 80 --channels 3
    --rate-hz 20.
    """
    from stridenet.baselines.table import BASELINES
    from stridenet.cli._names import NETWORK, full_name
    from stridenet.cli._typed import literal, parted
    from stridenet.errors import SettingError
    from stridenet.models.network import network
    from stridenet.models.own import is_file
    from stridenet.models.recipes import recipe, settings_of
    from stridenet.refusal import nearest, setting_names
    from stridenet.spec import ModelSpec, override

    if not 0 < rate_hz < math.inf:
        raise SettingError(f"--rate-hz {rate_hz}: give the samples per second, a number above 0.")
    settings: dict[str, Any] = {}
    for text in set_ or []:
        setting, value = parted(text)
        full = full_name(setting, [name])
        if not full.startswith(NETWORK):
            meant = nearest(setting, [] if is_file(name) else setting_names(type(settings_of(name)), NETWORK))
            did = f"did you mean {meant!r}" if meant else f"an argument of your own network is {NETWORK}{setting}"
            raise SettingError(f"--set {setting}: {full} is a run's setting; a network is shown without it; {did}.")
        settings = override(settings, full.removeprefix(NETWORK), literal(value))
    if name in BASELINES:
        raise SettingError(f"model {name} is no network and has no layers to show; stridenet settings {name} lists it.")
    spec = ModelSpec(name=name, settings=settings)
    recipe(spec)
    chosen = network(spec)
    from stridenet.models.layer_table import layer_table

    table = layer_table(chosen.build(length=length, n_channels=channels, n_classes=classes))
    pictures: list[Path] = []
    if plot:
        from stridenet.views.plots.network import draw

        pictures = draw(table, out)
    if as_json:
        window = {"length": length, "channels": channels, "classes": classes, "rate_hz": rate_hz}
        shown = {"model": name, **window, "settings": chosen.settings(), **facts(table, rate_hz)}
        print_json(shown | {"pictures": [str(path) for path in pictures]})
        return
    from stridenet.cli._tables import of_layers

    print_table(of_layers(table, rate_hz))
    for path in pictures:
        typer.echo(path)


def facts(table: "LayerTable", rate_hz: float) -> dict[str, Any]:
    """The layer table as ``--json`` prints it."""
    layers = [
        {
            "name": row.name,
            "type": row.kind,
            "output_shape": row.output_shape,
            "parameters": row.parameters,
            "receptive_field": row.receptive_field,
            "receptive_field_s": row.receptive_field / rate_hz,
            "mflop": row.mflop,
            "inputs": [table.rows[i].name for i in row.inputs],
        }
        for row in table.rows
    ]
    return {"layers": layers, "parameters": table.parameters, "mflop": table.mflop}
