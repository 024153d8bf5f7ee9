"""A sweep: the same run for every combination of some settings' values, each with all its repeats kept."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from stridenet.evaluation.alarms import Alarm, alarms_of_sweep
from stridenet.runs import grid as grids
from stridenet.runs import job
from stridenet.runs.selection import Selection
from stridenet.runs.selection import select as chosen_by
from stridenet.signals.cards import Card
from stridenet.signals.wording import counted, one_line, scored, short
from stridenet.system.files import write_aside
from stridenet.system.notes import OnProgress

_SHOWN = 10
"""So many settings are shown in a few lines."""


@dataclass(frozen=True, slots=True)
class Point:
    """One combination: its values by setting, and its run."""

    values: dict[str, Any]
    run: job.Run

    @property
    def label(self) -> str:
        """The settings and their values, as a picture names them."""
        return ", ".join(f"{name} {value}" for name, value in self.named().items())

    def named(self) -> dict[str, str]:
        """The values in words, by the settings' short names."""
        return grids.named(self.values)


@dataclass(frozen=True, slots=True)
class Sweep:
    """All combinations, in the order of the grid, and the folder with the table and the picture."""

    points: tuple[Point, ...]
    folder: Path

    def rows(self) -> list[dict[str, Any]]:
        """A plain row per combination: values, accuracies (0 to 1), mean, sd (ddof 0), parameters, seconds, folder."""
        return [
            {
                "values": point.values,
                "accuracies": point.run.result.accuracies,
                "accuracy_mean": float(np.mean(point.run.result.accuracies)),
                "accuracy_sd": float(np.std(point.run.result.accuracies)),
                "n_parameters": point.run.result.n_parameters,
                "seconds": point.run.result.total_seconds,
                "run_dir": str(point.run.folder),
            }
            for point in self.points
        ]

    def ranked(self) -> list[dict[str, Any]]:
        """The same rows, the best mean first, with values in words and each one's place in the grid."""
        rows = [
            row | {"values": point.named(), "label": point.label, "place": i}
            for i, (point, row) in enumerate(zip(self.points, self.rows(), strict=True))
        ]
        return sorted(rows, key=lambda row: -row["accuracy_mean"])

    def alarms(self) -> list[Alarm]:
        """What whoever reads the figures must know first."""
        return alarms_of_sweep([point.run.result for point in self.points])

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        ranked = self.ranked()
        facts = [("alarm", str(alarm)) for alarm in self.alarms()]
        facts += [(short(one_line(row["label"]), 60), scored(row["accuracies"])) for row in ranked[:_SHOWN]]
        if len(ranked) > _SHOWN:
            facts.append(("and", f"{counted(len(ranked) - _SHOWN, 'more setting')}"))
        return Card("Sweep, best first", [*facts, ("page", str(self.folder / "sweep.html"))])


@overload
def sweep(
    settings: dict[str, Any],
    grid: Mapping[str, Sequence[Any]],
    *,
    select: Literal[False] = ...,
    out: Path | str = ...,
    data_dir: Path | str | None = ...,
    note: Callable[[str], None] | None = ...,
    on_progress: OnProgress | None = ...,
) -> Sweep: ...
@overload
def sweep(
    settings: dict[str, Any],
    grid: Mapping[str, Sequence[Any]],
    *,
    select: Literal[True],
    inner_folds: int = ...,
    by: str = ...,
    out: Path | str = ...,
    data_dir: Path | str | None = ...,
    note: Callable[[str], None] | None = ...,
    on_progress: OnProgress | None = ...,
) -> Selection: ...
def sweep(
    settings: dict[str, Any],
    grid: Mapping[str, Sequence[Any]],
    *,
    select: bool = False,
    inner_folds: int = 3,
    by: str = "accuracy",
    out: Path | str = "runs",
    data_dir: Path | str | None = None,
    note: Callable[[str], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Sweep | Selection:
    """Runs every combination; what was run before is found, and what was stopped goes on where it was.

    All combinations are checked before the first is trained.

    Args:
        settings: nested settings that all combinations share, as :func:`stridenet.spec.parse` takes them.
        grid: values by dotted name, such as ``{"model.settings.filters": [8, 16]}``.
        select: choose on training people and test only what was chosen, see :func:`stridenet.runs.selection.select`.
        inner_folds: of that choice.
        by: the score that chooses.
        out: the folder that holds runs; the sweep's own folder, ``sweep-<digest>``, lies there too.
        data_dir: where to look for the data first.
        note: told what is found and done.
        on_progress: told after each epoch.

    Raises:
        StridenetError: a combination that the data or the settings do not allow.
    """
    if select:
        more: dict[str, Any] = {"out": out, "data_dir": data_dir, "note": note, "on_progress": on_progress}
        return chosen_by(settings, grid, inner_folds=inner_folds, by=by, **more)
    out = Path(out)
    specs = grids.specs(settings, grid)
    jobs = job.prepare_all([one for _, one in specs], data_dir=data_dir, note=note)
    points = []
    for i, ((values, _), one) in enumerate(zip(specs, jobs, strict=True), start=1):
        if note:
            note(f"{i} of {len(specs)}: {', '.join(f'{name}={grids.in_words(v)}' for name, v in values.items())}")
        points.append(Point(values, job.perform(one, out=out, note=note, on_progress=on_progress)))
    name = hashlib.sha256(json.dumps([settings, dict(grid)], sort_keys=True, default=str).encode()).hexdigest()[:10]
    done = Sweep(tuple(points), out / f"sweep-{name}")
    _leave(done)
    return done


def _leave(done: Sweep) -> None:
    """The table as JSON, the pictures and the page."""
    from stridenet.views.pages.comparison import write_sweep

    write_aside(done.folder / "sweep.json", json.dumps(done.rows(), indent=1) + "\n")
    result = done.points[0].run.result
    facts = [
        ("Data", one_line(result.provenance.source) if result.provenance.source else "not named"),
        ("Protocol", str(result.protocol)),
        ("Time", f"{sum(point.run.result.total_seconds for point in done.points):.0f} s for all runs"),
    ]
    write_sweep(done.folder, done.ranked(), done.alarms(), facts)
