"""``stridenet models``: the networks by name."""

import typer

from stridenet.cli._shared import AsJson, print_json

app = typer.Typer(help="The networks that stridenet knows.", invoke_without_command=True)


@app.callback()
def models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the networks and what can be set."""
    if context.invoked_subcommand:
        return
    from stridenet.models import PRESETS, settings_of

    tables = {name: {k: f.description for k, f in type(settings_of(name)).model_fields.items()} for name in PRESETS}
    defaults = {name: settings_of(name).model_dump(mode="json") for name in PRESETS}
    if as_json:
        print_json({name: {"about": p.about, "settings": defaults[name]} for name, p in PRESETS.items()})
        return
    for name, preset in PRESETS.items():
        typer.echo(f"{name}: {preset.about}")
        for setting, about in tables[name].items():
            typer.echo(f"  {setting} = {defaults[name][setting]}  {about}")
