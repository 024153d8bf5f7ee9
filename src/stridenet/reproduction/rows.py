"""The documents' experiments that train networks: runs each row, and stores its figures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stridenet import spec
from stridenet.data import load as datasets
from stridenet.errors import DataMissingError
from stridenet.reproduction import records
from stridenet.reproduction.printed import Experiment, Row
from stridenet.runs import job
from stridenet.system.notes import OnProgress

QUICK: dict[str, Any] = {"train.epochs": 1}
QUICK_REPEATS = 2
QUICK_PEOPLE = {
    "uci-har": ["1", "3", "2"],
    "hapt-20hz": ["1", "3", "2"],
    "wisdm": ["1", "2", "29"],
}
"""Two who train and one who is tested."""


def settings(experiment: Experiment, row: Row, repeats: int | None = None, *, quick: bool = False) -> dict[str, Any]:
    """What differs from a plain run, by dotted name; 10 repeats, or 2 when quick, where nothing is said."""
    if repeats is None:
        repeats = QUICK_REPEATS if quick else 10
    given = {"data.name": experiment.data, "model.name": "cnn", "repeats": repeats, **experiment.base, **row.settings}
    return given | QUICK | {"data.people": QUICK_PEOPLE[given["data.name"]]} if quick else given


def nested(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings in tables, as :func:`stridenet.spec.parse` takes them."""
    tables: dict[str, Any] = {}
    for name, value in settings.items():
        tables = spec.override(tables, name, value)
    return tables


def run(
    experiment: Experiment,
    folder: Path,
    *,
    repeats: int | None = None,
    quick: bool = False,
    runs: Path = Path("runs"),
    data_dir: Path | None = None,
    note: Callable[[str], None] = print,
    on_progress: OnProgress | None = None,
) -> None:
    """Trains every row that is not stored yet, and stores it.

    A row counts as stored when it was made with the same settings and at least as many repeats. What was stopped
    half-way goes on where it was: repeats are kept in ``runs``.

    Args:
        experiment: a section.
        folder: where the figures are stored, one file a section.
        repeats: trainings per row; by default 10, or 2 when quick.
        quick: three people and one epoch: shows that it works, and no figure to compare.
        runs: the folder that holds runs.
        data_dir: where to look for the data first.
        note: told what is done.
        on_progress: told after each epoch.

    Raises:
        DataMissingError: the data is nowhere, and the row is not optional.
    """
    stored = records.load(folder, experiment.section)
    for row in experiment.rows:
        wanted = settings(experiment, row, repeats, quick=quick)
        if row.label in stored and _serves(stored[row.label], wanted):
            note(f"{experiment.section} {row.label}: stored")
            continue
        if row.optional and not _at_hand(wanted["data.name"], data_dir):
            note(f"{experiment.section} {row.label}: not at hand; `stridenet data fetch {wanted['data.name']}` gets it")
            continue
        note(f"{experiment.section} {row.label}: training {wanted['repeats']} times")
        checked = spec.parse(nested(wanted))
        done = job.run(checked, out=runs, data_dir=data_dir, note=note, on_progress=on_progress)
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
                seconds=result.total_seconds,
                quick=quick,
                engine=result.executor,
                environment=done.environment(),
                classes=result.metrics()["classes"],
            ),
        )


def _at_hand(data: str, data_dir: Path | None) -> bool:
    try:
        datasets.load_windows(data, data_dir=data_dir, download=False)
    except DataMissingError:
        return False
    return True


def _serves(record: records.Record, wanted: dict[str, Any]) -> bool:
    """Whether a stored row holds what is asked for; more repeats serve as well."""
    same = {**record.settings, "repeats": 0} == {**wanted, "repeats": 0}
    return same and len(record.accuracies) >= wanted["repeats"]
