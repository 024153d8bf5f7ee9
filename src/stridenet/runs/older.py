"""Run folders as the first version wrote them, before they had a format number."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import DataError
from stridenet.evaluation.protocol import Protocol, Provenance
from stridenet.evaluation.result import Result

_PLACES = 7
"""Columns before the probabilities: repeat, seed, person, recording, start_s, true, predicted."""


def read(folder: Path) -> Result:
    """The result in such a folder.

    Raises:
        DataError: there is none.
        ValueError, KeyError, OSError: it is damaged.
    """
    if not (folder / "metrics.json").is_file():
        raise DataError(f"{folder} is no run folder: it holds neither run.json nor metrics.json.")
    figures = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    classes, seeds, about = tuple(figures["classes"]), tuple(figures["seeds"]), figures.get("about", {})
    with (folder / "predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    if len(rows) % len(seeds) or not rows:
        raise ValueError(f"predictions.csv has {len(rows)} rows for {len(seeds)} repeats")
    first = [row for row in rows if row[0] == rows[0][0]]
    probability = np.array([row[_PLACES:] for row in rows], dtype=np.float32)
    return Result(
        probability=probability.reshape(len(seeds), len(first), len(classes)),
        y=np.array([classes.index(row[5]) for row in first], dtype=np.int64),
        group=np.array([row[2] for row in first]),
        recording=np.array([row[3] for row in first]),
        start_s=np.array([row[4] for row in first], dtype=np.float64),
        classes=classes,
        seeds=seeds,
        history=tuple(history),
        seconds=tuple(figures["training_seconds"]),
        protocol=_protocol(figures["protocol"], about),
        provenance=_provenance(about),
        n_parameters=figures["n_parameters"],
        compile_seconds=tuple(figures.get("compile_seconds", ())),
        executor=str(about.get("engine", "")),
        total_seconds=float(figures.get("seconds", 0.0)),
    )


def _protocol(words: str, about: dict[str, Any]) -> Protocol:
    """From the sentence that was all there was, and the counts beside it."""
    found = re.match(r"official|by-person|random", words)
    if found is None:
        raise ValueError(f"the protocol {words!r} is not known")
    kind: Any = found[0]
    windows = {side: n for side, n in about.get("windows", {}).items() if side in ("train", "validation", "test")}
    drawn = "random" if "random training windows" in words else "by-person"
    leaks = about.get("leaks", {})
    return Protocol(
        kind,
        drawn if windows.get("validation") else "none",  # type: ignore[arg-type]  # one of the two above
        {side: tuple(names) for side, names in about.get("people", {}).items()},
        windows,
        leaks.get("people"),
        leaks.get("samples"),
    )


def _provenance(about: dict[str, Any]) -> Provenance:
    return Provenance(
        source=str(about.get("source", "")),
        simulated=bool(about.get("simulated", False)),
        rate_hz=float(about.get("rate_hz", 0)),
        length=int(about.get("length", 0)),
        channels=tuple(about.get("channels", ())),
        dropped=dict(about.get("windows", {}).get("dropped", {})),
    )
