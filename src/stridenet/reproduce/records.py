"""What reproductions leave: one JSON file a section, a row per setting, every repeat's score kept."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stridenet.errors import DataError
from stridenet.runfolder import write_aside


@dataclass(frozen=True, slots=True)
class Record:
    """Our figures for one row of a section.

    Args:
        label: the row's name, as in the table of documents.
        settings: what differs from a plain run.
        accuracies: test accuracy of each repeat, from 0 to 1.
        seeds: one per repeat.
        n_parameters: trainable parameters.
        seconds: training time of all repeats together.
        quick: made with ``--quick``: fewer people and epochs, no figure to compare.
        engine: how the repeats were trained, and why.
        environment: versions and machine.
    """

    label: str
    settings: dict[str, Any]
    accuracies: list[float]
    seeds: list[int]
    n_parameters: int
    seconds: float
    quick: bool = False
    engine: str = ""
    environment: dict[str, str] = field(default_factory=dict)


def load(folder: Path, section: str) -> dict[str, Record]:
    """The stored rows of a section, by label; none when nothing is stored.

    Raises:
        DataError: the file is not what :func:`store` writes.
    """
    path = folder / f"{section}.json"
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return {row["label"]: Record(**row) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: not a stored reproduction ({error}); delete it and run the section again.") from None


def store(folder: Path, section: str, record: Record) -> None:
    """Adds or replaces a row of a section; the file is whole at any moment."""
    rows = load(folder, section) | {record.label: record}
    text = json.dumps({"section": section, "rows": [asdict(row) for row in rows.values()]}, indent=1)
    write_aside(folder / f"{section}.json", text + "\n")
