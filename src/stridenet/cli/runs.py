"""``stridenet runs``: the runs of a folder at a glance, and how they are taken away."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from stridenet.cli._shared import AsJson, OutDir, note, print_json
from stridenet.errors import SettingError, unknown_name

if TYPE_CHECKING:
    from stridenet.runs.listing import Listed

_SORTS = ("accuracy", "data", "date", "model", "repeats")


class _ListByDefault(TyperGroup):
    """What is no command is the folder that is listed."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, "-h", "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help="List past runs, and remove some.", cls=_ListByDefault)


@app.command("list")
def list_(
    out: Annotated[Path, typer.Argument(help="The folder that holds runs. [default: runs]")] = Path("runs"),
    sort: Annotated[str, typer.Option(help=f"By {', '.join(_SORTS)}; the best and the newest come last.")] = "date",
    data: Annotated[str, typer.Option(help="Only runs whose data's name holds this.")] = "",
    model: Annotated[str, typer.Option(help="Only runs whose network's name holds this.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the runs of a folder: when, on what, how good; `stridenet runs` alone does the same."""
    from stridenet.runs.listing import listed

    if sort not in _SORTS:
        raise unknown_name("order", sort, _SORTS)
    asked = [one for one in listed(out) if _holds(one.data, data) and _holds(one.model, model)]
    asked.sort(key=lambda one: _order(one, sort))
    if as_json:
        rows = [
            asdict(one)
            | {"accuracy_mean": one.accuracy_mean, "accuracy_sd": one.accuracy_sd, "folder": str(out / one.name)}
            for one in asked
        ]
        print_json({"runs": rows})
    elif asked:
        typer.echo("\n".join(line for one in asked for line in _lines(one)))
    else:
        note(f"no such run in {out}" if data or model else f"no run in {out} yet; stridenet run makes one")


@app.command()
def remove(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Runs, as `stridenet runs` lists them.")
    ] = None,
    trials: Annotated[bool, typer.Option("--trials", help="Also the trials in OUT/trials that no run uses.")] = False,
    out: OutDir = Path("runs"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove runs for good; asks first."""
    from stridenet.runs import listing

    if not names and not trials:
        raise SettingError("name the runs to remove, as `stridenet runs` lists them, or give --trials.")
    names = [Path(name).name for name in names or []]
    listing.refuse_unknown(out, names)
    if names and (yes or typer.confirm(f"remove {', '.join(names)} from {out} for good?", err=True)):
        listing.remove(out, names)
        typer.echo(f"removed {len(names)} run{'s' if len(names) > 1 else ''}")
    if trials:
        _remove_trials(listing.unused_trials(out), yes)


def _remove_trials(files: list[Path], yes: bool) -> None:
    from stridenet.system.files import writing

    size = sum(file.stat().st_size for file in files)
    n = len({file.stem for file in files})
    what = f"{n} trial{'s' if n > 1 else ''} that no run uses ({size / 1e6:.1f} MB)"
    if not files:
        typer.echo("every trial is used by a run")
    elif yes or typer.confirm(f"remove {what} for good?", err=True):
        for file in files:
            with writing(file):
                file.unlink(missing_ok=True)
        typer.echo(f"removed {what}")


def _facts(one: "Listed", out: Path) -> dict[str, Any]:
    scores = {"accuracy_mean": one.accuracy_mean, "accuracy_sd": one.accuracy_sd}
    return asdict(one) | scores | {"folder": str(out / one.name)}


def _holds(name: str, part: str) -> bool:
    """Whether a data set's or a network's name, without the folders above it, holds what is asked for."""
    return Path(part).name.lower() in Path(name).name.lower()


def _order(one: "Listed", sort: str) -> Any:
    mean = one.accuracy_mean
    return {
        "accuracy": -1.0 if mean is None else mean,
        "data": one.data,
        "date": one.date,
        "model": one.model,
        "repeats": one.repeats,
    }[sort]


def _lines(one: "Listed") -> list[str]:
    import textwrap

    head = f"{one.name}  {one.date[:16].replace('T', ' ')}"
    if one.accuracy_mean is None:
        return [head, *_indented(f"damaged: {one.why}")]
    spread = "" if one.accuracy_sd is None else f" ± {100 * one.accuracy_sd:.3f}"
    repeats = f"{one.repeats} repeat{'s' if one.repeats > 1 else ''}"
    told = f"{100 * one.accuracy_mean:.3f} %{spread} over {repeats}; {one.protocol}"
    told += "; LEAKY, too good to be true" * one.leaky + "; of an older version" * (one.state == "older")
    lines = [head, *_indented(told)]
    if one.differs:
        short = (
            f"{name.removeprefix('model.settings.').removeprefix('train.')}={_brief(v)}"
            for name, v in one.differs.items()
        )
        lines += textwrap.wrap(", ".join(short), 80, initial_indent="    ", subsequent_indent="    ")[:3]
    return lines


def _indented(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 80, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def _brief(value: Any) -> str:
    return str(value).replace("'", "").replace(" ", "")[:40]
