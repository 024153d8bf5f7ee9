"""``stridenet advise``: which window length, step, rate and channels to use, chosen on training people."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stridenet.cli._shared import AsJson, DataDir, OutDir, aligned, print_json, training_progress
from stridenet.cli._typed import DATA, TRAINING, Typed, with_settings
from stridenet.errors import SettingError, short
from stridenet.signals.wording import words

if TYPE_CHECKING:
    from stridenet.runs.advice import Advice

_LIST = "SECONDS,..."


@with_settings(*(flag for flag in TRAINING if flag not in ("--protocol", "--split-seed")), *DATA)
def advise(
    typed: Typed,
    lengths: Annotated[str | None, typer.Option(metavar=_LIST, help="Window lengths to try, in seconds.")] = None,
    steps: Annotated[str | None, typer.Option(metavar=_LIST, help="Steps to try, in seconds.")] = None,
    rates: Annotated[str | None, typer.Option(metavar="HZ,...", help="Rates to try, up to the data's own.")] = None,
    folds: Annotated[int, typer.Option(help="Folds of the training people.")] = 3,
    by: Annotated[str, typer.Option(help="The score: accuracy, macro-f1, balanced-accuracy ...")] = "accuracy",
    latency: Annotated[
        float | None, typer.Option(help="Seconds an answer may take; by default what it takes now.")
    ] = None,
    out: OutDir = Path("runs"),
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Try window lengths, steps, rates and channels on training people, and say which to use and why.

    The test people are left alone. 5 epochs and 1 repeat each, unless more are asked for.
    """
    settings = typed.settings()
    asked = {"lengths_s": _numbers("--lengths", lengths), "steps_s": _numbers("--steps", steps)}
    asked["rates_hz"] = _numbers("--rates", rates)
    from stridenet.runs.advice import advise as advise_

    with training_progress() as (note, move):
        done = advise_(
            settings, **asked, folds=folds, by=by, latency_s=latency, out=out, data_dir=data_dir, note=note,
            on_progress=move,
        )  # fmt: skip
    if as_json:
        print_json(done.plain())
    else:
        typer.echo(said_of(done))


def said_of(done: "Advice") -> str:
    """Every choice, what to use, and why."""
    from stridenet.views.pages.selection import said

    head = ("length s", "step s", "Hz", "channels", f"{words(done.by)} ± s.e.", "after s", "MFLOP/s", "parameters", "")
    cells = [
        (
            f"{row['length_s']:g}",
            f"{row['step_s']:g}",
            f"{row['rate_hz']:g}",
            row["channels_are"].removesuffix(" only").removesuffix(" channels"),
            said(row["score"], done.by, row["standard_error"]),
            f"{row['latency_s']:.2f}",
            "" if math.isnan(row["mflop_per_s"]) else f"{row['mflop_per_s']:.3g}",
            f"{row['n_parameters']:,}",
            row["verdict"],
        )
        for row in done.rows()
    ]
    lines = [*aligned(head, cells), "", f"use     {done.choice.cutting.words(done.sensors)}"]
    lines += [f"reason  {reason}" for reason in done.reasons]
    lines += [f"refused {what}: {why}" for what, why in done.refused]
    return "\n".join([*lines, f"page    {done.folder / 'advice.html'}"])


def _numbers(flag: str, text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",") if part.strip()] or None
    except ValueError:
        raise SettingError(f"{flag} {short(text)[1:-1]}: give numbers by commas, as in {flag} 1.28,2.56.") from None
