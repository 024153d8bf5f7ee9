"""The documents' experiments that train networks: runs each row, and stores its figures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stridenet import job, spec
from stridenet.reproduce import records
from stridenet.reproduce.documents import Experiment, Row

QUICK: dict[str, Any] = {"repeats": 2, "train.epochs": 1, "data.people": ["1", "3", "5", "2", "4"]}


def settings(experiment: Experiment, row: Row, repeats: int, *, quick: bool = False) -> dict[str, Any]:
    """What differs from a plain run, by dotted name."""
    given = {"data.name": experiment.data, "repeats": repeats, **experiment.base, **row.settings}
    return given | QUICK if quick else given


def run(
    experiment: Experiment,
    folder: Path,
    *,
    repeats: int = 10,
    quick: bool = False,
    runs: Path = Path("runs"),
    data_dir: Path | None = None,
    note: Callable[[str], None] = print,
    on_progress: job.OnProgress | None = None,
) -> None:
    """Trains every row that is not stored yet, and stores it.

    A row counts as stored when it was made with the same settings and at least as many repeats. What was stopped
    half-way goes on where it was: repeats are kept in ``runs``.

    Args:
        experiment: a section.
        folder: where the figures are stored, one file a section.
        repeats: trainings per row.
        quick: a few people, one epoch, two repeats: shows that it works, and no figure to compare.
        runs: the folder that holds runs.
        data_dir: where to look for the data first.
        note: told what is done.
        on_progress: told after each epoch.
    """
    stored = records.load(folder, experiment.section)
    for row in experiment.rows:
        wanted = settings(experiment, row, repeats, quick=quick)
        if row.label in stored and _serves(stored[row.label], wanted):
            note(f"{experiment.section} {row.label}: stored")
            continue
        note(f"{experiment.section} {row.label}: training {wanted['repeats']} times")
        nested: dict[str, Any] = {}
        for name, value in wanted.items():
            nested = spec.override(nested, name, value)
        done = job.run(spec.parse(nested), out=runs, data_dir=data_dir, note=note, on_progress=on_progress)
        result = done.result
        records.store(
            folder,
            experiment.section,
            records.Record(
                label=row.label,
                settings=wanted,
                accuracies=result.accuracies,
                seeds=list(result.seeds),
                n_parameters=result.n_parameters,
                seconds=result.about["seconds"],
                quick=quick,
                engine=str(result.about.get("engine", "")),
                environment=done.environment(),
            ),
        )


def _serves(record: records.Record, wanted: dict[str, Any]) -> bool:
    """Whether a stored row holds what is asked for; more repeats serve as well."""
    same = {**record.settings, "repeats": 0} == {**wanted, "repeats": 0}
    return same and len(record.accuracies) >= wanted["repeats"]
