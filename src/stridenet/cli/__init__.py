"""The command line: reads what was typed, calls the library, prints. One file a command."""

import typer

from stridenet.cli import (
    advise,
    cache,
    compare,
    conv1d,
    data,
    export,
    info,
    inspect,
    leakage,
    models,
    predict,
    reproduce,
    run,
    runs,
    settings,
    stream,
    sweep,
    verify,
)

app = typer.Typer(
    name="stridenet",
    help="From sensor recordings to an honestly evaluated 1D convolutional network that runs anywhere.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help needs a third of the time: no markdown, no highlighter
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"stridenet {version('stridenet')}")
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """From sensor recordings to an honestly evaluated 1D convolutional network that runs anywhere."""
    del version  # its callback has said it
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command("run")(run.run)
app.command("sweep")(sweep.sweep)
app.command("advise")(advise.advise)
app.command("compare")(compare.compare)
app.command("leakage")(leakage.leakage)
app.command("export")(export.export)
app.command("verify")(verify.verify)
app.command("settings")(settings.settings)
app.command("reproduce")(reproduce.reproduce)
app.command("inspect")(inspect.inspect)
app.command("predict")(predict.predict)
app.command("stream")(stream.stream)
app.command("info")(info.info)
app.command("conv1d")(conv1d.conv1d)
app.command("recover-filter")(conv1d.recover_filter)
app.add_typer(runs.app, name="runs")
app.add_typer(data.app, name="data")
app.add_typer(cache.app, name="cache")
app.add_typer(models.app, name="models")
