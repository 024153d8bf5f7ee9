"""``stridenet cache``: what is kept to be faster the next time, and how to be rid of it."""

from typing import Annotated

import typer

from stridenet.cli._shared import AsJson, print_json

app = typer.Typer(help="List what the cache holds, and clear it.", invoke_without_command=True)
Kind = Annotated[str | None, typer.Argument(help="read, seen, downloads or compiled. [default: all]")]


@app.callback()
def cache(context: typer.Context, as_json: AsJson = False) -> None:
    """List what the cache holds; ``clear`` empties it."""
    if context.invoked_subcommand is not None:
        return
    from stridenet.system.cache import KINDS, cache_folder, held

    found = {kind: held(kind) for kind in KINDS}
    if as_json:
        kinds = {kind: {"files": n, "bytes": size} for kind, (n, size) in found.items()}
        print_json({"folder": str(cache_folder()), "kinds": kinds})
        return
    for kind, (n, size) in found.items():
        typer.echo(f"{kind:10}{size / 1e6:10,.1f} MB {n:6} files  {KINDS[kind]}")
    typer.echo(f"{'in all':10}{sum(size for _, size in found.values()) / 1e6:10,.1f} MB  {cache_folder()}")


@app.command()
def clear(kind: Kind = None, as_json: AsJson = False) -> None:
    """Empty the cache, or one kind of what it holds; all of it is made or fetched again when it is needed."""
    from stridenet.errors import unknown_name
    from stridenet.system.cache import KINDS
    from stridenet.system.cache import clear as empty

    if kind is not None and kind not in KINDS:
        raise unknown_name("kind", kind, KINDS)
    freed = {each: empty(each) for each in ([kind] if kind else KINDS)}
    if as_json:
        print_json({each: {"files": n, "bytes": size} for each, (n, size) in freed.items()})
        return
    for each, (n, size) in freed.items():
        typer.echo(f"{each:10}{size / 1e6:10,.1f} MB in {n} files freed")
