"""``stridenet stream``: a model on lines as they come, from standard input or a file that grows."""

from typing import Annotated

import typer

from stridenet.cli._shared import EngineName, Model, Smoothing, engine_of, note, smoothing_of
from stridenet.cli._typed import units_of

_TOLD = 3  # bad lines that are told one by one


def stream(
    model: Model,
    source: Annotated[
        str, typer.Argument(metavar="[FILE]", help="CSV with names in its first line, or JSON lines. [default: -]")
    ] = "-",
    follow: Annotated[bool, typer.Option("--follow", help="Wait at the end of the file for more lines.")] = False,
    time: Annotated[
        str | None, typer.Option(help="The column of the time. [default: the one that is called so, if any]")
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=UNIT", help="The unit of a channel, a sensor or the time: acc=m/s^2, time=ms."),
    ] = None,
    step: Annotated[
        int | None, typer.Option(help="Samples from one window to the next. [default: the model's]")
    ] = None,
    gap: Annotated[float | None, typer.Option(help="Seconds without a sample, after which windows begin anew.")] = None,
    smoothing: Smoothing = "none",
    changes: Annotated[
        bool, typer.Option("--changes", help="Only answers whose label is another than before.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End at the first bad line.")] = False,
    engine: EngineName = "auto",
) -> None:
    """Answer a live stream: lines of samples in, a JSON line for each window out; Ctrl-C ends it."""
    import json

    from stridenet.errors import DataError, SettingError
    from stridenet.prediction.live import Lines, opened
    from stridenet_runtime.stream import Answer, StreamingPredictor

    if follow and source == "-":
        raise SettingError("--follow is for a file; standard input is read until it ends.")
    how, settings = smoothing_of(smoothing)
    live = StreamingPredictor(model, step=step, gap=gap, smoothing=how, engine=engine_of(engine), **settings)
    bad, before, first = 0, "", ""

    def say(answers: list[Answer]) -> None:
        nonlocal before
        for answer in answers:
            if not changes or answer.label != before:
                typer.echo(json.dumps(answer.plain()))
            before = answer.label

    with opened(source, follow=follow) as texts:
        lines = Lines(texts, live.task, time, units_of(unit or ()))
        try:
            for samples, times in lines:
                for sentence in lines.told():
                    note(sentence)
                say(live.push(samples, times))
                for fault in lines.faults():
                    bad += 1
                    first = first or fault
                    if strict:
                        raise DataError(fault)
                    if bad <= _TOLD:
                        note(f"left out: {fault}")
            say(live.flush())
        except KeyboardInterrupt:
            pass
    report = live.report()
    if bad and not report["samples"]:
        raise DataError(f"none of {bad:,} lines could be read; the first: {first}")
    told = [
        f"{report['samples']:,} samples",
        f"{report['windows']:,} windows",
        f"{report['unknown']:,} of them unknown",
    ]
    told += [f"{bad:,} bad lines"] if bad else []
    told += [
        f"{report[k]:,} {k.replace('_', ' ')}" for k in ("repeated", "out_of_order", "missing", "gaps") if report[k]
    ]
    if not report["windows"]:
        told.append(f"a window needs {live.task.length:,} samples in a row")
    note(f"{', '.join(told)}; the longest wait for an answer {1000 * report['longest_latency_s']:.1f} ms.")
