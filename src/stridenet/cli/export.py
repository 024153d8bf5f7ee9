"""``stridenet export``: a trained model for another language or format, with vectors that check it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stridenet.cli._shared import AsJson, DataDir, aligned, note, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stridenet.exports.verify import Checked


def export(
    model: Annotated[Path, typer.Argument(help="A run's folder, or its model.stride.")],
    to: Annotated[str, typer.Option("--to", help="onnx, litert, coreml, c or js.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder that is written; by default exports/TARGET.")
    ] = None,
    int8: Annotated[bool, typer.Option("--int8", help="Of c: weights of 8 bits, a quarter of the flash.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a trained model for another language or format, and check it against what Keras answers.

    LiteRT and Core ML are made in an environment of their own, which is installed once.
    """
    from stridenet.errors import unknown_name
    from stridenet.exports.targets import TARGETS

    if to not in TARGETS:
        raise unknown_name("target", to, TARGETS)
    from stridenet.runs.exporting import export as export_

    folder = out if out is not None else Path("exports") / (f"{to}-int8" if int8 else to)
    done = export_(model, to, folder, int8=int8, data_dir=data_dir, note=note)
    if as_json:
        print_json({"folder": str(done.folder), "told": done.told, "checked": [asdict(one) for one in done.checked]})
    else:
        for line in [*table(done.checked), *done.told, f"read   {done.folder / 'README.md'}"]:
            typer.echo(line)
    if not all(one.good for one in done.checked):
        raise typer.Exit(1)


def table(checked: "Sequence[Checked]") -> list[str]:
    """The lines of a table: each model, how far it is from Keras, and what it takes."""
    head = ("file", "weights", "bytes", "largest difference", "classes changed", "ms a window")
    return aligned(
        head,
        [
            (
                one.file,
                one.kind,
                f"{one.bytes:,}",
                one.why if one.difference is None else f"{one.difference:.1e}{'' if one.good else ' (TOO MUCH)'}",
                "-" if one.difference is None else f"{one.changed} of {one.windows}",
                "-" if one.milliseconds is None else f"{one.milliseconds:.3f}",
            )
            for one in checked
        ],
    )
