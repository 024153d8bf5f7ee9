"""A sweep: the same run for every combination of some settings' values, each with all its repeats kept."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from stridenet import spec
from stridenet.runs import job
from stridenet.system.files import write_aside
from stridenet.system.notes import OnProgress
from stridenet.views.plots import results as figures


@dataclass(frozen=True, slots=True)
class Point:
    """One combination: its values by setting, and its run."""

    values: dict[str, Any]
    run: job.Run

    @property
    def label(self) -> str:
        """The values, as a picture names them."""
        return ", ".join(_short(v) for v in self.values.values())


@dataclass(frozen=True, slots=True)
class Sweep:
    """All combinations, in the order of the grid, and the folder with the table and the picture."""

    points: tuple[Point, ...]
    folder: Path

    def rows(self) -> list[dict[str, Any]]:
        """A plain row per combination: values, accuracies (0 to 1), mean and sd (ddof 0), parameters, run folder."""
        return [
            {
                "values": point.values,
                "accuracies": point.run.result.accuracies,
                "accuracy_mean": float(np.mean(point.run.result.accuracies)),
                "accuracy_sd": float(np.std(point.run.result.accuracies)),
                "n_parameters": point.run.result.n_parameters,
                "run_dir": str(point.run.folder),
            }
            for point in self.points
        ]


def combinations(grid: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of the values; the last setting changes fastest.

    >>> [list(c.values()) for c in combinations({"a": [1, 2], "b": [3]})]
    [[1, 3], [2, 3]]
    """
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def sweep(
    settings: dict[str, Any],
    grid: Mapping[str, Sequence[Any]],
    *,
    out: Path | str = "runs",
    data_dir: Path | None = None,
    note: Callable[[str], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Sweep:
    """Runs every combination; what was run before is found, and what was stopped goes on where it was.

    All combinations are checked before the first is trained.

    Args:
        settings: nested settings that all combinations share, as :func:`stridenet.spec.parse` takes them.
        grid: values by dotted name, such as ``{"model.settings.filters": [8, 16]}``.
        out: the folder that holds runs; the sweep's own folder, ``sweep-<digest>``, lies there too.
        data_dir: where to look for the data first.
        note: told what is found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: a combination that the data or the settings do not allow.
    """
    out = Path(out)
    specs = []
    for values in combinations(grid):
        nested = settings
        for name, value in values.items():
            nested = spec.override(nested, name, value)
        specs.append((values, spec.parse(nested)))
    jobs = job.prepare_all([one for _, one in specs], data_dir=data_dir, note=note)
    points = []
    for i, ((values, _), one) in enumerate(zip(specs, jobs, strict=True), start=1):
        if note:
            note(f"{i} of {len(specs)}: {', '.join(f'{name}={_short(v)}' for name, v in values.items())}")
        points.append(Point(values, job.perform(one, out=out, note=note, on_progress=on_progress)))
    name = hashlib.sha256(json.dumps([settings, dict(grid)], sort_keys=True, default=str).encode()).hexdigest()[:10]
    done = Sweep(tuple(points), out / f"sweep-{name}")
    _leave(done)
    return done


def _leave(done: Sweep) -> None:
    """The table as JSON and the box-and-whisker picture."""
    write_aside(done.folder / "sweep.json", json.dumps(done.rows(), indent=1) + "\n")
    samples = {point.label: point.run.result.accuracies for point in done.points}
    names = ", ".join(name.removeprefix("model.settings.") for name in done.points[0].values)
    figures.accuracies(samples, done.folder, "accuracies", f"Test accuracy by {names}", xlabel=names)


def _short(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
