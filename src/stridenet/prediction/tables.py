"""Predictions as tables: a row a window, a sample or an event; as CSV, Parquet or JSON, a part at a time."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.errors import SettingError, short, unknown_name
from stridenet.prediction.answering import Prediction
from stridenet.prediction.lines import Line
from stridenet.system.files import moved_into
from stridenet_runtime.answers import UNKNOWN_NAME, Answers, Floats, Labels

Rows = Literal["windows", "samples", "events"]
SUFFIXES = (".csv", ".parquet", ".json")
_BLOCK = 1 << 17  # rows that are made at a time
_DIGITS = 6


def frames(prediction: Prediction, rows: str) -> Iterator[pl.DataFrame]:
    """The rows of all recordings, some at a time.

    Every row has ``recording``, ``person``, ``label`` and ``probability``, which is null where nothing is known; a
    window has ``from`` and ``to`` in seconds, and ``p_`` with the name of each class; an event has ``from`` and ``to``,
    a sample ``time``. Seconds are those of the recording's own clock, or, where that says dates, from the recording's
    beginning; then ``date`` says when a row begins, as the clock did.

    Args:
        prediction: what was answered.
        rows: what a row is.

    Raises:
        UnknownNameError: other rows.
    """
    check_rows(rows)
    make = {"windows": _windows, "samples": _samples, "events": _events}[rows]
    dated = any(line.date_s is not None for line in prediction.lines)
    for line, answers in zip(prediction.lines, prediction.answers, strict=True):
        for frame in make(line, answers):
            who = [pl.lit(line.name).alias("recording"), pl.lit(line.group).alias("person")]
            when = [_dates(line, frame.columns[0])] if dated else []
            rounded = frame.with_columns(pl.selectors.float().fill_nan(None).round(_DIGITS))
            yield rounded.select(*who, *when, pl.all())


def write(prediction: Prediction, path: Path, rows: str = "windows") -> Path:
    """Writes a table, whole or not at all.

    Args:
        prediction: what was answered.
        path: its suffix says the form: ``.csv``, ``.parquet`` or ``.json``.
        rows: what a row is.

    Raises:
        SettingError: another suffix.
        OutputError: the place cannot be written.
    """
    suffix = path.suffix.lower()
    check_suffix(path)
    with moved_into(path) as aside:
        if suffix == ".json":
            _json(prediction, aside, rows)
        elif suffix == ".csv":
            _csv(prediction, aside, rows)
        else:
            _parquet(prediction, aside, rows)
    return path


def check_rows(rows: str) -> None:
    """Refuses other rows.

    Raises:
        UnknownNameError: rows that are neither windows, samples nor events.
    """
    if rows not in get_args(Rows):
        raise unknown_name("kind of row", rows, get_args(Rows))


def check_suffix(path: Path) -> None:
    """Refuses a file of another form.

    Raises:
        SettingError: its suffix is none of those that are written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SettingError(f"{short(str(path), 200)}: a table is written as {', '.join(SUFFIXES)}; name it so.")


def _csv(prediction: Prediction, path: Path, rows: str) -> pl.Schema | None:
    schema = None
    with path.open("wb") as file:
        for frame in frames(prediction, rows):
            frame.write_csv(file, include_header=schema is None)
            schema = frame.schema
    return schema


def _json(prediction: Prediction, path: Path, rows: str) -> None:
    """One list of objects, an object a line."""
    with path.open("wb") as file:
        before = b"[\n"
        for frame in frames(prediction, rows):
            lines = io.BytesIO()
            frame.write_ndjson(lines)
            if text := lines.getvalue().strip():
                file.write(before + text.replace(b"\n", b",\n"))
                before = b",\n"
        file.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _parquet(prediction: Prediction, path: Path, rows: str) -> None:
    """By way of a CSV file, for a Parquet file of parts needs all of them at once or a file to go through."""
    aside = path.with_name(f"{path.name}.csv")
    try:
        schema = _csv(prediction, aside, rows)
        pl.scan_csv(aside, schema=schema).sink_parquet(path)
    finally:
        aside.unlink(missing_ok=True)


def _windows(line: Line, answers: Answers) -> Iterator[pl.DataFrame]:
    task = answers.task
    for first in range(0, max(1, len(answers.start)), _BLOCK):
        some = slice(first, first + _BLOCK)
        start, probability, labels = answers.start[some], answers.probability[some], answers.labels[some]
        begin = line.start_s + start / task.rate_hz
        yield pl.DataFrame(
            {
                "from": begin,
                "to": begin + task.length / task.rate_hz,
                "label": _names(answers, labels),
                "probability": _of_label(probability, labels),
            }
            | {f"p_{name}": probability[:, c].astype(np.float64) for c, name in enumerate(task.classes)}
        )


def _samples(line: Line, answers: Answers) -> Iterator[pl.DataFrame]:
    pieces, labels, scores = answers.pieces()
    sure, ends = _of_label(scores, labels), np.cumsum(pieces)
    for first in range(0, max(1, answers.n_samples), _BLOCK):
        at = np.arange(first, min(first + _BLOCK, answers.n_samples))
        place = np.searchsorted(ends, at, side="right")
        time = line.start_s + at / answers.task.rate_hz
        names = _names(answers, labels[place])
        yield pl.DataFrame({"time": time, "label": names, "probability": sure[place]})


def _events(line: Line, answers: Answers) -> Iterator[pl.DataFrame]:
    found = answers.events()
    yield pl.DataFrame(
        {
            "from": [line.start_s + one.begin for one in found],
            "to": [line.start_s + one.end for one in found],
            "label": [one.label for one in found],
            "probability": [one.probability for one in found],
        },
        schema={"from": pl.Float64, "to": pl.Float64, "label": pl.String, "probability": pl.Float64},
    )


def _dates(line: Line, seconds: str) -> pl.Expr:
    """When each row begins, to the millisecond; null where nobody knows."""
    if line.date_s is None:
        return pl.lit(None, pl.String).alias("date")
    since = (pl.col(seconds) - line.start_s + line.date_s) * 1000
    return since.round().cast(pl.Int64).cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%dT%H:%M:%S%.3f").alias("date")


def _names(answers: Answers, labels: Labels) -> pl.Series:
    known = pl.Series([*answers.task.classes, UNKNOWN_NAME], dtype=pl.String)
    return known.gather(pl.Series(np.where(labels < 0, len(known) - 1, labels)))


def _of_label(probability: Floats, labels: Labels) -> npt.NDArray[np.float64]:
    """Of the label, or of the likeliest class where it is unknown."""
    rows = np.arange(len(labels))
    known = probability[rows, np.maximum(labels, 0)]
    best = probability.max(axis=1)
    return np.asarray(np.where(labels < 0, best, known), np.float64)
