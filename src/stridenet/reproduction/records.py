"""What reproductions leave: one JSON file a section, a row per setting, every repeat's score kept, and the facts."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from stridenet.errors import DataError
from stridenet.system.files import write_aside

_T = TypeVar("_T")


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
        classes: precision, recall, F1 (mean and sd) and support of each class, as ``metrics.json`` has them.
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
    classes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that needs no training: ours beside the document's, as text.

    Args:
        label: what it is.
        ours: what we get.
        printed: what the document prints; empty when it prints nothing.
        verdict: agrees, differs, or cannot be compared and why.
        why: what should be known about it.
    """

    label: str
    ours: str
    printed: str
    verdict: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The facts of a section.

    Args:
        facts: one per row.
        listing: lines to be read as they are, such as the steps of a computation.
        quick: made with ``--quick``.
    """

    facts: list[Fact]
    listing: list[str] = field(default_factory=list)
    quick: bool = False


def load(folder: Path, section: str) -> dict[str, Record]:
    """The stored rows of a section, by label; none when nothing is stored.

    Raises:
        DataError: the file is not what :func:`store` writes.
    """
    return {row["label"]: _made(Record, row, folder, section) for row in _read(folder, section).get("rows", [])}


def load_checked(folder: Path, section: str) -> Checked | None:
    """The stored facts of a section; None when there are none.

    Raises:
        DataError: the file is not what :func:`store_checked` writes.
    """
    stored = _read(folder, section).get("checked")
    if stored is None:
        return None
    facts = [_made(Fact, fact, folder, section) for fact in stored["facts"]]
    return _made(Checked, {**stored, "facts": facts}, folder, section)


def store(folder: Path, section: str, record: Record) -> None:
    """Adds or replaces a row of a section; the file is whole at any moment."""
    rows = load(folder, section) | {record.label: record}
    _write(folder, section, {"rows": [asdict(row) for row in rows.values()]})


def store_checked(folder: Path, section: str, checked: Checked) -> None:
    """Replaces the facts of a section."""
    _write(folder, section, {"checked": asdict(checked)})


def _read(folder: Path, section: str) -> dict[str, Any]:
    path = folder / f"{section}.json"
    if not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        rows, facts = stored.get("rows", []), (stored.get("checked") or {"facts": []})["facts"]
        if not all(isinstance(one, dict) and "label" in one for one in [*rows, *facts]):
            raise TypeError("a row without a label")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _not_ours(path, error) from None
    return dict(stored)


def _write(folder: Path, section: str, part: dict[str, Any]) -> None:
    text = json.dumps({"section": section, **_read(folder, section), **part}, indent=1)
    write_aside(folder / f"{section}.json", text + "\n")


def _made(kind: Callable[..., _T], fields: dict[str, Any], folder: Path, section: str) -> _T:
    try:
        return kind(**fields)
    except TypeError as error:
        raise _not_ours(folder / f"{section}.json", error) from None


def _not_ours(path: Path, error: Exception) -> DataError:
    reason = str(error).rstrip(".")
    return DataError(f"{path}: not a stored reproduction ({reason}); move it away and run the section again.")
