"""``stridenet predict``: what a model, or several that vote, say of new recordings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet import spec
from stridenet.cli._shared import (
    AsJson,
    DataDir,
    EngineName,
    Model,
    Smoothing,
    aligned,
    engine_of,
    print_json,
    smoothing_of,
    training_progress,
)
from stridenet.cli._typed import READING, Typed, with_settings
from stridenet.errors import SettingError

if TYPE_CHECKING:
    from stridenet.prediction.answering import Prediction, Scores


@with_settings("--step", "--step-s", "--people", *READING)
def predict(
    typed: Typed,
    model: Model,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="MODEL", help="Another model, which votes with the first; several times."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a table: .csv, .parquet or .json.")] = None,
    rows: Annotated[str, typer.Option("--as", help="What a row of it is: windows, samples or events.")] = "windows",
    plot: Annotated[Path | None, typer.Option(help="Draw timelines into this folder.")] = None,
    smoothing: Smoothing = "none",
    engine: EngineName = "auto",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Answer new recordings with a model file: a label for each window, sample or event."""
    checked = spec.parse(typed.settings())
    if "name" not in typed.settings().get("data", {}):
        raise SettingError("predict: give the recordings as well, a path or a name: stridenet predict MODEL PATH.")
    _refuse_idle(typed.settings(), checked)
    if out is not None or rows != "windows":
        from stridenet.prediction.tables import check_rows, check_suffix

        check_rows(rows)
        if out is None:
            raise SettingError(f"--as {rows} says what a row of a table is; give the table too, as in --out said.csv.")
        check_suffix(out)
    from stridenet.prediction.answering import predict as predict_

    how, settings = smoothing_of(smoothing)
    said = checked.data.model_dump(include=set(spec.ReadSpec.model_fields), exclude_defaults=True)
    with training_progress() as (note, _):
        told = predict_(
            [model, *(also or [])],
            checked.data.name,
            step=checked.data.step,
            step_s=checked.data.step_s,
            smoothing=how,
            settings=settings,
            engine=engine_of(engine),
            people=checked.data.people or (),
            data_dir=data_dir,
            note=note,
            **said,
        )
    written = _written(told, out, rows, plot)
    if as_json:
        print_json(figures(told) | {"written": [str(path) for path in written]})
        return
    typer.echo(summary(told))
    for path in written:
        typer.echo(path)


def _refuse_idle(given: dict[str, Any], checked: spec.RunSpec) -> None:
    """Refuses settings that a trained model has no use for."""
    used = {"name", "step", "step_s", "people", *spec.ReadSpec.model_fields}
    idle = [f"data.{name}" for name in checked.data.model_fields_set - used] + [
        name for name in given if name != "data"
    ]
    if idle:
        raise SettingError(f"predict: {sorted(idle)[0]} would do nothing, for the model is trained; leave it out.")


def _written(told: "Prediction", out: Path | None, rows: str, plot: Path | None) -> list[Path]:
    written = []
    if out is not None:
        from stridenet.prediction.tables import write

        written.append(write(told, out, rows))
    if plot is not None:
        from stridenet.system.files import writing
        from stridenet.views.plots.timeline import timeline

        with writing(plot):
            plot.mkdir(parents=True, exist_ok=True)
            written += timeline(told.timelines(), plot)
    return written


def figures(told: "Prediction") -> dict[str, Any]:
    """What ``--json`` prints."""
    scores = told.scores
    found: dict[str, Any] = {
        "models": list(told.models),
        "recordings": len(told.lines),
        "seconds": round(told.seconds, 6),
        "windows": told.n_windows,
        "unknown_missing": told.n_missing,
        "unknown_unsure": told.n_unsure,
        "recordings_too_short": told.n_short,
        "missing_samples": sum(line.n_missing for line in told.lines),
        "classes": told.shares(),
    }
    if scores is not None:
        found["scores"] = {
            "samples": scores.n_samples,
            "accuracy": scores.accuracy if scores.n_samples else None,
            "classes": [*scores.classes, "unknown"],
            "confusion": scores.confusion.tolist(),
            "labels_not_known": dict(scores.others),
        }
    return found


def summary(told: "Prediction") -> str:
    """What a person reads."""
    from stridenet.signals.wording import counted, words

    unknown = [f"{told.n_missing:,} for a missing value"] if told.n_missing else []
    unknown += [f"{told.n_unsure:,} for the model is not sure enough"] if told.n_unsure else []
    lines = [
        f"models       {', '.join(told.models)}",
        f"recordings   {len(told.lines):,}, {told.seconds:,.1f} s"
        + (f"; {told.n_short:,} shorter than a window, and unknown" if told.n_short else ""),
        f"windows      {told.n_windows:,}; unknown: {', '.join(unknown) or 'none'}",
        "",
        *aligned(("label", "seconds", "share"), [
            (words(name), f"{share * told.seconds:,.1f}", f"{100 * share:.1f} %")
            for name, share in told.shares().items()
        ]),
    ]  # fmt: skip
    if (scores := told.scores) is not None:
        lines += ["", *_of_scores(scores)]
        if scores.others:
            others = ", ".join(f"{words(name)} ({counted(n, 'sample')})" for name, n in scores.others.items())
            lines.append(f"not scored, for the model does not know them: {others}")
    return "\n".join(lines)


def _of_scores(scores: "Scores") -> list[str]:
    from stridenet.signals.wording import short, words

    if not scores.n_samples:
        return ["labels are there, but none that the model knows"]
    names = [short(words(name), 14) for name in (*scores.classes, "unknown")]
    rows = [
        (name, *(f"{100 * n / row.sum():.1f}" if row.sum() else "-" for n in row), f"{row.sum():,}")
        for name, row in zip(names, scores.confusion, strict=False)
    ]
    return [
        f"accuracy     {100 * scores.accuracy:.2f} % of {scores.n_samples:,} labelled samples; unknown is never right",
        "",
        *aligned(("true \\ said, %", *names, "samples"), rows),
    ]
